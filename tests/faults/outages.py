"""A server that is off for 1 to 400 days from any of twelve days: what goes out on the day it comes back, and
on those after. Nobody hands in, so every ladder is climbed to its end.

What must hold: nothing goes out after a gap of more than two weeks, or over a year's end, until the
coordinator has looked; and no escalation before its notice was really sent and its own interval has passed.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from jaarring import cycle, rounds, steps
from jaarring.doubts import actions as doubts
from jaarring.doubts.rules import GAP
from jaarring.here import Here, municipality
from jaarring.ledger import due, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Occasion
from jaarring.reminders.actions import Around, queue_due
from tests.faults import town
from tests.faults.found import Found

LONGEST = 400
#: the last day on which the server ran: around a request, a reminder, a due date, each rung of a ladder, the
#: summer, the end of a year
STARTS = [
    date(2027, month, day)
    for month, day in ((4, 1), (4, 7), (4, 9), (4, 12), (4, 14), (4, 15), (4, 16), (4, 19), (7, 15), (10, 7))
] + [date(2027, 10, 15), date(2027, 12, 20)]
#: working days that are played after it is back
AFTER = 8
#: of so many outages one is followed by whole ticks, with forms and reports, which take far longer
WHOLE = 40


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Every outage from every start; `sample`: so many drawn from all."""
    cases = [(start, days) for start in STARTS for days in range(1, LONGEST + 1)]
    chosen = cases if sample is None else sorted(random.sample(cases, sample))
    _played(folder)
    shares = [[days for begun, days in chosen if begun == start] for start in STARTS]
    found = Found()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as workers:
        for one in workers.map(_from, [folder] * len(STARTS), STARTS, shares):
            found.add(one)
    sent, whole = (sum(int(one.split()[place]) for one in found.runs) for place in (0, 1))
    found.runs = [
        f"{len(chosen)} of {len(cases)} outages ({whole} with whole ticks), {sent} mails after them"
    ]
    found.wrong += _blind(folder / f"{STARTS[0]}" / "config")
    return found


def _blind(config: Path) -> Iterator[str]:
    """The control: a step up a ladder that went without its notice is seen."""
    with municipality(config) as here:
        at = cycle.moment(here, STARTS[0])
        if list(unfair(here)):
            yield "control: a town in which nothing went up is unfair"
        with here.store.write() as tx:
            rung = next(e.occasion for e in due.of_year(tx, town.YEAR) if e.occasion.kind == "escalate")
            outbox.queue(tx, NewMessage(rung.key, "x@waterveen.example", "<x@x>", "x", b""), at)
            outbox.went(tx, "<x@x>", at, "250")
        if not list(unfair(here)):
            yield "control: an escalation without its notice is not seen"


def _played(folder: Path) -> None:
    """The town up to each start, kept."""
    config = town.founded(folder / "town", "jbox://../mail")
    day = town.BEGIN
    while day <= STARTS[-1]:
        with municipality(config) as here:
            tick_alone(here, day)
        if day in STARTS:
            shutil.copytree(folder / "town", folder / f"{day}")
        day += timedelta(days=1)


def tick_alone(here: Here, day: date) -> None:
    """A tick of reminders and mail alone, without forms and reports: a year of them takes seconds."""
    at = cycle.moment(here, day)
    cycle.schedule(here, day, at)
    queue_due(here.on(day), day, at, Around())
    steps.send(here, at)
    rounds.ended(here.storage, day)


def whole_tick(here: Here, day: date) -> None:
    """A tick as the flow does it: also what makes forms and reports."""
    steps.tick(here.on(day), day, cycle.moment(here, day), news=True)
    rounds.ended(here.storage, day)


def _from(folder: Path, start: date, lengths: list[int]) -> Found:
    found, mails, whole = Found(), 0, 0
    work = folder / f"work-{start}"
    for number, days in enumerate(lengths):
        tick = whole_tick if number % WHOLE == 0 else tick_alone
        whole += tick is whole_tick
        shutil.copytree(folder / f"{start}", work)
        with municipality(work / "config") as here:
            mails += _back(here, start, days, tick, found)
        shutil.rmtree(work)
    found.runs = [f"{mails} {whole}"]
    return found


def _back(here: Here, start: date, days: int, tick: Callable[[Here, date], None], found: Found) -> int:
    """The server is back after `days`; how many mails went out from then on."""
    day, where = start + timedelta(days=days), f"off from {start}, {days} days"
    before = len(_sent(here))
    tick(here, day)
    doubtful = days > GAP or (days > 1 and day.year > start.year)
    if doubtful and len(_sent(here)) > before:
        found.wrong.append(f"{where}: something went out before anybody looked")
    if bool(doubts.look(here, cycle.moment(here, day))) != doubtful and here.schedule.calendar.is_working_day(
        day
    ):
        found.wrong.append(f"{where}: held {not doubtful}")
    calendar = here.schedule.calendar
    for _ in range(AFTER):
        doubts.release(here, here.organisation.coordinator, cycle.moment(here, day))
        steps.send(here, cycle.moment(here, day))
        day += timedelta(days=1)
        while not calendar.is_working_day(day):
            rounds.ended(here.storage, day)
            day += timedelta(days=1)
        tick(here, day)
    found.wrong += [f"{where}: {one}" for one in unfair(here)]
    return len(_sent(here)) - before


def _sent(here: Here) -> list[outbox.Line]:
    with here.store.read() as tx:
        return [one for one in outbox.all_lines(tx) if one.state == "sent"]


def unfair(here: Here) -> Iterator[str]:
    """Every rung of a ladder that was sent before the one below it, or too soon after it."""
    told: dict[str, date] = {}
    for line in _sent(here):
        assert line.sent_at is not None
        on = line.sent_at.astimezone(ZoneInfo(here.config.time_zone)).date()
        told[line.occasion] = max(on, told.get(line.occasion, on))
    ladders: dict[str, list[Occasion]] = {}
    with here.store.read() as tx:
        for entry in due.of_year(tx, town.YEAR):
            if entry.occasion.kind in ("overdue", "escalate"):
                ladders.setdefault(entry.occasion.ladder, []).append(entry.occasion)
    for ladder in ladders.values():
        ladder.sort(key=lambda one: one.offset)
        for notice, rung in zip(ladder, ladder[1:], strict=False):
            if rung.key not in told:
                continue
            if notice.key not in told:
                yield f"{rung.key} went on {told[rung.key]} without {notice.key}"
            elif (
                here.schedule.calendar.between(told[notice.key], told[rung.key]) < rung.offset - notice.offset
            ):
                yield f"{rung.key} went on {told[rung.key]}, too soon after {told[notice.key]}"
