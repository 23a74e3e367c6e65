"""One plan is judged: accepted or returned by whom the line says, advised on by who advises.

Nobody judges a plan of his own, nor one that he handed in for its owner (R17).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jaarring import ics, letters
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, due, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.asking import mend_by
from jaarring.plans import records
from jaarring.plans.frame import known_occasion
from jaarring.plans.meeting import disagreed
from jaarring.plans.pages import attachment
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT
from jaarring.plans.standing import check_order, duty_of, kept_in, ready_in, theme_of
from jaarring.plans.words import STATES, subject_name
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand, named, thing_of


def accept(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Accept one plan, by whom the line says: submitted (where a body agrees first: agreed) → accepted."""
    with here.store.write() as tx:
        check_judge(here, tx, duty, "accept", entry)
        overruled = disagreed(tx, Duty(duty).year) is not None
        kept = kept_in(tx, duty, ready_in(here, Duty(duty).subject, overruled))
        check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="accept"), by, at)
        records.move(tx, kept, "accepted")


def send_back(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Return a plan with a reason: back to draft. The owner gets the reason by mail."""
    with here.store.read() as tx:
        check_judge(here, tx, duty, "return", entry)
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf wat er aan het plan moet veranderen")
    states = ("submitted", "agreed", "accepted")
    with here.store.read() as tx:
        kept = kept_in(tx, duty, states)
        times = len(decisions.about(tx, duty, "return"))
    letter = _returned(here, kept, entry, f"{duty}/returned/{times + 1}", at)
    with here.store.write() as tx:
        kept = kept_in(tx, duty, states)
        check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="return"), by, at)
        records.move(tx, kept, "draft")
        outbox.queue(tx, letter, at)


def advise(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the advice of an adviser on the plans. It decides nothing; more advisers may follow."""
    demand(here.organisation, entry.body, "advise", Thing("plans"), "adviseert hier niet")
    key = f"{year}/plan/advice"
    with here.store.write() as tx:
        known_occasion(tx, key)
        decisions.record(tx, replace(entry, subject=key, verb="advise"), by, at)
        due.done(tx, [key], at)


def advise_plan(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Record what the adviser of a theme says of its plan. It decides nothing, so the plan stays as it is."""
    theme = theme_of(here, duty)
    demand(here.organisation, entry.body, "advise", Thing("plan", theme.id), "adviseert hier niet")
    if not entry.reason.strip():
        raise Refused("het advies zelf ontbreekt", "schrijf het achter --reason")
    with here.store.write() as tx:
        kept_in(tx, duty, tuple(STATES))
        decisions.record(tx, replace(entry, subject=duty, verb="advise"), by, at)
        if _all_advised(tx, Duty(duty).year):
            due.done(tx, [f"{Duty(duty).year}/plan/advice"], at)


def _all_advised(tx: Tx, year: int) -> bool:
    """Whether the plan of every theme has had its advice: then the moment for it has been."""
    themes = [
        one for subject, one in records.of_year(tx, year).items() if subject != JOINT and not one.plan.empty
    ]
    return all(decisions.about(tx, duty_of(one), "advise") for one in themes)


def judged(here: Here, tx: Tx, duty: str) -> Thing:
    """A plan as it is judged: not by who handed it in for its owner (R17), but for the coordinator, who only
    wrote it down.
    """
    handed_in = decisions.latest(tx, duty, "submit")
    by = handed_in.body if handed_in and handed_in.body != here.organisation.coordinator else ""
    return replace(thing_of(duty), made_by=by)


def check_judge(here: Here, tx: Tx, duty: str, action: str, entry: Entry) -> None:
    """Raises Refused for who may not judge this plan, and for his own."""
    own = "niemand beoordeelt zijn eigen plan"
    demand(here.organisation, entry.body, action, judged(here, tx, duty), own=own)


def _returned(here: Here, kept: Kept, entry: Entry, key: str, at: datetime) -> NewMessage:
    organisation, subject = here.organisation, kept.plan.subject
    theme = organisation.bearer(subject)
    to = organisation.people[theme.owner] if theme else organisation.person_at("chair")
    with here.store.read() as tx:
        form = attachment(here, tx, Duty(duty_of(kept))) if theme else None
        first = due.get(tx, f"{duty_of(kept)}/due")
    today = at.astimezone(ZoneInfo(here.config.time_zone)).date()
    until = mend_by(here.schedule.calendar, today, first.occasion.due if first else None)
    number = key.rsplit("/", 1)[1]
    deadline = Occasion(until, f"{duty_of(kept)}/return/{number}/due", "due", duty_of(kept))
    return letters.write(
        here,
        "plans/returned.mail",
        to,
        key=key,
        at=at,
        thread=f"{duty_of(kept)}/request",
        year=kept.plan.year,
        subject_name=subject_name(organisation, subject),
        returned_by=named(organisation, entry.body),
        returned_on=entry.date,
        reason=entry.reason,
        joint=theme is None,
        deadline=deadline.due,
        attachments=[form, ics.dated(here, due.Entry(deadline, "open", None))] if form else [],
    )
