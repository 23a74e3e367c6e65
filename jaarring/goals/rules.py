"""The strategic framework as data, and what its indicators say: milestone, rating, forecast.

Values and money are `Decimal`; a value's unit is that of its indicator, money is in euros. Ratings are ours
(the governance document sets none), agreed in the rules for ratings of the domain reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Rating(StrEnum):
    """How something stands; the text is what is stored. Ordered worst first by `worst`."""

    OFF_COURSE = "niet op koers"
    ATTENTION = "vraagt aandacht"
    ON_COURSE = "op koers"
    NOT_MEASURED = "niet gemeten"

    @property
    def sign(self) -> str:
        return {"niet op koers": "✗", "vraagt aandacht": "!", "op koers": "✓", "niet gemeten": "-"}[
            self.value
        ]

    @property
    def severity(self) -> int:
        """0 is worst; what was not measured comes last, for it says nothing."""
        return list(Rating).index(self)


def worst(ratings: Iterable[Rating]) -> Rating:
    """The worst of the ratings; not measured if there are none. Never an average: that would hide red."""
    return min(ratings, key=lambda rating: rating.severity, default=Rating.NOT_MEASURED)


@dataclass(frozen=True)
class Decision:
    """Who decided, when, under which number. The number is the municipality's own, never made up."""

    body: str
    date: date
    number: str


@dataclass(frozen=True)
class Secrecy:
    """Imposed secrecy (Gemeentewet art. 87-89): the decision, the ground in the Woo, and who may lift it."""

    decision: Decision
    ground: str
    lifted_by: str


@dataclass(frozen=True)
class Indicator:
    """What is measured for a goal, by which theme, and where it must be.

    `points`: stated (year, value at its end); the first is the baseline. `between` says how one goes from
    point to point: linear, or in steps whose quarterly milestones are stated per year in `steps`.
    """

    id: str
    goal: str
    theme: str
    name: str
    unit: str
    direction: str
    points: tuple[tuple[int, Decimal], ...]
    between: str = "linear"
    steps: Mapping[int, tuple[Decimal, ...]] = field(default_factory=dict)
    out_of: int | None = None
    decimals: int = 0

    def at_end_of(self, year: int) -> Decimal:
        """The stated or interpolated value at the end of `year`; outside the points, that of the nearest."""
        points = sorted(self.points)
        if year <= points[0][0]:
            return points[0][1]
        for (y0, v0), (y1, v1) in zip(points, points[1:], strict=False):
            if year <= y1:
                return v0 + (v1 - v0) * (year - y0) / (y1 - y0)
        return points[-1][1]

    def baseline(self, year: int) -> Decimal:
        """Where the year starts: the value at the end of the year before."""
        return self.at_end_of(year - 1)

    def target(self, year: int) -> Decimal:
        """Where the year must end."""
        return self.at_end_of(year)

    def milestone(self, year: int, quarter: int) -> Decimal:
        """Where quarter `quarter` (1 to 4) of `year` must end."""
        if self.direction == "hold":
            return self.target(year)
        if self.between == "steps" and year in self.steps:
            return self.steps[year][quarter - 1]
        begin = self.baseline(year)
        return begin + (self.target(year) - begin) * quarter / 4

    def with_target(self, year: int, value: Decimal) -> Indicator:
        """The same indicator with another target for `year`, as a decided adjustment gives it.

        The year starts where it started; of stated steps none goes beyond the new target.
        """
        points = dict(self.points) | {year - 1: self.baseline(year), year: value}
        steps = dict(self.steps)
        if year in steps:
            nearest = max if self.direction == "down" else min
            steps[year] = (*(nearest(step, value) for step in steps[year][:3]), value)
        return replace(self, points=tuple(sorted(points.items())), steps=steps)


@dataclass(frozen=True)
class RatingRule:
    """From which share of the way a linear indicator is on course or needs attention; the tolerance of hold.

    All three are shares of 1.
    """

    on_course: Decimal = Decimal("0.80")
    attention: Decimal = Decimal("0.50")
    tolerance: Decimal = Decimal("0.05")


def computed_rating(
    indicator: Indicator, year: int, quarter: int, value: Decimal | None, rule: RatingRule
) -> Rating | None:
    """What the figure says by itself; None where nothing was measured, for then only the owner can rate.

    Linear: the share of the way to the quarter's milestone, whichever the direction; where there is no way to
    go, reached or not. Steps: on it, one step (a whole unit) behind, more. Hold: at the target, within the
    tolerance, outside, on either side: for "at least" or "at most" use up or down with equal points.
    """
    if value is None:
        return None
    if indicator.direction == "hold":
        return _rate_hold(indicator.target(year), value, rule)
    if indicator.between == "steps":
        return _rate_steps(indicator, year, quarter, value)
    baseline, milestone = indicator.baseline(year), indicator.milestone(year, quarter)
    if milestone == baseline:
        return Rating.ON_COURSE if _reached(indicator, value, milestone) else Rating.OFF_COURSE
    # rounded, because a milestone may be a third: 43,33… to 51,67… has its 80% at exactly 50
    share = round((value - baseline) / (milestone - baseline), 9)
    if share >= rule.on_course:
        return Rating.ON_COURSE
    return Rating.ATTENTION if share >= rule.attention else Rating.OFF_COURSE


def _reached(indicator: Indicator, value: Decimal, aim: Decimal) -> bool:
    return value <= aim if indicator.direction == "down" else value >= aim


def _rate_hold(target: Decimal, value: Decimal, rule: RatingRule) -> Rating:
    if value == target:
        return Rating.ON_COURSE
    return Rating.ATTENTION if abs(value - target) <= abs(target) * rule.tolerance else Rating.OFF_COURSE


def _rate_steps(indicator: Indicator, year: int, quarter: int, value: Decimal) -> Rating:
    milestone = indicator.milestone(year, quarter)
    if _reached(indicator, value, milestone):
        return Rating.ON_COURSE
    behind = abs(milestone - value)
    return Rating.ATTENTION if behind <= 1 else Rating.OFF_COURSE


def forecast(indicator: Indicator, year: int, quarter: int, value: Decimal | None) -> Decimal | None:
    """Where the year ends at this pace; None where nothing was measured.

    Linear: the pace so far goes on. Steps: the remaining steps are taken, the delay stays. Hold: the value.
    Never beyond what can be: below none, above 100% or above all there are.
    """
    if value is None:
        return None
    if indicator.direction == "hold":
        return value
    if indicator.between == "steps":
        ahead = indicator.target(year) + (value - indicator.milestone(year, quarter))
        return _possible(indicator, year, value, ahead)
    baseline = indicator.baseline(year)
    ahead = _possible(indicator, year, value, baseline + (value - baseline) * 4 / quarter)
    return ahead.quantize(Decimal(1).scaleb(-max(indicator.decimals, 1)), ROUND_HALF_UP)


def _possible(indicator: Indicator, year: int, value: Decimal, ahead: Decimal) -> Decimal:
    """`ahead` within bounds; a value or target that is itself beyond them widens them."""
    stated = (value, indicator.target(year))
    ahead = max(ahead, min(Decimal(0), *stated))
    most = indicator.out_of if indicator.out_of is not None else 100 if indicator.unit == "%" else None
    return ahead if most is None else min(ahead, max(Decimal(most), *stated))


@dataclass(frozen=True)
class Source:
    """Where a goal or measure rests on, dated, so that one sees later whether it was renewed (R6)."""

    title: str
    date: date
    url: str = ""


@dataclass(frozen=True)
class Goal:
    """A strategic goal of the board; `themes` contribute to it."""

    id: str
    title: str
    horizon: date
    themes: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    frameworks: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class JointObjective:
    """oib only: an objective of the joint body, reached through measures of several themes."""

    id: str
    title: str
    themes: tuple[str, ...]
    measures: tuple[str, ...]


@dataclass(frozen=True)
class Guideline:
    """How, not what; imposed beside objectives. Empty `themes` means all."""

    id: str
    text: str
    themes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Measure:
    """A piece of work known in advance. `effect`: what the organisation notices of it, in a sentence."""

    id: str
    title: str
    theme: str
    department: str
    goal: str
    budget: Decimal
    start: date
    end: date
    effect: str = ""
    secrecy: Secrecy | None = None
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class YearBudget:
    """What the board allots to a year: the total and each theme's decided part, in euros."""

    year: int
    total: Decimal
    themes: Mapping[str, Decimal]


@dataclass(frozen=True)
class Withheld:
    """What the public edition says it leaves out of a theme, and on which ground (Woo art. 5.1).

    Decided for the theme and always printed: it does not follow from a measure, so that neither its presence
    nor its absence tells whether there is a secret one.
    """

    text: str
    ground: str


@dataclass(frozen=True)
class Framework:
    """The strategic framework as the board adopted it within the council's frame."""

    vision: str
    council_frame: Decision
    adoption: Decision
    goals: tuple[Goal, ...]
    joint_objectives: tuple[JointObjective, ...]
    guidelines: tuple[Guideline, ...]
    measures: tuple[Measure, ...]
    budgets: Mapping[int, YearBudget]
    rating_rule: RatingRule = RatingRule()
    roll_up: str = "worst"
    #: by theme; a theme with a secret measure must have one
    withheld: Mapping[str, Withheld] = field(default_factory=dict)
    #: the board's three (R9) where they are stated apart: responsibility, budgets, accounting
    decisions: Mapping[str, Decision] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for goal in self.goals for indicator in goal.indicators)
