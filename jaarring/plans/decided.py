"""Decisions in the words of documents: what, by whom, when, under which number, and whether it stands. Plain.

`templates/plans/decisions.html` has the table for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.dutch import datum, kwartaal
from jaarring.governance import Organisation
from jaarring.ledger.rules import Entry, Registered, registered
from jaarring.rights import named

#: the board's three decisions (R9), as keys have them, and what each is called
THREE = {
    "responsibility": "verdeling van verantwoordelijkheid en het mandaat",
    "budgets": "verdeling van het geld",
    "accounting": "verantwoording over uitgevoerde maatregelen",
}
_MOMENTS = {
    "frame/council": "kader van de raad",
    "frame/board": "strategisch kader",
    "objectives": "doelstellingen",
    "joint/parts": "verdeling van de gezamenlijke doelstellingen",
    "plan/advice": "advies over de jaarplannen",
    "plan/agree": "overeenstemming over de jaarplannen",
    "plan/check": "toets van de jaarplannen",
    "plan/adopt": "jaarplannen en het geld",
    "plan/announce": "bericht aan de organisatie over de plannen",
    "plan/letter": "brief aan de raad over de plannen",
    "council/review": "concept van de raadsrapportage",
    "council/check": "controle van de teksten in de raadsrapportage",
    "council/adopt": "raadsrapportage",
    "council/committee": "raadsrapportage in de commissie",
    "council/note": "raadsrapportage in de raad",
    **{f"frame/{name}": what for name, what in THREE.items()},
}
LARGE = re.compile(r"\d{4}/(frame/.+|joint/parts|plan/(agree|check|adopt))|(AM|BV)-\d{4}-\d+")
_FRAMING = re.compile(r"\d{4}/(frame/.+|plan/adopt)")
VERBS = {
    "adopt": "vastgesteld",
    "accept": "akkoord",
    "return": "teruggegeven",
    "submit": "ingediend",
    "agree": "overeengekomen",
    "disagree": "geen overeenstemming",
    "advise": "advies gegeven",
    "divide": "verdeeld",
    "change": "gewijzigd vastgesteld",
    "refuse": "afgewezen",
    "note": "kennisgenomen",
    "record": "vastgelegd",
}


@dataclass(frozen=True)
class Line:
    """One decision as a document shows it. `what`: in Dutch; `state`: geldt, or vervangen with by which."""

    subject: str
    what: str
    outcome: str
    body: str
    date: date
    number: str
    state: str


def framing(organisation: Organisation, taken: Sequence[Entry]) -> tuple[Line, ...]:
    """Of what was decided about a year the decisions that it rests on (R9, R23), for any edition."""
    found = registered([one for one in taken if _FRAMING.fullmatch(one.subject)])
    return tuple(line(organisation, one) for one in found)


def line(organisation: Organisation, one: Registered) -> Line:
    entry, by = one.entry, one.superseded_by
    state = "geldt"
    if by:
        state = f"vervangen op {datum(by.date)}" + (f", nummer {by.number}" if by.number else "")
    return Line(
        entry.subject,
        what(organisation, entry.subject),
        VERBS.get(entry.verb, entry.verb),
        named(organisation, entry.body),
        entry.date,
        entry.number,
        state,
    )


def what(organisation: Organisation, subject: str) -> str:
    """What a decision is about, in Dutch: "jaarplan 2027 fysieke beveiliging"; else the key."""
    if re.fullmatch(r"BV-\d{4}-\d+", subject):
        return f"bijsturing {subject}"
    if re.fullmatch(r"AM-\d{4}-\d+", subject):
        return f"wijziging {subject} van het strategisch kader"
    year, _, rest = subject.partition("/")
    if rest in _MOMENTS:
        return f"{_MOMENTS[rest]} {'over' if rest.startswith('council') else 'voor'} {year}"
    quarter = re.match(r"Q([1-4])/(.+)", rest)
    if quarter:
        return f"{_of_quarter(organisation, quarter[2])}, {kwartaal(int(quarter[1]))} {year}"
    if rest.startswith("plan/"):
        name = _subject(organisation, rest.removeprefix("plan/"))
        return f"jaarplan {year} {name}"
    return subject


def _of_quarter(organisation: Organisation, rest: str) -> str:
    kind, _, subject = rest.partition("/")
    if kind == "report":
        return f"verantwoording {_subject(organisation, subject)}"
    if kind == "account":
        department = organisation.departments.get(subject)
        return f"verantwoording over de maatregelen van {department.name if department else subject}"
    known = {"tactical": "tactische rapportage", "tactical/board": "tactische rapportage in het college"}
    return known.get(rest, "vergadering" if rest == "meeting" else rest)


def _subject(organisation: Organisation, id: str) -> str:
    """The theme, also one that has ended, or the joint body."""
    theme = organisation.known_theme(id)
    return theme.name if theme else named(organisation, id)
