"""The forms as sheets: of a theme, of a department, of the joint body. Plain: what is known in, sheets out.

Ids of sheets, rows and columns are Dutch: they stand in the YAML form, and a mistake in it names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.dutch import datum, maanden, opsomming
from jaarring.forms.rules import Column, Field, Key, Row, Sheet, Value
from jaarring.goals.rules import Indicator, Measure
from jaarring.plans.rules import Objective, Plan, Target
from jaarring.reports.rules import Account, DepartmentAccount, MeasureState, ThemeAccount

#: what stands in a form for a secret measure: the form travels by mail
SECRET_TITLE = "geheime maatregel (omschrijving in de besloten bijlage)"

#: the one row of the sheets Geld, Bijsturing and Adviesvraag
MONEY, PROPOSAL, ADVICE = "thema", "voorstel", "vraag"
#: characters of a list of choices, together with its commas
_LIST_MOST = 255
#: the columns that stay empty in the form where an amount would give away a secret one
_AMOUNTS = ("budget", "eerder", "besteed")
LESSONS = {
    "lessen": "Welke lessen trekt u uit dit jaar?",
    "risicos": "Welke risico's blijven er over?",
    "vooruitblik": "Wat staat er volgend jaar te gebeuren?",
}
STATES = tuple(state.value for state in MeasureState)
_NOTHING = Decimal(0)


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


def theme_sheets(known: Known, plan: Plan) -> tuple[Sheet, ...]:
    """What a theme owner accounts for: indicators, objectives, money; what he wants: an adjustment, advice
    (R16: two different things); in Q4 the year.
    """
    sheets = [_indicators(known, plan), _objectives(plan), _money(known, plan), _adjustment(known, plan)]
    if choices := _listed(known.advisers):
        sheets.append(_advice(choices))
    if known.quarter.number == 4:
        sheets.append(_year_part(known.quarter.year))
    return tuple(_answered(sheet, known.answers) for sheet in sheets)


def department_sheets(known: Known, department: str) -> tuple[Sheet, ...]:
    """What a department head accounts for: the measures of the department, from the plans of all themes."""
    return (_answered(_measures(known, measures_of(known.plans, department)), known.answers),)


def joint_sheets(known: Known, plan: Plan) -> tuple[Sheet, ...]:
    """What the joint body says of its joint objectives (oib)."""
    return (_answered(_joint(known, plan), known.answers),)


def measures_of(plans: Mapping[str, Plan], department: str) -> list[Measure]:
    """The measures that a department carries out, by number."""
    mine = [p.measure for plan in plans.values() for p in plan.measures if p.measure.department == department]
    return sorted(mine, key=lambda measure: measure.id)


def secret_ids(plans: Mapping[str, Plan]) -> frozenset[str]:
    """The numbers of the measures under secrecy: nothing of what they say is repeated in a mail."""
    return frozenset(p.measure.id for plan in plans.values() for p in plan.measures if p.measure.secrecy)


def hiding(plans: Mapping[str, Plan]) -> frozenset[str]:
    """The themes with a secret measure: the amounts of their other measures are in no form, for with the
    budget of the theme, which is public, that of the secret one would follow.
    """
    return frozenset(p.measure.theme for plan in plans.values() for p in plan.measures if p.measure.secrecy)


def value_field(indicator: Indicator, decimals: int | None = None) -> Field:
    """What a value of this indicator may be: a percentage, a count out of so many, a number in its unit."""
    places = indicator.decimals if decimals is None else decimals
    if indicator.unit == "%":
        return Field("percent", decimals=places)
    low = None if any(value < 0 for _, value in indicator.points) else _NOTHING
    most = Decimal(indicator.out_of) if indicator.out_of is not None else None
    if indicator.out_of is not None and not places:
        return Field("count", minimum=_NOTHING, maximum=most, unit=indicator.unit)
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
        Column("besteed", f"Besteed tot en met {datum(quarter.last)}", "euro", 22, True, minimum=_NOTHING),
        Column("toelichting", "Toelichting", "text", 80, True),
    )
    before = previous.spent if isinstance(previous, ThemeAccount) and quarter.number > 1 else None
    row = Row(MONEY, {"begroot": plan.budget, "eerder": before}, _euros(begroot=plan.budget, eerder=before))
    intro = f"Tel alles op wat u vanaf 1 januari {quarter.year} voor dit thema hebt besteed."
    return Sheet("geld", "Geld", intro, columns, (row,))


def _euros(**amounts: Decimal | None) -> dict[str, Field]:
    """Cents only where an amount has them."""
    return {
        name: Field("euro", decimals=2)
        for name, amount in amounts.items()
        if amount is not None and amount != amount.to_integral_value()
    }


def _adjustment(known: Known, plan: Plan) -> Sheet:
    year = known.quarter.year
    measures = tuple(planned.measure for planned in plan.measures)
    columns = (
        Column(
            "maatregel",
            "Maatregel",
            "choice",
            12,
            True,
            choices=tuple(measure.id for measure in measures) or ("geen",),
            help="Kies het nummer; de lijst staat boven de tabel.",
        ),
        Column("wijziging", "Wat wilt u veranderen?", "text", 36, True),
        Column("oorzaak", "Wat is de oorzaak?", "text", 36, True),
        Column("gevolg", "Wat gebeurt er als we niets doen?", "text", 36, True),
        Column(
            "bedrag",
            "Extra geld",
            "euro",
            14,
            True,
            minimum=_NOTHING,
            help="Hoeveel euro vraagt u extra? Geen geld nodig? Schrijf 0.",
        ),
        Column(
            "einddatum",
            "Nieuwe einddatum",
            "date",
            20,
            True,
            minimum=known.quarter.first,
            maximum=date(year + 4, 12, 31),
            help="Laat leeg als de einddatum blijft.",
        ),
        *_new_target(plan),
    )
    listed = "; ".join(f"{measure.id} {title(measure)}" for measure in measures)
    intro = (
        "Loopt iets anders dan gepland? Doe hier één voorstel. Geen voorstel? Laat dit blad dan leeg.\n"
        f"De maatregelen van uw thema: {listed}."
    )
    return Sheet("bijsturing", "Bijsturing", intro, columns, (Row(PROPOSAL),))


def _new_target(plan: Plan) -> tuple[Column, ...]:
    """The columns for another target; none where the theme has no indicator."""
    ids = tuple(target.indicator.id for objective in plan.objectives for target in objective.targets)
    if not ids:
        return ()
    return (
        Column(
            "indicator",
            "Indicator met een ander doel",
            "choice",
            14,
            True,
            choices=ids,
            help="Laat leeg als het doel blijft.",
        ),
        Column("doel", f"Nieuw doel {plan.year}", "number", 12, True, decimals=2),
    )


def _listed(choices: Sequence[str]) -> tuple[str, ...]:
    """The choices, without the commas that a list cannot have, as far as a list in a form can hold them."""
    found: list[str] = []
    for choice in dict.fromkeys(choice.replace(",", "") for choice in choices):
        if len(",".join([*found, choice])) <= _LIST_MOST:
            found.append(choice)
    return tuple(found)


def _advice(choices: tuple[str, ...]) -> Sheet:
    columns = (
        Column("aan", "Aan wie?", "choice", 30, True, choices=choices),
        Column("vraag", "Wat wilt u weten?", "text", 90, True),
    )
    intro = "Hebt u advies nodig om verder te kunnen? Vraag het hier. Geen vraag? Laat dit blad dan leeg."
    return Sheet("adviesvraag", "Adviesvraag", intro, columns, (Row(ADVICE),))


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


def _measures(known: Known, measures: Sequence[Measure]) -> Sheet:
    quarter = known.quarter
    columns = (
        Column("nummer", "Nr", "text", 7, False),
        Column("maatregel", "Maatregel", "text", 34, False),
        Column("thema", "Thema", "text", 18, False),
        Column("budget", "Budget", "euro", 12, False),
        Column("einde", "Einddatum", "date", 18, False),
        Column("vorige", "Vorige stand", "text", 15, False),
        Column("eerder", "Besteed, vorige opgave", "euro", 13, False),
        Column("stand", "Stand", "rating", 17, True, required=True, choices=STATES),
        Column("besteed", "Besteed vanaf 1 januari", "euro", 14, True, minimum=_NOTHING),
        Column(
            "verwacht",
            "Verwachte einddatum",
            "date",
            19,
            True,
            minimum=date(quarter.year, 1, 1),
            maximum=date(quarter.year + 4, 12, 31),
        ),
        Column("toelichting", "Toelichting", "text", 36, True, help="Verplicht bij 'niet op koers'."),
    )
    intro = f"Hoe staan de maatregelen van uw afdeling ervoor op {datum(quarter.last)}?"
    if any(measure.secrecy for measure in measures):
        intro += " Schrijf bij een geheime maatregel niets over de inhoud: dit formulier gaat per mail."
    hidden = hiding(known.plans)
    if any(measure.theme in hidden for measure in measures):
        names = opsomming([known.theme_names.get(id, id) for id in sorted(hidden)])
        intro += (
            f" Bedragen van {names} staan niet in dit formulier. Meldde u een maatregel al klaar, of kreeg u "
            "dit formulier terug? Laat u het bedrag dan leeg, dan blijft het zoals u het opgaf."
        )
    rows = tuple(_measure(known, measure, measure.theme in hidden) for measure in measures)
    return Sheet("maatregelen", "Maatregelen", intro, columns, rows)


def _measure(known: Known, measure: Measure, hidden: bool) -> Row:
    theme = known.theme_names.get(measure.theme, measure.theme)
    shown: dict[str, Value] = {"nummer": measure.id, "maatregel": title(measure), "thema": theme}
    if measure.secrecy:
        return Row(measure.id, shown)
    entry = known.previous.measure(measure.id) if isinstance(known.previous, DepartmentAccount) else None
    before = entry.spent if entry and known.quarter.number > 1 else None
    shown |= {"budget": measure.budget, "einde": measure.end, "eerder": before}
    shown |= {"vorige": entry.state.value if entry else None}
    # Nobody is asked a thing twice: what was done stays done, what begins later has not begun.
    if entry and entry.state is MeasureState.DONE:
        shown |= {"stand": entry.state.value, "besteed": before, "verwacht": entry.expected_end}
    elif measure.start > known.quarter.last:
        shown |= {"stand": MeasureState.NOT_STARTED.value}
    if hidden:
        kept = {id: shown.pop(id, None) for id in _AMOUNTS}
        return Row(measure.id, shown, kept=kept)
    return Row(measure.id, shown, _euros(budget=measure.budget, eerder=before))


def _joint(known: Known, plan: Plan) -> Sheet:
    columns = (
        Column("nummer", "Nr", "text", 7, False),
        Column("doelstelling", "Gezamenlijke doelstelling", "text", 44, False),
        Column("delen", "Wie draagt bij, met welke maatregelen", "text", 40, False),
        Column("oordeel", "Oordeel", "rating", 16, True, required=True),
        Column("toelichting", "Toelichting", "text", 60, True, help="Verplicht bij 'niet op koers'."),
    )
    rows = tuple(
        Row(
            part.objective.id,
            {
                "nummer": part.objective.id,
                "doelstelling": part.objective.title,
                "delen": "; ".join(
                    f"{known.theme_names.get(theme, theme)}: {', '.join(ids) or 'geen'}"
                    for theme, ids in part.parts
                ),
            },
        )
        for part in plan.joint
    )
    intro = "Geef het oordeel van het overleg als geheel. Het is één oordeel, niet dat van één thema."
    return Sheet("gezamenlijk", "Gezamenlijk", intro, columns, rows)


def title(measure: Measure) -> str:
    """The title of a measure as it may stand in a form that travels by mail."""
    return SECRET_TITLE if measure.secrecy else measure.title


def period(quarter: Quarter) -> str:
    """januari tot en met maart 2027"""
    return f"{maanden(quarter.number)} {quarter.year}"


def _answered(sheet: Sheet, answers: Mapping[Key, Value]) -> Sheet:
    """The sheet with earlier answers filled in; in a row whose known words are secret nothing is."""
    rows = []
    for row in sheet.rows:
        asked = [column.id for column in sheet.columns if sheet.asked(row, column)]
        before = {id: answers[sheet.id, row.id, id] for id in asked if (sheet.id, row.id, id) in answers}
        kept = {**row.kept, **{id: before.pop(id) for id in row.kept if id in before}}
        keep = SECRET_TITLE in row.cells.values()
        rows.append(row if keep else replace(row, cells={**row.cells, **before}, kept=kept))
    return Sheet(sheet.id, sheet.name, sheet.intro, sheet.columns, tuple(rows))
