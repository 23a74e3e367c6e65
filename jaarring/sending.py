"""A round of sending: all that waits, along every channel, and word in the same round of what did not arrive.

Here the outbox, the channels and the archive meet. Whether anything may go out at all is asked before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from jaarring import announcing
from jaarring.here import Here
from jaarring.ledger import pauses
from jaarring.ledger.outbox import Claimed
from jaarring.mail import boxes
from jaarring.mail.boxes import BoxError
from jaarring.mail.channels import Channels
from jaarring.mail.message import Outcome
from jaarring.mail.outgoing import send_queued
from jaarring.undelivered import actions as undelivered
from jaarring.undelivered import mending


def send(here: Here, at: datetime) -> Counter[str]:
    """Send what is queued; how many messages ended in which outcome.

    A channel that cannot be opened or used rests, the others go on. Who must know that a message did not
    arrive is told in this same round, and once: so the round ends.
    """
    announcing.due_now(here, at)
    undelivered.strand(here, at)
    mending.mend(here, at)
    undelivered.tell(here, at)  # what came back since
    urls = here.config.channels.urls
    with _opened(here) as channels:
        counts = _round(here, channels, urls, at)
        while undelivered.tell(here, at) or announcing.rests(here, at):
            counts += _round(here, channels, urls, at)
    return counts


def try_out(here: Here, at: datetime) -> dict[str, Outcome]:
    """Try every channel and box without sending anything; by name as in channels.yaml.

    A channel that would take a message rests no more.
    """
    settings = here.config.channels
    archive = settings.archive.mail if settings.archive else ""
    found: dict[str, Outcome] = {}
    with _opened(here) as channels:
        for name in settings.urls:
            found[name] = channels.try_out(settings.bounces_of(0), name, archive if name == "mail" else "")
    with here.store.write() as tx:
        for name, outcome in found.items():
            if outcome.kind == "sent":
                pauses.lift(tx, name, at)
    return found | {name: _looked(here, address) for name, address in _boxes(here).items()}


def _boxes(here: Here) -> Mapping[str, str]:
    settings = here.config.channels
    known = {"archive": settings.archive.address} if settings.archive else {}
    if settings.mailbox:
        known["mailbox"] = settings.mailbox.address
        known |= {"mailbox.bounces": settings.mailbox.bounces} if settings.mailbox.bounces else {}
    return known


def _looked(here: Here, address: str) -> Outcome:
    try:
        with boxes.opened(address, base=here.config.folder) as box:
            box.places()
    except BoxError as error:
        return Outcome("config", str(error))
    return Outcome("sent", "het postvak is te lezen")


@contextmanager
def _opened(here: Here) -> Iterator[Channels]:
    with Channels.open(here.config.channels.urls, base=here.config.folder, lenient=True) as channels:
        yield channels


def _round(here: Here, channels: Channels, urls: Mapping[str, str], at: datetime) -> Counter[str]:
    settings = here.config.channels
    archive = settings.archive if not settings.mail.startswith("jbox:") else None

    def deliver(message: Claimed) -> Outcome:
        here.journal.going(message.message_id, message.occasion, at)  # before the first byte
        copy = archive.mail if archive and message.channel == "mail" else ""
        outcome = channels.deliver(
            message.raw, message.recipient, settings.bounces_of(message.id), message.channel, copy
        )
        if outcome.kind in ("temporary", "permanent", "config"):  # it is with nobody: no restore may think so
            here.journal.stayed(message.message_id, at)
        return outcome

    def find(message: Claimed) -> bool:
        if archive is None or message.channel != "mail":
            return False
        with boxes.opened(archive.address, base=here.config.folder) as box:
            return box.holds(message.message_id)

    return send_queued(here.store, deliver, at, find=find, addresses=urls)
