"""What people wrote that the public edition would tell: a secret, a person, an address; and who looked at it.

A check for the inside. The public edition itself is cut by type and is made whatever is found here; the
board adopts it, and it is offered, once nothing is found or the coordinator said that he looked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

from jaarring.calendar import Quarter
from jaarring.council.rules.shared import last, open_measures
from jaarring.database import Tx
from jaarring.edits import records as edits
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.plans.rules import PlannedMeasure
from jaarring.plans.rules.leaks import found_in, telling, unsaid
from jaarring.reports.rules import YearPart
from jaarring.tactical.actions import snapshot
from jaarring.tactical.year import Year

PUBLIC = "openbaar"
#: the documents whose texts a clerk may edit and that travel by mail, by the end of their key
EDITABLE = {
    "council": PUBLIC,
    "council/letter": PUBLIC,
    "council/proposal": "intern",
    "accounts": PUBLIC,
    "ensia": PUBLIC,
}


@dataclass(frozen=True)
class Finding:
    """One text to look at. `said`: its place, what is wrong, what to do; never the secret itself. `mark`:
    by which it is known as long as that text is the same.
    """

    said: str
    mark: str

    def __str__(self) -> str:
        return self.said


def standing(here: Here, tx: Tx, number: int) -> list[Finding]:
    """What is found in the public documents of a year and was not looked at by the coordinator."""
    year = snapshot(here, number, date(number, 12, 31))
    if year is None:
        return []
    found = findings(year, _edited(tx, number))
    looked = {entry.number for entry in decisions.about(tx, check_of(number), "accept")}
    return [] if not found or mark_of(found) in looked else found


def lines(here: Here, tx: Tx, year: int) -> list[str]:
    """What is to be looked at before a year goes to the council, for the coordinator; empty once it went."""
    offer = due.get(tx, f"{year}/council/offer")
    found = standing(here, tx, year) if offer and offer.state == "open" else []
    key = check_of(year)
    head = f"Voordat de raadsrapportage {year} naar het college gaat, kijkt de coördinator dit na ({key}):"
    return [head, *(f"  {one}" for one in found)] if found else []


def findings(year: Year, edited: Iterable[tuple[str, str]] = ()) -> list[Finding]:
    """What the public documents of a year would tell. `edited`: what a clerk made of their texts, by place.

    A view cannot know what people write in free text, so what would be printed is read first: what tells a
    secret measure (number, title, effect, decision, an amount in euros), a mail address, a person's name. A
    theme with a secret measure must say what it leaves out. Other words for the same are for a reader to see.
    """
    secrets = [pattern for one in year.secret() for pattern in telling(one.measure, _amounts(year, one))]
    said = [(one, "") for one in unsaid(year.framework, (one.measure for one in year.secret()))]
    for place, text in (*_printed(year), *edited):
        said += [(one, text) for one in found_in([(place, text)], year.organisation, secrets)]
    return [Finding(f"{year.year}/council: {one}", _hash(one, text)) for one, text in said]


def mark_of(found: Iterable[Finding]) -> str:
    """By what these findings together are known: another text, or one more, has another."""
    return f"bevindingen {_hash(*sorted(one.mark for one in found))[:12]}"


def check_of(year: int) -> str:
    """The key under which the coordinator says that he looked."""
    return f"{year}/council/check"


def _edited(tx: Tx, year: int) -> Iterator[tuple[str, str]]:
    """The newest text of each place that a clerk edited, in the council report and the papers beside it.

    Also where the text under it is another by now, and the edit holds no more: then that is looked at twice.
    """
    for tail, edition in EDITABLE.items():
        key = f"{year}/{tail}"
        for place, text in {one.place: one.text for one in edits.of(tx, key, edition)}.items():
            yield f"{key}, bewerkte tekst {place}", text


def _hash(*said: str) -> str:
    return sha256(repr(said).encode()).hexdigest()


def _amounts(year: Year, planned: PlannedMeasure) -> Iterator[Decimal | None]:
    """What a measure was first given, and what its department says it spent."""
    yield planned.was_budget
    for number in (1, 2, 3, 4):
        if entry := year.measure_entry(Quarter(year.year, number), planned.measure):
            yield entry.spent


def _printed(year: Year) -> Iterator[tuple[str, str]]:
    """Every text that somebody handed in and that the public edition prints, with its place."""
    for id in year.organisation.themes:
        account = year.theme_account(last(year), id)
        if account is None:
            continue
        where = f"verantwoording {last(year).key}/report/{id}"
        for one in account.indicators:
            yield f"{where}, toelichting bij {one.indicator}", one.explanation
            yield f"{where}, oorzaak bij {one.indicator}", one.cause
        yield f"{where}, toelichting op het geld", account.money_explanation
        part = account.year_part or YearPart()
        yield f"{where}, lessen", part.lessons
        yield f"{where}, risico's", part.risks
        yield f"{where}, vooruitblik", part.ahead
    joint = year.joint_account(last(year))
    for entry in joint.objectives if joint else ():
        yield (
            f"verantwoording {last(year).key}/report/oib, toelichting bij {entry.objective}",
            entry.explanation,
        )
    for theme, left_out in year.framework.withheld.items():
        yield f"strategy.yaml, wat bij {theme} wegblijft", left_out.text
    for planned in open_measures(year):
        yield f"maatregel {planned.measure.id}, titel", planned.measure.title
        yield f"maatregel {planned.measure.id}, effect", planned.measure.effect
    secret = {planned.measure.id for planned in year.secret()}
    for adjustment in year.adjustments:
        if adjustment.proposal.measure not in secret:
            yield f"{adjustment.id}, voorstel", adjustment.proposal.change
            yield f"{adjustment.id}, oorzaak", adjustment.proposal.cause
