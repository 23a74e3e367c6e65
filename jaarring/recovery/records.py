"""What was lost when an older store was put back: kept, and marked once it was asked again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, String, Table, UniqueConstraint, func, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger.events import event
from jaarring.ledger.journal import RESTORED
from jaarring.questions import records as questions
from jaarring.recovery.rules import IN, OUT, Lost

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
    #: of a decision: since when the coordinator says that it need not be entered again
    Column("dropped_at", Moment),
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


def asked(tx: Tx, at: datetime, sort: str = IN) -> None:
    """Note that all of a sort has been asked again."""
    mine = lost.c.sort == sort, lost.c.asked_again_at.is_(None)
    tx.execute(update(lost).where(*mine).values(asked_again_at=at))


@dataclass(frozen=True)
class ToEnter:
    """A decision that was lost and is not there again; `id`: by which the coordinator names it."""

    id: int
    lost: Lost
    asked_again_at: datetime | None


def to_enter(tx: Tx) -> list[ToEnter]:
    """What was decided, lost and must be entered again by the coordinator, the newest of each, in the order
    in which it had happened. Not what answered a question that is asked again of who answered it.
    """
    mine = lost.c.sort == OUT, lost.c.dropped_at.is_(None), lost.c.kind != "amendment.proposed"
    rows = tx.execute(select(lost).where(*mine).order_by(lost.c.id)).all()
    if not rows:
        return []
    again = _done_since(tx)
    others = _answers(tx)
    newest = {(row.kind.partition(".")[2], row.key): row for row in rows}  # one act may leave two entries
    return [
        ToEnter(row.id, Lost(*(row._mapping[name] for name in _FIELDS)), row.asked_again_at)
        for row in newest.values()
        if again.get((row.kind, row.key[:120]), 0) <= _told_at(tx, row.because) and row.key not in others
    ]


def settle(tx: Tx, id: int, at: datetime) -> None:
    """Note of a decision, and of older ones like it, that it need not be entered again."""
    one = tx.execute(select(lost.c.kind, lost.c.key).where(lost.c.id == id)).one()
    alike = lost.c.sort == OUT, lost.c.kind.like("%." + one.kind.partition(".")[2]), lost.c.key == one.key
    tx.execute(update(lost).where(*alike).values(dropped_at=at))


def _done_since(tx: Tx) -> dict[tuple[str, str], int]:
    """Of each kind of entry about each subject the number of the last one in the log."""
    columns = event.c.kind, event.c.subject, func.max(event.c.seq)
    rows = tx.execute(select(*columns).group_by(event.c.kind, event.c.subject))
    return {(kind, subject): seq for kind, subject, seq in rows}


def _told_at(tx: Tx, because: str) -> int:
    """The number of the entry in the log that tells of this return."""
    mine = event.c.kind == RESTORED, event.c.subject == because[:120]
    return tx.scalar(select(func.max(event.c.seq)).where(*mine)) or 0


def _answers(tx: Tx) -> set[str]:
    """What the questions are about that were answered, lost, and are asked again."""
    answered = select(lost.c.key).where(lost.c.sort == IN, lost.c.kind == "question.answered")
    keys = set(tx.execute(answered).scalars())
    return {one.question.subject for key in keys if (one := questions.get(tx, key))}
