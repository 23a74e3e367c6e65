"""The form of a theme owner: indicators, objectives and money; what he wants; in Q4 the year."""

from __future__ import annotations

from decimal import Decimal

from jaarring.dutch import datum
from jaarring.forms.rules import Column, Field, Row, Sheet
from jaarring.goals.rules import Indicator
from jaarring.plans.rules import Objective, Plan, Target
from jaarring.reports.rules import ThemeAccount
from jaarring.reports.sheets import MONEY, Known, answered, euros
from jaarring.reports.sheets.wishes import adjustment, advice, listed

LESSONS = {
    "lessen": "Welke lessen trekt u uit dit jaar?",
    "risicos": "Welke risico's blijven er over?",
    "vooruitblik": "Wat staat er volgend jaar te gebeuren?",
}


def theme_sheets(known: Known, plan: Plan) -> tuple[Sheet, ...]:
    """What a theme owner accounts for: indicators, objectives, money; what he wants: an adjustment, advice
    (R16: two different things); in Q4 the year.
    """
    sheets = [_indicators(known, plan), _objectives(plan), _money(known, plan), adjustment(known, plan)]
    if choices := listed(known.advisers):
        sheets.append(advice(choices))
    if known.quarter.number == 4:
        sheets.append(_year_part(known.quarter.year))
    return tuple(answered(sheet, known.answers) for sheet in sheets)


def value_field(indicator: Indicator, decimals: int | None = None) -> Field:
    """What a value of this indicator may be: a percentage, a count out of so many, a number in its unit."""
    places = indicator.decimals if decimals is None else decimals
    if indicator.unit == "%":
        return Field("percent", decimals=places)
    low = None if any(value < 0 for _, value in indicator.points) else Decimal(0)
    most = Decimal(indicator.out_of) if indicator.out_of is not None else None
    if indicator.out_of is not None and not places:
        return Field("count", minimum=Decimal(0), maximum=most, unit=indicator.unit)
    return Field("number", decimals=places, minimum=low, maximum=most, unit=indicator.unit)


def _indicators(known: Known, plan: Plan) -> Sheet:
    quarter = known.quarter
    columns = (
        Column("indicator", "Indicator", "text", 25, False),
        Column("eenheid", "Eenheid", "text", 11, False),
        Column("nulwaarde", f"Stand eind {quarter.year - 1}", "number", 11, False),
        Column("doel", f"Doel {quarter.year}", "number", 11, False),
        Column("mijlpaal", "Mijlpaal dit kwartaal", "number", 11, False),
        Column("vorige", "Vorige stand", "number", 11, False),
        Column("stand", "Stand", "number", 12, True, help="Niets gemeten? Laat de stand leeg."),
        Column("bron", "Bron", "text", 20, True, help="Waar komt het getal vandaan?"),
        Column("oordeel", "Oordeel", "rating", 16, True, required=True),
        Column("toelichting", "Toelichting", "text", 30, True, help="Verplicht bij 'niet op koers'."),
        Column("oorzaak", "Oorzaak", "text", 26, True, help="Waardoor wijkt de stand af?"),
        Column(
            "verwachting",
            f"Verwachting eind {quarter.year}",
            "number",
            13,
            True,
            help="Uw eigen verwachting. U mag dit leeg laten; dan rekenen wij haar uit.",
        ),
    )
    rows = tuple(_target(known, target) for objective in plan.objectives for target in objective.targets)
    intro = (
        f"Vul per indicator de stand op {datum(quarter.last)} in, met de bron. Niets gemeten? Laat de stand "
        "leeg en kies 'niet gemeten', of geef uw oordeel zonder stand."
    )
    return Sheet("indicatoren", "Indicatoren", intro, columns, rows)


def _target(known: Known, target: Target) -> Row:
    """One indicator. Known figures are shown with the decimals they have, two at most: 60,5 and 43,33."""
    indicator = target.indicator
    entry = known.previous.indicator(indicator.id) if isinstance(known.previous, ThemeAccount) else None
    figures = {
        "nulwaarde": target.baseline,
        "doel": target.target,
        "mijlpaal": target.milestones[known.quarter.number - 1],
        "vorige": entry.value if entry else None,
    }
    shown = {name: None if value is None else round(value, 2) for name, value in figures.items()}
    asked = value_field(indicator)
    fields = {name: value_field(indicator, _decimals(value, indicator)) for name, value in shown.items()}
    unit = indicator.unit if indicator.out_of is None else f"{indicator.unit}, van {indicator.out_of}"
    return Row(
        indicator.id,
        {"indicator": indicator.name, "eenheid": unit, **shown},
        {**fields, "stand": asked, "verwachting": asked},
    )


def _decimals(value: Decimal | None, indicator: Indicator) -> int:
    exponent = value.normalize().as_tuple().exponent if value is not None else 0
    return max(indicator.decimals, -exponent if isinstance(exponent, int) else 0, 0)


def _objectives(plan: Plan) -> Sheet:
    columns = (
        Column("doelstelling", "Doelstelling", "text", 44, False),
        Column("maatregelen", "Maatregelen", "text", 26, False),
        Column("oordeel", "Oordeel", "rating", 16, True, required=True),
        Column("toelichting", "Toelichting", "text", 60, True, help="Verplicht bij 'niet op koers'."),
    )
    intro = (
        "Ligt uw thema op koers met wat dit jaar is afgesproken? Kijk naar de indicatoren én naar het werk."
    )
    rows = tuple(_objective(objective) for objective in plan.objectives)
    return Sheet("doelstellingen", "Doelstellingen", intro, columns, rows)


def _objective(objective: Objective) -> Row:
    known = {"doelstelling": objective.goal_title, "maatregelen": ", ".join(objective.measures) or "geen"}
    return Row(objective.id, known)


def _money(known: Known, plan: Plan) -> Sheet:
    quarter = known.quarter
    previous = known.previous
    columns = (
        Column("begroot", f"Begroot {quarter.year}", "euro", 16, False),
        Column("eerder", "Besteed, vorige opgave", "euro", 16, False),
        Column("besteed", f"Besteed tot en met {datum(quarter.last)}", "euro", 22, True, minimum=Decimal(0)),
        Column("toelichting", "Toelichting", "text", 80, True),
    )
    before = previous.spent if isinstance(previous, ThemeAccount) and quarter.number > 1 else None
    row = Row(MONEY, {"begroot": plan.budget, "eerder": before}, euros(begroot=plan.budget, eerder=before))
    intro = f"Tel alles op wat u vanaf 1 januari {quarter.year} voor dit thema hebt besteed."
    return Sheet("geld", "Geld", intro, columns, (row,))


def _year_part(year: int) -> Sheet:
    columns = (
        Column("vraag", f"Terugblik op {year}", "text", 40, False),
        Column("antwoord", "Uw antwoord", "text", 100, True),
    )
    rows = tuple(Row(id, {"vraag": question}) for id, question in LESSONS.items())
    intro = (
        "Dit deel gaat over het hele jaar en komt in de rapportage aan de raad. "
        "Noem geen namen van personen, systemen of leveranciers."
    )
    return Sheet("jaardeel", "Jaardeel", intro, columns, rows)
