"""What keeps the public edition from being made: a secret, a person or an address in what people wrote.

A check for the inside: the public edition itself is cut by type and never depends on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.council.rules.shared import last, open_measures
from jaarring.plans.rules import PlannedMeasure
from jaarring.plans.rules.leaks import found_in, telling, unsaid
from jaarring.reports.rules import YearPart
from jaarring.tactical.year import Year


def refusals(year: Year) -> list[str]:
    """Why the public edition cannot be made: where, and what to do, without the secret itself.

    A view cannot know what people write in free text, so what would be printed is read first: what tells a
    secret measure (number, title, effect, decision, an amount in euros), a mail address, a person's name. A
    theme with a secret measure must say what it leaves out. Other words for the same are for a reader to see.
    """
    key = f"{year.year}/council"
    secrets = [pattern for one in year.secret() for pattern in telling(one.measure, _amounts(year, one))]
    found = list(unsaid(year.framework, (one.measure for one in year.secret())))
    found += found_in(_printed(year), year.organisation, secrets)
    return [f"{key}: {one}" for one in found]


def _amounts(year: Year, planned: PlannedMeasure) -> Iterator[Decimal | None]:
    """What a measure was first given, and what its department says it spent."""
    yield planned.was_budget
    for number in (1, 2, 3, 4):
        if entry := year.measure_entry(Quarter(year.year, number), planned.measure):
            yield entry.spent


def _printed(year: Year) -> Iterator[tuple[str, str]]:
    """Every text that somebody handed in and that the public edition prints, with its place."""
    for id in year.organisation.themes:
        account = year.theme_account(last(year), id)
        if account is None:
            continue
        where = f"verantwoording {last(year).key}/report/{id}"
        for one in account.indicators:
            yield f"{where}, toelichting bij {one.indicator}", one.explanation
            yield f"{where}, oorzaak bij {one.indicator}", one.cause
        yield f"{where}, toelichting op het geld", account.money_explanation
        part = account.year_part or YearPart()
        yield f"{where}, lessen", part.lessons
        yield f"{where}, risico's", part.risks
        yield f"{where}, vooruitblik", part.ahead
    joint = year.joint_account(last(year))
    for entry in joint.objectives if joint else ():
        yield (
            f"verantwoording {last(year).key}/report/oib, toelichting bij {entry.objective}",
            entry.explanation,
        )
    for theme, left_out in year.framework.withheld.items():
        yield f"strategy.yaml, wat bij {theme} wegblijft", left_out.text
    for planned in open_measures(year):
        yield f"maatregel {planned.measure.id}, titel", planned.measure.title
        yield f"maatregel {planned.measure.id}, effect", planned.measure.effect
    secret = {planned.measure.id for planned in year.secret()}
    for adjustment in year.adjustments:
        if adjustment.proposal.measure not in secret:
            yield f"{adjustment.id}, voorstel", adjustment.proposal.change
            yield f"{adjustment.id}, oorzaak", adjustment.proposal.cause
