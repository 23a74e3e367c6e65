"""What was held and who let it go: added to, never changed but for the word that settles it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, Text, func, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.doubts.rules import Doubt
from jaarring.ledger import events
from jaarring.ledger.events import event

hold = Table(
    "hold",
    metadata,
    Column("id", Integer, primary_key=True),
    #: by which the same doubt is known again
    Column("evidence", String(160), nullable=False, unique=True),
    #: why, in one Dutch sentence
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("released_at", Moment),
    Column("released_by", String(80), nullable=False, default=""),
)


@dataclass(frozen=True)
class Held:
    """That nothing goes out, why and since when."""

    evidence: str
    reason: str
    since: datetime


def standing(tx: Tx) -> list[Held]:
    """The doubts that nobody has settled yet, oldest first."""
    rows = tx.execute(select(hold).where(hold.c.released_at.is_(None)).order_by(hold.c.id))
    return [Held(row.evidence, row.reason, row.since) for row in rows]


def is_known(tx: Tx, doubt: Doubt) -> bool:
    """Whether this very doubt has held before, settled or not."""
    return tx.execute(select(hold.c.id).where(hold.c.evidence == doubt.evidence)).first() is not None


def add(tx: Tx, doubt: Doubt, at: datetime) -> None:
    """Hold from now on because of a doubt that has not held before."""
    tx.execute(insert(hold).values(evidence=doubt.evidence, reason=doubt.sentence, since=at))
    events.append(tx, at, "jaarring", "sending.held", doubt.evidence, {})


def release(tx: Tx, by: str, at: datetime) -> list[Held]:
    """Settle every standing doubt by the word of `by`; which they were."""
    settled = standing(tx)
    if settled:
        tx.execute(update(hold).where(hold.c.released_at.is_(None)).values(released_at=at, released_by=by))
        for one in settled:
            events.append(tx, at, by, "sending.released", one.evidence, {})
    return settled


def last_moment(tx: Tx) -> datetime | None:
    """The latest moment that the event log has."""
    found: datetime | None = tx.scalar(select(func.max(event.c.at)))
    return found
