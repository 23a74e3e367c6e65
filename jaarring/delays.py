"""Delay and dispensation laid over the calendar: what was moved to another date, paused, or not asked at all.

Plain: what was given and the occasions of a year go in, the occasions as they are now come out. The calendar
itself stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jaarring.calendar import Period
from jaarring.moments import MOMENTS
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.asking import asked_for
from jaarring.occasions.schedule import Asking, Schedule

VERBS = ("move", "pause", "waive")
#: what somebody must hand in
DUTIES = ("plan", "report", "account")


@dataclass(frozen=True)
class Dispensation:
    """One delay or dispensation, given by a decision.

    `number`: its place in the register. `subject`: the key of a duty, or of a moment. `until`: the new date
    of what is moved, the last day of a pause, None for what is not asked at all. `was`: the date it had.
    `body`: who gave it, by id. `ladder`: of a duty that came back to be mended, which return it is of; else
    the subject.
    """

    number: int
    subject: str
    verb: str
    until: date | None
    was: date
    decided_on: date
    body: str
    reason: str
    ladder: str = ""

    @property
    def of(self) -> str:
        """What it is laid over: the ladder of asking for a duty, or a moment."""
        return self.ladder or self.subject


def is_duty(subject: str) -> bool:
    """Whether a key is that of a duty, `2027/Q1/report/fb`, and not of a moment, `2027/plan/adopt`."""
    tail = subject.partition("/")[2]
    return tail.split("/")[-2:-1] in [[kind] for kind in DUTIES] and tail not in dict(MOMENTS.values())


def standing(given: Sequence[Dispensation]) -> list[Dispensation]:
    """Of each subject what counts now: the last one given."""
    return list({one.subject: one for one in given}.values())


def moved(given: Sequence[Dispensation]) -> Mapping[str, date]:
    """The moments that have another date by decision, as `occasions` takes them."""
    return {one.subject: one.until for one in given if one.verb == "move" and one.until}


def applied(
    given: Sequence[Dispensation], schedule: Schedule, occasions: Sequence[Occasion]
) -> list[Occasion]:
    """The occasions of a year as they are with all that was given, in the order of dates.

    Moved: reminders, overdue notice and escalations are counted from the new date, as steps of a ladder of
    their own, for what was asked by the old date is no step of the new. Paused: what falls inside comes the
    working day after, and what comes behind it keeps its distance. Waived: nothing is left. A later one is
    laid over an earlier one.
    """
    laid: dict[str, list[Dispensation]] = {}
    for one in given:
        laid.setdefault(one.of, []).append(one)
    of_duty: dict[str, list[Occasion]] = {}
    found = []
    for occasion in occasions:
        if occasion.duty and occasion.ladder in laid:
            of_duty.setdefault(occasion.ladder, []).append(occasion)
        elif occasion.key not in laid or laid[occasion.key][-1].verb != "waive":
            found.append(occasion)
    for ladder, plain in of_duty.items():
        found += _laid_over(laid[ladder], schedule, plain)
    return sorted(found)


def _laid_over(
    given: Sequence[Dispensation], schedule: Schedule, plain: Sequence[Occasion]
) -> Sequence[Occasion]:
    now = plain
    for one in given:
        if one.verb == "waive":
            now = []
        elif one.verb == "move":
            now = list(_moved(one, schedule, plain))
        else:
            now = list(_paused(one, schedule, now))
    return now


def _moved(one: Dispensation, schedule: Schedule, plain: Sequence[Occasion]) -> Iterator[Occasion]:
    """The steps by the new date. The request stays; no reminder on the day of the decision or before."""
    assert one.until is not None, "what is moved has a new date"
    calendar, duty = schedule.calendar, one.subject
    due = calendar.on_or_after(one.until)
    asked = min(one.decided_on, calendar.shift(due, -1))  # of what came back: by letter
    for request in (step for step in plain if step.kind == "request"):
        asked = min(request.due, calendar.shift(due, -1))
        yield replace(request, due=asked)
    yield Occasion(due, f"{one.of}/due", "due", duty)
    asking = _asking(schedule, Duty(duty))
    if asking is None:
        return
    rungs = sum(step.kind == "escalate" for step in plain)
    for step in asked_for(schedule, f"{one.of}/move/{one.number}", asked, due, asking, rungs):
        gone = step.kind == "reminder" and step.due <= one.decided_on
        if step.kind not in ("request", "due") and not gone:
            yield replace(step, duty=duty)


def _asking(schedule: Schedule, duty: Duty) -> Asking | None:
    """How it is asked for; the joint body is asked once, and meets."""
    if duty.subject == "oib":
        return None
    return {"plan": schedule.plan, "account": schedule.account}.get(duty.kind, schedule.report)


def _paused(one: Dispensation, schedule: Schedule, now: Sequence[Occasion]) -> Iterator[Occasion]:
    assert one.until is not None, "a pause has a last day"
    calendar, window = schedule.calendar, Period(one.decided_on, one.until)
    after = calendar.on_or_after(one.until + timedelta(days=1))
    steps = [step for step in now if step.kind != "reminder"]
    first = min((step.due for step in steps if step.due in window), default=None)
    for step in steps:
        waits = first is not None and step.due >= first
        if first and waits:
            step = replace(step, due=calendar.shift(step.due, calendar.between(first, after)))
        if step.kind == "due":
            yield from _reminders(now, schedule, window, after, step.due, waits)
        yield step


def _reminders(
    now: Sequence[Occasion], schedule: Schedule, window: Period, after: date, due: date, moves: bool
) -> Iterator[Occasion]:
    """Those of before the pause as they were; the others by the due date, after the pause, one a day."""
    taken = {due}
    for step in sorted((step for step in now if step.kind == "reminder"), reverse=True):
        day = schedule.calendar.shift(due, step.offset) if moves and step.due >= window.first else step.due
        day = after if day in window else day
        if day < due and day not in taken:
            taken.add(day)
            yield replace(step, due=day)
