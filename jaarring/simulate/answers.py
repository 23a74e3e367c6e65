"""A form filled in as somebody plausibly would: on the milestone, or short of it where that is assumed.

It knows the columns of the accounts; what it does not know it fills by kind, so that a form which gains a
column can still be handed in.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jaarring.calendar import Quarter
from jaarring.forms.rules import Field, Form, Key, Row, Sheet, Value
from jaarring.goals.rules import Rating
from jaarring.reports.rules import MeasureState

EXAMPLE = "Voorbeeldtekst van de simulatie."
#: of the way from where the year began to the milestone: so far gets a theme that is off course
SHORT = Decimal("0.3")


def filled(form: Form, quarter: Quarter, day: date, off_course: bool, proposes: bool) -> dict[Key, Value]:
    """An answer for every cell that needs one. `proposes`: with a proposal for adjustment in it."""
    answers: dict[Key, Value] = {}
    for sheet in form.sheets:
        if sheet.id == "bijsturing":
            answers |= _proposal(sheet, quarter) if proposes else {}
            continue
        for row in sheet.rows:
            for column in sheet.columns:
                if sheet.asked(row, column):
                    field = sheet.field(row, column)
                    value = _answer(sheet, row, column.id, field, quarter, day, off_course)
                    if value not in (None, ""):
                        answers[sheet.id, row.id, column.id] = value
    return answers


def _answer(
    sheet: Sheet, row: Row, column: str, field: Field, quarter: Quarter, day: date, off_course: bool
) -> Value:
    already = row.cells.get(column)
    match sheet.id, column:
        case "indicatoren", "stand":
            return _value(row, field, off_course)
        case (("indicatoren" | "doelstellingen" | "gezamenlijk"), "oordeel"):
            return Rating.OFF_COURSE.value if off_course else Rating.ON_COURSE.value
        case "maatregelen", "stand":
            return already or _state(row, quarter)
        case _, "besteed":
            return already if already is not None else _spent(row, quarter)
        case _, ("toelichting" | "oorzaak"):
            return EXAMPLE if off_course else None
        case _, ("bron" | "antwoord"):
            return EXAMPLE
        case _, ("verwachting" | "verwacht"):
            return already
    return already if already is not None else _by_kind(field, day)


def _value(row: Row, field: Field, off_course: bool) -> Value:
    """The milestone, or part of the way to it; with the decimals that the field takes."""
    reach, begin = row.cells.get("mijlpaal"), row.cells.get("nulwaarde")
    if not isinstance(reach, (int, Decimal)):
        return None
    value = Decimal(reach)
    if off_course and isinstance(begin, (int, Decimal)):
        value = Decimal(begin) + (value - Decimal(begin)) * SHORT
    rounded = value.quantize(Decimal(1).scaleb(-field.decimals), ROUND_HALF_UP)
    if isinstance(field.minimum, Decimal):
        rounded = max(rounded, field.minimum)
    return min(rounded, field.maximum) if isinstance(field.maximum, Decimal) else rounded


def _state(row: Row, quarter: Quarter) -> str:
    end = row.cells.get("einde")
    done = end <= quarter.last if isinstance(end, date) else quarter.number == 4
    return MeasureState.DONE.value if done else MeasureState.ON_COURSE.value


def _spent(row: Row, quarter: Quarter) -> Value:
    """An even part of the budget, in whole euros, and never less than what was told before."""
    budget = next((row.cells[name] for name in ("begroot", "budget") if name in row.cells), None)
    before = row.cells.get("eerder")
    spent = Decimal(budget) * quarter.number // 4 if isinstance(budget, (int, Decimal)) else Decimal(0)
    return max(spent, Decimal(before)) if isinstance(before, (int, Decimal)) else spent


def _by_kind(field: Field, day: date) -> Value:
    """What fits in a cell that must be filled and that we know nothing of."""
    if not field.required:
        return None
    if field.choices:
        return field.choices[0]
    if field.kind == "date":
        return max(day, field.minimum) if isinstance(field.minimum, date) else day
    if field.kind == "text":
        return EXAMPLE
    return field.minimum if isinstance(field.minimum, Decimal) else Decimal(1)


def _proposal(sheet: Sheet, quarter: Quarter) -> dict[Key, Value]:
    """More time for one measure, no extra money: what any municipality can carry out."""
    if not sheet.rows:
        return {}
    row = sheet.rows[0]
    wanted: dict[str, Value] = {
        "wijziging": EXAMPLE,
        "oorzaak": EXAMPLE,
        "gevolg": EXAMPLE,
        "bedrag": Decimal(0),
        "einddatum": quarter.next.next.last,
    }
    choices = {column.id: column.choices for column in sheet.columns}
    if choices.get("maatregel", ("geen",)) == ("geen",):
        return {}
    wanted["maatregel"] = choices["maatregel"][-1]
    asked = {column.id for column in sheet.columns if sheet.asked(row, column)}
    return {(sheet.id, row.id, name): value for name, value in wanted.items() if name in asked}
