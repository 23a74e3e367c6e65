"""Of all that could be asked on a date, what is asked: the newest of several, and no escalation before its
time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring import actors
from jaarring.absences.rules import Acting
from jaarring.calendar import WorkingCalendar
from jaarring.governance import Organisation, Person, Rung
from jaarring.occasions import ASKS, Duty, Occasion


@dataclass(frozen=True)
class Choice:
    """What becomes of the asks of one duty: `send` goes out (None: nothing), `superseded` gives way to it."""

    send: Occasion | None
    superseded: tuple[Occasion, ...] = ()


def choose(
    asks: Sequence[Occasion],
    due_now: Sequence[Occasion],
    sent: Mapping[str, date],
    calendar: WorkingCalendar,
    as_of: date,
    asked_on: date = date.min,
) -> Choice:
    """What to ask for one duty on `as_of`.

    `asks`: all asks of the duty, whatever their state; `due_now`: the open ones that are due; `sent`: for
    each occasion whose messages were really sent, the date. `asked_on`: when the one who acts now was first
    really asked; date.max where he was not. After an outage only the newest request, reminder or overdue
    notice goes out. An escalation goes only when the notice before it was really sent and as many working
    days have passed since as lie between the two in the calendar, and as many since who acts now was asked.
    """
    mild = [ask for ask in sorted(due_now) if ask.kind != "escalate"]
    if mild:
        return Choice(mild[-1], tuple(mild[:-1]))
    ladder = [ask for ask in sorted(asks, key=lambda ask: ask.offset) if ask.kind in ("overdue", "escalate")]
    for notice, rung in zip(ladder, ladder[1:], strict=False):
        if rung in due_now:
            told = sent.get(notice.key)
            interval = rung.offset - notice.offset
            ready = told is not None and calendar.between(max(told, asked_on), as_of) >= interval
            return Choice(rung if ready else None)
    return Choice(None)


def owes(organisation: Organisation, duty: Duty) -> Person:
    """Who must hand in what is asked. Raises LookupError where nobody does any more."""
    if (owner := actors.owes(organisation, duty)) is None:
        raise LookupError(f"nobody owes {duty.key}")
    return owner


def next_in_line(
    ladder: Sequence[Rung],
    taken: int,
    told: Collection[str],
    owing: Collection[str],
    acting: Callable[[Person], Acting],
) -> int | None:
    """Which place of the ladder is asked next; None where nobody is left, and then this step falls away.

    `taken`: how many were asked; `told`: the addresses that they were asked at; `owing`: the ids of who owes
    it and who acts for him. Nobody is asked twice, nor to help himself: whoever heads the department and acts
    for the owner is passed, as a line from a person to himself falls away.
    """
    for place in range(taken, len(ladder)):
        person = ladder[place].person
        reader = acting(person).person
        if person.id not in owing and reader.id not in owing and reader.mail not in told:
            return place
    return None


def next_rung(
    asks: Sequence[Occasion], rung: Occasion, calendar: WorkingCalendar, as_of: date
) -> date | None:
    """When the ask after `rung` may come: its own date, or later where `rung` went out late. None: it is the
    last.
    """
    later = sorted(
        (ask for ask in asks if ask.kind in ASKS and ask.offset > rung.offset), key=lambda a: a.offset
    )
    if not later:
        return None
    return max(later[0].due, calendar.shift(as_of, later[0].offset - rung.offset))
