"""Who was asked for a duty, and who acts for it now without having been asked: to him it is handed over.

An absence begins or is told late, an owner, head or chair changes, a theme goes up in another: whichever it
was, this is seen from what stands in the ledger, so it is found on whatever day somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jaarring.absences import records
from jaarring.absences.rules import Absences, Acting, acting
from jaarring.actors import owes
from jaarring.database import Tx
from jaarring.governance import Organisation, Person
from jaarring.ledger import decisions, due, outbox
from jaarring.ledger.outbox import Told
from jaarring.occasions import Duty, Occasion

#: what asks the one who owes it; the steps after these ask others
ASKING = ("request", "reminder", "overdue", "handover")
LADDER = (*ASKING, "escalate")


@dataclass(frozen=True)
class Handover:
    """A duty (`due`: its due date) that others were asked for, and who acts now for who owes it."""

    due: Occasion
    owner: Person
    acting: Acting


def asked_for(tx: Tx, deadline: Occasion) -> list[Told]:
    """What was asked for one due date: from the request on, whatever it was moved to since, or from the
    letter that sent it back.
    """
    duty, found = deadline.duty, outbox.told(tx, deadline.duty)
    if deadline.ladder == duty:
        return [one for one in found if _step(one, duty) in LADDER]
    number = int(deadline.ladder.rsplit("/", 1)[1])
    moments = [at for subject, at in decisions.returns(tx, deadline.year) if subject == duty]
    begun = moments[number - 1]
    return [
        one
        for one in found
        if one.occasion.startswith(f"{deadline.ladder}/")
        or (_step(one, duty) == "returned" and one.queued_at >= begun)
    ]


def _step(one: Told, duty: str) -> str:
    """Which step a message was, also of a duty that was moved (`move/3/overdue/+1`)."""
    parts = one.occasion.removeprefix(f"{duty}/").split("/")
    return parts[2] if parts[0] == "move" and len(parts) > 2 else parts[0]


def first_asked(told: list[Told]) -> dict[str, datetime | None]:
    """By address, when somebody was first really asked to hand in; None while his letter waits."""
    found: dict[str, datetime | None] = {}
    for one in told:
        if "/escalate/" not in one.occasion and found.get(one.recipient) is None:
            found[one.recipient] = one.sent_at
    return found


def handovers(tx: Tx, organisation: Organisation, as_of: date) -> Iterator[Handover]:
    """The duties to hand over on `as_of`: still waited for, asked of others, not yet of who acts now.

    Nothing is handed over of a year whose account the board adopted, or that was given up.
    """
    known = records.known(tx)
    for one in due.waiting_for(tx):
        found = handover(tx, organisation, known, one, as_of)
        if found and not _closed(tx, one):
            yield found


def handover(
    tx: Tx, organisation: Organisation, known: Absences, one: Occasion, as_of: date
) -> Handover | None:
    """Whether what is due as `one` must be handed over, and to whom."""
    asked = first_asked(asked_for(tx, one))
    owner = owes(organisation, Duty(one.duty))
    if not asked or owner is None:
        return None
    now = acting(organisation, known, owner, as_of)
    return Handover(one, owner, now) if now.person.mail not in asked else None


def _closed(tx: Tx, one: Occasion) -> bool:
    """Whether nobody waits for it any more: the year is accounted for, or the reports say it is missing."""
    adopted = due.get(tx, f"{one.year}/council/adopt")
    given_up = decisions.latest(tx, one.duty, "missing") is not None
    return given_up or (adopted is not None and adopted.state == "done")
