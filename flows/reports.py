"""Gathering: the forms that came back, taken in from the mailbox and from the intake folder."""

from __future__ import annotations

from flows.clock import moment, today
from flows.words import AsOf, Config, show, step
from tasks.ledger import read_mailbox, take_in_forms
from tasks.mail import send_queued


@step("reports")
def reports(config: Config, as_of: AsOf = None) -> None:
    """Take in the forms that came by mail or in the intake folder: a bad one is told why."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    came = read_mailbox(config, as_of, at)
    forms = take_in_forms(config, as_of, at)
    outcomes = send_queued(config, at)
    counts = {f"mails {fate}": count for fate, count in came.items()}
    show("reports", as_of, counts | {f"forms {fate}": count for fate, count in forms.items()} | outcomes)
