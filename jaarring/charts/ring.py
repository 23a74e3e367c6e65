"""The year as a ring of twelve months, with its moments: what is done, what is to come.

A cycle runs over more than one year: each calendar year is a ring of its own, the first one inside. Two
halves of a month are two places, so that no two marks ever meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import cos, pi, sin

from jaarring.charts.scale import WIDTH, lines
from jaarring.dutch import datum

MIDDLE, INNER, STEP = WIDTH // 2, 74, 30
LINE, GAP = 16, 5
MONTHS = "jan feb mrt apr mei jun jul aug sep okt nov dec".split()
MOST_RINGS = 3


@dataclass(frozen=True)
class Moment:
    """Something of the year, in words. `done`: it was done."""

    day: date
    words: str
    done: bool


@dataclass(frozen=True)
class Mark:
    """The moments of half a month on a ring. `state`: klaar (all done), komt (none), deels."""

    x: int
    y: int
    number: str
    state: str


@dataclass(frozen=True)
class Ring:
    """`circles`: (radius, year); `months`: (x, y, words); `strokes`: where months meet; `today`: a line.

    `items`: the list under the ring, as (y, number of the mark, state, words); the first two empty on a line
    that goes on.
    """

    title: str
    desc: str
    height: int
    middle: int
    circles: tuple[tuple[int, int], ...]
    months: tuple[tuple[int, int, str], ...]
    strokes: tuple[tuple[int, int, int, int], ...]
    marks: tuple[Mark, ...]
    today: tuple[int, int, int, int] | None
    today_words: str
    items: tuple[tuple[int, str, str, str], ...]
    width: int = WIDTH


def ring(moments: Sequence[Moment], today: date, what: str) -> Ring:
    """The drawing, in the order of dates. `today`: the date of the document; drawn where its year has a ring.

    `what`: whose year it is, as in "cyclusjaar 2027". What lies before the years that can be drawn is in the
    list all the same.
    """
    ordered = sorted(moments, key=lambda one: (one.day, one.words))
    years = sorted({one.day.year for one in ordered} or {today.year})[-MOST_RINGS:]
    radius = {year: INNER + STEP * n for n, year in enumerate(years)}
    outer = radius[years[-1]] + 18
    middle = outer + 26
    marks: list[Mark] = []
    items: list[tuple[int, str, str, str]] = []
    y = 2 * middle + 14
    for number, ((year, half), group) in enumerate(groupby(ordered, _slot), 1):
        found = list(group)
        if year in radius:
            x, at = _place(middle, radius[year], (half + 0.5) / 24)
            marks.append(Mark(x, at, str(number), _state(found)))
        for n, one in enumerate(found):
            for m, line in enumerate(lines(_item(one), WIDTH - 62)):
                items.append((y, "" if n or m else str(number), "" if m else _state([one]), line))
                y += LINE
            y += GAP
    return Ring(
        title=f"De jaarring van {what}",
        desc=_sentence(ordered, today),
        height=y + 2,
        middle=middle,
        circles=tuple((r, year) for year, r in radius.items()),
        months=tuple((*_place(middle, outer + 9, (n + 0.5) / 12), MONTHS[n]) for n in range(12)),
        strokes=tuple(
            (*_place(middle, INNER - 14, n / 12), *_place(middle, outer - 2, n / 12)) for n in range(12)
        ),
        marks=tuple(marks),
        today=_hand(middle, radius, today),
        today_words=datum(today),
        items=tuple(items),
    )


def _slot(one: Moment) -> tuple[int, int]:
    return one.day.year, 2 * (one.day.month - 1) + (one.day.day > 15)


def _place(middle: int, radius: int, turn: float) -> tuple[int, int]:
    """A place at a part of the turn; the year begins at the top and goes with the clock."""
    angle = 2 * pi * turn
    return round(MIDDLE + radius * sin(angle)), round(middle - radius * cos(angle))


def _hand(middle: int, radius: dict[int, int], today: date) -> tuple[int, int, int, int] | None:
    """A stroke over the ring of its own year."""
    if today.year not in radius:
        return None
    turn = (today.month - 1 + (today.day - 0.5) / 31) / 12
    at = radius[today.year]
    return (*_place(middle, at - 15, turn), *_place(middle, at + 15, turn))


def _state(found: Sequence[Moment]) -> str:
    done = [one.done for one in found]
    return "klaar" if all(done) else "deels" if any(done) else "komt"


def _item(one: Moment) -> str:
    return f"{datum(one.day)}: {one.words}"


def _sentence(ordered: Sequence[Moment], today: date) -> str:
    return " ".join(
        f"{head}: {'; '.join(map(_item, found)) or 'niets'}."
        for head, found in (
            (f"Gedaan op {datum(today)}", [one for one in ordered if one.done]),
            ("Komt nog", [one for one in ordered if not one.done]),
        )
    )
