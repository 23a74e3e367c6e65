"""The form of a proposal, kept as it went out, and what becomes of it when it comes back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256

from pydantic import TypeAdapter

from jaarring import letters, rights
from jaarring.adjustments import proposing, records, sheets
from jaarring.adjustments.rules import Adjustment
from jaarring.database import Tx
from jaarring.dutch import hoofdletter
from jaarring.forms.opened import Opened
from jaarring.forms.read import identity, read
from jaarring.forms.rules import Answers, Form, Mistake
from jaarring.forms.write import write
from jaarring.here import Here
from jaarring.ledger import documents, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.documents import Document
from jaarring.plans.rules import Plan
from jaarring.refusal import Refused
from jaarring.reports.rules import Proposal
from jaarring.signals import records as signals

#: counts the layouts of this form
LAYOUT = 1
#: in which edition and forms it is kept: as it is sent, and as data, so that it can be read again
EDITION, SENT, KEPT = "intern", "xlsx", "form"


@dataclass(frozen=True)
class Received:
    """That a proposal was taken in. `repeated`: the same file had come in before."""

    id: str
    about: str
    repeated: bool = False

    def __str__(self) -> str:
        """As a person sees it: one line."""
        if self.repeated:
            return f"Dit bestand was al ontvangen: voorstel {self.id}."
        return f"Ontvangen: voorstel {self.id}, {self.about}. Wij vragen er een besluit over."


@cache
def _form() -> TypeAdapter[Form]:
    return TypeAdapter(Form)


def lay_out(here: Here, as_of: date, at: datetime, years: list[int]) -> None:
    """Keep a form for every theme with an open signal, so that it can go along with the question."""
    for year in years:
        with here.store.write() as tx:
            themes = {one.signal.theme for one in signals.of_year(tx, year) if one.is_open}
            for theme, plan in proposing.plans_of(tx, year, adopted=True).items():
                if theme in themes:
                    _keep(here, tx, plan, as_of, at)


def document_of(year: int, theme: str) -> str:
    """Under which key the forms of a theme are kept; each has a key of its own, 2027/adjustment/bc/1."""
    return f"{year}/adjustment/{theme}"


def _keep(here: Here, tx: Tx, plan: Plan, as_of: date, at: datetime) -> None:
    key = document_of(plan.year, plan.subject)
    form = _made(here, records.next_place(tx, plan.year, plan.subject), plan)
    said = _form().dump_json(form)
    last = documents.newest(tx, key, EDITION, KEPT)
    if last and last.sha256 == sha256(said).hexdigest():
        return
    theme = here.organisation.known_theme(plan.subject)
    plain = unicodedata.normalize("NFKD", theme.name if theme else plan.subject)
    words = plain.encode("ascii", "ignore").decode().lower()
    name = f"bijsturing-{re.sub(r'[^a-z0-9]+', '-', words).strip('-')}"
    for format, content in ((KEPT, said), (SENT, write(form, here.form_secret))):
        kept = here.files.put(content)
        documents.keep(tx, Document(key, EDITION, format, 0, "", f"{name}.{format}", kept, "", as_of), at)


def _made(here: Here, key: str, plan: Plan) -> Form:
    theme = here.organisation.known_theme(plan.subject)
    name = theme.name if theme else plan.subject
    return Form(
        key=key,
        version=LAYOUT,
        title=f"Voorstel tot bijsturing, {name} {plan.year}",
        instructions=(
            "Met dit formulier stelt u een bijsturing voor. Vul de gele velden in.",
            "Schrijf op wat de oorzaak is, wat u wilt veranderen en wat er gebeurt als we niets doen.",
            "Vul daarna in welke maatregelen of doelen veranderen. De rest laat u leeg.",
            "Stuur het formulier terug, als antwoord op het bericht waar het bij zat.",
            f"Hebt u een vraag? Bel of mail ons: {here.config.channels.contact}.",
        ),
        sheets=sheets.sheets(plan),
        municipality=f"gemeente {here.organisation.name}",
    )


# ---- what comes back


def is_ours(opened: Opened) -> bool:
    """Whether a file claims to be the form of a proposal."""
    key = identity(opened)
    return isinstance(key, str) and bool(re.fullmatch(r"\d{4}/adjustment/[a-z0-9_-]+/\d+", key, re.ASCII))


def take_in(here: Here, opened: Opened, by: str, at: datetime, as_of: date) -> Received | list[Mistake]:
    """Take in a proposal: it gets its number, or all mistakes are told and nothing has changed.

    `by`: who proposes; empty for the owner of the theme. The same file twice is one proposal. Another version
    of a form takes the place of the first while nobody has decided. Raises Refused for an unknown person.
    """
    key = identity(opened)
    assert isinstance(key, str), "is_ours has looked"
    year, theme = int(key[:4]), key.split("/")[2]
    bearer = here.organisation.bearer(theme)
    person = by or (bearer.owner if bearer else "")
    if by and by not in here.organisation.people:
        raise Refused(f"'{by}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
    digest = sha256(opened.content).hexdigest()
    with here.store.read() as tx:
        forms = list(_sent(here, tx, key))
        before = next((one for one in records.of_year(tx, year) if one.proposed_in == key), None)
        same = documents.newest(tx, key, "ontvangen", "xlsx")
    if not forms or not person:
        what = f"dit formulier is niet van gemeente {here.organisation.name}"
        return [Mistake(f"Bestand {opened.name}", what, "gebruik het formulier zoals u het van ons kreeg")]
    if before and same and same.sha256 == digest:
        return Received(before.id, _about(here, theme), True)
    said = _read(here, opened, forms)
    if isinstance(said, list):
        return _told(here, key, person, digest, said, at)
    try:
        id = _kept(here, key, theme, said, before, opened, person, at, as_of)
    except Refused as refused:
        told = refused.to(person)
        found = [Mistake(f"Bestand {opened.name}", told.what, told.remedy)]
        return _told(here, key, person, digest, found, at)
    return Received(id, _about(here, theme))


def _about(here: Here, theme: str) -> str:
    found = here.organisation.known_theme(theme)
    return f"bijsturing {found.name if found else theme}"


def _sent(here: Here, tx: Tx, key: str) -> Iterator[Form]:
    """Every form that was sent under this key, newest first."""
    kept_under = key.rsplit("/", 1)[0]
    for one in reversed(documents.all_kept(tx)):
        if (one.key, one.format) == (kept_under, KEPT):
            form = _form().validate_json(here.files.get(one.sha256))
            if form.key == key:
                yield form


def _read(here: Here, opened: Opened, forms: list[Form]) -> Proposal | list[Mistake]:
    tried: list[list[Mistake]] = []
    for form in forms:
        answers = read(opened, form, here.form_secret)
        if isinstance(answers, Answers):
            return sheets.proposal(form.sheets, answers)
        tried.append(answers)
    return min(tried, key=len)


def _kept(
    here: Here,
    key: str,
    theme: str,
    said: Proposal,
    before: Adjustment | None,
    opened: Opened,
    person: str,
    at: datetime,
    as_of: date,
) -> str:
    if before and before.verdict:
        raise Refused(f"over {before.id} is al besloten", "vraag ons om een nieuw formulier")
    if before and before.proposed_by != person:
        who = rights.named(here.organisation, before.proposed_by)
        raise Refused(f"dit formulier is al gebruikt door {who}", "vraag ons om een nieuw formulier")
    here.files.put(opened.content)
    entry = Entry(key, "propose", person, as_of, "", said.change)
    year = int(key[:4])
    if before:
        id = proposing.reword(here, before, said, person, at)
    else:
        id = proposing.propose(here, year, said, entry, person, at, theme=theme, place=key)
    with here.store.write() as tx:
        digest = sha256(opened.content).hexdigest()
        document = Document(key, "ontvangen", "xlsx", 0, "", opened.name, digest, "", as_of)
        documents.keep(tx, document, at)
    return id


def _told(
    here: Here, key: str, person: str, digest: str, found: list[Mistake], at: datetime
) -> list[Mistake]:
    """Tell what is wrong to who handed it in. The same file twice is told once."""
    if any(one.place.startswith("Bestand") and "niet van gemeente" in one.what for one in found):
        return found
    letter = letters.write(
        here,
        "adjustments/mistakes.mail",
        here.organisation.people[person],
        key=f"{key}/mistakes/{digest[:16]}",
        at=at,
        mistakes=[hoofdletter(str(one)) for one in found],
    )
    with here.store.write() as tx:
        outbox.queue(tx, letter, at)
    return found
