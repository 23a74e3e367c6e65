"""The steps of asking for one duty: when it is first due, and when it came back to be mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from jaarring.calendar import WorkingCalendar
from jaarring.governance import Organisation, OverTime
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.schedule import Asking, Schedule


def asked_for(
    schedule: Schedule, duty: str, asked: date, due: date, asking: Asking, rungs: int
) -> Iterator[Occasion]:
    """Request, reminders, due date, overdue notice and one escalation a rung of the ladder."""
    calendar = schedule.calendar
    yield Occasion(asked, f"{duty}/request", "request", duty)
    for offset in asking.reminders:
        day = calendar.shift(due, offset)
        if calendar.between(asked, day) > schedule.no_reminder_within:
            yield Occasion(day, f"{duty}/reminder/{offset:+d}", "reminder", duty)
    yield Occasion(due, f"{duty}/due", "due", duty)
    yield Occasion(
        calendar.shift(due, asking.overdue), f"{duty}/overdue/{asking.overdue:+d}", "overdue", duty
    )
    for offset in asking.escalate[:rungs]:
        yield Occasion(calendar.shift(due, offset), f"{duty}/escalate/{offset:+d}", "escalate", duty)


@dataclass(frozen=True)
class Returned:
    """Something handed in that was sent back to be mended, for the `number`-th time, on a day.

    `due`: by when it had to be there in the first place; None where that is not known.
    """

    duty: str
    number: int
    on: date
    due: date | None = None


#: working days to mend what came back; ours
DAYS_TO_MEND = 3


def mend_by(calendar: WorkingCalendar, returned_on: date, due: date | None = None) -> date:
    """By when what was sent back on a day must be handed in again; never before `due`, its first date."""
    return max(calendar.shift(returned_on, DAYS_TO_MEND), due or date.min)


def occasions_of_returns(
    organisations: OverTime, schedule: Schedule, returned: Iterable[Returned]
) -> Iterator[Occasion]:
    """The steps of asking for what came back: it has a new date, and from there it is chased like any duty.

    The letter that sends it back is its request. The steps are of the same duty, so that handing in ends
    them; their keys are those of the return.
    """
    for one in returned:
        duty, due = Duty(one.duty), mend_by(schedule.calendar, one.on, one.due)
        organisation, key = organisations.on(one.on), f"{one.duty}/return/{one.number}"
        if duty.subject == "oib":  # it meets; its plan is agreed on there and not handed in
            if duty.kind == "report":
                yield Occasion(due, f"{key}/due", "due", one.duty)
            continue
        asking = {"plan": schedule.plan, "account": schedule.account}.get(duty.kind, schedule.report)
        rungs = _rungs(organisation, duty)
        for step in asked_for(schedule, key, one.on, due, asking, rungs):
            if step.kind != "request":
                yield replace(step, duty=one.duty)


def _rungs(organisation: Organisation, duty: Duty) -> int:
    """How many there are to escalate a duty to."""
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return len(organisation.department_escalation(department)) if department else 0
    theme = organisation.bearer(duty.subject)
    return len(organisation.escalation(theme)) if theme else 0
