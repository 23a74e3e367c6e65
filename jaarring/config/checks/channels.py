"""Where messages go."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.config.checks.names import CHANNELS
from jaarring.config.mistakes import Mistake
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
