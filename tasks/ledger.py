"""Short work in the store: tried again when the database is busy, for a busy database passes."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from jaarring import cycle, rounds, steps
from jaarring.database import was_busy
from jaarring.doubts import actions as doubts
from jaarring.here import municipality
from tasks.opened import discreet, on


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
def note_round(config: Path, as_of: date) -> None:
    """Note that a tick for `as_of` has ended: `jaarring watch` asks, and the next tick."""
    with discreet(), municipality(config) as here:
        rounds.ended(here.storage, as_of)


@retried
def look(config: Path, as_of: date, at: datetime) -> cycle.Work:
    """Which steps have something to do on `as_of`; the calendar files are brought in line meanwhile."""
    with on(config, as_of, at) as here:
        doubts.look(here, at)
        steps.lay_out_agenda(here, as_of)
        steps.ask(here, as_of, at)
        return cycle.work(here, as_of, at)


@retried
def read_mailbox(config: Path, as_of: date, at: datetime) -> dict[str, int]:
    """Read the mailbox of the sender, where there is one; counts by what became of the mails."""
    with on(config, as_of, at) as here:
        return dict(steps.read_mail(here, as_of, at))


@retried
def take_in_forms(config: Path, as_of: date, at: datetime) -> dict[str, int]:
    """Take in the forms that wait in the intake folder; counts by outcome."""
    with on(config, as_of, at) as here:
        return dict(steps.take_in(here, as_of, at))


@retried
def queue_reminders(config: Path, as_of: date, at: datetime) -> dict[str, list[str]]:
    """Queue every request, reminder, notice and escalation that is due; the keys by what became of them."""
    with on(config, as_of, at) as here:
        return dict(steps.remind(here, as_of, at).__dict__)


@retried
def queue_post(config: Path, as_of: date, at: datetime) -> dict[str, list[str]]:
    """Queue the one letter a day for whoever is asked or told something; keys by what became of them."""
    with on(config, as_of, at) as here:
        posted = steps.post(here, as_of, at)
        return {name: getattr(posted, name) for name in ("sent", "waiting", "held")}
