"""What the report says of each theme and each department, with the measures of each."""

from __future__ import annotations

from jaarring.calendar import Quarter
from jaarring.governance import Department, Theme
from jaarring.plans.rules import PlannedMeasure
from jaarring.reports.rules import MeasureState
from jaarring.tactical.rules.goals import indicator_stand, objective_stands, readings, source_of
from jaarring.tactical.signs import sign
from jaarring.tactical.view import DepartmentSection, MeasureStand, SecretStand, ThemeSection
from jaarring.tactical.year import Year

#: states of a measure that ask for an explanation
BEHIND = (MeasureState.OFF_COURSE, MeasureState.ATTENTION)


def closed_themes(year: Year) -> frozenset[str]:
    """The themes of which no amount of a single measure is shown: it could be found by subtraction."""
    return frozenset(year.framework.withheld) | {planned.measure.theme for planned in year.secret()}


def _measure(year: Year, quarter: Quarter, planned: PlannedMeasure) -> MeasureStand:
    measure, entry = planned.measure, year.measure_entry(quarter, planned.measure)
    closed, themes = measure.theme in closed_themes(year), year.organisation.themes
    return MeasureStand(
        id=measure.id,
        title=measure.title,
        theme=themes[measure.theme].code if measure.theme in themes else measure.theme,
        department=_code(year, measure.department),
        state=sign(entry.state) if entry else None,
        behind=entry is not None and entry.state in BEHIND,
        done=entry is not None and entry.state is MeasureState.DONE,
        budget=None if closed else measure.budget,
        spent=None if closed or entry is None else entry.spent,
        end=measure.end,
        expected_end=entry.expected_end if entry else None,
        explanation=entry.explanation if entry else "",
    )


def _code(year: Year, department: str) -> str:
    found = year.organisation.departments.get(department)
    return found.code if found else ""


def _split(
    year: Year, quarter: Quarter, planned: list[PlannedMeasure]
) -> tuple[tuple[MeasureStand, ...], tuple[SecretStand, ...]]:
    return (
        tuple(_measure(year, quarter, one) for one in planned if not one.measure.secrecy),
        tuple(SecretStand(one.measure.id) for one in planned if one.measure.secrecy),
    )


def theme_section(year: Year, quarter: Quarter, theme: Theme) -> ThemeSection:
    """What the report says of one theme."""
    mine = [planned for planned in year.planned() if planned.measure.theme == theme.id]
    measures, secret = _split(year, quarter, mine)
    goals = [goal for goal in year.framework.goals if theme.id in goal.themes]
    duty = f"{quarter.key}/report/{theme.id}"
    states = [measure.state for measure in measures if measure.state]
    return ThemeSection(
        code=theme.code,
        name=theme.name,
        owner=year.organisation.people[theme.owner].function,
        source=source_of(year, duty),
        objectives=tuple(one for goal in goals for one in objective_stands(year, quarter, goal, theme)),
        indicators=tuple(
            indicator_stand(year, one)
            for goal in year.framework.goals
            for one in readings(year, quarter, goal)
            if one.indicator.theme == theme.id
        ),
        states=tuple((state, states.count(state)) for state in dict.fromkeys(states)),
        unreported=len(measures) - len(states),
        measures=measures,
        secret=secret,
        unasked=duty in year.unasked,
    )


def department_section(year: Year, quarter: Quarter, department: Department) -> DepartmentSection:
    """What the report says of one department."""
    mine = [planned for planned in year.planned() if planned.measure.department == department.id]
    measures, secret = _split(year, quarter, mine)
    return DepartmentSection(
        department.code,
        department.name,
        year.organisation.people[department.head].function,
        source_of(year, f"{quarter.key}/account/{department.id}"),
        measures,
        secret,
        unasked=f"{quarter.key}/account/{department.id}" in year.unasked,
    )
