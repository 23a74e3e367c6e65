"""Mail boxes to read: a mailbox on a server (`imap`, `imaps`) or a maildir folder, one way to look at both.

Reading marks nothing: a message stays unread until `mark` says otherwise. No secret, and no words of a server
that might repeat one, ever leave this module.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from jaarring.mail.channels import REFERENCE, STAND_IN, ChannelError, is_loopback, with_secrets

SCHEMES = ("imap", "imaps", "maildir")
EXAMPLE = "imaps://beveiliging:${env:POSTVAKWACHTWOORD}@mail.uwgemeente.nl/INBOX"


class BoxError(ChannelError):
    """A mail box cannot be read; the message is Dutch and holds no part of its address."""


class Box(ABC):
    """A mail box that is open. `key` stays the same as long as its places mean the same messages."""

    key: str

    @abstractmethod
    def places(self) -> dict[str, bool]:
        """Where a message lies → whether nobody has read it yet; in the order in which they came."""

    @abstractmethod
    def size(self, place: str) -> int:
        """How many bytes a message has; 0 if it is gone."""

    @abstractmethod
    def raw(self, place: str, limit: int) -> bytes:
        """A message, of which no more than `limit` bytes; empty if it is gone."""

    @abstractmethod
    def head(self, place: str) -> bytes:
        """Only the headers of a message; empty if it is gone."""

    @abstractmethod
    def mark(self, place: str, answered: bool) -> None:
        """Mark a message as read, and as answered if so; nothing happens if it is gone."""

    @abstractmethod
    def holds(self, message_id: str) -> bool:
        """Whether a message with this Message-ID lies in it."""

    @abstractmethod
    def close(self) -> None:
        """Leave the box; safe to repeat."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def box_mistakes(url: str, filled_in: bool = False) -> list[str]:
    """What is wrong with a box's address as it stands in the configuration, in Dutch; empty if nothing is.

    `filled_in`: its secrets are in it, as they may be once it is opened.
    """
    scheme, _, rest = url.partition("://")
    if REFERENCE.fullmatch(url):
        return []  # an address that is one whole secret is judged when it is opened
    if scheme not in SCHEMES:
        return [f"dit soort postvak kennen wij niet; kies uit {', '.join(SCHEMES)}"]
    if scheme == "maildir":
        return [] if rest.strip("/") else ["noemt geen map; schrijf bijvoorbeeld maildir://../var/post"]
    return list(_server_mistakes(url, filled_in))


def _server_mistakes(url: str, filled_in: bool) -> Iterator[str]:
    # a reference may hold any character and would break the address; its place is enough here
    try:
        parts = urlsplit(REFERENCE.sub(STAND_IN, url))
        host, user, password, _ = parts.hostname, parts.username, parts.password, parts.port
    except ValueError:
        yield f"dit adres is niet te lezen; schrijf bijvoorbeeld {EXAMPLE}"
        return
    if not host:
        yield "de naam van de server ontbreekt; schrijf die achter het @"
    if not user or not password:
        yield f"noemt geen naam en wachtwoord; schrijf bijvoorbeeld {EXAMPLE}"
    elif STAND_IN not in password and not filled_in:
        yield "hier staat een wachtwoord; schrijf in plaats daarvan ${env:NAAM} of ${file:pad}"
    if parts.scheme == "imap" and not is_loopback(host or ""):
        yield "lezen zonder versleuteling kan alleen op deze machine; schrijf imaps:// voor imap://"
    if parts.query or parts.fragment:
        yield "achter de naam van het postvak hoort niets meer; laat ? of # weg"
    if not unquote(parts.path).isascii() or not unquote(parts.path).isprintable():
        yield "de naam van het postvak bevat een teken dat niet kan; gebruik letters zonder accenten"


@contextmanager
def opened(url: str, *, base: Path = Path(), environ: Mapping[str, str] | None = None) -> Iterator[Box]:
    """Open a box by its address; folders and secret files are sought from `base`.

    Raises BoxError where it cannot be, and so does whatever is done with it afterwards.
    """
    try:
        whole = with_secrets(url, base, os.environ if environ is None else environ)
    except ChannelError as missing:
        raise BoxError(str(missing)) from None
    if wrong := box_mistakes(whole, filled_in=True):
        raise BoxError(wrong[0])
    scheme, _, rest = whole.partition("://")
    if scheme == "maildir":
        box: Box = Maildir(base / unquote(rest))
    else:
        from jaarring.mail.imap import Imap  # its library is loaded where it is used

        box = Imap(whole)
    with box:
        yield box


class Maildir(Box):
    """A folder with `new` and `cur`, as mail programs and servers keep one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "new").is_dir() or not (folder / "cur").is_dir():
            raise BoxError("de map van het postvak is er niet, of heeft geen new en cur")
        self.key = f"maildir/{sha256(os.fsencode(folder.resolve())).hexdigest()[:16]}"
        self._known: dict[str, Path] = {}

    def places(self) -> dict[str, bool]:
        self._known = {_flags(path)[0]: path for path in self._files()}
        flags = {place: _flags(path)[1] for place, path in self._known.items()}
        return {
            place: "S" not in flags[place] for place in sorted(flags, key=_came) if "T" not in flags[place]
        }

    def size(self, place: str) -> int:
        path = self._path(place)
        try:
            return path.stat().st_size if path else 0
        except FileNotFoundError:
            return 0

    def raw(self, place: str, limit: int) -> bytes:
        path = self._path(place)
        if path is None:
            return b""
        try:
            with path.open("rb") as file:
                return file.read(limit)
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise BoxError(f"een bericht is niet te lezen: {error.strerror}") from None

    def head(self, place: str) -> bytes:
        text = self.raw(place, 2**20)
        return text.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0] + b"\n\n" if text else b""

    def mark(self, place: str, answered: bool) -> None:
        path = self._path(place)
        if path is None:
            return
        flags = "".join(sorted({*_flags(path)[1], "S", *("R" if answered else "")}))
        try:
            path.rename(self.folder / "cur" / f"{place}:2,{flags}")
        except FileNotFoundError:
            pass  # whoever moved it has read it
        except OSError as error:
            raise BoxError(f"een bericht is niet te merken als gelezen: {error.strerror}") from None

    def holds(self, message_id: str) -> bool:
        headers = BytesHeaderParser()
        return any(
            str(headers.parsebytes(self.head(place)).get("Message-ID", "")).strip() == message_id
            for place in self.places()
        )

    def close(self) -> None:
        """Nothing is held open."""

    def _files(self) -> Iterator[Path]:
        try:
            for name in ("new", "cur"):
                for path in sorted((self.folder / name).iterdir()):
                    if path.name.isascii() and not path.name.startswith(".") and path.is_file():
                        yield path
        except OSError as error:
            raise BoxError(f"de map van het postvak is niet te lezen: {error.strerror}") from None

    def _path(self, place: str) -> Path | None:
        """Where a message is now: another program may have moved it."""
        path = self._known.get(place)
        if path is None or not path.exists():
            self._known = {_flags(one)[0]: one for one in self._files()}
        return self._known.get(place)


def _came(place: str) -> tuple[int, str]:
    """By what messages are put in order: a name begins with the second in which it came."""
    second = re.match(r"\d{1,15}", place, re.ASCII)
    return (int(second[0]) if second else 0, place)


def _flags(path: Path) -> tuple[str, str]:
    """The name of a message that stays, and its flags: S read, R answered, T thrown away."""
    place, _, flags = path.name.partition(":2,")
    return place, flags
