"""The secretary's quarterly report to the board as values: what its template is given, and nothing else.

Texts are people's own, as handed in; empty means that nobody wrote any. There is no field for a person's
name, nor for who was late. A secret measure is an id, by type, for this report goes out by mail.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring import charts
from jaarring.calendar import Quarter
from jaarring.dutch import hoofdletter
from jaarring.plans.decided import Line
from jaarring.tactical.money import Money
from jaarring.tactical.signs import Sign
from jaarring.tactical.year import Decided


@dataclass(frozen=True)
class IndicatorStand:
    """An indicator at the end of the quarter. `rating` None: no account came; `value` None: not measured.
    `was_target`: as first adopted, where an adjustment gave it another; else empty.

    `computed` is what the figure says by itself, `differs` whether the owner says something else.
    """

    id: str
    name: str
    theme: str
    value: str | None
    milestone: str
    target: str
    was_target: str
    source: str
    rating: Sign | None
    computed: Sign | None
    differs: bool
    forecast: str | None
    own_forecast: str | None
    explanation: str
    cause: str
    #: what it was and had to be at the end of each quarter so far
    series: charts.Series | None = None

    @property
    def chart(self) -> charts.Trajectory | None:
        """Its way through the year; None in the first quarter, where one figure says all there is."""
        return charts.trajectory(self.series) if self.series and len(self.series.points) > 1 else None


@dataclass(frozen=True)
class ObjectiveStand:
    """What a theme owner says of his part of a goal."""

    goal: str
    title: str
    theme: str
    rating: Sign | None
    explanation: str


@dataclass(frozen=True)
class GoalStand:
    """A goal with the worst that was said of it. `rating` None: nobody said anything."""

    id: str
    title: str
    rating: Sign | None
    order: int
    counts: tuple[tuple[Sign, int], ...]
    indicators: tuple[IndicatorStand, ...]
    objectives: tuple[ObjectiveStand, ...]


@dataclass(frozen=True)
class JointStand:
    """A joint objective: rated once, by the joint body."""

    id: str
    title: str
    themes: tuple[str, ...]
    rating: Sign | None
    explanation: str


@dataclass(frozen=True)
class Joint:
    """The chapter of the joint body. `source` is the account it rests on, empty where none came."""

    body: str
    objectives: tuple[JointStand, ...]
    source: str


@dataclass(frozen=True)
class MeasureStand:
    """A measure as its department sees it. Amounts are None where they may not be shown one by one."""

    id: str
    title: str
    theme: str
    department: str
    state: Sign | None
    behind: bool
    done: bool
    budget: Decimal | None
    spent: Decimal | None
    end: date
    expected_end: date | None
    explanation: str


@dataclass(frozen=True)
class SecretStand:
    """A secret measure: that it is there. What it is stands in the closed annex of the council report."""

    id: str


@dataclass(frozen=True)
class MoveLine:
    """What a decided adjustment did to a measure: as first adopted, and now."""

    measure: str
    was_budget: Decimal
    budget: Decimal
    was_end: date
    end: date


@dataclass(frozen=True)
class Advice:
    by: str
    text: str


@dataclass(frozen=True)
class TargetLine:
    """What a decided adjustment did to the target of an indicator: as first adopted, and now."""

    indicator: str
    was: str
    now: str


@dataclass(frozen=True)
class SignalStand:
    """Something off course about which nothing has been decided (R22). `turn`: whose word it waits for.

    `said`: what its owner answered, where the line must still confirm it.
    """

    about: str
    since: date
    reasons: tuple[str, ...]
    turn: str
    said: str


@dataclass(frozen=True)
class AdviceStand:
    """An advice request. `answered_on` None: it waits. Texts are empty where they may not be told."""

    id: str
    asked_by: str
    asked_of: str
    question: str
    asked_on: date
    until: date
    answer: str
    answered_on: date | None


@dataclass(frozen=True)
class Became:
    """A decision since the last report and what became of it.

    Kinds: report (what the board said of the last one; `what` is its quarter, the verb is in `lines`),
    accepted, changed, refused (an adjustment), accepted, none (a signal). `stands`: the measures it is about,
    as they stand now.
    """

    kind: str
    what: str
    decided: Decided
    lines: tuple[str, ...] = ()
    carried_out: date | None = None
    stands: tuple[tuple[str, Sign], ...] = ()


@dataclass(frozen=True)
class AdjustmentStand:
    """A proposal and what became of it. `decided` None: still open. Of a secret measure only the id stands.

    `asks`: what it changes, a line each; `effects`: what that does to budgets and forecast, while it is open.
    `state`: proposed, advised, decided, carried_out. `to_board`: the board is asked to decide about it in
    this report.
    """

    id: str
    theme: str
    measure: str
    secret: bool
    change: str
    cause: str
    consequence: str
    asked: Decimal
    asked_end: date | None
    asks: tuple[str, ...]
    effects: tuple[str, ...]
    advices: tuple[Advice, ...]
    decider: str
    to_board: bool
    state: str
    outcome: str
    decided: Decided | None
    granted: Decimal | None
    reason: str
    moves: tuple[MoveLine, ...]
    targets: tuple[TargetLine, ...] = ()


@dataclass(frozen=True)
class ThemeSection:
    """A theme's own section. `source` is the account it rests on, empty where none came; `unasked`: since our
    request did not arrive.
    """

    code: str
    name: str
    owner: str
    source: str
    objectives: tuple[ObjectiveStand, ...]
    indicators: tuple[IndicatorStand, ...]
    states: tuple[tuple[Sign, int], ...]
    unreported: int
    measures: tuple[MeasureStand, ...]
    secret: tuple[SecretStand, ...]
    unasked: bool = False


@dataclass(frozen=True)
class DepartmentSection:
    """A department's own account of its measures. `source` empty: none came; `unasked`: since our request did
    not arrive.
    """

    code: str
    name: str
    head: str
    source: str
    measures: tuple[MeasureStand, ...]
    secret: tuple[SecretStand, ...]
    unasked: bool = False

    @property
    def states(self) -> tuple[tuple[Sign, int], ...]:
        """How many measures stand how, worst first."""
        found = [measure.state for measure in self.measures if measure.state]
        order = ("niet", "aandacht", "ongemeten", "goed")
        listed = sorted(dict.fromkeys(found), key=lambda one: order.index(one.grade))
        return tuple((one, found.count(one)) for one in listed)

    @property
    def behind(self) -> int:
        return sum(measure.behind for measure in self.measures)

    @property
    def done(self) -> int:
        return sum(measure.done for measure in self.measures)


@dataclass(frozen=True)
class Handed:
    """How many accounts of one kind were owed, came in time, came late; and from whom none came, in words.

    `unasked`: of those the ones whom our request did not reach, who are not to blame.
    """

    kind: str
    owed: int
    in_time: int
    late: int
    missing: tuple[str, ...]
    unasked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delay:
    """What was moved, paused or not asked at all (`verb`: move, pause, waive), by whom and why.

    `what`: in words. `was`: the date before; `until`: the new date, or the last day of the pause.
    """

    what: str
    verb: str
    was: date
    until: date | None
    by: str
    on: date
    reason: str


@dataclass(frozen=True)
class Finding:
    """Something the report must say aloud. Kinds: differs, off-course, no-account, no-joint, unsaid, over.

    `more` of no-account: theme or department; of one that our request did not reach the kind is unasked.
    """

    kind: str
    subject: str
    more: str = ""


@dataclass(frozen=True)
class Ahead:
    """What comes next: kind as in the template, the date, and what it is about where that is more."""

    kind: str
    date: date
    about: str = ""


@dataclass(frozen=True)
class TacticalReport:
    """The secretary's report to the board over one quarter."""

    municipality: str
    quarter: Quarter
    secretary: str
    portfolio_holder: str
    board: str
    meeting: date | None
    adopted: Decided | None
    roll_up: str
    goals: tuple[GoalStand, ...]
    summary: tuple[tuple[Sign, int], ...]
    silent_goals: int
    signals: tuple[SignalStand, ...]
    ended_signals: tuple[tuple[str, int], ...]
    last_time: tuple[Became, ...]
    deviating: tuple[IndicatorStand, ...]
    delayed: tuple[MeasureStand, ...]
    adjustments: tuple[AdjustmentStand, ...]
    earlier: tuple[AdjustmentStand, ...]
    advice: tuple[AdviceStand, ...]
    account_line: tuple[str, ...]
    joint: Joint | None
    themes: tuple[ThemeSection, ...]
    departments: tuple[DepartmentSection, ...]
    money: Money
    handed: tuple[Handed, ...]
    delays: tuple[Delay, ...]
    findings: tuple[Finding, ...]
    ahead: tuple[Ahead, ...]
    #: of council and board, on which the year rests (R9)
    decisions: tuple[Line, ...] = ()

    @property
    def all_counts(self) -> tuple[tuple[Sign, int], ...]:
        """All ratings of all goals, worst first: where no rating counts for the others."""
        found: dict[Sign, int] = {}
        for goal in self.goals:
            for sign, number in goal.counts:
                found[sign] = found.get(sign, 0) + number
        order = ("niet", "aandacht", "goed", "ongemeten")
        return tuple(sorted(found.items(), key=lambda one: order.index(one[0].grade)))

    @property
    def measures_chart(self) -> charts.States:
        """How the measures of each theme stand; those that are secret are in no count."""
        return charts.states(
            [
                charts.Tally(
                    hoofdletter(theme.name),
                    tuple((sign.grade, sign.word, number) for sign, number in theme.states),
                    theme.unreported,
                )
                for theme in self.themes
            ],
            "maatregelen",
        )

    @property
    def asked(self) -> tuple[AdjustmentStand, ...]:
        """What the board is asked to decide."""
        return tuple(adjustment for adjustment in self.adjustments if adjustment.to_board)

    @property
    def departments_on_plan(self) -> int:
        return sum(bool(d.source) and not d.behind for d in self.departments)
