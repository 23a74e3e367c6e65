"""A plan that came back as a form: the owner's measures become the plan, all or nothing (D4).

The door of this room for whoever takes forms in: `answers` says which keys are ours, `take_in` does it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from jaarring.absences.actions import demand_deliverer, who_acts
from jaarring.dutch import datum
from jaarring.forms.opened import Opened
from jaarring.forms.read import identity, read
from jaarring.forms.receipt import Receipt
from jaarring.forms.rules import Answers, Form, Mistake
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import due as ledger
from jaarring.ledger import outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import division, notices, records
from jaarring.plans.answers import Written, written
from jaarring.plans.division import Divided
from jaarring.plans.handing_in import hand_in
from jaarring.plans.notices import Matter
from jaarring.plans.pages import due_date, forms_for
from jaarring.plans.records import Kept
from jaarring.plans.rules import Plan
from jaarring.plans.rules.findings import Finding, theme_findings
from jaarring.plans.sheets import Known
from jaarring.plans.standing import OPEN
from jaarring.plans.words import STATES, code_of
from jaarring.refusal import Refused

_AS_SENT = "gebruik het formulier zoals u het van ons kreeg"


@dataclass(frozen=True)
class PlanReceipt(Receipt):
    """That the form of a plan was taken in, and what was understood: a line a measure."""

    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As a person sees it: one line, then every measure."""
        if self.repeated:
            return f"Dit bestand was al ontvangen: {self.about}. Het plan is {STATES[self.state]}."
        return "\n".join([f"Ontvangen: {self.about}, {self.when}.", *(f"  {line}" for line in self.lines)])


#: what becomes of a form
Taken = PlanReceipt | Divided | list[Mistake]


def answers(key: str) -> bool:
    """Whether a form with this key is one of this room: a theme's plan, or how the joint body divides."""
    return bool(re.fullmatch(r"\d{4}/(plan/[a-z0-9_-]+|joint/parts)", key, re.ASCII))


def take_in(here: Here, opened: Opened, by: str, at: datetime, as_of: date) -> Taken:
    """Take in a form of this room: a new version of the plan, or all mistakes and nothing changed.

    `by`: who hands in, a person's id; empty for the one who owes it. A form of ours with mistakes in it is
    answered by mail; a file that is none is told to the caller only. Raises Refused for a person whose plan
    this is not.
    """
    key = identity(opened)
    if isinstance(key, list):
        return key
    if key.endswith("/joint/parts"):
        return division.take_in(here, opened, key, by, at, as_of)
    for _ in range(3):
        try:
            case = _Case.open(here, key, opened, by, at, as_of)
            outcome = case.taken() if isinstance(case, _Case) else case
        except Refused as refused:
            told = refused.to(by)
            return [Mistake(f"Bestand {opened.name}", told.what, told.remedy)]
        if outcome is not None:
            return outcome
        # somebody else handed in between looking and keeping: look again
    return [Mistake(f"Bestand {opened.name}", "het plan verandert op dit moment", "stuur het opnieuw in")]


@dataclass(frozen=True)
class _Case:
    """One file, against the plan as it stands when it comes in."""

    matter: Matter
    opened: Opened
    digest: str
    kept: Kept
    known: Known
    forms: tuple[Form, ...]
    same_file: Kept | None
    by: Person
    as_of: date
    closed: Mistake | None

    @classmethod
    def open(
        cls, here: Here, key: str, opened: Opened, by: str, at: datetime, as_of: date
    ) -> _Case | list[Mistake]:
        """What was asked; a mistake where we never asked it, or there is no plan yet."""
        duty, where = Duty(key), f"Bestand {opened.name}"
        theme = here.organisation.known_theme(duty.subject)
        digest = sha256(opened.content).hexdigest()
        with here.store.read() as tx:
            deadline = due_date(tx, key)
            if theme is None or deadline is None:
                what = f"dit formulier hoort bij geen jaarplan van gemeente {here.organisation.name}"
                return [Mistake(where, what, _AS_SENT)]
            versions = records.versions(tx, duty.year, theme.id)
            if not versions:
                later = "wacht tot u het van ons krijgt"
                return [Mistake(where, f"er is nog geen plan voor {theme.name}", later)]
            request = ledger.get(tx, f"{key}/request")
            forms = tuple(forms_for(here, tx, duty))
        owner = here.organisation.people[(here.organisation.bearer(theme.id) or theme).owner]
        closed = _closed(here, versions[-1], where, request.occasion.due if request else None, as_of)
        return cls(
            Matter(here, duty, f"jaarplan {duty.year} voor {theme.name}", owner, deadline, at),
            opened,
            digest,
            versions[-1],
            forms[0][0],
            tuple(form for _, form in forms),
            next((kept for kept in reversed(versions) if kept.file == digest), None),
            _handing_in(here, key, by, owner, as_of),
            as_of,
            closed,
        )

    def taken(self) -> PlanReceipt | list[Mistake] | None:
        """What became of it; None where the plan changed while we looked."""
        if self.same_file:
            return self._receipt(self.same_file.version, repeated=True)
        form, said = self._read()
        if isinstance(said, list):
            return said if self._foreign(said) else self._told(said)
        if self.closed:
            return self._told([self.closed])
        outcome = written(self.known, form.sheets, said)
        return self._told(outcome) if isinstance(outcome, list) else self._kept(outcome)

    def _read(self) -> tuple[Form, Answers | list[Mistake]]:
        """Read against the form as it is now, else as it may have been sent; the mistakes of the nearest."""
        here = self.matter.here
        tried: list[tuple[Form, list[Mistake]]] = []
        for form in self.forms:
            outcome = read(self.opened, form, here.form_secret)
            if isinstance(outcome, Answers):
                return form, outcome
            tried.append((form, outcome))
        return min(tried, key=lambda one: (self._foreign(one[1]), len(one[1])))

    def _foreign(self, found: list[Mistake]) -> bool:
        return any(mistake.place == f"Bestand {self.opened.name}" for mistake in found)

    def _told(self, found: list[Mistake]) -> list[Mistake]:
        """Tell the owner what is wrong; nothing else changes."""
        if found == [self.closed]:
            letter = notices.refused(self.matter, self.digest, found[0])
        else:
            letter = notices.mistakes(self.matter, self.digest, found, self.as_of)
        with self.matter.here.store.write() as tx:
            outbox.queue(tx, letter, self.matter.at)
        return found

    def _kept(self, outcome: Written) -> PlanReceipt | None:
        here, matter = self.matter.here, self.matter
        late, version = self.as_of > matter.deadline, self.kept.version + 1
        noticed = _noticed(here, outcome.plan)
        here.files.put(self.opened.content)
        done = hand_in(
            here,
            matter.duty.key,
            outcome.plan,
            Entry(matter.duty.key, "submit", self.by.id, self.as_of, "", ""),
            self.by.id,
            matter.at,
            after=self.kept.version,
            file=self.digest,
            letters=list(notices.receipts(matter, version, late, self.by, outcome.lines, noticed)),
        )
        return self._receipt(version, lines=outcome.lines) if done else None

    def _receipt(self, version: int, repeated: bool = False, lines: tuple[str, ...] = ()) -> PlanReceipt:
        late = self.as_of > self.matter.deadline
        state = self.kept.state if repeated else "submitted"
        key, topic = self.matter.duty.key, self.matter.topic
        return PlanReceipt(key, topic, version, late, self.by.id, repeated, state, lines)


def _closed(here: Here, kept: Kept, where: str, asked: date | None, as_of: date) -> Mistake | None:
    """Too early or too late: not asked yet, or agreed on, accepted or adopted."""
    if kept.state not in OPEN:
        tell = f"geef een wijziging door aan {here.config.channels.contact}"
        return Mistake(where, f"dit plan is al {STATES[kept.state]}", tell)
    if asked and asked > as_of:
        later = "stuur het formulier vanaf die dag"
        return Mistake(where, f"dit plan vragen wij pas op {datum(asked)}", later)
    return None


def _handing_in(here: Here, key: str, by: str, owner: Person, as_of: date) -> Person:
    """Who hands in. Of a form that came without a name we take it that who acts on that day filled it in."""
    if not by:
        return who_acts(here, owner, as_of).person
    demand_deliverer(here, by, owner, key, as_of)
    return here.organisation.people[by]


def _noticed(here: Here, plan: Plan) -> list[Finding]:
    """What the owner is told beside the receipt; no amount where it would give away a secret one."""
    secret = any(planned.measure.secrecy for planned in plan.measures)
    found = theme_findings(here.organisation, plan)
    return [
        replace(one, subject=code_of(here.organisation, one.subject))
        for one in found
        if not (secret and one.kind == "money")
    ]
