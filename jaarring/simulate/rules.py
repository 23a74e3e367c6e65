"""What a simulated year assumes of people, as values; and on which day somebody acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from jaarring.calendar import Period, WorkingCalendar
from jaarring.governance import Organisation, Person

#: so many working days before the due date somebody who is in time hands in, at most
EARLIEST = 2


@dataclass(frozen=True)
class Assumptions:
    """`late`: theme, department or `oib` → working days after the due date; `absent`: person → periods;
    `off_course`: themes whose indicators miss their milestones; `seed`: for what is left to chance.
    """

    late: Mapping[str, int] = field(default_factory=dict)
    absent: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)
    off_course: frozenset[str] = frozenset()
    seed: int = 1


def unknown(organisation: Organisation, assumed: Assumptions) -> Iterator[str]:
    """Everything in the assumptions that this municipality does not have; Dutch, empty if all is there."""
    who_owes = {*organisation.themes, *organisation.departments, "oib"}
    for name in sorted(set(assumed.late) - who_owes):
        yield f"late: '{name}' is geen thema of afdeling; kies uit {', '.join(sorted(who_owes))}"
    for name in sorted(set(assumed.absent) - set(organisation.people)):
        yield f"absent: '{name}' staat niet bij people in organisation.yaml; noem iemand daaruit"
    for name in sorted(assumed.off_course - set(organisation.themes)):
        yield f"off_course: '{name}' is geen thema; kies uit {', '.join(organisation.themes)}"


def acts_on(
    assumed: Assumptions, duty: str, subject: str, asked: date, due: date, calendar: WorkingCalendar
) -> date:
    """The day on which a duty is met: a little before its due date, or as late as assumed.

    Chance is a function of seed and duty: the same assumptions give the same year.
    """
    if late := assumed.late.get(subject, 0):
        return calendar.shift(due, late)
    early = Random(f"{assumed.seed} {duty}").randint(0, EARLIEST)
    return max(calendar.shift(due, -early) if early else due, asked)


def present(person: Person, day: date) -> bool:
    """Whether somebody is there on a day."""
    return not any(day in period for period in person.absent)


def stand_in(organisation: Organisation, id: str, day: date) -> str:
    """Who acts for `id` on a day: himself, the first substitute down the chain who is there, or ""."""
    seen: set[str] = set()
    while id in organisation.people and id not in seen:
        seen.add(id)
        if present(organisation.people[id], day):
            return id
        id = organisation.people[id].substitute
    return ""
