"""What the report says of goals: how their indicators, objectives and joint objectives stand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jaarring.calendar import Quarter, quarters
from jaarring.charts import Measured, Series
from jaarring.dutch import kwartaal
from jaarring.goals.rules import Goal, Indicator, JointObjective, Rating
from jaarring.governance import Theme
from jaarring.occasions import Duty
from jaarring.plans.rules import JOINT
from jaarring.reports.rules import Reading, reading
from jaarring.tactical.signs import GRADES, counted, quantity, sign
from jaarring.tactical.view import GoalStand, IndicatorStand, Joint, JointStand, ObjectiveStand
from jaarring.tactical.year import Year, ratings_of, rolled_up


def goal_stand(year: Year, quarter: Quarter, goal: Goal) -> GoalStand:
    """How one goal stands, with its indicators and objectives."""
    ratings = ratings_of(year, goal, quarter)
    rating = rolled_up(ratings)
    themes = [theme for theme in year.organisation.themes.values() if theme.id in goal.themes]
    objectives = [one for theme in themes for one in objective_stands(year, quarter, goal, theme)]
    return GoalStand(
        goal.id,
        goal.title,
        sign(rating),
        _order(rating),
        counted(ratings),
        tuple(indicator_stand(year, one) for one in readings(year, quarter, goal)),
        tuple(objectives),
    )


def _order(rating: Rating | None) -> int:
    """Worst first; silence stands before what is on course, for it may hide worse."""
    return 2 * (Rating.ON_COURSE.severity if rating is None else rating.severity) - (rating is None)


def readings(year: Year, quarter: Quarter, goal: Goal) -> Iterator[Reading]:
    """The indicators of a goal as their owners account for them."""
    for indicator in goal.indicators:
        account = year.theme_account(quarter, indicator.theme)
        yield reading(indicator, quarter.year, quarter.number, account, year.framework.rating_rule)


def indicator_stand(year: Year, found: Reading) -> IndicatorStand:
    """How one indicator stands: said, computed and ahead."""
    indicator, entry = found.indicator, found.entry

    def shown(value: Decimal | None) -> str | None:
        return None if value is None else quantity(indicator, value)

    return IndicatorStand(
        id=indicator.id,
        name=indicator.name,
        theme=year.theme_name(indicator.theme),
        value=shown(entry.value) if entry else None,
        milestone=quantity(indicator, indicator.milestone(found.year, found.quarter)),
        target=quantity(indicator, indicator.target(found.year)),
        was_target=_was_target(year, indicator),
        source=entry.source if entry else "",
        rating=sign(entry.rating) if entry else None,
        computed=sign(found.computed),
        differs=found.differs,
        forecast=shown(found.computed_forecast),
        own_forecast=shown(entry.own_forecast) if entry else None,
        explanation=entry.explanation if entry else "",
        cause=entry.cause if entry else "",
        series=_series(year, found),
    )


def _series(year: Year, found: Reading) -> Series:
    """The indicator from the beginning of the year until the quarter of the report."""
    indicator = found.indicator
    said = [year.theme_account(quarter, indicator.theme) for quarter in quarters(found.year)[: found.quarter]]
    entries = [account.indicator(indicator.id) if account else None for account in said]
    return Series(
        name=indicator.name,
        unit=indicator.unit,
        direction=indicator.direction,
        year=found.year,
        baseline=indicator.baseline(found.year),
        path=tuple(indicator.milestone(found.year, number) for number in (1, 2, 3, 4)),
        points=tuple(
            Measured(one.value, True, GRADES[one.rating]) if one else Measured(None, False) for one in entries
        ),
    )


def _was_target(year: Year, indicator: Indicator) -> str:
    """The target as first adopted, where an adjustment gave the indicator another."""
    for plan in year.plans.values():
        for target in (one for objective in plan.objectives for one in objective.targets):
            if target.indicator.id == indicator.id and target.was_target is not None:
                return quantity(indicator, target.was_target)
    return ""


def objective_stands(year: Year, quarter: Quarter, goal: Goal, theme: Theme) -> Iterator[ObjectiveStand]:
    """What the owner of a theme says of its objectives under a goal."""
    account = year.theme_account(quarter, theme.id)
    said = {entry.objective: entry for entry in account.objectives} if account else {}
    for id in year.objectives_of(theme.id, goal.id):
        entry = said.get(id)
        yield ObjectiveStand(
            goal.id,
            goal.title,
            theme.name,
            sign(entry.rating) if entry else None,
            entry.explanation if entry else "",
        )


def joint_stands(year: Year, quarter: Quarter) -> Joint | None:
    """What the joint body says of its objectives; None where there is none."""
    body = year.organisation.joint_body
    if not year.joint_objectives() or body is None:
        return None
    account = year.joint_account(quarter)
    said = {entry.objective: entry for entry in account.objectives} if account else {}

    def stand(objective: JointObjective) -> JointStand:
        entry = said.get(objective.id)
        themes = tuple(year.theme_name(theme) for theme in objective.themes)
        return JointStand(
            objective.id,
            objective.title,
            themes,
            sign(entry.rating) if entry else None,
            entry.explanation if entry else "",
        )

    duty = f"{quarter.key}/report/oib"
    return Joint(body.name, tuple(map(stand, year.joint_objectives())), source_of(year, duty))


def source_of(year: Year, duty: str) -> str:
    """The account that figures come from, as one would ask for it."""
    received, told = year.accounts.get(duty), Duty(duty)
    if received is None or told.quarter is None:
        return ""
    if told.subject == JOINT:
        whose = f"van het {year.named(JOINT)}"
    elif told.kind == "account":
        whose = f"maatregelen {year.department_name(told.subject)}"
    else:
        whose = year.theme_name(told.subject)
    version = f", versie {received.version}" if received.version > 1 else ""
    return f"verantwoording {whose}, {kwartaal(told.quarter.number)} {told.quarter.year}{version}"
