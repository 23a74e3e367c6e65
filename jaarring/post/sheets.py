"""The form that goes with a letter: a row a question, and a sheet to read where there is much. Plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from jaarring.dutch import dag_datum, datum, opsomming
from jaarring.forms.rules import Column, Field, Form, Row, Sheet
from jaarring.post.rules import Item, is_long, worded
from jaarring.questions.rules import FIELDS

#: what is the sheet of questions called in a file, and on its tab
SHEET, TAB = "vragen", "Vragen"
READING, READING_TAB = "lezen", "Ter lezing"
CHOICE = "keuze"
#: field of an answer → column of the form: its id, title, kind, width, help
COLUMNS: Mapping[str, tuple[str, str, str, int, str]] = {
    "date": (
        "datum",
        "Datum van het besluit",
        "date",
        15,
        "Wanneer is dit besloten? Bijvoorbeeld 22-4-2027.",
    ),
    "number": ("nummer", "Nummer", "text", 15, "Het nummer zoals het op het besluit staat."),
    "amount": ("bedrag", "Bedrag", "euro", 12, "Alleen als het bedrag anders is dan voorgesteld."),
    "sources": ("van", "Waar komt het geld vandaan?", "text", 20, "Maatregel en bedrag: M11=10000; M25=8000"),
    "until": ("tot", "Tot en met", "date", 15, "De nieuwe uiterste datum, bijvoorbeeld 22-4-2027."),
    "person": ("persoon", "Wie?", "text", 22, "De functie, zoals die in onze berichten staat."),
    "reason": ("toelichting", "Toelichting of reden", "text", 34, "Kort: één of twee zinnen."),
}
#: counts the layouts of this form
LAYOUT = 1


def form(key: str, items: Sequence[Item], municipality: str, due: date, contact: str) -> Form:
    """The form of a letter: a row a question. Its cells are text, so that it can be kept and made again."""
    fields = [name for name in FIELDS if name == "reason" or any(name in _taken(one) for one in items)]
    columns = (
        Column("nr", "Nr.", "text", 5, False),
        Column("vraag", "Vraag", "text", 46, False),
        Column("uiterlijk", "Uiterlijk", "text", 17, False),
        Column(CHOICE, "Uw keuze", "choice", 24, True, choices=("-",), help="Kies uit de lijst."),
        *(_column(name) for name in fields),
    )
    rows = tuple(_row(number, one, fields) for number, one in enumerate(items, 1))
    sheets = [Sheet(SHEET, TAB, _intro(items), columns, rows)]
    instructions = [
        "Vul de gele velden in op het blad Vragen. Wat niet nodig is, is grijs.",
        f"Stuur het uiterlijk {dag_datum(due)} terug, als antwoord op het bericht waar het bij zat.",
        "Een regel zonder keuze blijft open. Dat mag: u krijgt dan opnieuw een formulier.",
        f"Hebt u een vraag? Bel of mail ons: {contact}.",
    ]
    if is_long(items):
        sheets.append(_reading(items))
        instructions.insert(1, f"Op het blad {READING_TAB} staat per vraag wat u kunt lezen voordat u kiest.")
    return Form(
        key=key,
        version=LAYOUT,
        title="Uw antwoord" if len(items) == 1 else f"Uw antwoord op {len(items)} vragen",
        instructions=tuple(instructions),
        sheets=tuple(sheets),
        municipality=municipality,
    )


_INTRO = (
    "Kies per vraag uit de lijst. Weet u het antwoord nog niet? Laat die regel dan leeg: zij blijft open."
)
_NAMES = {
    "date": "de datum",
    "number": "het nummer",
    "amount": "het bedrag",
    "sources": "waar het geld vandaan komt",
    "until": "tot en met wanneer",
    "person": "wie",
    "reason": "de toelichting",
}


def _intro(items: Sequence[Item]) -> str:
    """What to do, and which fields belong to which choice."""
    needs = {c.label: c.needs for one in items for c in one.asked.question.choices if c.needs}
    labels: dict[tuple[str, ...], list[str]] = {}
    for label, names in needs.items():
        labels.setdefault(names, []).append(f"‘{label}’")
    said = [
        f"Bij {opsomming(alike)} vult u ook in: {opsomming([_NAMES[n] for n in names])}."
        for names, alike in labels.items()
    ]
    return " ".join([_INTRO, *said])


def _column(name: str) -> Column:
    id, title, kind, width, help = COLUMNS[name]
    return Column(id, title, kind, width, True, help=help)  # type: ignore[arg-type]


def _taken(one: Item) -> set[str]:
    """The fields that some answer to this question has a place for; a remark always has."""
    return {
        name for choice in one.asked.question.choices for name in (*choice.needs, *choice.takes, "reason")
    }


def _row(number: int, one: Item, fields: Sequence[str]) -> Row:
    question, taken = one.asked.question, _taken(one)
    return Row(
        str(number),
        {"nr": str(number), "vraag": worded(one), "uiterlijk": datum(one.asked.due)},
        {CHOICE: Field("choice", choices=tuple(choice.label for choice in question.choices))},
        tuple(sorted(COLUMNS[name][0] for name in fields if name not in taken)),
    )


def _reading(items: Sequence[Item]) -> Sheet:
    """What is to be read, question by question."""
    columns = (
        Column("nr", "Nr.", "text", 5, False),
        Column("vraag", "Vraag", "text", 40, False),
        Column("tekst", "Wat u moet weten", "text", 95, False),
    )
    return Sheet(READING, READING_TAB, "Hier hoeft u niets in te vullen.", columns, tuple(_lines(items)))


def _lines(items: Sequence[Item]) -> Iterator[Row]:
    for number, one in enumerate(items, 1):
        for line, text in enumerate(one.asked.question.details, 1):
            about = {"nr": str(number), "vraag": worded(one)} if line == 1 else {}
            yield Row(f"{number}.{line}", {**about, "tekst": text})
