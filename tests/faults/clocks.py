"""Both changes of the clock: a tick in every hour of the days around them does what one tick a day does.

The server counts in UTC; the municipality's day has 23 hours once and 25 once, and an hour that comes twice.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from jaarring import rounds, steps
from jaarring.doubts import actions as doubts
from jaarring.here import Here, municipality
from jaarring.ledger import outbox
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.outages import tick_alone

ZONE = ZoneInfo("Europe/Amsterdam")
#: the Sundays; each is come to after ten days in which the server was off, so that there is something to do
CHANGES = (date(2027, 10, 31), date(2028, 3, 26))
OFF = timedelta(days=12)


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Each hour from Saturday to Monday around each change; `sample` leaves nothing out, for it is quick."""
    found = Found()
    config = town.founded(folder / "town", "jbox://../mail")
    day, ticks, mails = town.BEGIN, 0, 0
    for sunday in CHANGES:
        while day <= sunday - OFF:
            with municipality(config) as here:
                tick_alone(here, day)
            day += timedelta(days=1)
        shutil.copytree(folder / "town", folder / f"hourly-{sunday}")
        shutil.copytree(folder / "town", folder / f"daily-{sunday}")
        hours = list(_hours(sunday))
        ticks += len(hours)
        hourly = _went(folder / f"hourly-{sunday}" / "config", hours, found)
        once = [datetime.combine(one, time(7), ZONE) for one in dict.fromkeys(_day(hour) for hour in hours)]
        daily = _went(folder / f"daily-{sunday}" / "config", once, found)
        _compared(sunday, hourly, daily, found)
        mails += hourly[0].total()
    found.runs.append(f"{ticks} ticks, one an hour around both changes of the clock; {mails} mails")
    return found


def _hours(sunday: date) -> list[datetime]:
    first = datetime.combine(sunday - timedelta(days=1), time(0, 30), ZONE).astimezone(UTC)
    last = datetime.combine(sunday + timedelta(days=1), time(23, 30), ZONE).astimezone(UTC)
    return [first + timedelta(hours=n) for n in range(int((last - first) / timedelta(hours=1)) + 1)]


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


def _went(config: Path, moments: list[datetime], found: Found) -> tuple[Counter[str], dict[str, list[str]]]:
    """The messages by occasion and recipient after a tick at each moment, and the rest of the state."""
    for at in moments:
        with municipality(config) as here:
            _tick(here, at)
            if held := doubts.look(here, at):
                found.wrong.append(f"{at}: held: {held[0].evidence}")
    with municipality(config) as here:
        found.wrong += [f"{config.parent.name}: {one}" for one in twins.unproven(here)]
        tables = twins.state(here).tables
        with here.store.read() as tx:
            lines = outbox.all_lines(tx)
    kept = {name: tables[name] for name in ("occasion", "decision", "submission", "carried", "told")}
    return Counter(f"{one.occasion} to {one.recipient}, {one.state}" for one in lines), kept


def _tick(here: Here, at: datetime) -> None:
    day = _day(at)
    steps.tick(here.on(day), day, at, news=True)
    rounds.ended(here.storage, day)


def _compared(
    sunday: date,
    hourly: tuple[Counter[str], dict[str, list[str]]],
    daily: tuple[Counter[str], dict[str, list[str]]],
    found: Found,
) -> None:
    found.doubled += [f"{sunday}: {one}" for one in hourly[0] - daily[0]]
    found.lost += [f"{sunday}: {one}" for one in daily[0] - hourly[0]]
    found.wrong += [f"{sunday}: {name} differs" for name, rows in daily[1].items() if hourly[1][name] != rows]
