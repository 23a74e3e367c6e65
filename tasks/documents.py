"""Rendering: slow, stopped at a limit, and not tried again, since a mistake of ours stays one."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from jaarring import steps
from jaarring.by_hand import Wanted, report
from tasks.opened import on

#: seconds; far above a busy machine's worst, far below a night
LIMIT = 600

limited = task(timeout_seconds=LIMIT, persist_result=False, cache_policy=NO_CACHE)


@limited
def derive_plans(config: Path, as_of: date, at: datetime) -> list[str]:
    """Derive the plans that are due and lay out their documents; the occasions done."""
    with on(config, as_of, at) as here:
        return steps.derive_plans(here, as_of, at)


@limited
def lay_out_agenda(config: Path, as_of: date, at: datetime) -> list[str]:
    """Bring the calendar files in line with the ledger; those that changed."""
    with on(config, as_of, at) as here:
        return steps.lay_out_agenda(here, as_of)


@limited
def compile_tactical(
    config: Path, as_of: date, at: datetime, year: int | None = None, quarter: int | None = None
) -> list[str]:
    """Compile the tactical reports that are due, or the one named; what was done, by key."""
    with on(config, as_of, at) as here:
        if year and quarter:
            return steps.tactical_by_hand(here, year, quarter, as_of, at)
        return steps.compile_tactical(here, as_of, at)


@limited
def make_document(config: Path, as_of: date, at: datetime, wanted: Wanted) -> list[str]:
    """One document in the edition and forms asked for; the names of its files."""
    with on(config, as_of, at) as here:
        return [document.name for document in report(here, wanted, as_of, at)]


@limited
def compile_council(
    config: Path, as_of: date, at: datetime, year: int | None = None, edition: str = "openbaar"
) -> list[str]:
    """Compile the council reports that are due, or one edition of the year named; what was done, by key."""
    with on(config, as_of, at) as here:
        if year:
            return steps.council_by_hand(here, year, edition, as_of, at)
        return steps.compile_council(here, as_of, at)
