"""A random municipality and a random year in it: mixtures of variants, absences, changes, closing days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random

from jaarring.calendar import Period
from jaarring.config.load import load
from jaarring.config.municipality import Municipality
from jaarring.governance import PRESETS, Department, JointBody, Organisation, Organisations, Person, Theme
from tests.conftest import SHIPPED

YEAR = 2027
BEGIN, END = date(2026, 6, 1), date(2028, 3, 31)
#: chains that a municipality may write itself; each can stand beside every other
OWN_LINES: dict[str, list[tuple[str, ...]]] = {
    "escalates_to": [("head",), ("secretary",), ("head", "secretary"), ("head", "coordinator", "secretary")],
    "department_escalates_to": [(), ("secretary",), ("coordinator", "secretary")],
    "accepts_plan": [("secretary",), ("coordinator",)],
    "department_accounts_to": [("secretary",), ("coordinator",)],
}


@dataclass(frozen=True)
class Town:
    """A municipality over time, who is absent when, and on which days its server runs, how often."""

    config: Municipality
    absences: dict[str, list[Period]]
    runs: dict[date, int]
    #: by duty, how many days after the request it is handed in; absent: never
    hands_in: dict[str, int]


@cache
def shipped() -> Municipality:
    made, mistakes = load(SHIPPED)
    assert made is not None, mistakes
    return made


def town(random: Random, folder: Path) -> Town:
    """One random town."""
    first = _organisation(random)
    organisations = Organisations(first, _later(random, first))
    example = shipped()
    calendar = replace(
        example.schedule.calendar,
        closing_days=frozenset(_day(random) for _ in range(random.randint(0, 8))),
        good_friday=random.random() < 0.7,
    )
    schedule = replace(example.schedule, calendar=calendar, no_reminder_within=random.randint(0, 4))
    absences = _absences(random, first)
    people = {id: replace(person, absent=tuple(absences.get(id, ()))) for id, person in first.people.items()}
    organisations = Organisations(
        replace(first, people=people),
        tuple((since, replace(stage, people=people)) for since, stage in organisations.later),
    )
    config = replace(
        example, folder=folder, organisations=organisations, schedule=schedule, storage=folder / "var"
    )
    return Town(config, absences, _runs(random), _hand_ins(random, organisations))


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


def _later(random: Random, first: Organisation) -> tuple[tuple[date, Organisation], ...]:
    """Up to three changes: an owner, a head, the chair, the variant, a theme that goes up in another."""
    stages, now = [], first
    for since in sorted({_day(random) for _ in range(random.choice([0, 0, 1, 1, 2, 3]))}):
        now = _changed(random, now)
        stages.append((since, now))
    return tuple(stages)


def _changed(random: Random, now: Organisation) -> Organisation:
    what = random.choice(["owner", "head", "chair", "variant", "merge", "rename"])
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
        )
    return now


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
    return BEGIN + timedelta(days=random.randint(60, (END - BEGIN).days - 30))
