"""How a plan changes, old and new beside each other: its owner writes its measures, an adjustment moves them.

What was imposed stays as it was, and a theme's budget moves with its measures.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jaarring.goals.rules import Measure
from jaarring.plans.rules import JointPart, Objective, Plan, PlannedMeasure, Target, joint_of, target_of


def rewritten(plan: Plan, measures: Sequence[PlannedMeasure], money_note: str) -> Plan:
    """The plan of a theme with the measures that its owner wrote (D4). What was imposed stays as it was.

    A measure that is gone leaves its objective and its joint objective; a new one joins the objective of its
    goal.
    """
    ids = {planned.measure.id for planned in measures}
    parts = only_parts_of(plan.joint, plan.subject, ids)
    homes = [(_home(plan, planned.measure), planned) for planned in measures]
    objectives = tuple(
        _with_measures(one, [planned for home, planned in homes if home == one.id], parts)
        for one in plan.objectives
    )
    return replace(plan, objectives=objectives, measures=tuple(measures), joint=parts, money_note=money_note)


def _home(plan: Plan, measure: Measure) -> str:
    """The objective that a measure belongs to: the one that has it, else the first of its goal.

    A plan that took another over may have two objectives of one goal.
    """
    same = [one for one in plan.objectives if one.goal == measure.goal]
    return next((one.id for one in same if measure.id in one.measures), same[0].id if same else "")


def only_parts_of(parts: Sequence[JointPart], theme: str, ids: Set[str]) -> tuple[JointPart, ...]:
    """The joint parts in which `theme` contributes nothing but these measures."""
    return tuple(
        replace(
            part,
            parts=tuple(
                (id, tuple(one for one in mine if id != theme or one in ids)) for id, mine in part.parts
            ),
        )
        for part in parts
    )


def _with_measures(
    objective: Objective, measures: Sequence[PlannedMeasure], parts: Sequence[JointPart]
) -> Objective:
    mine = tuple(planned.measure.id for planned in measures)
    return replace(objective, measures=mine, joint=joint_of(objective.theme, mine, parts))


@dataclass(frozen=True)
class Move:
    """What a decided adjustment does to one measure: the amount that comes (or goes), and a new end date."""

    measure: str
    amount: Decimal = Decimal(0)
    end: date | None = None


def moved(plan: Plan, moves: Sequence[Move], adjustment: str) -> Plan:
    """The plan after an adjustment, old and new beside each other; the plan itself if nothing in it moves.

    The theme's budget moves with its measures. A measure named twice is moved by both amounts, to the last
    end date. Raises ValueError where a measure would end up below nought.
    """
    by_id: dict[str, Move] = {}
    for move in moves:
        first = by_id.get(move.measure, Move(move.measure))
        by_id[move.measure] = Move(move.measure, first.amount + move.amount, move.end or first.end)
    if not any(p.measure.id in by_id for p in plan.measures):
        return plan
    measures = tuple(
        _moved(p, by_id[p.measure.id], adjustment) if p.measure.id in by_id else p for p in plan.measures
    )
    change = sum((by_id[p.measure.id].amount for p in plan.measures if p.measure.id in by_id), Decimal(0))
    return replace(
        plan,
        measures=measures,
        budget=plan.budget + change,
        was_budget=plan.was_budget if plan.was_budget is not None or not change else plan.budget,
    )


def _moved(planned: PlannedMeasure, move: Move, adjustment: str) -> PlannedMeasure:
    old = planned.measure
    budget, end = old.budget + move.amount, move.end or old.end
    if budget < 0:
        raise ValueError(f"budget of {old.id} would fall below nought")
    return replace(
        planned,
        measure=replace(old, budget=budget, end=end),
        adjusted_by=(*planned.adjusted_by, adjustment),
        was_budget=planned.was_budget
        if planned.was_budget is not None or budget == old.budget
        else old.budget,
        was_end=planned.was_end if planned.was_end is not None or end == old.end else old.end,
    )


def retargeted(plan: Plan, targets: Sequence[tuple[str, Decimal]], adjustment: str) -> Plan:
    """The plan with other year targets for these indicators, old and new beside each other; itself if it has
    none of them.
    """
    wanted = dict(targets)
    if not any(t.indicator.id in wanted for objective in plan.objectives for t in objective.targets):
        return plan

    def aimed(old: Target) -> Target:
        if old.indicator.id not in wanted:
            return old
        new = target_of(old.indicator.with_target(plan.year, wanted[old.indicator.id]), plan.year)
        was = old.target if old.was_target is None else old.was_target
        return replace(new, was_target=was, adjusted_by=(*old.adjusted_by, adjustment))

    objectives = tuple(replace(one, targets=tuple(map(aimed, one.targets))) for one in plan.objectives)
    return replace(plan, objectives=objectives)
