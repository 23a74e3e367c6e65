"""Noticing that an older store was put back: what the journal has more is listed, and what went out stays
sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from jaarring.database import Tx
from jaarring.ledger import events, gone, outbox
from jaarring.ledger.journal import RESTORED, Story, parted
from jaarring.recovery import records
from jaarring.recovery.rules import SENT, Lost, sort_of, words


def compare(tx: Tx, story: Story) -> list[Lost]:
    """What the journal has beyond the store: entries of its log, and messages it does not know to be sent."""
    end, _ = parted(story.log, events.hashes(tx))
    found = [
        Lost(sort_of(one.kind), one.seq, one.kind, one.subject, one.at, one.hash)
        for seq, one in sorted(story.log.items())
        if seq > end
    ]
    known = outbox.states(tx)
    for going in story.gone.values():
        if known.get(going.message_id, "queued") in ("queued", "sending"):
            found.append(Lost(SENT, 0, "message", going.occasion, going.at, going.message_id))
    return found


def record(tx: Tx, story: Story, because: str, by: str, at: datetime) -> list[Lost]:
    """Record that an older store was put back, within the caller's transaction; what was lost.

    What the journal says went out is as sent from here on, also what the calendar has yet to queue again.
    `because`: the evidence by which the post is held.
    """
    found = compare(tx, story)
    records.keep(tx, because, found)
    for one in found:
        if one.sort == SENT:
            gone.keep(tx, story.gone[one.ref])
            outbox.went(tx, one.ref, datetime.fromisoformat(one.at), gone.REPLY)
    counts = {sort: sum(one.sort == sort for one in found) for sort in sorted({one.sort for one in found})}
    last = max(story.log, default=0)
    events.append(tx, at, by, RESTORED, because[:120], {"lost": counts, "journal": last})
    return found


def as_text(tx: Tx, because: str) -> Iterator[str]:
    """What was lost in one return, for the coordinator."""
    yield from words(records.of(tx, because))
