"""One random year played, and everything that must hold of it, looked up afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from jaarring import cycle
from jaarring.database import Store
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.ledger.outbox import Claimed
from jaarring.mail.message import Outcome
from jaarring.mail.outgoing import send_queued
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.reminders import actions as reminders
from tests.fuzz.towns import BEGIN, END, YEAR, Town, town

ZONE = ZoneInfo("Europe/Amsterdam")
NOON = time(12, 0)


@dataclass
class Played:
    """What came of a year: every mail, every occasion, and when each duty was met."""

    town: Town
    #: day, occasion, recipient
    mails: list[tuple[date, str, str]] = field(default_factory=list)
    entries: dict[str, due.Entry] = field(default_factory=dict)
    handed_in: dict[str, date] = field(default_factory=dict)


def play(seed: int, folder: Path) -> Played:
    """The year of one seed; the same seed gives the same year."""
    played = Played(town(Random(seed), folder))
    store = Store.open(folder / "var" / "jaarring.db")
    try:
        for ordinal in range(BEGIN.toordinal(), END.toordinal() + 1):
            day = date.fromordinal(ordinal)
            here = Here(played.town.config, store, folder / "var", day)
            for _ in range(played.town.runs[day]):
                _tick(here, day)
            _people(here, day, played)
        _look_up(store, played)
    finally:
        store.close()
    return played


def _tick(here: Here, day: date) -> None:
    at = cycle.moment(here, day)
    cycle.schedule(here, day, at)
    reminders.queue_due(here, day, at, reminders.Around())
    if here.schedule.calendar.is_working_day(day):
        send_queued(here.store, _delivered, at)


def _delivered(message: Claimed) -> Outcome:
    return Outcome("sent", "250 ok")


def _people(here: Here, day: date, played: Played) -> None:
    """At noon whoever was asked long enough ago hands in, on days when people work."""
    if not here.schedule.calendar.is_working_day(day):
        return
    with here.store.read() as tx:
        waiting = [e for e in due.of_year(tx, YEAR) if e.occasion.kind == "request" and e.state == "done"]
    ready = []
    for entry in waiting:
        duty, settled = entry.occasion.duty, entry.settled
        wait = played.town.hands_in.get(duty)
        if duty in played.handed_in or wait is None or settled is None:
            continue
        if (day - settled.astimezone(ZONE).date()).days >= wait:
            ready.append(duty)
    if ready:
        with here.store.write() as tx:
            for duty in ready:
                due.close_duty(tx, duty, datetime.combine(day, NOON, ZONE))
                played.handed_in[duty] = day


def _look_up(store: Store, played: Played) -> None:
    with store.read() as tx:
        rows = tx.exec_driver_sql("select sent_at, occasion, recipient from message where state = 'sent'")
        for sent, occasion, recipient in rows:
            moment = datetime.fromisoformat(str(sent)).replace(tzinfo=ZoneInfo("UTC"))
            played.mails.append((moment.astimezone(ZONE).date(), occasion, recipient))
        played.entries = {entry.occasion.key: entry for entry in due.of_year(tx, YEAR)}


def broken(played: Played) -> Iterator[str]:
    """Every promise that this year broke, in a sentence; nothing if all held."""
    yield from _on_working_days(played)
    yield from _none_after_hand_in(played)
    yield from _to_whom(played)
    yield from _once(played)
    yield from _no_escalation_before_its_notice(played)
    yield from _every_step_taken(played)
    yield from _nothing_left_asking(played)


def _asks(played: Played) -> Iterator[tuple[date, Occasion, str]]:
    for day, key, recipient in played.mails:
        if key in played.entries and played.entries[key].occasion.kind in ASKS:
            yield day, played.entries[key].occasion, recipient


def _on_working_days(played: Played) -> Iterator[str]:
    calendar = played.town.config.schedule.calendar
    for day, key, recipient in played.mails:
        if not calendar.is_working_day(day):
            yield f"{key} went to {recipient} on {day}, a closed day"


def _none_after_hand_in(played: Played) -> Iterator[str]:
    for day, occasion, recipient in _asks(played):
        met = played.handed_in.get(occasion.duty)
        if met and day > met:
            yield f"{occasion.key} went to {recipient} on {day}, handed in on {met}"


def _to_whom(played: Played) -> Iterator[str]:
    """Nobody who is away or gone gets anything, unless there is nobody else at all."""
    ids = {person.mail: person.id for stage in _stages(played) for person in stage.people.values()}
    for day, key, recipient in played.mails:
        id = ids[recipient]
        if any(day in period for period in played.town.absences.get(id, ())) and _somebody_is_there(
            played, day
        ):
            yield f"{key} went to {id} on {day}, who is absent"


def _somebody_is_there(played: Played, day: date) -> bool:
    return not any(day in period for period in played.town.absences.get("coordinator", ()))


def _stages(played: Played) -> list[Organisation]:
    organisations = played.town.config.organisations
    return [organisations.first, *(stage for _, stage in organisations.later)]


def _once(played: Played) -> Iterator[str]:
    """No step twice to the same person; no two mails of one ladder to one person on one day."""
    steps: set[tuple[str, str]] = set()
    days: dict[tuple[str, str, date], str] = {}
    for _, key, recipient in played.mails:
        if (key, recipient) in steps:
            yield f"{key} went twice to {recipient}"
        steps.add((key, recipient))
    for day, occasion, recipient in _asks(played):
        first = days.setdefault((occasion.duty, recipient, day), occasion.key)
        if first != occasion.key:
            yield f"{first} and {occasion.key} both went to {recipient} on {day}"


def _no_escalation_before_its_notice(played: Played) -> Iterator[str]:
    calendar = played.town.config.schedule.calendar
    told: dict[str, date] = {}
    for day, occasion, _ in _asks(played):
        told[occasion.key] = max(day, told.get(occasion.key, day))
    by_duty: dict[str, list[Occasion]] = {}
    for entry in played.entries.values():
        if entry.occasion.kind in ("overdue", "escalate"):
            by_duty.setdefault(entry.occasion.duty, []).append(entry.occasion)
    for ladder in by_duty.values():
        ladder.sort(key=lambda occasion: occasion.offset)
        for notice, rung in zip(ladder, ladder[1:], strict=False):
            if rung.key not in told:
                continue
            if notice.key not in told:
                yield f"{rung.key} went on {told[rung.key]} without {notice.key}"
            elif calendar.between(told[notice.key], told[rung.key]) < rung.offset - notice.offset:
                yield f"{rung.key} went on {told[rung.key]}, too soon after {told[notice.key]}"


def _every_step_taken(played: Played) -> Iterator[str]:
    """Where the server ran every day, every step that came before the hand-in was taken on its day."""
    if not all(played.town.runs.values()):
        return
    told = {occasion.key: day for day, occasion, _ in _asks(played)}
    changed = bool(played.town.config.organisations.later)
    for entry in played.entries.values():
        one = entry.occasion
        if one.kind not in ASKS or entry.state in ("withdrawn", "held") or one.due > END or changed:
            continue
        met = played.handed_in.get(one.duty)
        if met and met < one.due:
            continue
        if one.kind == "escalate" and played.town.absences:
            continue  # who was asked late is escalated later, or not any more
        if one.key not in told:
            yield f"{one.key} of {one.due} was never sent (state {entry.state}, handed in {met})"
        elif one.kind != "escalate" and told[one.key] != played.town.config.schedule.calendar.on_or_after(
            one.due
        ):
            yield f"{one.key} of {one.due} went on {told[one.key]}"


def _nothing_left_asking(played: Played) -> Iterator[str]:
    """Of a duty that was met nothing is open any more; one that was never asked is not met."""
    for entry in played.entries.values():
        if entry.occasion.duty in played.handed_in and entry.state == "open":
            yield f"{entry.occasion.key} is still open, handed in on {played.handed_in[entry.occasion.duty]}"
    for duty in played.handed_in:
        assert Duty(duty).year == YEAR
