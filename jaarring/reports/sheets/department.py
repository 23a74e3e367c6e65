"""The form of a department head: the measures of the department, from the plans of all themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jaarring.dutch import datum, opsomming
from jaarring.forms.rules import Column, Row, Sheet, Value
from jaarring.goals.rules import Measure
from jaarring.plans.rules import Plan
from jaarring.reports.rules import DepartmentAccount, MeasureState
from jaarring.reports.sheets import Known, answered, euros, hiding, title

#: the columns that stay empty in the form where an amount would give away a secret one
_AMOUNTS = ("budget", "eerder", "besteed")
STATES = tuple(state.value for state in MeasureState)


def department_sheets(known: Known, department: str) -> tuple[Sheet, ...]:
    """What a department head accounts for: the measures of the department, from the plans of all themes."""
    return (answered(_measures(known, measures_of(known.plans, department)), known.answers),)


def measures_of(plans: Mapping[str, Plan], department: str) -> list[Measure]:
    """The measures that a department carries out, by number."""
    mine = [p.measure for plan in plans.values() for p in plan.measures if p.measure.department == department]
    return sorted(mine, key=lambda measure: measure.id)


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
        Column("besteed", "Besteed vanaf 1 januari", "euro", 14, True, minimum=Decimal(0)),
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
    return Row(measure.id, shown, euros(budget=measure.budget, eerder=before))
