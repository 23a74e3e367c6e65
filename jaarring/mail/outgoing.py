"""Sending what is queued: claim one message, deliver it, note what became of it, then the next.

Each step is committed at once: a claim before the first byte goes out, an outcome as soon as it is known.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from jaarring.database import Store
from jaarring.ledger import outbox
from jaarring.mail.message import Outcome

Deliver = Callable[[outbox.Claimed], Outcome]


def send_queued(store: Store, deliver: Deliver, at: datetime) -> Counter[str]:
    """Send every message that may go at `at`, one by one; how many ended in which outcome.

    A channel that is set up wrongly (`config`) stops the round: no message after it would fare better.
    """
    worker, counts = uuid.uuid4().hex, Counter[str]()
    while True:
        with store.write() as tx:
            claimed = outbox.claim(tx, worker, at)
        if claimed is None:
            return counts
        outcome = deliver(claimed)
        with store.write() as tx:
            outbox.settle(tx, claimed, worker, outcome.kind, outcome.reply, at)
        counts[outcome.kind] += 1
        if outcome.kind == "config":
            return counts
