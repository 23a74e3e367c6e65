"""One duty as it is asked for on a day: who owes it, who acts, and what was asked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from jaarring import actors
from jaarring.absences.handovers import asked_for, first_asked
from jaarring.absences.rules import Absences, Acting, acting
from jaarring.database import Tx
from jaarring.governance import Person, Rung
from jaarring.here import Here
from jaarring.ledger import due, outbox
from jaarring.ledger.outbox import Told
from jaarring.mail.message import Attachment
from jaarring.occasions import ASKS, Duty, Occasion


@dataclass(frozen=True)
class Around:
    """What other rooms know of a duty, handed in by the caller, since asking knows only the ledger.

    `attachments`: what the request carries (a form, a draft plan). `stakes`: how many objectives and euros
    stand without account if nothing comes; None where that says nothing.
    """

    attachments: Callable[[Tx, Duty], Sequence[Attachment]] = lambda tx, duty: ()
    stakes: Callable[[Tx, Duty], tuple[int, Decimal] | None] = lambda tx, duty: None
    #: whether what is asked about exists yet; until then the asks wait
    ready: Callable[[Tx, Duty], bool] = lambda tx, duty: True
    #: what the words of the letter may say beside what the ledger knows
    facts: Callable[[Tx, Duty], Mapping[str, Any]] = lambda tx, duty: {}
    #: the due date (its occasion) as a part that a calendar program takes
    calendar: Callable[[Tx, Occasion], Sequence[Attachment]] = lambda tx, occasion: ()
    #: the form in which somebody to whom it goes up at this step says what must happen
    choices: Callable[[Tx, Duty, Occasion, Rung], Sequence[Attachment]] = lambda tx, duty, ask, rung: ()


@dataclass(frozen=True)
class Matter:
    """One duty, or one return of it, on a day. `deadline`: its due date; `steps`: all that ask for it;
    `told`: what was asked so far.
    """

    here: Here
    tx: Tx
    duty: Duty
    deadline: Occasion
    steps: Sequence[due.Entry]
    owner: Person
    acting: Acting
    told: Sequence[Told]
    known: Absences
    as_of: date
    at: datetime
    around: Around

    @property
    def ready(self) -> bool:
        return self.around.ready(self.tx, self.duty)

    @cached_property
    def asks(self) -> list[Occasion]:
        return [entry.occasion for entry in self.steps if entry.occasion.kind in ASKS]

    def ladder(self, ask: Occasion) -> list[Occasion]:
        """The asks of the ladder that this one is a step of: a duty that was moved has a new one."""
        return [one for one in self.asks if one.ladder == ask.ladder]

    @cached_property
    def sent(self) -> dict[str, date]:
        """When each step was really asked, by key."""
        moments = {ask.key: outbox.sent_on(self.tx, ask.key) or self._made_up(ask) for ask in self.asks}
        return {key: self.day(moment) for key, moment in moments.items() if moment}

    def _made_up(self, ask: Occasion) -> datetime | None:
        """Where a step did not arrive: when the one who acts now really got what came after it, at an address
        that was mended, or as a stand-in. Until then nothing rests on it.
        """
        lost = [one for one in self.told if one.occasion == ask.key]
        if ask.kind == "escalate" or not lost or not all(one.failed for one in lost):
            return None
        since = max(one.queued_at for one in lost)
        mail = self.acting.person.mail
        later = [one.sent_at for one in self.told if one.recipient == mail and one.queued_at >= since]
        return min((moment for moment in later if moment), default=None)

    @cached_property
    def asked(self) -> Mapping[str, datetime | None]:
        """By address, when somebody was first really asked to hand in."""
        return first_asked(list(self.told))

    @property
    def asked_on(self) -> date:
        """When the one who acts now was first really asked; date.max where he was not."""
        moment = self.asked.get(self.acting.person.mail)
        return self.day(moment) if moment else date.max

    @property
    def asked_today(self) -> bool:
        return any(self.day(one.queued_at) == self.as_of for one in self.told)

    @property
    def behalf(self) -> str:
        """For whom somebody else is asked; empty where it is himself."""
        return self.acting.behalf_of[0] if self.acting.behalf_of else ""

    @property
    def owing(self) -> set[str]:
        """Who owes it and who acts for him, by id: neither is asked to help himself."""
        return {self.owner.id, self.acting.person.id}

    def taken(self, ask: Occasion) -> tuple[int, set[str]]:
        """How many rungs were asked before this one, and at which addresses."""
        rungs = {one.key for one in self.ladder(ask) if one.kind == "escalate" and one != ask}
        before = {e.occasion.key for e in self.steps if e.occasion.key in rungs and e.state == "done"}
        return len(before), {one.recipient for one in self.told if one.occasion in before}

    def acts_for(self, person: Person) -> Acting:
        """Who is asked to help where `person` is away."""
        return acting(self.here.organisation, self.known, person, self.as_of, self.owing)

    def day(self, moment: datetime) -> date:
        """The day of a moment in the municipality."""
        return moment.astimezone(ZoneInfo(self.here.config.time_zone)).date()


def find(
    here: Here, tx: Tx, deadline: Occasion, known: Absences, as_of: date, at: datetime, around: Around
) -> Matter | None:
    """What there is to know to ask for what is due as `deadline`; None where nobody owes it any more."""
    duty = Duty(deadline.duty)
    owner = actors.owes(here.organisation, duty)
    if owner is None:
        return None
    now = acting(here.organisation, known, owner, as_of)
    steps = [entry for entry in due.of_duty(tx, duty.key) if entry.occasion.deadline == deadline.key]
    told = asked_for(tx, deadline)
    return Matter(here, tx, duty, deadline, steps, owner, now, told, known, as_of, at, around)
