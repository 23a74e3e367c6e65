"""Where messages go."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from jaarring.config.checks.names import CHANNELS
from jaarring.config.mistakes import WARNING, Mistake
from jaarring.config.reading import Reading


def mailbox(reading: Reading) -> Iterator[Mistake]:
    """Whether the mail boxes that are read can be ones that we know. An address is never repeated."""
    if not (reading.channels and (model := reading.channels.mailbox)):
        return
    from jaarring.mail.boxes import box_mistakes

    for field in ("address", "bounces"):
        address: str = getattr(model, field)
        for sentence in box_mistakes(address) if address else ():
            what, _, remedy = sentence.partition("; ")
            yield reading.at(CHANNELS, ("mailbox", field), what, remedy)
    if model.bounces and model.bounces == model.address:
        yield reading.at(CHANNELS, ("mailbox", "bounces"), "is hetzelfde postvak", "laat deze regel weg")
    if model.require_authenticated and not model.checked_by:
        what = "kan alleen als bekend is welke server de afzender controleert"
        yield reading.at(CHANNELS, ("mailbox", "require_authenticated"), what, "vul checked_by in")


def archive(reading: Reading) -> Iterator[Mistake]:
    """Whether the archive can be one: a copy that goes to somebody else proves nothing."""
    if not (reading.channels and (model := reading.channels.archive)):
        return
    from jaarring.mail.boxes import box_mistakes

    for sentence in box_mistakes(model.address):
        what, _, remedy = sentence.partition("; ")
        yield reading.at(CHANNELS, ("archive", "address"), what, remedy)
    channels = reading.channels
    if model.mail.casefold() in (channels.sender.mail.casefold(), channels.bounces.casefold()):
        what = "is een postvak waar ook andere post komt"
        yield reading.at(CHANNELS, ("archive", "mail"), what, "neem een postvak dat alleen het archief is")
    if channels.mail.startswith("jbox://"):
        what, remedy = "doet niets zolang mail een map is", "laat het weg, of vul bij mail een server in"
        yield reading.at(CHANNELS, ("archive",), what, remedy, WARNING)


def heartbeat(reading: Reading) -> Iterator[Mistake]:
    """Whether the outward address can be knocked at. It is never repeated: it may hold a secret."""
    if not (reading.channels and (address := reading.channels.heartbeat)):
        return
    from jaarring.mail.channels import REFERENCE, is_loopback

    if REFERENCE.fullmatch(address):
        return  # judged when it is used
    parts = urlsplit(REFERENCE.sub("geheim", address))
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        remedy = "schrijf bijvoorbeeld https://bewaking.uwgemeente.nl/jaarring"
        yield reading.at(CHANNELS, ("heartbeat",), "is geen webadres dat met https:// begint", remedy)


def others(reading: Reading) -> Iterator[Mistake]:
    """The channels beside the mail, each by a name of its own. An address is never repeated."""
    if not (reading.channels and reading.channels.channels):
        return
    from jaarring.mail.channels import MAIL_SCHEMES, OTHER_SCHEMES, url_mistakes

    for name, model in reading.channels.channels.items():
        place = ("channels", name, "url")
        if name == "mail":
            yield reading.at(CHANNELS, ("channels", name), "zo heet de mail al", "geef het een andere naam")
        if model.url.partition("://")[0] in MAIL_SCHEMES:
            what = "mail gaat langs de regel mail"
            yield reading.at(CHANNELS, place, what, f"kies uit {', '.join(sorted(OTHER_SCHEMES))}")
            continue
        for sentence in url_mistakes(model.url):
            what, _, remedy = sentence.partition("; ")
            yield reading.at(CHANNELS, place, what, remedy)


def channels(reading: Reading) -> Iterator[Mistake]:
    """Whether the address can be one of ours. It is never repeated: it may hold a secret."""
    if not (model := reading.channels):
        return
    if model.mail.startswith("jbox://") and model.mail.removeprefix("jbox://").strip("/"):
        return  # a folder, which is made when needed; the mail room need not be loaded to see that
    from jaarring.mail.channels import MAIL_SCHEMES, url_mistakes

    scheme, separator, _ = model.mail.partition("://")
    if separator and scheme not in MAIL_SCHEMES:
        mistakes = [f"langs dit kanaal kan geen mail; kies uit {', '.join(sorted(MAIL_SCHEMES))}"]
    else:
        mistakes = url_mistakes(model.mail)
    for sentence in mistakes:
        what, _, remedy = sentence.partition("; ")
        yield reading.at(CHANNELS, ("mail",), what, remedy)
