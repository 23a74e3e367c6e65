"""The joint body divides its joint objectives: which theme contributes which measures (O2).

What strategy.yaml says stands in the form; the chair sends it back as the body divided it, or agrees to
it. Whoever says nothing before the day on which the themes get their objectives agrees to what stood there
(ours).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from jaarring import letters
from jaarring.absences.actions import stands_in_for
from jaarring.database import Tx
from jaarring.dutch import dag_datum, meervoud, opsomming
from jaarring.forms.opened import Opened
from jaarring.forms.read import read
from jaarring.forms.rules import Answers, Column, Form, Mistake, Row, Sheet, place
from jaarring.forms.write import write
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import decisions, events, outbox
from jaarring.ledger import due as ledger
from jaarring.ledger.decisions import Entry
from jaarring.mail.message import Attachment
from jaarring.occasions import Duty
from jaarring.plans import notices, records
from jaarring.plans.notices import Matter
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, JointPart, Plan
from jaarring.plans.sheets import SECRET
from jaarring.plans.words import holders, slug
from jaarring.refusal import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAYOUT = 1
_SHEET = "verdeling"


@dataclass(frozen=True)
class Divided:
    """That the division was taken in. `lines`: per joint objective who contributes what."""

    about: str
    lines: tuple[str, ...]
    repeated: bool = False

    def __str__(self) -> str:
        said = "Dit bestand was al ontvangen" if self.repeated else "Ontvangen"
        return "\n".join([f"{said}: {self.about}.", *(f"  {line}" for line in self.lines)])


def attached(here: Here, form: Form) -> Attachment:
    """The form for the chair as a file for a mail."""
    return Attachment(f"{slug(form.title)}.xlsx", XLSX, write(form, here.form_secret))


def form_for(here: Here, tx: Tx, year: int, plan: Plan | None = None) -> Form | None:
    """The form with the division as it is now. `plan`: the joint plan, where it is not in the store yet."""
    kept = records.of_year(tx, year).get(JOINT)
    plan = plan or (kept.plan if kept else None)
    entry = ledger.get(tx, f"{year}/joint/parts")
    framework = records.adopted_framework(tx, year)
    if plan is None or framework is None or entry is None:
        return None
    listed = "; ".join(
        f"{m.id} {SECRET if m.secrecy else m.title}" for m in framework.measures if m.start.year == year
    )
    themes = here.organisation.themes
    sheet = Sheet(
        _SHEET,
        "Verdeling",
        "Schrijf per thema de nummers van de maatregelen waarmee het bijdraagt. Geen bijdrage? Laat het "
        f"leeg.\nDe maatregelen: {listed}.",
        (
            Column("doelstelling", "Gezamenlijke doelstelling", "text", 60, False),
            Column("thema", "Thema", "text", 26, False),
            Column("maatregelen", "Maatregelen", "text", 40, True, help="Nummers met een komma ertussen."),
        ),
        tuple(
            Row(
                f"{part.objective.id}.{id}",
                {
                    "doelstelling": f"{part.objective.id}: {part.objective.title}",
                    "thema": theme.name,
                    "maatregelen": ", ".join(dict(part.parts).get(id, ())),
                },
            )
            for part in plan.joint
            for id, theme in themes.items()
        ),
    )
    if not sheet.rows:
        return None
    when = dag_datum(entry.occasion.due)
    return Form(
        key=f"{year}/joint/parts",
        version=LAYOUT,
        title=f"Verdeling van de gezamenlijke doelstellingen {year}",
        instructions=(
            "Hierin staat welk thema met welke maatregelen aan de gezamenlijke doelstellingen bijdraagt.",
            "Bespreek dit in het overleg. Klopt het? Dan hoeft u niets te doen.",
            f"Klopt het niet? Pas de gele velden aan en stuur dit formulier voor {when} terug, als antwoord "
            "op het bericht waar het bij zat.",
            f"Op die dag krijgt elk thema zijn doelstellingen. Vragen: {here.config.channels.contact}.",
        ),
        sheets=(sheet,),
        municipality=f"gemeente {here.organisation.name}",
    )


def confirm(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record that the body agrees to the division as it stands."""
    allowed = holders(here, "oib") if here.organisation.joint_body else {}
    if entry.body not in allowed:
        who = " of ".join(allowed) or "niemand"
        raise Refused(f"'{entry.body}' verdeelt hier niets", f"dit is aan: {who}")
    key = f"{year}/joint/parts"
    with here.store.write() as tx:
        _open(tx, year)
        decisions.record(tx, replace(entry, subject=key, verb="divide"), by, at)


def take_in(
    here: Here, opened: Opened, key: str, by: str, at: datetime, as_of: date
) -> Divided | list[Mistake]:
    """Take in the division that came back: a new version of the joint plan, or all mistakes and no change.

    What is wrong in a form of ours is told to who sent it, by mail.
    """
    year, where, digest = int(key.split("/")[0]), f"Bestand {opened.name}", sha256(opened.content).hexdigest()
    try:
        person = _chair(here, by, as_of)
        with here.store.read() as tx:
            kept, form, entry = _open(tx, year), form_for(here, tx, year), ledger.get(tx, key)
            known = _of_year(tx, year)
    except Refused as refused:
        told = refused.to(by)
        return [Mistake(where, told.what, told.remedy)]
    if form is None or entry is None:
        return [Mistake(where, "er is niets te verdelen", "vraag ons wat er aan de hand is")]
    if kept.file == digest:
        return Divided(_about(year), tuple(said(here, kept.plan.joint)), repeated=True)
    answers = read(opened, form, here.form_secret)
    parts = answers if isinstance(answers, list) else _parts(here, kept.plan.joint, answers, known)
    if isinstance(parts, list):
        thread = f"{year}/objectives"
        matter = Matter(here, Duty(key), _about(year), person, entry.occasion.due, at, thread)
        if not any(one.place == where for one in parts):
            with here.store.write() as tx:
                outbox.queue(tx, notices.mistakes(matter, digest, parts, as_of), at)
        return parts
    here.files.put(opened.content)
    return _kept(here, kept, parts, person, digest, at, as_of) or [
        Mistake(where, "de verdeling is net gewijzigd", "vraag ons om het nieuwste formulier")
    ]


def _about(year: int) -> str:
    return f"verdeling van de gezamenlijke doelstellingen {year}"


def _kept(
    here: Here,
    kept: Kept,
    parts: tuple[JointPart, ...],
    person: Person,
    file: str,
    at: datetime,
    as_of: date,
) -> Divided | None:
    """Keep the division as a new version of the joint plan; None where somebody else was before."""
    year, lines = kept.plan.year, tuple(said(here, parts))
    key = f"{year}/joint/parts"
    receipt = f"{key}/receipt/{kept.version + 1}"
    letter = letters.write(here, "plans/divided.mail", person, key=receipt, at=at, year=year, lines=lines)
    with here.store.write() as tx:
        if _open(tx, year).version != kept.version:
            return None
        records.add(tx, replace(kept.plan, joint=parts), kept.state, at, file=file)
        decisions.record(tx, Entry(key, "divide", person.id, as_of, "", ""), person.id, at)
        events.append(tx, at, person.id, "plans.divided", key, {"file": file})
        outbox.queue(tx, letter, at)
    return Divided(_about(year), lines)


def _of_year(tx: Tx, year: int) -> dict[str, str]:
    """The measures that can be divided, with the theme of each."""
    framework = records.adopted_framework(tx, year)
    return {m.id: m.theme for m in framework.measures if m.start.year == year} if framework else {}


def _chair(here: Here, by: str, as_of: date) -> Person:
    if here.organisation.joint_body is None:
        raise Refused("hier is geen overleg dat verdeelt", "vraag ons wat u kunt doen")
    chair = here.organisation.person_at("chair")
    if by and not stands_in_for(here, by, (chair.id, here.organisation.coordinator), as_of):
        raise Refused(f"'{by}' verdeelt hier niet", f"dit is aan: {chair.function} ({chair.id})")
    return here.organisation.people[by] if by else chair


def _open(tx: Tx, year: int) -> Kept:
    """The joint plan, while its objectives can still be divided."""
    kept = records.of_year(tx, year).get(JOINT)
    if kept is None:
        raise Refused("de gezamenlijke doelstellingen zijn nog niet opgelegd", "wacht tot zij bekend zijn")
    entry = ledger.get(tx, f"{year}/joint/parts")
    if entry is None or entry.state != "open":
        remedy = "bespreek een wijziging als het overleg over de plannen spreekt"
        raise Refused("de thema's hebben hun doelstellingen al", remedy)
    return kept


def _parts(
    here: Here, joint: Sequence[JointPart], answers: Answers, theme_of: Mapping[str, str]
) -> tuple[JointPart, ...] | list[Mistake]:
    """The division as it was written, or every mistake by cell."""
    wrong: list[Mistake] = []
    divided = []
    for part in joint:
        by_theme: list[tuple[str, tuple[str, ...]]] = []
        for theme in here.organisation.themes:
            row = f"{part.objective.id}.{theme}"
            said = str(answers.values[_SHEET, row, "maatregelen"] or "")
            ids = tuple(dict.fromkeys(re.findall(r"[^\s,;]+", said)))
            if strange := [id for id in ids if theme_of.get(id) != theme]:
                own = [id for id, of in theme_of.items() if of == theme]
                verb = meervoud(len(strange), "hoort", "horen")
                what = f"{opsomming(strange)} {verb} niet bij dit thema"
                remedy = f"kies uit: {', '.join(own) or 'dit thema heeft geen maatregelen'}"
                wrong.append(Mistake(place(answers, _SHEET, row, "maatregelen"), what, remedy))
            if ids or theme in part.objective.themes:
                by_theme.append((theme, ids))
        themes = tuple(theme for theme, _ in by_theme)
        measures = tuple(id for _, ids in by_theme for id in ids)
        divided.append(JointPart(replace(part.objective, themes=themes, measures=measures), tuple(by_theme)))
    return wrong or tuple(divided)


def said(here: Here, parts: Sequence[JointPart]) -> Iterator[str]:
    """Per joint objective who contributes what, as a line."""
    for part in parts:
        shares = [
            f"{here.organisation.themes[theme].name} met {opsomming(ids)}" if ids else ""
            for theme, ids in part.parts
            if theme in here.organisation.themes
        ]
        said = "; ".join(share for share in shares if share)
        yield f"{part.objective.id}: {said or 'geen enkel thema draagt bij'}"
