"""What people do on a day of a simulated year: hand in the form that they got, and answer what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from jaarring import cycle, steps
from jaarring.absences.actions import who_acts
from jaarring.demo.mailbox import Mailbox
from jaarring.forms.fill import fill
from jaarring.forms.write import write
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import due as ledger
from jaarring.occasions import ASKS, Duty
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked
from jaarring.refusal import Refused
from jaarring.reminders.rules import owes
from jaarring.reports import pages
from jaarring.simulate import answers, decisions
from jaarring.simulate.decisions import NOON, Register
from jaarring.simulate.rules import Assumptions, acts_on

#: the quarter in which a theme that is off course asks for more time
PROPOSES_IN = 2
#: so many working days, at most, somebody takes for an answer that no meeting has a date for
ANSWERS_WITHIN = 3
#: working days between two tries of what was refused
AGAIN = 5


@dataclass
class People:
    """Everybody who acts in one simulated year. `forms`: the folder where what they fill in is kept."""

    year: int
    assumed: Assumptions
    mailbox: Mailbox
    forms: Path
    register: Register = field(default_factory=Register)
    #: a duty → why what was handed in was not taken
    not_taken: dict[str, str] = field(default_factory=dict)
    handed_in: int = 0
    #: a duty → when it was first due: who gets more time is no later for it
    first_due: dict[str, date] = field(default_factory=dict)

    def act(self, here: Here, day: date) -> bool:
        """All that somebody does on `day`; whether anything changed."""
        before = self.register.taken, self.handed_in
        entries, asked = self._waiting(here)
        first = _first_asks(entries)
        for entry in entries:
            if self._is_duty(entry) and self._meets(here, first, entry) <= day:
                self._hand_in(here, Duty(entry.occasion.duty), day)
        for one in asked:
            if self._answers(here, one) <= day and self._is_there(here, one, day):
                self._answer(here, one, day)
        subjects = {one.question.subject for one in asked}
        for entry in entries:
            key = entry.occasion.key
            if self._is_decision(entry) and key not in subjects and self._decides(here, entry) <= day:
                self.register.take(here, key, day)
        return before != (self.register.taken, self.handed_in)

    def days(self, here: Here, day: date) -> Iterator[date]:
        """The days on which something is due or somebody will act, as far as it can be seen on `day`."""
        entries, asked = self._waiting(here)
        first = _first_asks(entries)
        soonest = here.schedule.calendar.shift(day, 1)  # for who should act and is not there
        for entry in entries:
            if entry.state == "open":
                yield entry.occasion.due
            if self._is_duty(entry):
                yield max(self._meets(here, first, entry), soonest)
            elif self._is_decision(entry):
                yield self._decides(here, entry)
        for one in asked:
            yield max(self._answers(here, one), soonest)

    def _waiting(self, here: Here) -> tuple[list[ledger.Entry], list[Asked]]:
        """What the ledger has of this year, and the open questions about it."""
        with here.store.read() as tx:
            return ledger.of_year(tx, self.year), questions.all_of(tx, self.year, "open")

    def _is_duty(self, entry: ledger.Entry) -> bool:
        one = entry.occasion
        return entry.state == "open" and one.kind == "due" and not Duty(one.duty).is_question

    def _is_decision(self, entry: ledger.Entry) -> bool:
        return entry.state == "open" and entry.occasion.kind == "decision"

    # ---- handing in

    def _meets(self, here: Here, first: Mapping[str, date], entry: ledger.Entry) -> date:
        """When a duty is met, as assumed. `first`: when each was first asked for."""
        duty = entry.occasion.duty
        due = self.first_due.setdefault(duty, entry.occasion.due)
        asked, calendar = first.get(duty, due), here.schedule.calendar
        return acts_on(self.assumed, duty, Duty(duty).subject, asked, due, calendar)

    def _hand_in(self, here: Here, duty: Duty, day: date) -> None:
        """By the owner, or who stands in for him; while nobody does, it waits."""
        owner = owes(here.organisation, duty)
        acting = who_acts(here, owner, day)
        if acting.chosen:
            self._form(here, duty, owner, acting.person.id if acting.behalf_of else "", day)

    def _form(self, here: Here, duty: Duty, owner: Person, by: str, day: date) -> None:
        """The form as it came by mail, filled in and handed in; a plan is handed in as it was sent."""
        at = cycle.moment(here, day, NOON)
        content = self._filled(here, duty, owner, by, day)
        if content is None:
            if duty.kind == "plan" and self.register.hand_in(here, duty.key, [owner.id, by], day):
                self.handed_in += 1
            return
        file = self.forms / f"{day}-{duty.key.replace('/', '-')}.xlsx"
        file.write_bytes(content)
        try:
            outcome = steps.hand_in(here, file, by, at, day)
        except Refused as refused:
            outcome, self.not_taken[duty.key] = [], str(refused)
        if isinstance(outcome, list):
            self.not_taken[duty.key] = "; ".join(map(str, outcome[:1])) or self.not_taken[duty.key]
            return
        self.handed_in += 1
        self.not_taken.pop(duty.key, None)
        steps.number_proposals(here, day, at)

    def _filled(self, here: Here, duty: Duty, owner: Person, by: str, day: date) -> bytes | None:
        sent = None
        for mail in (owner.mail, here.organisation.people[by].mail if by else owner.mail):
            try:
                sent = sent or self.mailbox.form(duty.key, mail)
            except LookupError:
                continue
        quarter = duty.quarter
        if quarter is None:
            return sent
        with here.store.read() as tx:
            form = pages.form_for(here, tx, duty)
        if form is None:
            return None
        off_course = duty.subject in self.assumed.off_course and duty.kind == "report"
        said = answers.filled(form, quarter, day, off_course, off_course and quarter.number == PROPOSES_IN)
        try:
            return fill(sent or write(form, here.form_secret), said)
        except KeyError:  # sent before a row or column came: the form as it is now
            return fill(write(form, here.form_secret), said)

    # ---- answering and deciding

    def _answers(self, here: Here, asked: Asked) -> date:
        """When a question is answered: in its meeting, or within some days."""
        calendar, question = here.schedule.calendar, asked.question
        days = Random(f"{self.assumed.seed} {asked.key}").randint(1, ANSWERS_WITHIN)
        day = asked.due if question.by else min(calendar.shift(asked.on, days), asked.due)
        return self._not_before(here, question.subject, day)

    def _decides(self, here: Here, entry: ledger.Entry) -> date:
        return self._not_before(here, entry.occasion.key, entry.occasion.due)

    def _not_before(self, here: Here, key: str, day: date) -> date:
        """Not before the date that strategy.yaml has for it; what was refused some days later again."""
        if (stated := decisions.stated_in(here, key)) and stated.date > day:
            day = stated.date
        refused = self.register.refused.get(key)
        if refused and refused[0] >= day:
            return here.schedule.calendar.shift(refused[0], AGAIN)
        return day

    def _is_there(self, here: Here, asked: Asked, day: date) -> bool:
        """Whether who was asked is there, or somebody stands in; by the due date it is answered anyhow."""
        person = here.organisation.people.get(asked.question.asked_of)
        return person is None or day >= asked.due or who_acts(here, person, day).chosen

    def _answer(self, here: Here, asked: Asked, day: date) -> None:
        key = asked.question.subject
        if not self.register.answer(here, asked, day) and decisions.made_anew(here, key, day):
            self.register.answer(here, asked, day)


def _first_asks(entries: Iterable[ledger.Entry]) -> dict[str, date]:
    """When each duty is first asked for; the ledger comes by date."""
    found: dict[str, date] = {}
    for entry in entries:
        if entry.occasion.kind in ASKS:
            found.setdefault(entry.occasion.duty, entry.occasion.due)
    return found
