"""What was told about absence: notes are added, never changed. Why somebody is away is not kept here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, Date, Integer, String, Table, func, insert, select

from jaarring.absences.rules import Absences, Note
from jaarring.database import Moment, Tx, metadata

absence = Table(
    "absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person", String(40), nullable=False),
    #: absent, back, appoint, cancelled
    Column("kind", String(20), nullable=False),
    Column("first", Date, nullable=False),
    #: the last day, that day included; None: without end
    Column("last", Date),
    Column("substitute", String(40), nullable=False, default=""),
    #: of the calendar entry it came from; empty where it came from none
    Column("uid", String(255), nullable=False, default=""),
    Column("recorded_by", String(80), nullable=False),
    Column("recorded_at", Moment, nullable=False),
)


def add(tx: Tx, notes: Sequence[Note], by: str, at: datetime) -> None:
    """Keep what was told; `by`: who wrote it down."""
    rows = [{**note.__dict__, "recorded_by": by, "recorded_at": at} for note in notes]
    if rows:
        tx.execute(insert(absence), rows)


def known(tx: Tx) -> Absences:
    """All that was told so far."""
    columns = [absence.c[name] for name in ("person", "kind", "first", "last", "substitute", "uid")]
    return Absences(tuple(Note(*row) for row in tx.execute(select(*columns).order_by(absence.c.id))))


def count(tx: Tx) -> int:
    """How many notes there are: whether anything was told since somebody looked."""
    return tx.execute(select(func.count()).select_from(absence)).scalar_one()
