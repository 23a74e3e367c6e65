"""What the board may see: every measure and adjustment, with amounts and classification."""

from __future__ import annotations

from jaarring.adjustments.rules import Adjustment
from jaarring.council.rules.shared import decided, is_done, last
from jaarring.council.view import InternalAdjustment, InternalMeasure, Mark
from jaarring.goals.rules import Secrecy
from jaarring.plans.rules import PlannedMeasure
from jaarring.tactical.signs import sign
from jaarring.tactical.year import Year


def _mark(year: Year, secrecy: Secrecy | None) -> Mark | None:
    if secrecy is None:
        return None
    return Mark(decided(year, secrecy.decision), secrecy.ground, year.named(secrecy.lifted_by))


def internal_measure(year: Year, planned: PlannedMeasure) -> InternalMeasure:
    """One measure with its amounts; `mark`: its classification, None where it is not secret."""
    measure, entry = planned.measure, year.measure_entry(last(year), planned.measure)
    return InternalMeasure(
        id=measure.id,
        title=measure.title,
        department=year.department_name(measure.department),
        effect=measure.effect,
        end=measure.end,
        was_end=planned.was_end,
        state=sign(entry.state) if entry else None,
        done=is_done(entry),
        budget=measure.budget,
        was_budget=planned.was_budget,
        spent=entry.spent if entry else None,
        explanation=entry.explanation if entry else "",
        mark=_mark(year, measure.secrecy),
    )


def internal_adjustment(year: Year, one: Adjustment) -> InternalAdjustment:
    """One adjustment with its amounts."""
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
        decided=decided(year, verdict.decision) if verdict else None,
        asked=one.proposal.amount,
        granted=verdict.amount if verdict else None,
        end=verdict.end if verdict else None,
        sources=tuple((label(id), amount) for id, amount in verdict.sources) if verdict else (),
    )
