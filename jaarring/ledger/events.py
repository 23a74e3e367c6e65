"""The event log: who did what to what, when and on whose behalf, each entry chained to the one before.

`hash` covers every field; the payload stands apart under a salted hash, so that it can be erased when the law
asks, by an entry that says so, and the chain stays whole. Order is `seq`; time is a remark, passed in.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from json.encoder import encode_basestring as _quoted
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    type_coerce,
)

from jaarring.database import Moment, Tx, metadata

event = Table(
    "event",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("on_behalf_of", String(80), nullable=False),
    Column("kind", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("payload_hash", String(64), nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
)
event_payload = Table(
    "event_payload",
    metadata,
    Column("seq", Integer, ForeignKey("event.seq"), primary_key=True, autoincrement=False),
    Column("salt", String(64), nullable=False),
    Column("body", Text, nullable=False),
)

GENESIS = "0" * 64
ERASED = "payload.erased"


@dataclass(frozen=True)
class Event:
    """One entry. `payload` is None if it was erased."""

    seq: int
    at: datetime
    actor: str
    on_behalf_of: str
    kind: str
    subject: str
    payload: Mapping[str, Any] | None
    hash: str


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold, and why."""

    seq: int
    why: str
    #: the moment of the last entry that does fit; None if there is none
    since: datetime | None = field(default=None, compare=False)


def append(
    tx: Tx,
    at: datetime,
    actor: str,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    on_behalf_of: str = "",
) -> str:
    """Add an entry within the caller's transaction and return the new head, `seq:hash`.

    `payload` holds what JSON holds, dates and decimals. Raises ValueError if `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    last = tx.execute(select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)).first()
    seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
    salt, body = secrets.token_hex(32), _canonical(payload)
    fields = [seq, _stamp(at), actor, on_behalf_of, kind, subject, _payload_hash(salt, body), previous]
    digest = _digest(fields)
    tx.execute(
        insert(event).values(
            seq=seq,
            at=at,
            actor=actor,
            on_behalf_of=on_behalf_of,
            kind=kind,
            subject=subject,
            payload_hash=fields[6],
            previous=previous,
            hash=digest,
        )
    )
    tx.execute(insert(event_payload).values(seq=seq, salt=salt, body=body))
    return f"{seq}:{digest}"


def erase(tx: Tx, seq: int, at: datetime, actor: str, ground: str) -> str:
    """Destroy the payload of one entry, for good, and log that; `ground`: the law or decision."""
    tx.execute(delete(event_payload).where(event_payload.c.seq == seq))
    return append(tx, at, actor, ERASED, str(seq), {"ground": ground})


def head(tx: Tx) -> str:
    """The last entry as `seq:hash`; `0:` and noughts for an empty log."""
    last = tx.execute(select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)).first()
    return f"{last.seq}:{last.hash}" if last else f"0:{GENESIS}"


def hashes(tx: Tx) -> dict[int, str]:
    """The hash of every entry, by number."""
    return {row.seq: row.hash for row in tx.execute(select(event.c.seq, event.c.hash))}


def history(tx: Tx, subject: str = "") -> Iterator[Event]:
    """The entries about `subject` (all if empty) in order."""
    query = select(event, event_payload.c.body).outerjoin(event_payload).order_by(event.c.seq)
    for row in tx.execute(query.where(event.c.subject == subject) if subject else query):
        yield _event(row)


def _event(row: Row[tuple[Any, ...]]) -> Event:
    payload = json.loads(row.body) if row.body is not None else None
    return Event(row.seq, row.at, row.actor, row.on_behalf_of, row.kind, row.subject, payload, row.hash)


def get(tx: Tx, seq: int) -> Event | None:
    """The entry with this number."""
    query = select(event, event_payload.c.body).outerjoin(event_payload).where(event.c.seq == seq)
    row = tx.execute(query).first()
    return _event(row) if row else None


def verify(tx: Tx, against: str = "") -> Broken | None:
    """None if the chain is whole, else the first entry that does not fit.

    `against`: a head, `seq:hash`, kept outside this store. Without one a chain proves nothing against who
    rewrites all of it or cuts off its end. Raises ValueError if it is not of that form.
    """
    erased = set(tx.execute(select(event.c.subject).where(event.c.kind == ERASED)).scalars())
    kept_seq, _, kept_hash = (against or head(tx)).partition(":")
    reaches = int(kept_seq)
    number, last = 0, GENESIS
    since: object = None

    def broken(why: str, at: int) -> Broken:
        return Broken(at, why, _moment(since))

    columns = (event.c[name] for name in _CHAINED)
    query = select(_AT, *columns, event_payload.c.salt, event_payload.c.body).outerjoin(event_payload)
    rows = tx.execute(query.order_by(event.c.seq).execution_options(yield_per=1000))
    for at, seq, actor, behalf, kind, subject, payload_hash, previous, digest, salt, body in rows:
        number += 1
        if seq != number:
            return broken("entry missing", number)
        # what `_canonical` makes of these, put together by hand: a whole log is checked at every look
        try:
            quoted = ",".join(map(_quoted, (_raw(at), actor, behalf, kind, subject, payload_hash, last)))
        except TypeError:  # a number or bytes where SQLite was told to keep text
            return broken("entry changed", number)
        if previous != last or sha256(f"[{seq},{quoted}]".encode()).hexdigest() != digest:
            return broken("entry changed", number)
        if body is None:
            if str(number) not in erased:
                return broken("payload missing", number)
        elif sha256(f"{salt}{body}".encode()).hexdigest() != payload_hash:
            return broken("payload changed", number)
        if number == reaches and digest != kept_hash:
            return broken("not the entry that was kept elsewhere", number)
        last, since = digest, at
    return broken("entry missing", number + 1) if reaches > number else None


#: the moment as the database keeps it: to read each as a date takes longer than to check it
_AT = type_coerce(event.c.at, Text)
_CHAINED = ("seq", "actor", "on_behalf_of", "kind", "subject", "payload_hash", "previous", "hash")


def _raw(at: object) -> str:
    """`_stamp` of a moment as the database keeps it: text in SQLite, a time without zone in PostgreSQL."""
    return f"{at[:10]}T{at[11:]}+00:00" if isinstance(at, str) else _stamp(_moment(at) or _NEVER)


_NEVER = datetime.min.replace(tzinfo=UTC)


def _moment(at: object) -> datetime | None:
    """A moment as the database keeps it, read; None for what is none."""
    try:
        found = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if isinstance(found, datetime) else None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: Any) -> str:
    """One spelling for one value: the hash is taken of these characters."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
    )


def _plain(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"an event cannot hold a {type(value).__name__}")  # a set, say, has no one spelling


def _payload_hash(salt: str, body: str) -> str:
    return sha256(f"{salt}{body}".encode()).hexdigest()


def _digest(fields: list[Any]) -> str:
    return sha256(_canonical(fields).encode()).hexdigest()
