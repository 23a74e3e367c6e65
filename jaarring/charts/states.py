"""How many stand how, a row a theme: one cell for each, so that nothing has to be measured with the eye."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jaarring.charts.scale import TWO_LETTERS, WIDTH, lines
from jaarring.dutch import opsomming

LABELS, CELL, LINE = 158, 25, 16
PER_LINE = (WIDTH - LABELS) // CELL
ORDER = ("niet", "aandacht", "ongemeten", "goed")
#: what nobody said; no rating, but it is drawn as one
SILENT = "leeg"


@dataclass(frozen=True)
class Tally:
    """One row: a name, how many have which rating (grade, word, number), and of how many nothing was said."""

    name: str
    counts: tuple[tuple[str, str, int], ...]
    silent: int = 0


@dataclass(frozen=True)
class Cell:
    x: int
    y: int
    grade: str


@dataclass(frozen=True)
class Row:
    """`labels`: its name, (y, words) a line."""

    labels: tuple[tuple[int, str], ...]
    cells: tuple[Cell, ...]
    line: int


@dataclass(frozen=True)
class Key:
    """What a sign means in this drawing."""

    x: int
    y: int
    grade: str
    words: str


@dataclass(frozen=True)
class States:
    title: str
    desc: str
    height: int
    rows: tuple[Row, ...]
    keys: tuple[Key, ...]
    width: int = WIDTH


def states(tallies: Sequence[Tally], what: str) -> States:
    """The drawing. `what`: what is counted, as in "maatregelen"; the worst stands first in each row."""
    rows: list[Row] = []
    y = 4
    for tally in tallies:
        row, y = _row(tally, y)
        rows.append(row)
    keys = tuple(_keys(tallies, y + 8))
    return States(
        title=f"Stand van de {what}, per thema",
        desc=" ".join(f"{one.name}: {_said(one)}." for one in tallies),
        height=max((key.y for key in keys), default=y) + CELL,
        rows=tuple(rows),
        keys=keys,
    )


def _row(tally: Tally, y: int) -> tuple[Row, int]:
    grades = [grade for grade, _, number in _ordered(tally) for _ in range(number)] + [SILENT] * tally.silent
    labels = lines(tally.name, LABELS - 8)
    cells = tuple(
        Cell(LABELS + CELL * (n % PER_LINE), y + CELL * (n // PER_LINE), grade)
        for n, grade in enumerate(grades)
    )
    high = max(CELL * -(-len(grades) // PER_LINE), LINE * len(labels), CELL)
    found = Row(tuple((y + 15 + LINE * n, line) for n, line in enumerate(labels)), cells, y + high + 3)
    return found, y + high + 8


def _ordered(tally: Tally) -> list[tuple[str, str, int]]:
    return sorted(tally.counts, key=lambda one: ORDER.index(one[0]))


def _said(tally: Tally) -> str:
    said = [f"{number} {word}" for _, word, number in _ordered(tally)]
    said += [f"{tally.silent} niet ingevuld"] if tally.silent else []
    return opsomming(said) if said else "geen"


def _keys(tallies: Sequence[Tally], y: int) -> Iterator[Key]:
    """Each sign that is drawn, with the words that it stands for here."""
    words: dict[str, list[str]] = {}
    for grade, word, _ in (one for tally in tallies for one in _ordered(tally)):
        words.setdefault(grade, [])
        if word not in words[grade]:
            words[grade].append(word)
    said = {grade: " of ".join(words[grade]) for grade in ORDER if grade in words}
    if any(tally.silent for tally in tallies):
        said[SILENT] = "niet ingevuld"
    columns = 2 if all(len(what) <= 2 * 190 // TWO_LETTERS for what in said.values()) else 1
    for n, (grade, what) in enumerate(said.items()):
        yield Key(220 * (n % columns), y + CELL * (n // columns), grade, what)
