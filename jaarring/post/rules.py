"""The one letter a day: what goes to whom, what is said first, and the form that goes with it. Plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.dutch import dag_datum, datum, opsomming
from jaarring.forms.rules import Column, Field, Form, Row, Sheet
from jaarring.occasions import Occasion
from jaarring.questions.rules import FIELDS, Asked, Choice

#: what is the sheet of questions called in a file, and on its tab
SHEET, TAB = "vragen", "Vragen"
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

#: kind → what is asked: one, many (after "uw", with their number), and what one does (after "wilt u …")
_WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "judge": ("oordeel over een verantwoording", "oordeel over {} verantwoordingen", "over {} oordelen", ""),
    "accept": ("oordeel over een jaarplan", "oordeel over {} jaarplannen", "over {} oordelen", ""),
    "agree": ("instemming met de plannen", "instemming met {} plannen", "laten weten of u instemt", ""),
    "check": ("toets van de jaarplannen", "toets van {} jaarplannen", "toetsen of elk doel is gedekt", ""),
    "adopt": ("besluit over een stuk", "besluit over {} stukken", "over {} besluiten", ""),
    "advise": ("advies", "advies over {} onderwerpen", "advies geven", ""),
    "decide": ("besluit over een voorstel", "besluit over {} voorstellen", "over {} besluiten", ""),
    "choose": ("keuze", "keuze over {} onderwerpen", "een keuze maken", ""),
    "signal": ("keuze bij een doel", "keuze bij {} doelen", "kiezen wat u doet", ""),
    "note": ("besluit over een rapportage", "besluit over {} rapportages", "over {} besluiten", ""),
    "record": ("bericht over een besluit", "bericht over {} besluiten", "een besluit doorgeven", ""),
    "appoint": ("aanwijzing", "aanwijzing voor {} taken", "iemand aanwijzen", ""),
}
_MIXED = ("antwoord op een vraag", "antwoord op {} vragen", "{} beantwoorden", "")


@dataclass(frozen=True)
class Item:
    """A question in a letter to somebody. `ask`: what in the ledger this letter does; empty where it only
    reminds in passing. `behalf`: whose answer it is, by function, where it went on to the coordinator.
    """

    asked: Asked
    ask: Occasion | None = None
    behalf: str = ""


@dataclass(frozen=True)
class Shown:
    """A question as the letter shows it."""

    number: int
    what: str
    when: str
    details: tuple[str, ...]
    choices: str


@dataclass(frozen=True)
class Letter:
    """What a letter says, chosen; the template only speaks."""

    subject: str
    opening: tuple[str, ...]
    questions: tuple[Shown, ...]
    notices: tuple[str, ...]


def in_order(items: Sequence[Item], as_of: date) -> list[Item]:
    """What is late first, then what must be answered first."""
    return sorted(items, key=lambda one: (one.asked.due, bool(one.behalf), one.asked.key))


def letter(items: Sequence[Item], notices: Sequence[str], as_of: date, soon: date) -> Letter:
    """What one letter says. `items` in order; `soon`: by when what is late must be there after all."""
    shown = tuple(_shown(number, one, as_of) for number, one in enumerate(items, 1))
    own = [one for one in items if not one.behalf]
    opening: tuple[str, ...] = ()
    if not items:
        subject = _news(notices)
    elif not own:
        subject, opening = _behind(items, soon)
    else:
        subject, opening = _asking(own, as_of, soon)
        if behind := len(items) - len(own):
            opening = (*opening, f"Ook vragen wij uw hulp: op {_count(behind)} kwam nog geen antwoord.")
    return Letter(subject, opening, shown, tuple(notices))


def _asking(items: Sequence[Item], as_of: date, soon: date) -> tuple[str, tuple[str, ...]]:
    """Subject and first lines of a letter that asks: what, when, what to do."""
    one, many, verb = _words(items)
    noun = many.format(len(items)) if len(items) > 1 else one
    verb = verb.format(_object(items))
    late = [item for item in items if item.asked.due < as_of]
    if late:
        subject = f"Te laat: uw {noun}" if len(late) == len(items) else f"Uw {noun}, deels te laat"
        first = _missed(late, len(items))
        return subject, (f"{first} Wilt u dit doen, uiterlijk {dag_datum(soon)}?", _HOW)
    by = items[0].asked.due
    same = all(item.asked.due == by for item in items)
    reminds = all(item.ask is None or item.ask.kind == "reminder" for item in items)
    when = f"uiterlijk {dag_datum(by)}"
    subject = f"{'Herinnering: graag' if reminds else 'Graag'} {when}: uw {noun}"
    said = (
        f"Wilt u {when} {verb}?"
        if same
        else f"Wilt u {verb}? De eerste keer {when}; de andere data staan erbij."
    )
    return subject, (f"{said} {_HOW}",)


_HOW = "Vul het formulier in de bijlage in en stuur het terug als antwoord op dit bericht."


def _missed(late: Sequence[Item], all_of: int) -> str:
    if len(late) == 1 and all_of == 1:
        return f"Wij hebben uw antwoord nog niet. De datum was {dag_datum(late[0].asked.due)}."
    if len(late) == all_of:
        return f"Wij hebben uw antwoord op {len(late)} vragen nog niet."
    return f"Van {all_of} vragen {'is' if len(late) == 1 else 'zijn'} er {len(late)} te laat."


def _behind(items: Sequence[Item], soon: date) -> tuple[str, tuple[str, ...]]:
    """To the coordinator: whose answers did not come."""
    who = opsomming(sorted({one.behalf for one in items}))
    late = "een antwoord is" if len(items) == 1 else f"{len(items)} antwoorden zijn"
    subject = f"Uw hulp gevraagd: {late} te laat"
    lines = (
        f"Wij kregen geen antwoord op {_count(len(items))} aan: {who}. Wilt u helpen, zodat het antwoord er "
        f"uiterlijk {dag_datum(soon)} is?",
        "Geeft iemand u het antwoord? Vul het dan namens die persoon in het formulier in en stuur het terug.",
    )
    return subject, lines


def _news(notices: Sequence[str]) -> str:
    """The subject of a letter that asks nothing."""
    if len(notices) == 1:
        return "Ter informatie: een besluit over integrale beveiliging"
    return f"Ter informatie: {len(notices)} besluiten over integrale beveiliging"


def _count(number: int) -> str:
    return "een vraag" if number == 1 else f"{number} vragen"


def _words(items: Sequence[Item]) -> tuple[str, str, str]:
    kinds = {one.asked.question.kind for one in items}
    one, many, verb, _ = _WORDS.get(kinds.pop(), _MIXED) if len(kinds) == 1 else _MIXED
    return one, many, verb


def _object(items: Sequence[Item]) -> str:
    """What is judged or decided, as in "over 3 verantwoordingen oordelen"."""
    one, many, _ = _words(items)
    words = many.format(len(items)) if len(items) > 1 else one
    return words.split(" over ", 1)[-1].split(" op ", 1)[-1]


def _shown(number: int, one: Item, as_of: date) -> Shown:
    question = one.asked.question
    late = one.asked.due < as_of
    when = f"{'De datum was' if late else 'Uiterlijk'} {dag_datum(one.asked.due)}."
    what = question.what if not one.behalf else f"Namens {one.behalf}: {question.what}"
    labels = [f"‘{choice.label}’" for choice in question.choices]
    choices = f"Keuzes: {opsomming(labels)}." if len(labels) > 1 else f"Keuze: {labels[0]}."
    return Shown(number, what, when, question.details, choices)


# ---- the form


def form(key: str, items: Sequence[Item], municipality: str, due: date, contact: str) -> Form:
    """The form of a letter: a row a question. Its cells are text, so that it can be kept and made again."""
    fields = [
        f
        for f in FIELDS
        if any(f in (*c.needs, *c.takes) for one in items for c in one.asked.question.choices)
    ]
    columns = (
        Column("nr", "Nr.", "text", 5, False),
        Column("vraag", "Vraag", "text", 48, False),
        Column("uiterlijk", "Uiterlijk", "text", 17, False),
        Column(CHOICE, "Uw keuze", "choice", 24, True, choices=("-",), help="Kies uit de lijst."),
        *(_column(name) for name in fields),
    )
    rows = tuple(_row(number, one, fields) for number, one in enumerate(items, 1))
    intro = (
        "Kies per vraag uit de lijst. Weet u het antwoord nog niet? Laat die regel dan leeg: zij blijft open."
    )
    return Form(
        key=key,
        version=LAYOUT,
        title="Uw antwoord" if len(items) == 1 else f"Uw antwoord op {len(items)} vragen",
        instructions=(
            "Vul de gele velden in op het blad Vragen. Wat niet nodig is, is grijs.",
            f"Stuur het uiterlijk {dag_datum(due)} terug, als antwoord op het bericht waar het bij zat.",
            "Een regel zonder keuze blijft open. Dat mag: u krijgt dan opnieuw een formulier.",
            f"Hebt u een vraag? Bel of mail ons: {contact}.",
        ),
        sheets=(Sheet(SHEET, TAB, intro, columns, rows),),
        municipality=municipality,
    )


def _column(name: str) -> Column:
    id, title, kind, width, help = COLUMNS[name]
    return Column(id, title, kind, width, True, help=help)  # type: ignore[arg-type]


def _row(number: int, one: Item, fields: Sequence[str]) -> Row:
    question = one.asked.question
    taken = {name for choice in question.choices for name in (*choice.needs, *choice.takes)}
    what = question.what if not one.behalf else f"Namens {one.behalf}: {question.what}"
    return Row(
        str(number),
        {"nr": str(number), "vraag": what, "uiterlijk": datum(one.asked.due)},
        {CHOICE: Field("choice", choices=tuple(choice.label for choice in question.choices))},
        frozenset(COLUMNS[name][0] for name in fields if name not in taken),
    )


def unused(choice: Choice) -> Iterator[str]:
    """The fields that this choice has no place for."""
    return (name for name in FIELDS if name not in (*choice.needs, *choice.takes))
