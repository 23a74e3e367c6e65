"""What differs between the framework as adopted and as strategy.yaml has it now, for one cycle year.

Plain, and in Dutch: each difference is a line that a board can read, old and new. A secret measure is named
by its number only. What belongs to another year (a measure that begins in it, its budget) is no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from jaarring.dutch import datum, euro, maat, opsomming
from jaarring.goals.rules import Framework, Goal, Guideline, Indicator, JointObjective, Measure

T = TypeVar("T")
#: said for an amount from which that of a secret measure would follow
_APART = "hoeveel, vertelt de coördinator u"
#: the names of themes or departments, as one says them in a line
Say = Callable[..., str]


@dataclass(frozen=True)
class Change:
    """One difference. `line`: Dutch, without its full stop; `themes`: whose plans it touches.

    `kind`: vision, goal, indicator, joint, guideline, rule, budget, measures (one comes or goes), measure
    (one changes within itself). `ref`: the number it is about. `amount`: euros that move, or nought.
    """

    kind: str
    ref: str
    line: str
    themes: tuple[str, ...] = ()
    amount: Decimal = Decimal(0)


def differences(
    adopted: Framework, now: Framework, year: int, names: Mapping[str, str] | None = None
) -> tuple[Change, ...]:
    """Every difference that counts for `year`, goals first; empty where nothing differs.

    `names`: of themes and departments by id, as the lines say them.
    """

    def say(*ids: str) -> str:
        return opsomming([(names or {}).get(id, id) for id in ids])

    found = [*_vision(adopted, now), *_goals(adopted, now, year, say), *_joint(adopted, now, say)]
    found += [*_guidelines(adopted, now, say), *_rules(adopted, now, say)]
    found += _budgets(adopted, now, year, say)
    return (*found, *_measures(adopted, now, year, say))


def merged(adopted: Framework, now: Framework, year: int) -> Framework:
    """The adopted framework with what differs for `year`: what a decision on an amendment puts in force."""
    others = [m for m in adopted.measures if m.start.year != year]
    own = [m for m in now.measures if m.start.year == year]
    budgets = {**adopted.budgets, **({year: now.budgets[year]} if year in now.budgets else {})}
    return replace(
        adopted,
        vision=now.vision,
        goals=now.goals,
        joint_objectives=now.joint_objectives,
        guidelines=now.guidelines,
        measures=tuple(own + others),
        budgets=budgets,
        rating_rule=now.rating_rule,
        roll_up=now.roll_up,
        withheld=now.withheld,
    )


def _vision(adopted: Framework, now: Framework) -> Iterator[Change]:
    if adopted.vision != now.vision:
        yield Change("vision", "visie", f"Visie: was ‘{adopted.vision}’, wordt ‘{now.vision}’")


def _goals(adopted: Framework, now: Framework, year: int, say: Say) -> Iterator[Change]:
    before, after = ({goal.id: goal for goal in one.goals} for one in (adopted, now))
    for id in dict.fromkeys((*before, *after)):
        old, new = before.get(id), after.get(id)
        if old is None and new is not None:
            line = f"Doel {id} erbij: ‘{new.title}’, voor {say(*new.themes)}"
            yield Change("goal", id, line, new.themes)
        elif new is None and old is not None:
            yield Change("goal", id, f"Doel {id} vervalt: ‘{old.title}’", old.themes)
        elif old is not None and new is not None:
            yield from _goal(old, new, year, say)


def _goal(old: Goal, new: Goal, year: int, say: Say) -> Iterator[Change]:
    both = tuple(dict.fromkeys((*old.themes, *new.themes)))
    if old.title != new.title:
        yield Change("goal", old.id, f"Doel {old.id}: was ‘{old.title}’, wordt ‘{new.title}’", both)
    if old.horizon != new.horizon:
        line = f"Doel {old.id}: moest bereikt zijn op {datum(old.horizon)}, wordt {datum(new.horizon)}"
        yield Change("goal", old.id, line, both)
    if set(old.themes) != set(new.themes):
        line = f"Doel {old.id}: droegen bij {say(*old.themes)}, wordt {say(*new.themes)}"
        yield Change("goal", old.id, line, both)
    if (old.frameworks, old.sources) != (new.frameworks, new.sources):
        told = [opsomming([*goal.frameworks, *(one.title for one in goal.sources)]) for goal in (old, new)]
        line = f"Doel {old.id}: rustte op {told[0] or 'geen bron'}, wordt {told[1] or 'geen bron'}"
        if told[0] == told[1]:
            line = f"Doel {old.id}: datum of adres van een bron is anders"
        yield Change("goal", old.id, line, both)
    before, after = ({one.id: one for one in goal.indicators} for goal in (old, new))
    for id in dict.fromkeys((*before, *after)):
        first, second = before.get(id), after.get(id)
        if first is None and second is not None:
            line = f"Indicator {id} erbij: {second.name}, doel {year} {_value(second, second.target(year))}"
            yield Change("indicator", id, line, (second.theme,))
        elif second is None and first is not None:
            yield Change("indicator", id, f"Indicator {id} vervalt: {first.name}", (first.theme,))
        elif first is not None and second is not None:
            yield from _indicator(first, second, year, say)


def _indicator(old: Indicator, new: Indicator, year: int, say: Say) -> Iterator[Change]:
    themes = tuple(dict.fromkeys((old.theme, new.theme)))
    about = f"Indicator {old.id} ({old.name})"
    if old.name != new.name:
        yield Change("indicator", old.id, f"Indicator {old.id}: was ‘{old.name}’, wordt ‘{new.name}’", themes)
    if old.theme != new.theme:
        yield Change(
            "indicator", old.id, f"{about}: gemeten door {say(old.theme)}, wordt {say(new.theme)}", themes
        )
    for what, first, second in (
        (f"begin {year}", old.baseline(year), new.baseline(year)),
        (f"doel {year}", old.target(year), new.target(year)),
    ):
        if first != second:
            line = f"{about}: {what} was {_value(old, first)}, wordt {_value(new, second)}"
            yield Change("indicator", old.id, line, themes)
    ways = [tuple(one.milestone(year, quarter) for quarter in (1, 2, 3)) for one in (old, new)]
    same_ends = (old.baseline(year), old.target(year)) == (new.baseline(year), new.target(year))
    if ways[0] != ways[1] and same_ends:
        told = [", ".join(_value(old, value) for value in way) for way in ways]
        yield Change("indicator", old.id, f"{about}: mijlpalen waren {told[0]}, worden {told[1]}", themes)
    if (old.unit, old.direction) != (new.unit, new.direction):
        yield Change("indicator", old.id, f"{about}: eenheid of richting is anders", themes)


def _value(indicator: Indicator, value: Decimal) -> str:
    return maat(round(value, 2).normalize() + 0, indicator.unit)


def _joint(adopted: Framework, now: Framework, say: Say) -> Iterator[Change]:
    before, after = ({one.id: one for one in each.joint_objectives} for each in (adopted, now))
    for id, old, new in _pairs(before, after):
        themes = tuple(dict.fromkeys((*(old.themes if old else ()), *(new.themes if new else ()))))
        if old is None and new is not None:
            line = f"Gezamenlijke doelstelling {id} erbij: ‘{new.title}’"
        elif new is None and old is not None:
            line = f"Gezamenlijke doelstelling {id} vervalt: ‘{old.title}’"
        elif old is not None and new is not None and old.title != new.title:
            line = f"Gezamenlijke doelstelling {id}: was ‘{old.title}’, wordt ‘{new.title}’"
        else:
            line = f"Gezamenlijke doelstelling {id}: {_shares(old, say)}, wordt {_shares(new, say)}"
        yield Change("joint", id, line, themes)


def _shares(one: JointObjective | None, say: Say) -> str:
    return f"{say(*one.themes)} met {opsomming(one.measures) or 'geen maatregel'}" if one else ""


def _guidelines(adopted: Framework, now: Framework, say: Say) -> Iterator[Change]:
    before, after = ({one.id: one for one in each.guidelines} for each in (adopted, now))
    everybody = tuple(now.budgets[max(now.budgets)].themes)
    for id, old, new in _pairs(before, after):
        named = [one.themes or everybody for one in (old, new) if one]
        themes = tuple(dict.fromkeys(theme for each in named for theme in each))
        yield Change("guideline", id, _guideline(id, old, new, say), themes)


def _guideline(id: str, old: Guideline | None, new: Guideline | None, say: Say) -> str:
    if old is None or new is None:
        one = new or old
        return f"Richtlijn {id} {'erbij' if new else 'vervalt'}: ‘{one.text if one else ''}’"
    if old.text != new.text:
        return f"Richtlijn {id}: was ‘{old.text}’, wordt ‘{new.text}’"
    if old.themes != new.themes:
        told = [say(*one.themes) or "alle thema's" for one in (old, new)]
        return f"Richtlijn {id}: gold voor {told[0]}, wordt {told[1]}"
    return f"Richtlijn {id}: bron was ‘{old.source}’, wordt ‘{new.source}’"


def _rules(adopted: Framework, now: Framework, say: Say) -> Iterator[Change]:
    """By which rules is rated, and what the public edition says it leaves out."""
    if adopted.roll_up != now.roll_up:
        told = {"worst": "de slechtste stand telt", "all": "alle standen staan er los"}
        line = f"Stand per doel: was ‘{told[adopted.roll_up]}’, wordt ‘{told[now.roll_up]}’"
        yield Change("rule", "roll_up", line)
    for name, what in (("on_course", "op koers"), ("attention", "vraagt aandacht"), ("tolerance", "marge")):
        first, second = (getattr(one.rating_rule, name) for one in (adopted, now))
        if first != second:
            line = f"Beoordeling ({what}): was {maat(first * 100, '%')}, wordt {maat(second * 100, '%')}"
            yield Change("rule", name, line)
    for theme, old, new in _pairs(adopted.withheld, now.withheld):
        told_of = [f"‘{one.text}’ ({one.ground})" if one else "niets" for one in (old, new)]
        line = f"Wat openbaar wegblijft van {say(theme)}: was {told_of[0]}, wordt {told_of[1]}"
        yield Change("rule", theme, line, (theme,))


def _budgets(adopted: Framework, now: Framework, year: int, say: Say) -> Iterator[Change]:
    old, new = adopted.budgets.get(year), now.budgets.get(year)
    if old is None or new is None:
        return
    hidden = _hiding(adopted, now, year)
    if old.total != new.total:
        line = f"Budget {year}: was {euro(old.total)}, wordt {euro(new.total)}"
        if hidden:
            line = f"Budget {year}: bedrag gewijzigd ({_APART})"
        yield Change("budget", str(year), line, (), abs(new.total - old.total))
    for theme in dict.fromkeys((*old.themes, *new.themes)):
        first, second = (one.themes.get(theme, Decimal(0)) for one in (old, new))
        if first != second:
            line = f"Budget van {say(theme)}: was {euro(first)}, wordt {euro(second)}"
            if theme in hidden:
                line = f"Budget van {say(theme)}: bedrag gewijzigd ({_APART})"
            yield Change("budget", theme, line, (theme,), abs(second - first))


def _hiding(adopted: Framework, now: Framework, year: int) -> frozenset[str]:
    """The themes in which the amount of a secret measure changes: from the other amounts that change with it,
    what it gets or gives would follow.
    """
    before, after = ({m.id: m for m in each.measures if m.start.year == year} for each in (adopted, now))
    return frozenset(
        one.theme
        for _, old, new in _pairs(before, after)
        for one in (old, new)
        if one and any(each and each.secrecy for each in (old, new))
        if (old and old.budget) != (new and new.budget)
    )


def _measures(adopted: Framework, now: Framework, year: int, say: Say) -> Iterator[Change]:
    hidden = _hiding(adopted, now, year)
    before, after = ({m.id: m for m in each.measures if m.start.year == year} for each in (adopted, now))
    for id, old, new in _pairs(before, after):
        themes = tuple(dict.fromkeys(one.theme for one in (old, new) if one))
        if (old and old.secrecy) or (new and new.secrecy):
            what = "erbij" if old is None else "vervalt" if new is None else "gewijzigd"
            moved = (new.budget if new else Decimal(0)) - (old.budget if old else Decimal(0))
            kind = "measure" if old and new else "measures"
            yield Change(kind, id, f"Maatregel {id}: {what} (geheim)", themes, abs(moved))
        elif old is None and new is not None:
            amount = f"bedrag: {_APART}" if hidden & set(themes) else euro(new.budget)
            line = f"Maatregel {id} erbij: ‘{new.title}’, {amount}, klaar op {datum(new.end)}"
            yield Change("measures", id, line, themes, new.budget)
        elif new is None and old is not None:
            yield Change("measures", id, f"Maatregel {id} vervalt: ‘{old.title}’", themes, old.budget)
        elif old is not None and new is not None:
            told = "; ".join(_parts(old, new, say, bool(hidden & set(themes))))
            yield Change("measure", id, f"Maatregel {id}: {told}", themes, abs(new.budget - old.budget))


def _parts(old: Measure, new: Measure, say: Say, hidden: bool) -> Iterator[str]:
    """What changes in a measure, old and new; `hidden`: but for amounts."""
    for what, first, second in (
        ("titel", f"‘{old.title}’", f"‘{new.title}’"),
        ("bedrag", euro(old.budget), euro(new.budget)),
        ("begin", datum(old.start), datum(new.start)),
        ("einde", datum(old.end), datum(new.end)),
        ("afdeling", say(old.department), say(new.department)),
        ("thema", say(old.theme), say(new.theme)),
        ("doel", old.goal, new.goal),
        ("effect", f"‘{old.effect}’", f"‘{new.effect}’"),
    ):
        if first != second and what == "bedrag" and hidden:
            yield f"bedrag gewijzigd ({_APART})"
        elif first != second:
            yield f"{what} was {first}, wordt {second}"
    if old.sources != new.sources:
        yield "bronnen gewijzigd"


def _pairs(before: Mapping[str, T], after: Mapping[str, T]) -> Iterator[tuple[str, T | None, T | None]]:
    """What differs between two lists, by number."""
    for id in dict.fromkeys((*before, *after)):
        if before.get(id) != after.get(id):
            yield id, before.get(id), after.get(id)
