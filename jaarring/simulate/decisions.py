"""Who takes which decision of the year, read from the lines, on the day that the calendar has for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time

from jaarring import cycle
from jaarring.decide import Request, decide
from jaarring.goals.rules import Decision
from jaarring.here import Here
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans.words import holders
from jaarring.refusal import Refused
from jaarring.simulate.rules import stand_in

NOON = time(12, 0)
#: the end of a key → how `jaarring decide` says what is decided there, and the line or party that decides it
MOMENTS: dict[str, tuple[str, str]] = {
    "frame/council": ("adopt", "council"),
    "frame/board": ("adopt", "college"),
    "plan/advice": ("record", "advisers"),
    "plan/agree": ("agree", "agrees_plan"),
    "plan/check": ("accept", "accepts_plan"),
    "plan/adopt": ("adopt", "adopts_plan"),
    "plan/announce": ("record", "secretary"),
    "plan/letter": ("record", "secretary"),
    "council/review": ("advise", "advisers"),
    "council/adopt": ("adopt", "college"),
    "council/committee": ("note", "council"),
    "council/note": ("note", "council"),
}


@dataclass
class Register:
    """The decisions of a simulated year: a number for each, and why one could not be taken."""

    refused: dict[str, tuple[date, str]] = field(default_factory=dict)
    taken: int = 0

    def take(self, here: Here, key: str, verb: str, bodies: Iterable[str], day: date) -> bool:
        """Take a decision by the first of `bodies` whose it is; whether one could take it.

        What stands in the way is remembered, and forgotten once the decision is taken.
        """
        why, stated = (
            "niemand mag dit besluiten; kijk naar de lijnen in organisation.yaml",
            _stated(here, key),
        )
        for tried, body in enumerate(dict.fromkeys(bodies)):
            number = stated.number if stated else f"SIM-{day.year}-{self.taken + 1:03}"
            entry = Entry(key, verb, body, stated.date if stated else day, number, "")
            at = cycle.moment(here, day, NOON)
            try:
                decide(Request(here, key, verb, entry, here.organisation.coordinator, at))
            except Refused as refused:
                why = why if tried else str(refused)
                continue
            self.taken += 1
            self.refused.pop(key, None)
            return True
        self.refused[key] = (day, why)
        return False


def moment(key: str) -> tuple[str, str]:
    """The verb of a moment of the year, and by whom: a line, a party, or `advisers`."""
    tail = key.partition("/")[2]
    if tail.endswith("/tactical/board"):
        return "adopt", "college"
    return ("record", "meets") if tail.endswith("/meeting") else MOMENTS.get(tail, ("record", "secretary"))


def bodies(here: Here, whose: str) -> list[str]:
    """Who may take a decision that belongs to a line, a party or the advisers; first whom we ask first."""
    organisation = here.organisation
    if whose == "advisers":
        return list(dict.fromkeys(theme.adviser for theme in organisation.themes.values()))
    line = getattr(organisation.lines, whose, (whose,))
    parties = line if whose in ("agrees_plan", "meets") else line[-1:]
    return [id for party in parties for id in _acting(here, party)]


def readers(here: Here, duty: Duty) -> list[str]:
    """To whom an account is made, and the coordinator, who may act for him."""
    lines = here.organisation.lines
    if duty.kind == "account":
        party = lines.department_accounts_to[0]
    else:
        own = lines.accounts_to.index("oib" if duty.subject == "oib" else "theme")
        party = lines.accounts_to[own + 1]
    return [*_acting(here, party), here.organisation.coordinator]


def deciders(here: Here) -> list[str]:
    """Who may decide about an adjustment, the lowest first."""
    line = here.organisation.lines.decides_adjustment
    return [
        id
        for party in line
        for id in sorted(_acting(here, party), key=lambda id: id not in here.organisation.people)
    ]


def _acting(here: Here, party: str) -> Iterator[str]:
    """Who acts for a party today: its holders who are there, then who stands in for them."""
    organisation, day = here.organisation, here.day
    if party in ("theme", "head", "department"):
        return
    try:
        found = list(holders(here, party))
    except KeyError:
        return  # a party that nobody holds here
    for id in sorted(found, key=lambda id: id in organisation.people):
        if id not in organisation.people or day is None:
            yield id
        elif acting := stand_in(organisation, id, day):
            yield acting
    yield from found


def stated_on(here: Here, key: str) -> date | None:
    """The date of a decision that stands in strategy.yaml; None for one that the year itself brings."""
    stated = _stated(here, key)
    return stated.date if stated else None


def _stated(here: Here, key: str) -> Decision | None:
    tail = key.partition("/")[2]
    return {"frame/council": here.framework.council_frame, "frame/board": here.framework.adoption}.get(tail)
