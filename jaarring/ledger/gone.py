"""Messages that went out according to the journal and of which a store that was put back knows nothing.

Such a store queues again what its calendar says, with the same Message-ID. What is with its reader already
is then noted as sent, and stays. What answers somebody's act (a receipt) is another message when he acts
again: it gets a Message-ID of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Column, String, Table, insert, select

from jaarring.database import Moment, Tx, metadata
from jaarring.ledger.journal import Going

if TYPE_CHECKING:
    from jaarring.ledger.outbox import NewMessage

gone_message = Table(
    "gone_message",
    metadata,
    Column("message_id", String(254), primary_key=True),
    #: when it went, as the journal has it
    Column("at", Moment, nullable=False),
)

REPLY = "staat in het journaal als verstuurd, voor een reservekopie werd teruggezet"
#: the ends of keys of letters that a person's act causes
_ANSWERS = re.compile(r"/(receipt|returned|mistakes|refused|decided|divided|agreed)(/|$)")


@dataclass(frozen=True)
class Gone:
    """A message that is with its reader, and since when."""

    message_id: str
    at: datetime


def keep(tx: Tx, going: Going) -> None:
    """Remember a message that the journal knows to be gone, once."""
    if find(tx, going.message_id) is None:
        at = datetime.fromisoformat(going.at)
        tx.execute(insert(gone_message).values(message_id=going.message_id, at=at))


def find(tx: Tx, message_id: str) -> Gone | None:
    """The message with this Message-ID, if it is one of those."""
    row = tx.execute(select(gone_message).where(gone_message.c.message_id == message_id)).first()
    return Gone(row.message_id, row.at) if row else None


def renewed(tx: Tx, new: NewMessage) -> NewMessage:
    """The message under a Message-ID that nobody has seen, where it answers an act that was done anew."""
    number, mine = 1, new
    while _ANSWERS.search(new.occasion) and find(tx, mine.message_id):
        number += 1
        left, _, right = new.message_id.rpartition("@")
        other = f"{left}.{number}@{right}"
        raw = new.raw.replace(f"Message-ID: {new.message_id}".encode(), f"Message-ID: {other}".encode(), 1)
        mine = replace(new, message_id=other, raw=raw)
    return mine
