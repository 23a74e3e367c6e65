"""What no single field can tell: references, roles, lines, money and dates across the four files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jaarring.config.checks import (
    changes,
    channels,
    dates,
    goals,
    lines,
    measures,
    meetings,
    moments,
    organisation,
    persons,
    storage,
)
from jaarring.config.mistakes import Mistake
from jaarring.config.reading import Reading

#: in the order of the files; each says nothing about a file that could not be read
CHECKS: tuple[Callable[[Reading], Iterator[Mistake]], ...] = (
    organisation.people,
    organisation.bodies,
    organisation.departments_and_themes,
    organisation.offices_and_roles,
    organisation.joint_body,
    organisation.house,
    storage.storage,
    lines.lines,
    persons.lines_of_persons,
    persons.left_out,
    changes.changes,
    goals.decisions,
    goals.rating,
    goals.goals,
    goals.sources,
    goals.indicators,
    goals.joint_objectives_and_guidelines,
    measures.measures,
    measures.secrecy,
    measures.withheld,
    measures.money,
    meetings.recess,
    meetings.meetings,
    moments.moments,
    moments.asking,
    channels.channels,
    channels.heartbeat,
    channels.mailbox,
    channels.archive,
    channels.others,
)


def across(reading: Reading) -> list[Mistake]:
    """Mistakes and warnings across the files. What could not be read is left out of the comparison."""
    found = [mistake for check in CHECKS for mistake in check(reading)]
    if dates.sound([*reading.mistakes, *found]):
        found += dates.years(reading)
    return found
