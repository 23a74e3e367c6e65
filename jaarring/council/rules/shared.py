"""What every edition of the council report may show: the cover, and how the goals of the year ended."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.council.view import Cover, GoalResult, IndicatorResult, JointResult, Words
from jaarring.goals.rules import Decision, Goal, Indicator
from jaarring.ledger.rules import Entry
from jaarring.plans.decided import framing
from jaarring.plans.rules import PlannedMeasure
from jaarring.reports.rules import MeasureEntry, MeasureState, YearPart
from jaarring.tactical.signs import quantity, sign
from jaarring.tactical.year import Decided, Year, ratings_of, rolled_up


def last(year: Year) -> Quarter:
    """The quarter whose accounts close the year."""
    return Quarter(year.year, 4)


def cover(year: Year) -> Cover:
    """What stands on the first pages of every edition."""
    organisation, framework, key = year.organisation, year.framework, f"{year.year}"
    joint = organisation.joint_body
    return Cover(
        municipality=organisation.name,
        inhabitants=organisation.inhabitants,
        staff=organisation.staff,
        locations=organisation.locations,
        year=year.year,
        board=year.board.name,
        council=year.council.name,
        portfolio_holder=organisation.people[organisation.executive_portfolio_holder].function,
        vision=framework.vision,
        frame=decided(year, framework.council_frame),
        adoption=decided(year, framework.adoption),
        plans=year.decided(f"{key}/plan/adopt", "adopt"),
        decided=year.decided(f"{key}/council/adopt", "adopt"),
        offered_on=year.due(f"{key}/council/offer"),
        noted_on=year.due(f"{key}/council/note"),
        chain=tuple(
            {"theme": "thema’s", "chair": "voorzitter"}.get(party) or year.named(party)
            for party in organisation.account_line
        ),
        joint_body=joint.name if joint and "oib" in organisation.lines.responsible else "",
        roll_up=framework.roll_up,
        decisions=framing(organisation, [Entry(**vars(taken)) for taken in year.decisions]),
    )


def decided(year: Year, decision: Decision) -> Decided:
    """A decision of the framework as documents show it."""
    return Decided(year.named(decision.body), decision.date, decision.number)


def goal_result(year: Year, goal: Goal) -> GoalResult:
    """How one goal ended."""
    results = tuple(_indicator(year, indicator) for indicator in goal.indicators)
    return GoalResult(
        title=goal.title,
        horizon=goal.horizon,
        final=tuple(
            f"{indicator.name} {quantity(indicator, indicator.target(goal.horizon.year))}"
            for indicator in goal.indicators
        ),
        themes=tuple(year.theme_name(theme) for theme in goal.themes),
        frameworks=goal.frameworks,
        sources=goal.sources,
        outcome=_outcome(results),
        rating=sign(rolled_up(ratings_of(year, goal, last(year)))),
        indicators=results,
    )


def _outcome(results: tuple[IndicatorResult, ...]) -> str:
    """Reached only if every indicator was measured and is where it had to be."""
    if all(one.value is None for one in results):
        return "unknown"
    if all(one.reached for one in results):
        return "reached"
    return "partly" if any(one.reached for one in results) else "missed"


def _indicator(year: Year, indicator: Indicator) -> IndicatorResult:
    account = year.theme_account(last(year), indicator.theme)
    entry = account.indicator(indicator.id) if account else None
    value = entry.value if entry else None
    return IndicatorResult(
        name=indicator.name,
        baseline=quantity(indicator, indicator.baseline(year.year)),
        target=quantity(indicator, indicator.target(year.year)),
        value=None if value is None else quantity(indicator, value),
        said=entry is not None,
        reached=value is not None and _reached(indicator, value, indicator.target(year.year)),
        rating=sign(entry.rating) if entry else None,
        explanation=entry.explanation if entry else "",
        cause=entry.cause if entry else "",
        way=(indicator.baseline(year.year), indicator.target(year.year), value),
    )


def _reached(indicator: Indicator, value: Decimal, target: Decimal) -> bool:
    if indicator.direction == "hold":
        return value == target
    return value <= target if indicator.direction == "down" else value >= target


def joint_results(year: Year) -> tuple[JointResult, ...]:
    """How the joint objectives ended; none where there is no joint body."""
    account = year.joint_account(last(year))
    said = {entry.objective: entry for entry in account.objectives} if account else {}
    return tuple(
        JointResult(
            objective.title,
            tuple(year.theme_name(theme) for theme in objective.themes),
            sign(entry.rating) if (entry := said.get(objective.id)) else None,
            entry.explanation if entry else "",
        )
        for objective in year.joint_objectives()
    )


def words_of_year(year: Year) -> Iterator[Words]:
    """What the owners look back on, in their own words."""
    for id, theme in year.organisation.themes.items():
        account = year.theme_account(last(year), id)
        part = (account.year_part if account else None) or YearPart()
        yield Words(theme.name, part.lessons, part.risks, part.ahead)


def open_measures(year: Year) -> list[PlannedMeasure]:
    """The measures that everybody may know of."""
    return [planned for planned in year.planned() if not planned.measure.secrecy]


def is_done(entry: MeasureEntry | None) -> bool:
    """Whether a measure was said to be done."""
    return entry is not None and entry.state is MeasureState.DONE
