"""The rules that date a year: what a municipality sets in calendar.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from jaarring.calendar import Meetings, Quarter, WorkingCalendar
from jaarring.governance import DIRECT, Lines
from jaarring.moments import Moment, Outside, dated

#: for a year in which no decision gave another date
NOTHING_MOVED: Mapping[str, date] = {}


@dataclass(frozen=True)
class Asking:
    """The offsets of asking for one kind of duty, in working days from its due date."""

    reminders: tuple[int, ...]
    overdue: int
    escalate: tuple[int, ...]


@dataclass(frozen=True)
class Answering(Asking):
    """How an answer to a question is asked for. `terms`: working days by kind of question, `default` for the
    other kinds. `weekly`: what only informs waits for a letter that asks something, or for the week's end.
    """

    default: int = 5
    terms: Mapping[str, int] = field(default_factory=dict)
    weekly: bool = True

    def term(self, kind: str) -> int:
        """How many working days somebody has to answer a question of this kind."""
        return self.terms.get(kind, self.default)


@dataclass(frozen=True)
class Schedule:
    """The rules that date a year. Quarterly offsets map a quarter's number to working days after its end."""

    calendar: WorkingCalendar
    meetings: Mapping[str, Meetings]
    moments: Mapping[str, Moment]
    request: Mapping[int, int]
    report_due: Mapping[int, int]
    account_before_report: int
    meeting: Mapping[int, int]
    joint_request: int
    tactical: Mapping[int, int]
    plan: Asking
    report: Asking
    account: Asking
    answers: Answering
    no_reminder_within: int
    hold_after_days: int = 14
    outside: Mapping[str, Outside] = field(default_factory=dict)
    #: by when the secretary has talked with the owners, after the due date; empty: no such date
    talks: Mapping[int, int] = field(default_factory=dict)
    #: whether the joint body meets in recess
    meets_in_recess: bool = True
    #: how often a duty may get more time after it went up because it was late
    more_time_at_most: int = 1

    def news_day(self, first: date) -> date:
        """On which day, from `first` on, goes by itself what only informs: at most once a week (R14)."""
        calendar = self.calendar
        return calendar.last_of_week(first) if self.answers.weekly else calendar.on_or_after(first)


def moment_dates(schedule: Schedule, year: int, lines: Lines) -> dict[str, date]:
    """Every moment of cycle year `year` that has a date, by name."""
    return dated(schedule, year, lines, NOTHING_MOVED).dates


def objectives_set(schedule: Schedule, year: int) -> date:
    """When the objectives of `year` are set, the day by which its plans know who makes them; the begin of the
    year where that has no date.
    """
    found = dated(schedule, year, DIRECT, NOTHING_MOVED, last="objectives")
    return found.dates.get("objectives", date(year, 1, 1))


def report_due(schedule: Schedule, quarter: Quarter) -> date:
    """D: when the accounts of the themes over `quarter` must be in."""
    return after_quarter(schedule.calendar, quarter, schedule.report_due)


def after_quarter(calendar: WorkingCalendar, quarter: Quarter, days: Mapping[int, int]) -> date:
    """So many working days after the end of `quarter`; the last day of a quarter may itself be closed."""
    return calendar.on_or_after(calendar.shift(quarter.last, days[quarter.number]))
