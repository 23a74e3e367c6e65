"""Where the rooms' questions meet: gathered into the ledger, sent out by post, answered by a decision.

A form that comes back becomes the very decisions that `jaarring decide` records, all of them or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from jaarring import letters
from jaarring.absences import actions as absent
from jaarring.absences import records as absences
from jaarring.adjustments import questions as adjustments
from jaarring.council import questions as council
from jaarring.cycle import who_acts, who_answers
from jaarring.database import Tx
from jaarring.decide import Request, Terms, decide
from jaarring.dutch import met_lidwoord, opsomming
from jaarring.forms.opened import Opened
from jaarring.forms.read import identity
from jaarring.forms.read import read as read_form
from jaarring.forms.rules import Mistake
from jaarring.here import Here
from jaarring.ledger import decisions, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.plans import amendments
from jaarring.plans import questions as plans
from jaarring.post import actions as post
from jaarring.post import answers as said
from jaarring.post import records
from jaarring.post.answers import Answer
from jaarring.post.records import SentForm
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked, Question
from jaarring.refusal import Refused
from jaarring.reminders import questions as reminders
from jaarring.reports import questions as reports
from jaarring.rights import named, voice
from jaarring.signals import questions as signals
from jaarring.tactical import questions as tactical
from jaarring.telling import questions as telling

Source = Callable[[Here, Tx, date], Iterator[Question]]

#: the rooms that wait for somebody's word, in the order of the year
SOURCES: tuple[Source, ...] = (
    plans.questions,
    telling.questions,
    reminders.questions,
    reports.questions,
    signals.questions,
    adjustments.questions,
    tactical.questions,
    council.questions,
)


def ask(here: Here, as_of: date, at: datetime) -> list[str]:
    """Bring the ledger of questions in line with what is open on `as_of`; the keys of the new ones.

    What is open is looked up without holding the store, so that whoever hands in need not wait for it.
    """
    here = here.on(as_of)
    amendments.collect(here, as_of, at)  # an edit of strategy.yaml is a question to who set it
    with here.store.read() as tx:
        seen, wanted = events.head(tx), _open(here, tx, as_of)
        if questions.in_line(tx, wanted, as_of, here.schedule):  # the common case: nothing to write
            return []
    with here.store.write() as tx:
        if events.head(tx) != seen:  # somebody acted meanwhile: look again
            wanted = _open(here, tx, as_of)
        return questions.reconcile(tx, wanted, as_of, here.schedule, here.organisation.coordinator, at)


def _open(here: Here, tx: Tx, as_of: date) -> list[Question]:
    return [one for source in SOURCES for one in source(here, tx, as_of)]


# ---- what comes back


@dataclass(frozen=True)
class Answered:
    """That a form was taken in, and what was decided. `repeated`: it said nothing new."""

    form: str
    by: str
    lines: tuple[str, ...]
    repeated: bool = False

    def __str__(self) -> str:
        """As a person sees it: one line, then every answer."""
        if self.repeated:
            return "Dit antwoord was al ontvangen. Er is niets veranderd."
        return "\n".join(["Ontvangen en vastgelegd:", *(f"  {line}" for line in self.lines)])


class _Wrong(Exception):
    """Some answer was refused: nothing of the form is kept."""


def is_ours(opened: Opened) -> bool:
    """Whether a file claims to be the form of a letter with questions."""
    key = identity(opened)
    return isinstance(key, str) and key.startswith("ask/")


def take_in(here: Here, opened: Opened, by: str, at: datetime, as_of: date) -> Answered | list[Mistake]:
    """Take in a form with answers: each becomes a decision, or nothing is recorded and all mistakes are told.

    `by`: who hands it in, a person's id; empty for the one who was sent it. Raises Refused for anybody else
    than who was asked, who stands in for him, or the coordinator, who records it on his behalf.
    """
    here = here.on(as_of)
    key, file = identity(opened), sha256(opened.content).hexdigest()
    with here.store.read() as tx:
        sent = records.sent_form(tx, key) if isinstance(key, str) else None
        if sent is None:
            what = f"dit formulier is niet van gemeente {here.organisation.name}"
            return [
                Mistake(f"Bestand {opened.name}", what, "gebruik het formulier zoals u het van ons kreeg")
            ]
        known = {one.key: one for one in questions.all_of(tx) if one.key in sent.questions.values()}
        by = _handed_in_by(here, tx, sent, known, by, as_of)
        repeated = records.has_file(tx, file)
    if repeated:
        return Answered(sent.form.key, by, (), True)
    read = read_form(opened, sent.form, here.form_secret)
    if isinstance(read, list):
        foreign = any(one.place == f"Bestand {opened.name}" for one in read)
        return read if foreign else _told(here, sent, file, read, at)
    found = said.read(sent, read, known, here.organisation)
    mistakes = [one for one in found if isinstance(one, Mistake)]
    answers = [one for one in found if isinstance(one, Answer)]
    if mistakes:
        return _told(here, sent, file, mistakes, at)
    outcome = _decided(here, sent, answers, by, file, at, as_of)
    return _told(here, sent, file, outcome, at) if isinstance(outcome, list) else outcome


def _handed_in_by(here: Here, tx: Tx, sent: SentForm, known: dict[str, Asked], by: str, as_of: date) -> str:
    """Who answers by this form. Raises Refused, naming who may, for anybody else."""
    organisation = here.organisation
    coordinator = organisation.coordinator
    if not by:
        return sent.person if sent.person in organisation.people else voice_of(here, sent.person)
    away = absences.known(tx)
    may = {coordinator, who_acts(here, away, coordinator, as_of)}
    for one in known.values():
        person = voice(organisation, one.question.asked_of)
        may |= {person, who_answers(here, away, one.question, as_of)}
    may.add(sent.person)
    if by in organisation.people and by in may:
        return by
    absent.demand_present(here, by, may, as_of)
    names = opsomming(
        [f"{named(organisation, id)} ({id})" for id in sorted(may) if id in organisation.people]
    )
    raise Refused(f"'{by}' mag deze vragen niet beantwoorden", f"dit is aan: {names}")


def voice_of(here: Here, id: str) -> str:
    """Who writes down what a body answers: the chair of the joint body, the coordinator for any other."""
    spoken = voice(here.organisation, id)
    return spoken if spoken in here.organisation.people else here.organisation.coordinator


def _decided(
    here: Here, sent: SentForm, answers: Sequence[Answer], by: str, file: str, at: datetime, as_of: date
) -> Answered | list[Mistake]:
    """Record every answer in one transaction; the mistakes, and nothing recorded, where one is refused."""
    wrong: list[Mistake] = []
    lines: list[str] = []
    try:
        with here.store.write() as tx:
            joined = replace(here, store=here.store.joined(tx))
            for answer in answers:
                with tx.begin_nested() as point:
                    try:
                        if _is_new(joined, tx, answer, wrong):
                            decide(_request(joined, answer, by, at, as_of, sent.person))
                            questions.answered(tx, answer.asked.key, answer.said, by, at)
                            lines.append(_line(answer))
                    except Refused as refused:
                        point.rollback()
                        wrong.append(answer.refused(refused))
            if wrong:
                raise _Wrong
            records.keep_file(tx, file, sent.form.key, by, at)
            if lines:
                left = sum(one.state == "open" for key in sent.questions.values() if (one := _known(tx, key)))
                outbox.queue(tx, _receipt(here, sent, file, lines, left, at), at)
    except _Wrong:
        return wrong
    return Answered(sent.form.key, by, tuple(lines), repeated=not lines)


def _known(tx: Tx, key: str) -> Asked:
    found = questions.get(tx, key)
    assert found is not None, "a question that was sent out is kept"
    return found


def _is_new(here: Here, tx: Tx, answer: Answer, wrong: list[Mistake]) -> bool:
    """Whether this answers an open question. The same answer once more is the same answer; another comes too
    late, and is told by whom and when it was answered.
    """
    now = _known(tx, answer.asked.key)
    zone = ZoneInfo(here.config.time_zone)
    if now.state == "open":
        return True
    if now.state == "answered" and now.answered_at:
        if now.answer != answer.said:
            by = met_lidwoord(named(here.organisation, now.answered_by))
            wrong.append(said.settled(answer, by, now.answered_at.astimezone(zone).date()))
        return False
    taken = decisions.about(tx, now.question.subject)
    if taken:
        by = met_lidwoord(named(here.organisation, taken[-1].body))
        wrong.append(said.settled(answer, by, taken[-1].date))
    else:
        wrong.append(said.gone(answer))
    return False


def _request(here: Here, answer: Answer, by: str, at: datetime, as_of: date, form_of: str) -> Request:
    """The decision that an answer is, as `jaarring decide` would have it."""
    question = answer.asked.question
    verb = answer.choice.verb
    entry = Entry(question.subject, verb, question.asked_of, answer.on or as_of, answer.number, answer.reason)
    terms = Terms(answer.amount, answer.sources, answer.until, answer.person)
    return Request(here, question.subject, verb, entry, by, at, terms, form_of)


def _line(answer: Answer) -> str:
    return f"{answer.asked.question.what} Uw keuze: {answer.choice.label}."


def _told(here: Here, sent: SentForm, file: str, found: list[Mistake], at: datetime) -> list[Mistake]:
    """Tell what is wrong to whom the form was sent. The same file twice is told once."""
    to = post.addressee(here.organisation, sent.person)
    if to is not None:
        letter = letters.write(
            here,
            "post/mistakes.mail",
            to,
            key=f"{sent.form.key}/mistakes/{file[:16]}",
            at=at,
            on_behalf=post.on_behalf(here.organisation, to),
            thread=sent.form.key,
            sent_on=sent.on,
            mistakes=[str(mistake) for mistake in found],
        )
        with here.store.write() as tx:
            outbox.queue(tx, letter, at)
    return found


def _receipt(
    here: Here, sent: SentForm, file: str, lines: Sequence[str], left: int, at: datetime
) -> outbox.NewMessage:
    to = post.addressee(here.organisation, sent.person)
    assert to is not None, "the form was sent to somebody"
    return letters.write(
        here,
        "post/receipt.mail",
        to,
        key=f"{sent.form.key}/receipt/{file[:16]}",
        at=at,
        on_behalf=post.on_behalf(here.organisation, to),
        thread=sent.form.key,
        lines=lines,
        left=left,
    )
