"""The secretary's tactical report to the board, on its date or by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flows.clock import moment, today
from flows.words import AsOf, Config, Year, show, step
from tasks.documents import compile_tactical
from tasks.mail import send_queued

QuarterNumber = Annotated[Literal[1, 2, 3, 4], Field(description="1 to 4.")]


@step("tactical")
def tactical(
    config: Config, as_of: AsOf = None, year: Year | None = None, quarter: QuarterNumber | None = None
) -> None:
    """Compile what is due; with `year` and `quarter` that one report, now, whatever the calendar says."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    compiled = compile_tactical(config, as_of, at, year, quarter)
    outcomes = send_queued(config, at)
    show("tactical", as_of, {"compiled": len(compiled), **outcomes})
