"""From stored bytes to the world: the channels of `channels.yaml`, by name, through Apprise.

A channel is a name and one Apprise URL, so that each has its own outbox row and its own outcome. Secrets
stand in the URL by reference, `${env:NAME}` or `${file:path}`, and are filled in here, in memory only.
Nothing in this module logs or raises a URL: Apprise's own way of hiding secrets leaves tokens in a path
readable.
"""
# mypy: disable-error-code="no-untyped-call"
# Half of Apprise has no types.

import ipaddress
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, quote, urlsplit

from jaarring.mail.message import Outcome
from jaarring.mail.webhooks import announce, hush, overheard

if TYPE_CHECKING:
    from apprise import Apprise, NotifyBase

#: Channels that take the stored bytes, and so may carry what is written to one person.
MAIL_SCHEMES = frozenset({"jbox", "jmail", "jmails"})
#: Channels that get the subject line alone.
OTHER_SCHEMES = frozenset(
    {"json", "jsons", "mmost", "mmosts", "nctalk", "nctalks", "ntfy", "ntfys", "workflows"}
)
#: those whose path is a key: whoever knows it can write there
_KEYS_IN_PATH = frozenset({"mmost", "mmosts", "workflows"})
_UNENCRYPTED = frozenset({"json", "mmost", "nctalk"})
#: as whom we speak there, without pictures from elsewhere
_AS_US: dict[str, Any] = {
    "app_id": "Jaarring",
    "app_desc": "Jaarring",
    "app_url": "",
    "image_url_mask": "",
    "image_url_logo": "",
}
_EXAMPLE = "jmails://jaarring:${env:MAIL}@mail.gemeente.nl"
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
        return [f"dit adres is niet te lezen; schrijf bijvoorbeeld {_EXAMPLE}"]
    mistakes = []
    if not host:
        mistakes.append("de naam van de server ontbreekt; schrijf die achter ://")
    if password and STAND_IN not in password:
        mistakes.append("hier staat een wachtwoord; schrijf in plaats daarvan ${env:NAAM} of ${file:pad}")
    if parts.scheme in _KEYS_IN_PATH and parts.path.strip("/") and STAND_IN not in parts.path:
        mistakes.append("hier staat een sleutel; schrijf in plaats daarvan ${env:NAAM} of ${file:pad}")
    if any(STAND_IN not in value for name in ("token", "sig") for value in options.get(name, [])):
        mistakes.append("hier staat een sleutel; schrijf in plaats daarvan ${env:NAAM} of ${file:pad}")
    server = options.get("smtp", [host])[-1]
    if not is_loopback(server):
        if parts.scheme in _UNENCRYPTED or (parts.scheme == "ntfy" and parts.path.strip("/")):
            mistakes.append(
                "zonder versleuteling kan dit alleen naar deze machine; zet een s achter de soort, zoals jsons://"
            )
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

    def __init__(self, services: "Apprise", wrong: Mapping[str, str]) -> None:
        self._services, self._wrong = services, wrong

    @classmethod
    def open(
        cls,
        urls: Mapping[str, str],
        *,
        base: Path = Path(),
        environ: Mapping[str, str] | None = None,
        lenient: bool = False,
    ) -> Self:
        """Open each channel of name → URL; folders and secret files are sought from `base`.

        Opens no connection yet. Raises ChannelError naming the channel that is wrong; `lenient`: that one
        says so to whoever uses it, and the others work.
        """
        from apprise import Apprise  # a third of a second: only for who sends

        _register()
        services, wrong = Apprise(), dict[str, str]()
        for name, url in urls.items():
            try:
                services.add(
                    _service(name, with_secrets(url, base, os.environ if environ is None else environ), base)
                )
            except ChannelError as error:
                wrong[name] = f"kanaal {name}: {error}"
        if wrong and not lenient:
            raise ChannelError(next(iter(wrong.values())))
        return cls(services, wrong)

    def deliver(
        self, raw: bytes, recipient: str, envelope_from: str, channel: str = "mail", archive: str = ""
    ) -> Outcome:
        """Hand one message to one channel. `recipient` and `envelope_from` are bare addresses, and so is
        `archive`, which gets a copy where it is a mail server's.

        A channel without `deliver` (chat, a webhook) gets the subject line alone.
        """
        for service in self._services.find(channel, match_always=False):
            deliver: Callable[[bytes, str, str, str], Outcome] | None = getattr(service, "deliver", None)
            if deliver:
                return deliver(raw, recipient, envelope_from, archive)
            return announce(service, raw)
        return Outcome("config", self._wrong.get(channel, f"kanaal {channel} staat niet in channels.yaml"))

    def try_out(self, envelope_from: str, channel: str = "mail", archive: str = "") -> Outcome:
        """Try a channel without sending anything: `sent` if it would take a message.

        Of chat and webhooks only a message itself shows that; then `unknown`.
        """
        for service in self._services.find(channel, match_always=False):
            if hasattr(service, "try_out"):
                tried: Outcome = service.try_out(envelope_from, archive)
                return tried
            return Outcome("unknown", "of de dienst ons kent, blijkt pas bij een bericht")
        return Outcome("config", self._wrong.get(channel, f"kanaal {channel} staat niet in channels.yaml"))

    def close(self) -> None:
        """Say goodbye to every server; safe to repeat."""
        for service in self._services.find():
            getattr(service, "close", lambda: None)()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _service(name: str, url: str, base: Path) -> "NotifyBase":
    """The plugin for a URL with its secrets in it. Apprise logs the URL of what fails: nobody hears it."""
    from apprise import Apprise, AppriseAsset

    scheme = url.partition("://")[0]
    if scheme not in MAIL_SCHEMES | OTHER_SCHEMES:
        raise ChannelError("deze soort kanaal kennen wij niet")
    with overheard():
        service = Apprise.instantiate(url, tag=name, asset=AppriseAsset(**_AS_US))
    if service is None:
        raise ChannelError("het adres klopt niet; vergelijk het met het voorbeeld in channels.yaml")
    if scheme == "jbox":
        service.folder = base / service.folder  # type: ignore[attr-defined]
    service.request_rate_per_sec = 0  # else it sleeps 5.5 seconds between two; who is asked too often says so
    service.redirects = False  # a hook that is gone often leads to a page that says 200
    return service


def _register() -> None:
    """Tell Apprise about our own channels, once a process."""
    from apprise import NotificationManager

    from jaarring.mail.jbox import NotifyJBox
    from jaarring.mail.jmail import NotifyJMail

    hush()
    known = NotificationManager()
    if "jbox" not in known:
        known.add(NotifyJBox)
        known.add(NotifyJMail)
