"""Recess and meeting days."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.calendar import WorkingCalendar
from jaarring.config.build import working_calendar
from jaarring.config.checks.names import CALENDAR, repeated
from jaarring.config.mistakes import WARNING, Mistake, shown
from jaarring.config.models.calendar import MeetingsModel
from jaarring.config.reading import Reading
from jaarring.dutch import dag_datum

BODIES = {"board": "het college", "council": "de raad", "committee": "de commissie"}


def recess(reading: Reading) -> Iterator[Mistake]:
    """A recess ends after it begins, and no two overlap."""
    if not (model := reading.calendar):
        return
    for n, period in enumerate(model.recess):
        path = ("recess", n)
        if period.last < period.first:
            yield reading.at(CALENDAR, (*path, "last"), "ligt voor first", "verbeter een van beide data")
        for other in model.recess[:n]:
            if period.first <= other.last and other.first <= period.last:
                what = f"valt samen met '{shown(other.name)}'"
                yield reading.at(
                    CALENDAR, (*path, "first"), what, "verbeter de data of voeg ze samen", WARNING
                )


def meetings(reading: Reading) -> Iterator[Mistake]:
    """Each body meets on a weekday or on stated dates; a stated date is a likely day for a meeting."""
    if not (model := reading.calendar):
        return
    calendar = working_calendar(model)
    for body, name in BODIES.items():
        meeting = next((found for key, found in model.meetings.items() if key == body), None)
        if meeting is None:
            needed = body == "board" or any(m.meeting == body for m in model.moments.values())
            if needed and reading.whole(CALENDAR, "meetings"):
                what = f"ontbreekt: wanneer vergadert {name}?"
                yield reading.at(CALENDAR, ("meetings", body), what, f"voeg {body} toe met weekday of dates")
            continue
        yield from _body(reading, body, meeting, calendar)


def _body(
    reading: Reading, body: str, meeting: MeetingsModel, calendar: WorkingCalendar
) -> Iterator[Mistake]:
    path = ("meetings", body)
    if meeting.weekday is None and not meeting.dates:
        yield reading.at(CALENDAR, path, "er is geen weekdag en geen datum", "noem weekday of dates")
    for field in ("dates", "cancelled"):
        yield from repeated(reading, CALENDAR, (*path, field), getattr(meeting, field))
    for n, day in enumerate(meeting.dates):
        where = (*path, "dates", n)
        if calendar.in_recess(day):
            remedy = "controleer de datum en het reces"
            yield reading.at(CALENDAR, where, f"{dag_datum(day)} valt in het reces", remedy, WARNING)
        elif not calendar.is_working_day(day):
            what = f"{dag_datum(day)} is geen werkdag"
            yield reading.at(CALENDAR, where, what, "controleer de datum", WARNING)
