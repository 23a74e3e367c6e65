"""The plans of the year, derived from the strategic framework on their date."""

from __future__ import annotations

from flows.clock import moment, today
from flows.words import AsOf, Config, show, step
from tasks.documents import derive_plans
from tasks.mail import send_queued


@step("plans")
def plans(config: Config, as_of: AsOf = None) -> None:
    """Derive the plans that are due from the adopted framework. Run twice, it derives them once."""
    as_of = as_of or today(config)
    at = moment(config, as_of)
    derived = derive_plans(config, as_of, at)
    outcomes = send_queued(config, at)
    show("plans", as_of, {"occasions done": len(derived), **outcomes})
