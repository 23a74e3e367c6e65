"""What the public edition shows of measures and adjustments: not a word of a secret one."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.council.rules.shared import decided, is_done, last, open_measures
from jaarring.council.view import PublicAdjustment, PublicMeasure, PublicTheme
from jaarring.plans.rules import PlannedMeasure
from jaarring.tactical.signs import sign
from jaarring.tactical.year import Year


def public_themes(year: Year) -> Iterator[PublicTheme]:
    """Each theme with the measures that everybody may know of."""
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
        done=is_done(entry),
    )


def public_adjustments(year: Year) -> Iterator[PublicAdjustment]:
    """Adjustments of measures that everybody may know of, without an amount.

    What all of them did to a theme together is a decided figure; beside it, the amount of each that is public
    would leave that of one that is secret.
    """
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
            decided=decided(year, verdict.decision) if verdict else None,
            end=verdict.end if verdict and verdict.outcome != "refused" else None,
        )
