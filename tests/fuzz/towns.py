"""A random municipality and a random year in it: mixtures of variants, absences, changes, closing days.

What people do in it beside handing in (late words on absence, delay and dispensation) is drawn here too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random

from jaarring.calendar import Period
from jaarring.config.load import load
from jaarring.config.municipality import Municipality
from jaarring.goals.rules import Framework, YearBudget
from jaarring.governance import (
    PRESETS,
    Department,
    JointBody,
    Organisation,
    Organisations,
    Parts,
    Person,
    Theme,
)
from tests.conftest import SHIPPED

YEAR = 2027
BEGIN, END = date(2026, 9, 15), date(2028, 3, 31)
#: chains that a municipality may write itself; each can stand beside every other
OWN_LINES: dict[str, list[tuple[str, ...]]] = {
    "escalates_to": [("head",), ("secretary",), ("head", "secretary"), ("head", "coordinator", "secretary")],
    "department_escalates_to": [(), ("secretary",), ("coordinator", "secretary")],
    "accepts_plan": [("secretary",), ("coordinator",)],
    "department_accounts_to": [("secretary",), ("coordinator",)],
}


@dataclass(frozen=True)
class Word:
    """What is told of somebody on a day at noon, often late. `kind`: record, end or appoint."""

    on: date
    person: str
    kind: str
    first: date
    last: date | None = None
    substitute: str = ""


@dataclass(frozen=True)
class Town:
    """A municipality over time, who is absent when, and on which days its server runs, how often."""

    config: Municipality
    absences: dict[str, list[Period]]
    runs: dict[date, int]
    #: by duty, how many days after the request it is handed in; absent: never
    hands_in: dict[str, int]
    #: what is told of absence in the year, in the order of the days
    words: tuple[Word, ...] = ()
    #: on which days somebody asks for delay or dispensation, and which
    favours: tuple[tuple[date, str], ...] = ()
    #: on which days an owner proposes to adjust something
    proposals: tuple[date, ...] = ()
    #: from which day strategy.yaml says something else, and what; None: it stays as adopted
    edit: tuple[date, Framework] | None = None

    def on(self, day: date) -> Municipality:
        """The configuration as its files are on a day."""
        edited = self.edit is not None and self.edit[0] <= day
        return replace(self.config, framework=self.edit[1]) if self.edit and edited else self.config


@cache
def shipped() -> Municipality:
    made, mistakes = load(SHIPPED)
    assert made is not None, mistakes
    return made


def town(random: Random, folder: Path) -> Town:
    """One random town."""
    first = _organisation(random)
    example = shipped()
    framework = _framework(random, first)
    organisations = Organisations(first, _later(random, first, framework))
    calendar = replace(
        example.schedule.calendar,
        closing_days=frozenset(_day(random) for _ in range(random.randint(0, 8))),
        good_friday=random.random() < 0.7,
    )
    schedule = replace(example.schedule, calendar=calendar, no_reminder_within=random.randint(0, 4))
    absences = _absences(random, first)
    later = tuple((since, _away(stage, absences)) for since, stage in organisations.later)
    organisations = Organisations(_away(first, absences), later)
    config = replace(
        example,
        folder=folder,
        organisations=organisations,
        schedule=schedule,
        storage=folder / "var",
        framework=framework,
    )
    return Town(
        config,
        absences,
        _runs(random),
        _hand_ins(random, organisations),
        _words(random, first),
        _favours(random),
        _proposals(random),
        _edit(random, framework),
    )


def _away(stage: Organisation, absences: dict[str, list[Period]]) -> Organisation:
    people = {id: replace(one, absent=tuple(absences.get(id, ()))) for id, one in stage.people.items()}
    return replace(stage, people=people)


def _framework(random: Random, first: Organisation) -> Framework:
    """The shipped framework over these themes and departments, with money of their own."""
    example = shipped()
    themes, departments = list(first.themes), list(first.departments)
    theme = {id: themes[n % len(themes)] for n, id in enumerate(example.organisation.themes)}
    department = {
        id: departments[n % len(departments)] for n, id in enumerate(example.organisation.departments)
    }
    money = {id: Decimal(random.randint(0, 300_000_00)) / 100 for id in themes}
    known = example.framework

    def ours(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(theme[id] for id in ids))

    served = set(theme.values())  # a theme beyond those serves a goal too, or `check` would refuse the town
    more = {n % len(known.goals): id for n, id in enumerate(themes) if id not in served}
    return replace(
        known,
        goals=tuple(
            replace(
                goal,
                themes=(*ours(goal.themes), *([more[n]] if n in more else [])),
                indicators=tuple(replace(one, theme=theme[one.theme]) for one in goal.indicators),
            )
            for n, goal in enumerate(known.goals)
        ),
        joint_objectives=tuple(replace(one, themes=ours(one.themes)) for one in known.joint_objectives),
        guidelines=tuple(replace(one, themes=ours(one.themes)) for one in known.guidelines),
        measures=tuple(
            replace(one, theme=theme[one.theme], department=department[one.department])
            for one in known.measures
        ),
        budgets={YEAR: YearBudget(YEAR, sum(money.values(), Decimal(0)), money)},
        withheld={theme[id]: one for id, one in known.withheld.items()},
    )


def _organisation(random: Random) -> Organisation:
    people: dict[str, Person] = {}

    def person(id: str, substitute: str = "") -> str:
        people[id] = Person(id, f"functie {id}", f"{id}@town.example", substitute=substitute)
        return id

    for id in ("secretaris", "coordinator", "burgemeester", "voorzitter", "controller"):
        person(id, random.choice(["", "coordinator"]) if id in ("secretaris", "voorzitter") else "")
    departments = {}
    for n in range(random.randint(1, 4)):
        head = person(f"hoofd{n}", random.choice(["", "secretaris", f"hoofd{n - 1}" if n else ""]))
        departments[f"d{n}"] = Department(f"d{n}", f"D{n}", f"afdeling {n}", head)
    themes = {}
    for n in range(random.randint(1, 6)):
        department = random.choice(list(departments))
        own_head = random.random() < 0.15
        spare = person(f"vervanger{n}", random.choice(["", f"eigenaar{n}"]))
        owner = (
            departments[department].head if own_head else person(f"eigenaar{n}", random.choice(["", spare]))
        )
        adviser = person(f"adviseur{n}")
        themes[f"t{n}"] = Theme(f"t{n}", f"T{n}", f"thema {n}", owner, adviser, department)
    variant = random.choice(["direct", "oib"])
    own = {name: random.choice(chains) for name, chains in OWN_LINES.items() if random.random() < 0.3}
    chair = random.choice(["voorzitter", "voorzitter", "secretaris"])
    appointed = None if chair == "secretaris" else date(2026, 1, 15)
    return replace(
        shipped().organisation,
        name="Town",
        variant=variant,
        lines=PRESETS[variant].changed(own),
        people=people,
        departments=departments,
        themes=themes,
        roles={},
        secretary="secretaris",
        coordinator="coordinator",
        executive_portfolio_holder="burgemeester",
        administrative_portfolio_holder="secretaris",
        controller="controller",
        joint_body=JointBody("Overleg", chair, appointed, "secretaris" if appointed else ""),
    )


def _later(
    random: Random, first: Organisation, framework: Framework
) -> tuple[tuple[date, Organisation], ...]:
    """Up to three changes: an owner, head, chair or variant, a theme that ends, somebody who leaves."""
    stages, now = [], first
    for since in sorted({_day(random) for _ in range(random.choice([0, 0, 1, 1, 2, 3]))}):
        now = _changed(random, now, since, framework)
        stages.append((since, now))
    return tuple(stages)


def _changed(random: Random, now: Organisation, since: date, framework: Framework) -> Organisation:
    what = random.choice(["owner", "head", "chair", "variant", "merge", "split", "rename", "leave"])
    theme = random.choice(list(now.themes.values()))
    if what == "owner":
        return replace(now, themes={**now.themes, theme.id: replace(theme, owner="controller")})
    if what == "rename":
        return replace(now, themes={**now.themes, theme.id: replace(theme, name=f"nieuw {theme.name}")})
    if what == "head":
        one = now.departments[theme.department]
        return replace(now, departments={**now.departments, one.id: replace(one, head="burgemeester")})
    if what == "chair" and now.joint_body:
        other = "secretaris" if now.joint_body.chair != "secretaris" else "voorzitter"
        return replace(now, joint_body=replace(now.joint_body, chair=other))
    if what == "variant":
        variant = "oib" if now.variant == "direct" else "direct"
        return replace(now, variant=variant, lines=PRESETS[variant])
    if what == "merge" and len(now.themes) > 1:
        into = random.choice([id for id in now.themes if id != theme.id])
        return replace(
            now,
            themes={id: one for id, one in now.themes.items() if id != theme.id},
            ended={**now.ended, theme.id: theme},
            successors={**now.successors, theme.id: into},
            ended_on={**now.ended_on, theme.id: since},
        )
    if what == "split":
        return _split(random, now, theme, since, framework)
    if what == "leave" and theme.owner.startswith("eigenaar"):
        return _left(now, theme.owner)
    return now


def _split(
    random: Random, now: Organisation, theme: Theme, since: date, framework: Framework
) -> Organisation:
    """A theme in two: the first part bears its duties, the other may be a theme that there was."""
    first = replace(theme, id=f"{theme.id}a", code=f"{theme.code}A", name=f"{theme.name} a")
    others = [one for one in now.themes.values() if one.id != theme.id]
    fresh = replace(
        theme, id=f"{theme.id}b", code=f"{theme.code}B", name=f"{theme.name} b", owner="controller"
    )
    second = random.choice([fresh, *others])
    mine = [one.id for one in framework.measures if now.heir(one.theme, one.id) == theme.id]
    money = framework.budgets[YEAR].themes.get(theme.id, Decimal(0))
    part = (money / 3).quantize(Decimal("0.01"))
    parts = Parts(
        measures={id: second.id for id in mine if random.random() < 0.5},
        budget={first.id: money - part, second.id: part} if random.random() < 0.5 else {},
    )
    kept = {id: one for id, one in now.themes.items() if id != theme.id}
    return replace(
        now,
        themes={**kept, first.id: first, second.id: second},
        ended={**now.ended, theme.id: theme},
        successors={**now.successors, theme.id: first.id},
        parts={**now.parts, theme.id: parts},
        ended_on={**now.ended_on, theme.id: since},
    )


def _left(now: Organisation, id: str) -> Organisation:
    """Somebody is gone; who comes in his place is new."""
    new = Person(f"op_{id}", f"opvolger {id}", f"op_{id}@town.example")
    people = {
        one.id: replace(one, substitute="" if one.substitute == id else one.substitute)
        for one in now.people.values()
        if one.id != id
    }
    themes = {
        key: replace(one, owner=new.id if one.owner == id else one.owner) for key, one in now.themes.items()
    }
    return replace(now, people={**people, new.id: new}, themes=themes)


def _absences(random: Random, first: Organisation) -> dict[str, list[Period]]:
    """Weeks away; now and then for good: somebody left and nobody changed the file."""
    found: dict[str, list[Period]] = {}
    for id in first.people:
        if random.random() < 0.4:
            begin = _day(random)
            long = random.random() < 0.15
            end = END + timedelta(days=400) if long else begin + timedelta(days=random.randint(0, 40))
            found.setdefault(id, []).append(Period(begin, end))
    return found


def _words(random: Random, first: Organisation) -> tuple[Word, ...]:
    """What is told: somebody is away since some days, is back, is stood in for, has left."""
    found = []
    for id in first.people:
        if random.random() < 0.25:
            on = _day(random)
            begin = on - timedelta(days=random.randint(-5, 12))
            last = None if random.random() < 0.2 else max(on, begin) + timedelta(days=random.randint(0, 30))
            other = random.choice([one for one in first.people if one != id])
            spare = random.choice(["", other])
            found.append(Word(on, id, "record", begin, last, spare))
            if random.random() < 0.4:
                back = on + timedelta(days=random.randint(1, 25))
                found.append(Word(back, id, "end", back - timedelta(days=random.randint(0, 3))))
            if random.random() < 0.3:
                later = on + timedelta(days=random.randint(0, 20))
                found.append(Word(later, id, "appoint", later, later + timedelta(days=20), other))
    return tuple(sorted(found, key=lambda word: (word.on, word.person, word.kind)))


def _favours(random: Random) -> tuple[tuple[date, str], ...]:
    days = [_day(random) for _ in range(random.choice([0, 4, 12]))]
    return tuple((day, random.choice(["move", "move", "pause", "waive"])) for day in sorted(days))


def _proposals(random: Random) -> tuple[date, ...]:
    return tuple(sorted(_day(random) for _ in range(random.choice([0, 2, 6]))))


def _edit(random: Random, framework: Framework) -> tuple[date, Framework] | None:
    """Strategy.yaml written over: a measure ends later, or money goes from one theme to another."""
    on, one = _day(random), random.choice(framework.measures)
    if random.random() < 0.5:
        later = replace(one, end=one.end + timedelta(days=random.randint(1, 60)))
        measures = tuple(later if known is one else known for known in framework.measures)
        return on, replace(framework, measures=measures)
    year, themes = framework.budgets[YEAR], dict(framework.budgets[YEAR].themes)
    rich, other = max(themes, key=themes.__getitem__), random.choice(list(themes))
    money = (themes[rich] / random.randint(2, 9)).quantize(Decimal("0.01"))
    themes[rich] -= money
    themes[other] += money
    return on, replace(framework, budgets={**framework.budgets, YEAR: replace(year, themes=themes)})


def _runs(random: Random) -> dict[date, int]:
    """How often the server ticks on each day: mostly once; in some towns it is off or runs double."""
    off = random.choice([0.0, 0.0, 0.02, 0.2])
    twice = random.choice([0.0, 0.1])
    days = [BEGIN + timedelta(days=n) for n in range((END - BEGIN).days + 1)]
    runs = {day: 0 if random.random() < off else 2 if random.random() < twice else 1 for day in days}
    if random.random() < 0.2:  # and one long outage
        begin = random.choice(days)
        runs |= {day: 0 for day in days if begin <= day < begin + timedelta(days=random.randint(5, 60))}
    return runs


def _hand_ins(random: Random, organisations: Organisations) -> dict[str, int]:
    found = {}
    stages = [organisations.first, *(stage for _, stage in organisations.later)]
    themes = {id for stage in stages for id in stage.themes}
    departments = {id for stage in stages for id in stage.departments}
    duties = [f"{YEAR}/plan/{theme}" for theme in sorted(themes)]
    for quarter in (1, 2, 3, 4):
        duties += [f"{YEAR}/Q{quarter}/report/{theme}" for theme in sorted({*themes, "oib"})]
        duties += [f"{YEAR}/Q{quarter}/account/{department}" for department in sorted(departments)]
    for duty in duties:
        if random.random() < 0.85:
            found[duty] = random.choice([1, 3, 8, 12, 13, 14, 16, 20, 25, 40])
    return found


def _day(random: Random) -> date:
    return BEGIN + timedelta(days=random.randint(20, (END - BEGIN).days - 30))
