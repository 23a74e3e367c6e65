"""The event log checked, beside the bare hashing of the same bytes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from jaarring.database import Store
from jaarring.ledger import events
from jaarring.ledger.events import GENESIS, event, event_payload

#: as many as some fifty years of a municipality
ENTRIES = 50_000
Hashed = list[tuple[bytes, bytes]]


def written(folder: Path) -> tuple[Store, str, Hashed]:
    """A store with a long log, its head, and the bytes of which each entry's two hashes were taken."""
    store = Store.open(folder / "jaarring.db")
    entries, payloads, hashed, previous = [], [], [], GENESIS
    at = datetime(2027, 1, 1, tzinfo=UTC)
    for seq in range(1, ENTRIES + 1):
        at += timedelta(minutes=7)
        salt, body = f"{seq:064x}", events._canonical({"version": 1, "late": False, "file": "a" * 64})
        named = {"seq": seq, "at": at, "actor": "noor", "on_behalf_of": "", "kind": "report.submitted",
                 "subject": "2027/Q1/report/fb", "payload_hash": events._payload_hash(salt, body),
                 "previous": previous}  # fmt: skip
        fields = events._canonical([seq, events._stamp(at), *list(named.values())[2:]]).encode()
        previous = hashlib.sha256(fields).hexdigest()
        entries.append({**named, "hash": previous})
        payloads.append({"seq": seq, "salt": salt, "body": body})
        hashed.append((fields, f"{salt}{body}".encode()))
    with store.write() as tx:
        tx.execute(insert(event), entries)
        tx.execute(insert(event_payload), payloads)
    return store, f"{ENTRIES}:{previous}", hashed


def verify(store: Store, head: str) -> None:
    """Check all of it against its head."""
    with store.read() as tx:
        assert events.verify(tx, head) is None


def floor(hashed: Hashed) -> None:
    """The same hashes, and nothing else."""
    for fields, payload in hashed:
        hashlib.sha256(fields).hexdigest()
        hashlib.sha256(payload).hexdigest()
