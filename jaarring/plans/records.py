"""The adopted framework and the plans of a year. A plan that changes is a new version; the old one stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Integer, Row, String, Table, Text, func, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.goals.rules import Framework
from jaarring.plans.rules import JOINT, Plan

framework = Table(
    "framework",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    #: the framework as the board adopted it for this cycle year; later edits of strategy.yaml do not touch it
    Column("content", Text, nullable=False),
    Column("adopted_at", Moment, nullable=False),
)
plan = Table(
    "plan",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("subject", String(40), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("state", String(20), nullable=False),
    Column("content", Text, nullable=False),
    #: the adjustment that made this version; empty for the first
    Column("because", String(20), nullable=False, default=""),
    Column("made_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Kept:
    """A version of a plan in the store. States: draft, submitted, agreed (oib), accepted, adopted."""

    plan: Plan
    version: int
    state: str
    because: str


@cache
def _framework() -> TypeAdapter[Framework]:
    return TypeAdapter(Framework)


@cache
def _plan() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def keep_framework(tx: Tx, year: int, adopted: Framework, at: datetime) -> None:
    content = _framework().dump_json(adopted).decode()
    tx.execute(insert(framework).values(year=year, content=content, adopted_at=at))


def adopted_framework(tx: Tx, year: int) -> Framework | None:
    """The framework as adopted for a cycle year; None if the board has not decided yet."""
    content = tx.execute(select(framework.c.content).where(framework.c.year == year)).scalar()
    return _framework().validate_json(content) if content else None


def add(tx: Tx, new: Plan, state: str, at: datetime, because: str = "") -> int:
    """Keep a plan as the next version of its subject; the version."""
    last = tx.execute(
        select(func.max(plan.c.version)).where(plan.c.year == new.year, plan.c.subject == new.subject)
    ).scalar()
    version = (last or 0) + 1
    tx.execute(
        insert(plan).values(
            year=new.year,
            subject=new.subject,
            version=version,
            state=state,
            content=_plan().dump_json(new).decode(),
            because=because,
            made_at=at,
        )
    )
    return version


def move(tx: Tx, kept: Kept, state: str) -> None:
    """Move the state of a version."""
    one = (
        plan.c.year == kept.plan.year,
        plan.c.subject == kept.plan.subject,
        plan.c.version == kept.version,
    )
    tx.execute(update(plan).where(*one).values(state=state))


def of_year(tx: Tx, year: int) -> dict[str, Kept]:
    """The newest version of every plan of a year, by subject; the joint plan first."""
    rows = tx.execute(select(plan).where(plan.c.year == year).order_by(plan.c.subject, plan.c.version))
    newest = {row.subject: _kept(row) for row in rows}
    return dict(sorted(newest.items(), key=lambda item: item[0] != JOINT))


def set_at(tx: Tx, year: int) -> dict[str, datetime]:
    """When each plan of a year was first derived, by subject: when its objectives were set."""
    first = select(plan.c.subject, plan.c.made_at).where(plan.c.year == year, plan.c.version == 1)
    return {row.subject: row.made_at for row in tx.execute(first)}


def years(tx: Tx) -> list[int]:
    """The cycle years that have plans."""
    return list(tx.execute(select(plan.c.year).distinct().order_by(plan.c.year)).scalars())


def versions(tx: Tx, year: int, subject: str) -> list[Kept]:
    """Every version of one plan, first to last."""
    mine = plan.c.year == year, plan.c.subject == subject
    return [_kept(row) for row in tx.execute(select(plan).where(*mine).order_by(plan.c.version))]


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    return Kept(_plan().validate_json(row.content), row.version, row.state, row.because)
