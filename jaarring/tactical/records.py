"""A snapshot of a cycle year, read in one transaction."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select

from jaarring.adjustments import records as adjustments
from jaarring.database import Tx
from jaarring.governance import Organisation
from jaarring.ledger import due
from jaarring.ledger.decisions import decision
from jaarring.plans import records as plans
from jaarring.plans.heirs import carried
from jaarring.reports import records as reports
from jaarring.tactical.year import Taken, Year


def snapshot(tx: Tx, organisation: Organisation, year: int, on: date | None = None) -> Year | None:
    """The year as the store has it; None while no framework has been adopted for it.

    `on`: with the work divided over the themes as it was that day; `organisation` must be of that day too.
    """
    framework = plans.adopted_framework(tx, year)
    if framework is None:
        return None
    accounts = reports.of_year(tx, year)
    return Year(
        organisation=organisation,
        year=year,
        framework=carried(framework, organisation),
        plans={subject: kept.plan for subject, kept in plans.of_year(tx, year, on).items()},
        accounts=accounts,
        late=frozenset(duty for duty in accounts if reports.versions(tx, duty)[0].late),
        adjustments=tuple(adjustments.of_year(tx, year)),
        decisions=tuple(decisions_of(tx, year)),
        occasions=tuple(entry.occasion for entry in due.of_year(tx, year) if entry.state != "withdrawn"),
    )


def decisions_of(tx: Tx, year: int) -> list[Taken]:
    """Every decision about an occasion, duty or adjustment of a cycle year, in the order of recording."""
    mine = or_(decision.c.subject.like(f"{year}/%"), decision.c.subject.like(f"BV-{year}-%"))
    return [
        Taken(row.subject, row.verb, row.body, row.date, row.number, row.reason)
        for row in tx.execute(select(decision).where(mine).order_by(decision.c.id))
    ]
