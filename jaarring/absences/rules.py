"""Who is absent when, and who acts for whom on a day.

Plain: an organisation, what is known of absence and a date go in, a person comes out. The document asks for
no substitutes; that a duty goes on while somebody is away, and along which chain, is our choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

from jaarring.calendar import ONE_DAY, Period
from jaarring.governance import Organisation, Person

#: what can be told: somebody is away; is back; has a substitute; was not away after all (by its uid)
KINDS = ("absent", "back", "appoint", "cancelled")


@dataclass(frozen=True)
class Note:
    """One thing that was told. A later note goes before an earlier one; none is ever changed.

    `first` to `last`, both included: the days away (absent), or on which `substitute` stands in (appoint);
    `last` None: without end. Of `back` only `first` counts: the first day that somebody is there again.
    `uid`: of the calendar entry it came from; a later note with the same uid takes its place.
    """

    person: str
    kind: str
    first: date
    last: date | None = None
    substitute: str = ""
    uid: str = ""

    @property
    def period(self) -> Period:
        return Period(self.first, self.last or date.max)


class Presence(Protocol):
    """What must be known to say who acts."""

    def is_absent(self, person: Person, day: date) -> bool: ...

    def substitute(self, person: Person, day: date) -> str:
        """The id of who stands in for `person`; empty where nobody was named."""
        ...


@dataclass(frozen=True)
class Absences:
    """All that was told, oldest first. What the configuration says stands in each Person, and came before."""

    notes: tuple[Note, ...] = ()

    @cached_property
    def _by_person(self) -> dict[str, list[Note]]:
        found: dict[str, list[Note]] = {}
        for note in self.notes:
            found.setdefault(note.person, []).append(note)
        return found

    def periods(self, person: Person) -> list[Period]:
        """When somebody is away, as known now; periods may overlap."""
        found: dict[str, Period] = {f"yaml {n}": period for n, period in enumerate(person.absent)}
        for n, note in enumerate(self._by_person.get(person.id, ())):
            if note.kind == "absent":
                found[note.uid or f"note {n}"] = note.period
            elif note.kind == "cancelled":
                found.pop(note.uid, None)
            elif note.kind == "back":
                found = dict(_cut(found, note.first))
        return list(found.values())

    def is_absent(self, person: Person, day: date) -> bool:
        return any(day in period for period in self.periods(person))

    def substitute(self, person: Person, day: date) -> str:
        """Whoever was named last for that day, else whom the configuration names."""
        for note in reversed(self._by_person.get(person.id, ())):
            if note.substitute and day in note.period:
                return note.substitute
        return person.substitute

    def appointed(self, person: Person, day: date) -> str:
        """Who was appointed to stand in on that day, also where `person` is there; empty where nobody was, or
        where `person` has come back since.
        """
        for note in reversed(self._by_person.get(person.id, ())):
            if note.kind == "back" and note.first <= day:
                return ""
            if note.kind == "appoint" and day in note.period:
                return note.substitute
        return ""

    def turns(self, organisation: Organisation) -> set[date]:
        """The days on which somebody goes or comes back, or a substitute begins or ends."""
        periods = [period for person in organisation.people.values() for period in self.periods(person)]
        periods += [note.period for note in self.notes if note.kind == "appoint"]
        ends = {period.last + ONE_DAY for period in periods if period.last < date.max}
        return {period.first for period in periods} | ends


def _cut(periods: dict[str, Period], back: date) -> Iterator[tuple[str, Period]]:
    """The periods without what lies on or after `back` of those that were running then."""
    for key, period in periods.items():
        if back not in period:
            yield key, period
        elif period.first < back:
            yield key, Period(period.first, back - ONE_DAY)


class Acting(NamedTuple):
    """Who acts. `behalf_of`: the ids of those who were passed, the one that was meant first; empty: himself.

    `chosen`: whether he stands in the chain of substitutes; else it falls to him as head or coordinator.
    """

    person: Person
    behalf_of: tuple[str, ...] = ()
    chosen: bool = True


def acting(
    organisation: Organisation,
    presence: Presence,
    person: Person,
    day: date,
    barred: Collection[str] = (),
) -> Acting:
    """Who acts for `person` on `day`: himself, or along the chain of substitutes the first who is there.

    Is nobody there, then the head of the department of his themes, then the coordinator, then the secretary,
    each with his own substitutes. `barred`: whom it may not come to, though he is there: who owes something
    is not asked to help himself. Is really nobody there, then the coordinator, whose post waits for him.
    """
    passed: dict[str, None] = {}
    for place, first in enumerate([person, *_behind(organisation, person)]):
        for one in chain(organisation, presence, first, day):
            if one.id in passed:
                continue
            if one.id not in barred and not presence.is_absent(one, day):
                return Acting(one, tuple(passed), chosen=place == 0)
            passed[one.id] = None
    last = organisation.people[organisation.coordinator]
    return Acting(last, tuple(id for id in passed if id != last.id), chosen=False)


def chain(organisation: Organisation, presence: Presence, person: Person, day: date) -> Iterator[Person]:
    """Somebody, his substitute, that one's substitute, and so on; each once, whatever ring they form."""
    seen: set[str] = set()
    next_one: Person | None = person
    while next_one and next_one.id not in seen:
        yield next_one
        seen.add(next_one.id)
        next_one = organisation.people.get(presence.substitute(next_one, day))


def _behind(organisation: Organisation, person: Person) -> Iterator[Person]:
    """To whom it falls when nobody of the chain is there."""
    for theme in organisation.themes.values():
        if theme.owner == person.id:
            yield organisation.people[organisation.departments[theme.department].head]
    yield organisation.people[organisation.coordinator]
    yield organisation.people[organisation.secretary]
