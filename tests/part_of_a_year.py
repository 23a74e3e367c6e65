"""A cycle year of a municipality up to some day, through the plain steps, everybody handing in on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from jaarring import cycle
from jaarring.here import Here, municipality
from jaarring.occasions import Occasion
from jaarring.occasions.year import occasions
from tests.bench import year
from tests.played import plain_tick


def _nothing(_here: Here, _day: date) -> None:
    pass


def play(
    config: Path, last: date, morning: Callable[[Here, date], None] = _nothing, but: str | None = None
) -> None:
    """Play the cycle of 2027 up to and including `last`. `morning` is called on each day on which something
    is due, before anything else; the duty `but` is left to it.
    """
    with municipality(config) as here:
        by_day: dict[date, list[Occasion]] = {}
        for occasion in occasions(here.organisation, here.schedule, year.YEAR):
            by_day.setdefault(occasion.due, []).append(occasion)
        for day in sorted(day for day in by_day if day <= last):
            cycle.schedule(here, day, cycle.moment(here, day))
            morning(here, day)
            plain_tick(config, day)
            for occasion in by_day[day]:
                if occasion.duty != but:
                    year._act(here, occasion, day, config.parent)
            plain_tick(config, day)
