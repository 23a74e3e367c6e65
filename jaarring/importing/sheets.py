"""The tables in a file: which sheet is which, where its headings stand, and a row of cells for each line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jaarring.forms.opened import SIZE_LIMIT, Cell, Page, look
from jaarring.forms.rules import Mistake, cell_name
from jaarring.forms.spelling import Raw, clean
from jaarring.importing.columns import POINT, STEPS, TABLES, Column, Table, column_of, plain

#: so far down we look for the headings
HEADINGS_WITHIN = 15
#: rows of one table; a strategy has some tens
ROWS_MOST = 2_000


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells by column id; columns of a year are ("point" or "steps", year)."""

    where: str
    number: int
    cells: dict[object, Raw]
    places: dict[object, Cell]

    def place(self, column: object) -> str:
        """Where a value stands, as a person finds it; the row where the column is not there."""
        at = self.places.get(column)
        return f"{self.where}, cel {cell_name(*at)}" if at else f"{self.where}, rij {self.number + 1}"


@dataclass
class Found:
    """The tables of one or more files, and what is wrong with their outside."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def gather(paths: Sequence[Path]) -> Found:
    """Every table in these files."""
    found = Found()
    for path in paths:
        pages = _csv(path) if path.suffix.casefold() in (".csv", ".tsv") else _pages(path)
        if isinstance(pages, list):
            found.mistakes += pages
            continue
        before = len(found.rows)
        for page in pages:
            _table(page, found)
        if len(found.rows) == before and not found.mistakes:
            names = ", ".join(table.name for table in TABLES.values())
            what, remedy = "hier staat geen tabel die wij kennen", f"noem de bladen {names}"
            found.mistakes.append(Mistake(f"Bestand {path.name}", what, remedy))
    return found


def _pages(path: Path) -> tuple[Page, ...] | list[Mistake]:
    opened = look(path)
    if isinstance(opened, list):
        return opened
    if opened.text is not None:
        return [
            Mistake(
                f"Bestand {opened.name}", "dit is geen rekenblad", "kies een .xlsx-, .ods- of .csv-bestand"
            )
        ]
    return opened.pages


def _csv(path: Path) -> tuple[Page, ...] | list[Mistake]:
    """A CSV file as a sheet: UTF-8 or as Windows wrote it; comma, semicolon or tab between the cells."""
    try:
        data = path.read_bytes()[: SIZE_LIMIT + 1]
    except OSError:
        return [
            Mistake(
                f"Bestand {path.name}", "het bestand is er niet of is niet te lezen", "controleer de naam"
            )
        ]
    if len(data) > SIZE_LIMIT or b"\0" in data:
        return [
            Mistake(
                f"Bestand {path.name}", "dit is geen gewone tabel", "bewaar het opnieuw als .csv of .xlsx"
            )
        ]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    mark = max(";\t,", key=first.count)
    cells: dict[Cell, Raw] = {}
    try:
        # newline="": also a file whose lines end as an old Mac ended them is a table
        for down, line in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
            cells |= {(down, across): value for across, value in enumerate(line) if value.strip()}
    except csv.Error:
        what = "een regel is niet te lezen als tabel"
        return [Mistake(f"Bestand {path.name}", what, "sluit elk aanhalingsteken en kort lange tekst in")]
    return (Page(path.stem, cells, frozenset(), frozenset()),)


def _table(page: Page, found: Found) -> None:
    for down in range(HEADINGS_WITHIN):
        line = {
            at[1]: str(value) for at, value in page.cells.items() if at[0] == down and isinstance(value, str)
        }
        if name := _which(page.name, line):
            break
    else:
        return
    table, where = TABLES[name], f"Blad {clean(page.name)[:40]}"
    if name in found.rows:
        found.mistakes.append(Mistake(where, f"er is al een tabel {table.name}", "laat er één staan"))
        return
    columns = dict(_columns(table, line))
    for column in table.columns:
        if column.required and column.id not in columns.values():
            remedy = f"voeg een kolom {column.title} toe"
            found.mistakes.append(Mistake(where, f"de kolom {column.title} ontbreekt", remedy))
    found.mistakes += [
        Mistake(
            f"{where}, cel {cell_name(*at)}", "hier staat een fout van het rekenblad", "verbeter de formule"
        )
        for at in sorted(page.errors)
        if at[0] > down and at[1] in columns
    ]
    found.rows[name] = list(_rows(page, where, down, columns))
    if len(found.rows[name]) > ROWS_MOST:
        found.mistakes.append(Mistake(where, f"meer dan {ROWS_MOST} rijen", "laat lege en oude rijen weg"))


def _which(sheet: str, line: dict[int, str]) -> str:
    """Which table begins at a line of headings; "" for none. The name of the sheet breaks a tie."""
    best: list[tuple[int, str]] = []
    for name, table in TABLES.items():
        columns = set(dict(_columns(table, line)).values())
        if set(table.known_by) <= columns and len(columns) >= 3:
            named = plain(table.name) in plain(sheet) or plain(sheet) in plain(table.name)
            best.append((len(columns) + 5 * named, name))
    return max(best)[1] if best else ""


def _columns(table: Table, line: dict[int, str]) -> Iterator[tuple[int, object]]:
    """Position → column id, or what a column of a year is. The first of two with the same heading counts."""
    seen: set[object] = set()
    for at, heading in sorted(line.items()):
        said: Column | None = column_of(table, heading)
        id: object = said.id if said else None
        if id is None and table.name == "Indicatoren":
            id = _of_year(plain(heading))
        if id is not None and id not in seen:
            seen.add(id)
            yield at, id


def _of_year(heading: str) -> object:
    if found := STEPS.fullmatch(heading):
        return ("steps", int(found[1]))
    if found := POINT.fullmatch(heading):
        return ("point", int(found[3])) if found[3] else ("point", 0) if found[1] == "nulmeting" else None
    return None


def _rows(page: Page, where: str, headings: int, columns: dict[int, object]) -> Iterator[Row]:
    lines: dict[int, dict[object, Raw]] = {}
    for (down, across), value in page.cells.items():
        if down > headings and across in columns and not (isinstance(value, str) and not value.strip()):
            lines.setdefault(down, {})[columns[across]] = value
    for down, cells in sorted(lines.items()):
        yield Row(where, down, cells, {id: (down, across) for across, id in columns.items()})
