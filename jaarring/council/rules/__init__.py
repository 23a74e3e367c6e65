"""From a year to the three editions of the council report."""

from __future__ import annotations

from jaarring.council.rules.for_everybody import public_adjustments, public_themes
from jaarring.council.rules.for_the_board import internal_adjustment, internal_measure
from jaarring.council.rules.shared import cover, goal_result, joint_results, last, words_of_year
from jaarring.council.view import (
    AnnexMeasure,
    ClosedAnnex,
    InternalReport,
    InternalTheme,
    PublicReport,
)
from jaarring.plans.public_view import LeftOut
from jaarring.tactical.money import money
from jaarring.tactical.year import Year


def public(year: Year) -> PublicReport:
    """The edition for everybody. Nothing in it depends on a secret measure, not even on there being one."""
    return PublicReport(
        cover=cover(year),
        goals=tuple(goal_result(year, goal) for goal in year.framework.goals),
        joint=joint_results(year),
        themes=tuple(public_themes(year)),
        adjustments=tuple(public_adjustments(year)),
        money=money(year, last(year)),
        words=tuple(words_of_year(year)),
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
        goals=tuple(goal_result(year, goal) for goal in year.framework.goals),
        joint=joint_results(year),
        themes=tuple(
            InternalTheme(
                theme.name,
                tuple(internal_measure(year, one) for one in year.planned() if one.measure.theme == id),
            )
            for id, theme in organisation.themes.items()
        ),
        adjustments=tuple(internal_adjustment(year, one) for one in year.adjustments),
        money=money(year, last(year)),
        words=tuple(words_of_year(year)),
    )


def annex(year: Year) -> ClosedAnnex | None:
    """The closed annex; None where nothing is secret."""
    found = []
    for planned in year.secret():
        measure = internal_measure(year, planned)
        assert measure.mark is not None, "only secret measures are asked for"
        theme = year.theme_name(planned.measure.theme)
        found.append(AnnexMeasure(theme, measure, measure.mark))
    return ClosedAnnex(cover(year), tuple(found)) if found else None
