"""What a theme owner wants, in his form: an adjustment, advice (R16: two different things)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from jaarring.forms.rules import Column, Row, Sheet
from jaarring.plans.rules import Plan
from jaarring.reports.sheets import ADVICE, PROPOSAL, Known, title

#: characters of a list of choices, together with its commas
_LIST_MOST = 255


def adjustment(known: Known, plan: Plan) -> Sheet:
    """The sheet for one proposal for adjustment."""
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
            minimum=Decimal(0),
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


def listed(choices: Sequence[str]) -> tuple[str, ...]:
    """The choices, without the commas that a list cannot have, as far as a list in a form can hold them."""
    found: list[str] = []
    for choice in dict.fromkeys(choice.replace(",", "") for choice in choices):
        if len(",".join([*found, choice])) <= _LIST_MOST:
            found.append(choice)
    return tuple(found)


def advice(choices: tuple[str, ...]) -> Sheet:
    """The sheet for one question to an adviser."""
    columns = (
        Column("aan", "Aan wie?", "choice", 30, True, choices=choices),
        Column("vraag", "Wat wilt u weten?", "text", 90, True),
    )
    intro = "Hebt u advies nodig om verder te kunnen? Vraag het hier. Geen vraag? Laat dit blad dan leeg."
    return Sheet("adviesvraag", "Adviesvraag", intro, columns, (Row(ADVICE),))
