"""How a rating, a state and a value are shown in a report: one sign, one word, one figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from jaarring.goals.rules import Indicator, Rating
from jaarring.plans import figures
from jaarring.reports.rules import MeasureState


@dataclass(frozen=True)
class Sign:
    """A rating as documents show it: the class of its colour and the word that goes with its sign."""

    grade: str
    word: str


GRADES: Mapping[Rating, str] = {
    Rating.OFF_COURSE: "niet",
    Rating.ATTENTION: "aandacht",
    Rating.ON_COURSE: "goed",
    Rating.NOT_MEASURED: "ongemeten",
}
STATE_GRADES: Mapping[MeasureState, str] = {
    MeasureState.OFF_COURSE: "niet",
    MeasureState.ATTENTION: "aandacht",
    MeasureState.PARTLY: "aandacht",
    MeasureState.NOT_STARTED: "ongemeten",
    MeasureState.ON_COURSE: "goed",
    MeasureState.DONE: "goed",
}


def sign(rating: Rating | MeasureState | None) -> Sign | None:
    """How a rating or the state of a measure is shown; None where nobody gave one."""
    if rating is None:
        return None
    grade = STATE_GRADES[rating] if isinstance(rating, MeasureState) else GRADES[rating]
    return Sign(grade, rating.value)


def quantity(indicator: Indicator, value: Decimal) -> str:
    """A value as people write it: 68%, 24 uur, 3 van 6. One decimal more than the indicator has, at most.

    One more, for a milestone may lie between two values that can be measured.
    """
    rounded = figures.quantity(indicator, value)
    if indicator.unit == "%":
        return rounded
    # what is counted stands in the indicator's name; "1 van 6 locaties" says it twice
    of = f"van {indicator.out_of}" if indicator.out_of is not None else indicator.unit
    return f"{rounded}\u00a0{of}"


def counted(ratings: Iterable[Rating]) -> tuple[tuple[Sign, int], ...]:
    """How many of each, worst first, without those that do not occur."""
    listed = list(ratings)
    return tuple(
        (Sign(GRADES[rating], rating.value), listed.count(rating)) for rating in Rating if rating in listed
    )
