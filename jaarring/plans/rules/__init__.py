"""What a plan holds: objectives, measures, joint parts and money, each line with its chain.

Every line of a plan keeps its chain: goal → (joint objective →) objective → measure → department. Amounts are
in euros. The budget of a theme is the board's own decided figure and never a sum of measures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.goals.rules import Decision, Guideline, Indicator, JointObjective, Measure

#: the subject of the joint body's own plan
JOINT = "oib"


@dataclass(frozen=True)
class Target:
    """What an indicator must reach this year. `milestones`: the value at the end of each quarter, 1 to 4.

    `was_target`: as first adopted, where an adjustment (`adjusted_by`) gave it another.
    """

    indicator: Indicator
    baseline: Decimal
    target: Decimal
    milestones: tuple[Decimal, ...]
    was_target: Decimal | None = None
    adjusted_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Objective:
    """What a goal asks of a theme this year. `joint`: the joint objectives it is a part of (oib only)."""

    id: str
    goal: str
    goal_title: str
    theme: str
    set_by: str
    targets: tuple[Target, ...]
    measures: tuple[str, ...]
    joint: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure in a plan. `was`: budget and end date as first adopted, where an adjustment moved them."""

    measure: Measure
    carried_over: bool = False
    adjusted_by: tuple[str, ...] = ()
    was_budget: Decimal | None = None
    was_end: date | None = None


@dataclass(frozen=True)
class JointPart:
    """A joint objective and how the body divided it: the measures that each theme contributes."""

    objective: JointObjective
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Plan:
    """The yearly plan of a theme, or of the joint body (`subject` is "oib": joint parts only, all money)."""

    year: int
    subject: str
    set_by: str
    objectives: tuple[Objective, ...]
    measures: tuple[PlannedMeasure, ...]
    joint: tuple[JointPart, ...]
    guidelines: tuple[Guideline, ...]
    budget: Decimal
    rests_on: tuple[Decision, ...]
    was_budget: Decimal | None = None
    #: what the owner says of the money of the theme
    money_note: str = ""
    #: what amendments changed: number of the amendment and a Dutch line, old and new
    amended: tuple[tuple[str, str], ...] = ()

    @property
    def adjusted_by(self) -> tuple[str, ...]:
        """What changed a measure or a target in it since it was adopted, by number."""
        targets = (target for objective in self.objectives for target in objective.targets)
        found = [id for planned in self.measures for id in planned.adjusted_by]
        return tuple(dict.fromkeys([*found, *(id for target in targets for id in target.adjusted_by)]))

    def measure(self, id: str) -> PlannedMeasure | None:
        return next((planned for planned in self.measures if planned.measure.id == id), None)

    @property
    def empty(self) -> bool:
        """Whether all that it held has moved to other plans, since its theme ended."""
        return not (self.objectives or self.measures or self.joint or self.budget)


def target_of(indicator: Indicator, year: int) -> Target:
    """What an indicator must reach in `year`, with the milestone of each quarter."""
    milestones = tuple(indicator.milestone(year, quarter) for quarter in (1, 2, 3, 4))
    return Target(indicator, indicator.baseline(year), indicator.target(year), milestones)


def joint_of(theme: str, measures: Sequence[str], parts: Sequence[JointPart]) -> tuple[str, ...]:
    """The joint objectives that a theme serves with these measures."""
    return tuple(
        part.objective.id
        for part in parts
        if any(id == theme and set(ids) & set(measures) for id, ids in part.parts)
    )
