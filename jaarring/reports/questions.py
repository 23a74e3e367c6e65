"""What this room waits for: a judgement on every account that was handed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jaarring.calendar import Quarter
from jaarring.database import Tx
from jaarring.dutch import datum, kwartaal, met_lidwoord
from jaarring.forms.rules import Answers, Form, Key, Value
from jaarring.here import Here
from jaarring.occasions import Duty
from jaarring.occasions.schedule import report_due
from jaarring.plans import records as plans
from jaarring.questions.rules import Choice, Question
from jaarring.reports import records
from jaarring.reports.accounts import values
from jaarring.reports.pages import due_date, form_for, owner, topic, understood
from jaarring.reports.rules import Received, judged
from jaarring.reports.sheets import secret_ids
from jaarring.rights import holders, voice

ACCEPT = Choice("accept", "Goedkeuren")
#: offered where there is a form to mend: what nobody can hand in again is not sent back
RETURN = Choice("return", "Teruggeven", needs=("reason",))


def questions(here: Here, tx: Tx, as_of: date) -> Iterator[Question]:
    """A judgement on the newest version of each account that nobody has accepted or sent back.

    Asked of the nearest on the line whose own it is not, of all accounts in one letter: the day after the
    themes' accounts are due. What comes later is asked at once; a new version is a new question.
    """
    for received in records.submitted(tx):
        duty = Duty(received.duty)
        quarter = duty.quarter
        thing = judged(here.organisation, received)
        readers = holders(here.organisation, "accept", thing)
        if quarter is None or not readers or owner(here.organisation, duty) is None:
            continue
        form = form_for(here, tx, duty)
        yield Question(
            key=f"{duty.year}/ask/judge/Q{quarter.number}-{duty.kind}-{duty.subject}-{received.version}",
            subject=received.duty,
            asked_of=_person(here, readers),
            what=_what(here, duty, quarter),
            choices=(ACCEPT, RETURN) if form else (ACCEPT,),
            details=tuple(_details(here, tx, received, form)),
            since=_since(here, tx, duty, quarter),
            made_by=thing.made_by,
            title=_title(here, duty),
        )


def _what(here: Here, duty: Duty, quarter: Quarter) -> str:
    about = topic(here.organisation, duty)
    return f"Keurt u dit goed: {about}, {kwartaal(quarter.number)} {quarter.year}?"


def _title(here: Here, duty: Duty) -> str:
    about = topic(here.organisation, duty)
    return f"oordeel over {'het gezamenlijke' if about.startswith('oordeel') else 'de'} {about}"


def _since(here: Here, tx: Tx, duty: Duty, quarter: Quarter) -> date:
    last = max(report_due(here.schedule, quarter), due_date(tx, duty.key) or date.min)
    return here.schedule.calendar.shift(last, 1)


def _person(here: Here, readers: tuple[str, ...]) -> str:
    """The person to ask: of a body its chair, where that is one of those who may."""
    chair = voice(here.organisation, readers[0])
    return chair if chair in readers else readers[0]


def _details(here: Here, tx: Tx, received: Received, form: Form | None) -> Iterator[str]:
    """Who handed it in, when, and all that was understood; of a secret measure only its number."""
    people = here.organisation.people
    by = met_lidwoord(people[received.by].function) if received.by in people else received.by
    version = "" if received.version == 1 else f", versie {received.version}"
    yield f"Ingestuurd op {datum(received.on)} door {by}{version}{', na de datum' if received.late else ''}."
    if form is None:
        return
    said: dict[Key, Value] = {key: None for key, _ in form.asked()}
    said |= {key: value for key, value in values(received.account).items() if key in said}
    planned = plans.of_year(tx, Duty(received.duty).year)
    secret = secret_ids({subject: kept.plan for subject, kept in planned.items()})
    for section in understood(form, Answers(form.key, form.version, said, {}), secret):
        for line in section.lines:
            if not line.endswith("Niets ingevuld"):
                yield f"{section.title}: {' '.join(line.split())}"
