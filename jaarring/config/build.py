"""Checked models → the plain values that the rules work with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from jaarring import governance
from jaarring.calendar import Meetings, Period, WorkingCalendar
from jaarring.config.models.calendar import AnswersModel, AskingModel, CalendarModel
from jaarring.config.models.channels import ChannelsModel
from jaarring.config.models.organisation import OrganisationModel, PersonModel, ThemeChange
from jaarring.config.models.strategy import (
    DecisionModel,
    GoalModel,
    IndicatorModel,
    MeasureModel,
    SourceModel,
    StrategyModel,
)
from jaarring.config.municipality import Municipality
from jaarring.config.stages import Stage
from jaarring.document.house import HouseStyle
from jaarring.document.logo import cleaned
from jaarring.goals import rules as goals
from jaarring.moments import Moment, Outside
from jaarring.occasions.schedule import Answering, Asking, Schedule


def municipality(
    folder: Path,
    organisation: OrganisationModel,
    strategy: StrategyModel,
    calendar: CalendarModel,
    channels: ChannelsModel,
    later: Iterable[Stage] = (),
) -> Municipality:
    """The models of the four files, which `checks` found no mistake in, as plain values.

    `later`: how the organisation is after each change.
    """
    return Municipality(
        folder=folder,
        organisations=build_organisations(organisation, later),
        framework=build_framework(strategy),
        schedule=build_schedule(calendar),
        channels=channels,
        time_zone=organisation.municipality.time_zone,
        house=house_style(folder, organisation),
        storage=(folder / organisation.storage).resolve(),
        database=organisation.database,
        journal=organisation.journal,
        templates=(folder / organisation.templates).resolve() if organisation.templates else None,
    )


def house_style(folder: Path, organisation: OrganisationModel) -> HouseStyle:
    """How documents look. Raises LogoError for a logo that `checks` would refuse."""
    said = organisation.house_style
    return HouseStyle(
        organisation.municipality.name,
        said.colour,
        said.accent,
        logo=cleaned((folder / said.logo).read_bytes()) if said.logo else "",
        font=said.font,
    )


def build_organisations(first: OrganisationModel, later: Iterable[Stage]) -> governance.Organisations:
    """The organisation as it begins, and after each change that could be read."""
    return governance.Organisations(
        build_organisation(first),
        tuple((stage.since, _after(stage, stage.model)) for stage in later if stage.model),
    )


def _after(stage: Stage, model: OrganisationModel) -> governance.Organisation:
    return replace(
        build_organisation(model),
        ended={id: governance.Theme(id, **theme.model_dump()) for id, theme in stage.known.items()},
        successors={id: said.successor for id, said in stage.ended.items()},
        ended_on=stage.ended_on,
        parts={id: _parts(said) for id, said in stage.ended.items() if said.measures or said.budget},
    )


def _parts(said: ThemeChange) -> governance.Parts:
    measures = {measure: part for part, ids in said.measures.items() for measure in ids}
    return governance.Parts(measures, dict(said.budget))


def build_organisation(model: OrganisationModel) -> governance.Organisation:
    lines = governance.PRESETS[model.variant].changed(
        {name: tuple(chain) for name, chain in model.lines.items()}
    )
    joint = model.joint_body
    return governance.Organisation(
        **model.municipality.model_dump(include={"name", "inhabitants", "staff", "locations", "mail_domain"}),
        variant=model.variant,
        lines=lines,
        people={id: _person(id, person) for id, person in model.people.items()},
        bodies={id: governance.Body(id, **body.model_dump()) for id, body in model.bodies.items()},
        departments={id: governance.Department(id, **d.model_dump()) for id, d in model.departments.items()},
        themes={id: governance.Theme(id, **theme.model_dump()) for id, theme in model.themes.items()},
        roles={role: tuple(holders) for role, holders in model.roles.model_dump().items()},
        **model.offices.model_dump(),
        joint_body=governance.JointBody(**joint.model_dump()) if joint else None,
        mandate=governance.Mandate(model.mandate.amount),
    )


def _person(id: str, model: PersonModel) -> governance.Person:
    """Somebody with the periods away; one that ends before it begins, which is a mistake, is left out."""
    periods = [(one.first, one.last or date.max) for one in model.absent]
    absent = tuple(Period(first, last) for first, last in periods if first <= last)
    return governance.Person(id, **model.model_dump(exclude={"absent"}), absent=absent)


def build_framework(model: StrategyModel) -> goals.Framework:
    rating = model.rating
    return goals.Framework(
        vision=model.vision,
        council_frame=_decision(model.council_frame),
        adoption=_decision(model.adoption),
        goals=tuple(_goal(id, goal) for id, goal in model.goals.items()),
        joint_objectives=tuple(
            goals.JointObjective(id, joint.title, tuple(joint.themes), tuple(joint.measures))
            for id, joint in model.joint_objectives.items()
        ),
        guidelines=tuple(
            goals.Guideline(id, line.text, tuple(line.themes), line.source)
            for id, line in model.guidelines.items()
        ),
        measures=tuple(_measure(id, measure) for id, measure in model.measures.items()),
        budgets={
            year: goals.YearBudget(year, budget.total, dict(budget.themes))
            for year, budget in model.budgets.items()
        },
        rating_rule=goals.RatingRule(
            _share(rating.on_course), _share(rating.attention), _share(rating.tolerance)
        ),
        roll_up=model.roll_up,
        withheld={theme: goals.Withheld(part.text, part.ground) for theme, part in model.withheld.items()},
        decisions=_decisions(model),
    )


def _decisions(model: StrategyModel) -> dict[str, goals.Decision]:
    names = ("responsibility", "budgets", "accounting")
    stated = {name: getattr(model.decisions, name, None) for name in names}
    return {name: _decision(one) for name, one in stated.items() if one}


def _sources(models: Iterable[SourceModel]) -> tuple[goals.Source, ...]:
    return tuple(goals.Source(one.title, one.date, one.url) for one in models)


def _share(percent: int) -> Decimal:
    return Decimal(percent) / 100


def _decision(model: DecisionModel) -> goals.Decision:
    return goals.Decision(**model.model_dump())


def _goal(id: str, model: GoalModel) -> goals.Goal:
    indicators = tuple(_indicator(id, name, indicator) for name, indicator in model.indicators.items())
    return goals.Goal(
        id,
        model.title,
        model.horizon,
        tuple(model.themes),
        indicators,
        tuple(model.frameworks),
        _sources(model.sources),
    )


def _indicator(goal: str, id: str, model: IndicatorModel) -> goals.Indicator:
    return goals.Indicator(
        id=id,
        goal=goal,
        points=tuple((point.year, point.value) for point in model.points),
        steps={steps.year: tuple(steps.values) for steps in model.steps},
        **model.model_dump(exclude={"points", "steps"}),
    )


def _measure(id: str, model: MeasureModel) -> goals.Measure:
    secret = model.secrecy
    secrecy = goals.Secrecy(_decision(secret.decision), secret.ground, secret.lifted_by) if secret else None
    known = model.model_dump(exclude={"secrecy", "sources"})
    return goals.Measure(id=id, secrecy=secrecy, sources=_sources(model.sources), **known)


def build_schedule(model: CalendarModel) -> Schedule:
    return Schedule(
        calendar=working_calendar(model),
        meetings={
            name: Meetings(m.weekday, tuple(sorted(m.dates)), m.papers, frozenset(m.cancelled))
            for name, m in model.meetings.items()
        },
        moments={name: Moment(**moment.model_dump()) for name, moment in model.moments.items()},
        outside={
            name: Outside(Moment(**one.model_dump(exclude={"title", "source"})), one.title, one.source)
            for name, one in model.outside.items()
        },
        talks=_by_number(model.talks),
        meets_in_recess=model.joint_report.in_recess,
        request=_by_number(model.report.request),
        report_due=_by_number(model.report.due),
        account_before_report=model.account.before_report,
        meeting=_by_number(model.joint_report.meeting),
        joint_request=model.joint_report.request,
        tactical=_by_number(model.tactical),
        plan=_asking(model.plan),
        report=_asking(model.report),
        account=_asking(model.account),
        answers=_answering(model.answers),
        no_reminder_within=model.no_reminder_within,
        more_time_at_most=model.more_time_at_most,
        hold_after_days=model.hold_after_days,
    )


def _answering(model: AnswersModel) -> Answering:
    asking = _asking(model)
    terms = {str(kind): days for kind, days in model.terms.items()}
    weekly = model.news == "week"
    return Answering(asking.reminders, asking.overdue, asking.escalate, model.default, terms, weekly)


def working_calendar(model: CalendarModel) -> WorkingCalendar:
    """The days that are worked; a recess that ends before it begins, which is a mistake, is left out."""
    days = model.working_days
    return WorkingCalendar(
        good_friday=days.good_friday_closed,
        equated=frozenset(equated.day for equated in days.equated),
        closing_days=frozenset(days.closing_days),
        recess=tuple(sorted(Period(r.first, r.last) for r in model.recess if r.first <= r.last)),
    )


def _by_number(quarters: Mapping[Any, int]) -> dict[int, int]:
    return {int(name[1]): days for name, days in quarters.items()}


def _asking(model: AskingModel) -> Asking:
    return Asking(tuple(sorted(model.reminders)), model.overdue, tuple(sorted(model.escalate)))
