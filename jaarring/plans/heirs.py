"""The framework as the organisation of a day reads it: what was said of a theme that ended, its heirs have.

Plain. The framework keeps its words for good (the board adopted it); only who does it is somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from jaarring.goals.rules import Framework, Goal, Guideline, Measure, Withheld, YearBudget
from jaarring.governance import Organisation

_NOTHING = Decimal(0)


def carried(framework: Framework, organisation: Organisation) -> Framework:
    """The framework with the themes of today in place of those that ended; itself where none did.

    Amounts and numbers of goals, indicators, measures stay what they are.
    """
    if not organisation.ended:
        return framework
    measures = tuple(taken_over(measure, organisation) for measure in framework.measures)
    work = {measure.id: measure for measure in framework.measures}

    def joint_themes(themes: Iterable[str], ids: Iterable[str]) -> tuple[str, ...]:
        mine = [(work[id].theme, id) for id in ids if id in work]
        parts = [organisation.heir(theme, id) for theme, id in mine if theme in organisation.ended]
        return _once([*(organisation.heir(theme) for theme in themes), *parts])

    return replace(
        framework,
        goals=tuple(_goal(goal, framework.measures, organisation) for goal in framework.goals),
        joint_objectives=tuple(
            replace(joint, themes=joint_themes(joint.themes, joint.measures))
            for joint in framework.joint_objectives
        ),
        guidelines=tuple(_guideline(line, organisation) for line in framework.guidelines),
        measures=measures,
        budgets={year: _budget(budget, organisation) for year, budget in framework.budgets.items()},
        withheld=_withheld(framework.withheld, organisation),
    )


def taken_over(measure: Measure, organisation: Organisation) -> Measure:
    """A measure with the theme that has it now."""
    theme = organisation.heir(measure.theme, measure.id)
    return measure if theme == measure.theme else replace(measure, theme=theme)


def all_heirs(theme: str, organisation: Organisation) -> tuple[str, ...]:
    """The themes of today that something of `theme` went to, first the one that took its duties over."""
    if theme in organisation.themes or theme not in organisation.successors:
        return (theme,)
    parts = organisation.parts.get(theme)
    named = [organisation.successors[theme], *((*parts.measures.values(), *parts.budget) if parts else ())]
    return _once(heir for one in _once(named) for heir in all_heirs(one, organisation))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _goal(goal: Goal, measures: Iterable[Measure], organisation: Organisation) -> Goal:
    """A goal is served by who took the theme over, and by every part that has work for it."""
    own = [m for m in measures if m.goal == goal.id and m.theme in organisation.ended]
    themes = _once(
        heir
        for theme in goal.themes
        for heir in [
            organisation.heir(theme),
            *(organisation.heir(theme, measure.id) for measure in own if measure.theme == theme),
        ]
    )
    indicators = tuple(replace(one, theme=organisation.heir(one.theme)) for one in goal.indicators)
    return replace(goal, themes=themes, indicators=indicators)


def _guideline(line: Guideline, organisation: Organisation) -> Guideline:
    return replace(
        line, themes=_once(heir for theme in line.themes for heir in all_heirs(theme, organisation))
    )


def _budget(budget: YearBudget, organisation: Organisation) -> YearBudget:
    """The money of the year per theme of today."""
    themes: dict[str, Decimal] = {}
    for theme, amount in budget.themes.items():
        for heir, part in shares(theme, amount, organisation).items():
            themes[heir] = themes.get(heir, Decimal(0)) + part
    return replace(budget, themes=themes)


def shares(theme: str, amount: Decimal, organisation: Organisation) -> dict[str, Decimal]:
    """How the money of one theme is divided over its heirs, to the cent; what is left goes to its successor.

    As was said with the split; where that was said of another amount (of another year), in proportion. Never
    by what measures cost: a theme's figure is public, and a secret measure would show in it.
    """
    if theme in organisation.themes or theme not in organisation.successors:
        return {theme: amount}
    first, parts = organisation.successors[theme], organisation.parts.get(theme)
    said = dict(parts.budget) if parts else {}
    whole = sum(said.values(), _NOTHING)
    found = {
        part: money if whole == amount else (amount * money / whole).quantize(Decimal("0.01"))
        for part, money in said.items()
        if part != first and whole
    }
    found[first] = amount - sum(found.values(), _NOTHING)
    today: dict[str, Decimal] = {}
    for part, money in found.items():
        for heir, one in shares(part, money, organisation).items():
            today[heir] = today.get(heir, _NOTHING) + one
    return today


def _withheld(withheld: Mapping[str, Withheld], organisation: Organisation) -> dict[str, Withheld]:
    """What the public edition leaves out of a theme, it leaves out of every theme that it went up in."""
    found: dict[str, Withheld] = {}
    for theme, part in withheld.items():
        for heir in all_heirs(theme, organisation):
            there = found.get(heir)
            found[heir] = part if there is None or there == part else _both(there, part)
    return found


def _both(one: Withheld, other: Withheld) -> Withheld:
    grounds = dict.fromkeys([one.ground, other.ground])
    return replace(one, text=f"{one.text} {other.text}", ground="; ".join(grounds))
