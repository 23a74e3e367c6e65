"""The dated moments of a cycle year: what comes once a year, and when.

Plain: rules in, dates out. A moment whose meeting is not known yet stays without a date, and so does what is
counted from it; everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from jaarring.calendar import ONE_DAY, Meetings, WorkingCalendar
from jaarring.governance import Lines


@dataclass(frozen=True)
class Moment:
    """How one dated moment of the year is found.

    A base date, one of: `day` (month, day); `last_working_day_of` (month); `nth` of `month` (of the body's
    weekday); `after` another moment by `working_days` (`with_joint_body` where a joint body divides). Then,
    where `meeting` is named, the first meeting of that body on or after it (`pick` first_from) or the last
    before it; without one, the first working day from it or the last before it. `year` is relative to the
    cycle year. `stated` gives the date outright for single years: a meeting is held on it whatever day it is,
    anything else moves to the next working day.
    """

    year: int = 0
    day: tuple[int, int] | None = None
    last_working_day_of: int | None = None
    month: int | None = None
    nth: int | None = None
    after: str = ""
    working_days: int = 0
    with_joint_body: int | None = None
    meeting: str = ""
    pick: str = "first_from"
    stated: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True)
class Outside:
    """A date of others that is good to see beside the cycle (P&C, ENSIA): nobody acts and nobody is asked.

    `title`: what happens, in Dutch. `source`: where the date comes from, a law or a department.
    """

    moment: Moment
    title: str
    source: str


@dataclass(frozen=True)
class NoMeeting:
    """Why a moment has no date: no meeting of `body` is known around `sought`."""

    body: str
    sought: date


@dataclass(frozen=True)
class Undated:
    """An occasion without a date, by key. `moment`: its name in the calendar, empty for one of a quarter;
    `after`: the moment that it is counted from and that has no date either, empty where `why` is its own.
    """

    key: str
    kind: str
    why: NoMeeting
    moment: str = ""
    after: str = ""


#: moments of their own: name in calendar.yaml -> end of the key, kind; in the order of the year
MOMENTS: Mapping[str, tuple[str, str]] = {
    "frame_council": ("frame/council", "decision"),
    "frame_board": ("frame/board", "decision"),
    "objectives": ("objectives", "derive"),
    "joint_parts": ("joint/parts", "derive"),
    "plan_due": ("", ""),
    "plan_advice": ("plan/advice", "decision"),
    "plan_agree": ("plan/agree", "decision"),
    "plan_check": ("plan/check", "decision"),
    "plan_adopt": ("plan/adopt", "decision"),
    "plan_announce": ("plan/announce", "decision"),
    "plan_letter": ("plan/letter", "decision"),
    "council_draft": ("council/draft", "compile"),
    "council_review": ("council/review", "decision"),
    "council_adopt": ("council/adopt", "decision"),
    "council_offer": ("council/offer", "compile"),
    "council_committee": ("council/committee", "decision"),
    "council_note": ("council/note", "decision"),
}


def moments_of(lines: Lines) -> tuple[str, ...]:
    """The moments under these lines: parts only where a joint body divides, agreement where one agrees."""
    absent = {"joint_parts": not lines.joint, "plan_agree": not lines.agrees_plan}
    return tuple(name for name in MOMENTS if not absent.get(name))


class Rules(Protocol):
    """What dates the moments: the days that are worked, who meets when, and how each moment is found."""

    @property
    def calendar(self) -> WorkingCalendar: ...
    @property
    def meetings(self) -> Mapping[str, Meetings]: ...
    @property
    def moments(self) -> Mapping[str, Moment]: ...
    @property
    def outside(self) -> Mapping[str, Outside]: ...


@dataclass
class Dated:
    """The moments of a year by name: those with a date, and of the others why not."""

    dates: dict[str, date] = field(default_factory=dict)
    missing: dict[str, NoMeeting] = field(default_factory=dict)

    def add(self, name: str, found: date | NoMeeting) -> None:
        if isinstance(found, NoMeeting):
            self.missing[name] = found
        else:
            self.dates[name] = found


def dated(rules: Rules, year: int, lines: Lines, moved: Mapping[str, date], last: str = "") -> Dated:
    """Every moment of cycle year `year`, or those up to `last`.

    `moved`: by key, what was moved to another date by decision; what is counted from it moves along.
    """
    found, names = Dated(), moments_of(lines)
    for name in names[: names.index(last) + 1] if last else names:
        tail, _ = MOMENTS[name]
        moment, given = rules.moments[name], moved.get(f"{year}/{tail}") if tail else None
        if given:  # as a stated date: a meeting is held when it is held, all else on a working day
            moment = replace(moment, stated={year: given})
        found.add(name, _date(rules, moment, year, lines.joint, found))
    return found


def outside(rules: Rules, year: int, joint: bool, found: Dated) -> Iterator[tuple[str, date | NoMeeting]]:
    """The dates of others for cycle year `year`, by name."""
    for name, one in rules.outside.items():
        yield name, _date(rules, one.moment, year, joint, found)


def _date(rules: Rules, moment: Moment, year: int, joint: bool, known: Dated) -> date | NoMeeting:
    calendar, before = rules.calendar, moment.pick == "last_before"
    if year in moment.stated:
        stated = moment.stated[year]
        return stated if moment.meeting else calendar.on_or_after(stated)
    if moment.after in known.missing:
        return known.missing[moment.after]
    meetings = rules.meetings.get(moment.meeting, Meetings())
    if moment.nth and moment.month:
        of_year = year + moment.year
        found = meetings.nth(moment.nth, of_year, moment.month, calendar)
        return found or NoMeeting(moment.meeting, date(of_year, moment.month, 1))
    base = _base(calendar, moment, year, joint, known.dates)
    if not moment.meeting:
        return calendar.on_or_before(base - ONE_DAY) if before else calendar.on_or_after(base)
    found = meetings.last_before(base, calendar) if before else meetings.first_from(base, calendar)
    return found or NoMeeting(moment.meeting, base)


def _base(
    calendar: WorkingCalendar, moment: Moment, year: int, joint: bool, known: Mapping[str, date]
) -> date:
    if moment.after:
        days = moment.working_days
        if joint and moment.with_joint_body is not None:
            days = moment.with_joint_body
        return calendar.shift(known[moment.after], days)
    of_year = year + moment.year
    if moment.last_working_day_of:
        month = moment.last_working_day_of
        following = date(of_year + month // 12, month % 12 + 1, 1)
        days = moment.with_joint_body if joint and moment.with_joint_body else 0
        return calendar.shift(calendar.shift(following, -1), days)
    if moment.day is None:
        raise ValueError("a moment needs a day, a month or another moment to count from")
    return date(of_year, *moment.day)
