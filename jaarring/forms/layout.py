"""Where things stand in a form, agreed between who writes, fills and reads it. Rows and columns from 0."""

from __future__ import annotations

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
