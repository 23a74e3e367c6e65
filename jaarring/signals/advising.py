"""Advice asked and given: another thing than an adjustment, and asked at any time (R16)."""

from __future__ import annotations

from datetime import datetime

from jaarring import rights
from jaarring.absences import actions as absences
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, events
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.pages import advisers_for
from jaarring.reports.rules import ThemeAccount
from jaarring.rights import Thing
from jaarring.signals import notices, records, words
from jaarring.signals.rules import AdviceRequest

#: working days that an adviser has, as the calendar has it for this kind of question
KIND = "advise"


def ask(here: Here, year: int, entry: Entry, by: str, at: datetime, person: str = "", theme: str = "") -> str:
    """Ask an adviser; the number of the request. `theme`: what it is about, by default that of who asks.

    Raises Refused without a question, of nobody who advises, or by somebody who may not ask.
    """
    organisation = here.organisation
    own = [id for id, one in organisation.themes.items() if entry.body in (one.owner, _head(here, id))]
    theme = theme or (own[0] if own else "")
    if entry.body not in _askers(here):
        rights.demand(organisation, entry.body, "raise", Thing("advice", theme), "mag geen advies vragen")
    with here.store.write() as tx:
        made = asked(here, tx, year, theme, entry, at, person=person)
        decisions.record(tx, Entry(made.id, "ask", entry.body, entry.date, "", entry.reason), by, at)
    return made.id


def _head(here: Here, theme: str) -> str:
    department = here.organisation.departments.get(here.organisation.themes[theme].department)
    return department.head if department else ""


def _askers(here: Here) -> set[str]:
    """Anybody in the cycle: owners, heads, the chair of the joint body, the secretary, the coordinator."""
    organisation = here.organisation
    found = {theme.owner for theme in organisation.themes.values()}
    found |= {department.head for department in organisation.departments.values()}
    found |= {organisation.secretary, organisation.coordinator}
    return found | ({organisation.joint_body.chair} if organisation.joint_body else set())


def asked(
    here: Here,
    tx: Tx,
    year: int,
    theme: str,
    entry: Entry,
    at: datetime,
    *,
    person: str = "",
    signal: str = "",
    place: str = "",
) -> AdviceRequest:
    """Keep a request under its number, within the caller's transaction. `person`: of whom, by default the
    adviser of the theme; `place`: the duty in whose account it stands.
    """
    organisation = here.organisation
    found = organisation.bearer(theme)
    person = person or (found.adviser if found else "")
    if not entry.reason.strip():
        raise Refused("de vraag zelf ontbreekt", "schrijf haar achter --reason")
    if person == entry.body:
        raise Refused("niemand vraagt zichzelf om advies", "kies een andere adviseur")
    known = rights.holders(organisation, "advise", Thing("advice")) or ()
    if person not in known:
        listed = ", ".join(f"{rights.named(organisation, id)} ({id})" for id in known)
        raise Refused(f"'{person}' is geen adviseur", f"kies met --person uit: {listed}")
    until = here.schedule.calendar.shift(entry.date, here.schedule.answers.term(KIND))
    id = records.next_number(tx, year)
    made = AdviceRequest(id, year, theme, entry.body, person, entry.reason.strip(), entry.date, until, signal)
    records.ask(tx, made, place or id, at)
    events.append(tx, at, entry.body, "advice.asked", id, {"of": person, "until": until})
    return made


def answer(here: Here, id: str, entry: Entry, by: str, at: datetime) -> None:
    """Record the advice. Raises Refused for a request that is not known or answered, or another's."""
    if not entry.reason.strip():
        raise Refused("het advies zelf ontbreekt", "schrijf het achter --reason")
    with here.store.write() as tx:
        one = records.get_advice(tx, id)
        if one is None:
            raise Refused(f"{id} is geen bekende adviesvraag", "kijk in de tactische rapportage")
        if one.answered_on:
            raise Refused(f"{id} is al beantwoord", "stel een nieuwe vraag als er meer te zeggen is")
        if not absences.acts_for(here, entry.body, one.asked_of, entry.date):
            who = rights.named(here.organisation, one.asked_of)
            raise Refused(f"'{entry.body}' is dit niet gevraagd", f"dit is aan: {who} ({one.asked_of})")
        if entry.date < one.asked_on:
            raise Refused("het advies is van voor de vraag", "verbeter de datum")
        records.answer(tx, id, entry.reason.strip(), entry.date)
        told = "de coördinator geeft u het advies." if is_secret(tx, one) else entry.reason.strip()
        notices.answered(here, tx, one, told, entry.date, at)
        decisions.record(tx, entry, by, at)
        events.append(tx, at, entry.body, "advice.answered", id, {})


def is_secret(tx: Tx, one: AdviceRequest) -> bool:
    """Whether it answers a signal about a secret measure: then no mail says what is asked or advised."""
    found = records.get(tx, one.signal) if one.signal else None
    known = {subject: kept.plan for subject, kept in plans.of_year(tx, one.year).items()}
    return found is not None and words.is_secret(known, found.signal)


def collect(here: Here, tx: Tx, year: int, at: datetime) -> list[str]:
    """Give every advice request in a standing account its number, once; the numbers."""
    organisation, made = here.organisation, []
    for received in reports.of_year(tx, year).values():
        account = received.account
        if not isinstance(account, ThemeAccount) or account.advice is None:
            continue
        if records.asked_in(tx, received.duty):
            continue
        duty = Duty(received.duty)
        functions = {
            organisation.people[id].function.replace(",", ""): id for id in advisers_for(organisation, duty)
        }
        person = functions.get(account.advice.adviser, "")
        asker = received.on_behalf_of or received.by
        entry = Entry("", "ask", asker, received.on, "", account.advice.question)
        made.append(asked(here, tx, year, duty.subject, entry, at, person=person, place=received.duty).id)
    return made
