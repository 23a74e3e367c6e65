"""From values to places on paper: scales, round numbers along an axis, words that fit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from jaarring.dutch import getal

WIDTH = 440
#: of two letters of 13 units, on the wide side: a reader's own font may be wider than ours
TWO_LETTERS = 13


@dataclass(frozen=True)
class Scale:
    """Values from `low` to `high` on places from `start` to `end`; what lies outside stays at the edge."""

    low: Decimal
    high: Decimal
    start: int
    end: int

    def place(self, value: Decimal) -> int:
        """Where a value stands, in whole units."""
        if self.high <= self.low:
            return self.start
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return int((self.start + share * (self.end - self.start)).to_integral_value(ROUND_HALF_UP))


def ticks(values: Iterable[Decimal], most: int = 4) -> tuple[Decimal, ...]:
    """Round numbers around the values: steps of 1, 2 or 5 times a power of ten, `most` steps or fewer."""
    listed = list(values)
    low, high = min(listed), max(listed)
    if low == high:
        low, high = low - abs(low) / 10, high + abs(high) / 10
    if low == high:  # all of them nought
        high = low + 1
    power = Decimal(1).scaleb(((high - low) / most).adjusted())
    for step in (power * factor for factor in (1, 2, 5, 10, 20, 50)):
        first = (low / step).to_integral_value(ROUND_FLOOR)
        last = (high / step).to_integral_value(ROUND_CEILING)
        if last - first <= most:
            break
    return tuple(step * n for n in range(int(first), int(last) + 1))


def number(value: Decimal, unit: str = "") -> str:
    """A value beside a point: 68%, 3, 12,5, 1,2 mln. The unit in full stands in the caption."""
    sign = "%" if unit == "%" else ""
    for size, name in ((Decimal(10**9), "mld"), (Decimal(10**6), "mln")):
        if abs(value) >= size * Decimal("0.9995"):
            exact = Decimal("0.1") if abs(value) < 100 * size else Decimal(1)
            return f"{getal((value / size).quantize(exact, ROUND_HALF_UP))}\u00a0{name}"
    rounded = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    rounded = rounded if rounded == value or abs(value) >= 1 else value
    return f"{getal(rounded)}{sign}"


def lines(words: str, room: int) -> tuple[str, ...]:
    """Words over as many lines as it takes in `room` units; a word that is too long is broken."""
    found = textwrap.wrap(words.replace("\u00a0", "\u2007"), max(4, 2 * room // TWO_LETTERS))
    return tuple(line.replace("\u2007", "\u00a0") for line in found) or ("",)
