"""A form that came back, against what was asked: the account in it, or why there is none. Changes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.forms.opened import Opened
from jaarring.forms.read import read
from jaarring.forms.rules import Answers, Form, Mistake, Sheet
from jaarring.here import Here
from jaarring.ledger import due as ledger
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.reports import records
from jaarring.reports.accounts import account
from jaarring.reports.notices import Matter
from jaarring.reports.pages import Section, due_date, forms_for, owner, understood
from jaarring.reports.rules import Account, Received
from jaarring.reports.sheets import secret_ids

_AS_SENT = "gebruik het formulier zoals u het van ons kreeg"


@dataclass(frozen=True)
class Asked:
    """What was asked, as it stands when a form comes in."""

    matter: Matter
    forms: tuple[Form, ...]
    secret: frozenset[str]
    versions: int
    #: whether the first version was late; None where there is none yet
    first_late: bool | None
    same_file: Received | None
    #: why nothing can be handed in now; None where it can
    closed: Mistake | None


def asked(here: Here, duty: Duty, name: str, digest: str, at: datetime, as_of: date) -> Asked | Mistake:
    """The question that a form answers; a mistake where we never asked it."""
    with here.store.read() as tx:
        deadline = due_date(tx, duty.key)
        person = owner(here.organisation, duty) if deadline else None
        if deadline is None or person is None:
            what = f"dit formulier hoort bij geen verantwoording van gemeente {here.organisation.name}"
            return Mistake(f"Bestand {name}", what, _AS_SENT)
        forms = tuple(forms_for(here, tx, duty))
        if not forms:
            what = f"over {duty.year} zijn er nog geen jaarplannen om over te verantwoorden"
            return Mistake(f"Bestand {name}", what, "stuur het formulier in als de plannen er zijn")
        before = records.versions(tx, duty.key)
        return Asked(
            matter=Matter(here, duty, person, deadline, at),
            forms=forms,
            secret=secret_ids({s: kept.plan for s, kept in plans.of_year(tx, duty.year).items()}),
            versions=len(before),
            first_late=before[0].late if before else None,
            same_file=records.with_file(tx, duty.key, digest),
            closed=_closed(here, tx, duty, name, as_of),
        )


def _closed(here: Here, tx: Tx, duty: Duty, name: str, as_of: date) -> Mistake | None:
    """Too early or too late to hand in: not asked yet, accepted, or the year itself is closed."""
    where, tell = f"Bestand {name}", f"geef een wijziging door aan {here.config.channels.contact}"
    if any(one.state == "accepted" for one in records.versions(tx, duty.key)):
        return Mistake(where, "deze verantwoording is al goedgekeurd en daarmee gesloten", tell)
    adopted = ledger.get(tx, f"{duty.year}/council/adopt")
    if adopted and adopted.state == "done":
        return Mistake(where, f"het jaar {duty.year} is afgesloten", tell)
    request = ledger.get(tx, f"{duty.key}/request")
    if request and request.occasion.due > as_of:
        day = datum(request.occasion.due)
        return Mistake(
            where, f"deze verantwoording vragen wij pas op {day}", "stuur het formulier vanaf die dag"
        )
    return None


@dataclass(frozen=True)
class Made:
    account: Account
    sections: tuple[Section, ...]


def made(here: Here, opened: Opened, question: Asked) -> Made | list[Mistake]:
    """The account that the file gives, or everything that is wrong in it."""
    form, answers = _read(here, opened, question.forms)
    if isinstance(answers, list):
        return answers if foreign(answers, opened.name) else _unsaid(form, answers, question.secret)
    if question.closed:
        return [question.closed]
    said = account(form, answers)
    if isinstance(said, list):
        return _unsaid(form, said, question.secret)
    return Made(said, understood(form, answers, question.secret))


def _read(here: Here, opened: Opened, forms: Iterable[Form]) -> tuple[Form, Answers | list[Mistake]]:
    """Read against the form as it is now, else as it may have been sent; the mistakes of the nearest."""
    tried: list[tuple[Form, list[Mistake]]] = []
    for form in forms:
        outcome = read(opened, form, here.form_secret)
        if isinstance(outcome, Answers):
            return form, outcome
        tried.append((form, outcome))
    return min(tried, key=lambda one: (foreign(one[1], opened.name), len(one[1])))


def foreign(found: list[Mistake], name: str) -> bool:
    """Whether the mistake is that the file is no form of ours: another's, an old one, its seal broken."""
    return any(mistake.place == f"Bestand {name}" for mistake in found)


def _unsaid(form: Form, found: list[Mistake], secret: Collection[str]) -> list[Mistake]:
    """Mistakes without what was typed, where the form has a row about a secret measure, or where one can be
    chosen in the sheet: they go by mail.
    """
    beside = tuple(f"Blad {sheet.name}," for sheet in form.sheets if _offers(sheet, secret))
    whole = any(row.id in secret for sheet in form.sheets for row in sheet.rows)
    return [
        mistake
        if not whole and not mistake.place.startswith(beside)
        else replace(
            mistake,
            what=re.sub(r"'[^']*'|(?<![\w.])-?[0-9][0-9.,]*", "'…'", mistake.what),
            remedy=re.sub(r": -?[0-9.,]+$", "", mistake.remedy),
        )
        for mistake in found
    ]


def _offers(sheet: Sheet, secret: Collection[str]) -> bool:
    """Whether a sheet is about a measure that one chooses, and a secret one is among them."""
    return any(id in secret for column in sheet.columns for id in column.choices)
