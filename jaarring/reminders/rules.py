"""Of all that could be asked on a date, what is asked: the newest of several, and no escalation before its
time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.calendar import WorkingCalendar
from jaarring.governance import Organisation, Person
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
) -> Choice:
    """What to ask for one duty on `as_of`.

    `asks`: all asks of the duty, whatever their state; `due_now`: the open ones that are due; `sent`: for
    each
    occasion whose messages were really sent, the date. After an outage only the newest request, reminder or
    overdue notice goes out. An escalation goes only when the notice before it was really sent and as many
    working days have passed since as lie between the two in the calendar.
    """
    mild = [ask for ask in sorted(due_now) if ask.kind != "escalate"]
    if mild:
        return Choice(mild[-1], tuple(mild[:-1]))
    ladder = [ask for ask in sorted(asks, key=lambda ask: ask.offset) if ask.kind in ("overdue", "escalate")]
    for notice, rung in zip(ladder, ladder[1:], strict=False):
        if rung in due_now:
            told = sent.get(notice.key)
            interval = rung.offset - notice.offset
            ready = told is not None and calendar.between(told, as_of) >= interval
            return Choice(rung if ready else None)
    return Choice(None)


def escalates_to(organisation: Organisation, duty: Duty) -> tuple[Person, ...]:
    """The ladder of a duty, from the governance lines."""
    if duty.kind == "account":
        return organisation.department_escalation(organisation.departments[duty.subject])
    if duty.subject in organisation.themes:
        return organisation.escalation(organisation.themes[duty.subject])
    return ()


def owes(organisation: Organisation, duty: Duty) -> Person:
    """Who must hand in: the theme owner, the department head, or the chair for the joint body."""
    if duty.kind == "account":
        return organisation.people[organisation.departments[duty.subject].head]
    if duty.subject in organisation.themes:
        return organisation.people[organisation.themes[duty.subject].owner]
    return organisation.person_at("chair")


def adviser(organisation: Organisation, duty: Duty) -> Person | None:
    """Whom to ask for advice; None where the duty is not a theme's."""
    theme = organisation.themes.get(duty.subject)
    return organisation.people[theme.adviser] if theme and duty.kind != "account" else None


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
