"""From the strategic framework to the plans of a year: a pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jaarring.goals.rules import Framework, Goal, Measure
from jaarring.governance import Organisation
from jaarring.plans.heirs import carried, taken_over
from jaarring.plans.rules import JOINT, JointPart, Objective, Plan, PlannedMeasure, joint_of, target_of
from jaarring.plans.rules.findings import Finding, findings


@dataclass(frozen=True)
class Derived:
    """What a year's derivation gives: in `oib` the joint plan first, then the plan of every theme."""

    plans: tuple[Plan, ...]
    findings: tuple[Finding, ...]

    def plan(self, subject: str) -> Plan:
        return next(plan for plan in self.plans if plan.subject == subject)


def derive(
    framework: Framework,
    organisation: Organisation,
    year: int,
    left_open: Sequence[Measure] = (),
    divided: Sequence[JointPart] | None = None,
) -> Derived:
    """The plans of `year`. `left_open`: measures that the last year left unfinished, carried over as they
    are. `divided`: how the joint body divided its objectives, where that is another than the framework's.

    Where the framework of this year names such a measure itself, under the same number and title, its amount
    and dates stand: the board decided them later. Another measure under that number is a finding.
    """
    framework = carried(framework, organisation)
    left_open = [taken_over(measure, organisation) for measure in left_open]
    joint = organisation.lines.joint
    planned, taken = _planned(framework, year, left_open)
    parts = tuple(divided) if divided is not None else _joint_parts(framework, planned) if joint else ()
    plans = [_plan(framework, organisation, year, theme, planned, parts) for theme in organisation.themes]
    if joint:
        plans.insert(0, _joint_plan(framework, organisation, year, parts))
    homeless = [p.measure.id for p in planned if p.measure.theme not in organisation.themes]
    found = [
        *findings(framework, organisation, year, plans),
        *(Finding("measure-without-theme", id) for id in homeless),
        *(Finding("number-taken", id) for id in taken),
    ]
    return Derived(tuple(plans), tuple(found))


def _planned(
    framework: Framework, year: int, left_open: Sequence[Measure]
) -> tuple[list[PlannedMeasure], list[str]]:
    """Every measure of the year once, and the numbers of open work that now mean other work."""
    left = {measure.id: measure for measure in left_open}
    own = [measure for measure in framework.measures if measure.start.year == year]
    same = {m.id for m in own if m.id in left and left[m.id].title == m.title}
    taken = [m.id for m in own if m.id in left and m.id not in same]
    planned = [PlannedMeasure(measure, carried_over=measure.id in same) for measure in own]
    rest = [measure for id, measure in left.items() if id not in same and id not in taken]
    return planned + [PlannedMeasure(measure, carried_over=True) for measure in rest], taken


def _joint_parts(framework: Framework, planned: Sequence[PlannedMeasure]) -> tuple[JointPart, ...]:
    theme_of = {p.measure.id: p.measure.theme for p in planned}
    return tuple(
        JointPart(
            objective,
            tuple(
                (theme, tuple(id for id in objective.measures if theme_of.get(id) == theme))
                for theme in objective.themes
            ),
        )
        for objective in framework.joint_objectives
    )


def _joint_plan(
    framework: Framework, organisation: Organisation, year: int, parts: tuple[JointPart, ...]
) -> Plan:
    line = organisation.lines.sets_objectives
    return Plan(
        year=year,
        subject=JOINT,
        set_by=line[max(0, line.index(JOINT) - 1)],
        objectives=(),
        measures=(),
        joint=parts,
        guidelines=tuple(line for line in framework.guidelines if not line.themes),
        budget=framework.budgets[year].total,
        rests_on=(framework.council_frame, framework.adoption),
    )


def _plan(
    framework: Framework,
    organisation: Organisation,
    year: int,
    theme: str,
    planned: Sequence[PlannedMeasure],
    parts: tuple[JointPart, ...],
) -> Plan:
    mine = tuple(p for p in planned if p.measure.theme == theme)
    set_by = organisation.lines.sets_objectives[-2]
    objectives = tuple(
        _objective(goal, theme, year, set_by, mine, parts) for goal in framework.goals if theme in goal.themes
    )
    return Plan(
        year=year,
        subject=theme,
        set_by=set_by,
        objectives=objectives,
        measures=mine,
        joint=tuple(part for part in parts if theme in part.objective.themes),
        guidelines=tuple(line for line in framework.guidelines if not line.themes or theme in line.themes),
        budget=framework.budgets[year].themes.get(theme, Decimal(0)),
        rests_on=(framework.council_frame, framework.adoption),
    )


def _objective(
    goal: Goal,
    theme: str,
    year: int,
    set_by: str,
    mine: Sequence[PlannedMeasure],
    parts: Sequence[JointPart],
) -> Objective:
    measures = tuple(p.measure.id for p in mine if p.measure.goal == goal.id)
    return Objective(
        id=f"{theme}-{goal.id}",
        goal=goal.id,
        goal_title=goal.title,
        theme=theme,
        set_by=set_by,
        targets=tuple(
            target_of(indicator, year) for indicator in goal.indicators if indicator.theme == theme
        ),
        measures=measures,
        joint=joint_of(theme, measures, parts),
    )
