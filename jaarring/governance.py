"""Who stands where: the people of the municipality and the lines between them.

A governance variant is a small table of lines, never an `if` on its name. `direct` and `oib` are presets (the
governance document, 2.1); a municipality may change single lines. Parties are named, not persons: "theme" is
whoever owns the theme in question, "head" the head of its department.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from typing import Protocol

from jaarring.calendar import Period

ROLES = ("decide", "coordinate", "carry_out", "advise", "monitor")
PARTIES = ("theme", "department", "head", "chair", "oib", "secretary", "coordinator", "college", "council")


@dataclass(frozen=True)
class Person:
    """Somebody who holds a function. Documents name the function only; `name` is for salutations in mail.

    `absent`: periods known in advance; what was recorded later stands in the store.
    """

    id: str
    function: str
    mail: str
    name: str = ""
    substitute: str = ""
    absent: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Body:
    """A body that decides or is informed (college, gemeenteraad), reached through one address."""

    id: str
    name: str
    mail: str


@dataclass(frozen=True)
class Department:
    id: str
    code: str
    name: str
    head: str


@dataclass(frozen=True)
class Theme:
    id: str
    code: str
    name: str
    owner: str
    adviser: str
    department: str


@dataclass(frozen=True)
class JointBody:
    """The Overleg Integrale Beveiliging. An appointed chair has a date and an appointing officer (2.1)."""

    name: str
    chair: str
    appointed: date | None = None
    appointed_by: str = ""


@dataclass(frozen=True)
class Lines:
    """The lines of a variant. Each is a chain of parties, first to last; empty where the line does not exist.

    Source: the governance document 2.1 to 2.5; where it is silent the choice is ours (docs: table of lines).
    """

    sets_objectives: tuple[str, ...]
    #: who agrees on the plans before the secretary looks at them
    agrees_plan: tuple[str, ...]
    accepts_plan: tuple[str, ...]
    adopts_plan: tuple[str, ...]
    responsible: tuple[str, ...]
    accounts_to: tuple[str, ...]
    department_accounts_to: tuple[str, ...]
    speaks: tuple[str, ...]
    escalates_to: tuple[str, ...]
    department_escalates_to: tuple[str, ...]
    #: within one theme and the mandate; the last party decides what goes beyond
    decides_adjustment: tuple[str, ...]
    meets: tuple[str, ...]

    @property
    def joint(self) -> bool:
        """Whether a joint body stands between the secretary and the themes."""
        return "oib" in self.sets_objectives

    def changed(self, lines: Mapping[str, tuple[str, ...]]) -> Lines:
        """These lines with the municipality's own in place of single ones."""
        return replace(self, **lines)


LINE_NAMES = tuple(f.name for f in fields(Lines))

DIRECT = Lines(
    sets_objectives=("secretary", "theme"),
    agrees_plan=(),
    accepts_plan=("secretary",),
    adopts_plan=("college",),
    responsible=("theme",),
    accounts_to=("theme", "secretary", "college", "council"),
    department_accounts_to=("secretary",),
    speaks=("theme",),
    escalates_to=("head", "secretary"),
    department_escalates_to=("secretary",),
    decides_adjustment=("secretary", "college"),
    meets=("secretary", "theme"),
)
OIB = Lines(
    sets_objectives=("secretary", "oib", "theme"),
    agrees_plan=("oib",),
    accepts_plan=("secretary",),
    adopts_plan=("college",),
    responsible=("oib", "theme"),
    accounts_to=("theme", "oib", "secretary", "college", "council"),
    department_accounts_to=("secretary",),
    speaks=("oib",),
    escalates_to=("head", "chair", "secretary"),
    department_escalates_to=("secretary",),
    decides_adjustment=("oib", "secretary", "college"),
    meets=("oib",),
)
PRESETS: Mapping[str, Lines] = {"direct": DIRECT, "oib": OIB}


@dataclass(frozen=True)
class Mandate:
    """Up to which amount, in euros and within one theme, the secretary decides an adjustment alone."""

    amount: Decimal


@dataclass(frozen=True)
class Organisation:
    """The municipality as the cycle sees it. Built by `config.py`, which has checked every reference."""

    name: str
    inhabitants: int
    staff: int
    locations: int
    mail_domain: str
    variant: str
    lines: Lines
    people: Mapping[str, Person]
    bodies: Mapping[str, Body]
    departments: Mapping[str, Department]
    themes: Mapping[str, Theme]
    roles: Mapping[str, tuple[str, ...]]
    secretary: str
    secretary_label: str
    coordinator: str
    executive_portfolio_holder: str
    administrative_portfolio_holder: str
    controller: str
    joint_body: JointBody | None
    mandate: Mandate
    #: themes that are no more, as they were last known: the past keeps its names
    ended: Mapping[str, Theme] = field(default_factory=dict)
    #: of a theme that is no more, which took its open duties over
    successors: Mapping[str, str] = field(default_factory=dict)

    def on(self, day: date) -> Organisation:
        """Itself, whatever the day: an organisation in which nothing changes."""
        return self

    def known_theme(self, id: str) -> Theme | None:
        """A theme of now or of before, for its name; None where there never was one."""
        return self.themes.get(id) or self.ended.get(id)

    def bearer(self, id: str) -> Theme | None:
        """The theme that bears the duties of `id` now: itself, or what it went up in."""
        seen: set[str] = set()
        while id not in self.themes and id in self.successors and id not in seen:
            seen.add(id)
            id = self.successors[id]
        return self.themes.get(id)

    def person_at(self, party: str, theme: Theme | None = None) -> Person:
        """The person who stands at `party` for `theme`. Raises KeyError for a party that is no one person."""
        holders = {
            "secretary": self.secretary,
            "coordinator": self.coordinator,
            "chair": self.joint_body.chair if self.joint_body else "",
            "oib": self.joint_body.chair if self.joint_body else "",
            "theme": theme.owner if theme else "",
            "head": self.departments[theme.department].head if theme else "",
        }
        return self.people[holders[party]]

    def escalation(self, theme: Theme) -> tuple[Person, ...]:
        """Whom a missing account or plan of `theme` goes to, in order, read from the lines.

        A line from a person to himself falls away, and nobody is asked twice: where the owner heads the
        department, or the secretary chairs the joint body, the ladder is a rung shorter.
        """
        return self._ladder(theme.owner, [self.person_at(p, theme) for p in self.lines.escalates_to])

    def department_escalation(self, department: Department) -> tuple[Person, ...]:
        """Whom a missing account of a department goes to, in order."""
        return self._ladder(department.head, [self.person_at(p) for p in self.lines.department_escalates_to])

    def _ladder(self, first: str, persons: list[Person]) -> tuple[Person, ...]:
        ladder: list[Person] = []
        for person in persons:
            if person.id != first and person not in ladder:
                ladder.append(person)
        return tuple(ladder)

    @property
    def account_line(self) -> tuple[str, ...]:
        """Through whom accounts go, from the theme to the last party, as the line works here.

        The secretary who chairs the joint body does not account to himself, so his own step falls away: from
        the joint body the account goes straight on.
        """
        chain = self.lines.accounts_to
        if self.joint_body and self.joint_body.chair == self.secretary and {"oib", "chair"} & set(chain):
            return tuple(party for party in chain if party != "secretary")
        return chain

    @property
    def client(self) -> Person:
        """On whose behalf the coordinator asks: who is first accounted to above the theme."""
        return self.person_at(self.lines.accounts_to[1])

    @property
    def client_title(self) -> str:
        """The client as a mail names him: "de gemeentesecretaris" or "de voorzitter van het Overleg …"."""
        party = self.lines.accounts_to[1]
        if party in ("oib", "chair") and self.joint_body:
            return f"de voorzitter van het {self.joint_body.name}"
        return f"de {self.secretary_label if party == 'secretary' else self.client.function}"


class OverTime(Protocol):
    """Something that says how the municipality is organised on a day."""

    def on(self, day: date) -> Organisation: ...


@dataclass(frozen=True)
class Organisations:
    """The municipality through time: as it begins, and as it is from each later date on, oldest first.

    Each is complete in itself. A change of variant, owner, head, chair or theme takes effect on its date.
    """

    first: Organisation
    later: tuple[tuple[date, Organisation], ...] = ()

    def on(self, day: date) -> Organisation:
        """The organisation as it is on `day`."""
        return next((stage for since, stage in reversed(self.later) if since <= day), self.first)
