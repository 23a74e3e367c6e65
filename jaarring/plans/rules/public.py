"""From the plans of a year to what everybody may read of them, and to what nobody else may. Plain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from jaarring.goals.rules import Decision, Framework, Goal
from jaarring.governance import Organisation
from jaarring.plans.figures import DIRECTIONS, counted, quantity
from jaarring.plans.public_view import (
    ClosedAnnex,
    LeftOut,
    PublicGoal,
    PublicJoint,
    PublicMeasure,
    PublicPlan,
    PublicTarget,
    PublicTheme,
    SecretMark,
    SecretMeasure,
)
from jaarring.plans.rules import JOINT, Plan, PlannedMeasure, Target
from jaarring.plans.view import MoneyLine, Step
from jaarring.rights import named


@dataclass(frozen=True)
class Season:
    """What the plans of a year are made public from. `plans`: those that are far enough, by subject;
    `adopted`: the board's decisions about them, oldest first; `behind`: the themes of the others.
    """

    organisation: Organisation
    framework: Framework
    year: int
    plans: Mapping[str, Plan]
    adopted: tuple[Step, ...] = ()
    behind: tuple[str, ...] = ()
    account_on: date | None = None

    @property
    def themes(self) -> dict[str, Plan]:
        """The plans of themes, in the order of the configuration; those of themes that ended come last."""
        known = dict.fromkeys((*self.organisation.themes, *self.plans))
        return {id: self.plans[id] for id in known if id in self.plans and id != JOINT}

    def open_measures(self, subject: str) -> list[PlannedMeasure]:
        """The measures of a plan that everybody may know of."""
        return [planned for planned in self.plans[subject].measures if not planned.measure.secrecy]

    def left_out(self, themes: Iterable[str]) -> tuple[LeftOut, ...]:
        """What the board decided beforehand to say about what these themes leave out."""
        withheld = self.framework.withheld
        return tuple(
            LeftOut(self.theme_name(id), withheld[id].text, withheld[id].ground)
            for id in themes
            if id in withheld
        )

    def theme_name(self, id: str) -> str:
        theme = self.organisation.known_theme(id)
        return theme.name if theme else named(self.organisation, id)


def public(season: Season, subject: str = "") -> PublicPlan:
    """The edition for everybody: of all themes, of one (`subject`), or of the joint body by itself.

    Nothing in it depends on a secret measure, not even on there being one.
    """
    organisation, framework = season.organisation, season.framework
    shown = {id: plan for id, plan in season.themes.items() if subject in ("", JOINT, id)}
    return PublicPlan(
        municipality=organisation.name,
        year=season.year,
        name=season.theme_name(subject) if subject else "",
        council=named(organisation, framework.council_frame.body),
        board=named(organisation, framework.adoption.body),
        portfolio_holder=organisation.people[organisation.executive_portfolio_holder].function,
        secretary=organisation.secretary_label,
        vision=framework.vision,
        frame=_step(organisation, "Kader van de raad", framework.council_frame),
        framework=_step(organisation, "Strategisch kader", framework.adoption),
        adopted=season.adopted,
        behind=() if subject else season.behind,
        joint_body=named(organisation, JOINT) if JOINT in season.plans else "",
        goals=tuple(_goals(season, shown)),
        joint=tuple(_joint(season, subject)),
        themes=() if subject == JOINT else tuple(_themes(season, shown)),
        money=tuple(MoneyLine(season.theme_name(id), p.budget, p.was_budget) for id, p in shown.items()),
        left_out=season.left_out(shown),
        account_on=season.account_on,
    )


def _step(organisation: Organisation, what: str, decision: Decision) -> Step:
    return Step(what, named(organisation, decision.body), decision.date, decision.number)


def _goals(season: Season, shown: Mapping[str, Plan]) -> Iterator[PublicGoal]:
    for goal in season.framework.goals:
        if set(goal.themes) & set(shown):
            yield PublicGoal(
                title=goal.title,
                horizon=goal.horizon,
                themes=tuple(season.theme_name(id) for id in goal.themes),
                frameworks=goal.frameworks,
                sources=goal.sources,
                targets=tuple(
                    _target(goal, target)
                    for plan in shown.values()
                    for objective in plan.objectives
                    if objective.goal == goal.id
                    for target in objective.targets
                ),
            )


def _target(goal: Goal, target: Target) -> PublicTarget:
    indicator = target.indicator
    return PublicTarget(
        name=indicator.name,
        counted=counted(indicator),
        direction=DIRECTIONS[indicator.direction],
        baseline=quantity(indicator, target.baseline),
        target=quantity(indicator, target.target),
        final=quantity(indicator, indicator.target(goal.horizon.year)),
    )


def _joint(season: Season, subject: str) -> Iterator[PublicJoint]:
    plan = season.plans.get(JOINT)
    for part in plan.joint if plan else ():
        if subject in ("", JOINT, *part.objective.themes):
            names = tuple(season.theme_name(id) for id in part.objective.themes)
            yield PublicJoint(part.objective.title, names)


def _themes(season: Season, shown: Mapping[str, Plan]) -> Iterator[PublicTheme]:
    number = 0
    for id in shown:
        measures = []
        for planned in season.open_measures(id):
            number += 1
            measures.append(_measure(season, planned, number))
        theme = season.organisation.known_theme(id)
        department = _department(season, theme.department) if theme else ""
        yield PublicTheme(season.theme_name(id), department, tuple(measures))


def _measure(season: Season, planned: PlannedMeasure, number: int) -> PublicMeasure:
    measure = planned.measure
    return PublicMeasure(
        number=number,
        title=measure.title,
        department=_department(season, measure.department),
        effect=measure.effect,
        start=measure.start,
        end=measure.end,
        carried_over=planned.carried_over,
        sources=measure.sources,
    )


def _department(season: Season, id: str) -> str:
    department = season.organisation.departments.get(id)
    return department.name if department else id


def annex(season: Season, as_of: date) -> ClosedAnnex | None:
    """The secret measures; None where nothing is secret. `as_of`: a decision of later is still asked for."""
    organisation = season.organisation
    titles = {goal.id: goal.title for goal in season.framework.goals}
    found = []
    for id, plan in season.themes.items():
        for planned in plan.measures:
            measure = planned.measure
            if secrecy := measure.secrecy:
                mark = SecretMark(
                    _step(organisation, "Geheimhouding", secrecy.decision),
                    secrecy.decision.date <= as_of,
                    secrecy.ground,
                    named(organisation, secrecy.lifted_by),
                )
                found.append(
                    SecretMeasure(
                        measure.id,
                        measure.title,
                        season.theme_name(id),
                        _department(season, measure.department),
                        titles.get(measure.goal, measure.goal),
                        measure.budget,
                        measure.start,
                        measure.end,
                        measure.effect,
                        mark,
                    )
                )
    if not found:
        return None
    return ClosedAnnex(
        organisation.name,
        season.year,
        named(organisation, season.framework.adoption.body),
        named(organisation, season.framework.council_frame.body),
        season.adopted,
        tuple(found),
    )
