"""The form of a plan as people get it: what is known now in sheets, as a file for a mail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from jaarring.database import Tx
from jaarring.dutch import dag_datum, met_lidwoord
from jaarring.forms.rules import Form
from jaarring.forms.write import write
from jaarring.governance import Theme
from jaarring.here import Here
from jaarring.ledger import due as ledger
from jaarring.mail.message import Attachment
from jaarring.occasions import Duty
from jaarring.plans import records
from jaarring.plans.records import Kept
from jaarring.plans.rules import PlannedMeasure
from jaarring.plans.sheets import Known, plan_sheets
from jaarring.plans.words import slug, subject_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: counts the layouts of this form, not what was handed in: a form stays good when a second version comes
LAYOUT = 1


def form_for(here: Here, tx: Tx, duty: Duty) -> Form | None:
    """The form of a plan with what is known now; None where there is no plan yet, or no such theme."""
    return next((form for _, form in forms_for(here, tx, duty)), None)


def forms_for(here: Here, tx: Tx, duty: Duty) -> Iterator[tuple[Known, Form]]:
    """The form as it is now, then as it may have been sent before the plan changed; what each is made from.

    A form that lies with somebody when the plan gets a new version stays good.
    """
    theme = here.organisation.known_theme(duty.subject)
    if theme is None:
        return
    versions = records.versions(tx, duty.year, theme.id)
    for count in range(len(versions), 0, -1):
        known = _known(here, theme, versions[:count])
        yield known, _form(here, duty, theme, known, due_date(tx, duty.key))


def attachment(here: Here, tx: Tx, duty: Duty) -> Attachment | None:
    """The form as a file for a mail: jaarplan-2027-fysieke-beveiliging.xlsx; None where there is none."""
    form = form_for(here, tx, duty)
    if form is None:
        return None
    name = slug(f"jaarplan {duty.year} {subject_name(here.organisation, duty.subject)} formulier")
    return Attachment(f"{name}.xlsx", XLSX, write(form, here.form_secret))


def due_date(tx: Tx, duty: str) -> date | None:
    """When a plan must be in, by the ledger."""
    entry = ledger.get(tx, f"{duty}/due")
    return entry.occasion.due if entry and entry.state != "withdrawn" else None


def _known(here: Here, theme: Theme, versions: Sequence[Kept]) -> Known:
    codes = {id: department.code for id, department in here.organisation.departments.items()}
    known = Known(versions[-1].plan, (), codes, theme.code)
    ever: dict[str, PlannedMeasure] = {}
    for kept in versions:
        ever |= {p.measure.id: p for p in kept.plan.measures if p.measure.id not in known.own_ids}
    return Known(versions[-1].plan, tuple(ever.values()), codes, theme.code)


def _form(here: Here, duty: Duty, theme: Theme, known: Known, due: date | None) -> Form:
    return Form(
        key=duty.key,
        version=LAYOUT,
        title=f"Jaarplan {duty.year} {theme.name}",
        instructions=_instructions(here, duty, theme, due),
        sheets=plan_sheets(known),
        municipality=f"gemeente {here.organisation.name}",
    )


def _instructions(here: Here, duty: Duty, theme: Theme, due: date | None) -> tuple[str, ...]:
    people, contact = here.organisation.people, here.config.channels.contact
    when = f"uiterlijk op {dag_datum(due)}" if due else "zo snel mogelijk"
    helper = f"Hebt u advies nodig? Vraag het aan {met_lidwoord(people[theme.adviser].function)}."
    helper += f" Andere vragen: {contact}."
    if substitute := people.get(people[theme.owner].substitute):
        helper += f" Bent u afwezig? Dan kan {met_lidwoord(substitute.function)} dit doen."
    return (
        f"Dit is het plan van uw thema voor {duty.year}. De doelstellingen en richtlijnen staan vast; de "
        "maatregelen schrijft u.",
        f"Vul de gele velden in en stuur dit formulier {when} terug, als antwoord op het bericht waar het "
        "bij zat.",
        "Kijk per maatregel of zij klopt: wat gebeurt er, wat merkt de organisatie ervan, welke afdeling, "
        "welk doel, hoeveel geld en wanneer.",
        "Een maatregel gaat niet door? Kies 'vervalt'. Een eigen maatregel schrijft u in een lege rij.",
        helper,
    )
