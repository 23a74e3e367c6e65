"""Figures of an indicator as people write them in the table of a plan."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jaarring.dutch import getal
from jaarring.goals.rules import Indicator


def quantity(indicator: Indicator, value: Decimal) -> str:
    """A value as people write it in a table, %-sign beside it; at most one decimal more than is measured.

    One more, because a milestone may lie between two values that can be measured.
    """
    places = max(indicator.decimals, 1)
    rounded = getal(value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return f"{rounded}%" if indicator.unit == "%" else rounded


def counted(indicator: Indicator) -> str:
    """What the values are counted in, where that is no percentage: in uur, van 6 locaties."""
    if indicator.unit == "%":
        return ""
    return f"van {indicator.out_of} {indicator.unit}" if indicator.out_of else f"in {indicator.unit}"


DIRECTIONS = {"up": "hoger is beter", "down": "lager is beter", "hold": "gelijk houden"}
