"""After an older store was put back: what was handed in and lost is asked again, and nobody is blamed for it.

The journal knows that it came and when, not what was in it. So its duty gets time that was lost, what would
be asked of it meanwhile is dropped, and one letter asks for it with the number of its receipt. Then the days
that were lost are gone through again: what was sent on them is known by its Message-ID and stays sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jaarring import cycle, letters, steps
from jaarring.actors import owes
from jaarring.database import Tx
from jaarring.delays import is_duty
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import ASKS, Duty
from jaarring.post import records as post
from jaarring.questions import records as questions
from jaarring.recovery import entering, records
from jaarring.recovery.rules import HandedIn, Lost, handed_in, receipt
from jaarring.reports import records as reports
from jaarring.rights import voice
from jaarring.titles import Titles

#: working days to hand in again what was lost
TIME = 5
WHY = "verloren bij het terugzetten van een reservekopie; opnieuw gevraagd"


def make_good(here: Here, as_of: date, at: datetime) -> list[HandedIn]:
    """Ask again for all that was handed in and lost, and for what was decided; what is asked again of who
    handed it in.

    Run twice, it asks once. It sends nothing: that waits for the coordinator.
    """
    here = here.on(as_of)
    entering.ask(here, at)
    with here.store.read() as tx:
        lost = records.to_ask(tx)
        known = {one.key: len(reports.versions(tx, one.key)) for one in lost}
    if not lost:
        return []
    found = handed_in(lost, known)
    for one in found:
        _spare(here, one, as_of, at)
    with here.store.read() as tx:
        written = [letter for one in found for letter in _letters(here, tx, one, at)]
    with here.store.write() as tx:
        for letter in written:
            outbox.queue(tx, letter, at)
        records.asked(tx, at)
    return found


def go_through(here: Here, lost: Iterable[Lost], as_of: date) -> None:
    """Ask and tell again what the calendar had of the days that were lost; nothing is taken in or made."""
    zone = ZoneInfo(here.config.time_zone)
    days = {datetime.fromisoformat(one.at).astimezone(zone).date() for one in lost}
    for day in sorted(day for day in days if day <= as_of):
        at = cycle.moment(here, day)
        cycle.schedule(here, day, at)
        steps.derive_plans(here, day, at)
        steps.remind(here, day, at)
        steps.post(here, day, at)


def _spare(here: Here, one: HandedIn, as_of: date, at: datetime) -> None:
    """Give the time back that was lost, and drop what would ask meanwhile: our letter asks it."""
    by, calendar = here.organisation.coordinator, here.schedule.calendar
    until = calendar.shift(as_of, TIME)
    with here.store.write() as tx:
        waiting = [e for e in due.of_duty(tx, one.duty) if e.state in due.WAITS]
        asks = [e.occasion.key for e in waiting if e.occasion.kind in ASKS and e.occasion.due <= as_of]
        due.superseded(tx, asks, at, by=f"{one.duty}/due")
        short = any(e.occasion.kind == "due" and e.occasion.due < until for e in waiting)
        if short and is_duty(one.duty):
            entry = decisions.Entry(one.duty, "move", by, as_of, "", WHY)
            dispensations.make_good(tx, entry, until, by, at)
            for row in post.untold(tx):
                if row.subject == one.duty and row.reason == WHY:
                    post.to_tell(tx, row.id, Duty(one.duty).year, {}, at)  # our letter tells it
            cycle.reschedule(here, tx, Duty(one.duty).year, at)


def _letters(here: Here, tx: Tx, one: HandedIn, at: datetime) -> Iterable[NewMessage]:
    duty = Duty(one.duty)
    to, what = _asked(here, tx, duty)
    if to is None:
        return
    deadline = due.get(tx, f"{one.duty}/due")
    yield letters.write(
        here,
        "recovery/lost.mail",
        to,
        key=f"{one.duty}/lost/{receipt(one)}",
        at=at,
        what=what,
        form="uw antwoord" if duty.is_question else "het formulier",
        received=datetime.fromisoformat(one.at).astimezone(ZoneInfo(here.config.time_zone)).date(),
        version=one.version,
        receipt=receipt(one),
        until=deadline.occasion.due if deadline and not duty.is_question else None,
    )


def _asked(here: Here, tx: Tx, duty: Duty) -> tuple[Person | None, str]:
    """Of whom it is asked again, and what."""
    titles = Titles(here.organisation, here.schedule.outside)
    if not duty.is_question:
        return owes(here.organisation, duty), titles.owed(duty)
    question = questions.get(tx, duty.key)
    person = voice(here.organisation, question.question.asked_of) if question else ""
    return here.organisation.people.get(person), titles.of(duty.key, "due", duty.key)
