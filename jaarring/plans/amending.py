"""What an adopted amendment does to a plan: only what the framework changed changes, old and new beside it.

Plain. What the owner wrote and what an adjustment moved stays, unless the amendment is about that very thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from decimal import Decimal

from jaarring.goals.amendments import Change
from jaarring.goals.rules import Framework, Measure
from jaarring.governance import Organisation
from jaarring.plans.heirs import all_heirs, carried
from jaarring.plans.rules import JOINT, JointPart, Objective, Plan, PlannedMeasure
from jaarring.plans.rules.changing import rewritten
from jaarring.plans.rules.deriving import derive

#: kinds of change that concern every plan
_ALL = ("vision",)


def amended(
    plan: Plan,
    old: Framework,
    new: Framework,
    organisation: Organisation,
    changes: Sequence[Change],
    id: str,
) -> Plan:
    """The plan after amendment `id`; the plan itself where nothing in it is concerned."""
    old, new = carried(old, organisation), carried(new, organisation)
    mine = [one for one in changes if _concerns(plan, one, organisation)]
    if not mine:
        return plan
    fresh = next((p for p in derive(new, organisation, plan.year).plans if p.subject == plan.subject), None)
    if fresh is None:
        return plan
    budget = plan.budget + _money(new, plan) - _money(old, plan)
    changed = replace(
        plan,
        objectives=tuple(one for goal in fresh.objectives for one in _objectives(plan, goal, mine)),
        joint=tuple(_part(plan, part, mine) for part in fresh.joint),
        guidelines=fresh.guidelines,
        budget=budget,
        was_budget=plan.was_budget if plan.was_budget is not None or budget == plan.budget else plan.budget,
        amended=(*plan.amended, *((id, one.line) for one in mine)),
    )
    if plan.subject == JOINT:
        return changed
    return rewritten(changed, tuple(_measures(plan, old, new, id)), plan.money_note)


def _concerns(plan: Plan, change: Change, organisation: Organisation) -> bool:
    if change.kind in _ALL:
        return True
    if plan.subject == JOINT:
        return change.kind == "joint" or (change.kind == "budget" and change.ref == str(plan.year))
    return any(plan.subject in all_heirs(theme, organisation) for theme in change.themes)


def _money(framework: Framework, plan: Plan) -> Decimal:
    budget = framework.budgets[plan.year]
    return budget.total if plan.subject == JOINT else budget.themes.get(plan.subject, Decimal(0))


def _objectives(plan: Plan, fresh: Objective, changes: Sequence[Change]) -> Iterator[Objective]:
    """The objectives of one goal. What came with a theme that ended keeps its number and indicators."""
    whole, own = _objective(plan, fresh, changes), [one for one in plan.objectives if one.goal == fresh.goal]
    if not own:
        yield whole
    elsewhere = {target.indicator.id for one in own[1:] for target in one.targets}
    for number, one in enumerate(own):
        ids = {target.indicator.id for target in one.targets}
        targets = tuple(
            target
            for target in whole.targets
            if target.indicator.id in ids or (number == 0 and target.indicator.id not in elsewhere)
        )
        yield replace(whole, id=one.id, targets=targets, measures=one.measures)


def _objective(plan: Plan, fresh: Objective, changes: Sequence[Change]) -> Objective:
    """The objective as derived anew; an indicator that the amendment leaves alone keeps its target."""
    before = {t.indicator.id: t for one in plan.objectives for t in one.targets}
    touched = {one.ref for one in changes if one.kind == "indicator"}
    targets = tuple(t if t.indicator.id in touched else before.get(t.indicator.id, t) for t in fresh.targets)
    return replace(fresh, targets=targets)


def _part(plan: Plan, fresh: JointPart, changes: Sequence[Change]) -> JointPart:
    """How the body divided a joint objective stays, unless the amendment is about it."""
    kept = next((part for part in plan.joint if part.objective.id == fresh.objective.id), None)
    touched = any(one.kind == "joint" and one.ref == fresh.objective.id for one in changes)
    return fresh if touched or kept is None else kept


def _measures(plan: Plan, old: Framework, new: Framework, id: str) -> Iterator[PlannedMeasure]:
    before = {m.id: m for m in old.measures if m.start.year == plan.year}
    after = {m.id: m for m in new.measures if m.start.year == plan.year}
    for planned in plan.measures:
        first, second = before.get(planned.measure.id), after.get(planned.measure.id)
        if first is None or first == second:
            yield planned
        elif second is not None and second.theme == plan.subject:
            yield _changed(planned, first, second, id)
    for added in after.values():
        first = before.get(added.id)
        comes = first is None or first.theme != plan.subject
        if added.theme == plan.subject and comes and plan.measure(added.id) is None:
            yield PlannedMeasure(added, adjusted_by=(id,))


def _changed(planned: PlannedMeasure, first: Measure, second: Measure, id: str) -> PlannedMeasure:
    """The measure with what differs between the frameworks; an amount moves by the difference."""
    old = planned.measure
    other = {f.name: getattr(second, f.name) for f in fields(Measure) if _differs(first, second, f.name)}
    if "budget" in other:
        other["budget"] = max(Decimal(0), old.budget + second.budget - first.budget)
    new = replace(old, **other)
    keep_budget = planned.was_budget is not None or new.budget == old.budget
    return replace(
        planned,
        measure=new,
        adjusted_by=(*planned.adjusted_by, id),
        was_budget=planned.was_budget if keep_budget else old.budget,
        was_end=planned.was_end if planned.was_end is not None or new.end == old.end else old.end,
    )


def _differs(first: Measure, second: Measure, name: str) -> bool:
    return bool(getattr(first, name) != getattr(second, name))
