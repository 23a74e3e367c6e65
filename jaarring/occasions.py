"""A cycle year as dated occasions: every duty and moment, as data, with a stable key.

Plain: configuration in, occasions out. Keys hold fixed ids and offsets in working days, never ordinals or
names: `2027/Q1/report/fb/reminder/-5`. Default rules: the calendar of the domain reference, section 3; every
offset is the municipality's own to set. A date on a closed day moves to the next working day for a deadline,
to the previous one for a reminder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from jaarring.calendar import Meetings, Quarter, WorkingCalendar, quarters
from jaarring.governance import Lines, Organisation, OverTime

#: what asks somebody something, mildest first
ASKS = ("request", "reminder", "overdue", "escalate")


@dataclass(frozen=True, order=True)
class Occasion:
    """One dated moment of a cycle. `duty` is the key of the duty it belongs to, empty where it is of none.

    `kind`: request, reminder, due, overdue, escalate (of a duty); derive, compile (a flow acts); decision (a
    body decides, a person records it).
    """

    due: date
    key: str
    kind: str
    duty: str = ""

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])

    @property
    def offset(self) -> int:
        """Working days from the due date of the duty, as in the key; 0 where the key has none."""
        last = self.key.rsplit("/", 1)[1]
        return int(last) if last.lstrip("+-").isdigit() else 0


@dataclass(frozen=True)
class Duty:
    """Something a person must hand in: a plan, an account of a theme, an account of a department."""

    key: str

    @property
    def parts(self) -> list[str]:
        return self.key.split("/")

    @property
    def year(self) -> int:
        return int(self.parts[0])

    @property
    def is_question(self) -> bool:
        """Whether it is an answer that somebody owes, as in `2027/ask/judge/Q1-report-pr`."""
        return self.parts[1] == "ask"

    @property
    def quarter(self) -> Quarter | None:
        """The quarter it accounts for; None for a plan or an answer."""
        part = self.parts[1]
        return Quarter(self.year, int(part[1])) if part.startswith("Q") else None

    @property
    def kind(self) -> str:
        """plan, report (of a theme, or of the joint body) or account (of a department)."""
        return self.parts[-2]

    @property
    def subject(self) -> str:
        """The id of the theme or department, or `oib`."""
        return self.parts[-1]


@dataclass(frozen=True)
class Moment:
    """How one dated moment of the year is found.

    A base date, one of: `day` (month, day); `last_working_day_of` (month); `nth` of `month` (of the body's
    weekday); `after` another moment by `working_days` (`with_joint_body` where a joint body divides). Then,
    where `meeting` is named, the first meeting of that body on or after it (`pick` first_from) or the last
    before it. `year` is relative to the cycle year. `stated` gives the date outright for single years: a
    meeting is held on it whatever day it is, anything else moves to the next working day.
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
class Asking:
    """The offsets of asking for one kind of duty, in working days from its due date."""

    reminders: tuple[int, ...]
    overdue: int
    escalate: tuple[int, ...]


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
    no_reminder_within: int
    hold_after_days: int = 14


class NoMeeting(ValueError):
    """No meeting of a body is known where a moment needs one; `args`: moment, body, date sought from."""


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


def moment_dates(schedule: Schedule, year: int, lines: Lines) -> dict[str, date]:
    """Every moment of cycle year `year`, dated. Raises NoMeeting where a body has no known meeting."""
    dates: dict[str, date] = {}
    for name in moments_of(lines):
        dates[name] = _moment_date(schedule, schedule.moments[name], name, year, lines.joint, dates)
    return dates


def _moment_date(
    schedule: Schedule, moment: Moment, name: str, year: int, joint: bool, known: Mapping[str, date]
) -> date:
    calendar = schedule.calendar
    if year in moment.stated:
        stated = moment.stated[year]
        return stated if moment.meeting else calendar.on_or_after(stated)
    if moment.nth and moment.month:
        found = schedule.meetings[moment.meeting].nth(moment.nth, year + moment.year, moment.month, calendar)
        return _known(found, name, moment.meeting, date(year + moment.year, moment.month, 1))
    base = _base_date(calendar, moment, year, joint, known)
    if not moment.meeting:
        return calendar.on_or_after(base)
    meetings = schedule.meetings[moment.meeting]
    before = moment.pick == "last_before"
    found = meetings.last_before(base, calendar) if before else meetings.first_from(base, calendar)
    return _known(found, name, moment.meeting, base)


def _base_date(
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


def _known(found: date | None, name: str, body: str, base: date) -> date:
    if found is None:
        raise NoMeeting(name, body, base)
    return found


def objectives_set(schedule: Schedule, year: int) -> date:
    """When the objectives of `year` are set; the day by which its plans know who makes them."""
    dates: dict[str, date] = {}
    for name in ("frame_council", "frame_board", "objectives"):
        dates[name] = _moment_date(schedule, schedule.moments[name], name, year, False, dates)
    return dates["objectives"]


def report_due(schedule: Schedule, quarter: Quarter) -> date:
    """D: when the accounts of the themes over `quarter` must be in."""
    return _after(schedule.calendar, quarter, schedule.report_due)


def _after(calendar: WorkingCalendar, quarter: Quarter, days: Mapping[int, int]) -> date:
    """So many working days after the end of `quarter`; the last day of a quarter may itself be closed."""
    return calendar.on_or_after(calendar.shift(quarter.last, days[quarter.number]))


def occasions(organisations: OverTime, schedule: Schedule, year: int) -> tuple[Occasion, ...]:
    """Every occasion of cycle year `year`, in the order of dates. Raises NoMeeting, see `moment_dates`.

    The plans are made by the municipality as it is when the objectives are set; a quarter is accounted for by
    the municipality as it is at its end.
    """
    organisation = organisations.on(objectives_set(schedule, year))
    lines = organisation.lines
    dates = moment_dates(schedule, year, lines)
    found = [
        Occasion(dates[name], f"{year}/{tail}", kind)
        for name, (tail, kind) in MOMENTS.items()
        if tail and name in dates
    ]
    asked = dates["joint_parts" if lines.joint else "objectives"]
    for theme in organisation.themes.values():
        rungs = len(organisation.escalation(theme))
        found += _duty(schedule, f"{year}/plan/{theme.id}", asked, dates["plan_due"], schedule.plan, rungs)
    for quarter in quarters(year):
        found += _quarter(organisations.on(quarter.last), schedule, quarter)
    return tuple(sorted(found))


def _quarter(organisation: Organisation, schedule: Schedule, quarter: Quarter) -> Iterator[Occasion]:
    calendar, key = schedule.calendar, quarter.key
    asked = _after(calendar, quarter, schedule.request)
    due = report_due(schedule, quarter)
    for theme in organisation.themes.values():
        rungs = len(organisation.escalation(theme))
        yield from _duty(schedule, f"{key}/report/{theme.id}", asked, due, schedule.report, rungs)
    account_due = calendar.shift(due, -schedule.account_before_report)
    for department in organisation.departments.values():
        rungs = len(organisation.department_escalation(department))
        yield from _duty(
            schedule, f"{key}/account/{department.id}", asked, account_due, schedule.account, rungs
        )
    meeting = calendar.shift(due, schedule.meeting[quarter.number])
    if "oib" in organisation.lines.responsible:
        duty = f"{key}/report/oib"
        yield Occasion(calendar.shift(due, schedule.joint_request), f"{duty}/request", "request", duty)
        yield Occasion(meeting, f"{duty}/due", "due", duty)
    if "oib" in organisation.lines.meets:
        yield Occasion(meeting, f"{key}/meeting", "decision")
    ready = calendar.shift(due, schedule.tactical[quarter.number])
    yield Occasion(ready, f"{key}/tactical/secretary", "compile")
    board = schedule.meetings["board"].with_papers_by(ready, calendar)
    yield Occasion(
        _known(board, f"{key}/tactical/board", "board", ready), f"{key}/tactical/board", "decision"
    )


def _duty(
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
