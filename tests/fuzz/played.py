"""What came of a year, as it stands afterwards in outbox, ledger and register."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from jaarring.delays import Dispensation
from jaarring.ledger import due
from tests.fuzz.oracle import Oracle
from tests.fuzz.towns import Town


@dataclass(frozen=True)
class Carried:
    """One step of a question as a letter carried it. `of`: who was asked then; `about`: the subject."""

    day: date
    question: str
    step: str
    letter: str
    recipient: str
    of: str
    about: str

    @property
    def kind(self) -> str:
        """request, reminder, overdue, escalate, handover."""
        return self.step.removeprefix(f"{self.question}/").split("/")[0]


@dataclass(frozen=True)
class Settled:
    """A question and what became of it; `at` None while it is open."""

    key: str
    state: str
    at: datetime | None


@dataclass(frozen=True)
class Heard:
    """One person told of one decision; `letter` empty while it waits."""

    decision: int
    person: str
    text: str
    letter: str
    occasion: str


@dataclass(frozen=True)
class Decided:
    number: int
    subject: str
    verb: str
    body: str
    by: str
    on: date


@dataclass(frozen=True)
class Handed:
    """One version of an account."""

    duty: str
    version: int
    by: str
    on: date


@dataclass
class Played:
    """Every mail, every occasion, when each duty was met, and what was decided and told."""

    town: Town
    #: day, occasion, recipient
    mails: list[tuple[date, str, str]] = field(default_factory=list)
    entries: dict[str, due.Entry] = field(default_factory=dict)
    handed_in: dict[str, list[date]] = field(default_factory=dict)
    returned: dict[str, list[date]] = field(default_factory=dict)
    given: list[Dispensation] = field(default_factory=list)
    carried: list[Carried] = field(default_factory=list)
    questions: list[Settled] = field(default_factory=list)
    #: when each form went out, and which questions it asks
    forms: list[tuple[datetime, str, tuple[str, ...]]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    versions: list[Handed] = field(default_factory=list)
    #: euros of all themes together, at each moment at which a plan changed
    sums: list[Decimal] = field(default_factory=list)
    #: what the versions of the plans came of: BV-2027-01, AM-2027-01, change/2027-03-01
    carried_out: set[str] = field(default_factory=set)
    #: day, what it was about, what was said
    refused: list[tuple[date, str, str]] = field(default_factory=list)

    #: the day of the last tick
    ticked: date | None = None

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.town)

    def met(self, duty: str, day: date) -> date | None:
        """When a duty was handed in before `day` and not sent back since; None while it is waited for."""
        hands = [one for one in self.handed_in.get(duty, ()) if one < day]
        backs = [one for one in self.returned.get(duty, ()) if one < day]
        return hands[-1] if len(hands) > len(backs) else None

    def own(self, about: str, day: date) -> set[str]:
        """Whose own a duty is: who owes it, and its adviser; nobody where it is no duty."""
        parts = about.split("/")
        if parts[0] == "absence":
            return set()
        if parts[-2:-1] not in (["plan"], ["report"], ["account"]):
            return set()
        now, theme = self.oracle.organisation(day), self.oracle.bears(parts[-1], day)
        adviser = now.themes[theme].adviser if theme and parts[-2] != "account" else ""
        return {self.oracle.owes(about, day), adviser} - {""}

    def maker(self, duty: str, day: date) -> str:
        """Who handed in the account that stands on a morning, but for who writes down what is on paper."""
        made = [one.by for one in self.versions if one.duty == duty and one.on < day]
        return made[-1] if made and not self.clerk(made[-1]) else ""

    def clerk(self, id: str) -> str:
        """The coordinator, if it is he: what he brings for another is not his own."""
        return id if id == self.town.config.organisations.first.coordinator else ""
