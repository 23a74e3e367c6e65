"""The outbox: messages queued in the transaction that causes them, sent one by one afterwards.

The bytes are rendered and kept when queued, so a retry sends the same bytes. A message is claimed with a
lease, committed before its first byte goes out; its outcome is committed at once. One recipient a message.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    or_,
    select,
    update,
)

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger import events, gone, pauses, unworded
from jaarring.ledger.unworded import Broken

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    #: the occasion that causes it, or the key of what it tells about (a receipt, a return)
    Column("occasion", String(160), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("message_id", String(254), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("state", String(20), nullable=False, default="queued"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("worker", String(80)),
    Column("lease_until", Moment),
    #: when it was first tried; a channel that rests takes that back
    Column("begun_at", Moment),
    Column("queued_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("sent_at", Moment),
    #: the server's last words
    Column("reply", Text, nullable=False, default=""),
    #: whether the archive mailbox took a copy: kept, refused; empty where it was not asked
    Column("proof", String(10), nullable=False, default=""),
    #: of one that failed: when a person was told
    Column("told_at", Moment),
    #: last, so that SQLite need not step over attachments to read what stands behind them
    Column("raw", LargeBinary, nullable=False),
    UniqueConstraint("occasion", "recipient", "channel"),
    Index("ix_message_state_not_before", "state", "not_before"),
)

carried = Table(
    "carried",
    metadata,
    #: an occasion that has no message of its own: a letter about more than this asks or tells it
    Column("occasion", String(160), primary_key=True),
    #: the occasion of the message that does
    Column("message", String(160), primary_key=True),
)

#: longer than the worst delivery; a shorter lease sends twice with nobody dead
LEASE = timedelta(minutes=10)
#: pauses after a temporary failure; the last one repeats until the limit
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
GIVE_UP = timedelta(days=3)
#: how often a message may go out without an answer before a person decides
COPIES = 5
#: what came to nothing (failed), and what may have arrived more than once or never (uncertain)
UNDELIVERED = ("failed", "uncertain")


@dataclass(frozen=True)
class NewMessage:
    """A message to queue: one recipient, its bytes complete."""

    occasion: str
    recipient: str
    message_id: str
    subject: str
    raw: bytes
    channel: str = "mail"
    #: what is wrong with the municipality's own template for it: it waits until that is mended
    broken: Broken | None = None


@dataclass(frozen=True)
class Claimed:
    """A message that this worker, and no other, may deliver now."""

    id: int
    occasion: str
    recipient: str
    channel: str
    message_id: str
    raw: bytes
    begun_at: datetime
    #: whether somebody before us may have sent it already: his lease lapsed, or no answer came
    lapsed: bool = False


@dataclass(frozen=True)
class Line:
    """A message as the coordinator sees it in a list."""

    id: int
    occasion: str
    recipient: str
    channel: str
    subject: str
    state: str
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    reply: str
    proof: str
    told_at: datetime | None


def queue(tx: Tx, new: NewMessage, at: datetime) -> bool:
    """Queue a message; False if this occasion has already asked this recipient.

    One whose template is broken has failed before it could go; it waits until that is mended, or for the
    coordinator's word.
    """
    same = (
        message.c.occasion == new.occasion,
        message.c.recipient == new.recipient,
        message.c.channel == new.channel,
    )
    if tx.execute(select(message.c.id).where(*same)).first():
        return False
    new = gone.renewed(tx, new)
    number = tx.execute(
        insert(message)
        .values(
            occasion=new.occasion,
            recipient=new.recipient,
            channel=new.channel,
            message_id=new.message_id,
            subject=new.subject,
            raw=new.raw,
            queued_at=at,
            not_before=at,
            state="failed" if new.broken else "queued",
            reply=new.broken.said if new.broken else "",
        )
        .returning(message.c.id)
    ).scalar_one()
    if new.broken:
        unworded.keep(tx, number, new.broken)
        came_to_nothing(tx, number, new.occasion, "failed", at)
    if known := gone.find(tx, new.message_id):  # an older store was put back, and this is with its reader
        went(tx, known.message_id, known.at, gone.REPLY)
    return True


def went(tx: Tx, message_id: str, at: datetime, reply: str) -> None:
    """Record of a message that waits, or is held to be under way, that it was sent at `at`."""
    waits = message.c.message_id == message_id, message.c.state.in_(("queued", "sending"))
    tx.execute(update(message).where(*waits).values(state="sent", sent_at=at, reply=reply))


def states(tx: Tx) -> dict[str, str]:
    """The state of every message, by Message-ID."""
    rows = tx.execute(select(message.c.message_id, message.c.state))
    return {row.message_id: row.state for row in rows}


def claim(tx: Tx, worker: str, at: datetime) -> Claimed | None:
    """The oldest message that may go now, marked as being sent by `worker`; None if there is none.

    A message whose sender died (lease lapsed) is claimed again: the repeat has the same Message-ID. Of a
    channel that rests one message tries it when its time has come, and no other meanwhile.
    """
    first = select(message).where(_may_go(at)).order_by(message.c.id).limit(1)
    row = tx.execute(first.with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    claimed = {
        "state": "sending",
        "worker": worker,
        "lease_until": at + LEASE,
        "attempts": row.attempts + 1,
        "begun_at": row.begun_at or at,
    }
    tx.execute(update(message).where(message.c.id == row.id).values(**claimed))
    pauses.trying(tx, row.channel, at)
    what = row.id, row.occasion, row.recipient, row.channel, row.message_id, row.raw, row.begun_at or at
    return Claimed(*what, lapsed=row.state == "sending")


def settle(
    tx: Tx, claimed: Claimed, worker: str, kind: str, reply: str, at: datetime, proof: str = ""
) -> bool:
    """Record how a delivery ended: `kind` as in `mail.Outcome` (sent, temporary, permanent, config, unknown).

    Only for the worker that still holds the message: one whose lease lapsed and was given to another changes
    nothing, and gets False. A message that may have arrived (`unknown`) keeps its lease and goes again when
    that has lapsed. `config` takes back the attempt: it was not the message's.
    """
    row = tx.execute(select(message).where(message.c.id == claimed.id)).one()
    values: dict[str, object] = {"reply": reply, "proof": proof}
    if kind == "sent":
        values |= {"state": "sent", "sent_at": at}
    elif kind == "permanent" or (kind == "temporary" and _given_up(row.attempts, at - row.begun_at)):
        values |= {"state": "failed"}
    elif kind == "unknown" and row.attempts >= COPIES:  # each may have been a copy
        values |= {"state": "uncertain"}
    elif kind == "temporary":
        values |= {"state": "queued", "not_before": at + _pause(row.attempts)}
    elif kind == "config":
        values |= {"state": "queued", "attempts": row.attempts - 1}
        values |= {} if row.attempts > 1 else {"begun_at": None}
    elif kind == "unknown":
        values |= {"lease_until": at + max(LEASE, _pause(row.attempts))}
    else:
        raise ValueError(f"no such outcome: {kind}")
    mine = message.c.id == claimed.id, message.c.worker == worker, message.c.state == "sending"
    changed = tx.execute(update(message).where(*mine).values(**values)).rowcount == 1
    if changed and values.get("state") in UNDELIVERED:
        came_to_nothing(tx, claimed.id, claimed.occasion, str(values["state"]), at)
    return changed


def came_to_nothing(tx: Tx, id: int, occasion: str, state: str, at: datetime) -> None:
    """Note in the log that a message failed, or that nobody knows whether it arrived."""
    events.append(tx, at, "jaarring", f"message.{state}", occasion[:120], {"message": id})


def wait(tx: Tx, claimed: Claimed, worker: str, reply: str, at: datetime) -> None:
    """Leave a message that may have arrived, to look for it later; after the limit a person decides."""
    mine = message.c.id == claimed.id, message.c.worker == worker, message.c.state == "sending"
    values: dict[str, object] = {
        "reply": reply,
        "attempts": message.c.attempts - 1,
        "lease_until": at + LEASE,
    }
    over = at - claimed.begun_at >= GIVE_UP
    if over:
        values |= {"state": "uncertain"}
    if tx.execute(update(message).where(*mine).values(**values)).rowcount == 1 and over:
        came_to_nothing(tx, claimed.id, claimed.occasion, "uncertain", at)


def carries(tx: Tx, by: str) -> list[str]:
    """The occasions that the messages of the occasion `by` ask or tell beside their own."""
    mine = select(carried.c.occasion).where(carried.c.message == by).order_by(carried.c.occasion)
    return list(tx.execute(mine).scalars())


def newer(tx: Tx, than: int, recipient: str, duty: str) -> bool:
    """Whether somebody has or gets a message about a duty that was queued after this one."""
    below = message.c.occasion.like(f"{duty}/%")
    others = select(carried.c.message).where(carried.c.occasion.like(f"{duty}/%"))
    mine = message.c.id > than, message.c.recipient == recipient, message.c.channel == "mail"
    about = or_(below, message.c.occasion.in_(others))
    return tx.execute(select(message.c.id).where(*mine, about).limit(1)).first() is not None


def carry(tx: Tx, occasion: str, by: str) -> None:
    """Record that the messages of the occasion `by` ask or tell this occasion too."""
    same = carried.c.occasion == occasion, carried.c.message == by
    if not tx.execute(select(carried.c.message).where(*same)).first():
        tx.execute(insert(carried).values(occasion=occasion, message=by))


def has_asked(tx: Tx, occasion: str, recipient: str) -> bool:
    """Whether this occasion has a message to this recipient, sent or still to be sent."""
    same = message.c.occasion == occasion, message.c.recipient == recipient
    return tx.execute(select(message.c.id).where(*same)).first() is not None


def recipients(tx: Tx, occasion: str) -> list[str]:
    """The addresses that have or get a message of an occasion."""
    return list(tx.execute(select(message.c.recipient).where(message.c.occasion == occasion)).scalars())


def reached(tx: Tx, duty: str) -> set[str]:
    """The addresses that have or get a letter about more in which this duty is asked."""
    by = carried.c.message == message.c.occasion, carried.c.occasion.like(f"{duty}/%")
    return set(tx.execute(select(message.c.recipient).where(*by)).scalars())


def sent_on(tx: Tx, occasion: str) -> datetime | None:
    """When the last message of an occasion was really sent; None while any waits or has failed.

    Messages about more than this occasion count among its own.
    """
    others = select(carried.c.message).where(carried.c.occasion == occasion)
    mine = or_(message.c.occasion == occasion, message.c.occasion.in_(others))
    rows = tx.execute(select(message.c.state, message.c.sent_at).where(mine)).all()
    if not rows or any(row.state != "sent" for row in rows):
        return None
    last: datetime = max(row.sent_at for row in rows)
    return last


def never_reached(tx: Tx, duty: str) -> bool:
    """Whether a duty was asked by mail and none of it arrived: whoever owes it was never asked.

    Messages about more than this duty count too. Where nothing was sent or failed yet, nothing is said.
    """
    others = select(carried.c.message).where(carried.c.occasion.like(f"{duty}/%"))
    about = or_(message.c.occasion.like(f"{duty}/%"), message.c.occasion.in_(others))
    states = set(tx.execute(select(message.c.state).where(about, message.c.channel == "mail")).scalars())
    return "sent" not in states and not states.isdisjoint(UNDELIVERED)


@dataclass(frozen=True)
class Told:
    """That something was told or asked: of what, whom, since when; `sent_at` None while it waits, or where it
    `failed`.
    """

    occasion: str
    recipient: str
    queued_at: datetime
    sent_at: datetime | None
    failed: bool = False


def told(tx: Tx, key: str) -> list[Told]:
    """The messages about anything below `key` (`2027/plan/ib`), in the order in which they were queued."""
    below = message.c.occasion >= f"{key}/", message.c.occasion < f"{key}0"  # 0 comes after /
    columns = message.c.occasion, message.c.recipient, message.c.queued_at, message.c.sent_at, message.c.state
    rows = tx.execute(select(*columns).where(*below).order_by(message.c.id))
    # one that bounced was sent once, and told nobody anything
    return [
        Told(occasion, recipient, queued, sent if state == "sent" else None, state in UNDELIVERED)
        for occasion, recipient, queued, sent, state in rows
    ]


@dataclass(frozen=True)
class Sent:
    """A message by its number: on which occasion, to whom, under which Message-ID."""

    id: int
    occasion: str
    recipient: str
    message_id: str


def by_id(tx: Tx, id: int) -> Sent | None:
    """The message with this number."""
    return _sent(tx, message.c.id == id)


def by_message_id(tx: Tx, message_id: str) -> Sent | None:
    """The message with this Message-ID."""
    return _sent(tx, message.c.message_id == message_id)


def _sent(tx: Tx, which: ColumnElement[bool]) -> Sent | None:
    row = tx.execute(select(*(message.c[field.name] for field in fields(Sent))).where(which)).first()
    return Sent(*row) if row else None


def waiting(tx: Tx, at: datetime) -> int:
    """How many messages `claim` would hand out now, those whose sender died among them."""
    return tx.execute(select(func.count()).select_from(message).where(_may_go(at))).scalar_one()


def all_lines(tx: Tx) -> list[Line]:
    """Every message in the order in which it was queued."""
    return lines_of(tx)


def not_sent(tx: Tx) -> list[Line]:
    """Every message that waits or came to nothing, in the order in which it was queued."""
    return lines_of(tx, message.c.state != "sent")


def line(tx: Tx, id: int) -> Line | None:
    """The message with this number, as it stands in a list."""
    return next(iter(lines_of(tx, message.c.id == id)), None)


def lines_of(tx: Tx, *which: ColumnElement[bool]) -> list[Line]:
    """The messages for which all this holds, in the order in which they were queued."""
    columns = [message.c[field.name] for field in fields(Line)]
    return [Line(*row) for row in tx.execute(select(*columns).where(*which).order_by(message.c.id))]


def _may_go(at: datetime) -> ColumnElement[bool]:
    ready = (message.c.state == "queued") & (message.c.not_before <= at)
    lapsed = (message.c.state == "sending") & (message.c.lease_until < at)
    return or_(ready, lapsed) & message.c.channel.not_in(pauses.resting(at))


def _pause(attempts: int) -> timedelta:
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def _given_up(attempts: int, tried_for: timedelta) -> bool:
    """Whether a server has said "later" long enough: days on which nothing goes out count for no attempt."""
    return tried_for >= GIVE_UP and attempts >= len(PAUSES)
