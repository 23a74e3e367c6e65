"""What the document of a plan shows, as plain values. A secret measure's title and effect never get here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring import charts
from jaarring.dutch import opsomming
from jaarring.goals.rules import Source
from jaarring.plans.decided import Line
from jaarring.plans.rules.findings import Finding


@dataclass(frozen=True)
class Step:
    """A decision or step that the plan rests on; `date` None: not taken yet."""

    what: str
    who: str
    date: date | None = None
    number: str = ""


@dataclass(frozen=True)
class TargetLine:
    """An indicator's way through the year. `counted`: the unit, where the values do not carry it.

    `was`: the target as first adopted, where `adjustments` gave it another; else empty.
    """

    name: str
    counted: str
    direction: str
    baseline: str
    milestones: tuple[str, ...]
    target: str
    was: str = ""
    adjustments: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureLine:
    """A measure in a table. Of a secret one `what` and `effect` say that, and `secrecy` on which decision."""

    id: str
    what: str
    department: str
    start: date
    end: date
    budget: Decimal
    effect: str
    carried_over: bool
    adjusted_by: tuple[str, ...]
    secrecy: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class ChangeLine:
    """A measure that an adjustment moved, old and new beside each other."""

    id: str
    adjustments: tuple[str, ...]
    old_budget: Decimal
    new_budget: Decimal
    old_end: date
    new_end: date


@dataclass(frozen=True)
class ObjectiveView:
    """An objective with its chain. `joint`: (id, title); `measures`: (id, department).

    `elsewhere`: the themes that measure the goal, where this theme does not.
    """

    code: str
    goal: str
    title: str
    horizon: date | None
    frameworks: tuple[str, ...]
    sources: tuple[Source, ...]
    joint: tuple[tuple[str, str], ...]
    targets: tuple[TargetLine, ...]
    measures: tuple[tuple[str, str], ...]
    elsewhere: tuple[str, ...]


@dataclass(frozen=True)
class JointView:
    """A joint objective. `goals`: (id, title); `parts`: theme and its measures."""

    id: str
    title: str
    goals: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, tuple[MeasureLine, ...]], ...]


@dataclass(frozen=True)
class GuidelineView:
    """A guideline; `link` is the address at the end of its source, if there is one."""

    text: str
    source: str
    link: str


@dataclass(frozen=True)
class MoneyLine:
    """The money of a theme; `was` is what was first adopted, if that moved."""

    theme: str
    budget: Decimal
    was: Decimal | None


@dataclass(frozen=True)
class PlanView:
    """The document of one plan."""

    year: int
    subject: str
    name: str
    version: int
    state: str
    provisional: bool
    people: tuple[tuple[str, str], ...]
    vision: str
    set_by: str
    steps: tuple[Step, ...]
    returned: tuple[date, str] | None
    objectives: tuple[ObjectiveView, ...]
    joint: tuple[JointView, ...]
    measures: tuple[MeasureLine, ...]
    changes: tuple[ChangeLine, ...]
    amended: tuple[tuple[str, str], ...]
    adjustments: tuple[Step, ...]
    money: MoneyLine
    money_note: str
    themes: tuple[MoneyLine, ...]
    guidelines: tuple[GuidelineView, ...]
    findings: tuple[Finding, ...]
    decisions: tuple[Line, ...]
    #: who was there when the joint body agreed; empty where it has not, or does not agree on plans
    presence: str
    #: of a theme: whether it goes out as a part of the joint plan, not by itself (O4)
    annex: bool
    #: of the joint plan: the plans of the themes
    annexes: tuple[PlanView, ...]
    #: the date of the document
    as_of: date

    @property
    def ring(self) -> charts.Ring:
        """The year of the plan: the steps that were taken, and when its measures must be done."""
        kinds = {"AM-": "Wijziging ", "BV-": "Bijsturing "}
        taken = [
            charts.Moment(step.date, kinds.get(step.what[:3], "") + step.what, True)
            for step in (*self.steps, *self.adjustments)
            if step.date
        ]
        ends: dict[date, list[str]] = {}
        for line in (*self.measures, *(line for plan in self.annexes for line in plan.measures)):
            ends.setdefault(line.end, []).append(line.id)
        due = [charts.Moment(day, f"{opsomming(ids)} klaar", False) for day, ids in ends.items()]
        return charts.ring([*taken, *due], self.as_of, f"het jaarplan {self.year}")

    @property
    def total(self) -> Decimal:
        """What the themes have together, now."""
        return sum((line.budget for line in self.themes), Decimal(0))

    @property
    def first_total(self) -> Decimal:
        """What the themes had together when the plans were adopted."""
        return sum((line.budget if line.was is None else line.was for line in self.themes), Decimal(0))

    @property
    def in_measures(self) -> Decimal:
        return sum((line.budget for line in self.measures), Decimal(0))
