"""A snapshot of a cycle year, read in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import or_, select

from jaarring.adjustments import records as adjustments
from jaarring.database import Tx
from jaarring.delays import standing as counting
from jaarring.goals.rules import Framework
from jaarring.governance import Organisation
from jaarring.ledger import dispensations, due, outbox
from jaarring.ledger.decisions import decision
from jaarring.plans import records as plans
from jaarring.plans.heirs import carried
from jaarring.plans.rules import Plan
from jaarring.reports import records as reports
from jaarring.signals import records as signals
from jaarring.tactical.year import Taken, Year


def snapshot(tx: Tx, organisation: Organisation, year: int, on: date | None = None) -> Year | None:
    """The year as the store has it; None while no framework has been adopted for it.

    `on`: with the work divided over the themes as it was that day; `organisation` must be of that day too.
    """
    framework = plans.adopted_framework(tx, year)
    if framework is None:
        return None
    accounts = reports.of_year(tx, year)
    standing = {subject: kept.plan for subject, kept in plans.of_year(tx, year, on).items()}
    return Year(
        organisation=organisation,
        year=year,
        framework=_with_targets(carried(framework, organisation), standing),
        plans=standing,
        accounts=accounts,
        late=frozenset(duty for duty in accounts if reports.versions(tx, duty)[0].late),
        unasked=frozenset(_unasked(tx, year, accounts)),
        adjustments=tuple(adjustments.of_year(tx, year)),
        decisions=tuple(decisions_of(tx, year)),
        signals=tuple(signals.of_year(tx, year)),
        advices=tuple(signals.advices(tx, year)),
        delays=tuple(counting(dispensations.of_year(tx, year))),
        occasions=tuple(entry.occasion for entry in due.of_year(tx, year) if entry.state != "withdrawn"),
    )


def _unasked(tx: Tx, year: int, accounts: Collection[str]) -> Iterator[str]:
    for entry in due.of_year(tx, year):
        duty = entry.occasion.duty
        if entry.occasion.kind == "due" and duty not in accounts and outbox.never_reached(tx, duty):
            yield duty


def _with_targets(framework: Framework, plans: Mapping[str, Plan]) -> Framework:
    """The framework with the year targets that adjustments gave: what the plans have."""
    changed = {
        target.indicator.id: target.indicator
        for plan in plans.values()
        for objective in plan.objectives
        for target in objective.targets
        if target.was_target is not None
    }
    if not changed:
        return framework
    goals = tuple(
        replace(goal, indicators=tuple(changed.get(one.id, one) for one in goal.indicators))
        for goal in framework.goals
    )
    return replace(framework, goals=goals)


def decisions_of(tx: Tx, year: int) -> list[Taken]:
    """Every decision about an occasion, duty or adjustment of a cycle year, in the order of recording."""
    mine = or_(decision.c.subject.like(f"{year}/%"), decision.c.subject.like(f"BV-{year}-%"))
    return [
        Taken(row.subject, row.verb, row.body, row.date, row.number, row.reason)
        for row in tx.execute(select(decision).where(mine).order_by(decision.c.id))
    ]
