"""The ledger of questions: what was asked of whom, by when, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import due, events, outbox
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.schedule import Schedule
from jaarring.questions import rules
from jaarring.questions.rules import Asked, Question

question = Table(
    "question",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    #: the id of a person or body
    Column("asked_of", String(80), nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("due", Date, nullable=False),
    #: open, answered or closed
    Column("state", String(20), nullable=False, index=True),
    Column("answered_by", String(80), nullable=False, default=""),
    Column("answered_at", Moment),
    #: what was answered, as JSON: the same answer once more is the same answer
    Column("answer", Text, nullable=False, default=""),
    #: the question as JSON
    Column("content", Text, nullable=False),
)


@cache
def _adapter() -> TypeAdapter[Question]:
    return TypeAdapter(Question)


def reconcile(
    tx: Tx, wanted: Iterable[Question], as_of: date, schedule: Schedule, coordinator: str, at: datetime
) -> list[str]:
    """Bring the ledger in line with what is open now (`wanted`); the keys of what is new.

    What is new gets its term and its occasions. What is open here and no longer wanted is closed, and nobody
    is asked about it any more. A question that was answered is never asked again; one that was closed and
    comes back is a new one, in its second turn.
    """
    gone, new, changed = _changes(tx, wanted, as_of, schedule)
    for key in gone:
        _close(tx, key, at)
    for one in new:
        tx.execute(insert(question).values(**_row(one)))
        payload = {"of": one.question.asked_of, "due": one.due}
        events.append(tx, at, "jaarring", "question.asked", one.key, payload)
    for one in changed:
        tx.execute(update(question).where(question.c.key == one.key).values(**_row(one)))
    for year in sorted({one.question.year for one in [*new, *changed]}):
        _dated(
            tx,
            year,
            [one for one in [*new, *changed] if one.question.year == year],
            schedule,
            coordinator,
            at,
        )
    for one in new:
        if one.question.carried_by:
            _carried(tx, one, at)
    return [one.key for one in new]


def in_line(tx: Tx, wanted: Iterable[Question], as_of: date, schedule: Schedule) -> bool:
    """Whether `reconcile` would find nothing to do."""
    return not any(_changes(tx, wanted, as_of, schedule))


def _changes(
    tx: Tx, wanted: Iterable[Question], as_of: date, schedule: Schedule
) -> tuple[list[str], list[Asked], list[Asked]]:
    """What is gone (keys), what is new, and what is asked otherwise than before."""
    known = {one.key: one for one in all_of(tx)}
    view = {key: replace(one, key=key) for one in wanted for key in [_turn(one.key, known)]}
    gone = [one.key for one in known.values() if one.state == "open" and one.key not in view]
    new = [rules.asked(one, as_of, schedule) for key, one in view.items() if key not in known]
    changed = [
        moved
        for key, one in view.items()
        if key in known and known[key].state == "open" and (moved := _moved(known[key], one, schedule))
    ]
    return gone, new, changed


def _turn(key: str, known: Mapping[str, Asked]) -> str:
    """The key in this turn: its own, or with a number behind it where it was closed without an answer."""
    number, found = 1, key
    while found in known and known[found].state == "closed":
        number += 1
        found = f"{key}-{number}"
    return found


def _moved(known: Asked, now: Question, schedule: Schedule) -> Asked | None:
    """What is asked in other words, of somebody else or by another day than before; None: nothing changed."""
    if known.question == now:
        return None
    by = now.by if now.by != known.question.by and now.by else None
    return replace(known, question=now, due=schedule.calendar.on_or_after(by) if by else known.due)


def _dated(
    tx: Tx, year: int, some: Sequence[Asked], schedule: Schedule, coordinator: str, at: datetime
) -> None:
    """Put the occasions of these questions into the ledger of their year, beside all that is there."""
    mine = {one.key for one in some}
    others = [
        entry.occasion
        for entry in due.of_year(tx, year)
        if entry.state != "withdrawn" and entry.occasion.duty not in mine
    ]
    due.schedule(tx, year, [*others, *(o for one in some for o in _of(one, schedule, coordinator))], at)


def _of(one: Asked, schedule: Schedule, coordinator: str) -> Iterator[Occasion]:
    return rules.occasions(one, schedule, 0 if one.question.asked_of == coordinator else 1)


def _carried(tx: Tx, one: Asked, at: datetime) -> None:
    """A letter about something else has asked it: to ask at once once more would be once too often."""
    outbox.carry(tx, f"{one.key}/request", one.question.carried_by)
    due.done(tx, [f"{one.key}/request"], at)


def occasions(
    tx: Tx, year: int, schedule: Schedule, coordinator: str, known: Iterable[due.Entry]
) -> list[Occasion]:
    """The occasions of every question and every notice of a year, beside those of the calendar.

    `known`: what the ledger of the year has. What is no longer open has no more than it had there.
    """
    open_ones = all_of(tx, year, "open")
    keys = {one.key for one in open_ones}
    settled = [
        entry.occasion
        for entry in known
        if entry.state != "withdrawn" and _is_ours(entry.occasion) and entry.occasion.duty not in keys
    ]
    return [*settled, *(found for one in open_ones for found in _of(one, schedule, coordinator))]


def _is_ours(found: Occasion) -> bool:
    return found.kind == "tell" or (bool(found.duty) and Duty(found.duty).is_question)


def answered(tx: Tx, key: str, answer: str, by: str, at: datetime) -> None:
    """Record that an open question has its answer (as JSON); nobody is asked about it any more."""
    one = question.c.key == key, question.c.state == "open"
    values = {"state": "answered", "answer": answer, "answered_by": by, "answered_at": at}
    if tx.execute(update(question).where(*one).values(**values)).rowcount:
        due.close_duty(tx, key, at)
        events.append(tx, at, by, "question.answered", key, {})


def _close(tx: Tx, key: str, at: datetime) -> None:
    tx.execute(update(question).where(question.c.key == key).values(state="closed"))
    due.close_duty(tx, key, at)
    events.append(tx, at, "jaarring", "question.closed", key, {})


def get(tx: Tx, key: str) -> Asked | None:
    """The question with this key, whatever became of it."""
    row = tx.execute(select(question).where(question.c.key == key)).first()
    return _asked(row) if row else None


def all_of(tx: Tx, year: int | None = None, state: str = "") -> list[Asked]:
    """The questions of a year, or of all; in one state if asked. What must be answered first comes first."""
    query = select(question).order_by(question.c.due, question.c.key)
    if year is not None:
        query = query.where(question.c.year == year)
    return [_asked(row) for row in tx.execute(query.where(question.c.state == state) if state else query)]


def _row(one: Asked) -> dict[str, object]:
    return {
        "key": one.key,
        "year": one.question.year,
        "asked_of": one.question.asked_of,
        "asked_on": one.on,
        "due": one.due,
        "state": one.state,
        "content": _adapter().dump_json(one.question).decode(),
    }


def _asked(row: Row[tuple[object, ...]]) -> Asked:
    return Asked(
        _read(row.content), row.asked_on, row.due, row.state, row.answer, row.answered_by, row.answered_at
    )


@lru_cache(1024)
def _read(content: str) -> Question:
    return _adapter().validate_json(content)
