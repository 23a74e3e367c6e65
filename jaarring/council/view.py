"""The board's account to the council as values: one type an edition, each with only what it may show.

`PublicReport` has no field for a secret thing, an amount of a single measure, an id from which a gap could
be read, or a person. What it says it leaves out stands with the theme, decided beforehand, and not with a
measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring import charts
from jaarring.dutch import datum, hoofdletter
from jaarring.goals.rules import Source
from jaarring.plans.decided import Line
from jaarring.plans.public_view import LeftOut
from jaarring.tactical.money import Money
from jaarring.tactical.signs import Sign
from jaarring.tactical.year import Decided


@dataclass(frozen=True)
class Cover:
    """Who accounts to whom, over what, within which decisions. `chain`: through whom accounts went, in words.

    `decided`: the board adopted this report; None: it is a concept. `joint_body`: jointly responsible, empty
    where each theme answers for itself.
    """

    municipality: str
    inhabitants: int
    staff: int
    locations: int
    year: int
    board: str
    council: str
    portfolio_holder: str
    vision: str
    frame: Decided
    adoption: Decided
    plans: Decided | None
    decided: Decided | None
    offered_on: date | None
    noted_on: date | None
    chain: tuple[str, ...]
    joint_body: str
    #: by which rule a goal gets its rating: worst, or all
    roll_up: str = "worst"
    #: of council and board, on which the year rests (R9, R23)
    decisions: tuple[Line, ...] = ()

    @property
    def reference_date(self) -> date:
        """All figures speak of the last day of the year."""
        return date(self.year, 12, 31)


@dataclass(frozen=True)
class IndicatorResult:
    """What was to be reached and what was. `said` False: no account came; `value` None: not measured."""

    name: str
    baseline: str
    target: str
    value: str | None
    said: bool
    reached: bool
    rating: Sign | None
    explanation: str
    cause: str
    #: the same as figures, for a drawing: begin, target, reached
    way: tuple[Decimal, Decimal, Decimal | None]

    @property
    def progress(self) -> charts.Reached:
        """How far it came, for a drawing."""
        begin, target, value = self.way
        return charts.Reached(
            hoofdletter(self.name),
            begin,
            target,
            value,
            self.value or "",
            self.target,
            self.said,
            self.reached,
            self.rating.grade if self.rating else "",
        )


@dataclass(frozen=True)
class GoalResult:
    """A goal of the year. `outcome`: reached, partly, missed, unknown (nothing was measured)."""

    title: str
    horizon: date
    final: tuple[str, ...]
    themes: tuple[str, ...]
    frameworks: tuple[str, ...]
    sources: tuple[Source, ...]
    outcome: str
    rating: Sign | None
    indicators: tuple[IndicatorResult, ...]


@dataclass(frozen=True)
class JointResult:
    """A joint objective, rated once by the body."""

    title: str
    themes: tuple[str, ...]
    rating: Sign | None
    explanation: str


@dataclass(frozen=True)
class Words:
    """The year part of a theme's account, as its owner wrote it; empty: not filled in."""

    theme: str
    lessons: str
    risks: str
    ahead: str


@dataclass(frozen=True)
class PublicMeasure:
    """A measure by its rank in this edition. It has no amount: of money the board decided per theme."""

    number: int
    title: str
    department: str
    effect: str
    end: date
    state: Sign | None
    done: bool


@dataclass(frozen=True)
class PublicTheme:
    name: str
    measures: tuple[PublicMeasure, ...]


@dataclass(frozen=True)
class PublicAdjustment:
    """An adjustment in public: what changed for themes, never an amount of one measure."""

    theme: str
    measure: str
    change: str
    cause: str
    outcome: str
    decided: Decided | None
    end: date | None


def goals_chart(report: PublicReport | InternalReport) -> charts.Progress:
    """How far each indicator of an edition came."""
    found = [one.progress for goal in report.goals for one in goal.indicators]
    return charts.progress(found, report.cover.year)


@dataclass(frozen=True)
class PublicReport:
    """The edition that everybody may read."""

    cover: Cover
    goals: tuple[GoalResult, ...]
    joint: tuple[JointResult, ...]
    themes: tuple[PublicTheme, ...]
    adjustments: tuple[PublicAdjustment, ...]
    money: Money
    words: tuple[Words, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def goals_chart(self) -> charts.Progress:
        return goals_chart(self)


@dataclass(frozen=True)
class Mark:
    """Imposed secrecy: the decision, the ground in the Woo, who may lift it."""

    decided: Decided
    ground: str
    lifted_by: str

    @property
    def notice(self) -> str:
        """The line for the foot of every page (Gemeentewet art. 88, 89)."""
        decided = self.decided
        number = f", {decided.reference}" if decided.number else ""
        return (
            f"Geheim: {self.ground}. Besluit: {decided.by}, {datum(decided.date)}{number}. "
            f"Opheffen: {self.lifted_by}."
        )


@dataclass(frozen=True)
class InternalMeasure:
    """A measure with its amounts. `mark`: it is secret."""

    id: str
    title: str
    department: str
    effect: str
    end: date
    was_end: date | None
    state: Sign | None
    done: bool
    budget: Decimal
    was_budget: Decimal | None
    spent: Decimal | None
    explanation: str
    mark: Mark | None


@dataclass(frozen=True)
class InternalTheme:
    name: str
    measures: tuple[InternalMeasure, ...]


@dataclass(frozen=True)
class InternalAdjustment:
    """An adjustment as it was decided, measure by measure."""

    id: str
    theme: str
    measure: str
    change: str
    cause: str
    outcome: str
    decided: Decided | None
    asked: Decimal
    granted: Decimal | None
    end: date | None
    sources: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True)
class InternalReport:
    """The edition for the board itself: everything, the secret measures marked as such."""

    cover: Cover
    goals: tuple[GoalResult, ...]
    joint: tuple[JointResult, ...]
    themes: tuple[InternalTheme, ...]
    adjustments: tuple[InternalAdjustment, ...]
    money: Money
    words: tuple[Words, ...]

    @property
    def goals_chart(self) -> charts.Progress:
        return goals_chart(self)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The decisions that make this edition secret, each once."""
        return tuple(dict.fromkeys(m.mark for theme in self.themes for m in theme.measures if m.mark))


@dataclass(frozen=True)
class AnnexMeasure:
    theme: str
    measure: InternalMeasure
    mark: Mark


@dataclass(frozen=True)
class ClosedAnnex:
    """For all members of the council, under secrecy (Gemeentewet art. 87-89): the secret measures only."""

    cover: Cover
    measures: tuple[AnnexMeasure, ...]

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(dict.fromkeys(one.mark for one in self.measures))
