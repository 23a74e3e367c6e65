"""What people do on a day of a simulated year: hand in the form that they got, judge, decide, adopt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from jaarring import cycle, steps
from jaarring.adjustments import records as adjustments
from jaarring.calendar import Quarter, quarters
from jaarring.demo.mailbox import Mailbox
from jaarring.forms.fill import fill
from jaarring.forms.write import write
from jaarring.here import Here
from jaarring.ledger import decisions as register
from jaarring.ledger import due as ledger
from jaarring.occasions import ASKS, Duty
from jaarring.plans import records as plans
from jaarring.refusal import Refused
from jaarring.reminders.rules import owes
from jaarring.reports import actions as reports
from jaarring.reports import pages
from jaarring.reports import records as report_records
from jaarring.simulate import answers, decisions
from jaarring.simulate.decisions import NOON, Register
from jaarring.simulate.rules import Assumptions, acts_on, stand_in

#: the quarter in which a theme that is off course asks for more time
PROPOSES_IN = 2


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

    def act(self, here: Here, day: date) -> bool:
        """All that somebody does on `day`; whether anything changed."""
        before = self.register.taken, len(list(self.forms.iterdir()))
        self._hand_in(here, day)
        self._judge(here, day)
        self._adopt_plans(here, day)
        self._moments(here, day)
        self._tactical(here, day)
        self._adjustments(here, day)
        return before != (self.register.taken, len(list(self.forms.iterdir())))

    def days(self, here: Here, day: date) -> Iterator[date]:
        """The days after `day` on which somebody will act, as far as it can be seen now."""
        calendar = here.schedule.calendar
        with here.store.read() as tx:
            entries = ledger.of_year(tx, self.year)
        for entry in entries:
            one = entry.occasion
            if entry.state == "open" and one.kind == "due":
                yield self._acts_on(here, Duty(one.duty), one.due, self._asked(entries, one.duty))
            elif entry.state == "open" and one.kind == "decision" and one.due <= day:
                stated = decisions.stated_on(here, one.key)
                yield stated if stated and stated > day else self._meeting_after(here, one.key, day)
            elif entry.state == "done" and one.kind == "compile" and one.due <= day:
                yield calendar.shift(one.due, 1)
        if self._for_the_board(here) and (board := self._meeting_after(here, f"{self.year}/plan/adopt", day)):
            yield board

    def _for_the_board(self, here: Here) -> bool:
        """Whether a proposal, or a plan that came late, waits for a meeting of the board."""
        with here.store.read() as tx:
            open_ones = [one for one in adjustments.of_year(tx, self.year) if one.verdict is None]
            adopted = ledger.get(tx, f"{self.year}/plan/adopt")
            kept = plans.of_year(tx, self.year).values() if adopted and adopted.state == "done" else ()
        return bool(open_ones) or any(one.state == "accepted" for one in kept)

    def _acts_on(self, here: Here, duty: Duty, due: date, asked: date) -> date:
        """When a duty is met: as assumed, and not before somebody is there to do it."""
        calendar = here.schedule.calendar
        day = acts_on(self.assumed, duty.key, duty.subject, asked, due, calendar)
        organisation = here.config.organisations.on(due)
        try:
            owner = owes(organisation, duty).id
        except KeyError:
            return day
        for _ in range(366):
            if stand_in(organisation, owner, day):
                return day
            day = calendar.shift(day, 1)
        return day

    def _asked(self, entries: list[ledger.Entry], duty: str) -> date:
        found = [e.occasion.due for e in entries if e.occasion.duty == duty and e.occasion.kind in ASKS]
        return min(found, default=date(self.year - 1, 1, 1))

    def _meeting_after(self, here: Here, key: str, day: date) -> date:
        """When what was refused can be decided again: a body decides in its meeting."""
        whose = decisions.moment(key)[1]
        name = {"council": "council", "college": "board", "adopts_plan": "board"}.get(whose)
        calendar = here.schedule.calendar
        meetings = here.schedule.meetings.get(name) if name else None
        found = meetings.first_from(day + timedelta(days=1), calendar) if meetings else None
        return found or calendar.shift(day, 1)

    # ---- handing in

    def _hand_in(self, here: Here, day: date) -> None:
        with here.store.read() as tx:
            entries = ledger.of_year(tx, self.year)
        for entry in entries:
            one, duty = entry.occasion, Duty(entry.occasion.duty or entry.occasion.key)
            if entry.state != "open" or one.kind != "due" or duty.is_question:
                continue
            asked = self._asked(entries, one.duty)
            if asked > day or self._acts_on(here, duty, one.due, asked) > day:
                continue
            owner = owes(here.organisation, duty)
            by = stand_in(here.organisation, owner.id, day)
            if not by:
                continue
            if duty.kind == "plan":
                self.register.take(here, one.duty, "submit", [by, owner.id], day)
            else:
                self._form(here, duty, owner.mail, by if by != owner.id else "", day)

    def _form(self, here: Here, duty: Duty, mail: str, by: str, day: date) -> None:
        """The form as its owner got it by mail, filled in and handed in."""
        with here.store.read() as tx:
            form = pages.form_for(here, tx, duty)
        quarter = duty.quarter
        if form is None or quarter is None:
            return
        off_course = duty.subject in self.assumed.off_course and duty.kind == "report"
        proposes = off_course and quarter.number == PROPOSES_IN
        said = answers.filled(form, quarter, day, off_course, proposes)
        try:
            content = fill(self.mailbox.form(duty.key, mail), said)
        except LookupError:  # never sent, or sent before a column came: the form as it is now
            content = fill(write(form, here.form_secret), said)
        file = self.forms / f"{day}-{duty.key.replace('/', '-')}.xlsx"
        file.write_bytes(content)
        outcome = reports.take_in(here, file, by, cycle.moment(here, day, NOON), day)
        if isinstance(outcome, list):
            self.not_taken[duty.key] = str(outcome[0])
        else:
            self.not_taken.pop(duty.key, None)
            steps.number_proposals(here, day, cycle.moment(here, day, NOON))

    # ---- judging and deciding

    def _judge(self, here: Here, day: date) -> None:
        """What came in before today is judged by whom it was made to."""
        with here.store.read() as tx:
            standing = report_records.of_year(tx, self.year)
        for duty, received in standing.items():
            if received.state == "submitted" and received.on < day:
                self.register.take(here, duty, "accept", decisions.readers(here, Duty(duty)), day)

    def _adopt_plans(self, here: Here, day: date) -> None:
        """A plan that came after the check is accepted by itself, and adopted in a later meeting."""
        key = f"{self.year}/plan"
        with here.store.read() as tx:
            checked, adopted = (ledger.get(tx, f"{key}/{name}") for name in ("check", "adopt"))
            kept = plans.of_year(tx, self.year)
        if not (checked and checked.state == "done"):
            return
        together = bool(here.organisation.lines.agrees_plan) or here.organisation.lines.joint
        for subject, one in kept.items():
            if one.state == "submitted" and not together:
                self.register.take(
                    here, f"{key}/{subject}", "accept", decisions.bodies(here, "accepts_plan"), day
                )
        late = any(one.state == "accepted" for one in kept.values())
        meets = here.schedule.meetings["board"].held_on(day, here.schedule.calendar)
        if adopted and adopted.state == "done" and late and meets:
            self.register.take(here, f"{key}/adopt", "adopt", decisions.bodies(here, "adopts_plan"), day)

    def _moments(self, here: Here, day: date) -> None:
        """The decisions that the calendar has for today, and those that had to wait."""
        with here.store.read() as tx:
            entries = ledger.of_year(tx, self.year)
        for entry in entries:
            one = entry.occasion
            if entry.state != "open" or one.kind != "decision" or one.due > day:
                continue
            if one.due < day and one.key in self.register.refused:
                waits_for = self._meeting_after(here, one.key, day - timedelta(days=1))
                if waits_for != day:
                    continue
            if (stated := decisions.stated_on(here, one.key)) and stated > day:
                continue
            verb, whose = decisions.moment(one.key)
            taken = self.register.take(here, one.key, verb, decisions.bodies(here, whose), day)
            if not taken and one.key.endswith("council/adopt"):
                self._again(here, day)
                self.register.take(here, one.key, verb, decisions.bodies(here, whose), day)

    def _again(self, here: Here, day: date) -> None:
        """A concept that changed since it was made, made anew for the meeting."""
        for edition in ("intern", "besloten", "openbaar"):
            try:
                steps.council_by_hand(here, self.year, edition, day, cycle.moment(here, day, NOON))
            except Refused:
                continue

    def _tactical(self, here: Here, day: date) -> None:
        """The secretary adopts a tactical report the day after it was made; anew where figures came since."""
        for quarter in quarters(self.year):
            key = f"{quarter.key}/tactical"
            with here.store.read() as tx:
                made = ledger.get(tx, f"{key}/secretary")
                adopted = register.latest(tx, key, "adopt")
            if adopted or made is None or made.state != "done" or made.occasion.due >= day:
                continue
            by = decisions.bodies(here, "secretary")
            if not self.register.take(here, key, "adopt", by, day) and self._made_anew(here, quarter, day):
                self.register.take(here, key, "adopt", by, day)

    def _made_anew(self, here: Here, quarter: Quarter, day: date) -> bool:
        try:
            at = cycle.moment(here, day, NOON)
            return bool(steps.tactical_by_hand(here, quarter.year, quarter.number, day, at))
        except Refused:
            return False

    def _adjustments(self, here: Here, day: date) -> None:
        """A proposal is decided in the first meeting of the board after it came, by the lowest who may."""
        if not here.schedule.meetings["board"].held_on(day, here.schedule.calendar):
            return
        with here.store.read() as tx:
            waiting = [one for one in adjustments.of_year(tx, self.year) if one.verdict is None]
        for one in waiting:
            if one.proposed_on < day:
                self.register.take(here, one.id, "accept", decisions.deciders(here), day)
