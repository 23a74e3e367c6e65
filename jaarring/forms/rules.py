"""A form as data: sheets, columns and rows with keys; the mistakes made in it; the answers read from it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

Kind = Literal["number", "percent", "count", "euro", "date", "rating", "choice", "text"]
Value = str | Decimal | int | date | None
Key = tuple[str, str, str]
"""Sheet id, row id, column id: what a cell means, wherever it stands."""

RATINGS = ("op koers", "vraagt aandacht", "niet op koers", "niet gemeten")
TEXT_LIMIT = 4000
MISTAKES_SHOWN = 200
"""Characters that one text field takes."""
ROWS_MOST, COLUMNS_MOST = 1_900, 50
"""Of one sheet; a little less than what is read back, for rows that people put in."""
GUIDE = "Uitleg"
"""The first sheet of every form; no sheet of a caller may have this name."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,79}")
_LIST_LIMIT = 255  # Excel's limit for a list that stands in the validation itself


@dataclass(frozen=True)
class Field:
    """What one cell may hold. Bounds are included; `decimals` are those shown and accepted at most."""

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()
    decimals: int = 0
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        if self.kind == "rating" and not self.choices:
            object.__setattr__(self, "choices", RATINGS)
        if self.kind == "percent" and self.minimum is None and self.maximum is None:
            object.__setattr__(self, "minimum", Decimal(0))
            object.__setattr__(self, "maximum", Decimal(100))
        if self.kind == "count" and self.minimum is None:
            object.__setattr__(self, "minimum", Decimal(0))
        listed = self.kind in ("rating", "choice")
        if listed and (not self.choices or any("," in choice or not choice for choice in self.choices)):
            raise ValueError("a field with a list needs choices, none empty or with a comma")
        if listed and len(",".join(self.choices)) > _LIST_LIMIT:
            raise ValueError(f"a list of choices is at most {_LIST_LIMIT} characters")
        wanted = date if self.kind == "date" else Decimal
        if any(bound is not None and not isinstance(bound, wanted) for bound in (self.minimum, self.maximum)):
            raise ValueError(f"bounds of a field of kind {self.kind} are of type {wanted.__name__}")
        if '"' in self.unit:
            raise ValueError("a unit has no quotes")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: to be filled in (`fill`), or shown and locked. `width` in characters."""

    id: str
    title: str
    kind: Kind
    width: int
    fill: bool
    required: bool = False
    choices: tuple[str, ...] = ()
    decimals: int = 0
    help: str = ""
    minimum: Decimal | date | None = None
    maximum: Decimal | date | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        _checked_id(self.id)
        if self.fill:
            self.field  # noqa: B018  refuses nonsense at birth

    @property
    def field(self) -> Field:
        """What a cell of this column holds, unless its row says otherwise."""
        choices = self.choices or (("-",) if self.kind == "choice" and not self.fill else ())
        return Field(self.kind, self.required, choices, self.decimals, self.minimum, self.maximum, self.unit)


@dataclass(frozen=True)
class Row:
    """One row: known values by column id, fields that differ from their column, columns not asked here.

    `kept`: what is known under the id of a column and does not stand in the file, which travels by mail.
    """

    id: str
    cells: Mapping[str, Value] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    locked: tuple[str, ...] = ()  # in an order, for what is kept of a form is known by its hash
    kept: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _checked_id(self.id)


@dataclass(frozen=True)
class Sheet:
    """One sheet with a table. `intro` stands above it; `name` is what people see on the tab."""

    id: str
    name: str
    intro: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    def __post_init__(self) -> None:
        _checked_id(self.id)
        _all_different([column.id for column in self.columns], f"columns of sheet {self.id}")
        _all_different([row.id for row in self.rows], f"rows of sheet {self.id}")
        if not 1 <= len(self.name) <= 31 or re.search(r"[\[\]:*?/\\]|^'|'$", self.name) or self.name == GUIDE:
            raise ValueError(f"sheet {self.id} has a name that Excel or this form cannot use")
        if len(self.rows) > ROWS_MOST or len(self.columns) > COLUMNS_MOST:
            raise ValueError(f"sheet {self.id} has more rows or columns than are read back")
        known = {column.id for column in self.columns}
        for row in self.rows:
            if not {*row.cells, *row.fields, *row.locked} <= known:
                raise ValueError(f"row {row.id} of sheet {self.id} names a column that is not there")

    def asked(self, row: Row, column: Column) -> bool:
        """Whether this cell is to be filled in."""
        return column.fill and column.id not in row.locked

    def field(self, row: Row, column: Column) -> Field:
        """What this cell holds: the row's own word, else the column's."""
        return row.fields.get(column.id, column.field)


@dataclass(frozen=True)
class Form:
    """A question in sheets. `key` is the key of the occasion, `version` counts what was asked under it.

    `instructions` are the lines of the first sheet: what to do, and by when.
    """

    key: str
    version: int
    title: str
    instructions: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    municipality: str

    def __post_init__(self) -> None:
        _checked_id(self.key)
        if not self.sheets:
            raise ValueError("a form has at least one sheet")
        _all_different([sheet.id for sheet in self.sheets], "sheets")
        _all_different([sheet.name.casefold() for sheet in self.sheets], "sheet names")

    def asked(self) -> Iterator[tuple[Key, Field]]:
        """Every cell to be filled in, with what it may hold, in the order of the form."""
        for sheet in self.sheets:
            for row in sheet.rows:
                for column in sheet.columns:
                    if sheet.asked(row, column):
                        yield (sheet.id, row.id, column.id), sheet.field(row, column)

    def seal(self, secret: bytes) -> str:
        """Keyed hash (HMAC-SHA256, hex) over municipality, key, version, sheet, column and row keys."""
        keys = [[s.id, [c.id for c in s.columns], [r.id for r in s.rows]] for s in self.sheets]
        said = json.dumps([self.municipality, self.key, self.version, keys], separators=(",", ":"))
        return hmac.new(secret, said.encode(), "sha256").hexdigest()


@dataclass(frozen=True)
class Mistake:
    """What is wrong in a form, where, and what to write instead; Dutch, for who filled it in."""

    place: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.remedy}"


def readable(found: Sequence[Mistake]) -> list[Mistake]:
    """Not more mistakes than a person would read, and how many there are beyond."""
    rest = len(found) - MISTAKES_SHOWN
    more = [Mistake("Dit formulier", f"er zijn nog {rest} andere fouten", "verbeter eerst deze")]
    return [*found[:MISTAKES_SHOWN], *(more if rest > 0 else [])]


@dataclass(frozen=True)
class Answers:
    """What a form said: a value (or None) for every cell that was to be filled in."""

    key: str
    version: int
    values: Mapping[Key, Value]
    places: Mapping[Key, str]


def place(answers: Answers, sheet: str, row: str, column: str) -> str:
    """Where an answer stands in the file that was handed in: "Blad Indicatoren, cel D7" or "Regel 12"."""
    return answers.places[sheet, row, column]


def cell_name(row: int, column: int) -> str:
    """The name that people see: row 6, column 3 (both from 0) is "D7"."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _checked_id(text: str) -> None:
    if not _ID.fullmatch(text):
        raise ValueError("an id in a form is letters, digits and . _ / - and at most 80 long")


def _all_different(names: Sequence[str], of: str) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"two {of} have the same id")
