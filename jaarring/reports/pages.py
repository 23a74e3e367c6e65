"""What people see of the reports: the form of each duty, and what was understood of it when it came back."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.database import Tx
from jaarring.dutch import dag_datum, datum, euro, hoofdletter, kwartaal, maat, met_lidwoord
from jaarring.forms.rules import Answers, Field, Form, Key, Row, Sheet, Value
from jaarring.forms.write import write
from jaarring.governance import Organisation, Person
from jaarring.here import Here
from jaarring.ledger import due as ledger
from jaarring.mail.message import Attachment
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.plans.heirs import all_heirs
from jaarring.plans.rules import JOINT
from jaarring.reports import records
from jaarring.reports.accounts import values
from jaarring.reports.rules import Account, ThemeAccount, standing
from jaarring.reports.sheets import Known, period, secret_ids
from jaarring.reports.sheets.department import department_sheets
from jaarring.reports.sheets.joint import joint_sheets
from jaarring.reports.sheets.theme import theme_sheets

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: counts the layouts of these forms, not what was handed in: a form stays good when a second version comes
LAYOUT = 1


@dataclass(frozen=True)
class Section:
    """What was understood of one sheet: a line a row."""

    title: str
    lines: tuple[str, ...]


def form_for(here: Here, tx: Tx, duty: Duty) -> Form | None:
    """The form of an account, with what is known now; None where nothing can be asked, or nobody is.

    What was handed in before under the same duty is filled in: what went back need not be typed again.
    """
    return next(forms_for(here, tx, duty), None)


def forms_for(here: Here, tx: Tx, duty: Duty) -> Iterator[Form]:
    """The form as it is now, then as it may have been sent: before an adjustment, with an earlier account.

    A form that lies with somebody when a budget moves, or when last quarter's account comes in late, shows
    what was known on its day. It stays good: what it shows is what we once said.
    """
    quarter = duty.quarter
    if quarter is None or owner(here.organisation, duty) is None:
        return
    organisation = here.config.organisations.on(quarter.last)  # an account keeps the names of its time
    names = {id: one.name for id, one in {**organisation.ended, **organisation.themes}.items()}
    answered = _answered(tx, duty, quarter)
    advisers = tuple(here.organisation.people[id].function for id in advisers_for(here.organisation, duty))
    for kept in plans.over_time(tx, quarter.year, quarter.last):
        known_plans = {subject: one.plan for subject, one in kept.items()}
        for previous in _previous(here, tx, duty, quarter):
            known = Known(quarter, known_plans, names, previous, answered, advisers)
            if form := _form(here, tx, duty, known):
                yield form


def attachment(here: Here, tx: Tx, duty: Duty) -> Attachment | None:
    """The form as a file for a mail; None where `form_for` gives none."""
    form = form_for(here, tx, duty)
    return attached(here, duty, form) if form else None


def attached(here: Here, duty: Duty, form: Form) -> Attachment:
    """A form as a file for a mail: verantwoording-fysieke-beveiliging-2027-1e-kwartaal.xlsx"""
    quarter = duty.quarter
    when = f"-{quarter.year}-{kwartaal(quarter.number)}" if quarter else ""
    name = _slug(f"{topic(here.organisation, duty)}{when}")
    return Attachment(f"{name}.xlsx", XLSX, write(form, here.form_secret))


def owner(organisation: Organisation, duty: Duty) -> Person | None:
    """Who owes an account: theme owner, department head, chair of the joint body; None if nobody does."""
    if duty.kind == "account" and duty.subject in organisation.departments:
        return organisation.people[organisation.departments[duty.subject].head]
    if duty.kind != "report":
        return None
    if duty.subject == JOINT:
        return organisation.person_at("oib") if organisation.joint_body else None
    theme = organisation.bearer(duty.subject)
    return organisation.people[theme.owner] if theme else None


def advisers_for(organisation: Organisation, duty: Duty) -> tuple[str, ...]:
    """Of whom a theme owner may ask advice, the adviser of the theme first; nobody advises himself."""
    theme = organisation.bearer(duty.subject) if duty.kind == "report" else None
    if theme is None:
        return ()
    known = (theme.adviser, *organisation.roles.get("advise", ()), organisation.controller)
    return tuple(id for id in dict.fromkeys(known) if id in organisation.people and id != theme.owner)


def topic(organisation: Organisation, duty: Duty) -> str:
    """What a duty is, as in a sentence: "verantwoording fysieke beveiliging"."""
    if duty.kind == "account":
        return f"verantwoording over de maatregelen van {organisation.departments[duty.subject].name}"
    if duty.subject == JOINT:
        return (
            f"oordeel van {met_lidwoord(organisation.joint_body.name if organisation.joint_body else JOINT)}"
        )
    theme = organisation.known_theme(duty.subject)
    return f"verantwoording {theme.name if theme else duty.subject}"


def due_date(tx: Tx, duty: str) -> date | None:
    """When an account must be in, by the ledger."""
    entries = [entry for entry in ledger.of_duty(tx, duty) if entry.state != "withdrawn"]
    return next((entry.occasion.due for entry in entries if entry.occasion.kind == "due"), None)


def understood(form: Form, answers: Answers, secret: Collection[str]) -> tuple[Section, ...]:
    """Every value that was read, with its name, sheet by sheet.

    Of a row about a secret measure only its number is said: what comes out of here goes by mail. Nor are the
    amounts of other measures that the form hides: with the total of the theme the secret one would follow.
    """
    return tuple(
        Section(sheet.name, tuple(_line(sheet, row, answers.values, secret) for row in sheet.rows))
        for sheet in form.sheets
    )


def _line(sheet: Sheet, row: Row, said: Mapping[Key, Value], secret: Collection[str]) -> str:
    asked = [column for column in sheet.columns if sheet.asked(row, column)]
    cells = [(column, said[sheet.id, row.id, column.id]) for column in asked]
    hidden = next((id for id in (row.id, *(str(value) for _, value in cells)) if id in secret), None)
    if hidden:
        return f"{hidden}, geheime maatregel: ontvangen, wij herhalen hier niets"
    told = [
        (column.title.rstrip("?").lower(), _shown(sheet.field(row, column), value, column.id in row.kept))
        for column, value in cells
        if value not in (None, "")
    ]
    parts = [value if len(asked) == 1 else f"{name}: {value}".rstrip(".") for name, value in told]
    return f"{_name(sheet, row)}{hoofdletter('; '.join(parts) or 'niets ingevuld')}"


def _name(sheet: Sheet, row: Row) -> str:
    """What a row is about, in the words that it shows."""
    shown = [
        row.cells[c.id] for c in sheet.columns if not c.fill and c.kind == "text" and row.cells.get(c.id)
    ]
    words = shown[:2] if shown and shown[0] == row.id else shown[:1]
    name = hoofdletter(", ".join(str(word) for word in words))
    return f"{name} " if name.endswith("?") else f"{name}. " if name else ""


def _shown(field: Field, value: Value, hidden: bool = False) -> str:
    """A value as people write it; of an amount that the form hides only that there is one."""
    if hidden:
        return "ontvangen, wij herhalen het bedrag niet"
    match value:
        case Decimal() | int():
            if field.kind == "euro":
                return euro(value)
            return maat(value, "%" if field.kind == "percent" else field.unit).strip()
        case date():
            return datum(value)
        case _:
            return str(value)


def _form(here: Here, tx: Tx, duty: Duty, known: Known) -> Form | None:
    """One form from what is known; None where there is no plan to account for, or nothing in it."""
    if duty.kind == "account":
        sheets = department_sheets(known, duty.subject)
    elif (plan := known.plans.get(duty.subject)) is None:
        return None
    else:
        sheets = joint_sheets(known, plan) if duty.subject == JOINT else theme_sheets(known, plan)
    if not any(sheet.rows for sheet in sheets[:2]):  # a theme may have objectives and measure nothing itself
        return None
    subject = hoofdletter(topic(here.organisation, duty))
    return Form(
        key=duty.key,
        version=LAYOUT,
        title=f"{subject}, {kwartaal(known.quarter.number)} {known.quarter.year}",
        instructions=_instructions(here, duty, known.quarter, due_date(tx, duty.key)),
        sheets=sheets,
        municipality=f"gemeente {here.organisation.name}",
    )


def _instructions(here: Here, duty: Duty, quarter: Quarter, due: date | None) -> tuple[str, ...]:
    """The five lines of the first sheet: what it is about, by when, how, and who helps."""
    when = f"uiterlijk op {dag_datum(due)}" if due else "zo snel mogelijk"
    lines = [
        f"Dit formulier gaat over {period(quarter)}. Vul de gele velden in.",
        f"Stuur het {when} terug, als antwoord op het bericht waar het bij zat.",
    ]
    person = owner(here.organisation, duty)
    contact = here.config.channels.contact
    helper = f"Hebt u een vraag? Bel of mail ons: {contact}."
    if duty.kind == "account":
        lines.append(
            "Geef per maatregel de stand, wat u vanaf 1 januari besteedde en de datum waarop die klaar is."
        )
        lines.append("Ligt een maatregel niet op koers? Schrijf dan in één of twee zinnen waarom.")
    elif duty.subject == JOINT:
        lines.append("Geef per gezamenlijke doelstelling het oordeel van het overleg als geheel.")
        lines.append("Ligt een doelstelling niet op koers? Schrijf dan in één of twee zinnen waarom.")
    else:
        lines.append(
            "Geef bij elke indicator en doelstelling uw oordeel. Ligt iets niet op koers? Schrijf dan waarom."
        )
        lines.append(
            "Wilt u iets veranderen? Doe een voorstel op het blad Bijsturing. Anders blijft dat leeg."
        )
        theme = here.organisation.bearer(duty.subject)
        if theme:
            adviser = here.organisation.people[theme.adviser].function
            asks = f"Vraag het aan {met_lidwoord(adviser)}."
            helper = f"Hebt u advies nodig? {asks} Andere vragen: {contact}."
    if person and person.substitute:
        substitute = met_lidwoord(here.organisation.people[person.substitute].function)
        helper += f" Bent u afwezig? Dan kan {substitute} dit doen."
    return (*lines, helper)


def _previous(here: Here, tx: Tx, duty: Duty, quarter: Quarter) -> Iterator[Account | None]:
    """Last quarter's account that stands, then the other versions of it, then none.

    With what stood of a theme that went up in this one since.
    """
    before = Quarter(quarter.year - (quarter.number == 1), (quarter.number - 2) % 4 + 1)
    versions = records.versions(tx, "/".join([*before.key.split("/"), duty.kind, duty.subject]))
    now = standing(versions)
    if duty.kind == "report" and (taken := _taken_over(here, tx, duty, before, quarter)):
        own = now.account if now else None
        yield functools.reduce(
            ThemeAccount.joined, [*([own] if isinstance(own, ThemeAccount) else []), *taken]
        )
    yield now.account if now else None
    yield from (one.account for one in reversed(versions) if one is not now)
    if now:
        yield None


def _taken_over(here: Here, tx: Tx, duty: Duty, before: Quarter, quarter: Quarter) -> list[ThemeAccount]:
    """Last quarter's accounts of themes that this one took over; of one that was split without its money."""
    then, now = (here.config.organisations.on(one.last) for one in (before, quarter))
    found = []
    for theme in now.ended:
        if theme in then.themes and now.heir(theme) == duty.subject:
            last = standing(records.versions(tx, f"{before.key}/report/{theme}"))
            if last and isinstance(last.account, ThemeAccount):
                whole = len(all_heirs(theme, now)) == 1
                found.append(last.account if whole else replace(last.account, spent=None))
    return found


def _answered(tx: Tx, duty: Duty, quarter: Quarter) -> dict[Key, Value]:
    """What the last version under this duty said, but nothing about a secret measure: a form goes by mail."""
    versions = records.versions(tx, duty.key)
    if not versions:
        return {}
    secret = secret_ids({subject: kept.plan for subject, kept in plans.of_year(tx, quarter.year).items()})
    said = values(versions[-1].account)
    hidden = {key[:2] for key, value in said.items() if key[1] in secret or value in secret}
    return {key: value for key, value in said.items() if key[:2] not in hidden}


def _slug(text: str) -> str:
    """Small ASCII letters, figures and hyphens, for a file name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
