"""Short work in the store: tried again when the database is busy, for a busy database passes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from jaarring import steps
from jaarring.database import was_busy
from jaarring.here import municipality


def database_was_busy(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a failed task only met a busy database."""
    return was_busy(state.result(raise_on_failure=False))


retried = task(
    retries=3,
    retry_delay_seconds=[1, 5, 25],
    retry_condition_fn=database_was_busy,
    persist_result=False,
    cache_policy=NO_CACHE,
)


@retried
def take_in_forms(config: Path, as_of: date, at: datetime) -> dict[str, int]:
    """Take in the forms that wait in the intake folder; counts by outcome."""
    with municipality(config) as here:
        return dict(steps.take_in(here, as_of, at))


@retried
def queue_reminders(config: Path, as_of: date, at: datetime) -> dict[str, list[str]]:
    """Queue every request, reminder, notice and escalation that is due; the keys by what became of them."""
    with municipality(config) as here:
        return dict(steps.remind(here, as_of, at).__dict__)
