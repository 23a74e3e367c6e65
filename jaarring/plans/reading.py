"""From what the store knows of a year to what the document of one plan shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from jaarring.dutch import datum, met_lidwoord
from jaarring.goals.rules import Goal, Guideline, Secrecy
from jaarring.governance import Organisation
from jaarring.plans.figures import DIRECTIONS, counted, quantity
from jaarring.plans.grounds import Grounds, Known
from jaarring.plans.heirs import carried
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, JointPart, Objective, Plan, PlannedMeasure, Target
from jaarring.plans.rules.findings import Finding, findings
from jaarring.plans.view import (
    ChangeLine,
    GuidelineView,
    JointView,
    MeasureLine,
    MoneyLine,
    ObjectiveView,
    PlanView,
    TargetLine,
)
from jaarring.plans.words import STATES, code_of, function, party_name, subject_name


def view(organisation: Organisation, known: Known, subject: str, as_of: date) -> PlanView:
    """The document of one plan of a year."""
    return _Reading(organisation, known, known.plans[subject], as_of).view()


@dataclass(frozen=True)
class _Reading:
    organisation: Organisation
    known: Known
    kept: Kept
    as_of: date

    @property
    def plan(self) -> Plan:
        return self.kept.plan

    def view(self) -> PlanView:
        plan, organisation = self.plan, self.organisation
        grounds = Grounds(organisation, self.known, self.kept)
        changes = tuple(_change(planned) for planned in plan.measures if planned.adjusted_by)
        return PlanView(
            year=plan.year,
            subject=plan.subject,
            name=subject_name(organisation, plan.subject),
            version=self.kept.version,
            state=STATES[self.kept.state],
            provisional=self.kept.state != "adopted",
            people=tuple(self._people()),
            vision=self.known.framework.vision,
            set_by=party_name(organisation, plan.set_by),
            steps=tuple(grounds.steps()),
            returned=grounds.returned(),
            objectives=tuple(self._objective(one) for one in plan.objectives),
            joint=tuple(self._joint(part) for part in plan.joint),
            measures=tuple(self._measure(planned) for planned in plan.measures),
            changes=changes,
            amended=plan.amended,
            adjustments=tuple(grounds.adjustments()),
            money=MoneyLine("", plan.budget, plan.was_budget),
            money_note=plan.money_note,
            themes=self._themes() if plan.subject == JOINT else (),
            guidelines=tuple(_guideline(line) for line in plan.guidelines),
            findings=tuple(self._findings()),
            decisions=self.known.decisions_for(plan),
            presence=grounds.presence,
            annex=plan.subject != JOINT and JOINT in self.known.plans,
            annexes=tuple(self._annexes()),
            as_of=self.as_of,
        )

    def _annexes(self) -> Iterator[PlanView]:
        """Under the joint body one plan goes out, with the plan of every theme in it (O4)."""
        if self.plan.subject == JOINT:
            for subject in dict.fromkeys((*self.organisation.themes, *self.known.plans)):
                kept = self.known.plans.get(subject)
                if kept and subject != JOINT and not kept.plan.empty:
                    yield replace(self, kept=kept).view()

    def _people(self) -> Iterator[tuple[str, str]]:
        organisation = self.organisation
        theme = organisation.known_theme(self.plan.subject)
        if theme:
            yield "Thema-eigenaar", function(organisation, theme.owner)
            yield "Adviseur", function(organisation, theme.adviser)
            if theme.department in organisation.departments:
                yield "Afdeling", organisation.departments[theme.department].name
        elif organisation.joint_body:
            yield "Verantwoordelijk", f"{organisation.joint_body.name}, gezamenlijk"
            yield "Voorzitter", function(organisation, organisation.joint_body.chair)

    # --- what it promises

    def _objective(self, objective: Objective) -> ObjectiveView:
        goal = next((one for one in self.known.framework.goals if one.id == objective.goal), None)
        titles = {part.objective.id: part.objective.title for part in self.plan.joint}
        departments = {p.measure.id: self._department(p.measure.department) for p in self.plan.measures}
        return ObjectiveView(
            code=self._code(objective.id),
            goal=objective.goal,
            title=objective.goal_title,
            horizon=goal.horizon if goal else None,
            frameworks=goal.frameworks if goal else (),
            sources=goal.sources if goal else (),
            joint=tuple((id, titles[id]) for id in objective.joint),
            targets=tuple(_target(target) for target in objective.targets),
            measures=tuple((id, departments[id]) for id in objective.measures),
            elsewhere=() if objective.targets or goal is None else self._measured_by(goal),
        )

    def _measured_by(self, goal: Goal) -> tuple[str, ...]:
        themes = dict.fromkeys(indicator.theme for indicator in goal.indicators)
        return tuple(subject_name(self.organisation, theme) for theme in themes)

    def _code(self, objective: str) -> str:
        return code_of(self.organisation, objective)

    def _department(self, id: str) -> str:
        return self.organisation.departments[id].code if id in self.organisation.departments else ""

    def _measure(self, planned: PlannedMeasure) -> MeasureLine:
        measure = planned.measure
        line = MeasureLine(
            id=measure.id,
            what="geheime maatregel",
            department=self._department(measure.department),
            start=measure.start,
            end=measure.end,
            budget=measure.budget,
            effect="Staat alleen in de besloten bijlage.",
            carried_over=planned.carried_over,
            adjusted_by=planned.adjusted_by,
        )
        if measure.secrecy:
            return replace(line, secrecy=self._secrecy(measure.secrecy))
        return replace(line, what=measure.title, effect=measure.effect, sources=measure.sources)

    def _secrecy(self, secrecy: Secrecy) -> str:
        """The decision as it stands on the date of the document: not taken before the body met."""
        decision = secrecy.decision
        body = function(self.organisation, decision.body)
        if decision.date > self.as_of:
            return f"Geheimhouding: te vragen aan {met_lidwoord(body)}. Grond: {secrecy.ground}."
        lifted = function(self.organisation, secrecy.lifted_by)
        return (
            f"Geheimhouding: {body}, {datum(decision.date)}, nummer {decision.number}. "
            f"Grond: {secrecy.ground}. Opheffen: {lifted}."
        )

    def _joint(self, part: JointPart) -> JointView:
        planned = {p.measure.id: p for kept in self.known.plans.values() for p in kept.plan.measures}
        for measure in self.known.framework.measures:
            if measure.theme not in self.known.plans:  # before the theme has its plan
                planned.setdefault(measure.id, PlannedMeasure(measure))
        goals = {goal.id: goal.title for goal in self.known.framework.goals}
        served = sorted({planned[id].measure.goal for _, ids in part.parts for id in ids if id in planned})
        return JointView(
            part.objective.id,
            part.objective.title,
            tuple((id, goals.get(id, "")) for id in served),
            tuple(
                (
                    subject_name(self.organisation, theme),
                    tuple(self._measure(planned[id]) for id in ids if id in planned),
                )
                for theme, ids in part.parts
                if self.plan.subject in (JOINT, theme)  # a theme's plan shows its own part only
            ),
        )

    # --- money, findings

    def _themes(self) -> tuple[MoneyLine, ...]:
        themes = carried(self.known.framework, self.organisation).budgets[self.plan.year].themes
        lines = []
        for id, budget in themes.items():
            kept, name = self.known.plans.get(id), subject_name(self.organisation, id)
            lines.append(
                MoneyLine(name, kept.plan.budget, kept.plan.was_budget)
                if kept
                else MoneyLine(name, budget, None)
            )
        return tuple(lines)

    def _findings(self) -> Iterator[Finding]:
        """What concerns this plan. The year as a whole stands in the joint plan, or in each where none is."""
        plan, joint = self.plan, JOINT in self.known.plans
        mine = {plan.subject, *(o.id for o in plan.objectives), *(p.measure.id for p in plan.measures)}
        of_year = {str(plan.year), *(goal.id for goal in self.known.framework.goals)}
        if plan.subject == JOINT:
            mine |= {part.objective.id for part in plan.joint}
        if plan.subject == JOINT or not joint:
            mine |= of_year
        all_plans = [kept.plan for kept in self.known.plans.values()]
        divided = any(one.subject != JOINT for one in all_plans)
        for finding in findings(self.known.framework, self.organisation, plan.year, all_plans):
            if finding.subject in mine and (divided or finding.kind != "goal-unserved"):
                yield replace(finding, subject=self._code(finding.subject))


def _target(target: Target) -> TargetLine:
    indicator = target.indicator
    return TargetLine(
        indicator.name,
        counted(indicator),
        DIRECTIONS[indicator.direction],
        quantity(indicator, target.baseline),
        tuple(quantity(indicator, value) for value in target.milestones),
        quantity(indicator, target.target),
        "" if target.was_target is None else quantity(indicator, target.was_target),
        target.adjusted_by,
    )


def _change(planned: PlannedMeasure) -> ChangeLine:
    measure = planned.measure
    return ChangeLine(
        measure.id,
        planned.adjusted_by,
        measure.budget if planned.was_budget is None else planned.was_budget,
        measure.budget,
        planned.was_end or measure.end,
        measure.end,
    )


def _guideline(line: Guideline) -> GuidelineView:
    source, found, address = line.source.rpartition("https://")
    if not found:
        return GuidelineView(line.text, line.source, "")
    return GuidelineView(line.text, source.rstrip(" ,;"), f"https://{address}")
