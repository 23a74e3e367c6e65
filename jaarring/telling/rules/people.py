"""Who stands where around a decision, and the same words to people in several directions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from jaarring.telling.rules import BOARD, Known, Told


def heads(known: Known, departments: Iterable[str] | None = None) -> list[str]:
    """The heads of these departments, of all where none is named."""
    all_of = known.organisation.departments
    return [all_of[id].head for id in (all_of if departments is None else departments) if id in all_of]


def owners(known: Known) -> list[str]:
    """The owners of all themes."""
    return [theme.owner for theme in known.organisation.themes.values()]


def those_above(known: Known) -> list[str]:
    """The secretary, and the chair of the joint body where there is one between him and the themes."""
    organisation = known.organisation
    chair = [organisation.joint_body.chair] if organisation.joint_body and organisation.lines.joint else []
    return [organisation.secretary, *chair]


def each(
    known: Known, title: str, text: str, own: Iterable[str] = (), **directions: Iterable[str]
) -> Iterator[Told]:
    """The same words to people in several directions; each hears it once, from the nearest. `own`: whose own
    work it is about.
    """
    mine = set(own)
    seen: set[str] = set()
    for direction, people in directions.items():
        for person in people:
            if person not in seen:
                seen.add(person)
                yield Told(person, direction, title, text, own=person in mine)


def everybody(known: Known, title: str, text: str, *, board: bool = False) -> Iterator[Told]:
    """Who is above, the departments and the themes; with `board` the board as well."""
    up = [*those_above(known), *([BOARD] if board else [])]
    yield from each(known, title, text, up=up, down=heads(known), across=owners(known))
