"""What was lost when an older store was put back: kept, and marked once it was asked again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.recovery.rules import Lost

lost = Table(
    "lost",
    metadata,
    Column("id", Integer, primary_key=True),
    #: by which the event log and the doubt that held the post know this return
    Column("because", String(160), nullable=False, index=True),
    #: sent, handed in, decided, other
    Column("sort", String(20), nullable=False),
    #: its number in the lost end of the log; 0 for a message
    Column("number", Integer, nullable=False),
    Column("kind", String(60), nullable=False),
    Column("key", String(160), nullable=False),
    #: when, as the journal has it
    Column("at", String(40), nullable=False),
    #: the hash of the entry, or the Message-ID
    Column("ref", String(254), nullable=False),
    Column("asked_again_at", Moment),
    UniqueConstraint("because", "ref"),
)
_FIELDS = ("sort", "number", "kind", "key", "at", "ref")


def keep(tx: Tx, because: str, found: Iterable[Lost]) -> None:
    """Remember what was lost."""
    rows = [{"because": because, **{name: getattr(one, name) for name in _FIELDS}} for one in found]
    if rows:
        tx.execute(insert(lost), rows)


def of(tx: Tx, because: str) -> list[Lost]:
    """What was lost in one return, in the order in which it had happened."""
    query = select(*(lost.c[name] for name in _FIELDS)).where(lost.c.because == because)
    return [Lost(*row) for row in tx.execute(query.order_by(lost.c.id))]


def to_ask(tx: Tx) -> list[Lost]:
    """What was handed in, lost, and not asked again yet."""
    mine = lost.c.sort == "handed in", lost.c.asked_again_at.is_(None)
    query = select(*(lost.c[name] for name in _FIELDS)).where(*mine)
    return [Lost(*row) for row in tx.execute(query.order_by(lost.c.id))]


def asked(tx: Tx, at: datetime) -> None:
    """Note that all of it has been asked again."""
    mine = lost.c.sort == "handed in", lost.c.asked_again_at.is_(None)
    tx.execute(update(lost).where(*mine).values(asked_again_at=at))
