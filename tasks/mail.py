"""Sending: the outbox itself tries a message again with growing pauses, so a task only meets what is left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from jaarring.here import municipality
from jaarring.mail.channels import Channels
from jaarring.mail.outgoing import send_queued as send
from tasks.ledger import database_was_busy


@task(
    retries=3,
    retry_delay_seconds=[1, 5, 25],
    retry_condition_fn=database_was_busy,
    persist_result=False,
    cache_policy=NO_CACHE,
)
def send_queued(config: Path, at: datetime) -> dict[str, int]:
    """Send every message that may go now; how many ended in which outcome."""
    with municipality(config) as here:
        settings = here.config.channels
        with Channels.open({"mail": settings.mail}, base=config) as channels:
            return dict(
                send(
                    here.store,
                    lambda message: channels.deliver(message.raw, message.recipient, settings.bounces),
                    at,
                )
            )
