"""The adopted framework, its amendments, the plans of a year. What changes is a new version; the old stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, func, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.goals.amendments import Change
from jaarring.goals.rules import Framework
from jaarring.plans.rules import JOINT, Plan

framework = Table(
    "framework",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    #: the framework as the board adopted it for this cycle year; later edits of strategy.yaml do not touch it
    Column("content", Text, nullable=False),
    #: the amendment that made this version; empty for the first
    Column("because", String(20), nullable=False, default=""),
    Column("valid_from", Date, nullable=False),
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
    #: the adjustment, amendment or change of the organisation (`CHANGE`, date) that made this version; empty
    #: where the owner wrote it, or nobody yet
    Column("because", String(20), nullable=False, default=""),
    #: hash of the form that it was read from; empty where it came from none
    Column("file", String(64), nullable=False, default=""),
    Column("made_at", Moment, nullable=False),
)


#: what a version is due to that a change of the organisation made: this, and the date of the change
CHANGE = "change/"
amendment = Table(
    "amendment",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    #: hash of what it changes: the same edit is the same amendment
    Column("content", String(64), nullable=False),
    #: proposed, adopted, refused, withdrawn (edited back), superseded (edited further)
    Column("state", String(20), nullable=False),
    Column("proposed_on", Date, nullable=False),
    #: the framework as it would be
    Column("framework", Text, nullable=False),
    Column("changes", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Kept:
    """A version of a plan in the store. States: draft, submitted, agreed (oib), accepted, adopted."""

    plan: Plan
    version: int
    state: str
    because: str
    file: str = ""


@dataclass(frozen=True)
class Amendment:
    """A change of the adopted framework that strategy.yaml proposes, under its number (`AM-2027-01`).

    `content`: hash of what it changes; `framework`: as it would be; `state`: see the column.
    """

    id: str
    year: int
    content: str
    state: str
    proposed_on: date
    framework: Framework
    changes: tuple[Change, ...]

    @property
    def themes(self) -> tuple[str, ...]:
        """Whose plans it touches."""
        return tuple(dict.fromkeys(theme for change in self.changes for theme in change.themes))


@cache
def _changes() -> TypeAdapter[tuple[Change, ...]]:
    return TypeAdapter(tuple[Change, ...])


@cache
def _framework() -> TypeAdapter[Framework]:
    return TypeAdapter(Framework)


@cache
def _plan() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def keep_framework(
    tx: Tx, year: int, adopted: Framework, at: datetime, because: str = "", valid_from: date | None = None
) -> None:
    """Keep a framework as the next version for a cycle year, from `valid_from` (default: its adoption)."""
    last = tx.execute(select(func.max(framework.c.version)).where(framework.c.year == year)).scalar()
    tx.execute(
        insert(framework).values(
            year=year,
            version=(last or 0) + 1,
            content=_framework().dump_json(adopted).decode(),
            because=because,
            valid_from=valid_from or adopted.adoption.date,
            adopted_at=at,
        )
    )


def adopted_framework(tx: Tx, year: int, on: date | None = None) -> Framework | None:
    """The framework as adopted for a cycle year, with its amendments; None if the board has not decided yet.

    `on`: as it was valid on that day.
    """
    wanted = [framework.c.year == year, *([framework.c.valid_from <= on] if on else [])]
    newest = select(framework.c.content).where(*wanted).order_by(framework.c.version.desc()).limit(1)
    content = tx.execute(newest).scalar()
    return _framework().validate_json(content) if content else None


def framework_years(tx: Tx) -> list[int]:
    """The cycle years whose framework has been adopted."""
    return list(tx.execute(select(framework.c.year).distinct().order_by(framework.c.year)).scalars())


def as_json(one: Framework) -> str:
    """A framework as it is kept: one spelling for one content."""
    return _framework().dump_json(one).decode()


def propose(
    tx: Tx, year: int, content: str, on: date, would_be: Framework, changes: tuple[Change, ...], at: datetime
) -> str:
    """Keep a proposed amendment under the next number of the year; its number."""
    id = f"AM-{year}-{len(amendments(tx, year)) + 1:02d}"
    tx.execute(
        insert(amendment).values(
            id=id,
            year=year,
            content=content,
            state="proposed",
            proposed_on=on,
            framework=_framework().dump_json(would_be).decode(),
            changes=_changes().dump_json(changes).decode(),
            recorded_at=at,
        )
    )
    return id


def amendments(tx: Tx, year: int) -> list[Amendment]:
    """The amendments of a year, in the order in which they were proposed."""
    rows = tx.execute(select(amendment).where(amendment.c.year == year).order_by(amendment.c.id))
    return [
        Amendment(
            row.id,
            row.year,
            row.content,
            row.state,
            row.proposed_on,
            _framework().validate_json(row.framework),
            _changes().validate_json(row.changes),
        )
        for row in rows
    ]


def settle(tx: Tx, id: str, state: str) -> None:
    """What became of an amendment."""
    tx.execute(update(amendment).where(amendment.c.id == id).values(state=state))


def add(tx: Tx, new: Plan, state: str, at: datetime, because: str = "", file: str = "") -> int:
    """Keep a plan as the next version of its subject; the version. `file`: hash of the form it came in."""
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
            file=file,
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


def of_year(tx: Tx, year: int, on: date | None = None) -> dict[str, Kept]:
    """The newest version of every plan of a year, by subject; the joint plan first.

    `on`: as the work was divided over the themes that day; what a later change of the organisation moved
    stands where it stood.
    """
    return next(over_time(tx, year, on), {})


def over_time(tx: Tx, year: int, on: date | None = None) -> Iterator[dict[str, Kept]]:
    """The plans of a year as they are, then as they were before each moment at which one changed.

    `on`: as in `of_year`.
    """
    rows = list(tx.execute(select(plan).where(plan.c.year == year).order_by(plan.c.made_at, plan.c.version)))
    moved = [row.made_at for row in rows if on and row.because > f"{CHANGE}{on}" and CHANGE in row.because]
    before = min(moved, default=None)
    kept = [(row.made_at, _kept(row)) for row in rows if before is None or row.made_at < before]
    for moment in sorted({made_at for made_at, _ in kept}, reverse=True):
        newest: dict[str, Kept] = {}
        for made_at, one in kept:
            if made_at <= moment and one.version >= newest.get(one.plan.subject, one).version:
                newest[one.plan.subject] = one
        yield dict(sorted(newest.items(), key=lambda item: (item[0] != JOINT, item[0])))


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
    return Kept(_read(row.content), row.version, row.state, row.because, row.file)


@lru_cache(256)
def _read(content: str) -> Plan:
    """A plan from its JSON, made once: every room looks at the plans on every tick."""
    return _plan().validate_json(content)
