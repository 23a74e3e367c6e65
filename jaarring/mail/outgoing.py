"""Sending what is queued: claim one message, deliver it, note what became of it, then the next.

Each step is committed at once: a claim before the first byte goes out, an outcome as soon as it is known.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter

from jaarring.database import Store
from jaarring.ledger import outbox
from jaarring.mail.message import Outcome

Deliver = Callable[[outbox.Claimed], Outcome]


def send_queued(store: Store, deliver: Deliver, at: datetime) -> Counter[str]:
    """Send every message that may go at `at`, one by one; how many ended in which outcome.

    A channel that is set up wrongly (`config`) stops the round: no message after it would fare better.
    """
    worker, counts, begun = uuid.uuid4().hex, Counter[str](), perf_counter()

    def now() -> datetime:
        # A round may outlast a lease: one that is counted from its start would lapse while we still hold it.
        return at + timedelta(seconds=perf_counter() - begun)

    while True:
        with store.write() as tx:
            claimed = outbox.claim(tx, worker, now())
        if claimed is None:
            return counts
        outcome = deliver(claimed)
        with store.write() as tx:
            outbox.settle(tx, claimed, worker, outcome.kind, outcome.reply, now())
        counts[outcome.kind] += 1
        if outcome.kind == "config":
            return counts
