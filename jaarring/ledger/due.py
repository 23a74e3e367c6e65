"""The ledger of occasions. Every flow asks it one question: what is due and still open?

States: open; done; superseded (a newer one took its place); held (too old to go out unasked); withdrawn (the
calendar no longer has it). What waits, open or held, follows the calendar; what is done keeps its date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import Column, Date, Index, Integer, Row, String, Table, Update, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import events
from jaarring.occasions import ASKS, Duty, Occasion

occasion = Table(
    "occasion",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("due", Date, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("duty", String(120), nullable=False),
    Column("state", String(20), nullable=False, default="open"),
    #: when it was done, superseded, held or withdrawn; of an open one: when it was released
    Column("settled", Moment),
    #: how often its date changed, or it was withdrawn or came back: by it a calendar program knows the newest
    Column("sequence", Integer, nullable=False, default=0),
    #: when that last happened; when it was added, if never
    Column("changed", Moment, nullable=False),
    Index("ix_occasion_state_due", "state", "due"),
    Index("ix_occasion_duty", "duty"),
)

#: an occasion and what became of it, in the order of `_made`: a row is handed on whole, since asking it for
#: its columns by name costs three times as much as fetching it
_ENTRY = tuple(
    occasion.c[name] for name in ("due", "key", "kind", "duty", "state", "settled", "sequence", "changed")
)

#: what acts by itself and therefore must not act long after its date
ACTING = (*ASKS, "tell", "derive", "compile")
WAITS = ("open", "held")
#: what sends something to somebody, and so is held when it is too late to go out unasked
HELD = (*ASKS, "tell", "compile")


@dataclass(frozen=True)
class Entry:
    """An occasion and what became of it; `settled`: the moment, None while it just waits for its date.

    `sequence`: how often its date changed, or it was withdrawn or came back; `changed`: when it last did,
    None for an occasion that no ledger has yet.
    """

    occasion: Occasion
    state: str
    settled: datetime | None
    sequence: int = 0
    changed: datetime | None = None


def schedule(tx: Tx, year: int, occasions: Sequence[Occasion], at: datetime) -> None:
    """Bring the ledger of `year` in line with the calendar: add, move what waits, withdraw what is gone.

    Says nothing and writes nothing where nothing changed. What was held and is moved is open again, on its
    new date. What would ask for a duty that has been met comes in as superseded.
    """
    known = {entry.occasion.key: entry for entry in of_year(tx, year)}
    wanted = {found.key: found for found in occasions}
    new = [found for key, found in wanted.items() if key not in known]
    moved = [
        found
        for key, found in wanted.items()
        if key in known and known[key].state in WAITS and known[key].occasion != found
    ]
    gone = [key for key, entry in known.items() if key not in wanted and entry.state in WAITS]
    back = [key for key, entry in known.items() if key in wanted and entry.state == "withdrawn"]
    if not (new or moved or gone or back):
        return
    if new:
        tx.execute(insert(occasion), [{**_row(found), "sequence": 0, "changed": at} for found in new])
    again = {"sequence": occasion.c.sequence + 1, "changed": at}
    for found in [*moved, *(wanted[key] for key in back)]:
        tx.execute(update(occasion).where(occasion.c.key == found.key).values(**_row(found), **again))
    if gone:
        tx.execute(_settle(gone, "withdrawn", at).values(**again))
    met = {e.occasion.key for e in known.values() if e.occasion.kind == "due" and e.state == "done"}
    late = [found.key for found in (*new, *(wanted[key] for key in back)) if _asks_for(found, met)]
    if late:
        tx.execute(_settle(late, "superseded", at))
    payload = {
        "added": len(new),
        "moved": {found.key: found.due.isoformat() for found in moved},
        "withdrawn": gone,
        "back": back,
        "superseded": late,
    }
    events.append(tx, at, "jaarring", "occasions.scheduled", str(year), payload)


def in_line(known: Mapping[str, Entry], occasions: Sequence[Occasion]) -> bool:
    """Whether `schedule` would find nothing to do: all that is wanted is there, and nothing else waits."""
    wanted = {found.key: found for found in occasions}
    return all(
        (entry := known.get(key))
        and entry.state != "withdrawn"
        and (entry.state not in WAITS or entry.occasion == found)
        for key, found in wanted.items()
    ) and all(key in wanted or entry.state not in WAITS for key, entry in known.items())


def due(tx: Tx, as_of: date, kinds: Iterable[str] = ACTING) -> list[Occasion]:
    """The open occasions of these kinds on or before `as_of`, oldest first."""
    wanted = occasion.c.due <= as_of, occasion.c.state == "open", occasion.c.kind.in_(tuple(kinds))
    return [
        _occasion(row)
        for row in tx.execute(select(occasion).where(*wanted).order_by(occasion.c.due, occasion.c.key))
    ]


def done_since(tx: Tx, kinds: Iterable[str], moment: datetime) -> list[Occasion]:
    """The occasions of these kinds that happened at or after `moment`, oldest first."""
    wanted = occasion.c.state == "done", occasion.c.settled >= moment, occasion.c.kind.in_(tuple(kinds))
    return [
        _occasion(row)
        for row in tx.execute(select(occasion).where(*wanted).order_by(occasion.c.settled, occasion.c.key))
    ]


def of_year(tx: Tx, year: int) -> list[Entry]:
    """Every occasion of a cycle year with its state, by date and key."""
    mine = select(*_ENTRY).where(occasion.c.year == year).order_by(occasion.c.due, occasion.c.key)
    return [_made(*row) for row in tx.execute(mine).all()]


def of_duty(tx: Tx, duty: str) -> list[Entry]:
    """Every occasion of one duty with its state, by date and key."""
    mine = select(*_ENTRY).where(occasion.c.duty == duty).order_by(occasion.c.due, occasion.c.key)
    return [_made(*row) for row in tx.execute(mine).all()]


def get(tx: Tx, key: str) -> Entry | None:
    """The occasion with this key, or None."""
    row = tx.execute(select(*_ENTRY).where(occasion.c.key == key)).first()
    return _made(*row) if row else None


def done(tx: Tx, keys: Sequence[str], at: datetime) -> int:
    """Record that these occasions have happened. Only what is open or held changes; how many did."""
    return tx.execute(_settle(keys, "done", at)).rowcount


def superseded(tx: Tx, keys: Sequence[str], at: datetime, by: str) -> None:
    """Record that something newer (`by`: its key) took the place of these open or held occasions."""
    if keys:
        tx.execute(_settle(keys, "superseded", at))
        events.append(tx, at, "jaarring", "occasions.superseded", by, {"keys": list(keys)})


def close_duty(tx: Tx, duty: str, at: datetime) -> None:
    """Something was handed in: its due date is met, and whoever would still be asked is not asked again."""
    entries = [entry.occasion for entry in of_duty(tx, duty) if entry.state in WAITS]
    done(tx, [found.key for found in entries if found.kind == "due"], at)
    superseded(tx, [found.key for found in entries if found.kind in ASKS], at, by=f"{duty}/due")


def waiting_for(tx: Tx) -> list[Occasion]:
    """The due dates of all that was asked for and has not been handed in, by date and key.

    Of what came back the new date; questions are left out.
    """
    asked = select(occasion.c.duty).where(occasion.c.kind.in_(ASKS), occasion.c.state == "done")
    was_asked = occasion.c.duty.in_(asked) | occasion.c.key.contains("/return/")
    open_ones = occasion.c.kind == "due", occasion.c.state.in_(WAITS), was_asked
    query = select(occasion).where(*open_ones).order_by(occasion.c.due, occasion.c.key)
    found = [_occasion(row) for row in tx.execute(query)]
    return [one for one in found if not Duty(one.duty).is_question]


def hold_overdue(tx: Tx, as_of: date, days: int, at: datetime) -> list[str]:
    """Hold what should have acted more than `days` days before `as_of`, until the coordinator speaks."""
    old = occasion.c.due < as_of - timedelta(days=days), occasion.c.state == "open"
    unasked = occasion.c.kind.in_(HELD), occasion.c.settled.is_(None)
    keys = list(tx.execute(select(occasion.c.key).where(*old, *unasked).order_by(occasion.c.key)).scalars())
    if keys:
        tx.execute(_settle(keys, "held", at))
        events.append(tx, at, "jaarring", "occasions.held", str(as_of.year), {"keys": keys})
    return keys


def release(tx: Tx, key: str, by: str, at: datetime) -> bool:
    """Let a held occasion act after all, at the next tick; False if it is not held."""
    held = occasion.c.key == key, occasion.c.state == "held"
    if not tx.execute(update(occasion).where(*held).values(state="open", settled=at)).rowcount:
        return False
    events.append(tx, at, by, "occasion.released", key, {})
    return True


def _settle(keys: Sequence[str], state: str, at: datetime) -> Update:
    return (
        update(occasion)
        .where(occasion.c.key.in_(keys), occasion.c.state.in_(WAITS))
        .values(state=state, settled=at)
    )


def _asks_for(found: Occasion, met: Set[str]) -> bool:
    return found.kind in ASKS and found.deadline in met


def _occasion(row: Row[tuple[object, ...]]) -> Occasion:
    return Occasion(row.due, row.key, row.kind, row.duty)


@lru_cache(8192)
def _made(
    due: date,
    key: str,
    kind: str,
    duty: str,
    state: str,
    settled: datetime | None,
    sequence: int,
    changed: datetime,
) -> Entry:
    """An entry, made once: a tick reads a year's ledger many times, and little of it changes in between."""
    return Entry(Occasion(due, key, kind, duty), state, settled, sequence, changed)


def _row(found: Occasion) -> dict[str, object]:
    return {
        "key": found.key,
        "year": found.year,
        "due": found.due,
        "kind": found.kind,
        "duty": found.duty,
        "state": "open",
        "settled": None,
    }
