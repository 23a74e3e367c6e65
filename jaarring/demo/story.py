"""What the demo tells: a line a day, the list of the post, and at the end where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from jaarring.demo.mailbox import Letter
from jaarring.dutch import dag_datum, hoofdletter, meervoud, opsomming

#: what a message is called, one and many, by a part of the key that caused it
KINDS = {
    "request": ("uitvraag", "uitvragen"),
    "reminder": ("herinnering", "herinneringen"),
    "overdue": ("rappel", "rappels"),
    "escalate": ("bericht over een escalatie", "berichten over een escalatie"),
    "receipt": ("ontvangstbericht", "ontvangstberichten"),
    "returned": ("teruggestuurd formulier", "teruggestuurde formulieren"),
    "adjustment": ("bericht over bijsturing", "berichten over bijsturing"),
    "handover": ("overdracht aan een vervanger", "overdrachten aan een vervanger"),
    "objectives": ("opdracht aan het OIB", "opdrachten aan het OIB"),
    "tactical": ("bericht over de tactische rapportage", "berichten over de tactische rapportage"),
    "council": ("aanbieding aan de raad", "aanbiedingen aan de raad"),
}
QUESTIONS = ("brief met vragen", "brieven met vragen")
NEWS = ("brief met nieuws", "brieven met nieuws")
OTHER = ("ander bericht", "andere berichten")


def of_day(
    day: date,
    forms: Sequence[str],
    said: Sequence[str],
    new: Sequence[str],
    made: Sequence[str],
    letters: Sequence[Letter],
) -> str:
    """A day in one line: which forms came in, what was decided, made and sent; empty where nothing was.

    `made`: file names of pages, of which `new` were made for the first time.
    """
    plans = sum(name.startswith("jaarplan") for name in new)
    reports = [
        name.removesuffix(".html").replace("-", " ") for name in made if not name.startswith("jaarplan")
    ]
    sent = [_count(number, *names) for names, number in Counter(map(_called, letters)).items()]
    parts = [
        *([f"{_came(forms)} binnen"] if forms else []),
        *said,
        *([f"{_count(plans, 'jaarplan', 'jaarplannen')} afgeleid"] if plans else []),
        *([f"{opsomming(reports)} gemaakt"] if reports else []),
        *([f"{opsomming(sent)} verstuurd"] if sent else []),
    ]
    return f"{hoofdletter(dag_datum(day))}: {'; '.join(parts)}." if parts else ""


def _came(forms: Sequence[str]) -> str:
    """What came in, by the keys of the duties."""
    plans = sum("/plan/" in duty for duty in forms)
    reports = len(forms) - plans
    return opsomming(
        [
            *([_count(plans, "jaarplan", "jaarplannen")] if plans else []),
            *([_count(reports, "verantwoording", "verantwoordingen")] if reports else []),
        ]
    )


def _called(letter: Letter) -> tuple[str, str]:
    if letter.occasion.startswith("ask/") and not letter.occasion.split("/")[3:]:
        return QUESTIONS if letter.form else NEWS
    return next((KINDS[part] for part in letter.occasion.split("/") if part in KINDS), OTHER)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {meervoud(number, one, many)}"


def listing(letters: Sequence[Letter]) -> str:
    """The table of contents of the post: a line a message."""
    return "".join(f"{one.on}  {one.to:<42}  {one.subject}  ({one.file})\n" for one in letters)


def ending(out: Path, letters: Sequence[Letter]) -> Iterator[str]:
    """How much there is and where, and the three things to open first; files as seen from `out`."""
    counts = {
        name: len(list((out / name).iterdir())) for name in ("formulieren", "plannen", "rapportages", "mails")
    }
    yield f"Het jaar 2027 van gemeente Elzenwaard staat in {out}:"
    yield f"    mails/        {counts['mails']} berichten, elk een .eml; de lijst is mails.txt, naast die map"
    yield f"    formulieren/  {counts['formulieren']} formulieren, zoals thema's en afdelingen ze invulden"
    yield f"    plannen/      {counts['plannen']} bestanden: jaarplannen, intern en openbaar, oud en nieuw"
    yield f"    rapportages/  {counts['rapportages']} bestanden: rapportages, en voorstellen en brieven erbij"
    yield "Kijk eerst naar:"
    yield "    1. rapportages/raadsrapportage-2027-openbaar.pdf: zo leest de raad het jaar"
    yield "    2. rapportages/tactische-rapportage-2027-2e-kwartaal.pdf: een doel dreigt mis te gaan"
    missing = [one for one in letters if one.subject.startswith("Besluit gevraagd: verantwoording")]
    for one in missing[:1]:
        yield f"    3. mails/{one.file}: wat er gebeurt als een verantwoording niet komt"
