"""Asking and chasing: everything that is due and still open, once."""

from __future__ import annotations

from flows.clock import moment, today
from flows.words import AsOf, Config, show, step
from tasks.ledger import queue_post, queue_reminders
from tasks.mail import send_queued


@step("reminders")
def reminders(config: Config, as_of: AsOf = None) -> None:
    """Ask for what is due on `as_of` (default: today in the municipality). Run twice, it asks once."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    asked = queue_reminders(config, as_of, at)
    posted = queue_post(config, as_of, at)
    outcomes = send_queued(config, at)
    counts = {f"occasions {fate}": len(keys) + len(posted.get(fate, ())) for fate, keys in asked.items()}
    show("reminders", as_of, counts | outcomes)
