"""A mailbox on a server, read by IMAP4rev1 with Python's own library."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any
from urllib.parse import unquote, urlsplit

from jaarring.mail.boxes import Box, BoxError
from jaarring.mail.channels import is_loopback

#: seconds that any one answer may take
PATIENCE = 60.0
_CODE = re.compile(r"\[([A-Z-]{2,30})[\] ]")


class Imap(Box):
    """One mailbox, selected. Its places are `UID`s, its key holds the UIDVALIDITY that they go with."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = _connected(parts.scheme, parts.hostname or "", parts.port)
        try:
            _log_in(self._server, unquote(parts.username or ""), unquote(parts.password or ""))
            name = unquote(parts.path.strip("/")) or "INBOX"
            quoted = re.sub(r'([\\"])', r"\\\1", name)
            with _plain("het postvak met die naam is er niet"):
                _fine(self._server.select(f'"{quoted}"'))
                validity = _text(self._server.response("UIDVALIDITY")[1][0])
        except BaseException:
            self.close()
            raise
        of = f"{parts.hostname} {parts.port} {parts.username} {name}"
        self.key = f"imap/{sha256(of.encode()).hexdigest()[:16]}/{validity}"

    def places(self) -> dict[str, bool]:
        unread = set(self._search("UNSEEN", "UNDELETED"))
        return {uid: uid in unread for uid in sorted(self._search("UNDELETED"), key=int)}

    def size(self, place: str) -> int:
        said = " ".join(_text(one) for one in self._fetch(place, "(RFC822.SIZE)") if isinstance(one, bytes))
        found = re.search(r"RFC822\.SIZE (\d+)", said)
        return int(found[1]) if found else 0

    def raw(self, place: str, limit: int) -> bytes:
        return self._literal(place, f"(BODY.PEEK[]<0.{limit}>)")

    def head(self, place: str) -> bytes:
        return self._literal(place, "(BODY.PEEK[HEADER])")

    def mark(self, place: str, answered: bool) -> None:
        with _plain("het bericht is niet te merken als gelezen"):
            flags = r"(\Seen \Answered)" if answered else r"(\Seen)"
            _fine(self._server.uid("STORE", place, "+FLAGS.SILENT", flags))

    def holds(self, message_id: str) -> bool:
        # without brackets: some servers leave them out of their index
        wanted = re.sub(r'[\\"\r\n]', "", message_id.strip("<>"))
        return bool(self._search("HEADER", "Message-ID", f'"{wanted}"'))

    def close(self) -> None:
        # no CLOSE: that would remove what somebody marked as deleted
        with contextlib.suppress(OSError, imaplib.IMAP4.error, AttributeError):
            self._server.logout()

    def _search(self, *criteria: str) -> list[str]:
        with _plain("de server kan niet zoeken in het postvak"):
            found = _fine(self._server.uid("SEARCH", *criteria))
        return [uid for part in found if part for uid in _text(part).split() if uid.isdigit()]

    def _fetch(self, place: str, what: str) -> list[Any]:
        with _plain("de server geeft een bericht niet"):
            return [one for one in _fine(self._server.uid("FETCH", place, what)) if one]

    def _literal(self, place: str, what: str) -> bytes:
        for one in self._fetch(place, what):
            if isinstance(one, tuple) and b"BODY[" in one[0].upper():
                return bytes(one[1])
        return b""


def _connected(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    with _plain("de server antwoordt niet zoals een postvak doet"):
        if scheme == "imaps":
            context = ssl.create_default_context()
            return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=PATIENCE)
        if not is_loopback(host):
            raise BoxError("lezen zonder versleuteling kan alleen op deze machine")
        return imaplib.IMAP4(host, port or 143, timeout=PATIENCE)


def _log_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    """AUTHENTICATE PLAIN takes any character; LOGIN, for a server without it, plain ones only."""
    with _plain("de server weigert de naam of het wachtwoord"):
        if "AUTH=PLAIN" in server.capabilities:
            server.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        else:
            server.login(user, password)


def _fine(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(_text(answer[1][0]) if answer[1] else "")
    return answer[1]


def _text(said: Any) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else str(said or "")


@contextmanager
def _plain(otherwise: str) -> Iterator[None]:
    """Whatever goes wrong with a server as a BoxError. Of its own words only the code: it may repeat ours."""
    try:
        yield
    except BoxError:
        raise
    except ssl.SSLCertVerificationError as error:
        raise BoxError(f"het certificaat van de server klopt niet: {error.verify_message}") from None
    except imaplib.IMAP4.abort:
        raise BoxError("de server heeft de verbinding verbroken") from None
    except imaplib.IMAP4.error as error:
        code = _CODE.search(str(error))
        raise BoxError(f"{otherwise} ({code[1]})" if code else otherwise) from None
    except TimeoutError:
        raise BoxError("de server antwoordt niet") from None
    except OSError as error:
        raise BoxError(f"de server is niet te bereiken: {error.strerror or type(error).__name__}") from None
    except (ValueError, TypeError, AttributeError, IndexError, KeyError):
        # its library takes a server at its word; a password that is not plain ends here too, unsaid
        raise BoxError(otherwise) from None
