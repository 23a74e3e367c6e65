"""What this room waits for: advice about a proposal, and the decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring import rights
from jaarring.adjustments import effects, proposing, records, rules, words
from jaarring.adjustments.rules import Adjustment
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import hoofdletter
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.questions.rules import Choice, Question

ADVISES = (Choice("advise", "Dit is mijn advies", needs=("reason",)),)
DECIDES = (
    Choice("accept", "Aannemen", needs=("date", "number"), takes=("sources", "reason")),
    Choice(
        "change",
        "Aannemen met een wijziging",
        needs=("date", "number", "reason"),
        takes=("amount", "sources", "until"),
    ),
    Choice("refuse", "Afwijzen", needs=("date", "number", "reason")),
)
SECRET = (
    "Het gaat over een geheime maatregel. Daarover schrijven wij niet; de coördinator geeft u het voorstel."
)


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """Everything that is open in this room on `as_of`."""
    for year in open_years(here, as_of):
        for one in records.of_year(tx, year):
            if one.verdict is None:
                yield from _about(here, tx, one, as_of)


def _about(here: Here, tx: Tx, one: Adjustment, as_of: date) -> Iterator[Question]:
    organisation = here.organisation
    known = proposing.plans_of(tx, one.year)
    where = rules.places(known)
    theme = organisation.known_theme(one.theme)
    name = theme.name if theme else one.theme
    if words.secret(known, one.proposal):
        told: tuple[str, ...] = (SECRET,)
    else:
        told = (*_told(one), *effects.lines(here, tx, one, known, where))
    given = decisions.about(tx, one.id, "advise")
    spoken = {entry.body for entry in given}
    for adviser in rules.advisers(organisation, one):
        if adviser not in spoken:
            yield Question(
                key=f"{one.year}/ask/advise/{one.id}-{adviser}",
                subject=one.id,
                asked_of=adviser,
                what=f"Advies gevraagd over bijsturing {one.id}, {name}.",
                choices=ADVISES,
                details=told,
                title=f"advies over bijsturing {one.id}",
            )
    advised = tuple(
        f"{hoofdletter(rights.named(organisation, entry.body))} adviseert: {entry.reason}"
        for entry in given
        if told != (SECRET,)
    )
    deciders = rights.holders(organisation, "decide", rules.asked(one, where.theme_of))
    deciders = tuple(id for id in deciders if id != one.proposed_by)
    if deciders:
        yield Question(
            key=f"{one.year}/ask/decide/{one.id}",
            subject=one.id,
            asked_of=rights.voice(organisation, deciders[0]),
            what=f"Besluit gevraagd: bijsturing {one.id}, {name}.",
            choices=DECIDES,
            details=(*told, *advised),
            by=_meeting(tx, one, as_of) if deciders[0] == rights.BOARD else None,
            title=f"besluit over bijsturing {one.id}",
        )


def _meeting(tx: Tx, one: Adjustment, as_of: date) -> date | None:
    """The meeting of the board in which the proposal is dealt with: with the next tactical report."""
    first = max(as_of, one.proposed_on)
    found = [entry.occasion for entry in due.of_year(tx, one.year) if entry.state != "withdrawn"]
    return min(
        (
            found_one.due
            for found_one in found
            if found_one.key.endswith("/tactical/board") and found_one.due >= first
        ),
        default=None,
    )


def _told(one: Adjustment) -> Iterator[str]:
    proposal = one.proposal
    yield f"Wat verandert er? {proposal.change}"
    yield f"Wat is de oorzaak? {proposal.cause}"
    yield f"Wat gebeurt er als we niets doen? {proposal.consequence}"
