"""A decision as it is recorded, and whether it still stands. Plain."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Entry:
    """One decision as recorded. `body` is the id of a body or person of the organisation."""

    subject: str
    verb: str
    body: str
    date: date
    number: str
    reason: str


@dataclass(frozen=True)
class Registered:
    """A decision and whether it stands. `superseded_by`: the later one about the same; `number`: place."""

    number: int
    entry: Entry
    superseded_by: Entry | None = None

    @property
    def stands(self) -> bool:
        return self.superseded_by is None


#: verbs of which a later one about the same subject takes the place of an earlier one
FAMILIES = (
    {"adopt", "refuse"},
    {"accept", "return"},
    {"agree", "disagree"},
    {"submit"},
    {"change", "accept", "refuse"},
    {"divide"},
    {"note"},
)
#: decisions about these add up, for each is about what the ones before left over
_ADDS_UP = re.compile(r"\d{4}/plan/(adopt|check)")


def registered(entries: Sequence[Entry]) -> list[Registered]:
    """These decisions, oldest first, with whether each stands.

    An advice stands beside another; a later decision of the same kind about the same subject supersedes.
    """
    later: dict[int, Entry] = {}
    last: dict[tuple[str, int], int] = {}
    for number, entry in enumerate(entries):
        if _ADDS_UP.fullmatch(entry.subject):
            continue
        for place, family in enumerate(FAMILIES):
            if entry.verb in family:
                if (entry.subject, place) in last:
                    later.setdefault(last[entry.subject, place], entry)
                last[entry.subject, place] = number
    return [Registered(number, entry, later.get(number)) for number, entry in enumerate(entries)]
