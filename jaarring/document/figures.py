"""The figures of a document as data: every table of its checked tree, each cell as text and as a value.

They come from the same tree as page and PDF, so that no figure can be another there, and no table can hold
what its edition does not show. Three forms: a spreadsheet with a sheet a table (`ods`), one long list for a
program or a pivot table (`csv`), and the tables as they are (`json`).
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from jaarring.document.checks import text_of
from jaarring.document.elements import HEADINGS
from jaarring.document.html import tree

_NUMBER = re.compile(r"(€\u00a0)?(-?\d{1,3}(?:\.\d{3})+|-?\d+)(,\d+)?(%|\u00a0.+)?")
#: how a cell may begin that a spreadsheet program would run when it reads a list of text
_RUNS = tuple("=+-@\t\r")


@dataclass(frozen=True)
class About:
    """What stands above the figures. `edition` and `status` in Dutch; `as_of`: the date of the document;
    `mark`: a word that stands above everything (SIMULATIE).
    """

    title: str
    municipality: str
    edition: str
    status: str
    as_of: date
    mark: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Name and text of each, in order; what is empty is left out."""
        said = [
            ("let op", self.mark),
            ("titel", self.title),
            ("gemeente", self.municipality),
            ("editie", self.edition),
            ("status", self.status),
            ("datum", self.as_of.isoformat()),
        ]
        return [(name, text) for name, text in said if text]


@dataclass(frozen=True)
class Figure:
    """One cell: what a reader sees, and its value where it is a number, with its unit (`€`, `%`, `uur`)."""

    text: str
    value: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True)
class Sheet:
    """One table: under which heading it stands, what it shows, its columns and its rows."""

    heading: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Figure, ...], ...]


def sheets(html: str) -> list[Sheet]:
    """Every table of a document, in reading order. Raises DocumentError as `tree` does."""
    found, heading = [], ""
    for node in tree(html).iter(*HEADINGS, "table"):
        if node.tag == "table":
            found.append(_sheet(node, heading))
        else:
            heading = text_of(node)
    return found


def _sheet(table: etree._Element, heading: str) -> Sheet:
    caption = table.find("caption")
    assert caption is not None, "tree() has seen to it"
    return Sheet(
        heading,
        text_of(caption),
        tuple(text_of(cell) for cell in table.iterfind("thead/tr/th")),
        tuple(
            tuple(_figure(cell) for cell in row)
            for part in ("tbody", "tfoot")
            for row in table.iterfind(f"{part}/tr")
        ),
    )


def _figure(cell: etree._Element) -> Figure:
    """A rating without its sign: beside its word that is decoration, and a list may take `-` for a sum."""
    text = text_of(cell)
    if (rating := cell.find("span[@class]")) is not None and rating.get("class", "").startswith("rating"):
        text = re.sub(r"^[^\w]+", "", text)
    if cell.get("class") == "num" and (read := _NUMBER.fullmatch(text)):
        euro, whole, part, unit = read.groups()
        value = Decimal(whole.replace(".", "") + (part or "").replace(",", "."))
        return Figure(text, value, "€" if euro else (unit or "").strip("\u00a0 "))
    return Figure(text)


def as_json(html: str, about: About) -> bytes:
    """The tables as they are; a value is a number as text, with a point, so that no program rounds it."""
    tables = [
        {
            "kop": one.heading,
            "bijschrift": one.caption,
            "kolommen": one.columns,
            "rijen": [[_plain(cell) for cell in row] for row in one.rows],
        }
        for one in sheets(html)
    ]
    said = {**dict(about.lines), "tabellen": tables}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _plain(cell: Figure) -> dict[str, str]:
    if cell.value is None:
        return {"tekst": cell.text}
    return {"tekst": cell.text, "waarde": str(cell.value), "eenheid": cell.unit}


def as_csv(html: str, about: About) -> bytes:
    """One line a cell, as a Dutch spreadsheet program expects it: `;`, decimal comma, byte order mark."""
    file = io.StringIO()
    lines = csv.writer(file, delimiter=";", lineterminator="\r\n")
    lines.writerow(["tabel", "rij", "kolom", "tekst", "waarde", "eenheid"])
    for name, text in about.lines:
        lines.writerow(["Over dit bestand", "", name, still(text), "", ""])
    for one in sheets(html):
        for row in one.rows:
            for column, cell in zip(one.columns, row, strict=True):
                if cell is row[0] and cell.value is None:
                    continue  # the name of the row says it
                value = "" if cell.value is None else str(cell.value).replace(".", ",")
                words = [one.caption, row[0].text, column, cell.text]
                lines.writerow([*map(still, words), value, cell.unit])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def still(text: str) -> str:
    """The text so that no spreadsheet program runs it when it opens a list: an apostrophe before it."""
    return f"'{text}" if text.startswith(_RUNS) else text


def names(found: list[Sheet]) -> Iterator[str]:
    """The name of each sheet: its number and the beginning of its caption, at most 31 characters, no
    sign that a spreadsheet program refuses.
    """
    for number, one in enumerate(found, 1):
        words = re.sub(r"[^\w ,.-]", " ", one.caption)
        yield f"{number} {words}"[:31].strip()
