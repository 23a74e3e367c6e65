"""The strategic framework: decisions, rating, goals, indicators, joint objectives, guidelines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jaarring.config.checks.lines import effective
from jaarring.config.checks.names import ORGANISATION, STRATEGY, repeated, unknown
from jaarring.config.mistakes import WARNING, Mistake
from jaarring.config.models.strategy import IndicatorModel, StrategyModel
from jaarring.config.reading import Reading
from jaarring.config.yamlfile import Path
from jaarring.dutch import datum, getal

ADDRESS = re.compile(r"https://[^\s<>\"']+")


def decisions(reading: Reading) -> Iterator[Mistake]:
    """The council sets the frame, the board adopts within it (R8, R23)."""
    if not (model := reading.strategy):
        return
    for block, body in (("council_frame", "raad"), ("adoption", "college")):
        decision = getattr(model, block)
        path = (block, "body")
        yield from unknown(reading, STRATEGY, path, decision.body, "bodies")
        if decision.body != body and decision.body in (reading.names(ORGANISATION, "bodies") or ()):
            what = (
                "de raad stelt het kader"
                if body == "raad"
                else "het college stelt het strategisch kader vast"
            )
            yield reading.at(STRATEGY, path, what, f"schrijf {body}")
    for name in ("responsibility", "budgets", "accounting"):
        yield from _one_of_three(reading, model, name)
    if model.adoption.date < model.council_frame.date:
        what = f"ligt voor het besluit van de raad ({datum(model.council_frame.date)})"
        yield reading.at(STRATEGY, ("adoption", "date"), what, "verbeter een van beide data")


def _one_of_three(reading: Reading, model: StrategyModel, name: str) -> Iterator[Mistake]:
    """The board's three decisions (R9) are the board's, and rest on the council's frame."""
    stated = getattr(model.decisions, name) if model.decisions else None
    if stated is None:
        return
    path = ("decisions", name)
    yield from unknown(reading, STRATEGY, (*path, "body"), stated.body, "bodies")
    if stated.body != "college" and stated.body in (reading.names(ORGANISATION, "bodies") or ()):
        yield reading.at(STRATEGY, (*path, "body"), "dit besluit is aan het college", "schrijf college")
    if stated.date < model.council_frame.date:
        what = f"ligt voor het besluit van de raad ({datum(model.council_frame.date)})"
        yield reading.at(STRATEGY, (*path, "date"), what, "verbeter een van beide data")


def sources(reading: Reading) -> Iterator[Mistake]:
    """A source that has an address has one that opens safely (R6)."""
    if not (model := reading.strategy):
        return
    known = [(("goals", id, "sources"), goal.sources) for id, goal in model.goals.items()]
    known += [(("measures", id, "sources"), measure.sources) for id, measure in model.measures.items()]
    for path, listed in known:
        for n, source in enumerate(listed):
            if source.url and not ADDRESS.fullmatch(source.url):
                remedy = "schrijf een adres dat met https:// begint"
                yield reading.at(STRATEGY, (*path, n, "url"), "is geen adres op het web", remedy)


def rating(reading: Reading) -> Iterator[Mistake]:
    """Attention begins below on course."""
    model = reading.strategy
    if model and model.rating.attention >= model.rating.on_course:
        what = f"is niet lager dan on_course ({model.rating.on_course})"
        yield reading.at(STRATEGY, ("rating", "attention"), what, "kies een lager percentage")


def goals(reading: Reading) -> Iterator[Mistake]:
    """Each goal is served by themes that exist, is measured, and has work for it."""
    if not (model := reading.strategy):
        return
    for id, goal in model.goals.items():
        path = ("goals", id)
        for n, theme in enumerate(goal.themes):
            yield from unknown(reading, STRATEGY, (*path, "themes", n), theme, "themes")
        yield from repeated(reading, STRATEGY, (*path, "themes"), goal.themes)
        if goal.horizon < model.adoption.date:
            what = f"ligt voor de vaststelling van het kader ({datum(model.adoption.date)})"
            yield reading.at(STRATEGY, (*path, "horizon"), what, "kies een latere datum")
        if not goal.indicators:
            remedy = "voeg een indicator toe, anders is niet te zien of het lukt"
            yield reading.at(STRATEGY, path, "dit doel heeft geen indicator", remedy, WARNING)
        measured = any(measure.goal == id for measure in model.measures.values())
        if not measured and reading.whole(STRATEGY, "measures"):
            what = "geen enkele maatregel draagt bij aan dit doel"
            yield reading.at(STRATEGY, path, what, "voeg een maatregel toe of haal het doel weg", WARNING)


def indicators(reading: Reading) -> Iterator[Mistake]:
    """Indicators with a name of their own, measured by a theme of the goal, with points that make sense."""
    if not (model := reading.strategy):
        return
    owners: dict[str, str] = {}
    for goal_id, goal in model.goals.items():
        for id, indicator in goal.indicators.items():
            path = ("goals", goal_id, "indicators", id)
            first = owners.setdefault(id, goal_id)
            if first != goal_id:
                yield reading.at(STRATEGY, path, f"staat ook bij doel {first}", "kies een andere code")
            yield from unknown(reading, STRATEGY, (*path, "theme"), indicator.theme, "themes")
            if indicator.theme not in goal.themes and indicator.theme in _themes(reading):
                what = f"thema {indicator.theme} staat niet bij themes van {goal_id}"
                remedy = f"schrijf {' of '.join(goal.themes)}, of voeg {indicator.theme} toe aan het doel"
                yield reading.at(STRATEGY, (*path, "theme"), what, remedy)
            yield from _points(reading, path, indicator)
            yield from _steps(reading, path, indicator, model)


def _themes(reading: Reading) -> frozenset[str]:
    return reading.names(ORGANISATION, "themes") or frozenset()


def _points(reading: Reading, path: Path, indicator: IndicatorModel) -> Iterator[Mistake]:
    for n, point in enumerate(indicator.points):
        if indicator.out_of is not None and point.value > indicator.out_of:
            what = f"{getal(point.value)} is meer dan out_of ({indicator.out_of})"
            yield reading.at(STRATEGY, (*path, "points", n, "value"), what, "verbeter een van beide")
        if n == 0:
            continue
        before = indicator.points[n - 1]
        if point.year <= before.year:
            what = f"{point.year} komt niet na {before.year}"
            remedy = "noem elk jaar één keer, het vroegste eerst"
            yield reading.at(STRATEGY, (*path, "points", n, "year"), what, remedy)
        wrong = {"up": point.value < before.value, "down": point.value > before.value}
        if wrong.get(indicator.direction):
            word = "lager" if indicator.direction == "up" else "hoger"
            what = f"ligt {word} dan de waarde van {before.year}, terwijl direction {indicator.direction} is"
            yield reading.at(STRATEGY, (*path, "points", n, "value"), what, "verbeter de waarde of direction")


def _steps(
    reading: Reading, path: Path, indicator: IndicatorModel, model: StrategyModel
) -> Iterator[Mistake]:
    if indicator.between != "steps":
        if indicator.steps:
            remedy = "schrijf between: steps of haal steps weg"
            yield reading.at(STRATEGY, (*path, "steps"), "telt alleen mee bij between: steps", remedy)
        return
    if indicator.direction == "hold":
        remedy = "kies up of down, of haal between weg"
        yield reading.at(STRATEGY, (*path, "between"), "past niet bij direction: hold", remedy)
    baseline = min(point.year for point in indicator.points)
    stated = [steps.year for steps in indicator.steps]
    for year in model.budgets:
        if year > baseline and year not in stated:
            what = f"de mijlpalen van {year} ontbreken"
            remedy = f"voeg onder steps toe: {{year: {year}, values: [.., .., .., ..]}}"
            yield reading.at(STRATEGY, (*path, "between"), what, remedy)
    values = {point.year: point.value for point in indicator.points}
    for n, steps in enumerate(indicator.steps):
        if steps.year in stated[:n]:
            where = (*path, "steps", n, "year")
            yield reading.at(STRATEGY, where, f"{steps.year} staat er twee keer", "laat er één staan")
        target = values.get(steps.year)
        if target is not None and steps.values[-1] != target:
            last = getal(steps.values[-1])
            what = f"eindigt op {last}, maar de streefwaarde van {steps.year} is {getal(target)}"
            yield reading.at(STRATEGY, (*path, "steps", n, "values"), what, "verbeter een van beide")


def joint_objectives_and_guidelines(reading: Reading) -> Iterator[Mistake]:
    """Themes and measures they name exist; a joint objective has work for it."""
    if not (model := reading.strategy):
        return
    organisation = reading.organisation
    counts = organisation is not None and effective(organisation).joint
    for id, joint in model.joint_objectives.items():
        path = ("joint_objectives", id)
        for n, theme in enumerate(joint.themes):
            yield from unknown(reading, STRATEGY, (*path, "themes", n), theme, "themes")
        for n, measure in enumerate(joint.measures):
            where = (*path, "measures", n)
            yield from unknown(reading, STRATEGY, where, measure, "measures", home=STRATEGY)
        yield from repeated(reading, STRATEGY, (*path, "themes"), joint.themes)
        yield from repeated(reading, STRATEGY, (*path, "measures"), joint.measures)
        if counts and not joint.measures:
            what = "geen enkele maatregel draagt bij aan deze gezamenlijke doelstelling"
            yield reading.at(STRATEGY, path, what, "noem er ten minste één onder measures", WARNING)
    if counts and not model.joint_objectives and reading.whole(STRATEGY, "joint_objectives"):
        what = "het overleg verdeelt doelstellingen, maar er is geen gezamenlijke doelstelling"
        yield reading.at(STRATEGY, (), what, "voeg joint_objectives toe", WARNING)
    for id, guideline in model.guidelines.items():
        for n, theme in enumerate(guideline.themes):
            yield from unknown(reading, STRATEGY, ("guidelines", id, "themes", n), theme, "themes")
