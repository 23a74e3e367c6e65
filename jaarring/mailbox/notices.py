"""The letters of this room. An answer goes to whoever sent the mail, also on a day that he is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jaarring import letters
from jaarring.database import Tx
from jaarring.governance import Body, Person
from jaarring.here import Here
from jaarring.ledger import outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.mailbox.records import Closed
from jaarring.mailbox.rules import ANSWERS_A_DAY
from jaarring.post.actions import on_behalf

_BELOW = "mailbox/answer"


def answer(
    here: Here,
    to: Person | Body,
    identity: str,
    taken: Sequence[str],
    wrong: Sequence[str],
    partly: bool,
    as_of: date,
    at: datetime,
) -> NewMessage:
    """What was taken in and what could not be, for one mail. `partly`: something of it was taken in, whether
    or not it is told here.
    """
    return letters.write(
        here,
        "mailbox/answer.mail",
        to,
        key=f"{_BELOW}/{identity[:40]}",
        at=at,
        barred=frozenset(here.organisation.people) - {to.id},
        on_behalf=on_behalf(here.organisation, to),
        taken=taken,
        wrong=[one.removesuffix(".") for one in wrong],
        partly=partly,
        on=as_of,
    )


def had_enough(tx: Tx, to: Person | Body, at: datetime) -> bool:
    """Whether this address has had so many answers today that it may be a robot."""
    since = at - timedelta(days=1)
    sent = [one for one in outbox.told(tx, _BELOW) if one.recipient == to.mail and one.queued_at > since]
    return len(sent) >= ANSWERS_A_DAY


def closed(here: Here, box: Closed, as_of: date, at: datetime) -> NewMessage:
    """To the coordinator: a box cannot be read. Once a day."""
    organisation = here.organisation
    return letters.write(
        here,
        "mailbox/closed.mail",
        organisation.people[organisation.coordinator],
        key=f"mailbox/closed/{box.name}/{as_of.isoformat()}",
        at=at,
        name=box.name,
        since=box.since.astimezone(ZoneInfo(here.config.time_zone)).date(),
        why=box.why,
    )
