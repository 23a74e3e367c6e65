"""The papers around plans and reports as values: a request to the board, a letter to the council, passages.

None of these types has a field for a secret measure: what goes by mail or to the council is cut from what
everybody may know (`PublicReport`, `Season`) or from the tactical report, in which a secret measure is a
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.council.view import PublicReport
from jaarring.plans.public_view import LeftOut
from jaarring.plans.rules.findings import Finding
from jaarring.tactical.view import AdjustmentStand, TacticalReport
from jaarring.tactical.year import Decided


@dataclass(frozen=True)
class Head:
    """What stands at the top of a request to the board. `author`: who wrote it, by function; `meeting`: in
    which it is dealt with; `decided` None: not yet; `annexes`: by title.
    """

    municipality: str
    year: int
    board: str
    portfolio_holder: str
    author: str
    meeting: date | None
    decided: Decided | None
    annexes: tuple[str, ...]


@dataclass(frozen=True)
class ThemeAsked:
    """A theme whose plan is put before the board. `goals`: how many it works on; `advised`: an adviser has
    spoken about it.
    """

    name: str
    goals: int
    budget: Decimal
    advised: bool


@dataclass(frozen=True)
class PlansProposal:
    """The request to adopt plans and to allot the money (R8, R9): per theme, never per measure.

    `together`: the plans stand or fall together; `agreed`, `checked`: what went before; `behind`: themes
    whose plan is not asked about.
    """

    head: Head
    council: str
    frame: Decided
    framework: Decided
    joint_body: str
    together: bool
    agreed: Decided | None
    checked: Decided | None
    themes: tuple[ThemeAsked, ...]
    behind: tuple[str, ...]
    findings: tuple[Finding, ...]
    left_out: tuple[LeftOut, ...]
    announced_on: date | None
    letter_on: date | None

    @property
    def total(self) -> Decimal:
        return sum((theme.budget for theme in self.themes), Decimal(0))

    @property
    def advised(self) -> int:
        """About how many of the plans an adviser has spoken."""
        return sum(theme.advised for theme in self.themes)


@dataclass(frozen=True)
class TacticalProposal:
    """The request to take note of a tactical report, and to decide about what it asks (`points`)."""

    head: Head
    report: TacticalReport
    version: int
    points: tuple[AdjustmentStand, ...]

    @property
    def asked(self) -> Decimal:
        """What the points that may be spoken of ask together, in euros."""
        return sum((one.asked for one in self.points if not one.secret), Decimal(0))

    @property
    def secret(self) -> bool:
        """Whether a point is about a secret measure."""
        return any(one.secret for one in self.points)


@dataclass(frozen=True)
class CouncilProposal:
    """The request to adopt the council report and to offer it to the council. `version`: of the report."""

    head: Head
    report: PublicReport
    version: int
    committee_on: date | None


@dataclass(frozen=True)
class Letter:
    """The letter by which the board offers the report to the council (raadsinformatiebrief)."""

    report: PublicReport
    version: int
    committee_on: date | None


@dataclass(frozen=True)
class Accounts:
    """The passage for the annual accounts. `due`: when the council adopts those, as the calendar has it."""

    report: PublicReport
    version: int
    due: date | None


@dataclass(frozen=True)
class EnsiaGoal:
    """How a goal of information security ended: that, not which norm."""

    title: str
    outcome: str


@dataclass(frozen=True)
class Ensia:
    """The passage on information security. Dates are those of the municipality's calendar, None where it has
    none.
    """

    year: int
    version: int
    board: str
    goals: tuple[EnsiaGoal, ...]
    begin: date | None
    end: date | None
    declaration: date | None
    handed_in: date | None
    decided: Decided | None
    noted_on: date | None
