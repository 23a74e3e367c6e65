"""A file that came back, opened: its kind by its content, its cells by a child process with limits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import jaarring
from jaarring.forms.archive import AGAIN
from jaarring.forms.rules import Mistake
from jaarring.forms.spelling import Raw, clean

SIZE_LIMIT = 10 * 2**20
YAML_LIMIT = 200_000
WAIT = 40.0
"""Seconds by the clock on a busy machine; the child stops itself after 10 of the processor."""

Cell = tuple[int, int]


@dataclass(frozen=True)
class Page:
    """A sheet as it came back: what stands where (row and column from 0)."""

    name: str
    cells: dict[Cell, Raw]
    formulas: frozenset[Cell]
    errors: frozenset[Cell]

    def used(self) -> list[Cell]:
        """Every cell that holds anything, from top to bottom."""
        return sorted({*self.cells, *self.formulas, *self.errors})


@dataclass(frozen=True)
class Opened:
    """A file looked at once: `pages` of a spreadsheet, the `text` of a YAML file, or of a text document its
    `pieces` (place, words) and the `properties` by which it is known.

    `content`: the bytes that were looked at. Whoever keeps the file keeps these: a second reading may differ.
    """

    name: str
    content: bytes = field(repr=False)
    pages: tuple[Page, ...] = ()
    text: str | None = field(default=None, repr=False)
    pieces: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)


def look(path: Path) -> Opened | list[Mistake]:
    """Open a file after all checks of its outside; never raises for what is in it or where it is."""
    try:
        # a link in the intake folder could lead to any file that we may read, a pipe would keep us waiting
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            data = stream.read(SIZE_LIMIT + 1) or b""
    except OSError:
        what, remedy = "het bestand is er niet of is niet te lezen", "controleer de naam en de rechten"
        if path.is_symlink():
            what, remedy = "dit is een verwijzing naar een ander bestand", "stuur het bestand zelf"
        return [Mistake(f"Bestand {_shown(path.name)}", what, remedy)]
    return look_at(path.name, data)


def look_at(given: str, data: bytes) -> Opened | list[Mistake]:
    """As `look`, for a file that came another way; its name is as it was `given`, and only data."""
    name = _shown(given)

    def refused(what: str, remedy: str) -> list[Mistake]:
        return [Mistake(f"Bestand {name}", what, remedy)]

    if len(data) > SIZE_LIMIT:
        return refused(f"het bestand is groter dan {SIZE_LIMIT // 2**20} MB", AGAIN)
    if data.startswith(b"PK"):
        return _from_child(data, name)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        return refused(
            "het bestand heeft een wachtwoord of is een oud .xls-bestand",
            "bewaar het zonder wachtwoord als .xlsx of .ods en stuur het opnieuw",
        )
    if not given.casefold().endswith((".yaml", ".yml")):
        return refused("dit is geen .xlsx-, .ods- of .yaml-bestand", AGAIN)
    if len(data) > YAML_LIMIT:
        return refused(f"het bestand is groter dan {YAML_LIMIT // 1000} kB", "kort de tekst in")
    try:
        return Opened(name, data, text=data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return refused("het bestand is geen gewone tekst", "bewaar het als UTF-8 en stuur het opnieuw")


def _shown(name: str) -> str:
    return " ".join(clean(name).split())[:80] or "zonder naam"


def _from_child(data: bytes, name: str) -> Opened | list[Mistake]:
    """What the child saw; whatever became of it, one clear mistake."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jaarring.forms.child"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WAIT,
            cwd=Path(jaarring.__file__).parent.parent,
            env={"LANG": "C.UTF-8"},  # whoever takes the child over finds no passwords in it
            check=True,
        )
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        return [Mistake(f"Bestand {name}", "het bestand kan niet worden gelezen", AGAIN)]
    if "refused" in said:
        what, remedy = said["refused"]
        return [Mistake(f"Bestand {name}", what, remedy)]
    if "text" in said:
        pieces = tuple((clean(place), clean(words)) for place, words in said["text"]["pieces"])
        return Opened(name, data, pieces=pieces, properties=said["text"]["properties"])
    return Opened(
        name,
        data,
        tuple(
            Page(
                clean(sheet["name"]),
                dict(_cells(sheet["cells"])),
                frozenset((row, column) for row, column in sheet["formulas"]),
                frozenset((row, column) for row, column in sheet["errors"]),
            )
            for sheet in said["sheets"]
        ),
    )


def _cells(listed: list[tuple[int, int, str, str | float | bool]]) -> Iterator[tuple[Cell, Raw]]:
    for row, column, tag, value in listed:
        yield (row, column), date.fromisoformat(value) if tag == "d" and isinstance(value, str) else value
