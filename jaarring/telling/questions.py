"""What waits here: the letter by which the board informs the council of the plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.plans import publishing
from jaarring.questions.rules import Choice, Question
from jaarring.rights import Thing, holders

SEND = (Choice("record", "De brief kan naar de raad", needs=("number",), takes=("date",)),)
TOLD = (
    "Zodra u antwoordt, gaat de brief naar de griffie. Is er geen openbare versie van de plannen? "
    "Dan zegt de brief dat de raad ze bij u kan opvragen."
)
#: working days before its date on which the number of the letter is asked
BEFORE = 3


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Of the coordinator: the number of the letter. Once it is there, the letter goes to the clerk."""
    for year in open_years(here, as_of):
        entry = due.get(tx, f"{year}/plan/letter")
        who = holders(here.organisation, "record", Thing("moment"))
        adopted = decisions.latest(tx, f"{year}/plan/adopt", "adopt")
        if entry is None or entry.state != "open" or adopted is None or not who:
            continue
        calendar = here.schedule.calendar
        yield Question(
            key=f"{year}/ask/record/plan-letter",
            subject=entry.occasion.key,
            asked_of=who[0],
            what=f"Welk nummer heeft de raadsinformatiebrief over de jaarplannen {year}?",
            choices=SEND,
            title="bericht over het nummer van de raadsinformatiebrief",
            details=(TOLD, *_withheld(here, tx, year)),
            since=calendar.shift(entry.occasion.due, -BEFORE),
            by=entry.occasion.due,
        )


def _withheld(here: Here, tx: Tx, year: int) -> Iterator[str]:
    """Why there is no public edition to send along: where, and what to do."""
    found = publishing.season(here, tx, year)
    for line in publishing.refusals(found) if found else ():
        yield f"De openbare versie is er niet: {line.partition(': ')[2]}."
