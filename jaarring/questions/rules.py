"""What is asked of a person that can be answered by a choice: a decision, a judgement, an advice.

Which questions are open follows from the state of things (an account that nobody has judged, a proposal that
nobody has decided): each room says which it sees, and the ledger of questions is brought in line with that.
So a question can be asked once, and closes whichever way it was answered: by the form, or by `jaarring
decide`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jaarring.occasions import Occasion
from jaarring.occasions.asking import asked_for
from jaarring.occasions.schedule import Schedule

#: what an answer may have beside the choice itself, as a column of the form
FIELDS = ("date", "number", "amount", "sources", "until", "person", "reason")


@dataclass(frozen=True)
class Choice:
    """One way to answer. `verb`: as `jaarring decide` has it; `label`: Dutch, up to 40 characters, no comma.

    `needs`: fields that this answer must have; `takes`: fields that it may have. Both from FIELDS.
    """

    verb: str
    label: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something asked of one person or body. Everything in it may travel by mail: nothing secret.

    `key`: `2027/ask/<kind>/<ref>`, a duty in the ledger. What is asked again (a new version of an account)
    has another `ref`: a question that was answered is not asked twice under its key. `subject`: the key under
    which `jaarring decide` takes the answer. `asked_of`: the id of a person or body. `what`: one Dutch
    sentence, with what it is about. `details`: lines to read before one answers. `document`: the key of a
    stored document to send along, in its edition `intern` unless `edition` says another; of more, with a
    space between them, and `key@edition` for one in an edition of its own.

    `since`: not asked before that day. `by`: the last day to answer, where the calendar sets it; None: as
    many working days as its kind has. `carried_by`: the occasion whose letter asks it already. `title`: what
    is asked in a few words, after "uw", for the subject of a letter that asks nothing else; empty: by kind.
    `made_by`: who made what is asked about; he does not answer for somebody who is away.
    """

    key: str
    subject: str
    asked_of: str
    what: str
    choices: tuple[Choice, ...]
    details: tuple[str, ...] = ()
    document: str = ""
    edition: str = "intern"
    since: date | None = None
    by: date | None = None
    carried_by: str = ""
    title: str = ""
    made_by: str = ""

    @property
    def kind(self) -> str:
        """judge, accept, agree, check, adopt, advise, decide, choose, signal, note, appoint."""
        return self.key.split("/")[2]

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])

    @property
    def documents(self) -> tuple[tuple[str, str], ...]:
        """Key and edition of what is sent along."""
        parts = (one.partition("@") for one in self.document.split())
        return tuple((key, edition or self.edition) for key, _, edition in parts)

    def choice(self, label: str) -> Choice:
        """The choice with this label. Raises StopIteration where there is none."""
        return next(one for one in self.choices if one.label == label)


@dataclass(frozen=True)
class Asked:
    """A question as it was asked. `state`: open; answered (`answer` as JSON, by whom, when); closed: it no
    longer matters.
    """

    question: Question
    on: date
    due: date
    state: str = "open"
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None

    @property
    def key(self) -> str:
        return self.question.key


def asked(question: Question, as_of: date, schedule: Schedule) -> Asked:
    """The question as it is asked on `as_of`, or from its own first day on; by when it must be answered."""
    calendar = schedule.calendar
    on = calendar.on_or_after(max(as_of, question.since or as_of))
    if question.by and question.by > on:
        return Asked(question, on, calendar.on_or_after(question.by))
    return Asked(question, on, calendar.shift(on, max(1, schedule.answers.term(question.kind))))


def occasions(one: Asked, schedule: Schedule, rungs: int) -> Iterator[Occasion]:
    """When a question is asked, reminded of, due, too late, and brought to the coordinator (`rungs` 1).

    Of what must happen with something that is missing is asked once: the ladder of the thing itself goes on.
    """
    steps = list(asked_for(schedule, one.key, one.on, one.due, schedule.answers, rungs))
    if one.question.kind == "choose":
        return (step for step in steps if step.kind in ("request", "due"))
    if all(step.kind != "reminder" for step in steps):
        steps += _reminder(one, schedule)
    return iter(sorted(steps))


def _reminder(one: Asked, schedule: Schedule) -> Iterator[Occasion]:
    """The one reminder of a question with a term so short that all of them come too soon after it was asked:
    who must answer hears of it before it is too late, though never twice on a day. Ours (2.3, 2.4).

    The last of the configuration that falls after the asking, else the day before it is due; none where there
    is no working day between.
    """
    calendar = schedule.calendar
    for offset in [
        *sorted(schedule.answers.reminders, reverse=True),
        *([-1] * bool(schedule.answers.reminders)),
    ]:
        day = calendar.shift(one.due, offset)
        if day > one.on:
            yield Occasion(day, f"{one.key}/reminder/{offset:+d}", "reminder", one.key)
            return
