"""What the parameters of every flow say of themselves, how runs are named, and what runs leave to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run
from pydantic import Field

Config = Annotated[
    Path, Field(title="Configuration", description="The folder with the municipality's four files")
]
AsOf = Annotated[
    date | None,
    Field(title="As of", description="The date to work for; empty means today in the municipality"),
]
Year = Annotated[int, Field(ge=2020, le=2100, title="Cycle year", description="The year accounted for")]


def named(step: str) -> Callable[[], str]:
    """A name for each run: the step with its date, or with what was asked of it by hand: `tick-2027-04-01`,
    `tactical-2027-Q3`.
    """

    def name() -> str:
        given = dict(flow_run.get_parameters() or {})
        parts = [given.get("year"), given.get("quarter") and f"Q{given['quarter']}", given.get("edition")]
        if given.get("year") is None:
            parts = [given.get("as_of") or "today"]
        return "-".join([step, *(str(part) for part in parts if part)])

    return name


def show(step: str, as_of: date, done: Mapping[str, int]) -> None:
    """Leave the counts of what was done with the run, for who looks in Prefect. Counts only: there everybody
    sees everything.
    """
    table = [{"what": what, "count": count} for what, count in done.items()]
    create_table_artifact(table, key=step, description=f"{step}, as of {as_of}")
