"""What a proposal does, computed from plans and accounts as the store has them now."""

from __future__ import annotations

from collections.abc import Mapping

from jaarring.adjustments import rules, words
from jaarring.adjustments.rules import Adjustment, Places
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.plans.rules import Plan
from jaarring.reports import records as reports


def lines(here: Here, tx: Tx, one: Adjustment, known: Mapping[str, Plan], where: Places) -> tuple[str, ...]:
    """What it asks and what that does to budgets and forecast; for who must advise or decide."""
    said = rules.newest(reports.of_year(tx, one.year))
    effects = words.effects(here.organisation, known, where, one.proposal, said, one.year)
    return (*words.changes(where, one.proposal, one.year), *effects)
