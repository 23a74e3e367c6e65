"""What everybody may read of the plans of a year, as values: no field for a secret measure, an amount of a
single measure, an id from which a gap could be read, or a person.

What is left out stands with the theme, decided beforehand. `ClosedAnnex` has the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.dutch import datum
from jaarring.goals.rules import Source
from jaarring.plans.view import MoneyLine, Step


@dataclass(frozen=True)
class PublicMeasure:
    """A measure by its rank in this edition."""

    number: int
    title: str
    department: str
    effect: str
    start: date
    end: date
    carried_over: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class PublicTarget:
    """An indicator: where the year begins, where it must end, and where the goal must end.

    `counted`: the unit, where the values do not carry it; `direction`: in words.
    """

    name: str
    counted: str
    direction: str
    baseline: str
    target: str
    final: str


@dataclass(frozen=True)
class PublicGoal:
    title: str
    horizon: date
    themes: tuple[str, ...]
    frameworks: tuple[str, ...]
    sources: tuple[Source, ...]
    targets: tuple[PublicTarget, ...]


@dataclass(frozen=True)
class PublicJoint:
    """A joint objective and the themes that work on it."""

    title: str
    themes: tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    """What is not shown of a theme, and the ground in the Woo."""

    theme: str
    text: str
    ground: str


@dataclass(frozen=True)
class PublicTheme:
    name: str
    department: str
    measures: tuple[PublicMeasure, ...]


@dataclass(frozen=True)
class PublicPlan:
    """The plans of a year for everybody. `name`: the theme or joint body, empty for all themes together.

    `adopted`: the decisions by which the board adopted what is in it; empty: it is a concept. `behind`: the
    themes whose plan is not in it yet. `joint_body`: empty where each theme answers for itself. `account_on`:
    when the council gets the account of the year.
    """

    municipality: str
    year: int
    name: str
    council: str
    board: str
    portfolio_holder: str
    secretary: str
    vision: str
    frame: Step
    framework: Step
    adopted: tuple[Step, ...]
    behind: tuple[str, ...]
    joint_body: str
    goals: tuple[PublicGoal, ...]
    joint: tuple[PublicJoint, ...]
    themes: tuple[PublicTheme, ...]
    money: tuple[MoneyLine, ...]
    left_out: tuple[LeftOut, ...]
    account_on: date | None

    @property
    def total(self) -> Decimal:
        """What the themes in it have together."""
        return sum((line.budget for line in self.money), Decimal(0))

    @property
    def first_total(self) -> Decimal:
        return sum((line.budget if line.was is None else line.was for line in self.money), Decimal(0))

    @property
    def count(self) -> int:
        """How many measures this edition shows."""
        return sum(len(theme.measures) for theme in self.themes)


@dataclass(frozen=True)
class SecretMark:
    """On what the secrecy of a measure rests. `taken`: the decision was taken; else it is asked for."""

    decided: Step
    taken: bool
    ground: str
    lifted_by: str

    @property
    def notice(self) -> str:
        """The line for every page: ground, decision, who lifts."""
        if not self.taken:
            return f"Geheimhouding gevraagd. Grond: {self.ground}."
        number = f", nummer {self.decided.number}" if self.decided.number else ""
        when = f", {datum(self.decided.date)}" if self.decided.date else ""
        return (
            f"Geheim: {self.ground}. Besluit: {self.decided.who}{when}{number}. Opheffen: {self.lifted_by}."
        )


@dataclass(frozen=True)
class SecretMeasure:
    """A secret measure as only the closed annex shows it."""

    id: str
    title: str
    theme: str
    department: str
    goal: str
    budget: Decimal
    start: date
    end: date
    effect: str
    mark: SecretMark


@dataclass(frozen=True)
class ClosedAnnex:
    """The secret measures of the plans, for who may know of them (Gemeentewet art. 87-89)."""

    municipality: str
    year: int
    board: str
    council: str
    adopted: tuple[Step, ...]
    measures: tuple[SecretMeasure, ...]

    @property
    def marks(self) -> tuple[SecretMark, ...]:
        """The decisions that it rests on, each once."""
        return tuple(dict.fromkeys(one.mark for one in self.measures))

    @property
    def mark(self) -> str:
        """The word at the top of every page: what was not decided yet is not called secret."""
        return "GEHEIM" if all(mark.taken for mark in self.marks) else "GEHEIMHOUDING GEVRAAGD"

    @property
    def notice(self) -> str:
        """The line at the foot of every page: each ground with its decision and who lifts."""
        return " ".join(mark.notice for mark in self.marks)
