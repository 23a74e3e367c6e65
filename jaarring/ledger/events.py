"""The event log: who did what to what, when and on whose behalf, each entry chained to the one before.

`hash` covers every field; the payload stands apart under a salted hash, so that it can be erased when the law
asks and the chain stays whole. Order is `seq`; time is a remark, passed in by the caller.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, insert, select

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


def append(
    tx: Tx,
    at: datetime,
    actor: str,
    kind: str,
    subject: str,
    payload: Mapping[str, Any],
    on_behalf_of: str = "",
) -> str:
    """Add an entry within the caller's transaction and return the new head, `seq:hash`."""
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


def head(tx: Tx) -> str:
    """The last entry as `seq:hash`; `0:` and noughts for an empty log."""
    last = tx.execute(select(event.c.seq, event.c.hash).order_by(event.c.seq.desc()).limit(1)).first()
    return f"{last.seq}:{last.hash}" if last else f"0:{GENESIS}"


def history(tx: Tx, subject: str = "") -> Iterator[Event]:
    """The entries about `subject` (all if empty) in order."""
    query = select(event, event_payload.c.body).outerjoin(event_payload).order_by(event.c.seq)
    for row in tx.execute(query.where(event.c.subject == subject) if subject else query):
        payload = json.loads(row.body) if row.body is not None else None
        yield Event(row.seq, row.at, row.actor, row.on_behalf_of, row.kind, row.subject, payload, row.hash)


def verify(tx: Tx) -> Broken | None:
    """None if the chain is whole, else the first entry that does not fit."""
    seq, previous = 0, GENESIS
    query = select(event, event_payload.c.salt, event_payload.c.body).outerjoin(event_payload)
    for row in tx.execute(query.order_by(event.c.seq)):
        seq += 1
        fields = [
            row.seq,
            _stamp(row.at),
            row.actor,
            row.on_behalf_of,
            row.kind,
            row.subject,
            row.payload_hash,
        ]
        if row.seq != seq:
            return Broken(seq, "entry missing")
        if row.previous != previous or _digest([*fields, previous]) != row.hash:
            return Broken(seq, "entry changed")
        if row.body is not None and _payload_hash(row.salt, row.body) != row.payload_hash:
            return Broken(seq, "payload changed")
        previous = row.hash
    return None


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


def _payload_hash(salt: str, body: str) -> str:
    return hashlib.sha256(f"{salt}{body}".encode()).hexdigest()


def _digest(fields: list[Any]) -> str:
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()
