"""The signals of a year and the advice that was asked: kept when first seen, ended once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Integer, Row, String, Table, Text, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.governance import Organisation
from jaarring.ledger import due, outbox
from jaarring.plans import records as plans
from jaarring.reports import records as reports
from jaarring.signals.rules import AdviceRequest, Kept, Known, Reason, Signal

signal = Table(
    "signal",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("theme", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("goal", String(40), nullable=False),
    Column("seen_on", Date, nullable=False),
    #: why, as JSON; a new quarter may add to it while the signal is open
    Column("reasons", Text, nullable=False),
    #: open, said (the line must still confirm), ended
    Column("state", String(20), nullable=False, index=True),
    #: how it ended, or what its owner said that it should be; empty while open
    Column("outcome", String(20), nullable=False, default=""),
    Column("reason", Text, nullable=False, default=""),
    #: the number of the proposal or the advice request that it ended in
    Column("ref", String(20), nullable=False, default=""),
    #: how often the line sent an answer back: each time it is asked anew
    Column("round", Integer, nullable=False, default=0),
    Column("ended_on", Date),
    Column("recorded_at", Moment, nullable=False),
)
advice = Table(
    "advice",
    metadata,
    Column("id", String(20), primary_key=True),
    Column("year", Integer, nullable=False, index=True),
    Column("theme", String(40), nullable=False),
    Column("asked_by", String(80), nullable=False),
    Column("asked_of", String(80), nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_on", Date, nullable=False),
    Column("until", Date, nullable=False),
    Column("signal", String(120), nullable=False, default=""),
    #: the duty in whose account it was asked; its own number where it was asked by itself
    Column("asked_in", String(120), nullable=False, unique=True),
    Column("answer", Text, nullable=False, default=""),
    Column("answered_on", Date),
    Column("recorded_at", Moment, nullable=False),
)

#: occasions of a duty in these states are still waited for
WAITED = ("open", "held")


@cache
def _reasons() -> TypeAdapter[tuple[Reason, ...]]:
    return TypeAdapter(tuple[Reason, ...])


def add(tx: Tx, new: Signal, on: date, at: datetime) -> None:
    """Keep a signal that is seen for the first time."""
    values = {name: getattr(new, name) for name in ("key", "year", "kind", "theme", "subject", "goal")}
    reasons = _reasons().dump_json(new.reasons).decode()
    tx.execute(insert(signal).values(**values, seen_on=on, reasons=reasons, state="open", recorded_at=at))


def again(tx: Tx, back: Signal, on: date) -> None:
    """A signal that was gone has come back: it is open as on its first day, and is asked anew."""
    one = signal.c.key == back.key, signal.c.outcome == "gone"
    values = {
        "state": "open",
        "outcome": "",
        "reason": "",
        "seen_on": on,
        "ended_on": None,
        "reasons": _reasons().dump_json(back.reasons).decode(),
        "round": signal.c.round + 1,
    }
    tx.execute(update(signal).where(*one).values(**values))


def explain(tx: Tx, changed: Signal) -> None:
    """Give a signal that is still open the reasons of today."""
    one = signal.c.key == changed.key, signal.c.state != "ended"
    tx.execute(update(signal).where(*one).values(reasons=_reasons().dump_json(changed.reasons).decode()))


def move(
    tx: Tx, key: str, state: str, outcome: str, reason: str = "", ref: str = "", on: date | None = None
) -> None:
    """Move a signal that has not ended; `on`: the day on which it ended."""
    one = signal.c.key == key, signal.c.state != "ended"
    values = {"state": state, "outcome": outcome, "reason": reason, "ref": ref, "ended_on": on}
    tx.execute(update(signal).where(*one).values(**values))


def reopen(tx: Tx, key: str, reason: str) -> None:
    """The line did not agree: the signal waits for its owner again, `reason` says why."""
    one = signal.c.key == key, signal.c.state == "said"
    values = {"state": "open", "outcome": "", "reason": reason, "round": signal.c.round + 1}
    tx.execute(update(signal).where(*one).values(**values))


def get(tx: Tx, key: str) -> Kept | None:
    row = tx.execute(select(signal).where(signal.c.key == key)).first()
    return _kept(row) if row else None


def of_year(tx: Tx, year: int) -> list[Kept]:
    """Every signal of a cycle year, in the order in which they were seen."""
    rows = tx.execute(select(signal).where(signal.c.year == year).order_by(signal.c.seen_on, signal.c.key))
    return [_kept(row) for row in rows]


def _kept(row: Row[tuple[object, ...]]) -> Kept:
    seen = Signal(row.key, row.kind, row.theme, row.subject, row.goal, _reasons().validate_json(row.reasons))
    return Kept(seen, row.seen_on, row.state, row.outcome, row.reason, row.ref, row.ended_on, row.round)


def known(tx: Tx, organisation: Organisation, year: int, as_of: date) -> Known | None:
    """What signals of a cycle year are read from; None while no framework has been adopted."""
    framework = plans.adopted_framework(tx, year)
    if framework is None:
        return None
    accounts = reports.of_year(tx, year)
    silent = frozenset(_silent(tx, year, set(accounts), as_of))
    return Known(
        organisation=organisation,
        year=year,
        rule=framework.rating_rule,
        plans={subject: kept.plan for subject, kept in plans.of_year(tx, year).items()},
        accounts=accounts,
        silent=silent,
        unasked=frozenset(duty for duty in silent if outbox.never_reached(tx, duty)),
    )


def _silent(tx: Tx, year: int, came: set[str], as_of: date) -> Sequence[str]:
    """The accounts that are missing on the day on which the tactical report of their quarter is made; what
    was given a later date is not missing yet.
    """
    entries = due.of_year(tx, year)
    made = {
        "/".join(entry.occasion.key.split("/")[:2])
        for entry in entries
        if entry.occasion.key.endswith("/tactical/secretary") and entry.occasion.due <= as_of
    }
    return [
        entry.occasion.duty
        for entry in entries
        if entry.occasion.kind == "due"
        and entry.state in WAITED
        and entry.occasion.due < as_of
        and entry.occasion.duty not in came
        and "/".join(entry.occasion.duty.split("/")[:2]) in made
    ]


# ---- advice


def ask(tx: Tx, new: AdviceRequest, asked_in: str, at: datetime) -> None:
    """Keep an advice request; its number must have been given by `next_number`."""
    names = ("id", "year", "theme", "asked_by", "asked_of", "question", "asked_on", "until", "signal")
    values = {name: getattr(new, name) for name in names}
    tx.execute(insert(advice).values(**values, asked_in=asked_in, recorded_at=at))


def next_number(tx: Tx, year: int) -> str:
    """AV-2027-01"""
    return f"AV-{year}-{len(advices(tx, year)) + 1:02d}"


def asked_in(tx: Tx, place: str) -> bool:
    """Whether the request in this account has its number already."""
    return tx.execute(select(advice.c.id).where(advice.c.asked_in == place)).first() is not None


def answer(tx: Tx, id: str, text: str, on: date) -> None:
    """Record the advice; once."""
    open_one = advice.c.id == id, advice.c.answered_on.is_(None)
    tx.execute(update(advice).where(*open_one).values(answer=text, answered_on=on))


def get_advice(tx: Tx, id: str) -> AdviceRequest | None:
    row = tx.execute(select(advice).where(advice.c.id == id)).first()
    return _request(row) if row else None


def advices(tx: Tx, year: int) -> list[AdviceRequest]:
    """The advice requests of a year in the order of their numbers."""
    rows = tx.execute(select(advice).where(advice.c.year == year).order_by(advice.c.id))
    return [_request(row) for row in rows]


def _request(row: Row[tuple[object, ...]]) -> AdviceRequest:
    return AdviceRequest(
        id=row.id,
        year=row.year,
        theme=row.theme,
        asked_by=row.asked_by,
        asked_of=row.asked_of,
        question=row.question,
        asked_on=row.asked_on,
        until=row.until,
        signal=row.signal,
        answer=row.answer,
        answered_on=row.answered_on,
    )
