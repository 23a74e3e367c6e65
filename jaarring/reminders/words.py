"""One duty as it is asked for: who owes it and who acts, what was asked before, and the letters about it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from jaarring import actors, letters
from jaarring.absences.handovers import asked_for, first_asked
from jaarring.absences.rules import Absences, Acting, acting, chain
from jaarring.database import Tx
from jaarring.governance import Person, Rung
from jaarring.here import Here
from jaarring.ledger import decisions, due, outbox
from jaarring.ledger.outbox import NewMessage, Told
from jaarring.mail.message import Attachment
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.reminders import rules
from jaarring.reminders.questions import choice

#: what was chosen after an escalation, as the next letter says it
ANSWERS = {"move": "uitstel gegeven", "pause": "uitstel gegeven", "appoint": "een vervanger aangewezen"}


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
        moments = {ask.key: outbox.sent_on(self.tx, ask.key) for ask in self.asks}
        return {key: self._day(moment) for key, moment in moments.items() if moment}

    @cached_property
    def asked(self) -> Mapping[str, datetime | None]:
        """By address, when somebody was first really asked to hand in."""
        return first_asked(list(self.told))

    @property
    def asked_on(self) -> date:
        """When the one who acts now was first really asked; date.max where he was not."""
        moment = self.asked.get(self.acting.person.mail)
        return self._day(moment) if moment else date.max

    @property
    def asked_today(self) -> bool:
        return any(self._day(one.queued_at) == self.as_of for one in self.told)

    @property
    def behalf(self) -> str:
        """For whom somebody else is asked; empty where it is himself."""
        return self.acting.behalf_of[0] if self.acting.behalf_of else ""

    def letters(self, ask: Occasion) -> Iterator[NewMessage]:
        """What goes out for one step; nothing where nobody is left to be asked."""
        if ask.kind == "escalate":
            yield from self._escalation(ask)
            return
        first_time = self.acting.person.mail not in self.asked and bool(self.asked)
        if ask.kind == "request":
            yield self._letter(ask, f"request_{self._form}", self.owner, with_form=True, dated=True)
        elif first_time:
            yield self._letter(ask, "handover", self.owner, with_form=True, dated=True)
        else:
            yield self._letter(ask, ask.kind, self.owner, with_form=True)

    def handover(self) -> NewMessage:
        """The request to who acts now, where others were asked before."""
        key = f"{self.deadline.ladder}/handover/{self.acting.person.id}"
        step = Occasion(self.as_of, key, "handover", self.duty.key)
        return self._letter(step, "handover", self.owner, with_form=True, dated=True)

    def _escalation(self, ask: Occasion) -> Iterator[NewMessage]:
        ladder = actors.ladder(self.here.organisation, self.duty)
        place = rules.next_in_line(ladder, *self._taken(ask), self._owing, self._acts_for)
        if place is None:
            return
        rung, is_last = ladder[place], place + 1 == len(ladder)
        template = "escalate_head" if rung.party == "head" and not is_last else "escalate"
        form = self.around.choices(self.tx, self.duty, ask, rung)
        choices = [one.verb for one in choice(self.here, self.duty, ask, rung).choices]
        yield self._letter(
            ask, template, rung.person, place=place, barred=self._owing, form=form, choices=choices
        )
        yield self._letter(ask, "copy", self.owner, place=place)

    def _taken(self, ask: Occasion) -> tuple[int, set[str]]:
        """How many rungs were asked before this one, and at which addresses."""
        before = [
            entry.occasion.key
            for entry in self.steps
            if entry.occasion in self.ladder(ask)
            and entry.occasion.kind == "escalate"
            and entry.state == "done"
            and entry.occasion != ask
        ]
        return len(before), {one.recipient for one in self.told if one.occasion in before}

    @property
    def _owing(self) -> set[str]:
        return {self.owner.id, self.acting.person.id}

    def _acts_for(self, person: Person) -> Acting:
        return acting(self.here.organisation, self.known, person, self.as_of, self._owing)

    def _letter(
        self,
        ask: Occasion,
        template: str,
        to: Person,
        *,
        with_form: bool = False,
        dated: bool = False,
        place: int = -1,
        barred: Collection[str] = (),
        form: Sequence[Attachment] = (),
        choices: Sequence[str] = (),
    ) -> NewMessage:
        attached = list(self.around.attachments(self.tx, self.duty)) if with_form else list(form)
        dates = list(self.around.calendar(self.tx, self.deadline)) if dated else []
        return letters.write(
            self.here,
            f"reminders/{template}.mail",
            to,
            key=ask.key,
            at=self.at,
            thread=f"{self.duty.key}/request",
            attachments=[*attached, *dates],
            barred=barred,
            attached=bool(attached),
            choices=choices,
            **self._facts(ask),
            **self._others(place),
            **self.around.facts(self.tx, self.duty),
        )

    @property
    def _form(self) -> str:
        return "joint" if self.duty.subject == actors.JOINT else self.duty.kind

    def _facts(self, ask: Occasion) -> dict[str, Any]:
        organisation, calendar = self.here.organisation, self.here.schedule.calendar
        deadline = self.deadline.due
        return {
            "duty": self.duty,
            "form": self._form,
            "subject_name": self._subject_name,
            "deadline": deadline,
            "late": self.as_of > deadline,
            "mended": self.deadline.ladder != self.duty.key,
            "quarter": self.duty.quarter,
            "days_left": calendar.between(self.as_of, deadline),
            "soon": calendar.shift(self.as_of, 1),
            "next_date": rules.next_rung(self.ladder(ask), ask, calendar, self.as_of),
            "asked_on": sorted({self._day(m) for m in self._asked_moments()}),
            "asked_before": self._asked_before,
            "adviser": actors.adviser(organisation, self.duty),
            "substitute": self._substitute,
            "stakes": self.around.stakes(self.tx, self.duty),
            "owner": self.owner,
            "year": self.duty.year,
        }

    def _others(self, place: int) -> dict[str, Any]:
        """Whom the words name beside the reader: who is asked at this place of the ladder (-1: none of them
        yet), who was before him, who comes next.
        """
        ladder = actors.ladder(self.here.organisation, self.duty)
        names = [self._title(rung) for rung in ladder]
        dates = [self.sent[one.key] for one in self.asks if one.kind == "escalate" and one.key in self.sent]
        return {
            "told": names[place] if place >= 0 else "",
            "as_chair": place >= 0 and ladder[place].party in ("chair", "oib"),
            "previous_person": names[place - 1] if place > 0 else "",
            "previous_date": max(dates, default=None),
            "answer": self._answer,
            "next_person": names[place + 1] if place + 1 < len(names) else "",
        }

    @property
    def _answer(self) -> str:
        """What somebody who was asked to help did about it; empty for nothing."""
        said = [entry.verb for entry in decisions.about(self.tx, self.duty.key)]
        return next((ANSWERS[verb] for verb in reversed(said) if verb in ANSWERS), "")

    def _title(self, rung: Rung) -> str:
        """Somebody by the part in which he is asked: gemeentesecretaris, voorzitter van het Overleg …"""
        organisation = self.here.organisation
        return organisation.title_at(rung.party, actors.theme_of(organisation, self.duty))

    def _asked_moments(self) -> Iterator[datetime]:
        return (one.sent_at for one in self.told if one.sent_at and "/escalate/" not in one.occasion)

    @property
    def _asked_before(self) -> list[str]:
        """The functions of those who were asked before, but for who acts now."""
        people = self.here.organisation.people.values()
        return [one.function for one in people if one.mail in self.asked and one != self.acting.person]

    @property
    def _substitute(self) -> Person | None:
        """Who could act for the reader, were he away."""
        organisation = self.here.organisation
        behind = list(chain(organisation, self.known, self.acting.person, self.as_of))[1:]
        return next((one for one in behind if not self.known.is_absent(one, self.as_of)), None)

    @property
    def _subject_name(self) -> str:
        organisation = self.here.organisation
        if self.duty.kind == "account":
            return organisation.departments[self.duty.subject].name
        theme = organisation.known_theme(self.duty.subject)
        return theme.name if theme else organisation.joint_body.name if organisation.joint_body else ""

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.here.config.time_zone)).date()


def matter(
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
