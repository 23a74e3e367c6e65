"""Where things stand in a form, agreed between who writes, fills and reads it. Rows and columns from 0."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

MARK = "jaarring"
"""Cell A1 of the first sheet. Below it, in the same hidden column: key, version, seal."""
SHEET_MARK = "jaarring:"
"""Cell A1 of a table sheet is this and the id of the sheet; row 1 (hidden) has the column ids."""

KEYS_ROW = 0
TITLE_ROW = 1
INTRO_ROW = 2
HEADER_ROW = 3
FIRST_ROW = 4
KEYS_COLUMN = 0
FIRST_COLUMN = 1

_LINE, _PADDING, _HIGHEST = 13.0, 5.0, 400.0  # points, for Arial 10; Excel's limit is 409


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column of `width` characters, rather one too many."""
    return sum(max(1, len(textwrap.wrap(part, max(int(width), 1)))) for part in text.split("\n"))


def height(cells: Iterable[tuple[str, float]]) -> float:
    """The height in points of a row whose cells have these texts and widths, so that none is clipped."""
    return min(max((lines_of(text, width) for text, width in cells), default=1) * _LINE + _PADDING, _HIGHEST)
