"""Who stands where: the people of the municipality and the lines between them.

A governance variant is a small table of lines, never an `if` on its name. `direct` and `oib` are presets (the
governance document, 2.1); a municipality may change single lines. Parties are named, not persons: "theme" is
whoever owns the theme in question, "head" the head of its department.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
class Parts:
    """How the work of a theme that was split is divided; what is not named goes to its successor.

    `measures`: by measure, the theme that has it now. `budget`: by theme, the euros of the year of the
    split; empty where the money goes with the measures.
    """

    measures: Mapping[str, str] = field(default_factory=dict)
    budget: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Rung:
    """A step of a ladder: who is asked, and in which part he is."""

    party: str
    person: Person


#: the parties as a line on paper calls them; the others are called by what the municipality calls them
_PLAIN = {
    "theme": "thema",
    "department": "afdeling",
    "head": "afdelingshoofd",
    "chair": "voorzitter",
    "college": "college",
    "council": "raad",
}


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
    #: of a theme that was split, what went where
    parts: Mapping[str, Parts] = field(default_factory=dict)
    #: of a theme that is no more, the day from which it is so
    ended_on: Mapping[str, date] = field(default_factory=dict)

    def on(self, day: date) -> Organisation:
        """Itself, whatever the day: an organisation in which nothing changes."""
        return self

    def endings(self) -> Iterator[tuple[date, Organisation, str]]:
        """No theme ends where nothing changes."""
        return iter(())

    def looking_back(self, then: Organisation) -> Organisation:
        """How a report over an earlier day is made now: the people and offices of now, the rest of `then`.

        The past keeps its themes, departments and who was responsible; who decides what is still open is a
        matter of now.
        """
        if then is self:
            return self
        return replace(
            self,
            variant=then.variant,
            lines=replace(then.lines, decides_adjustment=self.lines.decides_adjustment),
            people={**then.people, **self.people},
            departments=then.departments,
            themes=then.themes,
            joint_body=then.joint_body,
            ended=then.ended,
            successors=then.successors,
            parts=then.parts,
            ended_on=then.ended_on,
        )

    def known_theme(self, id: str) -> Theme | None:
        """A theme of now or of before, for its name; None where there never was one."""
        return self.themes.get(id) or self.ended.get(id)

    def bearer(self, id: str) -> Theme | None:
        """The theme that bears the duties of `id` now: itself, or what it went up in."""
        return self.themes.get(self.heir(id))

    def heir(self, theme: str, measure: str = "") -> str:
        """The id of the theme in which `theme` lives on; of a theme that was split, the part with `measure`.

        An id that never was a theme comes back as it is.
        """
        seen: set[str] = set()
        while theme not in self.themes and theme in self.successors and theme not in seen:
            seen.add(theme)
            parts = self.parts.get(theme)
            theme = (parts.measures.get(measure) if parts else None) or self.successors[theme]
        return theme

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

    def title_at(self, party: str, theme: Theme | None = None) -> str:
        """Somebody named by his part, without article: gemeentesecretaris, voorzitter van het Overleg …

        The head of a department is named by his function, for that says which department.
        """
        if party in ("chair", "oib") and self.joint_body:
            return f"voorzitter van het {self.joint_body.name}"
        return self.secretary_label if party == "secretary" else self.person_at(party, theme).function

    def escalation(self, theme: Theme) -> tuple[Person, ...]:
        """Whom a missing account or plan of `theme` goes to, in order, read from the lines."""
        return tuple(rung.person for rung in self.ladder(theme))

    def ladder(self, theme: Theme) -> tuple[Rung, ...]:
        """The rungs of `escalation`, each with the part in which somebody is asked.

        A line from a person to himself falls away, and nobody is asked twice: where the owner heads the
        department, or the secretary chairs the joint body, the ladder is a rung shorter.
        """
        return self._ladder(theme.owner, self.lines.escalates_to, theme)

    def department_escalation(self, department: Department) -> tuple[Person, ...]:
        """Whom a missing account of a department goes to, in order."""
        return tuple(rung.person for rung in self.department_ladder(department))

    def department_ladder(self, department: Department) -> tuple[Rung, ...]:
        """The rungs of `department_escalation`."""
        return self._ladder(department.head, self.lines.department_escalates_to)

    def _ladder(self, first: str, parties: tuple[str, ...], theme: Theme | None = None) -> tuple[Rung, ...]:
        ladder: dict[str, Rung] = {}
        for party in parties:
            person = self.person_at(party, theme)
            if person.id != first:
                # whoever chairs as secretary is asked as the secretary: that is the last word
                part = "secretary" if person.id == self.secretary else party
                ladder.setdefault(person.id, Rung(part, person))
        return tuple(ladder.values())

    @property
    def account_line(self) -> tuple[str, ...]:
        """Through whom accounts go, from the theme to the last party, as the line works here (O6).

        An appointed chair accounts to the secretary for the joint body. The secretary who chairs does not
        account to himself: that step falls away.
        """
        if self.joint_body is None:
            return self.lines.accounts_to
        appointed = self.joint_body.chair != self.secretary
        line: list[str] = []
        for party in self.lines.accounts_to:
            if party == "chair" and not appointed:
                continue
            if party == "secretary" and appointed and line and line[-1] == "oib":
                line.append("chair")
            line.append(party)
        return tuple(line)

    @property
    def account_names(self) -> tuple[str, ...]:
        """The account line in words, to be printed with arrows: thema, Overleg …, voorzitter, …, raad."""
        names = {**_PLAIN, "secretary": self.secretary_label}
        if self.joint_body:
            names["oib"] = self.joint_body.name
        return tuple(names.get(party) or self.person_at(party).function for party in self.account_line)

    @property
    def client(self) -> Person:
        """On whose behalf the coordinator asks: who is first accounted to above the theme."""
        return self.person_at(self.lines.accounts_to[1])

    @property
    def client_title(self) -> str:
        """The client as a mail names him: "de gemeentesecretaris" or "de voorzitter van het Overleg …"."""
        return f"de {self.title_at(self.lines.accounts_to[1])}"


class OverTime(Protocol):
    """Something that says how the municipality is organised on a day."""

    def on(self, day: date) -> Organisation: ...

    def endings(self) -> Iterator[tuple[date, Organisation, str]]: ...


@dataclass(frozen=True)
class Organisations:
    """The municipality through time: as it begins, and as it is from each later date on, oldest first.

    Each is complete in itself. A change of variant, owner, head, chair or theme takes effect on its date.
    """

    first: Organisation
    later: tuple[tuple[date, Organisation], ...] = ()

    def endings(self) -> Iterator[tuple[date, Organisation, str]]:
        """Every theme that ends: from when, the organisation that is left, the theme; oldest first."""
        before = self.first
        for since, stage in self.later:
            yield from ((since, stage, theme) for theme in stage.ended if theme not in before.ended)
            before = stage

    def on(self, day: date) -> Organisation:
        """The organisation as it is on `day`."""
        return next((stage for since, stage in reversed(self.later) if since <= day), self.first)
