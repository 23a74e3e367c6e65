"""The register of decisions: who decided what, when, under which number. Entries are added, never changed."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import events
from jaarring.ledger.rules import Entry, Registered, registered

__all__ = [
    "Entry",
    "Registered",
    "about",
    "decision",
    "latest",
    "record",
    "register",
    "registered",
    "returns",
]

decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    #: what was decided about: the key of an occasion, a duty or an adjustment
    Column("subject", String(120), nullable=False, index=True),
    Column("verb", String(20), nullable=False),
    Column("body", String(80), nullable=False),
    Column("date", Date, nullable=False),
    #: the municipality's own number; empty where the step has none (accepting a report)
    Column("number", String(80), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    Column("recorded_by", String(80), nullable=False),
    Column("recorded_at", Moment, nullable=False),
)


def record(tx: Tx, entry: Entry, by: str, at: datetime) -> None:
    """Add a decision to the register and to the event log; `by` is who wrote it down."""
    values = {name: getattr(entry, name) for name in ("subject", "verb", "body", "date", "number", "reason")}
    tx.execute(insert(decision).values(**values, recorded_by=by, recorded_at=at))
    events.append(tx, at, by, f"decision.{entry.verb}", entry.subject, values, on_behalf_of=entry.body)


def about(tx: Tx, subject: str, verb: str = "") -> list[Entry]:
    """The decisions about one subject, oldest first; of one kind if `verb` is given."""
    query = select(decision).where(decision.c.subject == subject).order_by(decision.c.id)
    return [_entry(row) for row in tx.execute(query.where(decision.c.verb == verb) if verb else query)]


def latest(tx: Tx, subject: str, verb: str) -> Entry | None:
    """The decision that stands."""
    found = about(tx, subject, verb)
    return found[-1] if found else None


def returns(tx: Tx, year: int) -> list[tuple[str, datetime]]:
    """All that was sent back to be mended in a cycle year, and when, oldest first."""
    query = select(decision.c.subject, decision.c.recorded_at).where(decision.c.verb == "return")
    rows = tx.execute(query.where(decision.c.subject.like(f"{year}/%")).order_by(decision.c.id))
    return [(row.subject, row.recorded_at) for row in rows]


def register(tx: Tx, year: int | None = None) -> list[Registered]:
    """Every decision, oldest first, with whether it stands; of one cycle year where `year` is given."""
    rows = list(tx.execute(select(decision).order_by(decision.c.id)))
    return registered([_entry(row) for row in rows if year is None or _year(row.subject) == year])


def _year(subject: str) -> int | None:
    """The cycle year that a subject belongs to: `2027/plan/fb`, `BV-2027-01`."""
    found = re.match(r"(?:[A-Z]+-)?(\d{4})(?=[/-])", subject)
    return int(found[1]) if found else None


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    return Entry(row.subject, row.verb, row.body, row.date, row.number, row.reason)
