"""The form of the joint body: what it says of its joint objectives (oib)."""

from __future__ import annotations

from jaarring.forms.rules import Column, Row, Sheet
from jaarring.plans.rules import Plan
from jaarring.reports.sheets import Known, answered


def joint_sheets(known: Known, plan: Plan) -> tuple[Sheet, ...]:
    """What the joint body says of its joint objectives (oib)."""
    return (answered(_joint(known, plan), known.answers),)


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
