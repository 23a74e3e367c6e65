"""Who is away, owes something that was asked, and has nobody to stand in: his superior is asked who will."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring import actors
from jaarring.absences import records as absences
from jaarring.absences.rules import Absences, acting
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import datum, met_lidwoord
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.occasions import Duty
from jaarring.questions.rules import Choice, Question
from jaarring.rights import Thing, holders

CHOICES = (
    Choice("appoint", "Ik wijs een vervanger aan", needs=("person",), takes=("until",)),
    Choice("end", "De afwezigheid is voorbij", takes=("date",)),
)


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """One for everybody who is away and owes something that was asked, while nobody stands in for him.

    Until somebody does, it falls to the head of the department, then to the coordinator.
    """
    away = absences.known(tx)
    for owner in dict.fromkeys(_owing(here, tx)):
        superiors = holders(here.organisation, "appoint", Thing("absence", owner.id))
        alone = not acting(here.organisation, away, owner, as_of).chosen
        if superiors and alone and away.is_absent(owner, as_of):
            yield _question(here, away, owner, superiors[0], as_of)


def _owing(here: Here, tx: Tx) -> Iterator[Person]:
    for one in due.waiting_for(tx):
        if owner := actors.owes(here.organisation, Duty(one.duty)):
            yield owner


def _question(here: Here, away: Absences, owner: Person, superior: str, as_of: date) -> Question:
    """Asked once for each absence: its key has the first day."""
    period = min(period for period in away.periods(owner) if as_of in period)
    years = open_years(here, as_of)
    year = min(max(period.first.year, years[0]), years[-1])
    until = f" tot en met {datum(period.last)}" if period.last < date.max else ""
    return Question(
        key=f"{year}/ask/appoint/{owner.id}-{period.first.isoformat()}",
        subject=f"absence/{owner.id}",
        asked_of=superior,
        what=f"Wie vervangt {met_lidwoord(owner.function)}, die afwezig is{until}?",
        choices=CHOICES,
        details=("Er is nog geen vervanger. Zolang dat zo is, gaat de post naar het afdelingshoofd.",),
    )
