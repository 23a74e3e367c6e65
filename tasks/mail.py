"""Sending: the outbox itself tries a message again with growing pauses, so a task only meets what is left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jaarring.here import municipality
from jaarring.ledger.outbox import Claimed
from jaarring.mail import outgoing
from jaarring.mail.channels import Channels
from jaarring.mail.message import Outcome
from tasks.ledger import retried
from tasks.opened import discreet


@retried
def send_queued(config: Path, at: datetime) -> dict[str, int]:
    """Send every message that may go now; how many ended in which outcome."""
    with discreet(), municipality(config) as here:
        settings = here.config.channels
        with Channels.open({"mail": settings.mail}, base=config) as channels:

            def deliver(message: Claimed) -> Outcome:
                return channels.deliver(message.raw, message.recipient, settings.bounces)

            return dict(outgoing.send_queued(here.store, deliver, at))
