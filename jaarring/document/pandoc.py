"""Pandoc: the pieces of its tree, its run over one, and what a form writes around its blocks."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from jaarring.document.elements import FRAMES

OVERLAY = FRAMES / "office"

#: seconds; the longest report takes a tenth of one
LIMIT = 60

Ast = dict[str, Any]


class Cell(NamedTuple):
    """What a cell of a table is: its part (`Kop`, `Cel` or `Totaal`), its width in 0.01 mm, and whether it
    names its row."""

    part: str
    width: int
    name: bool


class Markup(Protocol):
    """What a form writes in its own words around pandoc's blocks: a piece that opens and one that closes."""

    #: the name by which pandoc knows its pieces, and its file
    format: str
    format_of_file: str
    tab: str
    new_page: str
    contents: tuple[str, str]
    #: at the begin and the end of the words in the contents list
    contents_words: tuple[str, str]

    def editable(self, place: str, number: int) -> tuple[str, str]: ...

    def table(self, caption: str, widths: Sequence[int], small: bool, foot: bool) -> tuple[str, str]: ...

    def head(self) -> tuple[str, str]: ...

    def row(self, head: bool, whole: bool) -> tuple[str, str]: ...

    def cell(self, cell: Cell) -> tuple[str, str]: ...


def written(blocks: list[Ast], format: str, at: date) -> bytes:
    """The file that pandoc makes of its own tree. Raises RuntimeError where it refuses, never quoting a text.

    It reads nothing but its input, asks no network, and has nothing of this machine's environment.
    """
    said = {"pandoc-api-version": [1, 23, 1], "meta": {}, "blocks": blocks}
    noon = int(datetime.combine(at, time(12), UTC).timestamp())
    run = subprocess.run(
        [_pandoc(), "--from=json", f"--to={format}", "--output=-", "--sandbox", f"--data-dir={OVERLAY}"],
        input=json.dumps(said).encode(),
        capture_output=True,
        env={"SOURCE_DATE_EPOCH": str(noon)},
        timeout=LIMIT,
        check=False,
    )
    if run.returncode:
        raise RuntimeError(f"pandoc refuses the document: exit {run.returncode}")
    return run.stdout


@cache
def _pandoc() -> Path:
    """The one that came with us, never one on the path: its version is part of the bytes."""
    package = find_spec("pypandoc")
    if package is None or package.origin is None:
        raise FileNotFoundError("pypandoc_binary")
    return Path(package.origin).parent / "files" / "pandoc"


def of(kind: str, content: Any) -> Ast:
    """A piece of the tree."""
    return {"t": kind, "c": content}


def attributes(name: str = "", style: str = "") -> list[Any]:
    """An anchor, a style of the house, or neither."""
    return [name, [], [["custom-style", style]] if style else []]


def styled(style: str, body: list[Ast]) -> Ast:
    """Words in a style of the house."""
    return of("Span", [attributes(style=style), body])
