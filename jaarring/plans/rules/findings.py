"""What is wrong with the plans of a year: what is served by nobody, and money that does not add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jaarring.goals.rules import Framework
from jaarring.governance import Organisation
from jaarring.plans.rules import JOINT, Plan


@dataclass(frozen=True)
class Finding:
    """Something the derivation noticed. `kind` says what, `subject` where (an id, or the year).

    Kinds: goal-unserved, objective-without-measure, joint-without-part, measure-without-objective,
    measure-without-department, measure-without-theme (nobody's plan has it), number-taken (work left open
    has a number that now means other work); money, where `amount` (in euros) is what is left over, below
    nought what is short.
    """

    kind: str
    subject: str
    amount: Decimal | None = None


def findings(
    framework: Framework, organisation: Organisation, year: int, plans: Sequence[Plan]
) -> tuple[Finding, ...]:
    """What is wrong with the plans of `year` as they stand, the year as a whole first."""
    themes = [plan for plan in plans if plan.subject != JOINT]
    served = {objective.goal for plan in themes for objective in plan.objectives}
    found = [Finding("goal-unserved", goal.id) for goal in framework.goals if goal.id not in served]
    budget = framework.budgets[year]
    if over := budget.total - sum(budget.themes.values(), Decimal(0)):
        found.append(Finding("money", str(year), over))
    found += [
        Finding("joint-without-part", part.objective.id)
        for plan in plans
        if plan.subject == JOINT
        for part in plan.joint
        if not any(ids for _, ids in part.parts)
    ]
    for plan in themes:
        found += theme_findings(organisation, plan)
    return tuple(found)


def theme_findings(organisation: Organisation, plan: Plan) -> Iterator[Finding]:
    """What is wrong in the plan of one theme, seen by itself."""
    for objective in plan.objectives:
        if not objective.measures:
            yield Finding("objective-without-measure", objective.id)
    if spare := plan.budget - sum((p.measure.budget for p in plan.measures), Decimal(0)):
        yield Finding("money", plan.subject, spare)
    chained = {id for objective in plan.objectives for id in objective.measures}
    for planned in plan.measures:
        if planned.measure.id not in chained:
            yield Finding("measure-without-objective", planned.measure.id)
        if planned.measure.department not in organisation.departments:
            yield Finding("measure-without-department", planned.measure.id)
