"""What waits here: the advisers' look at the concept, the board's adoption, the council's taking note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from jaarring.council import guard
from jaarring.council.actions import key_of
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.ledger.due import Entry
from jaarring.questions.rules import Choice, Question
from jaarring.rights import Thing, holders
from jaarring.tactical.questions import AFTER

ADVISE = (Choice("advise", "Dit is mijn advies", needs=("reason",)),)
#: `accept`, for who read what the guard found
CHECK = (Choice("accept", "Nagekeken: dit mag openbaar zijn", needs=("reason",)),)
ADOPT = (Choice("adopt", "Vastgesteld", needs=("date", "number")),)
NOTE = (Choice("note", "Besproken en kennis genomen", needs=("date",), takes=("number",)),)
#: working days before the meeting on which its papers are asked of the board
BEFORE = 10
#: only this edition goes by mail: the internal one may hold what is secret
EDITION = "openbaar"


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Everything about the council reports that waits for somebody on `as_of`."""
    for year in open_years(here, as_of):
        known = {entry.occasion.key: entry for entry in due.of_year(tx, year) if entry.state != "withdrawn"}
        adopted = decisions.latest(tx, f"{key_of(year)}/adopt", "adopt")
        offer = known.get(f"{key_of(year)}/offer")
        found = guard.standing(here, tx, year) if offer and offer.state == "open" else []
        if found:
            yield from _check(here, tx, year, found)
        if adopted is None and not found:  # what must still be looked at travels by no mail
            yield from _review(here, tx, year, known)
            yield from _adoption(here, tx, year, known)
        elif adopted and (offer := known.get(f"{key_of(year)}/offer")) and offer.state == "done":
            yield from _noting(here, year, known)


def _review(here: Here, tx: Tx, year: int, known: Mapping[str, Entry]) -> Iterator[Question]:
    """Of every adviser: what he thinks of the concept, until he has said it."""
    subject = f"{key_of(year)}/review"
    concept = documents.newest(tx, key_of(year), EDITION, "html")
    if concept is None or subject not in known:
        return
    spoken = {entry.body for entry in decisions.about(tx, subject, "advise")}
    for adviser in holders(here.organisation, "advise", Thing("council")):
        if adviser not in spoken:
            yield Question(
                key=f"{year}/ask/advise/council-{adviser}",
                subject=subject,
                asked_of=adviser,
                what=f"Wat is uw advies over het concept van de raadsrapportage {year}?",
                choices=ADVISE,
                details=(
                    "De openbare versie zit in de bijlage. De interne ligt bij de coördinator.",
                    "Kloppen de cijfers? Staat er niets in wat niet openbaar mag zijn?",
                ),
                document=key_of(year),
                edition=EDITION,
                by=known[subject].occasion.due,
                title=f"advies over de raadsrapportage {year}",
            )


def _check(here: Here, tx: Tx, year: int, found: Sequence[guard.Finding]) -> Iterator[Question]:
    """Of the coordinator: whether the texts in which the guard found something may be public. What is found
    later is asked then. The report does not go along: it may say what no mail should.
    """
    if documents.newest(tx, key_of(year), EDITION, "html"):
        yield Question(
            key=f"{year}/ask/check/council-{guard.mark_of(found).split()[1]}",
            subject=guard.check_of(year),
            asked_of=here.organisation.coordinator,
            what=f"Mag wat hieronder staat in de openbare raadsrapportage {year} en de stukken erbij?",
            choices=CHECK,
            details=(
                "Mag het niet? Laat de tekst dan eerst verbeteren: dan vervalt deze vraag.",
                "Het concept ligt bij uw documenten.",
                *map(str, found),
            ),
            title=f"controle van de raadsrapportage {year}",
        )


def _adoption(here: Here, tx: Tx, year: int, known: Mapping[str, Entry]) -> Iterator[Question]:
    """Of the board, for its meeting; a new concept is a new question."""
    subject = f"{key_of(year)}/adopt"
    concept = documents.newest(tx, key_of(year), EDITION, "html")
    who = holders(here.organisation, "adopt", Thing("council"))
    if concept is None or subject not in known or not who:
        return
    meeting = known[subject].occasion.due
    calendar = here.schedule.calendar
    paper = documents.newest(tx, f"{key_of(year)}/proposal", "intern", "pdf")
    yield Question(
        key=f"{year}/ask/adopt/council-{concept.version}",
        subject=subject,
        asked_of=who[0],
        what=f"Stelde het college de raadsrapportage {year} vast?",
        choices=ADOPT,
        details=(
            f"Zet het stuk op de agenda van {datum(meeting)}. Geef na die vergadering het besluit door.",
            "De openbare versie zit in de bijlage. Wat niet openbaar is, krijgt u van de coördinator zelf.",
            *(["Het collegevoorstel zit erbij, met de brief aan de raad in concept."] if paper else []),
        ),
        document=f"{key_of(year)} {key_of(year)}/proposal@intern {key_of(year)}/letter",
        edition=EDITION,
        since=calendar.shift(meeting, -BEFORE),
        by=calendar.shift(meeting, AFTER),
        title=f"besluit over de raadsrapportage {year}",
    )


def _noting(here: Here, year: int, known: Mapping[str, Entry]) -> Iterator[Question]:
    """Of the council's clerk, after each meeting: that it was discussed, that the council took note."""
    who = holders(here.organisation, "note", Thing("council"))
    for tail, body in (("committee", "de commissie"), ("note", "de raad")):
        entry = known.get(f"{key_of(year)}/{tail}")
        if entry is None or entry.state != "open" or not who:
            continue
        meeting = entry.occasion.due
        yield Question(
            key=f"{year}/ask/note/council-{tail}",
            subject=entry.occasion.key,
            asked_of=who[0],
            what=f"Heeft {body} de raadsrapportage {year} besproken en er kennis van genomen?",
            choices=NOTE,
            details=(f"De vergadering was op {datum(meeting)}.",),
            since=meeting,
            by=here.schedule.calendar.shift(meeting, AFTER),
            title=f"bericht over de raadsrapportage {year}",
        )
