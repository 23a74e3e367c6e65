"""Who must know that a message did not arrive, and what is said of it.

Ours (reliability: never a failure without a reader): the coordinator, who can mend it, and whoever is next to
the one who got nothing, who can speak to him.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from jaarring.absences.rules import Presence, acting
from jaarring.governance import Body, Organisation, Person

#: what a key of this room begins with; what follows is the number of the message, and the day
KEYS = "undelivered"
#: what is said of a message whose reader left, or has another address, before it went
LEFT = "dit adres staat niet meer in organisation.yaml"


@dataclass(frozen=True)
class Undelivered:
    """A message that did not arrive. `whom`: a function or body, empty for an address nobody knows.

    `why`: refused, limit (it was tried until the limit), bounced, unsure, left (its address is no longer of
    the organisation), or template (a template of the municipality's own is broken). `words`: the server's
    own, or what is wrong with the template and where.
    `asks`: whether somebody was asked something by it.
    """

    number: int
    whom: str
    address: str
    subject: str
    queued_on: date
    why: str
    words: str
    asks: bool


@dataclass(frozen=True)
class Reader:
    """Somebody who is told. `mends`: as the coordinator; else as the next to who got nothing."""

    person: Person
    mends: bool


def why(state: str, was_sent: bool, attempts: int, words: str = "") -> str:
    """Why it did not arrive, from what its row says."""
    if words == LEFT:
        return "left"
    if state == "uncertain":
        return "unsure"
    if was_sent:
        return "bounced"
    if not attempts:  # it never went out: there were no words to send
        return "template"
    return "refused" if attempts <= 1 else "limit"


def addressee(organisation: Organisation, mail: str) -> Person | Body | None:
    """Whose address this is; of several that share one, the first."""
    everybody: tuple[Person | Body, ...] = (*organisation.people.values(), *organisation.bodies.values())
    return next((one for one in everybody if one.mail == mail), None)


def readers(
    organisation: Organisation, presence: Presence, mail: str, dead: Collection[str], day: date
) -> Iterator[Reader]:
    """Who is told of a message to `mail`, of each address once; nobody at an address that is `dead`.

    The coordinator or who acts for him; then, where it was for a person, his substitute, or else who comes
    after him as for one who is away.
    """
    barred = {id for id, person in organisation.people.items() if person.mail in dead}
    coordinator = acting(
        organisation, presence, organisation.people[organisation.coordinator], day, barred
    ).person
    if coordinator.mail not in dead:
        yield Reader(coordinator, mends=True)
    meant = addressee(organisation, mail)
    if not isinstance(meant, Person):
        return
    others = barred | {id for id, person in organisation.people.items() if person.mail == coordinator.mail}
    near = acting(organisation, presence, meant, day, others | {meant.id}).person
    if near.mail not in {*dead, coordinator.mail}:
        yield Reader(near, mends=False)


def root(occasion: str, number: int) -> int:
    """Which message it is all about: itself, or that of which it was to tell."""
    first, _, rest = occasion.partition("/")
    return int(rest.partition("/")[0]) if first == KEYS else number
