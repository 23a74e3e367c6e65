"""Messages that came to nothing, and what becomes of them: told to somebody, tried once more, made again with
their words, or with their reader after all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import select, update

from jaarring.database import Tx
from jaarring.ledger import events, gone, unworded
from jaarring.ledger.outbox import UNDELIVERED, Line, came_to_nothing, lines_of, message, went


def again(tx: Tx, id: int, by: str, at: datetime) -> bool:
    """Let a message that failed go once more, by somebody's word; False if it has not failed.

    The same bytes under the same Message-ID, with new time to succeed.
    """
    mine = message.c.id == id, message.c.state.in_(UNDELIVERED)
    values = {"state": "queued", "attempts": 0, "begun_at": None, "not_before": at, "told_at": None}
    if not tx.execute(update(message).where(*mine).values(**values, sent_at=None)).rowcount:
        return False
    unworded.forget(tx, id)
    occasion = tx.execute(select(message.c.occasion).where(message.c.id == id)).scalar_one()
    events.append(tx, at, by, "message.again", occasion[:120], {"message": id})
    return True


def went_at(tx: Tx, id: int) -> datetime | None:
    """The last moment at which a message that came to nothing can have gone out; None if it never did, or if
    it did not come to nothing.

    Of one that bounced: when it was sent. Of any other: when we gave it up.
    """
    mine = message.c.id == id, message.c.state.in_(UNDELIVERED)
    row = tx.execute(select(message).where(*mine)).first()
    if row is None or not (row.attempts or row.sent_at or row.begun_at):
        return None
    if row.sent_at:
        sent: datetime = row.sent_at
        return sent
    kinds = [f"message.{state}" for state in UNDELIVERED]
    told = [one for one in events.history(tx, row.occasion[:120]) if one.kind in kinds and one.payload]
    given_up = [one.at for one in told if one.payload and one.payload["message"] == id]
    return max(given_up, default=row.begun_at)


def begun_at(tx: Tx, id: int) -> datetime:
    """The first moment at which a message that stands in the list can have gone out: it may have been held
    back for weeks after it was queued.
    """
    row = tx.execute(select(message.c.begun_at, message.c.queued_at).where(message.c.id == id)).one()
    return row.begun_at or row.queued_at  # type: ignore[no-any-return]


def arrived(tx: Tx, id: int, sent_at: datetime, by: str, at: datetime) -> None:
    """Record by somebody's word that a message that came to nothing is with its reader, sent at `sent_at`.

    From here on it counts as any other that was sent. What the server said of it stays.
    """
    mine = message.c.id == id, message.c.state.in_(UNDELIVERED)
    row = tx.execute(
        update(message).where(*mine).values(state="sent", sent_at=sent_at).returning(message.c.occasion)
    ).one()
    events.append(
        tx, at, by, "message.arrived", row.occasion[:120], {"message": id, "sent": sent_at.isoformat()}
    )


@dataclass(frozen=True)
class Unworded:
    """A message that failed for its template alone, with what it takes to make it again; see `unworded`."""

    id: int
    occasion: str
    recipient: str
    queued_at: datetime
    reply: str
    subject: str
    raw: bytes
    template: str
    given: str


def without_words(tx: Tx) -> list[Unworded]:
    """Every message whose template was broken, in the order in which it was queued."""
    names = [field.name for field in fields(Unworded)]
    columns = [(message if name in message.c else unworded.unworded).c[name] for name in names]
    both = unworded.unworded.c.message == message.c.id, message.c.state == "failed"
    return [Unworded(*row) for row in tx.execute(select(*columns).where(*both).order_by(message.c.id))]


def stranded(tx: Tx, addresses: Collection[str], reply: str, at: datetime) -> int:
    """Let every mail fail that waits for an address that is none of these; how many. One that may be under
    way already stays as it is.
    """
    mine = message.c.state == "queued", message.c.channel == "mail", message.c.recipient.not_in(addresses)
    known = tx.execute(select(message.c.id, message.c.occasion).where(*mine).order_by(message.c.id)).all()
    for row in known:
        tx.execute(update(message).where(message.c.id == row.id).values(state="failed", reply=reply))
        came_to_nothing(tx, row.id, row.occasion, "failed", at)
    return len(known)


def worded(tx: Tx, id: int, subject: str, raw: bytes, at: datetime) -> None:
    """Queue a message that its template had kept back, now that it has its words."""
    mine = message.c.id == id, message.c.state == "failed"
    values = {"subject": subject, "raw": raw, "state": "queued", "reply": "", "not_before": at}
    row = tx.execute(
        update(message).where(*mine).values(**values).returning(message.c.occasion, message.c.message_id)
    ).first()
    unworded.forget(tx, id)
    if row is None:  # somebody sent it in our words meanwhile
        return
    events.append(tx, at, "jaarring", "message.worded", row.occasion[:120], {"message": id})
    if known := gone.find(tx, row.message_id):
        went(tx, known.message_id, known.at, gone.REPLY)


def still_broken(tx: Tx, id: int, said: str) -> None:
    """Record what is wrong now with the template of a message that waits for its words."""
    tx.execute(update(message).where(message.c.id == id, message.c.state == "failed").values(reply=said))


def untold(tx: Tx) -> list[Line]:
    """The messages that came to nothing and of which no person was told, in the order of their numbers."""
    mine = message.c.state.in_(UNDELIVERED), message.c.told_at.is_(None)
    return lines_of(tx, *mine)


def was_told(tx: Tx, ids: Collection[int], at: datetime) -> None:
    """Record that persons were told that these came to nothing, or that nobody is left to be told."""
    tx.execute(update(message).where(message.c.id.in_(ids)).values(told_at=at))


def bounced(tx: Tx, id: int, reply: str, at: datetime) -> bool:
    """Record that a message that was sent came back for good, with the server's words; False if it did not
    count as sent any more.
    """
    mine = message.c.id == id, message.c.state == "sent"
    changed = tx.execute(update(message).where(*mine).values(state="failed", reply=reply))
    if changed.rowcount == 1:
        occasion = tx.execute(select(message.c.occasion).where(message.c.id == id)).scalar_one()
        came_to_nothing(tx, id, occasion, "failed", at)
    return changed.rowcount == 1
