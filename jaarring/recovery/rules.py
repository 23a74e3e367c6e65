"""What an older store does not know any more, told by the keys that the journal has of it. Plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

#: kinds of entries that are a form or an answer that somebody handed in
HANDED_IN = (
    "report.submitted",
    "plan.submitted",
    "plans.divided",
    "question.answered",
    "adjustment.proposed",
)
#: kinds that somebody decided, beside every `decision.…`, `dispensation.…` and `absence.…`
DECIDED = (
    "adjustment.carried_out",
    "signal.answered",
    "signal.confirmed",
    "signal.returned",
    "draft.edited",  # by the coordinator, as all that he must enter again
)
_DECIDED = ("decision.", "dispensation.", "absence.", "amendment.")

_WHAT = {
    "report.submitted": "verantwoording ontvangen",
    "plan.submitted": "jaarplan ontvangen",
    "plans.divided": "verdeling ontvangen",
    "question.answered": "antwoord op een vraag",
    "adjustment.proposed": "voorstel tot bijsturing",
    "adjustment.carried_out": "bijsturing uitgevoerd",
    "signal.answered": "keuze bij een signaal",
    "signal.confirmed": "keuze bij een signaal bevestigd",
    "signal.returned": "keuze bij een signaal teruggestuurd",
    "draft.edited": "bewerkte tekst van een concept",
}
_VERBS = {
    "accept": "goedgekeurd", "return": "teruggestuurd", "adopt": "vastgesteld", "refuse": "afgewezen",
    "submit": "ingediend", "move": "verplaatst", "pause": "uitgesteld", "waive": "ontheven",
    "agree": "ingestemd", "disagree": "niet ingestemd", "advise": "geadviseerd", "note": "kennisgenomen",
    "change": "gewijzigd", "divide": "verdeeld", "missing": "vastgelegd als ontbrekend",
    "offer": "aangeboden", "publish": "openbaar gemaakt", "check": "getoetst", "appoint": "aangewezen",
}  # fmt: skip
SENT, IN, OUT, OTHER = "sent", "handed in", "decided", "other"


@dataclass(frozen=True)
class Lost:
    """Something that the store does not have any more. `sort`: sent, handed in, decided or other.

    `number`: its place in the lost end of the event log, 0 for a message; `key`: what it is about; `at`:
    when, as ISO 8601; `ref`: the hash of the entry, or the Message-ID.
    """

    sort: str
    number: int
    kind: str
    key: str
    at: str
    ref: str


def sort_of(kind: str) -> str:
    """What sort of thing an entry of the event log tells."""
    if kind in HANDED_IN:
        return IN
    if kind in DECIDED or kind.startswith(_DECIDED):
        return OUT
    return OTHER


def words(lost: Iterable[Lost]) -> Iterator[str]:
    """What was lost, as the coordinator reads it: by sort, each with its date and key."""
    found: dict[str, list[Lost]] = {}
    for one in lost:
        found.setdefault(one.sort, []).append(one)
    titles = {
        SENT: "Wel verstuurd, en wordt niet opnieuw verstuurd",
        IN: "Wel ontvangen, en wordt opnieuw gevraagd",
        OUT: "Wel besloten, en moet opnieuw worden vastgelegd",
    }
    for sort, title in titles.items():
        if sort in found:
            yield f"{title} ({len(found[sort])}):"
            yield from (f"  {line}" for line in _lines(found[sort]))
    if OTHER in found:
        number = len(found[OTHER])
        lines = "is 1 regel" if number == 1 else f"zijn {number} regels"
        yield f"Daarnaast {lines} van het logboek verloren."


def _lines(found: Iterable[Lost]) -> Iterator[str]:
    for one in sorted(found, key=lambda lost: (lost.at, lost.number, lost.key)):
        what = "" if one.sort == SENT else f": {what_of(one.kind)}"
        yield f"{one.at[:10]}  {one.key}{what}"


def what_of(kind: str) -> str:
    """A kind of entry in Dutch."""
    if kind in _WHAT:
        return _WHAT[kind]
    room, _, verb = kind.partition(".")
    if room == "absence":
        return "afwezigheid of vervanging"
    if room == "amendment":
        return "wijziging van het kader"
    return _VERBS.get(verb, "besluit")


def command(one: Lost) -> str:
    """How a lost decision is entered again, as far as the journal tells."""
    room, _, verb = one.kind.partition(".")
    if room == "draft":
        return "jaarring submit …"
    if room in ("decision", "dispensation", "amendment"):
        return f"jaarring decide {one.key} {verb} …"
    return f"jaarring decide {one.key} …"


@dataclass(frozen=True)
class HandedIn:
    """A hand-in that was lost. `duty`: what is owed; `version`: as on its receipt, 0 for an answer."""

    duty: str
    version: int
    at: str
    ref: str


def handed_in(lost: Iterable[Lost], known: Mapping[str, int]) -> list[HandedIn]:
    """The newest lost hand-in of each duty and question; `known`: versions that the store has, by duty."""
    found: dict[str, HandedIn] = {}
    for one in sorted(lost, key=lambda lost: lost.number):
        if one.kind in ("report.submitted", "plan.submitted"):
            before = found[one.key].version if one.key in found else known.get(one.key, 0)
            found[one.key] = HandedIn(one.key, before + 1, one.at, one.ref)
        elif one.kind == "question.answered" and re.match(r"\d{4}/ask/", one.key):
            found[one.key] = HandedIn(one.key, 0, one.at, one.ref)
    return list(found.values())


def receipt(one: HandedIn) -> str:
    """The number of a receipt, by which it can be found in the journal: begin of the entry's hash."""
    return one.ref[:10].upper()
