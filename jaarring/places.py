"""The places of the table of rights: who stands in each for a thing, the one whom we ask first in front."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from jaarring.governance import Organisation
from jaarring.standing import (
    BOARD,
    COUNCIL,
    JOINT,
    Thing,
    accounting_line,
    at,
    debtor,
    deciding_line,
    department_of,
    of_joint_body,
    others,
    theme_of,
    voice,
)

Place = Callable[[Organisation, Thing], Iterable[str]]


def owner(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who owes it, and the substitute of the configuration: he may bring what the other made."""
    yield from debtor(organisation, thing)
    yield from (organisation.people[id].substitute for id in debtor(organisation, thing))


def head(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """The head of the department that the theme, or the account, is of."""
    return at(organisation, "department", thing)


def adviser(organisation: Organisation, thing: Thing) -> Iterator[str]:
    theme = theme_of(organisation, thing)
    if theme:
        yield theme.adviser


def advisers(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """The adviser of the theme first, then who advises on money, then the others of the role."""
    yield from adviser(organisation, thing)
    yield organisation.controller
    yield from _role(organisation, "advise")
    if not thing.subject:
        yield from (theme.adviser for theme in organisation.themes.values())


def monitors(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who monitors, but for the council: it sees what the board offers it (R23)."""
    yield from (id for id in _role(organisation, "monitor") if id != COUNCIL)


def _role(organisation: Organisation, role: str) -> Iterator[str]:
    for id in organisation.roles.get(role, ()):
        yield organisation.departments[id].head if id in organisation.departments else id


def overseers(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who sees all: board, secretary, portfolio holders, coordinator, controller."""
    return (
        BOARD,
        organisation.secretary,
        organisation.executive_portfolio_holder,
        organisation.administrative_portfolio_holder,
        organisation.coordinator,
        organisation.controller,
    )


def members(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """The joint body, its chair and the themes in it, where the lines make them responsible together."""
    if JOINT in {*organisation.lines.responsible, *organisation.lines.agrees_plan}:
        yield from at(organisation, "oib", thing)
        yield from (theme.owner for theme in organisation.themes.values())


def everybody(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Everyone in the organisation with a place in the cycle, and the board."""
    yield from overseers(organisation, thing)
    yield from at(organisation, "oib", thing)
    yield from chain.from_iterable((t.owner, t.adviser) for t in organisation.themes.values())
    yield from (department.head for department in organisation.departments.values())
    for role in organisation.roles:
        yield from (id for id in _role(organisation, role) if id != COUNCIL)


def setter(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who sets the objectives: for a theme the party before it on the line, for the joint body the one
    before that.
    """
    line = organisation.lines.sets_objectives
    place = line.index(JOINT) if of_joint_body(thing) and JOINT in line else len(line) - 1
    return at(organisation, line[place - 1], thing) if place else ()


def agreeing(organisation: Organisation, thing: Thing) -> Iterator[str]:
    for party in organisation.lines.agrees_plan:
        yield from at(organisation, party, thing)


def accepter(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who accepts a plan; where that is the owner himself, who adopts it."""
    return others(organisation, organisation.lines.accepts_plan[-1], thing) or adopter(organisation, thing)


def adopter(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who adopts plans; the board keeps what it has mandated (Awb 10:7)."""
    party = organisation.lines.adopts_plan[-1]
    yield from at(organisation, party, thing)
    if party != "council":
        yield BOARD


def reader(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """To whom an account is made: the nearest on the line whose own it is not."""
    line = accounting_line(organisation, thing)
    return next(found for party in line if (found := others(organisation, party, thing)))


def above(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Everybody to whom an account goes, nearest first, to the board."""
    for party in accounting_line(organisation, thing):
        yield from at(organisation, party, thing)


def ladder(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Whom it goes to when it is missing, in order."""
    if theme := theme_of(organisation, thing):
        return tuple(person.id for person in organisation.escalation(theme))
    if department := department_of(organisation, thing):
        return tuple(person.id for person in organisation.department_escalation(department))
    return ()


def decider(organisation: Organisation, thing: Thing) -> Iterator[str]:
    for party in deciding_line(organisation, thing):
        yield from at(organisation, party, thing)


def superiors(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who stands above a person: by what he owes, then the secretary, the board."""
    for theme in organisation.themes.values():
        if theme.owner == thing.subject:
            yield from ladder(organisation, Thing("report", theme.id))
    for department in organisation.departments.values():
        if department.head == thing.subject:
            yield from ladder(organisation, Thing("account", department.id))
    yield from (organisation.secretary, BOARD)


def himself(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who is absent; whose decision is recorded. A substitute is in no such place: he acts only while the
    other is away, which no line knows.
    """
    id = voice(organisation, thing.subject)
    if id in organisation.people:
        yield id
    if thing.subject == BOARD:  # whom the secretary assists (Gemeentewet art. 103)
        yield organisation.secretary


def substitute(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who stands in for somebody by the configuration: he may say that the other is away."""
    if thing.subject in organisation.people:
        yield organisation.people[thing.subject].substitute


def secretary(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (organisation.secretary,)


def coordinator(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (organisation.coordinator,)


def joint_body(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """The joint body, where the lines know one."""
    known = {party for line in vars(organisation.lines).values() for party in line}
    return at(organisation, "oib", thing) if {"oib", "chair"} & known else ()


def board(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (BOARD,)


def council(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (COUNCIL,)
