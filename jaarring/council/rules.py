"""From a year to the three editions of the council report."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jaarring.adjustments.rules import Adjustment, moves
from jaarring.calendar import Quarter
from jaarring.council.view import (
    AnnexMeasure,
    Change,
    ClosedAnnex,
    Cover,
    GoalResult,
    IndicatorResult,
    InternalAdjustment,
    InternalMeasure,
    InternalReport,
    InternalTheme,
    JointResult,
    LeftOut,
    Mark,
    PublicAdjustment,
    PublicMeasure,
    PublicReport,
    PublicTheme,
    Words,
)
from jaarring.goals.rules import Decision, Goal, Indicator, Secrecy
from jaarring.ledger.rules import Entry
from jaarring.plans.decided import framing
from jaarring.plans.rules import PlannedMeasure
from jaarring.reports.rules import MeasureEntry, MeasureState, YearPart
from jaarring.tactical.money import money
from jaarring.tactical.signs import quantity, sign
from jaarring.tactical.year import Decided, Year, ratings_of, rolled_up


def public(year: Year) -> PublicReport:
    """The edition for everybody. Nothing in it depends on a secret measure, not even on there being one."""
    return PublicReport(
        cover=cover(year),
        goals=tuple(_goal(year, goal) for goal in year.framework.goals),
        joint=_joint(year),
        themes=tuple(_public_themes(year)),
        adjustments=tuple(_public_adjustments(year)),
        money=money(year, last(year)),
        words=tuple(_words(year)),
        left_out=tuple(
            LeftOut(year.theme_name(theme), part.text, part.ground)
            for theme, part in year.framework.withheld.items()
        ),
    )


def internal(year: Year) -> InternalReport:
    """The edition for the board: every measure with its amounts."""
    organisation = year.organisation
    return InternalReport(
        cover=cover(year),
        goals=tuple(_goal(year, goal) for goal in year.framework.goals),
        joint=_joint(year),
        themes=tuple(
            InternalTheme(
                theme.name,
                tuple(_internal_measure(year, one) for one in year.planned() if one.measure.theme == id),
            )
            for id, theme in organisation.themes.items()
        ),
        adjustments=tuple(_internal_adjustment(year, one) for one in year.adjustments),
        money=money(year, last(year)),
        words=tuple(_words(year)),
    )


def annex(year: Year) -> ClosedAnnex | None:
    """The closed annex; None where nothing is secret."""
    found = []
    for planned in year.secret():
        measure = _internal_measure(year, planned)
        assert measure.mark is not None, "only secret measures are asked for"
        theme = year.theme_name(planned.measure.theme)
        found.append(AnnexMeasure(theme, measure, measure.mark))
    return ClosedAnnex(cover(year), tuple(found)) if found else None


def last(year: Year) -> Quarter:
    """The quarter whose accounts close the year."""
    return Quarter(year.year, 4)


def cover(year: Year) -> Cover:
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
        frame=_decided(year, framework.council_frame),
        adoption=_decided(year, framework.adoption),
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


def _decided(year: Year, decision: Decision) -> Decided:
    return Decided(year.named(decision.body), decision.date, decision.number)


# ---- what every edition may show


def _goal(year: Year, goal: Goal) -> GoalResult:
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
    )


def _reached(indicator: Indicator, value: Decimal, target: Decimal) -> bool:
    if indicator.direction == "hold":
        return value == target
    return value <= target if indicator.direction == "down" else value >= target


def _joint(year: Year) -> tuple[JointResult, ...]:
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


def _words(year: Year) -> Iterator[Words]:
    for id, theme in year.organisation.themes.items():
        account = year.theme_account(last(year), id)
        part = (account.year_part if account else None) or YearPart()
        yield Words(theme.name, part.lessons, part.risks, part.ahead)


# ---- the public edition


def open_measures(year: Year) -> list[PlannedMeasure]:
    """The measures that everybody may know of."""
    return [planned for planned in year.planned() if not planned.measure.secrecy]


def _public_themes(year: Year) -> Iterator[PublicTheme]:
    number = 0
    for id, theme in year.organisation.themes.items():
        measures = []
        for planned in open_measures(year):
            if planned.measure.theme == id:
                number += 1
                measures.append(_public_measure(year, planned, number))
        yield PublicTheme(theme.name, tuple(measures))


def _public_measure(year: Year, planned: PlannedMeasure, number: int) -> PublicMeasure:
    measure, entry = planned.measure, year.measure_entry(last(year), planned.measure)
    return PublicMeasure(
        number=number,
        title=measure.title,
        department=year.department_name(measure.department),
        effect=measure.effect,
        end=measure.end,
        state=sign(entry.state) if entry else None,
        done=_done(entry),
    )


def _done(entry: MeasureEntry | None) -> bool:
    return entry is not None and entry.state is MeasureState.DONE


def _public_adjustments(year: Year) -> Iterator[PublicAdjustment]:
    """Adjustments of measures that everybody may know of. What one did to a theme is a decided figure."""
    open_ones = {planned.measure.id: planned.measure for planned in open_measures(year)}
    for one in year.adjustments:
        target = open_ones.get(one.proposal.measure)
        if target is None:
            continue
        verdict = one.verdict
        yield PublicAdjustment(
            theme=year.theme_name(one.theme),
            measure=target.title,
            change=one.proposal.change,
            cause=one.proposal.cause,
            outcome=one.outcome,
            decided=_decided(year, verdict.decision) if verdict else None,
            end=verdict.end if verdict and verdict.outcome != "refused" else None,
            changes=tuple(_changes(year, one)),
        )


def _changes(year: Year, one: Adjustment) -> Iterator[Change]:
    """Per theme, what came or went; a theme that only moved money within itself is not named."""
    theme_of = {planned.measure.id: planned.measure.theme for planned in year.planned()}
    for id, theme in year.organisation.themes.items():
        amount = sum((m.amount for m in moves(one) if theme_of.get(m.measure) == id), Decimal(0))
        if amount:
            yield Change(theme.name, amount)


# ---- what the board may see


def _mark(year: Year, secrecy: Secrecy | None) -> Mark | None:
    if secrecy is None:
        return None
    return Mark(_decided(year, secrecy.decision), secrecy.ground, year.named(secrecy.lifted_by))


def _internal_measure(year: Year, planned: PlannedMeasure) -> InternalMeasure:
    measure, entry = planned.measure, year.measure_entry(last(year), planned.measure)
    return InternalMeasure(
        id=measure.id,
        title=measure.title,
        department=year.department_name(measure.department),
        effect=measure.effect,
        end=measure.end,
        was_end=planned.was_end,
        state=sign(entry.state) if entry else None,
        done=_done(entry),
        budget=measure.budget,
        was_budget=planned.was_budget,
        spent=entry.spent if entry else None,
        explanation=entry.explanation if entry else "",
        mark=_mark(year, measure.secrecy),
    )


def _internal_adjustment(year: Year, one: Adjustment) -> InternalAdjustment:
    titles = {planned.measure.id: planned.measure.title for planned in year.planned()}

    def label(id: str) -> str:
        return f"{id} {titles[id]}" if id in titles else id

    verdict = one.verdict
    return InternalAdjustment(
        id=one.id,
        theme=year.theme_name(one.theme),
        measure=label(one.proposal.measure),
        change=one.proposal.change,
        cause=one.proposal.cause,
        outcome=one.outcome,
        decided=_decided(year, verdict.decision) if verdict else None,
        asked=one.proposal.amount,
        granted=verdict.amount if verdict else None,
        end=verdict.end if verdict else None,
        sources=tuple((label(id), amount) for id, amount in verdict.sources) if verdict else (),
    )
