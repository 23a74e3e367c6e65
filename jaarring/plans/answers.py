"""From the answers in the form of a plan to the plan with the owner's measures, or every mistake by cell.

Plain. What each cell may hold by itself was checked when the form was read; here cells are seen together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jaarring.dutch import datum, euro
from jaarring.forms.rules import Answers, Mistake, Row, Sheet, place
from jaarring.goals.rules import Measure
from jaarring.plans.rules import Plan, PlannedMeasure
from jaarring.plans.rules.changing import rewritten
from jaarring.plans.sheets import DROPPED, MEASURES, MONEY, MONEY_SHEET, SECRET, Known, term

#: characters of a title and of the sentence for the organisation; both stand in a cell of a document
TITLE_LIMIT, EFFECT_LIMIT = 160, 500
_ASKED = ("maatregel", "effect", "afdeling", "doel", "budget", "begin", "einde")
_EMPTY = {
    "maatregel": "schrijf in een paar woorden wat er gebeurt",
    "effect": "schrijf in één zin wat de organisatie hiervan merkt",
    "afdeling": "kies de ene afdeling die de maatregel uitvoert",
    "doel": "kies aan welk doel de maatregel bijdraagt",
    "budget": "schrijf het bedrag, desnoods 0",
    "begin": "schrijf de eerste dag",
    "einde": "schrijf de laatste dag",
}


@dataclass(frozen=True)
class Written:
    """What an owner wrote: the plan, and a line for every measure as it was understood."""

    plan: Plan
    lines: tuple[str, ...]


def written(known: Known, sheets: tuple[Sheet, ...], answers: Answers) -> Written | list[Mistake]:
    """The plan that a form gives, or everything in it that does not fit together."""
    reading = _Reading(known, answers)
    rows = next(sheet for sheet in sheets if sheet.id == MEASURES).rows
    measures = [made for row in rows if (made := reading.measure(row)) is not None]
    asked = {row.id for row in rows}  # what came into the plan after the form was sent is not dropped by it
    measures += [planned for planned in known.plan.measures if planned.measure.id not in asked]
    reading.money(measures)
    if reading.wrong:
        return reading.wrong
    note = reading.text(MONEY_SHEET, MONEY, "toelichting")
    return Written(rewritten(known.plan, measures, note), tuple(reading.lines))


class _Reading:
    """One form being read: collects mistakes and what was understood, in the order of the form."""

    def __init__(self, known: Known, answers: Answers) -> None:
        self.known, self.answers = known, answers
        self.by_code = {code: id for id, code in known.codes.items()}
        self.derived = {planned.measure.id: planned for planned in known.derived}
        self.wrong: list[Mistake] = []
        self.lines: list[str] = []

    def measure(self, row: Row) -> PlannedMeasure | None:
        """The measure of a row; None where it was dropped, left empty, or is wrong."""
        now = self.known.plan.measure(row.id)
        planned = now or self.derived.get(row.id)
        if planned and planned.measure.secrecy:
            self.lines.append(f"{row.id}, {SECRET}: ongewijzigd")
            return planned
        if self.text(MEASURES, row.id, "keuze") == DROPPED:
            if planned:
                self.lines.append(f"{row.id} {planned.measure.title}: vervalt")
            return None
        if planned is None and not any(self.answers.values[MEASURES, row.id, id] for id in _ASKED):
            return None  # an empty row of the owner's own
        made = self._made(row.id, planned)
        if made is None:
            return None
        self.lines.append(self._line(made, planned))
        return replace(planned, measure=made) if planned else PlannedMeasure(made)

    def _made(self, id: str, planned: PlannedMeasure | None) -> Measure | None:
        before = len(self.wrong)
        amount = self.answers.values[MEASURES, id, "budget"]
        if amount is None and planned and self.known.hides_amounts:
            amount = planned.measure.budget  # what is left empty stays as it is
        values = {name: self.answers.values[MEASURES, id, name] for name in _ASKED} | {"budget": amount}
        for name, value in values.items():
            if value is None or value == "":
                self._tell(id, name, "is niet ingevuld", _EMPTY[name])
        title, effect = (" ".join(self.text(MEASURES, id, name).split()) for name in ("maatregel", "effect"))
        for name, text, most in (("maatregel", title, TITLE_LIMIT), ("effect", effect, EFFECT_LIMIT)):
            if len(text) > most:
                self._tell(id, name, "is te lang", f"schrijf ten hoogste {most} tekens")
        code = self.text(MEASURES, id, "afdeling")
        if code and code not in self.by_code:
            self._tell(id, "afdeling", "is geen afdeling", f"kies uit: {', '.join(self.by_code)}")
        start, end = values["begin"], values["einde"]
        if isinstance(start, date) and isinstance(end, date) and end < start:
            self._tell(id, "einde", f"ligt voor het begin ({datum(start)})", "verbeter een van beide data")
        if len(self.wrong) > before:
            return None
        assert isinstance(amount, Decimal | int) and isinstance(start, date) and isinstance(end, date)
        return Measure(
            id=id,
            title=title,
            theme=self.known.plan.subject,
            department=self.by_code[code],
            goal=self.text(MEASURES, id, "doel"),
            budget=Decimal(amount),
            start=start,
            end=end,
            effect=effect,
            sources=planned.measure.sources if planned else (),
        )

    def _line(self, made: Measure, planned: PlannedMeasure | None) -> str:
        """What was understood of a measure. Where a theme has a secret one, only an amount that was typed."""
        typed = self.answers.values[MEASURES, made.id, "budget"] is not None
        parts = [self.known.codes[made.department], f"doel {made.goal}"]
        if typed:
            parts.append(euro(made.budget))
        parts.append(term(made))
        state = "nieuw: " if planned is None else "gewijzigd: " if made != planned.measure else ""
        return f"{made.id} {state}{made.title}; {'; '.join(parts)}. Effect: {made.effect}"

    def money(self, measures: list[PlannedMeasure]) -> None:
        """Together not more than the theme has; by how much is not said where that betrays a secret."""
        together = sum((planned.measure.budget for planned in measures), Decimal(0))
        budget = self.known.plan.budget
        if together <= budget or self.wrong:
            return
        what = "de maatregelen kosten samen meer dan het budget van het thema"
        if not self.known.hides_amounts:
            what = f"de maatregelen kosten samen {euro(together)}, het thema heeft {euro(budget)}"
        remedy = "verlaag een bedrag of laat een maatregel vervallen"
        self.wrong.append(Mistake(place(self.answers, MONEY_SHEET, MONEY, "toelichting"), what, remedy))

    def text(self, sheet: str, row: str, column: str) -> str:
        value = self.answers.values[sheet, row, column]
        return value.strip() if isinstance(value, str) else ""

    def _tell(self, row: str, column: str, what: str, remedy: str) -> None:
        self.wrong.append(Mistake(place(self.answers, MEASURES, row, column), what, remedy))
