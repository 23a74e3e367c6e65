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
        steps.tick(here, day, cycle.moment(here, day))


def year(out: Path, variant: str = "direct", until: date | None = None) -> Demo:
    """The year of Elzenwaard in `out`, whole or up to and including `until`."""
    say: Callable[[str], None] = lambda line: None  # noqa: E731
    demo = Demo(out, variant, plain_tick, cli.main, say)
    demo.prepare()
    demo.play(until)
    demo.lay_out()
    return demo
