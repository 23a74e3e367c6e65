"""The form of a proposal for adjustment by itself: why, and what changes, measure by measure (R16).

What it shows is text, so that the form can be kept as it was sent and read again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from jaarring.adjustments.words import value
from jaarring.dutch import datum, euro
from jaarring.forms.rules import Answers, Column, Field, Mistake, Row, Sheet, Value, place
from jaarring.plans.rules import Plan
from jaarring.reports.rules import Change, Proposal
from jaarring.reports.sheets.theme import value_field

WHY, MEASURES, TARGETS = "waarom", "maatregelen", "doelen"
QUESTIONS = {
    "wijziging": "Wat wilt u veranderen?",
    "oorzaak": "Wat is de oorzaak?",
    "gevolg": "Wat gebeurt er als we niets doen?",
}


def sheets(plan: Plan) -> tuple[Sheet, ...]:
    """The sheets for one theme. A secret measure has no row: about it nobody writes in a mail."""
    made = [_why(), _measures(plan)]
    if any(objective.targets for objective in plan.objectives):
        made.append(_targets(plan))
    return tuple(sheet for sheet in made if sheet.rows)


def _why() -> Sheet:
    columns = (
        Column("vraag", "Vraag", "text", 36, False),
        Column("antwoord", "Uw antwoord", "text", 100, True, required=True),
    )
    rows = tuple(Row(id, {"vraag": question}) for id, question in QUESTIONS.items())
    return Sheet(WHY, "Voorstel", "Schrijf in gewone zinnen wat u voorstelt, en waarom.", columns, rows)


def _measures(plan: Plan) -> Sheet:
    shown = [planned.measure for planned in plan.measures if not planned.measure.secrecy]
    hidden = len(shown) < len(plan.measures)
    columns = (
        Column("nummer", "Nr", "text", 7, False),
        Column("maatregel", "Maatregel", "text", 50, False),
        *(() if hidden else (Column("budget", "Budget nu", "text", 14, False),)),
        Column("einde", "Einddatum nu", "text", 19, False),
        Column("extra", "Extra geld", "euro", 14, True, minimum=Decimal(0), help="In euro's."),
        Column("minder", "Kan met minder", "euro", 14, True, minimum=Decimal(0), help="In euro's."),
        Column(
            "nieuw",
            "Nieuwe einddatum",
            "date",
            19,
            True,
            minimum=date(plan.year, 1, 1),
            maximum=date(plan.year + 1, 12, 31),
        ),
    )
    rows = []
    for measure in shown:
        cells: dict[str, Value] = {
            "nummer": measure.id,
            "maatregel": measure.title,
            "einde": datum(measure.end),
        }
        rows.append(Row(measure.id, cells if hidden else cells | {"budget": euro(measure.budget)}))
    intro = "Vul alleen de maatregelen in die veranderen. De andere regels laat u leeg."
    return Sheet(MEASURES, "Maatregelen", intro, columns, tuple(rows))


def _targets(plan: Plan) -> Sheet:
    columns = (
        Column("indicator", "Indicator", "text", 50, False),
        Column("nu", f"Doel {plan.year} nu", "text", 16, False),
        Column("nieuw", f"Nieuw doel {plan.year}", "number", 14, True),
    )
    rows = []
    for objective in plan.objectives:
        for target in objective.targets:
            indicator = target.indicator
            field = value_field(indicator, max(indicator.decimals, 2))
            name = f"{indicator.id} {indicator.name}"
            shown: dict[str, Value] = {"indicator": name, "nu": value(indicator, round(target.target, 2))}
            rows.append(Row(indicator.id, shown, {"nieuw": _plain(field)}))
    intro = "Moet een doel van dit jaar anders? Vul dan het nieuwe getal in. Anders laat u dit leeg."
    return Sheet(TARGETS, "Doelen", intro, columns, tuple(rows))


def _plain(field: Field) -> Field:
    """A count is asked as a number, so that a target between two counts can be told in words."""
    return replace(field, kind="number") if field.kind == "count" else field


def proposal(made: tuple[Sheet, ...], answers: Answers) -> Proposal | list[Mistake]:
    """The proposal that a form gives, or everything in it that does not fit together."""
    said, wrong = answers.values, []
    changes: list[Change] = []
    asked = {sheet.id: sheet for sheet in made}
    for row in asked[MEASURES].rows if MEASURES in asked else ():
        more, less = said[MEASURES, row.id, "extra"], said[MEASURES, row.id, "minder"]
        end = said[MEASURES, row.id, "nieuw"]
        if more and less:
            what = "een maatregel krijgt meer of kan met minder, niet allebei"
            wrong.append(Mistake(place(answers, MEASURES, row.id, "minder"), what, "maak een van beide leeg"))
        amount = _amount(more) - _amount(less)
        if amount or end is not None:
            changes.append(Change(row.id, amount, end if isinstance(end, date) else None))
    targets = tuple(
        (row.id, Decimal(new))
        for row in (asked[TARGETS].rows if TARGETS in asked else ())
        if isinstance(new := said[TARGETS, row.id, "nieuw"], (int, Decimal))
    )
    if not changes and not targets and not wrong:
        first = asked[MEASURES].rows[0].id if MEASURES in asked else asked[TARGETS].rows[0].id
        sheet, column = (MEASURES, "extra") if MEASURES in asked else (TARGETS, "nieuw")
        what = "het voorstel verandert nog niets"
        remedy = "vul bij een maatregel geld of een datum in, of een nieuw doel"
        wrong.append(Mistake(place(answers, sheet, first, column), what, remedy))
    if wrong:
        return wrong
    first_one, others = _first(changes)
    change, cause, consequence = (str(said[WHY, id, "antwoord"]) for id in QUESTIONS)
    return Proposal(
        first_one.measure,
        change,
        cause,
        consequence,
        amount=first_one.amount,
        end=first_one.end,
        others=others,
        targets=targets,
    )


def _first(changes: list[Change]) -> tuple[Change, tuple[Change, ...]]:
    """The measure that gets most stands first: of that one the decision can set the amount."""
    if not changes or all(one.amount < 0 for one in changes):
        return Change(""), tuple(changes)
    first = max(changes, key=lambda one: one.amount)
    return first, tuple(one for one in changes if one is not first)


def _amount(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(0)
