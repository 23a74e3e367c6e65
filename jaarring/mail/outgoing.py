"""Sending what is queued: claim one message, deliver it, note what became of it, then the next.

Each step is committed at once: a claim before the first byte goes out, an outcome as soon as it is known.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from time import perf_counter

from jaarring.database import Store
from jaarring.ledger import outbox, pauses
from jaarring.ledger.outbox import Claimed
from jaarring.mail.boxes import BoxError
from jaarring.mail.message import Outcome

Deliver = Callable[[Claimed], Outcome]
#: whether a message lies in the archive; raises BoxError where nobody can say
Find = Callable[[Claimed], bool]

UNREADABLE = "misschien al verstuurd, en het archief is niet te lezen"
FOUND = Outcome("sent", "het archief heeft dit bericht: het was al verstuurd", "kept")


def send_queued(
    store: Store,
    deliver: Deliver,
    at: datetime,
    *,
    find: Find | None = None,
    addresses: Mapping[str, str] | None = None,
) -> Counter[str]:
    """Send every message that may go at `at`, one by one; how many ended in which outcome.

    A channel that is set up wrongly (`config`) rests: no message along it would fare better, those along
    others go. `find`: looks in the archive for one that may have been sent before its sender died; without it
    such a one is sent again. `addresses`: each channel's URL as configured; one that was changed rests no
    more.
    """
    worker, counts, begun = uuid.uuid4().hex, Counter[str](), perf_counter()

    def now() -> datetime:
        # A round may outlast a lease: one that is counted from its start would lapse while we still hold it.
        return at + timedelta(seconds=perf_counter() - begun)

    if addresses is not None:
        with store.write() as tx:
            pauses.lift_changed(tx, addresses, at)
    while True:
        with store.write() as tx:
            claimed = outbox.claim(tx, worker, now())
        if claimed is None:
            return counts
        try:
            outcome = FOUND if claimed.lapsed and find and find(claimed) else deliver(claimed)
        except BoxError as error:
            with store.write() as tx:
                outbox.wait(tx, claimed, worker, f"{UNREADABLE}: {error}", now())
            counts["unknown"] += 1
            continue
        with store.write() as tx:
            outbox.settle(tx, claimed, worker, outcome.kind, outcome.reply, now(), outcome.proof)
            if outcome.kind == "config":
                address = (addresses or {}).get(claimed.channel, "")
                pauses.pause(tx, claimed.channel, outcome.reply, now(), address)
            else:
                pauses.lift(tx, claimed.channel, now())
        counts[outcome.kind] += 1
