"""A cycle year as dated occasions: every duty and moment, as data, with a stable key.

Plain: configuration in, occasions out. Keys hold fixed ids and offsets in working days, never ordinals or
names: `2027/Q1/report/fb/reminder/-5`. Default rules: the calendar of the domain reference, section 3; every
offset is the municipality's own to set. A date on a closed day moves to the next working day for a deadline,
to the previous one for a reminder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from jaarring.calendar import ONE_DAY, Meetings, Quarter, WorkingCalendar, quarters
from jaarring.governance import DIRECT, Lines, Organisation, OverTime, Theme
from jaarring.moments import MOMENTS, Dated, Moment, NoMeeting, Outside, Undated, dated, outside

#: what asks somebody something, mildest first
ASKS = ("request", "reminder", "overdue", "escalate")
NOTHING_MOVED: Mapping[str, date] = {}


@dataclass(frozen=True, order=True)
class Occasion:
    """One dated moment of a cycle. `duty` is the key of the duty it belongs to, empty where it is of none.

    `kind`: request, reminder, due, overdue, escalate (of a duty); derive, compile (a flow acts); decision (a
    body decides, a person records it); outside (good to see: nobody acts and nobody is asked).
    """

    due: date
    key: str
    kind: str
    duty: str = ""

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])

    @property
    def ladder(self) -> str:
        """What it is one step of asking for: its duty, the n-th return of it (`2027/plan/ib/return/1`), or
        either since a decision moved it (`2027/plan/ib/move/3`): what was asked before counts no more.
        """
        rest = self.key.removeprefix(f"{self.duty}/").split("/")
        found = self.duty
        for turn in ("return", "move"):
            if rest[0] == turn:
                found, rest = f"{found}/{turn}/{rest[1]}", rest[2:]
        return found

    @property
    def deadline(self) -> str:
        """The key of the due date it asks for. What came back has another, what was moved keeps its own."""
        return f"{self.ladder.partition('/move/')[0]}/due"

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
    return _after(schedule.calendar, quarter, schedule.report_due)


def _after(calendar: WorkingCalendar, quarter: Quarter, days: Mapping[int, int]) -> date:
    """So many working days after the end of `quarter`; the last day of a quarter may itself be closed."""
    return calendar.on_or_after(calendar.shift(quarter.last, days[quarter.number]))


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
    asked = _after(calendar, quarter, schedule.request)
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
