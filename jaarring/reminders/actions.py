"""Asking: what is due and still open is asked once, of who owes it or acts for him, or of the next rung."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from jaarring import rights
from jaarring.absences import records as absences
from jaarring.absences.handovers import handovers
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.refusal import Refused
from jaarring.reminders import rules, words
from jaarring.reminders.matter import Around as Around
from jaarring.reminders.matter import Matter, find


@dataclass
class Asked:
    """What a round of asking did, by occasion key; of a handover the key of its message. `waiting`:
    escalations whose notice has not had its time, and asks about what does not exist yet.
    """

    sent: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """One duty with something to ask: what was chosen (None: it is handed over) and the letters for it."""

    matter: Matter
    choice: rules.Choice
    letters: tuple[NewMessage, ...]


def queue_due(here: Here, as_of: date, at: datetime, around: Around) -> Asked:
    """Queue every ask that is due on `as_of` and still open. Run twice, it asks once.

    Who acts for a duty that others were asked for gets the request, once. On a closed day nobody is asked
    anything; what a tick missed waits for the next working day. Questions are asked elsewhere.
    """
    asked = Asked()
    if not here.schedule.calendar.is_working_day(as_of):
        return asked
    with here.store.write() as tx:
        asked.held = due.hold_overdue(tx, as_of, here.schedule.hold_after_days, at)
    with here.store.read() as tx:
        cases = list(_cases(here, tx, as_of, at, around, asked))
    if cases:
        with here.store.write() as tx:
            for case in cases:
                _queue(tx, case, at, asked)
    return asked


def _cases(here: Here, tx: Tx, as_of: date, at: datetime, around: Around, asked: Asked) -> Iterator[_Case]:
    now: dict[str, list[Occasion]] = {}
    for occasion in due.due(tx, as_of, ASKS):
        if not Duty(occasion.duty).is_question:
            now.setdefault(occasion.deadline, []).append(occasion)
    known = absences.known(tx)
    going_over = {one.due.key for one in handovers(tx, here.organisation, as_of)}
    for key in dict.fromkeys([*now, *sorted(going_over)]):
        asks, deadline = now.get(key, []), due.get(tx, key)
        matter = find(here, tx, deadline.occasion, known, as_of, at, around) if deadline else None
        case = _case(matter, asks, key in going_over) if matter else None
        if case:
            yield case
        else:
            asked.waiting += [occasion.key for occasion in asks]


def _case(matter: Matter, now: list[Occasion], goes_over: bool) -> _Case | None:
    """What to ask of one duty; None where it waits, or nothing is due."""
    if not matter.ready:
        return None
    calendar = matter.here.schedule.calendar
    asks = matter.ladder(now[-1]) if now else []
    choice = rules.choose(asks, now, matter.sent, calendar, matter.as_of, matter.asked_on)
    if choice.send is not None:
        return _Case(matter, choice, tuple(words.letters(matter, choice.send)))
    if goes_over and not matter.asked_today:
        return _Case(matter, choice, (words.handover(matter),))
    return None


def _queue(tx: Tx, case: _Case, at: datetime, asked: Asked) -> None:
    send = case.choice.send
    if send is None:
        _hand_over(tx, case, at, asked)
        return
    entry = due.get(tx, send.key)
    if entry is None or entry.state != "open":
        return  # somebody else asked, or it was handed in, while we were writing
    superseded = [occasion.key for occasion in case.choice.superseded]
    if not case.letters:  # nobody is left to be asked this
        due.superseded(tx, [send.key, *superseded], at, by=case.matter.deadline.key)
        asked.superseded += [send.key, *superseded]
        return
    for letter in case.letters:
        outbox.queue(tx, letter, at)
    due.done(tx, [send.key], at)
    due.superseded(tx, superseded, at, by=send.key)
    payload = {"letters": len(case.letters)}
    events.append(tx, at, "jaarring", f"asked.{send.kind}", send.key, payload, case.matter.behalf)
    asked.sent.append(send.key)
    asked.superseded += superseded


def _hand_over(tx: Tx, case: _Case, at: datetime, asked: Asked) -> None:
    matter, (letter,) = case.matter, case.letters
    entry = due.get(tx, matter.deadline.key)
    if entry is None or entry.state not in due.WAITS or not outbox.queue(tx, letter, at):
        return
    payload = {"to": matter.acting.person.id}
    events.append(tx, at, "jaarring", "asked.handover", letter.occasion, payload, matter.behalf)
    asked.sent.append(letter.occasion)


def give_up(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Record that the reports say that this is missing: nobody is asked about it any more.

    It may still come, and is then late. Raises Refused where it came already, or for who may not say so.
    """
    rights.demand(here.organisation, entry.body, "waive", rights.thing_of(duty), "mag dit niet besluiten")
    with here.store.write() as tx:
        deadline = due.get(tx, f"{duty}/due")
        if deadline is None or deadline.state not in due.WAITS:
            raise Refused(f"{duty} is al binnen of wordt niet gevraagd", "kies alleen over wat ontbreekt")
        if decisions.latest(tx, duty, "missing"):
            raise Refused(f"dit is al vastgelegd voor {duty}", "u hoeft niets te doen")
        decisions.record(tx, entry, by, at)
        asks = [e.occasion.key for e in due.of_duty(tx, duty) if e.occasion.kind in ASKS]
        due.superseded(tx, asks, at, by=f"{duty}/due")
