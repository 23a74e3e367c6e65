"""From the strategic framework to the plans of a year: a pure function, and how an adjustment moves them.

Every line of a plan keeps its chain: goal → (joint objective →) objective → measure → department. Amounts are
in euros. The budget of a theme is the board's own decided figure and never a sum of measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jaarring.goals.rules import Decision, Framework, Goal, Guideline, Indicator, JointObjective, Measure
from jaarring.governance import Organisation
from jaarring.plans.heirs import carried, taken_over

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
        targets=tuple(_target(indicator, year) for indicator in goal.indicators if indicator.theme == theme),
        measures=measures,
        joint=_joint_of(theme, measures, parts),
    )


def _target(indicator: Indicator, year: int) -> Target:
    milestones = tuple(indicator.milestone(year, quarter) for quarter in (1, 2, 3, 4))
    return Target(indicator, indicator.baseline(year), indicator.target(year), milestones)


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
    return replace(objective, measures=mine, joint=_joint_of(objective.theme, mine, parts))


def _joint_of(theme: str, measures: Sequence[str], parts: Sequence[JointPart]) -> tuple[str, ...]:
    """The joint objectives that a theme serves with these measures."""
    return tuple(
        part.objective.id
        for part in parts
        if any(id == theme and set(ids) & set(measures) for id, ids in part.parts)
    )


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
        new = _target(old.indicator.with_target(plan.year, wanted[old.indicator.id]), plan.year)
        was = old.target if old.was_target is None else old.was_target
        return replace(new, was_target=was, adjusted_by=(*old.adjusted_by, adjustment))

    objectives = tuple(replace(one, targets=tuple(map(aimed, one.targets))) for one in plan.objectives)
    return replace(plan, objectives=objectives)
