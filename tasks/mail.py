"""Sending: the outbox itself tries a message again with growing pauses, so a task only meets what is left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jaarring import steps
from jaarring.here import municipality
from tasks.ledger import retried
from tasks.opened import discreet


@retried
def send_queued(config: Path, at: datetime) -> dict[str, int]:
    """Send every message that may go now; how many ended in which outcome."""
    with discreet(), municipality(config) as here:
        return dict(steps.send(here, at))
