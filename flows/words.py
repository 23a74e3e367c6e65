"""What every flow has: parameters that say what they are, a name for each run, and counts to look at."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ParamSpec, get_args, get_type_hints

from prefect import Flow, flow
from prefect.artifacts import create_table_artifact
from prefect.runtime import flow_run
from pydantic import Field

P = ParamSpec("P")

Config = Annotated[Path, Field(description="The folder with the municipality's four files.")]
AsOf = Annotated[
    date | None, Field(description="The date to work for; empty means today in the municipality.")
]
Year = Annotated[int, Field(ge=2020, le=2100, description="The cycle year accounted for; empty: all due.")]


def step(name: str) -> Callable[[Callable[P, None]], Flow[P, None]]:
    """Make a function the flow of this step. Its runs are named after what was asked of them, as in
    `tick-2027-04-01` and `tactical-2027-Q3`, and Prefect keeps no result of them.
    """

    def made(function: Callable[P, None]) -> Flow[P, None]:
        # Prefect takes the words for its form from the docstring, not from the annotation.
        told = inspect.getdoc(function) or ""
        hints = get_type_hints(function, include_extras=True)
        arguments = [f"    {of}: {_description(hint)}" for of, hint in hints.items() if of != "return"]
        function.__doc__ = "\n".join([told, "", "Args:", *arguments])
        return flow(description=told, flow_run_name=lambda: _name(name), persist_result=False)(function)

    return made


def _description(hint: Any) -> str:
    parts = [hint, *get_args(hint)]
    return next((str(field.description) for part in parts for field in getattr(part, "__metadata__", ())), "")


def _name(step: str) -> str:
    given = dict(flow_run.get_parameters() or {})
    parts = [given.get("year"), given.get("quarter") and f"Q{given['quarter']}", given.get("edition")]
    if given.get("year") is None:
        parts = [given.get("as_of") or "today"]
    return "-".join([step, *(str(part) for part in parts if part)])


def show(step: str, as_of: date, done: Mapping[str, int]) -> None:
    """Leave the counts of what was done with the run, if anything was. Counts only: whoever looks in Prefect
    sees everything.
    """
    table = [{"what": what, "count": count} for what, count in done.items() if count]
    if table:
        create_table_artifact(table, key=step, description=f"{step}, as of {as_of}")
