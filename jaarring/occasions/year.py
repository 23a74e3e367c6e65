"""A cycle year as dated occasions: every duty and moment, as data.

Plain: configuration in, occasions out. Default rules: the calendar of the domain reference, section 3; every
offset is the municipality's own to set. A date on a closed day moves to the next working day for a deadline,
to the previous one for a reminder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from jaarring.calendar import ONE_DAY, Quarter, quarters
from jaarring.governance import Organisation, OverTime, Theme
from jaarring.moments import MOMENTS, Dated, NoMeeting, Undated, dated, outside
from jaarring.occasions import Occasion
from jaarring.occasions.asking import asked_for
from jaarring.occasions.schedule import NOTHING_MOVED, Schedule, after_quarter, objectives_set, report_due


def occasions(
    organisations: OverTime, schedule: Schedule, year: int, moved: Mapping[str, date] = NOTHING_MOVED
) -> tuple[Occasion, ...]:
    """Every occasion of cycle year `year` that has a date, in the order of dates.

    The plans are made by the municipality as it is when the objectives are set; a quarter is accounted for by
    the municipality as it is at its end. `moved`: by key, what was moved to another date by decision.
    """
    found = _of_year(organisations, schedule, year, moved)
    return tuple(sorted(one for one in found if isinstance(one, Occasion)))


def undated(
    organisations: OverTime, schedule: Schedule, year: int, moved: Mapping[str, date] = NOTHING_MOVED
) -> tuple[Undated, ...]:
    """What of cycle year `year` has no date yet, because a meeting is not known, in the order of the year."""
    found = _of_year(organisations, schedule, year, moved)
    return tuple(one for one in found if isinstance(one, Undated))


def _of_year(
    organisations: OverTime, schedule: Schedule, year: int, moved: Mapping[str, date]
) -> Iterator[Occasion | Undated]:
    organisation = organisations.on(objectives_set(schedule, year))
    lines = organisation.lines
    found = dated(schedule, year, lines, moved)
    for name, (tail, kind) in MOMENTS.items():
        if tail and name in found.dates:
            yield Occasion(found.dates[name], f"{year}/{tail}", kind)
        elif tail and name in found.missing:
            yield _undated(schedule, found, name, f"{year}/{tail}", kind)
    asked = "joint_parts" if lines.joint else "objectives"
    for theme in organisation.themes.values():
        yield from _plan(organisation, schedule, year, theme, asked, found)
    for quarter in quarters(year):
        for one in _quarter(organisations.on(quarter.last), schedule, quarter, moved):
            # a joint body that came after the plans were made has no joint objectives to judge this year
            if lines.joint or one.key.split("/")[2:4] != ["report", "oib"]:
                yield one
    yield from _changes(organisations, year)
    for name, when in outside(schedule, year, lines.joint, found):
        key = f"{year}/outside/{name}"
        yield (
            Occasion(when, key, "outside") if isinstance(when, date) else Undated(key, "outside", when, name)
        )


def _changes(organisations: OverTime, year: int) -> Iterator[Occasion]:
    """When the plans of `year` move because a theme ends: in the year, or in that in which they are made."""
    dates = {since for since, _, _ in organisations.endings() if since.year in (year - 1, year)}
    yield from (Occasion(since, f"{year}/change/{since}", "derive") for since in sorted(dates))


def _undated(schedule: Schedule, found: Dated, name: str, key: str, kind: str) -> Undated:
    after = schedule.moments[name].after
    return Undated(key, kind, found.missing[name], name, after if after in found.missing else "")


def _plan(
    organisation: Organisation, schedule: Schedule, year: int, theme: Theme, asked: str, found: Dated
) -> Iterator[Occasion | Undated]:
    duty, without = (
        f"{year}/plan/{theme.id}",
        next((n for n in (asked, "plan_due") if n in found.missing), ""),
    )
    if without:
        yield Undated(f"{duty}/due", "due", found.missing[without], "plan_due", without)
        return
    rungs = len(organisation.escalation(theme))
    yield from asked_for(schedule, duty, found.dates[asked], found.dates["plan_due"], schedule.plan, rungs)


def _quarter(
    organisation: Organisation, schedule: Schedule, quarter: Quarter, moved: Mapping[str, date]
) -> Iterator[Occasion | Undated]:
    calendar, key = schedule.calendar, quarter.key
    asked = after_quarter(calendar, quarter, schedule.request)
    due = report_due(schedule, quarter)
    for theme in organisation.themes.values():
        rungs = len(organisation.escalation(theme))
        yield from asked_for(schedule, f"{key}/report/{theme.id}", asked, due, schedule.report, rungs)
    account_due = calendar.shift(due, -schedule.account_before_report)
    for department in organisation.departments.values():
        rungs = len(organisation.department_escalation(department))
        yield from asked_for(
            schedule, f"{key}/account/{department.id}", asked, account_due, schedule.account, rungs
        )
    yield from _together(organisation, schedule, quarter, due, moved)


def _together(
    organisation: Organisation, schedule: Schedule, quarter: Quarter, due: date, moved: Mapping[str, date]
) -> Iterator[Occasion | Undated]:
    """What comes of the accounts: talks or a meeting, the joint judgement, the tactical report, the board."""
    calendar, key, lines = schedule.calendar, quarter.key, organisation.lines
    meeting = moved.get(f"{key}/meeting") or _meeting(schedule, quarter, due)
    if "oib" in lines.responsible:
        duty = f"{key}/report/oib"
        yield Occasion(calendar.shift(due, schedule.joint_request), f"{duty}/request", "request", duty)
        yield Occasion(meeting, f"{duty}/due", "due", duty)
    if "oib" in lines.meets:
        yield Occasion(meeting, f"{key}/meeting", "decision")
    elif "theme" in lines.meets and quarter.number in schedule.talks:
        yield Occasion(calendar.shift(due, schedule.talks[quarter.number]), f"{key}/talks", "outside")
    ready = calendar.shift(due, schedule.tactical[quarter.number])
    if "oib" in {*lines.meets, *lines.responsible}:
        ready = max(ready, meeting)
    ready = calendar.on_or_after(moved.get(f"{key}/tactical/secretary", ready))
    yield Occasion(ready, f"{key}/tactical/secretary", "compile")
    board = f"{key}/tactical/board"
    found = moved.get(board) or schedule.meetings["board"].with_papers_by(ready, calendar)
    yield (
        Occasion(found, board, "decision") if found else Undated(board, "decision", NoMeeting("board", ready))
    )


def _meeting(schedule: Schedule, quarter: Quarter, due: date) -> date:
    """When the joint body meets: so many working days after the due date, or at once after a recess."""
    calendar = schedule.calendar
    day = calendar.shift(due, schedule.meeting[quarter.number])
    while not schedule.meets_in_recess and (calendar.in_recess(day) or not calendar.is_working_day(day)):
        day += ONE_DAY
    return day
