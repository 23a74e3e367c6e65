"""Gathering: the forms that came back, taken in from the intake folder."""

from __future__ import annotations

from flows.clock import moment, today
from flows.words import AsOf, Config, show, step
from tasks.ledger import take_in_forms
from tasks.mail import send_queued


@step("reports")
def reports(config: Config, as_of: AsOf = None) -> None:
    """Take in the forms in the intake folder: a good one becomes an account, a bad one is told why."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    forms = take_in_forms(config, as_of, at)
    outcomes = send_queued(config, at)
    show("reports", as_of, {f"forms {fate}": count for fate, count in forms.items()} | outcomes)
