"""What is imposed on a theme, for the letter of the day on which its objectives are set (D1, O2)."""

from __future__ import annotations

from dataclasses import dataclass

from jaarring.database import Tx
from jaarring.here import Here
from jaarring.occasions import Duty
from jaarring.plans import records
from jaarring.plans.figures import counted, quantity
from jaarring.plans.rules import Objective, Target
from jaarring.plans.words import party_name


@dataclass(frozen=True)
class Imposed:
    """`set_by`: who imposed it; `objectives`: goal, title, a line for each indicator, joint objectives;
    `guidelines`: their texts; `secret`: whether the plan has a measure that no mail may carry.
    """

    set_by: str
    objectives: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...]
    guidelines: tuple[str, ...]
    secret: bool


def imposed(here: Here, tx: Tx, duty: Duty) -> Imposed | None:
    """What the plan of a duty has imposed on its theme; None while there is no plan."""
    kept = records.of_year(tx, duty.year).get(duty.subject)
    if kept is None:
        return None
    plan = kept.plan
    return Imposed(
        set_by=party_name(here.organisation, plan.set_by),
        objectives=tuple(_objective(one) for one in plan.objectives),
        guidelines=tuple(line.text for line in plan.guidelines),
        secret=any(planned.measure.secrecy for planned in plan.measures),
    )


def _objective(objective: Objective) -> tuple[str, str, tuple[str, ...], tuple[str, ...]]:
    targets = tuple(_target(target) for target in objective.targets)
    return objective.goal, objective.goal_title, targets, objective.joint


def _target(target: Target) -> str:
    """hersteltijd kernsystemen in oefening (in uur): van 36 naar 24"""
    indicator, unit = target.indicator, counted(target.indicator)
    name = f"{indicator.name} ({unit})" if unit else indicator.name
    begin, end = quantity(indicator, target.baseline), quantity(indicator, target.target)
    return f"{name}: blijft {end}" if begin == end else f"{name}: van {begin} naar {end}"
