"""What test_crash.py runs in a process of its own: a worker that sends what waits, until it is killed.

A server that forks imports this once, and warms up Apprise, so that a worker is there in a moment.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import URL

from jaarring.database import Store
from jaarring.ledger.outbox import Claimed
from jaarring.mail import boxes
from jaarring.mail.channels import Channels
from jaarring.mail.message import Outcome
from jaarring.mail.outgoing import send_queued

ARCHIVE = "archief@waterveen.example"

Channels.open({"mail": "jmail://127.0.0.1"}).close()


def work(where: Path | URL, folder: Path, url: str, archive: str, at: datetime) -> None:
    """Send what waits, as a round does, in a process of its own."""
    store = Store(where, folder)
    with Channels.open({"mail": url}) as channels:

        def deliver(message: Claimed) -> Outcome:
            copy = ARCHIVE if archive else ""
            return channels.deliver(message.raw, message.recipient, "bounces@waterveen.example", archive=copy)

        def find(message: Claimed) -> bool:
            if not archive:
                return False
            with boxes.opened(archive) as box:
                return box.holds(message.message_id)

        send_queued(store, deliver, at, find=find)
    store.close()
