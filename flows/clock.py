"""The one place where a flow reads the clock: the default of `as_of`, and the moment of what it does."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jaarring import cycle
from jaarring.here import municipality


def today(config: Path) -> date:
    """Today in the municipality."""
    with municipality(config) as here:
        return datetime.now(ZoneInfo(here.config.time_zone)).date()


def moment(config: Path, as_of: date) -> datetime:
    """Now, where `as_of` is today; else the morning of `as_of`."""
    with municipality(config) as here:
        now = datetime.now(ZoneInfo(here.config.time_zone))
        return now if now.date() == as_of else cycle.moment(here, as_of)
