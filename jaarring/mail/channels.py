"""From stored bytes to the world: the channels of `channels.yaml`, by name, through Apprise.

A channel is a name and one Apprise URL, so that each has its own outbox row and its own outcome. Secrets
stand in the URL by reference, `${env:NAME}` or `${file:path}`, and are filled in here, in memory only.
Nothing in this module logs or raises a URL: Apprise's own way of hiding secrets leaves tokens in a path
readable.
"""
# mypy: disable-error-code="no-untyped-call"
# Half of Apprise has no types.

import ipaddress
import logging
import os
import re
from collections.abc import Callable, Mapping
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, quote, urlsplit

from jaarring.mail.message import Outcome

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

#: Channels that take the stored bytes, and so may carry what is written to one person.
MAIL_SCHEMES = frozenset({"jbox", "jmail", "jmails"})
#: Channels that get the subject line alone.
OTHER_SCHEMES = frozenset(
    {"json", "jsons", "mmost", "mmosts", "nctalk", "nctalks", "ntfy", "ntfys", "workflows"}
)
STAND_IN = "secret-by-reference"
REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")


class ChannelError(Exception):
    """A channel cannot be opened; the message is Dutch, names the channel and holds no part of its URL."""


def url_mistakes(url: str) -> list[str]:
    """What is wrong with a channel's URL as written in the configuration, in Dutch; empty when nothing is."""
    scheme, _, rest = url.partition("://")
    if REFERENCE.fullmatch(url):
        return []  # a URL that is one whole secret is judged when it is opened
    if scheme not in MAIL_SCHEMES | OTHER_SCHEMES:
        known = ", ".join(sorted(MAIL_SCHEMES | OTHER_SCHEMES))
        return [f"deze soort kanaal kennen wij niet; kies uit {known}"]
    if scheme == "jbox":
        return [] if rest.strip("/") else ["de map ontbreekt; schrijf bijvoorbeeld jbox://var/mail"]
    return _server_mistakes(url)


def _server_mistakes(url: str) -> list[str]:
    # A reference may hold any character and would break the URL; its place is enough for these questions.
    try:
        parts = urlsplit(REFERENCE.sub(STAND_IN, url))
        host, password, options = parts.hostname or "", parts.password, parse_qs(parts.query)
        _ = parts.port
    except ValueError:
        return [
            "dit adres is niet te lezen; schrijf bijvoorbeeld jmails://jaarring:${env:MAIL}@mail.gemeente.nl"
        ]
    mistakes = []
    if not host:
        mistakes.append("de naam van de server ontbreekt; schrijf die achter ://")
    if password and STAND_IN not in password:
        mistakes.append("hier staat een wachtwoord; schrijf in plaats daarvan ${env:NAAM} of ${file:pad}")
    server = options.get("smtp", [host])[-1]
    if not is_loopback(server):
        if options.get("verify", ["yes"])[-1].lower() in ("no", "false", "0", "off", "n", "never", "disable"):
            mistakes.append("verify=no kan alleen bij een server op deze machine; laat het weg")
        if parts.scheme == "jmail" and password and "mode" not in options:
            mistakes.append("inloggen zonder versleuteling kan niet; schrijf jmails:// voor jmail://")
    return mistakes


def is_loopback(host: str) -> bool:
    """Whether this host, a name or an address, is the machine itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def with_secrets(url: str, base: Path, environ: Mapping[str, str]) -> str:
    """The URL with its references filled in; a file is sought from `base`.

    Raises ChannelError, which names what is missing and never what was found. A secret inside a URL is
    quoted, so that a password with @ or / stays a password; a URL that is one whole reference is taken as
    it stands.
    """
    whole = REFERENCE.fullmatch(url) is not None

    def secret(reference: re.Match[str]) -> str:
        kind, name = reference.groups()
        if kind == "env":
            if name not in environ:
                raise ChannelError(f"de omgevingsvariabele {name} ontbreekt")
            found = environ[name]
        else:
            try:
                found = (base / name).read_text(encoding="utf-8").strip("\r\n")
            except (OSError, UnicodeDecodeError):
                raise ChannelError(f"het bestand {name} is niet te lezen") from None
        return found if whole else quote(found, safe="")

    return REFERENCE.sub(secret, url)


class Channels:
    """The opened channels of one municipality. Use it in a `with`, or call `close` when done."""

    def __init__(self, services: "Apprise") -> None:
        self._services = services

    @classmethod
    def open(
        cls, urls: Mapping[str, str], *, base: Path = Path(), environ: Mapping[str, str] | None = None
    ) -> Self:
        """Open each channel of name → URL; folders and secret files are sought from `base`.

        Opens no connection yet. Raises ChannelError naming the channel that is wrong.
        """
        from apprise import Apprise  # a third of a second: only for who sends

        _register()
        services = Apprise()
        for name, url in urls.items():
            try:
                services.add(
                    _service(name, with_secrets(url, base, os.environ if environ is None else environ), base)
                )
            except ChannelError as wrong:
                raise ChannelError(f"kanaal {name}: {wrong}") from None
        return cls(services)

    def deliver(self, raw: bytes, recipient: str, envelope_from: str, channel: str = "mail") -> Outcome:
        """Hand one message to one channel. `recipient` and `envelope_from` are bare addresses.

        A channel without `deliver` (chat, a webhook) gets the subject line alone.
        """
        for service in self._services.find(channel, match_always=False):
            deliver: Callable[[bytes, str, str], Outcome] | None = getattr(service, "deliver", None)
            if deliver:
                return deliver(raw, recipient, envelope_from)
            return _announce(service, raw)
        return Outcome("config", f"kanaal {channel} staat niet in channels.yaml")

    def close(self) -> None:
        """Say goodbye to every server; safe to repeat."""
        for service in self._services.find():
            getattr(service, "close", lambda: None)()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _announce(service: "NotifyBase", raw: bytes) -> Outcome:
    from apprise import Apprise, NotifyFormat

    subject = str(BytesHeaderParser(policy=default).parsebytes(raw)["Subject"])
    alone = Apprise()
    alone.add(service)
    # The truth of the answer, not its type: 1.x gives a bool or None, 2.x an object.
    if alone.notify(body=subject, body_format=NotifyFormat.TEXT):
        return Outcome("sent", "aangenomen")
    return Outcome("temporary", "niet aangenomen; de dienst zei niet waarom")


def _service(name: str, url: str, base: Path) -> "NotifyBase":
    """The plugin for a URL with its secrets in it. Apprise logs the URL of what fails, so it is silenced."""
    from apprise import Apprise

    scheme = url.partition("://")[0]
    if scheme not in MAIL_SCHEMES | OTHER_SCHEMES:
        raise ChannelError("deze soort kanaal kennen wij niet")
    log = logging.getLogger("apprise")
    log.disabled = True
    try:
        service = Apprise.instantiate(url, tag=name)
    finally:
        log.disabled = False
    if service is None:
        raise ChannelError("het adres klopt niet; vergelijk het met het voorbeeld in channels.yaml")
    if scheme == "jbox":
        service.folder = base / service.folder  # type: ignore[attr-defined]
    return service


class _NoSecrets(logging.Filter):
    """Apprise prints passwords at DEBUG and TRACE, so nothing below INFO passes, whoever sets a level."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO


_NO_SECRETS = _NoSecrets()


def _register() -> None:
    """Tell Apprise about our own channels, once a process."""
    from apprise import NotificationManager

    from jaarring.mail.jbox import NotifyJBox
    from jaarring.mail.jmail import NotifyJMail

    log = logging.getLogger("apprise")
    log.setLevel(max(logging.INFO, log.level))
    log.addFilter(_NO_SECRETS)  # adding the same filter again does nothing
    known = NotificationManager()
    if "jbox" not in known:
        known.add(NotifyJBox)
        known.add(NotifyJMail)
