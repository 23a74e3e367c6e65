"""The post of a day: everybody who is asked or told something gets one letter, with one small form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from jaarring import letters
from jaarring.absences import records as absences
from jaarring.cycle import questions_going_over, who_acts, who_answers
from jaarring.database import Tx
from jaarring.dutch import met_lidwoord
from jaarring.forms.write import write
from jaarring.governance import Body, Organisation, Person
from jaarring.here import Here
from jaarring.ledger import documents, due, events, outbox
from jaarring.ledger.documents import Document
from jaarring.ledger.outbox import NewMessage
from jaarring.mail.message import Attachment
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.post import records, rules
from jaarring.post.records import SentForm, Waiting
from jaarring.post.rules import Item, News
from jaarring.post.sheets import form
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked, Question
from jaarring.questions.rules import asked as questions_asked
from jaarring.reminders.rules import choose
from jaarring.rights import named, voice

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"pdf": "application/pdf", "html": "text/html", "xlsx": XLSX}


@dataclass
class Posted:
    """What a round of post did: how many letters, and which occasions of the ledger they carry."""

    letters: int = 0
    sent: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Letter:
    """One letter, written: what it carries, and the form that goes with it."""

    person: str
    message: NewMessage
    items: tuple[Item, ...]
    told: tuple[Waiting, ...]
    form: SentForm | None


def write_due(here: Here, as_of: date, at: datetime) -> Posted:
    """Queue one letter to everybody for whom a question or a notice is due on `as_of`. Run twice, it writes
    once.

    Whoever had a letter today gets the rest tomorrow. On a closed day nobody gets post.
    """
    posted = Posted()
    if not here.schedule.calendar.is_working_day(as_of):
        return posted
    with here.store.write() as tx:
        posted.held = due.hold_overdue(tx, as_of, here.schedule.hold_after_days, at)
    with here.store.read() as tx:
        day = _Day(here, tx, as_of)
        written = [_written(here, tx, day, id, as_of, at) for id in day.people()]
    if written:
        with here.store.write() as tx:
            day.tx = tx
            _queue(tx, day, written, at, posted)
    posted.waiting = day.waiting
    return posted


class _Day:
    """What is due on a day: for whom, and what of it can go today."""

    def __init__(self, here: Here, tx: Tx, as_of: date) -> None:
        self.here, self.tx, self.as_of = here, tx, as_of
        self.absences = absences.known(tx)
        self.open = {one.key: one for one in questions.all_of(tx, state="open")}
        #: what each question's turn brings: the ask to send, and what gives way to it
        self.asks: dict[str, Occasion] = {}
        self.superseded: dict[str, tuple[Occasion, ...]] = {}
        self.waiting: list[str] = []
        self._choose([one for one in due.due(tx, as_of, ASKS) if Duty(one.duty).is_question])
        tells = due.due(tx, date.max, ("tell",))
        #: what can go along in a letter, and what of it must go today in a letter of its own if need be
        self.told = [one for one in records.waiting(tx, [t.key for t in tells]) if _may_go(one, as_of)]
        self.pressing = {one.key for one in tells if one.due <= as_of}

    def _choose(self, found: Iterable[Occasion]) -> None:
        by_question: dict[str, list[Occasion]] = {}
        for one in found:
            by_question.setdefault(one.duty, []).append(one)
        zone, calendar = ZoneInfo(self.here.config.time_zone), self.here.schedule.calendar
        for key, now in by_question.items():
            asks = [e.occasion for e in due.of_duty(self.tx, key) if e.occasion.kind in ASKS]
            sent = {
                ask.key: moment.astimezone(zone).date()
                for ask in asks
                if (moment := outbox.sent_on(self.tx, ask.key))
            }
            choice = choose(asks, now, sent, calendar, self.as_of)
            if choice.send is None or key not in self.open or not self._free(key, choice.send):
                self.waiting += [one.key for one in now]
                continue
            self.asks[key], self.superseded[key] = choice.send, choice.superseded
        for asked in questions_going_over(self.here, self.tx, self.as_of):
            if asked.key not in self.asks:
                step = f"{asked.key}/handover/{self._asked(asked)}"
                ask = Occasion(self.as_of, step[:160], "request", asked.key)
                if self._free(asked.key, ask):
                    self.asks[asked.key], self.superseded[asked.key] = ask, self._soon(asked.key)

    def _free(self, key: str, ask: Occasion) -> bool:
        """Whether nobody whom this ask goes to has had a letter today."""
        return not any(self.had_letter(id) for id in self._to(self.open[key], ask))

    def had_letter(self, id: str) -> bool:
        found = addressee(self.here.organisation, id)
        return found is None or outbox.has_asked(self.tx, key_of(id, self.as_of), found.mail)

    def _to(self, one: Asked, ask: Occasion) -> tuple[str, ...]:
        """Who gets this ask: who is asked, and the coordinator when the time is long past."""
        asked = self._asked(one)
        return (asked, self.coordinator) if ask.kind == "escalate" else (asked,)

    def _asked(self, one: Asked) -> str:
        return who_answers(self.here, self.absences, one.question, self.as_of)

    def _acting(self, id: str) -> str:
        return who_acts(self.here, self.absences, id, self.as_of)

    @property
    def coordinator(self) -> str:
        return self._acting(self.here.organisation.coordinator)

    def soon(self, key: str) -> list[str]:
        """The reminders of a question that come too soon after a letter that shows it anyway."""
        return [one.key for one in self._soon(key)]

    def _soon(self, key: str) -> tuple[Occasion, ...]:
        last = self.here.schedule.calendar.shift(self.as_of, self.here.schedule.no_reminder_within)
        return tuple(
            entry.occasion
            for entry in due.of_duty(self.tx, key)
            if entry.occasion.kind == "reminder" and entry.state == "open" and entry.occasion.due <= last
        )

    def people(self) -> list[str]:
        """Everybody who gets a letter today, in the order of the alphabet."""
        asked = {id for key, ask in self.asks.items() for id in self._to(self.open[key], ask)}
        told = {self._acting(one.notice.person) for one in self.told if one.occasion in self.pressing}
        return sorted(asked | {id for id in told if not self.had_letter(id)})

    def items(self, id: str) -> list[Item]:
        """What a letter asks: what is due today and, beside it, all else that is open for the same person."""
        organisation = self.here.organisation
        found = []
        for key, one in self.open.items():
            ask, asked = self.asks.get(key), self._asked(one)
            if asked == id and one.on <= self.as_of:
                found.append(Item(one, ask, self._behalf(one.question.asked_of, id)))
            elif ask and ask.kind == "escalate" and id == self.coordinator:
                found.append(Item(one, ask, met_lidwoord(named(organisation, one.question.asked_of)), True))
        return rules.in_order(found) if any(item.ask for item in found) else []

    def _behalf(self, asked_of: str, id: str) -> str:
        """For whom somebody else answers; empty where it is himself, or the chair who is the body's voice."""
        organisation = self.here.organisation
        meant = voice(organisation, asked_of)
        return "" if meant == id else met_lidwoord(named(organisation, meant))

    def notices(self, id: str) -> list[Waiting]:
        return [one for one in self.told if self._acting(one.notice.person) == id]


def _may_go(one: Waiting, as_of: date) -> bool:
    return one.notice.since is None or one.notice.since <= as_of


def _written(here: Here, tx: Tx, day: _Day, id: str, as_of: date, at: datetime) -> _Letter:
    to = addressee(here.organisation, id)
    assert to is not None, "only who can be written to is in the day's list"
    items, told = day.items(id), day.notices(id)
    calendar = here.schedule.calendar
    news = [News(one.notice.title, one.notice.text) for one in told]
    said = rules.letter(items, news, as_of, calendar.shift(as_of, 1))
    sent = _form(here, items, id, as_of) if items else None
    key = key_of(id, as_of)
    message = letters.write(
        here,
        "post/letter.mail",
        to,
        key=key,
        at=at,
        # the day chose who answers, past a stand-in whose own it is: it does not go to him after all
        barred=frozenset(here.organisation.people) - {id},
        on_behalf=on_behalf(here.organisation, to),
        attachments=[
            *([Attachment("antwoord.xlsx", XLSX, write(sent.form, here.form_secret))] if sent else []),
            *_documents(here, tx, items, told),
        ],
        letter=said,
    )
    return _Letter(id, message, tuple(items), tuple(told), sent)


def _form(here: Here, items: Sequence[Item], id: str, as_of: date) -> SentForm:
    calendar = here.schedule.calendar
    last = max(min(one.asked.due for one in items), calendar.shift(as_of, 1))
    made = form(
        key_of(id, as_of), items, f"gemeente {here.organisation.name}", last, here.config.channels.contact
    )
    return SentForm(made, id, as_of, {str(n): one.asked.key for n, one in enumerate(items, 1)})


def form_alone(here: Here, question: Question, as_of: date, at: datetime) -> Attachment:
    """The form of one question, for a letter about more (`carried_by`); kept, so that it can come back."""
    asked = questions_asked(question, as_of, here.schedule)
    mark = sha256(question.key.encode()).hexdigest()[:8]
    key = f"{key_of(question.asked_of, as_of)}/{mark}"
    contact, name = here.config.channels.contact, f"gemeente {here.organisation.name}"
    made = form(key, [Item(asked)], name, asked.due, contact)
    with here.store.write() as tx:
        records.keep_form(tx, SentForm(made, question.asked_of, as_of, {"1": question.key}), at)
    return Attachment("antwoord.xlsx", XLSX, write(made, here.form_secret))


def _documents(here: Here, tx: Tx, items: Sequence[Item], told: Sequence[Waiting]) -> Iterator[Attachment]:
    """What is to be read, with every letter that asks or reminds: its words say that it is there."""
    wanted = [pair for one in items if one.ask for pair in one.asked.question.documents]
    wanted += [(key, "openbaar") for one in told for key in one.notice.documents.split()]
    for key, edition in dict.fromkeys(wanted):
        if made := _newest(tx, key, edition):
            yield Attachment(made.name, TYPES[made.format], here.files.get(made.sha256))


def _newest(tx: Tx, key: str, edition: str) -> Document | None:
    found = (documents.newest(tx, key, edition, format) for format in ("pdf", "html", "xlsx"))
    return next((one for one in found if one), None)


def _queue(tx: Tx, day: _Day, written: Sequence[_Letter], at: datetime, posted: Posted) -> None:
    """Queue the letters; what was answered or asked while we were writing is left as it is."""
    asked: dict[str, Occasion] = {}
    for one in written:
        if not outbox.queue(tx, one.message, at):
            continue
        posted.letters += 1
        if one.form:
            records.keep_form(tx, one.form, at)
        for item in one.items:
            if item.ask:
                outbox.carry(tx, item.ask.key, one.message.occasion)
                asked[item.asked.key] = item.ask
            elif early := day.soon(item.asked.key):
                due.superseded(tx, early, at, by=one.message.occasion)
        for waiting in one.told:
            outbox.carry(tx, waiting.occasion, one.message.occasion)
        records.tell(tx, one.told, one.message.occasion, at)
        carried = [item.ask.key for item in one.items if item.ask] + [w.occasion for w in one.told]
        events.append(
            tx, at, "jaarring", "post.written", one.message.occasion, {"carries": sorted(set(carried))}
        )
        posted.sent += carried
    for key, ask in asked.items():
        due.done(tx, [ask.key], at)
        due.superseded(tx, [gone.key for gone in day.superseded[key]], at, by=ask.key)


def key_of(id: str, day: date) -> str:
    """The key of the one letter to somebody on a day, and of the form in it."""
    return f"ask/{id}/{day.isoformat()}"


def addressee(organisation: Organisation, id: str) -> Person | Body | None:
    """To whom a letter for this id goes; None where nobody of that id can be written to now."""
    if id == "oib":
        return organisation.person_at("oib") if organisation.joint_body else None
    return organisation.people.get(id) or organisation.bodies.get(id)


def on_behalf(organisation: Organisation, to: Person | Body) -> bool:
    """Whether a letter is written on behalf of the client: not to a body, nor to the secretary above him."""
    return isinstance(to, Person) and to.id != organisation.secretary
