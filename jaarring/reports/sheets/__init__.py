"""The forms as sheets: of a theme, of a department, of the joint body. Plain: what is known in, sheets out.

Ids of sheets, rows and columns are Dutch: they stand in the YAML form, and a mistake in it names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.dutch import maanden
from jaarring.forms.rules import Field, Key, Sheet, Value
from jaarring.goals.rules import Measure
from jaarring.plans.rules import Plan
from jaarring.reports.rules import Account

#: what stands in a form for a secret measure: the form travels by mail
SECRET_TITLE = "geheime maatregel (omschrijving in de besloten bijlage)"
#: the one row of the sheets Geld, Bijsturing and Adviesvraag
MONEY, PROPOSAL, ADVICE = "thema", "voorstel", "vraag"


@dataclass(frozen=True)
class Known:
    """What a form is made from: the plans of the year, the last quarter's account, what was answered before.

    `plans` by subject, as adjusted; `theme_names` by theme id; `answers`: what the last version handed in
    under the same duty said, so that a form that went back does not have to be typed again. `advisers`: the
    functions of whom advice may be asked, the theme's own adviser first.
    """

    quarter: Quarter
    plans: Mapping[str, Plan]
    theme_names: Mapping[str, str]
    previous: Account | None = None
    answers: Mapping[Key, Value] = field(default_factory=dict)
    advisers: tuple[str, ...] = ()


def secret_ids(plans: Mapping[str, Plan]) -> frozenset[str]:
    """The numbers of the measures under secrecy: nothing of what they say is repeated in a mail."""
    return frozenset(p.measure.id for plan in plans.values() for p in plan.measures if p.measure.secrecy)


def hiding(plans: Mapping[str, Plan]) -> frozenset[str]:
    """The themes with a secret measure: the amounts of their other measures are in no form, for with the
    budget of the theme, which is public, that of the secret one would follow.
    """
    return frozenset(p.measure.theme for plan in plans.values() for p in plan.measures if p.measure.secrecy)


def euros(**amounts: Decimal | None) -> dict[str, Field]:
    """Cents only where an amount has them."""
    return {
        name: Field("euro", decimals=2)
        for name, amount in amounts.items()
        if amount is not None and amount != amount.to_integral_value()
    }


def title(measure: Measure) -> str:
    """The title of a measure as it may stand in a form that travels by mail."""
    return SECRET_TITLE if measure.secrecy else measure.title


def period(quarter: Quarter) -> str:
    """januari tot en met maart 2027"""
    return f"{maanden(quarter.number)} {quarter.year}"


def answered(sheet: Sheet, answers: Mapping[Key, Value]) -> Sheet:
    """The sheet with earlier answers filled in; in a row whose known words are secret nothing is."""
    rows = []
    for row in sheet.rows:
        asked = [column.id for column in sheet.columns if sheet.asked(row, column)]
        before = {id: answers[sheet.id, row.id, id] for id in asked if (sheet.id, row.id, id) in answers}
        kept = {**row.kept, **{id: before.pop(id) for id in row.kept if id in before}}
        keep = SECRET_TITLE in row.cells.values()
        rows.append(row if keep else replace(row, cells={**row.cells, **before}, kept=kept))
    return Sheet(sheet.id, sheet.name, sheet.intro, sheet.columns, tuple(rows))
