"""Asking: what is due and still open is asked once, of whoever owes it, or of the next rung of the ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from jaarring import letters
from jaarring.database import Tx
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import due, events, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.mail.message import Attachment
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.reminders import rules


@dataclass(frozen=True)
class Around:
    """What other rooms know of a duty, handed in by the caller, since asking knows only the ledger.

    `attachments`: what the request carries (a form, a draft plan). `stakes`: how many objectives and euros
    stand
    without account if nothing comes; None where that says nothing.
    """

    attachments: Callable[[Tx, Duty], Sequence[Attachment]] = lambda tx, duty: ()
    stakes: Callable[[Tx, Duty], tuple[int, Decimal] | None] = lambda tx, duty: None
    #: whether what is asked about exists yet; until then the asks wait
    ready: Callable[[Tx, Duty], bool] = lambda tx, duty: True


@dataclass
class Asked:
    """What a round of asking did, by occasion key. `waiting`: escalations whose notice has not had its
    time.
    """

    sent: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Case:
    """One duty with something due: its asks, what was chosen, and the letters that go with it."""

    duty: Duty
    choice: rules.Choice
    letters: tuple[NewMessage, ...]


def queue_due(here: Here, as_of: date, at: datetime, around: Around) -> Asked:
    """Queue every ask that is due on `as_of` and still open. Run twice, it asks once.

    On a closed day it asks nothing; what a tick missed waits for the next working day.
    """
    asked = Asked()
    if not here.schedule.calendar.is_working_day(as_of):
        return asked
    with here.store.write() as tx:
        asked.held = due.hold_overdue(tx, as_of, here.schedule.hold_after_days, at)
    with here.store.read() as tx:
        cases = list(_cases(here, tx, as_of, at, around, asked))
    if cases:
        with here.store.write() as tx:
            for case in cases:
                _queue(tx, case, at, asked)
    return asked


def _cases(here: Here, tx: Tx, as_of: date, at: datetime, around: Around, asked: Asked) -> Iterator[_Case]:
    by_duty: dict[str, list[Occasion]] = {}
    for occasion in due.due(tx, as_of, ASKS):
        by_duty.setdefault(occasion.duty, []).append(occasion)
    zone = ZoneInfo(here.config.time_zone)
    for key, now in by_duty.items():
        if not around.ready(tx, Duty(key)):
            asked.waiting += [occasion.key for occasion in now]
            continue
        asks = [entry.occasion for entry in due.of_duty(tx, key) if entry.occasion.kind in ASKS]
        sent = {
            ask.key: moment.astimezone(zone).date() for ask in asks if (moment := outbox.sent_on(tx, ask.key))
        }
        choice = rules.choose(asks, now, sent, here.schedule.calendar, as_of)
        if choice.send is None:
            asked.waiting += [occasion.key for occasion in now]
            continue
        duty = Duty(key)
        writer = _Writer(here, tx, duty, asks, sent, as_of, at, around)
        yield _Case(duty, choice, tuple(writer.letters(choice.send)))


def _queue(tx: Tx, case: _Case, at: datetime, asked: Asked) -> None:
    send = case.choice.send
    assert send is not None
    entry = due.get(tx, send.key)
    if entry is None or entry.state != "open":
        return  # somebody else asked, or it was handed in, while we were writing
    for letter in case.letters:
        outbox.queue(tx, letter, at)
    due.done(tx, [send.key], at)
    superseded = [occasion.key for occasion in case.choice.superseded]
    due.superseded(tx, superseded, at, by=send.key)
    events.append(tx, at, "jaarring", f"asked.{send.kind}", send.key, {"letters": len(case.letters)})
    asked.sent.append(send.key)
    asked.superseded += superseded


@dataclass(frozen=True)
class _Writer:
    """Finds the words' facts for one duty and writes its letters."""

    here: Here
    tx: Tx
    duty: Duty
    asks: Sequence[Occasion]
    sent: dict[str, date]
    as_of: date
    at: datetime
    around: Around

    def letters(self, ask: Occasion) -> Iterator[NewMessage]:
        owner = rules.owes(self.here.organisation, self.duty)
        if ask.kind != "escalate":
            kind = f"{ask.kind}_{self._form}" if ask.kind == "request" else ask.kind
            yield self._letter(ask, f"reminders/{kind}.mail", owner, self._attachments)
            return
        ladder = rules.escalates_to(self.here.organisation, self.duty)
        rungs = sorted((one for one in self.asks if one.kind == "escalate"), key=lambda one: one.offset)
        place = rungs.index(ask)
        template = "escalate_head" if place == 0 and len(ladder) > 1 else "escalate"
        yield self._letter(ask, f"reminders/{template}.mail", ladder[place])
        yield self._letter(ask, "reminders/copy.mail", owner, told=ladder[place])

    def _letter(
        self,
        ask: Occasion,
        template: str,
        to: Person,
        attachments: Sequence[Attachment] = (),
        told: Person | None = None,
    ) -> NewMessage:
        return letters.write(
            self.here,
            template,
            to,
            key=ask.key,
            at=self.at,
            thread=f"{self.duty.key}/request",
            attachments=attachments,
            attached=bool(attachments),
            told=told,
            **self._facts(ask),
        )

    @property
    def _attachments(self) -> Sequence[Attachment]:
        return self.around.attachments(self.tx, self.duty)

    @property
    def _form(self) -> str:
        return "joint" if self.duty.subject == "oib" else self.duty.kind

    def _facts(self, ask: Occasion) -> dict[str, Any]:
        organisation, calendar = self.here.organisation, self.here.schedule.calendar
        entry = due.get(self.tx, f"{self.duty.key}/due")
        assert entry is not None, "a duty has a due date"
        deadline = entry.occasion.due
        owner = rules.owes(organisation, self.duty)
        ladder = rules.escalates_to(organisation, self.duty)
        rungs = sorted((one for one in self.asks if one.kind == "escalate"), key=lambda one: one.offset)
        place = rungs.index(ask) if ask in rungs else -1
        following = ladder[place + 1] if place + 1 < len(ladder) and place + 1 < len(rungs) else None
        substitute = organisation.people.get(owner.substitute)
        return {
            "duty": self.duty,
            "form": self._form,
            "subject_name": self._subject_name,
            "department": self._department,
            "deadline": deadline,
            "quarter": self.duty.quarter,
            "days_left": calendar.between(self.as_of, deadline),
            "soon": calendar.shift(self.as_of, 1),
            "next_date": rules.next_rung(self.asks, ask, calendar, self.as_of),
            "next_person": following,
            "previous_person": ladder[place - 1] if place > 0 else None,
            "previous_date": self.sent.get(rungs[place - 1].key) if place > 0 else None,
            "asked_on": sorted({day for key, day in self.sent.items() if "/escalate/" not in key}),
            "adviser": rules.adviser(organisation, self.duty),
            "substitute": substitute,
            "stakes": self.around.stakes(self.tx, self.duty),
            "owner": owner,
            "year": self.duty.year,
        }

    @property
    def _subject_name(self) -> str:
        organisation = self.here.organisation
        if self.duty.kind == "account":
            return organisation.departments[self.duty.subject].name
        theme = organisation.themes.get(self.duty.subject)
        return theme.name if theme else organisation.joint_body.name if organisation.joint_body else ""

    @property
    def _department(self) -> str:
        organisation = self.here.organisation
        theme = organisation.themes.get(self.duty.subject)
        id = self.duty.subject if self.duty.kind == "account" else theme.department if theme else ""
        return organisation.departments[id].name if id else ""
