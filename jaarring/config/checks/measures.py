"""Measures, what is kept secret of them, and whether the money adds up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jaarring.config.checks.names import ORGANISATION, STRATEGY, suggestion, unknown
from jaarring.config.mistakes import WARNING, Mistake, shown
from jaarring.config.models.strategy import MeasureModel, StrategyModel
from jaarring.config.reading import Reading
from jaarring.config.stages import themes_of
from jaarring.dutch import euro

#: Gemeentewet art. 87: secrecy rests on Woo art. 5.1 lid 1 (a to e) or lid 2 (a to i), no other
GROUND = re.compile(r"Woo 5\.1 (lid 1 onder [a-e](( en |, )[a-e])*|lid 2 onder [a-i](( en |, )[a-i])*)")


def measures(reading: Reading) -> Iterator[Mistake]:
    """Theme, department and goal that exist and belong together; a term within one year that has money."""
    if not (model := reading.strategy):
        return
    for id, measure in model.measures.items():
        path = ("measures", id)
        yield from unknown(reading, STRATEGY, (*path, "theme"), measure.theme, "themes")
        yield from unknown(reading, STRATEGY, (*path, "department"), measure.department, "departments")
        yield from unknown(reading, STRATEGY, (*path, "goal"), measure.goal, "goals", home=STRATEGY)
        goal = model.goals.get(measure.goal)
        if goal and measure.theme not in goal.themes and measure.theme in _themes(reading):
            what = f"thema {measure.theme} van deze maatregel staat niet bij themes van {measure.goal}"
            remedy = "voeg het thema daar toe of kies een ander doel"
            yield reading.at(STRATEGY, (*path, "goal"), what, remedy)
        yield from _term(reading, id, measure, model)
        if not measure.effect:
            remedy = "schrijf in één zin wat de organisatie hiervan merkt"
            yield reading.at(STRATEGY, (*path, "effect"), "ontbreekt", remedy, WARNING)


def _themes(reading: Reading) -> frozenset[str]:
    return reading.names(ORGANISATION, "themes") or frozenset()


def _term(reading: Reading, id: str, measure: MeasureModel, model: StrategyModel) -> Iterator[Mistake]:
    start, end = ("measures", id, "start"), ("measures", id, "end")
    if measure.end < measure.start:
        yield reading.at(STRATEGY, end, "ligt voor start", "verbeter een van beide data")
    elif measure.end.year != measure.start.year:
        yield reading.at(
            STRATEGY, end, "ligt in een ander jaar dan start", "maak er twee maatregelen van, één per jaar"
        )
    elif measure.start.year not in model.budgets and reading.whole(STRATEGY, "budgets"):
        year = measure.start.year
        yield reading.at(STRATEGY, start, f"voor {year} is er geen budget", f"voeg onder budgets toe: {year}")


def secrecy(reading: Reading) -> Iterator[Mistake]:
    """A secret rests on a decision, a ground of Woo 5.1 lid 1 or 2, and somebody who may lift it."""
    if not (model := reading.strategy):
        return
    known = (reading.names(ORGANISATION, "bodies") or frozenset()) | (
        reading.names(ORGANISATION, "people") or frozenset()
    )
    for id, measure in model.measures.items():
        if not (secret := measure.secrecy):
            continue
        path = ("measures", id, "secrecy")
        if measure.theme not in model.withheld:
            what = f"thema {measure.theme} zegt niet wat er openbaar wegblijft"
            remedy = f"vul onder withheld {measure.theme} in, met text en ground"
            yield reading.at(STRATEGY, path, what, remedy)
        if not GROUND.fullmatch(secret.ground):
            what = "is geen grond voor geheimhouding"
            remedy = "schrijf lid 1 of lid 2 met letter, zoals: Woo 5.1 lid 2 onder e en h"
            yield reading.at(STRATEGY, (*path, "ground"), what, remedy)
        for where, who in (
            ((*path, "decision", "body"), secret.decision.body),
            ((*path, "lifted_by"), secret.lifted_by),
        ):
            if known and who not in known:
                remedy = suggestion(who, reading.names(ORGANISATION, "bodies") or (), "noem een orgaan")
                yield reading.at(STRATEGY, where, f"'{shown(who)}' is geen orgaan of persoon", remedy)


def withheld(reading: Reading) -> Iterator[Mistake]:
    """What the public edition leaves out is said of themes that exist."""
    for theme in reading.strategy.withheld if reading.strategy else ():
        yield from unknown(reading, STRATEGY, ("withheld", theme), theme, "themes")


def money(reading: Reading) -> Iterator[Mistake]:
    """Per year: every theme has its part, the parts are the total, the measures of a theme fit in it."""
    if not (model := reading.strategy):
        return
    for year, budget in model.budgets.items():
        path = ("budgets", str(year))
        for theme in budget.themes:
            yield from unknown(reading, STRATEGY, (*path, "themes", theme), theme, "themes")
        for theme in sorted(themes_of(reading, year) - set(budget.themes)):
            remedy = f"schrijf {theme} met een bedrag, desnoods 0"
            yield reading.at(STRATEGY, (*path, "themes", theme), "ontbreekt", remedy)
        parts = sum(budget.themes.values(), Decimal(0))
        if parts != budget.total:
            what = f"de thema's zijn samen {euro(parts)}, maar het totaal is {euro(budget.total)}"
            yield reading.at(STRATEGY, (*path, "total"), what, "verbeter het totaal of een van de thema's")
        if reading.whole(STRATEGY, "measures"):
            for theme, part in budget.themes.items():
                yield from _planned(reading, model, year, theme, part)


def _planned(
    reading: Reading, model: StrategyModel, year: int, theme: str, part: Decimal
) -> Iterator[Mistake]:
    of_theme = [m for m in model.measures.values() if m.theme == theme and m.start.year == year]
    planned = sum((measure.budget for measure in of_theme), Decimal(0))
    path = ("budgets", str(year), "themes", theme)
    if planned > part:
        what = f"de maatregelen kosten samen {euro(planned)}, het thema heeft {euro(part)}"
        yield reading.at(STRATEGY, path, what, "verlaag een maatregel of verhoog het bedrag van het thema")
    elif planned < part:
        what = f"de maatregelen kosten samen {euro(planned)}, er blijft {euro(part - planned)} over"
        yield reading.at(STRATEGY, path, what, "voeg een maatregel toe of verlaag het bedrag", WARNING)
