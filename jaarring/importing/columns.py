"""The tables of a strategy as a spreadsheet: their columns, and by which headings each is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column. `kind`: how its cells are read; `also`: other headings that people use for it."""

    id: str
    title: str
    kind: str
    required: bool = True
    also: tuple[str, ...] = ()
    width: int = 14
    help: str = ""


@dataclass(frozen=True)
class Table:
    """A table. `name`: of its sheet; `known_by`: the columns that tell it from the others."""

    name: str
    about: str
    columns: tuple[Column, ...]
    known_by: tuple[str, ...]


NR = Column(
    "nr", "Nr", "code", also=("nummer", "code", "id"), width=7, help="Een kort nummer, zoals G1 of M01."
)
TABLES: Mapping[str, Table] = {
    "doelen": Table(
        "Doelen",
        "De strategische doelen. Houd het bij een handvol.",
        (
            NR,
            Column(
                "title", "Doel", "text", also=("strategisch doel", "doelstelling", "omschrijving"), width=46
            ),
            Column(
                "horizon", "Horizon", "horizon", also=("einddatum", "jaar"), help="Een datum of een jaar."
            ),
            Column("themes", "Thema's", "themes", also=("thema",), width=20, help="Met een komma ertussen."),
            Column("frameworks", "Kaders", "texts", False, ("wetten en kaders", "kader"), 34),
        ),
        ("horizon",),
    ),
    "indicatoren": Table(
        "Indicatoren",
        "Hoe u ziet of een doel wordt gehaald. Elk jaar met een waarde heeft een eigen kolom Streefwaarde.",
        (
            NR,
            Column("goal", "Doel", "goal", also=("nr doel", "doelnummer"), width=8),
            Column("theme", "Thema", "theme", False, width=10, help="Leeg: het eerste thema van het doel."),
            Column("name", "Indicator", "text", also=("naam", "omschrijving"), width=42),
            Column("unit", "Eenheid", "text", width=12),
            Column("direction", "Richting", "direction", width=12, help="omhoog, omlaag of gelijk"),
            Column(
                "out_of", "Van", "count", False, ("van totaal", "totaal"), 8, "Van hoeveel, als u iets telt."
            ),
            Column("decimals", "Decimalen", "count", False, ("cijfers achter de komma",), 11),
        ),
        ("direction", "unit"),
    ),
    "maatregelen": Table(
        "Maatregelen",
        "De maatregelen die nu al bekend zijn. De kolommen over geheimhouding blijven meestal leeg.",
        (
            NR,
            Column("title", "Maatregel", "text", also=("omschrijving", "titel"), width=46),
            Column("theme", "Thema", "theme", width=10),
            Column("department", "Afdeling", "department", also=("verantwoordelijke afdeling",), width=12),
            Column("goal", "Doel", "goal", also=("nr doel", "doelnummer", "bij doel"), width=8),
            Column("budget", "Budget", "euro", also=("bedrag", "kosten", "begroot"), width=12),
            Column("start", "Begin", "date", also=("start", "startdatum", "begindatum", "van")),
            Column("end", "Einde", "date", also=("eind", "einddatum", "gereed", "klaar op", "tot")),
            Column(
                "effect",
                "Wat merkt de organisatie",
                "text",
                False,
                ("wat merkt de organisatie hiervan", "effect"),
                50,
            ),
            Column("secrecy_body", "Geheim: orgaan", "text", False, width=15),
            Column("secrecy_date", "Geheim: datum", "date", False, width=15),
            Column("secrecy_number", "Geheim: nummer", "text", False, width=15),
            Column("secrecy_ground", "Geheim: grond", "text", False, width=24),
            Column("secrecy_lifted_by", "Geheim: opheffen door", "text", False, width=20),
        ),
        ("department", "start"),
    ),
    "begroting": Table(
        "Begroting",
        "Per jaar het deel van elk thema. Het totaal is de som; een regel met thema totaal controleert dat.",
        (
            Column("year", "Jaar", "year", width=8),
            Column("theme", "Thema", "part", width=14),
            Column("amount", "Bedrag", "euro", also=("budget", "begroot"), width=14),
        ),
        ("year", "amount"),
    ),
    "bronnen": Table(
        "Bronnen",
        "Mag leeg blijven: waar een doel of maatregel op rust, met de datum van de tekst.",
        (
            Column(
                "of", "Bij", "code", also=("nr", "bij nr"), width=8, help="Nummer van een doel of maatregel."
            ),
            Column("title", "Bron", "text", also=("titel",), width=60),
            Column("date", "Datum", "date", also=("datum van de tekst",)),
            Column("url", "Adres", "text", False, ("url", "link", "vindplaats"), 50),
        ),
        ("of", "date"),
    ),
}
#: a column of indicatoren for one year → its value at the end of it, or its four milestones
POINT = re.compile(r"(nulmeting|stand|streefwaarde|doel|waarde)(eind|31december)?(20[2-9][0-9])?")
STEPS = re.compile(r"mijlpalen(20[2-9][0-9])")


def plain(text: str) -> str:
    """A heading without capitals, accents, spaces and signs: "Thema's" is "themas"."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())


def column_of(table: Table, heading: str) -> Column | None:
    """The column that goes by a heading in this table."""
    said = plain(heading)
    return next((c for c in table.columns if said in {plain(c.title), *map(plain, c.also)}), None)
