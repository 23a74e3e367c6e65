"""The XML of a spreadsheet, looked at before calamine reads it: what it hides, and what would break it.

calamine shows a formula as '' or 0 and an error as ''; and one cell at XFD1048576 makes it ask for
hundreds of gigabytes and abort the process, which cannot be caught. Both are found here. Runs in the child.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from jaarring.forms.archive import AGAIN, Refused

ROW_LIMIT, COLUMN_LIMIT = 2_000, 60
_DEPTH_LIMIT = 100
_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")

Attributes = dict[str, str]


@dataclass
class Marks:
    """Cells of one sheet (row and column from 0) that hold a formula or an error."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)


def xlsx(parts: dict[str, bytes]) -> dict[str, Marks]:
    """Marks by sheet name. Every XML part is looked at, whichever the workbook says are its sheets."""
    marks = {name.casefold(): _sheet(body) for name, body in parts.items()}
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            path = target if target.startswith("xl/") else "xl/" + target
            targets[attributes.get("Id", "")] = path.casefold()

    def named(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            if attributes.get("name", "") in sheets:
                raise Refused("het bestand heeft twee bladen met dezelfde naam", AGAIN)
            link = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id" and ":" in k), "")
            sheets[attributes.get("name", "")] = link

    by_name = {name.casefold(): body for name, body in parts.items()}
    walk(by_name.get("xl/_rels/workbook.xml.rels", b""), relation)
    walk(by_name.get("xl/workbook.xml", b""), named)
    used = {name: targets.get(link, "") for name, link in sheets.items()}
    if any(path not in marks for path in used.values()):
        raise _odd()
    if any((found.formulas or found.errors) and path not in used.values() for path, found in marks.items()):
        raise _odd()  # a sheet that no name leads to, as far as we can see: the reader might see further
    return {name: marks[path] for name, path in used.items()}


def _sheet(body: bytes) -> Marks:
    """Formulas and errors of one part; refuses cells outside the extent. A nameless cell follows the last."""
    marks = Marks()
    row, column, inside = -1, -1, False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal row, column, inside
        if tag == "row":
            said = attributes.get("r")
            if said is not None and not re.fullmatch(r"[1-9][0-9]{0,6}", said):
                raise _odd()
            row, column = (int(said) - 1 if said else row + 1), -1
        elif tag == "c":
            inside = True
            if (name := attributes.get("r")) is None:
                column += 1
            elif found := _CELL.fullmatch(name):
                row, column = int(found[2]) - 1, _column(found[1])
            elif row >= 0:
                raise _odd()
            if attributes.get("t") == "e":
                marks.errors.append((row, column))
        elif inside and tag in ("f", "v", "is"):
            within(row, column)
            if tag == "f":
                marks.formulas.append((row, column))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "c"

    walk(body, start, end)
    return marks


def ods(parts: dict[str, bytes]) -> dict[str, Marks]:
    """Marks by sheet name, from `content.xml`; the other parts are only checked."""
    sheets: dict[str, Marks] = {}
    marks = Marks()
    row = column = 0
    rows = cells = 1  # how often this row and this cell are repeated
    filled = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal marks, row, column, rows, cells, filled
        if tag == "table":
            name = attributes.get("table:name", "")
            if name in sheets:
                raise Refused("het bestand heeft twee bladen met dezelfde naam", AGAIN)
            marks = sheets[name] = Marks()
            row = column = 0
        elif tag == "table-row":
            rows, column = _repeat(attributes, "table:number-rows-repeated"), 0
        elif tag in ("table-cell", "covered-table-cell"):
            cells = _repeat(attributes, "table:number-columns-repeated")
            filled = any(name.startswith("office:") for name in attributes) or "table:formula" in attributes
            if "table:formula" in attributes:
                marks.formulas.append((row, column))
            if attributes.get("calcext:value-type") == "error":
                marks.errors.append((row, column))
        elif tag == "p":
            filled = True

    def end(tag: str) -> None:
        nonlocal row, column, filled
        if tag == "table-row":
            row += rows
        elif tag in ("table-cell", "covered-table-cell"):
            if filled:
                within(row + rows - 1, column + cells - 1)
            column, filled = column + cells, False

    for name, body in parts.items():
        if name == "content.xml":
            walk(body, start, end)
        else:
            walk(body, lambda tag, attributes: None)
    return sheets


def within(row: int, column: int) -> None:
    """Refuse a cell further away than any form goes."""
    if row >= ROW_LIMIT or column >= COLUMN_LIMIT:
        raise Refused(
            f"een blad heeft iets staan voorbij rij {ROW_LIMIT} of kolom {COLUMN_LIMIT}",
            "maak die cellen leeg en stuur het formulier opnieuw",
        )


def walk(
    body: bytes, start: Callable[[str, Attributes], None], end: Callable[[str], None] = lambda tag: None
) -> None:
    """Read XML, elements by their local name; refuses a DTD, entities, great depth and what is not XML."""
    if not body:
        return
    parser = expat.ParserCreate()
    depth = 0

    def opened(tag: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH_LIMIT:
            raise _odd()
        start(tag.rpartition(":")[2], attributes)

    def closed(tag: str) -> None:
        nonlocal depth
        depth -= 1
        end(tag.rpartition(":")[2])

    def declared(*_: object) -> None:
        raise _odd()

    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.StartDoctypeDeclHandler = declared
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(body, True)
    except expat.ExpatError:
        raise Refused("het bestand is beschadigd", AGAIN) from None


def _odd() -> Refused:
    return Refused("het bestand heeft een inhoud die een formulier nooit heeft", AGAIN)


def _repeat(attributes: Attributes, name: str) -> int:
    said = attributes.get(name, "1")
    if not re.fullmatch(r"[1-9][0-9]{0,6}", said):
        raise _odd()
    return int(said)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
