"""From the answers in a form to an account, and back. Plain.

`account` looks across cells: what each cell may hold by itself was checked when the form was read. A doubt
about a figure is taken away by an explanation: then it was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from jaarring.dutch import euro
from jaarring.forms.rules import Answers, Form, Key, Mistake, Row, Sheet, Value, place
from jaarring.forms.spelling import dutch
from jaarring.goals.rules import Rating
from jaarring.occasions import Duty
from jaarring.plans.rules import JOINT
from jaarring.reports.rules import (
    Account,
    AdviceWanted,
    DepartmentAccount,
    IndicatorEntry,
    JointAccount,
    JointEntry,
    MeasureEntry,
    MeasureState,
    ObjectiveEntry,
    Proposal,
    ThemeAccount,
    YearPart,
)
from jaarring.reports.sheets import ADVICE, MONEY, PROPOSAL
from jaarring.reports.sheets.theme import LESSONS

#: a value more than so many times all that is known of it is asked back
ABSURD = 10
#: what a proposal needs, and what to write; a new end date only where it changes
_WANTED = {
    "maatregel": "kies het nummer van de maatregel",
    "wijziging": "schrijf wat u wilt veranderen",
    "oorzaak": "schrijf wat de oorzaak is",
    "gevolg": "schrijf wat er gebeurt als we niets doen",
    "bedrag": "schrijf het bedrag dat u extra vraagt, of 0",
}


def account(form: Form, answers: Answers) -> Account | list[Mistake]:
    """The account that a form gives, or everything in it that does not fit together."""
    reading = _Reading(form, answers)
    duty = Duty(form.key)
    made: Account
    if duty.kind == "account":
        made = reading.department()
    elif duty.subject == JOINT:
        made = reading.joint()
    else:
        made = reading.theme()
    return reading.wrong or made


class _Reading:
    """One form being read: collects mistakes in the order of the form."""

    def __init__(self, form: Form, answers: Answers) -> None:
        self.sheets = {sheet.id: sheet for sheet in form.sheets}
        self.answers = answers
        self.wrong: list[Mistake] = []

    def theme(self) -> ThemeAccount:
        sheets = self.sheets
        indicators = tuple(self._indicator(row) for row in sheets["indicatoren"].rows)
        objectives = tuple(
            ObjectiveEntry(row.id, *self._rated(sheets["doelstellingen"], row))
            for row in sheets["doelstellingen"].rows
        )
        money = sheets["geld"].rows[0]
        self._spent("geld", money, "begroot")
        return ThemeAccount(
            indicators,
            objectives,
            self._number("geld", MONEY, "besteed"),
            self._text("geld", MONEY, "toelichting"),
            self._proposal(),
            YearPart(*(self._text("jaardeel", id, "antwoord") for id in LESSONS))
            if "jaardeel" in sheets
            else None,
            self._advice() if "adviesvraag" in sheets else None,
        )

    def department(self) -> DepartmentAccount:
        return DepartmentAccount(tuple(self._measure(row) for row in self.sheets["maatregelen"].rows))

    def joint(self) -> JointAccount:
        sheet = self.sheets["gezamenlijk"]
        return JointAccount(tuple(JointEntry(row.id, *self._rated(sheet, row)) for row in sheet.rows))

    def _indicator(self, row: Row) -> IndicatorEntry:
        sheet = self.sheets["indicatoren"]
        value = self._number(sheet.id, row.id, "stand")
        for column in ("stand", "verwachting"):
            self._plausible(row, column)
        if value is not None and self._text(sheet.id, row.id, "oordeel") == Rating.NOT_MEASURED:
            what = "'niet gemeten' past niet bij een stand die is ingevuld"
            self._tell(sheet.id, row.id, "oordeel", what, "kies een ander oordeel, of maak de stand leeg")
        rating, explanation = self._rated(sheet, row)
        return IndicatorEntry(
            row.id,
            value,
            self._text(sheet.id, row.id, "bron"),
            rating,
            explanation,
            self._text(sheet.id, row.id, "oorzaak"),
            self._number(sheet.id, row.id, "verwachting"),
        )

    def _rated(self, sheet: Sheet, row: Row) -> tuple[Rating, str]:
        """Rating and explanation of a row; off course without a word about it is a mistake."""
        rating = Rating(self._text(sheet.id, row.id, "oordeel"))
        explanation = self._text(sheet.id, row.id, "toelichting")
        self._off_course(sheet.id, row.id, rating, explanation)
        return rating, explanation

    def _off_course(self, sheet: str, row: str, said: str, explanation: str) -> None:
        if said == Rating.OFF_COURSE and not explanation:
            what = "bij 'niet op koers' hoort een toelichting"
            self._tell(sheet, row, "toelichting", what, "schrijf in een of twee zinnen wat er aan de hand is")

    def _measure(self, row: Row) -> MeasureEntry:
        state = MeasureState(self._text("maatregelen", row.id, "stand"))
        self._spent("maatregelen", row, "budget")
        explanation = self._text("maatregelen", row.id, "toelichting")
        self._off_course("maatregelen", row.id, state, explanation)
        return MeasureEntry(
            row.id,
            state,
            self._spent_by(row),
            self._day("maatregelen", row.id, "verwacht"),
            explanation,
        )

    def _spent_by(self, row: Row) -> Decimal | None:
        """What was typed; where the form may not show what was said before, that stays if left empty."""
        typed, before = self._number("maatregelen", row.id, "besteed"), row.kept.get("besteed")
        return before if typed is None and isinstance(before, Decimal) else typed

    def _proposal(self) -> Proposal | None:
        """Nothing, or a whole proposal: what is missing in half of one is told cell by cell."""
        sheet = self.sheets["bijsturing"]
        cells = {column.id: self.answers.values[sheet.id, PROPOSAL, column.id] for column in sheet.columns}
        if all(value is None for value in cells.values()):
            return None
        if (cells.get("indicator") is None) != (cells.get("doel") is None):
            column = "doel" if cells.get("doel") is None else "indicator"
            what = "een ander doel heeft een indicator en een getal nodig"
            self._tell(sheet.id, PROPOSAL, column, what, "vul beide in, of maak beide leeg")
        other_target = cells.get("indicator") is not None
        for column, remedy in _WANTED.items():
            if cells[column] is None and not (other_target and column in ("maatregel", "bedrag")):
                what = "dit ontbreekt in uw voorstel"
                self._tell(sheet.id, PROPOSAL, column, what, f"{remedy}, of maak het hele voorstel leeg")
        return Proposal(
            measure=self._text(sheet.id, PROPOSAL, "maatregel"),
            change=self._text(sheet.id, PROPOSAL, "wijziging"),
            cause=self._text(sheet.id, PROPOSAL, "oorzaak"),
            consequence=self._text(sheet.id, PROPOSAL, "gevolg"),
            amount=self._number(sheet.id, PROPOSAL, "bedrag") or Decimal(0),
            end=self._day(sheet.id, PROPOSAL, "einddatum"),
            targets=self._targets(cells),
        )

    def _targets(self, cells: Mapping[str, Value]) -> tuple[tuple[str, Decimal], ...]:
        indicator, value = cells.get("indicator"), cells.get("doel")
        if isinstance(indicator, str) and isinstance(value, (int, Decimal)):
            return ((indicator, Decimal(value)),)
        return ()

    def _advice(self) -> AdviceWanted | None:
        """Nothing, or of whom and what."""
        adviser, question = (self._text("adviesvraag", ADVICE, column) for column in ("aan", "vraag"))
        if not adviser and not question:
            return None
        for column, said in (("aan", adviser), ("vraag", question)):
            if not said:
                what = "dit ontbreekt in uw adviesvraag"
                remedy = "kies aan wie" if column == "aan" else "schrijf uw vraag"
                self._tell("adviesvraag", ADVICE, column, what, f"{remedy}, of maak het blad leeg")
        return AdviceWanted(adviser, question)

    def _plausible(self, row: Row, column: str) -> None:
        """A figure far beyond all that is known of its indicator; a comma that became a point looks so."""
        value = self._number("indicatoren", row.id, column)
        known = [row.cells.get(name) for name in ("nulwaarde", "doel", "mijlpaal", "vorige")]
        most = max(
            (abs(Decimal(figure)) for figure in known if isinstance(figure, (int, Decimal))), default=0
        )
        if value is None or not most or abs(value) <= most * ABSURD:
            return
        if not self._text("indicatoren", row.id, "toelichting"):
            what = f"{dutch(value)} is meer dan {ABSURD} keer het doel en de vorige stand"
            self._tell(
                "indicatoren",
                row.id,
                column,
                what,
                "verbeter het getal; klopt het, schrijf dan een toelichting",
            )

    def _spent(self, sheet: str, row: Row, budget: str) -> None:
        """Less than last time was counted from the wrong day; far beyond the budget has a nought too many."""
        value = self._number(sheet, row.id, "besteed")
        known = {**row.cells, **row.kept}
        allowed, before = known.get(budget), known.get("eerder")
        if value is None or self._text(sheet, row.id, "toelichting"):
            return
        if isinstance(before, Decimal) and value < before:
            what = f"{euro(value)} is minder dan de vorige opgave"
            what += "" if "eerder" in row.kept else f" ({euro(before)})"  # what the form hides is not said
            remedy = "tel alles op vanaf 1 januari; klopt het, schrijf dan een toelichting"
            self._tell(sheet, row.id, "besteed", what, remedy)
        elif isinstance(allowed, Decimal) and allowed and value > allowed * ABSURD:
            what = f"{euro(value)} is meer dan {ABSURD} keer het budget"
            remedy = "verbeter het bedrag; klopt het, schrijf dan een toelichting"
            self._tell(sheet, row.id, "besteed", what, remedy)

    def _text(self, *key: str) -> str:
        value = self.answers.values[key[0], key[1], key[2]]
        return value if isinstance(value, str) else ""

    def _number(self, *key: str) -> Decimal | None:
        value = self.answers.values[key[0], key[1], key[2]]
        return Decimal(value) if isinstance(value, (int, Decimal)) else None

    def _day(self, *key: str) -> date | None:
        value = self.answers.values[key[0], key[1], key[2]]
        return value if isinstance(value, date) else None

    def _tell(self, sheet: str, row: str, column: str, what: str, remedy: str) -> None:
        self.wrong.append(Mistake(place(self.answers, sheet, row, column), what, remedy))


def values(account: Account) -> dict[Key, Value]:
    """What somebody would type into the form to hand in this account; empty cells are left out."""
    match account:
        case ThemeAccount():
            cells = _theme_values(account)
        case DepartmentAccount():
            cells = _measure_values(account)
        case JointAccount():
            cells = _rated_values("gezamenlijk", {one.objective: one for one in account.objectives})
    return {key: value for key, value in cells.items() if value not in (None, "")}


def _measure_values(account: DepartmentAccount) -> dict[Key, Value]:
    cells: dict[Key, Value] = {}
    for one in account.measures:
        cells["maatregelen", one.measure, "stand"] = one.state.value
        cells["maatregelen", one.measure, "besteed"] = one.spent
        cells["maatregelen", one.measure, "verwacht"] = one.expected_end
        cells["maatregelen", one.measure, "toelichting"] = one.explanation
    return cells


def _theme_values(account: ThemeAccount) -> dict[Key, Value]:
    cells = _rated_values("indicatoren", {one.indicator: one for one in account.indicators})
    cells |= _rated_values("doelstellingen", {one.objective: one for one in account.objectives})
    for one in account.indicators:
        cells["indicatoren", one.indicator, "stand"] = one.value
        cells["indicatoren", one.indicator, "bron"] = one.source
        cells["indicatoren", one.indicator, "oorzaak"] = one.cause
        cells["indicatoren", one.indicator, "verwachting"] = one.own_forecast
    cells["geld", MONEY, "besteed"] = account.spent
    cells["geld", MONEY, "toelichting"] = account.money_explanation
    if asked := account.proposal:
        cells["bijsturing", PROPOSAL, "maatregel"] = asked.measure or None
        cells["bijsturing", PROPOSAL, "wijziging"] = asked.change
        cells["bijsturing", PROPOSAL, "oorzaak"] = asked.cause
        cells["bijsturing", PROPOSAL, "gevolg"] = asked.consequence
        cells["bijsturing", PROPOSAL, "bedrag"] = asked.amount
        cells["bijsturing", PROPOSAL, "einddatum"] = asked.end
        for indicator, value in asked.targets:
            cells["bijsturing", PROPOSAL, "indicator"] = indicator
            cells["bijsturing", PROPOSAL, "doel"] = value
    if wanted := account.advice:
        cells["adviesvraag", ADVICE, "aan"] = wanted.adviser
        cells["adviesvraag", ADVICE, "vraag"] = wanted.question
    if part := account.year_part:
        for row, text in zip(LESSONS, (part.lessons, part.risks, part.ahead), strict=True):
            cells["jaardeel", row, "antwoord"] = text
    return cells


def _rated_values(
    sheet: str, entries: Mapping[str, IndicatorEntry | ObjectiveEntry | JointEntry]
) -> dict[Key, Value]:
    cells: dict[Key, Value] = {}
    for id, entry in entries.items():
        cells[sheet, id, "oordeel"] = entry.rating.value
        cells[sheet, id, "toelichting"] = entry.explanation
    return cells
