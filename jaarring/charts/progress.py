"""Where indicators are on the way from where the year began to the target: one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jaarring.charts.scale import TWO_LETTERS, WIDTH, Scale, lines

LABELS, START, AIM, END, LINE = 212, 224, 338, 364, 15


@dataclass(frozen=True)
class Reached:
    """An indicator at the end of a year, its values in words too. `value` None: not measured.

    `said` False: no account came. `reached`: it is where it had to be. `grade`: empty where nobody rated it.
    """

    name: str
    baseline: Decimal
    target: Decimal
    value: Decimal | None
    shown: str
    aim: str
    said: bool
    reached: bool
    grade: str

    @property
    def share(self) -> Decimal:
        """Which part of the way was gone, 1 being the target; where there was no way to go, all or none."""
        if self.value is None:
            return Decimal(0)
        if self.target == self.baseline:
            return Decimal(1 if self.reached else 0)
        return (self.value - self.baseline) / (self.target - self.baseline)


@dataclass(frozen=True)
class Row:
    """`end`: how far the bar goes; None: there is nothing to draw."""

    labels: tuple[tuple[int, str], ...]
    y: int
    end: int | None
    grade: str
    text: str


@dataclass(frozen=True)
class Progress:
    title: str
    desc: str
    height: int
    start: int
    aim: int
    end: int
    rows: tuple[Row, ...]
    width: int = WIDTH


def progress(indicators: Sequence[Reached], year: int) -> Progress:
    """The drawing. The scale is that of the way itself: from the beginning of the year to the target."""
    scale = Scale(Decimal(0), Decimal(END - START) / (AIM - START), START, END)
    rows: list[Row] = []
    y = 22
    for one in indicators:
        labels = lines(one.name, LABELS)
        middle = y + max(10, LINE * len(labels) // 2)
        first = middle + 5 - LINE * (len(labels) - 1) // 2
        rows.append(
            Row(
                labels=tuple((first + LINE * n, line) for n, line in enumerate(labels)),
                y=middle,
                end=None if one.value is None else scale.place(one.share),
                grade=one.grade,
                text=_short(one),
            )
        )
        y += max(20, LINE * len(labels)) + 4
    return Progress(
        title=f"Hoe ver elke indicator kwam op de weg naar het doel van {year}",
        desc=" ".join(f"{one.name}: {_said(one)}, doel {one.aim}." for one in indicators),
        height=y + 2,
        start=START,
        aim=AIM,
        end=END,
        rows=tuple(rows),
    )


def _said(one: Reached) -> str:
    return one.shown if one.value is not None else "niet gemeten" if one.said else "niet ingevuld"


def _short(one: Reached) -> str:
    """What fits beside a bar; the table under it has the words in full."""
    room = 2 * (WIDTH - END - 14) // TWO_LETTERS
    said = _said(one)
    return said if one.value is None or len(said) <= room else said.split("\u00a0")[0]
