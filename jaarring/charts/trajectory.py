"""An indicator through its year: what was measured, the path that was agreed, and the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jaarring.charts.scale import Scale, number, ticks
from jaarring.dutch import kwartaal

TOP, BOTTOM = 28, 100
#: of the legend, and how much lower it is where a gap is explained above it
LEGEND, GAPS = 142, 28
#: where the year begins and each of its quarters ends
STOPS = (66, 126, 186, 246, 306)
WIDE = 330
BETTER = {"up": "hoger is beter", "down": "lager is beter", "hold": "gelijk blijven is goed"}


@dataclass(frozen=True)
class Measured:
    """An indicator at the end of a quarter. `value` None: not measured; `said` False: no account came.

    `grade`: the rating that its owner gave, as the class of its colour; empty where nobody gave one.
    """

    value: Decimal | None
    said: bool = True
    grade: str = ""


@dataclass(frozen=True)
class Series:
    """An indicator in a year: `path` is where each quarter must end, `points` the quarters so far."""

    name: str
    unit: str
    direction: str
    year: int
    baseline: Decimal
    path: tuple[Decimal, ...]
    points: tuple[Measured, ...]

    @property
    def target(self) -> Decimal:
        return self.path[-1]


@dataclass(frozen=True)
class Dot:
    """A measured point and its value in words, above it; `label`: the middle of the words."""

    x: int
    y: int
    grade: str
    text: str
    label: int


@dataclass(frozen=True)
class Stop:
    """A moment on the axis; `gap`: why there is no point, a word a line."""

    x: int
    text: str
    gap: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trajectory:
    """The drawing: places of the axis, the path (dashed), the target (a line), runs of measured points."""

    title: str
    desc: str
    height: int
    ticks: tuple[tuple[int, str], ...]
    stops: tuple[Stop, ...]
    path: str
    target_y: int
    target: str
    runs: tuple[str, ...]
    dots: tuple[Dot, ...]
    better: str
    course: str
    legend: int
    width: int = WIDE
    bottom: int = BOTTOM


def trajectory(series: Series) -> Trajectory:
    """The drawing of a series. The scale encloses every value that is drawn, and no other."""
    measured = [one.value for one in series.points if one.value is not None]
    marks = ticks([series.baseline, *series.path, *measured])
    scale = Scale(marks[0], marks[-1], BOTTOM, TOP)
    way = [series.baseline, *series.path]
    legend = LEGEND + GAPS * any(one.value is None for one in series.points)
    return Trajectory(
        title=f"{series.name} in {series.year}: gemeten, afgesproken pad en doel",
        desc=sentence(series),
        height=legend + 10,
        ticks=tuple((scale.place(mark), number(mark, series.unit)) for mark in marks),
        stops=tuple(_stops(series)),
        path=_line(zip(STOPS, map(scale.place, way), strict=True)),
        target_y=scale.place(series.target),
        target=f"doel {number(series.target, series.unit)}",
        runs=tuple(_runs(series.points, scale)),
        dots=tuple(_dots(series, scale)),
        better=BETTER[series.direction],
        course=", ".join(_course(series)),
        legend=legend,
    )


def sentence(series: Series) -> str:
    """The figures of the drawing in words, for who cannot see it."""
    said = [
        f"{kwartaal(quarter)} {_value(series, one)} (pad {number(aim, series.unit)})"
        for quarter, (one, aim) in enumerate(zip(series.points, series.path, strict=False), 1)
    ]
    begin, target = number(series.baseline, series.unit), number(series.target, series.unit)
    return f"Begin {series.year} {begin}; {'; '.join([*said, f'doel {target}'])}. {_way(series)}"


def _course(series: Series) -> Iterator[str]:
    """A quarter's value and where it had to be: 66% (69%)."""
    for one, aim in zip(series.points, series.path, strict=False):
        yield f"{_value(series, one)} ({number(aim, series.unit)})"


def _way(series: Series) -> str:
    return f"{BETTER[series.direction].capitalize()}."


def _value(series: Series, one: Measured) -> str:
    return number(one.value, series.unit) if one.value is not None else _gap(one)


def _gap(one: Measured) -> str:
    return "niet gemeten" if one.said else "niet ingevuld"


def _stops(series: Series) -> Iterator[Stop]:
    yield Stop(STOPS[0], "begin")
    for quarter, x in enumerate(STOPS[1:], 1):
        one = series.points[quarter - 1] if quarter <= len(series.points) else None
        gap = tuple(_gap(one).split()) if one and one.value is None else ()
        yield Stop(x, f"{quarter}e kw.", gap)


def _runs(points: Sequence[Measured], scale: Scale) -> Iterator[str]:
    """Points that follow each other; a quarter without a value breaks the line."""
    run: list[tuple[int, int]] = []
    for x, one in [*zip(STOPS[1:], points, strict=False), (0, Measured(None))]:
        if one.value is not None:
            run.append((x, scale.place(one.value)))
        else:
            if len(run) > 1:
                yield _line(run)
            run = []


def _dots(series: Series, scale: Scale) -> Iterator[Dot]:
    for x, one in zip(STOPS[1:], series.points, strict=False):
        if one.value is not None:
            text = number(one.value, series.unit)
            half = 4 * len(text) + 2
            yield Dot(x, scale.place(one.value), one.grade, text, min(x, WIDE - half))


def _line(places: Iterator[tuple[int, int]] | Sequence[tuple[int, int]] | zip[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in places)
