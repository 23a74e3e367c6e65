"""Channels that are set up wrongly, or refuse us: they rest, and what waits for them loses no attempt.

A wrong password, a certificate that does not fit or a sender that is refused is nobody's message: every one
of them would fail alike, and too many tries may lock the account. So the whole channel rests. It is tried
again with one message after `REST`, at once where its address was changed, or when somebody tried it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Column, Select, String, Table, Text, delete, insert, select, update

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import events

paused_channel = Table(
    "paused_channel",
    metadata,
    #: as channels.yaml calls it; `mail` for the mail
    Column("name", String(40), primary_key=True),
    Column("since", Moment, nullable=False),
    #: the server's last words, or ours
    Column("why", Text, nullable=False),
    #: by which a changed address is known: a hash of it as written, without its secrets
    Column("address", String(64), nullable=False),
    Column("next_try", Moment, nullable=False),
)

#: how long a channel rests before one message tries it again; a daily tick always does
REST = timedelta(hours=1)


@dataclass(frozen=True)
class Paused:
    """A channel that rests: since when, why."""

    name: str
    since: datetime
    why: str


def all_of(tx: Tx) -> list[Paused]:
    """The channels that rest, by name."""
    rows = tx.execute(select(paused_channel).order_by(paused_channel.c.name))
    return [Paused(row.name, row.since, row.why) for row in rows]


def resting(at: datetime) -> Select[tuple[str]]:
    """The names of the channels along which nothing may go at `at`, as a question within a question."""
    return select(paused_channel.c.name).where(paused_channel.c.next_try > at)


def pause(tx: Tx, name: str, why: str, at: datetime, address: str) -> None:
    """Let a channel rest from `at`. `address`: its URL as the configuration has it."""
    values = {"why": why, "address": fingerprint(address), "next_try": at + REST}
    mine = update(paused_channel).where(paused_channel.c.name == name).values(**values)
    if tx.execute(mine).rowcount:
        return
    tx.execute(insert(paused_channel).values(name=name, since=at, **values))
    events.append(tx, at, "jaarring", "channel.paused", name, {})


def trying(tx: Tx, name: str, at: datetime) -> None:
    """One message tries the channel now: no other does until this one has told how it went."""
    tx.execute(update(paused_channel).where(paused_channel.c.name == name).values(next_try=at + REST))


def lift(tx: Tx, name: str, at: datetime) -> None:
    """The channel works; nothing happens if it does not rest."""
    if tx.execute(delete(paused_channel).where(paused_channel.c.name == name)).rowcount:
        events.append(tx, at, "jaarring", "channel.resumed", name, {})


def lift_changed(tx: Tx, addresses: Mapping[str, str], at: datetime) -> None:
    """Try a channel at once whose address is another than that with which it came to rest, or is gone."""
    for row in tx.execute(select(paused_channel)).all():
        if row.address != fingerprint(addresses.get(row.name, "")):
            lift(tx, row.name, at)


def fingerprint(address: str) -> str:
    """A hash of an address as it is written: its secrets are not in it, only where they are found."""
    return sha256(address.encode()).hexdigest()
