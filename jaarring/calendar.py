"""Working days, quarters and meeting days of one municipality.

Plain Python: the dates go in, dates come out. Public holidays come from the `holidays` package, whose default
for the Netherlands leaves out 5 May in four years of five while the Algemene termijnenwet (art. 3) counts it
each year: hence the category "optional". Days that a decree equates with a holiday, local closing days and
recess are the municipality's own data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
#: longer without a stated meeting, summer apart, and the list is not filled in so far
LIST_STOPS = timedelta(days=62)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@lru_cache(maxsize=64)
def public_holidays(year: int, good_friday: bool = True) -> frozenset[date]:
    """The public holidays of `year`: those of the Algemene termijnenwet, art. 3, and Easter and Whit Sunday.

    Goede Vrijdag is no holiday in that act but equated with one; the cao Gemeenten (art. 6.6) leaves it out.
    `good_friday=False` makes it a working day.
    """
    found = holidays.country_holidays("NL", years=year, categories=("public", "optional"), language="en_US")
    return frozenset(day for day, name in found.items() if good_friday or name != "Good Friday")


@dataclass(frozen=True, order=True)
class Period:
    """A run of days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"period ends before it begins: {self.first} .. {self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a calendar year; `number` is 1 to 4."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if self.number not in (1, 2, 3, 4):
            raise ValueError(f"no such quarter: {self.number}")

    @property
    def key(self) -> str:
        """The quarter as it stands in occasion keys: `2027/Q1`."""
        return f"{self.year}/Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        return self.next.first - ONE_DAY

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarters(year: int) -> tuple[Quarter, ...]:
    """The four quarters of `year`, in order."""
    return tuple(Quarter(year, number) for number in (1, 2, 3, 4))


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked in this municipality.

    `equated`: days that a decree equates with a public holiday (Algemene termijnenwet art. 3 lid 3).
    `closing_days`: days on which the town hall is closed. `recess` moves meetings only, never a deadline.
    """

    good_friday: bool = True
    equated: frozenset[date] = frozenset()
    closing_days: frozenset[date] = frozenset()
    recess: tuple[Period, ...] = ()

    def is_working_day(self, day: date) -> bool:
        return (
            day.weekday() < 5
            and day not in self.equated
            and day not in self.closing_days
            and day not in public_holidays(day.year, self.good_friday)
        )

    def in_recess(self, day: date) -> bool:
        return any(day in period for period in self.recess)

    def on_or_after(self, day: date) -> date:
        """`day` itself if it is worked, else the next working day: how a deadline moves."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        """`day` itself if it is worked, else the previous working day: how a reminder moves."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def last_of_week(self, day: date) -> date:
        """The last working day of the week of `day`, or of the next working day where that is later."""
        day = self.on_or_after(day)
        return self.on_or_before(day + timedelta(days=6 - day.weekday()))

    def shift(self, day: date, days: int) -> date:
        """The date `days` working days after `day` (before it if negative); 0 gives `day` itself.

        Counting starts on the day after `day`, whether or not `day` is worked.
        """
        step = ONE_DAY if days > 0 else -ONE_DAY
        for _ in range(abs(days)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def between(self, begin: date, end: date) -> int:
        """How many working days one must wait from `begin` to `end`: begin out, end in; 0 if end <= begin."""
        return sum(self.is_working_day(begin + timedelta(days=n)) for n in range(1, (end - begin).days + 1))


@dataclass(frozen=True)
class Meetings:
    """When a body meets: on a fixed weekday outside recess, or on stated dates, or both.

    `papers` is how many working days before the meeting its papers must be there, that day included.
    """

    weekday: int | None = None
    dates: tuple[date, ...] = ()
    papers: int = 0
    cancelled: frozenset[date] = field(default=frozenset())

    def held_on(self, day: date, calendar: WorkingCalendar) -> bool:
        """Whether the body meets on `day`: a stated date as it is, a weekday outside recess and holidays."""
        if day in self.cancelled:
            return False
        if day in self.dates:
            return True
        return day.weekday() == self.weekday and calendar.is_working_day(day) and not calendar.in_recess(day)

    def days(self, first: date, last: date, calendar: WorkingCalendar) -> Iterator[date]:
        """All meetings from `first` to `last`, both included, in order."""
        if self.weekday is None:
            yield from (
                day for day in sorted(self.dates) if first <= day <= last and day not in self.cancelled
            )
            return
        for n in range((last - first).days + 1):
            if self.held_on(first + timedelta(days=n), calendar):
                yield first + timedelta(days=n)

    def first_from(self, day: date, calendar: WorkingCalendar) -> date | None:
        """The first meeting on or after `day`, or None if none is known within a year."""
        return next(self.days(day, day + timedelta(days=366), calendar), None)

    def last_before(self, day: date, calendar: WorkingCalendar) -> date | None:
        """The last meeting before `day`, or None if none is known in the year before it.

        A list of stated dates that stops long before `day` is not whole yet: its last date is no answer.
        """
        before = (day - timedelta(days=n) for n in range(1, 367))
        if self.weekday is None:
            if not self.dates or max(self.dates) < day - LIST_STOPS:
                return None
            known = frozenset(self.dates) - self.cancelled
            return next((one for one in before if one in known), None)
        return next((one for one in before if self.held_on(one, calendar)), None)

    def with_papers_by(self, ready: date, calendar: WorkingCalendar) -> date | None:
        """The first meeting for which papers that are ready on `ready` are in time."""
        for meeting in self.days(ready, ready + timedelta(days=366), calendar):
            if calendar.shift(meeting, -self.papers) >= ready:
                return meeting
        return None

    def nth(self, n: int, year: int, month: int, calendar: WorkingCalendar) -> date | None:
        """The meeting on the n-th of its weekday in a month (2nd Tuesday), or the first one after that day.

        For a body with stated dates: its n-th meeting of that month. None if the month has no n-th.
        """
        if self.weekday is None:
            last = (date(year, month, 28) + timedelta(days=4)).replace(day=1) - ONE_DAY
            found = list(self.days(date(year, month, 1), last, calendar))
            return found[n - 1] if len(found) >= n else None
        first = date(year, month, 1)
        day = first + timedelta(days=(self.weekday - first.weekday()) % 7 + 7 * (n - 1))
        return self.first_from(day, calendar) if day.month == month else None
