"""The adjustments of a year: proposed once, decided once."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select, update

from jaarring.adjustments.rules import Adjustment, Verdict
from jaarring.database import Moment, Tx, metadata
from jaarring.reports.rules import Proposal

adjustment = Table(
    "adjustment",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    Column("theme", String(40), nullable=False),
    #: one proposal an account; a new version before the decision takes the place of the old text
    Column("proposed_in", String(120), nullable=False, unique=True),
    Column("proposed_on", Date, nullable=False),
    Column("proposal", Text, nullable=False),
    Column("proposed_by", String(80), nullable=False),
    Column("verdict", Text),
    #: the day on which it was carried out in plan, budget and calendar
    Column("carried_out", Date),
    Column("recorded_at", Moment, nullable=False),
)


@cache
def _proposal() -> TypeAdapter[Proposal]:
    return TypeAdapter(Proposal)


@cache
def _verdict() -> TypeAdapter[Verdict]:
    return TypeAdapter(Verdict)


def add(
    tx: Tx, year: int, theme: str, duty: str, on: date, proposal: Proposal, at: datetime, by: str = ""
) -> Adjustment:
    """Keep a new proposal under the next number of the year; `by`: who proposes."""
    number = len(of_year(tx, year)) + 1
    made = Adjustment(f"BV-{year}-{number:02d}", year, theme, duty, on, proposal, None, by)
    tx.execute(
        insert(adjustment).values(
            id=made.id,
            year=year,
            theme=theme,
            proposed_in=duty,
            proposed_on=on,
            proposed_by=by,
            proposal=_proposal().dump_json(proposal).decode(),
            recorded_at=at,
        )
    )
    return made


def next_place(tx: Tx, year: int, theme: str) -> str:
    """Where the next proposal of a theme stands that comes in no account: 2027/adjustment/bc/1"""
    mine = f"{year}/adjustment/{theme}/"
    taken = sum(one.proposed_in.startswith(mine) for one in of_year(tx, year))
    return f"{mine}{taken + 1}"


def reword(tx: Tx, id: str, proposal: Proposal) -> None:
    """Put a newer version of an undecided proposal in its place; the first stays in the account it stood
    in.
    """
    open_one = adjustment.c.id == id, adjustment.c.verdict.is_(None)
    tx.execute(update(adjustment).where(*open_one).values(proposal=_proposal().dump_json(proposal).decode()))


def decide(tx: Tx, id: str, verdict: Verdict) -> None:
    """Record what was decided; once."""
    open_one = adjustment.c.id == id, adjustment.c.verdict.is_(None)
    tx.execute(update(adjustment).where(*open_one).values(verdict=_verdict().dump_json(verdict).decode()))


def carry_out(tx: Tx, id: str, on: date) -> None:
    """Record that plans and budgets are as decided."""
    tx.execute(update(adjustment).where(adjustment.c.id == id).values(carried_out=on))


def get(tx: Tx, id: str) -> Adjustment | None:
    row = tx.execute(select(adjustment).where(adjustment.c.id == id)).first()
    return _adjustment(row) if row else None


def of_year(tx: Tx, year: int) -> list[Adjustment]:
    """The adjustments of a year in the order of their numbers."""
    rows = tx.execute(select(adjustment).where(adjustment.c.year == year).order_by(adjustment.c.id))
    return [_adjustment(row) for row in rows]


def _adjustment(row: Row[tuple[object, ...]]) -> Adjustment:
    return Adjustment(
        id=row.id,
        year=row.year,
        theme=row.theme,
        proposed_in=row.proposed_in,
        proposed_on=row.proposed_on,
        proposal=_proposal().validate_json(row.proposal),
        verdict=_verdict().validate_json(row.verdict) if row.verdict else None,
        proposed_by=row.proposed_by,
        carried_out=row.carried_out,
    )
