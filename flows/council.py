"""The board's report to the council, on its date or by hand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flows.clock import moment, today
from flows.words import AsOf, Config, Year, show, step
from tasks.documents import compile_council
from tasks.mail import send_queued

Edition = Annotated[
    Literal["intern", "besloten", "openbaar"],
    Field(description="intern, besloten (closed annex) or openbaar (public); with `year` only."),
]


@step("council")
def council(
    config: Config, as_of: AsOf = None, year: Year | None = None, edition: Edition = "openbaar"
) -> None:
    """Compile what is due; with `year` one edition of that year's report, now, whatever the calendar says."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    compiled = compile_council(config, as_of, at, year, edition)
    outcomes = send_queued(config, at)
    show("council", as_of, {"compiled": len(compiled), **outcomes})
