"""What went into the letters: the form of each as it was sent, and who was told of which decision."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.forms.rules import Form
from jaarring.ledger import due
from jaarring.ledger.decisions import decision
from jaarring.occasions import Occasion

question_form = Table(
    "question_form",
    metadata,
    #: the key of the form: `ask/<person>/<date>`
    Column("key", String(120), primary_key=True),
    #: the id of the person or body it went to
    Column("person", String(80), nullable=False),
    Column("sent_on", Date, nullable=False),
    #: row of the form → key of the question, as JSON
    Column("questions", Text, nullable=False),
    #: the form itself as JSON, so that it can be read whatever a newer version would make of it
    Column("form", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
)
answer_file = Table(
    "answer_file",
    metadata,
    #: the hash of a file that was taken in as an answer
    Column("file", String(64), primary_key=True),
    #: the form that it answered
    Column("form", String(120), nullable=False),
    Column("handed_in_by", String(80), nullable=False),
    Column("received_at", Moment, nullable=False),
)
told = Table(
    "told",
    metadata,
    #: the decision, by its number in the register
    Column("decision", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, nullable=False),
    Column("looked_at", Moment, nullable=False),
)
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("decision", Integer, nullable=False, index=True),
    #: the occasion on which it is told
    Column("occasion", String(120), nullable=False, index=True),
    #: the id of the person or body who is told
    Column("person", String(80), nullable=False, index=True),
    #: down, up or across
    Column("direction", String(10), nullable=False),
    #: a few words, for a subject
    Column("title", String(120), nullable=False),
    Column("text", Text, nullable=False),
    #: keys of stored documents that go along, with a space between; empty where none does
    Column("documents", Text, nullable=False, default=""),
    #: not told before that day; empty: with the first letter there is
    Column("since", Date),
    #: the occasion of the message that carried it; empty while it waits
    Column("message", String(160), nullable=False, default=""),
)


@dataclass(frozen=True)
class SentForm:
    """A form as it was sent. `questions`: row id → key of the question."""

    form: Form
    person: str
    on: date
    questions: Mapping[str, str]


@dataclass(frozen=True)
class Notice:
    """One thing to tell one person or body. Everything in it may travel by mail: nothing secret.

    `direction`: down, up or across (R14). `documents`: keys of stored documents that go along in their public
    edition, with a space between. `since`: not told before that day, in whatever letter.
    """

    person: str
    direction: str
    title: str
    text: str
    documents: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Waiting:
    """A notice that nobody has been told yet, with its number."""

    id: int
    occasion: str
    notice: Notice


@cache
def _form() -> TypeAdapter[Form]:
    return TypeAdapter(Form)


def keep_form(tx: Tx, sent: SentForm, at: datetime) -> None:
    """Keep a form that goes out, once."""
    key = sent.form.key
    if tx.execute(select(question_form.c.key).where(question_form.c.key == key)).first():
        return
    tx.execute(
        insert(question_form).values(
            key=key,
            person=sent.person,
            sent_on=sent.on,
            questions=json.dumps(dict(sent.questions)),
            form=_form().dump_json(sent.form).decode(),
            made_at=at,
        )
    )


def sent_form(tx: Tx, key: str) -> SentForm | None:
    """The form that was sent under this key."""
    row = tx.execute(select(question_form).where(question_form.c.key == key)).first()
    if row is None:
        return None
    return SentForm(_form().validate_json(row.form), row.person, row.sent_on, json.loads(row.questions))


def keep_file(tx: Tx, file: str, form: str, by: str, at: datetime) -> None:
    """Record that this very file was taken in."""
    tx.execute(insert(answer_file).values(file=file, form=form, handed_in_by=by, received_at=at))


def has_file(tx: Tx, file: str) -> bool:
    """Whether this very file was taken in before."""
    return tx.execute(select(answer_file.c.file).where(answer_file.c.file == file)).first() is not None


def untold(tx: Tx) -> list[Row[tuple[object, ...]]]:
    """The decisions of the register at which nobody has looked yet, to tell them to whom they concern."""
    known = select(told.c.decision)
    return list(tx.execute(select(decision).where(decision.c.id.not_in(known)).order_by(decision.c.id)))


def to_tell(
    tx: Tx, number: int, year: int, on: Mapping[date, Sequence[Notice]], at: datetime
) -> list[Occasion]:
    """Record what there is to tell of one decision, by the day on which it is told; the occasions for it."""
    tx.execute(insert(told).values(decision=number, year=year, looked_at=at))
    made = []
    for place, (day, notices) in enumerate(sorted(on.items())):
        key = f"{year}/told/{number}" + (f"-{place + 1}" if place else "")
        for one in notices:
            tx.execute(insert(notice).values(decision=number, occasion=key, **one.__dict__))
        if notices:
            made.append(Occasion(day, key, "tell"))
    return made


def lay_out(tx: Tx, year: int, ref: str, notices: Sequence[Notice], day: date, at: datetime) -> None:
    """Lay out, once, what rests on no decision: it has the number 0. `day`: by when it goes by itself."""
    key = f"{year}/told/{ref}"
    if not notices or due.get(tx, key):
        return
    for one in notices:
        tx.execute(insert(notice).values(decision=0, occasion=key, **one.__dict__))
    add(tx, year, [Occasion(day, key, "tell")], at)


def add(tx: Tx, year: int, made: Sequence[Occasion], at: datetime) -> None:
    """Add occasions to tell something to those that the ledger of the year has."""
    others = [entry.occasion for entry in due.of_year(tx, year) if entry.state != "withdrawn"]
    due.schedule(tx, year, [*others, *made], at)


def waiting(tx: Tx, occasions: Sequence[str]) -> list[Waiting]:
    """The notices of these occasions that nobody has been told yet, in the order of the decisions."""
    mine = notice.c.occasion.in_(occasions), notice.c.message == ""
    return [
        Waiting(row.id, row.occasion, _notice(row))
        for row in tx.execute(select(notice).where(*mine).order_by(notice.c.id))
    ]


def tell(tx: Tx, some: Sequence[Waiting], message: str, at: datetime) -> None:
    """Record that a message carries these notices; an occasion with nobody left to tell is done."""
    for one in some:
        tx.execute(update(notice).where(notice.c.id == one.id).values(message=message))
    for key in sorted({one.occasion for one in some}):
        if not waiting(tx, [key]):
            due.done(tx, [key], at)


def all_told(tx: Tx, subject: str, direction: str) -> bool:
    """Whether everybody in this direction was told of the decisions about a subject, and somebody was."""
    about = select(decision.c.id).where(decision.c.subject == subject)
    mine = notice.c.decision.in_(about), notice.c.direction == direction
    carried = list(tx.execute(select(notice.c.message).where(*mine)).scalars())
    return bool(carried) and all(carried)


def of_decision(tx: Tx, number: int) -> list[tuple[Notice, str]]:
    """Whom a decision was or will be told to, with the occasion of the message (empty: it waits)."""
    rows = tx.execute(select(notice).where(notice.c.decision == number).order_by(notice.c.id))
    return [(_notice(row), row.message) for row in rows]


def _notice(row: Row[tuple[object, ...]]) -> Notice:
    return Notice(row.person, row.direction, row.title, row.text, row.documents, row.since)
