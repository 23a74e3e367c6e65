"""What waits here: the choice of whom a missing plan or account has gone up to, while it has not come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from jaarring import actors
from jaarring.absences import records as absences
from jaarring.absences.rules import Absences, acting
from jaarring.cycle import open_years
from jaarring.database import Tx
from jaarring.dutch import kwartaal
from jaarring.governance import Rung
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due, outbox
from jaarring.ledger.due import Entry
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.questions.rules import Choice, Question
from jaarring.reminders import stand_ins
from jaarring.rights import holders, thing_of

TIME = Choice("move", "Ik geef tijd tot een nieuwe datum", needs=("until", "reason"))
OTHER = Choice("appoint", "Ik wijs een vervanger aan", needs=("person", "until"))
MISSING = Choice("missing", "De rapportage meldt dat het ontbreekt")


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """One for every step up that was taken for something that has not come, as long as that step counts; and
    one for everybody who is away with nobody to stand in for him.
    """
    yield from stand_ins.questions(here, tx, as_of)
    away = absences.known(tx)
    for year in open_years(here, as_of):
        by_deadline: dict[str, list[Entry]] = {}
        entries = [entry for entry in due.of_year(tx, year) if entry.state != "withdrawn"]
        states = {entry.occasion.key: entry.state for entry in entries}
        for entry in entries:
            if entry.occasion.kind in ASKS and not Duty(entry.occasion.duty).is_question:
                by_deadline.setdefault(entry.occasion.deadline, []).append(entry)
        for deadline, steps in by_deadline.items():
            if states.get(deadline) == "open":
                yield from _of_duty(here, tx, steps, away, as_of)


def _of_duty(here: Here, tx: Tx, steps: Sequence[Entry], away: Absences, as_of: date) -> Iterator[Question]:
    ladder_now = max(steps, key=lambda entry: entry.occasion.due).occasion.ladder
    for entry in steps:
        ask = entry.occasion
        if ask.kind == "escalate" and entry.state == "done" and ask.ladder == ladder_now:
            duty = Duty(ask.duty)
            if decisions.latest(tx, duty.key, "missing") is None:
                rung = _asked(here, tx, ask, away, as_of)
                if rung:
                    yield choice(here, tx, duty, ask, rung)


def _asked(here: Here, tx: Tx, ask: Occasion, away: Absences, as_of: date) -> Rung | None:
    """Who was asked at this step: of the ladder the one whose address has its letter."""
    organisation, mails = here.organisation, set(outbox.recipients(tx, ask.key))
    owner = actors.owes(organisation, Duty(ask.duty))
    mails -= {owner.mail} if owner else set()
    for rung in actors.ladder(organisation, Duty(ask.duty)):
        barred = {owner.id} if owner else set()
        if {rung.person.mail, acting(organisation, away, rung.person, as_of, barred).person.mail} & mails:
            return rung
    return None


def choice(here: Here, tx: Tx, duty: Duty, ask: Occasion, rung: Rung) -> Question:
    """What somebody to whom it went up can choose. The letter that takes it up asks it already.

    More time only while it has not been given as often as the municipality allows.
    """
    ref = ask.key.split("/", 1)[1].replace("/", "-").replace("+", "")
    may_move = rung.person.id in holders(here.organisation, "move", thing_of(duty.key))
    choices = [
        *([TIME] if may_move and dispensations.time_left(tx, here.schedule, duty.key) else []),
        OTHER,
        *([MISSING] if may_give_up(here, rung.person.id, duty) else []),
    ]
    return Question(
        key=f"{duty.year}/ask/choose/{ref}",
        subject=duty.key,
        asked_of=rung.person.id,
        what=f"Wat moet er gebeuren met {_name(here, duty)}?",
        choices=tuple(choices),
        details=("Dit is nog niet binnen. Komt het alsnog? Dan hoeft u niets te kiezen.",),
        carried_by=ask.key,
    )


def may_give_up(here: Here, who: str, duty: Duty) -> bool:
    """Whether somebody may say that a report goes on without it: whom it is accounted to (not for a plan)."""
    return duty.kind != "plan" and who in holders(here.organisation, "waive", thing_of(duty.key))


def _name(here: Here, duty: Duty) -> str:
    organisation, quarter = here.organisation, duty.quarter
    over = f" over het {kwartaal(quarter.number)} {quarter.year}" if quarter else f" {duty.year}"
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return f"de verantwoording van de afdeling {department.name if department else duty.subject}{over}"
    theme = organisation.known_theme(duty.subject)
    name = theme.name if theme else duty.subject
    return (
        f"het jaarplan{over} voor {name}" if duty.kind == "plan" else f"de verantwoording voor {name}{over}"
    )
