"""What a proposal does, computed from plans and accounts as the store has them now."""

from __future__ import annotations

from collections.abc import Mapping

from jaarring.adjustments import words
from jaarring.adjustments.rules import Adjustment, Places
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.plans.rules import Plan
from jaarring.reports import records as reports
from jaarring.reports.rules import IndicatorEntry, Received, ThemeAccount


def lines(here: Here, tx: Tx, one: Adjustment, known: Mapping[str, Plan], where: Places) -> tuple[str, ...]:
    """What it asks and what that does to budgets and forecast; for who must advise or decide."""
    said = newest(reports.of_year(tx, one.year))
    effects = words.effects(here.organisation, known, where, one.proposal, said, one.year)
    return (*words.changes(where, one.proposal, one.year), *effects)


def newest(accounts: Mapping[str, Received], until: int = 4) -> dict[str, tuple[int, IndicatorEntry]]:
    """Of each indicator the last quarter, up to `until`, in which something was measured or said."""
    found: dict[str, tuple[int, IndicatorEntry]] = {}
    for duty, received in sorted(accounts.items()):
        account, quarter = received.account, int(duty.split("/")[1][1])
        if isinstance(account, ThemeAccount) and quarter <= until:
            for entry in account.indicators:
                if entry.value is not None or entry.own_forecast is not None:
                    found[entry.indicator] = (quarter, entry)
    return found
