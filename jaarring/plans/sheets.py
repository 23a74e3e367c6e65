"""The form of a plan as sheets: what is imposed (locked), the measures that the owner writes (D4), the money.

Plain: what is known in, sheets out. Ids of sheets, rows and columns are Dutch: they stand in the YAML form,
and a mistake in it names them. The form travels by mail, so of a secret measure it has the number only; and
where a theme has one, no amount of any measure stands in it, for the rest would follow by subtraction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.dutch import datum
from jaarring.forms.rules import Column, Field, Row, Sheet, Value
from jaarring.goals.rules import Measure
from jaarring.plans.figures import counted, quantity
from jaarring.plans.rules import Objective, Plan, PlannedMeasure, Target

#: empty rows for measures of the owner's own
OWN_ROWS = 5
GOES_ON, DROPPED = "gaat door", "vervalt"
#: the one row of the sheet Geld
MONEY = "thema"
SECRET = "geheime maatregel"
MEASURES, MONEY_SHEET = "maatregelen", "geld"
#: a list of choices that Excel takes is at most 255 characters
_LIST_LIMIT = 255
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Known:
    """What the form of a plan is made from.

    `plan`: as it is now; `derived`: the measures that ever stood in it, each in its own row for good;
    `codes`: department id → its code; `theme_code`: begins the numbers of the owner's own measures.
    """

    plan: Plan
    derived: tuple[PlannedMeasure, ...]
    codes: Mapping[str, str]
    theme_code: str

    @property
    def own_ids(self) -> tuple[str, ...]:
        """The numbers of the owner's own measures: of this theme and this year, so never taken twice."""
        code = re.sub(r"[^A-Za-z0-9]", "", self.theme_code) or self.plan.subject.upper()
        return tuple(f"{code}{self.plan.year % 100}-{number}" for number in range(1, OWN_ROWS + 1))

    @property
    def hides_amounts(self) -> bool:
        """Whether an amount of a measure would give away that of a secret one."""
        return any(planned.measure.secrecy for planned in self.derived)

    def measure(self, id: str) -> Measure | None:
        """The measure as it stands in the plan now; None where it has been dropped or not been written."""
        found = self.plan.measure(id)
        return found.measure if found else None


def plan_sheets(known: Known) -> tuple[Sheet, ...]:
    """The sheets of a plan: objectives, guidelines, measures, money."""
    sheets = [_objectives(known.plan), _measures(known), _money(known)]
    if known.plan.guidelines:
        sheets.insert(1, _guidelines(known.plan))
    return tuple(sheets)


def _objectives(plan: Plan) -> Sheet:
    columns = (
        Column("doel", "Doel", "text", 8, False),
        Column("doelstelling", "Doelstelling", "text", 34, False),
        Column("indicator", "Indicator", "text", 34, False),
        Column("begin", f"Begin {plan.year}", "text", 11, False),
        *(Column(f"kwartaal{n}", f"{n}e kwartaal", "text", 11, False) for n in range(1, 5)),
        Column("eind", f"Doel {plan.year}", "text", 11, False),
    )
    rows = tuple(row for objective in plan.objectives for row in _objective(objective))
    intro = "Dit is uw thema opgelegd. U hoeft hier niets in te vullen."
    return Sheet("doelstellingen", "Doelstellingen", intro, columns, rows)


def _objective(objective: Objective) -> Sequence[Row]:
    about: dict[str, Value] = {"doel": objective.goal, "doelstelling": objective.goal_title}
    if not objective.targets:
        said = "een ander thema meet of dit doel wordt gehaald"
        return [Row(objective.id, {**about, "indicator": said})]
    return [Row(target.indicator.id, {**about, **_target(target)}) for target in objective.targets]


def _target(target: Target) -> dict[str, Value]:
    unit = counted(target.indicator)
    name = target.indicator.name
    figures = [target.baseline, *target.milestones, target.target]
    names = ["begin", *(f"kwartaal{n}" for n in range(1, 5)), "eind"]
    shown = {name: quantity(target.indicator, value) for name, value in zip(names, figures, strict=True)}
    return {"indicator": f"{name} ({unit})" if unit else name, **shown}


def _guidelines(plan: Plan) -> Sheet:
    columns = (
        Column("richtlijn", "Richtlijn", "text", 80, False),
        Column("bron", "Bron", "text", 55, False),
    )
    rows = tuple(Row(line.id, {"richtlijn": line.text, "bron": line.source}) for line in plan.guidelines)
    intro = "Deze richtlijnen gelden voor uw thema: hoe er wordt gewerkt. U hoeft hier niets in te vullen."
    return Sheet("richtlijnen", "Richtlijnen", intro, columns, rows)


def _measures(known: Known) -> Sheet:
    year = known.plan.year
    goals = tuple(objective.goal for objective in known.plan.objectives) or ("geen",)
    first, last = date(year, 1, 1), date(year, 12, 31)
    amount_help = "In euro's."
    if known.hides_amounts:
        amount_help = "Alleen invullen als het bedrag wijzigt, of bij een nieuwe maatregel."
    columns = (
        Column("nummer", "Nr", "text", 8, False),
        Column("maatregel", "Maatregel", "text", 34, True, help="Wat gaat er gebeuren? In een paar woorden."),
        Column(
            "effect",
            "Wat merkt de organisatie hiervan?",
            "text",
            38,
            True,
            help="Eén zin in gewone taal, voor medewerkers en voor de raad.",
        ),
        _departments(known),
        Column("doel", "Doel", "choice", 9, True, choices=goals, help="Aan welk doel draagt dit bij?"),
        Column("budget", "Budget", "euro", 13, True, minimum=_NOTHING, help=amount_help),
        Column("begin", "Begin", "date", 18, True, minimum=first, maximum=last),
        Column("einde", "Einde", "date", 18, True, minimum=first, maximum=last),
        Column("keuze", "Gaat dit door?", "choice", 13, True, choices=(GOES_ON, DROPPED)),
    )
    rows = [_known_row(known, planned) for planned in known.derived]
    rows += [_own_row(known, id) for id in known.own_ids]
    return Sheet(MEASURES, "Maatregelen", _measures_intro(known), columns, tuple(rows))


def _measures_intro(known: Known) -> str:
    lines = [
        "Wat gaat uw thema doen? Pas de maatregelen aan, laat er een vervallen of voeg er onderaan eigen "
        "toe. Elke maatregel heeft één afdeling die haar uitvoert.",
    ]
    goals = "; ".join(f"{one.goal} {one.goal_title}" for one in known.plan.objectives)
    if goals:
        lines.append(f"De doelen: {goals}.")
    if known.hides_amounts:
        lines.append(
            "Van een geheime maatregel staat hier alleen het nummer; wilt u die wijzigen, neem dan "
            "persoonlijk contact met ons op. De bedragen van de andere maatregelen staan er daarom "
            "ook niet: wat u leeg laat, blijft zoals het is."
        )
    return "\n".join(lines)


def _departments(known: Known) -> Column:
    codes = tuple(known.codes.values())
    listed = len(",".join(codes)) <= _LIST_LIMIT
    told = "Kies één afdeling." if listed else f"Schrijf één van deze codes: {', '.join(codes)}."
    kind, choices = ("choice", codes) if listed else ("text", ())
    return Column("afdeling", "Afdeling", kind, 12, True, choices=choices, help=told)  # type: ignore[arg-type]


def _known_row(known: Known, planned: PlannedMeasure) -> Row:
    """A measure that was known; one that the owner dropped stands there as it was, to be taken up again."""
    now = known.measure(planned.measure.id)
    measure = now or planned.measure
    if measure.secrecy:
        closed = ("maatregel", "effect", "afdeling", "doel", "budget", "begin", "einde", "keuze")
        return Row(measure.id, {"nummer": measure.id, "maatregel": SECRET}, locked=closed)
    return _row(known, measure, GOES_ON if now else DROPPED, planned.carried_over)


def _own_row(known: Known, id: str) -> Row:
    now = known.measure(id)
    return _row(known, now, GOES_ON, False) if now else Row(id, {"nummer": id})


def _row(known: Known, measure: Measure, choice: str, carried_over: bool) -> Row:
    year = known.plan.year
    cells: dict[str, Value] = {
        "nummer": measure.id,
        "maatregel": measure.title,
        "effect": measure.effect,
        "afdeling": known.codes.get(measure.department),
        "doel": measure.goal if any(o.goal == measure.goal for o in known.plan.objectives) else None,
        "begin": measure.start,
        "einde": measure.end,
        "keuze": choice,
    }
    fields: dict[str, Field] = {}
    if not known.hides_amounts:
        cells["budget"] = measure.budget
        if measure.budget != measure.budget.to_integral_value():
            fields["budget"] = Field("euro", decimals=2, minimum=_NOTHING)
    if carried_over:  # it began, and may have ended, in the year before
        first, last = min(measure.start, date(year, 1, 1)), date(year, 12, 31)
        fields |= {name: Field("date", minimum=first, maximum=last) for name in ("begin", "einde")}
    return Row(measure.id, cells, fields)


def _money(known: Known) -> Sheet:
    plan = known.plan
    columns = [
        Column("budget", f"Budget van het thema in {plan.year}", "euro", 24, False),
        Column("maatregelen", "Samen in maatregelen, zoals nu", "euro", 24, False),
        Column("toelichting", "Toelichting", "text", 80, True, help="Blijft er geld over? Schrijf waarom."),
    ]
    cells: dict[str, Value] = {"budget": plan.budget, "toelichting": plan.money_note}
    if known.hides_amounts:
        del columns[1]
    else:
        cells["maatregelen"] = sum((p.measure.budget for p in plan.measures), _NOTHING)
    amounts = {name: value for name, value in cells.items() if isinstance(value, Decimal)}
    fields = {
        name: Field("euro", decimals=2)
        for name, value in amounts.items()
        if value != value.to_integral_value()
    }
    intro = "De maatregelen mogen samen niet meer kosten dan het budget van uw thema."
    return Sheet(MONEY_SHEET, "Geld", intro, tuple(columns), (Row(MONEY, cells, fields),))


def term(measure: Measure) -> str:
    """1 januari 2027 tot en met 30 juni 2027"""
    return f"{datum(measure.start)} tot en met {datum(measure.end)}"
