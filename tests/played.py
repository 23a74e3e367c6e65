"""The demo's year in one process: the same people, forms and commands, plain steps for the tick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from jaarring import cli, cycle, steps
from jaarring.demo.play import Demo
from jaarring.here import municipality


def plain_tick(config: Path, day: date) -> None:
    """What the flow `tick` orders, without Prefect around it."""
    with municipality(config) as here:
        at = cycle.moment(here, day)
        cycle.schedule(here, day, at)
        work = cycle.work(here, day, at)
        if work.plans:
            steps.derive_plans(here, day, at)
        if work.reports:
            steps.take_in(here, day, at)
        if work.reminders:
            steps.remind(here, day, at)
        if work.tactical:
            steps.compile_tactical(here, day, at)
        if work.council:
            steps.compile_council(here, day, at)
        if work.post or not work.nothing:  # what was just made or handed in may ask somebody something
            steps.post(here, day, at)
        steps.send(here, at)


def year(out: Path, variant: str = "direct", until: date | None = None) -> Demo:
    """The year of Elzenwaard in `out`, whole or up to and including `until`."""
    say: Callable[[str], None] = lambda line: None  # noqa: E731
    demo = Demo(out, variant, plain_tick, cli.main, say)
    demo.prepare()
    demo.play(until)
    demo.lay_out()
    return demo
