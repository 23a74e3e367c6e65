"""What people do at noon: they hand in, judge, answer, tell of absence, give time; some late, some never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from jaarring import rights
from jaarring.absences import actions as absences
from jaarring.decide import Request, Terms, decide
from jaarring.delays import is_duty
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked, Choice
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import Account, DepartmentAccount, JointAccount, ThemeAccount
from tests.fuzz.played import Handed, Played
from tests.fuzz.towns import YEAR, Word

ZONE = ZoneInfo("Europe/Amsterdam")
NOON = time(12, 0)
WAITS_TO_JUDGE = (None, 0, 1, 2, 4, 7, 12)


class People:
    """Everybody of one town; `random` is of the people, so that the engine cannot shift what they do."""

    def __init__(self, played: Played, seed: int) -> None:
        self.played, self.random = played, Random(seed + 1)
        #: by question, from which day somebody answers it; None: never
        self.answers: dict[str, date | None] = {}
        #: by duty, on which day it is handed in again
        self.mends: dict[str, date | None] = {}

    def noon(self, here: Here, day: date) -> bool:
        """What happens on a day; whether anything did."""
        at = datetime.combine(day, NOON, ZONE)
        happened = False
        if here.schedule.calendar.is_working_day(day):
            happened |= self._give(here, day, at)
            happened |= self._propose(here, day, at)
            happened |= self._hand_in(here, day, at)
            happened |= self._answer(here, day, at)
        # last: whoever answers by the letter of this morning acts by what was known this morning
        return self._tell(here, day, at) or happened

    # ---- absence

    def _tell(self, here: Here, day: date, at: datetime) -> bool:
        happened = False
        for word in (word for word in self.played.town.words if word.on == day):
            entry = Entry(
                f"absence/{word.person}", word.kind, here.organisation.secretary, word.first, "", ""
            )
            try:
                absences.tell(
                    here,
                    word.person,
                    entry,
                    here.organisation.coordinator,
                    at,
                    until=word.last,
                    substitute=word.substitute,
                )
            except Refused as refused:
                self.played.refused.append((day, entry.subject, str(refused)))
                continue
            self.played.oracle.told.append(word)
            happened = True
        return happened

    # ---- delay and dispensation

    def _give(self, here: Here, day: date, at: datetime) -> bool:
        happened = False
        for verb in (verb for on, verb in self.played.town.favours if on == day):
            with here.store.read() as tx:
                waiting = [
                    entry.occasion.duty
                    for entry in due.of_year(tx, YEAR)
                    if entry.occasion.kind == "due"
                    and entry.state in due.WAITS
                    and is_duty(entry.occasion.duty)
                    and -10 <= (entry.occasion.due - day).days <= 40
                ]
            if not waiting:
                continue
            duty = self.random.choice(waiting)
            givers = rights.holders(here.organisation, verb, rights.thing_of(duty))
            until = here.schedule.calendar.shift(day, self.random.randint(2, 25))
            if givers:
                terms = Terms(end=None if verb == "waive" else until)
                entry = Entry(duty, verb, self.random.choice(givers), day, "", "zo besloten")
                happened |= self._decided(here, entry, here.organisation.coordinator, at, terms)
        return happened

    # ---- proposals

    def _propose(self, here: Here, day: date, at: datetime) -> bool:
        """An owner wants a measure of his to end later, with or without money of another of his."""
        happened = False
        for _ in (on for on in self.played.town.proposals if on == day):
            with here.store.read() as tx:
                known = plans.of_year(tx, YEAR)
            themes = [
                id for id, kept in known.items() if id in here.organisation.themes and kept.plan.measures
            ]
            if not themes:
                continue
            theme = self.random.choice(themes)
            some = [planned.measure for planned in known[theme].plan.measures]
            one, other = self.random.choice(some), self.random.choice(some)
            money = (other.budget / 4).quantize(Decimal(1)) if other is not one else Decimal(0)
            terms = Terms(
                end=min(one.end + timedelta(days=30), date(YEAR + 1, 12, 31)),
                measure=one.id,
                cause="levertijd",
                consequence="het komt niet af",
                amount=money,
                sources=((other.id, money),) if money else (),
            )
            owner = here.organisation.themes[theme].owner
            entry = Entry(f"{YEAR}/adjustment", "propose", owner, day, "", "later klaar")
            happened |= self._decided(here, entry, owner, at, terms)
        return happened

    def _decided(self, here: Here, entry: Entry, by: str, at: datetime, terms: Terms) -> bool:
        try:
            decide(Request(here, entry.subject, entry.verb, entry, by, at, terms))
        except Refused as refused:
            self.played.refused.append((at.date(), entry.subject, str(refused)))
            return False
        return True

    # ---- handing in

    def _hand_in(self, here: Here, day: date, at: datetime) -> bool:
        with here.store.read() as tx:
            waiting = [e for e in due.of_year(tx, YEAR) if e.occasion.kind == "request" and e.state == "done"]
            back = [(duty, moment.astimezone(ZONE).date()) for duty, moment in decisions.returns(tx, YEAR)]
        self.played.returned = {}
        for duty, returned in back:
            self.played.returned.setdefault(duty, []).append(returned)
        ready = []
        for entry in waiting:
            duty, settled = entry.occasion.duty, entry.settled
            if Duty(duty).is_question or settled is None:
                continue
            if duty in self.played.handed_in:
                if self._mended(here, duty, day):
                    ready.append(duty)
                continue
            wait = self.played.town.hands_in.get(duty)
            if wait is not None and (day - settled.astimezone(ZONE).date()).days >= wait:
                ready.append(duty)
        for duty in ready:
            self._bring(here, duty, day, at)
        return bool(ready)

    def _mended(self, here: Here, duty: str, day: date) -> bool:
        times = len(self.played.returned.get(duty, ()))
        if times < len(self.played.handed_in[duty]):
            return False
        key = f"{duty}/{times}"
        if key not in self.mends:
            wait = self.random.choice([None, 1, 2, 5, 9, 20])
            self.mends[key] = None if wait is None else here.schedule.calendar.shift(day, wait)
        when = self.mends[key]
        return when is not None and day >= when

    def _bring(self, here: Here, duty: str, day: date, at: datetime) -> None:
        """A small account, straight into the store, by who owes it, who acts for him, or the coordinator."""
        oracle = self.played.oracle
        owner = oracle.owes(duty, day)
        if not owner:
            return
        acting = oracle.acts(owner, day)
        by = self.random.choice([acting, acting, acting, here.organisation.coordinator])
        behalf = owner if by != owner else ""
        with here.store.write() as tx:
            if Duty(duty).kind != "plan":
                file = f"{self.random.getrandbits(60):064x}"
                reports.add(
                    tx, duty, _account(duty), on=day, late=False, by=by, on_behalf_of=behalf, file=file, at=at
                )
            due.close_duty(tx, duty, at)
        self.played.handed_in.setdefault(duty, []).append(day)
        self.played.versions.append(Handed(duty, 0, by, day))

    # ---- answering

    def _answer(self, here: Here, day: date, at: datetime) -> bool:
        with here.store.read() as tx:
            asked = [
                one
                for one in questions.all_of(tx, YEAR, "open")
                if (entry := due.get(tx, f"{one.key}/request")) and entry.state == "done"
            ]
        happened = False
        for one in sorted(asked, key=lambda one: one.key):
            if one.key not in self.answers:
                wait = self.random.choice(WAITS_TO_JUDGE)
                self.answers[one.key] = None if wait is None else here.schedule.calendar.shift(day, wait)
                if one.question.kind == "judge" and self._judges_himself(here, one, day, at):
                    self.answers[one.key], happened = None, True  # whom it is for in truth: answered
            when = self.answers[one.key]
            if when is not None and day >= when:
                self.answers[one.key] = None
                happened |= self._says(here, one, day, at)
        return happened

    def _judges_himself(self, here: Here, one: Asked, day: date, at: datetime) -> bool:
        """Now and then whoever handed it in tries to accept it himself; who owes it tries, too."""
        if self.random.random() < 0.8:
            return False
        with here.store.read() as tx:
            newest = reports.versions(tx, one.question.subject)[-1]
        owner = self.played.oracle.owes(newest.duty, day)
        who = self.random.choice([newest.by, owner or newest.by])
        entry = Entry(newest.duty, "accept", who, day, "", "")
        return self._decided(here, entry, here.organisation.coordinator, at, Terms())

    def _says(self, here: Here, one: Asked, day: date, at: datetime) -> bool:
        """Answer as a form that came back would: the decision, and the question answered, together."""
        question, choice = one.question, self.random.choice(one.question.choices)
        own = self.played.own(question.subject, day) | {self.played.maker(question.subject, day)}
        body = here.organisation.joint_body
        voice = body.chair if question.asked_of == "oib" and body else question.asked_of
        by = self.played.oracle.acts(voice, day, own - {voice})
        by = by if by in here.organisation.people else here.organisation.coordinator
        wants_why = question.kind in ("judge", "choose") or "reason" in choice.needs
        reason = "zo besloten" if wants_why else ""
        entry = Entry(question.subject, choice.verb, question.asked_of, day, "2027-1", reason)
        by_form, terms = self.random.random() < 0.5, self._terms(here, choice, day)
        try:
            with here.store.write() as tx:
                joined = replace(here, store=here.store.joined(tx))
                # the form was sent to who answers; of a body to the body, and the coordinator writes down
                form_of = by if voice in here.organisation.people else question.asked_of
                decide(Request(joined, entry.subject, entry.verb, entry, by, at, terms, form_of))
                if by_form:
                    questions.answered(tx, one.key, "{}", by, at)
        except Refused as refused:
            # of a change somebody may want what cannot be; yes and no must be taken
            stale = not self.played.town.runs[day] or choice.verb == "change"
            self.played.refused.append((day, one.key if not stale else "", str(refused)))
            return False
        self._heard(entry, terms)
        return True

    def _heard(self, entry: Entry, terms: Terms) -> None:
        """An answer that tells of absence: the oracle hears it, too."""
        about, verb, told = entry.subject, entry.verb, self.played.oracle.told
        if about.startswith("absence/"):
            id = about.removeprefix("absence/")
            told.append(Word(entry.date, id, verb, entry.date, terms.end, terms.person))
        elif verb == "appoint":
            owner = self.played.oracle.owes(about, entry.date)
            told.append(Word(entry.date, owner, "record", entry.date, terms.end, terms.person))

    def _terms(self, here: Here, choice: Choice, day: date) -> Terms:
        until = here.schedule.calendar.shift(day, self.random.randint(3, 20))
        wanted = {*choice.needs, *choice.takes}
        person = self.random.choice(sorted(here.organisation.people))
        return Terms(end=until if "until" in wanted else None, person=person if "person" in wanted else "")


def _account(duty: str) -> Account:
    if Duty(duty).kind == "account":
        return DepartmentAccount(())
    return JointAccount(()) if Duty(duty).subject == "oib" else ThemeAccount((), (), None)
