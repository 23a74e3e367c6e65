"""The places in a form of `jaarring init` that nobody has filled in yet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jaarring.config import yamlfile
from jaarring.config.mistakes import Mistake, shown
from jaarring.config.reading import Reading
from jaarring.starter.places import PLACE

HINT_LIMIT = 90


def unfilled(reading: Reading) -> list[Mistake]:
    """Every place that still says VUL IN, with what is to be written there; empty if all are filled in.

    While there are any, nothing else is said but what keeps a file from being read: what is not there yet
    cannot be wrong, and would only cause mistakes elsewhere.
    """
    found = [
        Mistake(file, lines.line(path), yamlfile.dotted(path), "nog niet ingevuld", f"schrijf {hint}")
        for file, tree in reading.trees.items()
        if (places := list(_places(tree.data, ()))) and (lines := _as_written(reading, file))
        for path, hint in places
    ]
    faults = [
        Mistake(file, fault.line, fault.field, fault.what, fault.remedy)
        for file, tree in reading.trees.items()
        for fault in tree.faults
    ]
    return [*faults, *found] if found else []


def _as_written(reading: Reading, file: str) -> yamlfile.Tree:
    """The file once more: entries that hold a mistake have been left out of the lines of the reading."""
    return yamlfile.load((reading.folder / file).read_text(encoding="utf-8-sig"))


def _places(data: Any, path: yamlfile.Path) -> Iterator[tuple[yamlfile.Path, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _places(value, (*path, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _places(value, (*path, number))
    elif isinstance(data, str) and (place := re.match(rf"\s*{PLACE}\b:?\s*(.*)", data, re.DOTALL)):
        yield path, shown(place[1], HINT_LIMIT) or "hier wat er hoort te staan"
