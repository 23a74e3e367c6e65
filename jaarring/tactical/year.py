"""What the store knows of a cycle year, as plain values, and what every report reads from it the same way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.adjustments.rules import Adjustment
from jaarring.calendar import Quarter
from jaarring.delays import Dispensation
from jaarring.goals.rules import Framework, Goal, Indicator, JointObjective, Measure, Rating, worst
from jaarring.governance import Body, Organisation
from jaarring.occasions import Occasion
from jaarring.plans import figures
from jaarring.plans.rules import Plan, PlannedMeasure
from jaarring.reports.rules import (
    DepartmentAccount,
    JointAccount,
    MeasureEntry,
    MeasureState,
    Received,
    ThemeAccount,
)
from jaarring.signals.rules import AdviceRequest, Kept


@dataclass(frozen=True)
class Taken:
    """A decision as the register has it. `body` is the id of a body, a person or a party."""

    subject: str
    verb: str
    body: str
    date: date
    number: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Decided:
    """A decision as a document prints it: who, in words; when; under which number (may be empty)."""

    by: str
    date: date
    number: str

    @property
    def reference(self) -> str:
        """The number as it is printed: "nr. 2026-047"; one that says itself what it is stands as it is."""
        return f"nr.\u00a0{self.number}" if self.number[:1].isdigit() else self.number


@dataclass(frozen=True)
class Sign:
    """A rating as documents show it: the class of its colour and the word that goes with its sign."""

    grade: str
    word: str


GRADES: Mapping[Rating, str] = {
    Rating.OFF_COURSE: "niet",
    Rating.ATTENTION: "aandacht",
    Rating.ON_COURSE: "goed",
    Rating.NOT_MEASURED: "ongemeten",
}
STATE_GRADES: Mapping[MeasureState, str] = {
    MeasureState.OFF_COURSE: "niet",
    MeasureState.ATTENTION: "aandacht",
    MeasureState.PARTLY: "aandacht",
    MeasureState.NOT_STARTED: "ongemeten",
    MeasureState.ON_COURSE: "goed",
    MeasureState.DONE: "goed",
}


def sign(rating: Rating | MeasureState | None) -> Sign | None:
    """How a rating or the state of a measure is shown; None where nobody gave one."""
    if rating is None:
        return None
    grade = STATE_GRADES[rating] if isinstance(rating, MeasureState) else GRADES[rating]
    return Sign(grade, rating.value)


def quantity(indicator: Indicator, value: Decimal) -> str:
    """A value as people write it: 68%, 24 uur, 3 van 6. One decimal more than the indicator has, at most.

    One more, for a milestone may lie between two values that can be measured.
    """
    rounded = figures.quantity(indicator, value)
    if indicator.unit == "%":
        return rounded
    # what is counted stands in the indicator's name; "1 van 6 locaties" says it twice
    of = f"van {indicator.out_of}" if indicator.out_of is not None else indicator.unit
    return f"{rounded}\u00a0{of}"


@dataclass(frozen=True)
class Year:
    """A snapshot of the store: framework as adopted, plans as they stand, every account, every decision.

    `plans` by subject, newest version; `accounts` by duty, the version that stands; `late`: duties whose
    first version came after the due date, so that a return does not make an account late.
    """

    organisation: Organisation
    year: int
    framework: Framework
    plans: Mapping[str, Plan]
    accounts: Mapping[str, Received]
    late: frozenset[str] = frozenset()
    adjustments: tuple[Adjustment, ...] = ()
    decisions: tuple[Taken, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    signals: tuple[Kept, ...] = ()
    advices: tuple[AdviceRequest, ...] = ()
    #: of each duty and moment what was last given
    delays: tuple[Dispensation, ...] = ()

    @property
    def board(self) -> Body:
        """The body that adopted the framework: it decides about plans, and tactical reports go to it."""
        return self.organisation.bodies[self.framework.adoption.body]

    @property
    def council(self) -> Body:
        """The body that set the frame: to it the board accounts."""
        return self.organisation.bodies[self.framework.council_frame.body]

    def theme_account(self, quarter: Quarter, theme: str) -> ThemeAccount | None:
        """The account of a theme, with what was handed in for a theme that it took over."""
        own = self._account(quarter, theme)
        said = {entry.objective for entry in own.objectives} if own else set()
        for ended in self.organisation.ended:
            other = self._account(quarter, ended) if self.organisation.heir(ended) == theme else None
            if other and not said & {entry.objective for entry in other.objectives}:
                own = own.joined(other) if own else other
        return own

    def _account(self, quarter: Quarter, theme: str) -> ThemeAccount | None:
        received = self.accounts.get(f"{quarter.key}/report/{theme}")
        return received.account if received and isinstance(received.account, ThemeAccount) else None

    def objectives_of(self, theme: str, goal: str) -> tuple[str, ...]:
        """The objectives by which a theme serves a goal: its own, and those of a theme that it took over."""
        plan = self.plans.get(theme)
        found = tuple(one.id for one in plan.objectives if one.goal == goal) if plan else ()
        return found or (f"{theme}-{goal}",)

    def joint_account(self, quarter: Quarter) -> JointAccount | None:
        received = self.accounts.get(f"{quarter.key}/report/oib")
        return received.account if received and isinstance(received.account, JointAccount) else None

    def department_account(self, quarter: Quarter, department: str) -> DepartmentAccount | None:
        received = self.accounts.get(f"{quarter.key}/account/{department}")
        return received.account if received and isinstance(received.account, DepartmentAccount) else None

    def measure_entry(self, quarter: Quarter, measure: Measure) -> MeasureEntry | None:
        """What the responsible department said of a measure; None where it said nothing."""
        account = self.department_account(quarter, measure.department)
        return account.measure(measure.id) if account else None

    def planned(self) -> tuple[PlannedMeasure, ...]:
        """The measures of all plans, in the order of the themes; an adjusted one as it is now."""
        known = (*self.organisation.themes, *self.organisation.ended)
        themes = [self.plans[theme] for theme in known if theme in self.plans]
        return tuple(planned for plan in themes for planned in plan.measures)

    def secret(self) -> tuple[PlannedMeasure, ...]:
        return tuple(planned for planned in self.planned() if planned.measure.secrecy)

    def joint_objectives(self) -> tuple[JointObjective, ...]:
        """Those of the joint body; none where the lines know no joint responsibility."""
        return self.framework.joint_objectives if "oib" in self.organisation.lines.responsible else ()

    def decided(self, subject: str, verb: str) -> Decided | None:
        """The decision that stands about a subject, as a document prints it."""
        found = [taken for taken in self.decisions if (taken.subject, taken.verb) == (subject, verb)]
        return self.shown(found[-1]) if found else None

    def shown(self, decision: Taken) -> Decided:
        return Decided(self.named(decision.body), decision.date, decision.number)

    def named(self, id: str) -> str:
        """A body, person or party in words, always by function, never by a person's name."""
        organisation = self.organisation
        if id in organisation.bodies:
            return organisation.bodies[id].name
        if id in organisation.people:
            return organisation.people[id].function
        joint = organisation.joint_body.name if organisation.joint_body else id
        parties = {
            "secretary": organisation.secretary_label,
            "college": self.board.name,
            "council": self.council.name,
            "oib": joint,
            "chair": f"voorzitter van het {joint}",
            "coordinator": organisation.people[organisation.coordinator].function,
        }
        return parties.get(id, id)

    def theme_name(self, id: str) -> str:
        """A theme in words; one that has ended by what it went up in; the id where there never was one."""
        theme = self.organisation.bearer(id) or self.organisation.known_theme(id)
        return theme.name if theme else id

    def department_name(self, id: str) -> str:
        department = self.organisation.departments.get(id)
        return department.name if department else id

    def due(self, key: str) -> date | None:
        """The date of an occasion, None where the calendar has none."""
        return next((occasion.due for occasion in self.occasions if occasion.key == key), None)


def ratings_of(year: Year, goal: Goal, quarter: Quarter) -> list[Rating]:
    """What the owners said of a goal in a quarter: of its indicators and of the objectives drawn from it."""
    found: list[Rating] = []
    for theme in year.organisation.themes:
        if account := year.theme_account(quarter, theme):
            mine = {indicator.id for indicator in goal.indicators}
            found += [entry.rating for entry in account.indicators if entry.indicator in mine]
            theirs = year.objectives_of(theme, goal.id)
            found += [entry.rating for entry in account.objectives if entry.objective in theirs]
    return found


def rolled_up(ratings: Sequence[Rating]) -> Rating | None:
    """The worst of what was said; None where nobody said anything. Never an average: it would hide red."""
    return worst(ratings) if ratings else None


def counted(ratings: Iterable[Rating]) -> tuple[tuple[Sign, int], ...]:
    """How many of each, worst first, without those that do not occur."""
    listed = list(ratings)
    return tuple(
        (Sign(GRADES[rating], rating.value), listed.count(rating)) for rating in Rating if rating in listed
    )


@dataclass(frozen=True)
class ThemeMoney:
    """The decided figures of a theme, in euros. `spent` as its owner stated it, None if not stated."""

    theme: str
    original: Decimal
    budget: Decimal
    spent: Decimal | None
    explanation: str

    @property
    def left(self) -> Decimal | None:
        return None if self.spent is None else self.budget - self.spent


@dataclass(frozen=True)
class Money:
    """The money of a year: theme figures and their totals. `spent` is what `stated` of them stated."""

    themes: tuple[ThemeMoney, ...]
    original: Decimal
    budget: Decimal
    spent: Decimal
    stated: int

    @property
    def left(self) -> Decimal | None:
        """What is left of the whole; None while a theme has not stated what it spent."""
        return self.budget - self.spent if self.complete else None

    @property
    def complete(self) -> bool:
        return self.stated == len(self.themes)

    @property
    def over(self) -> tuple[str, ...]:
        """The themes that spent more than their budget."""
        return tuple(line.theme for line in self.themes if line.left is not None and line.left < 0)

    @property
    def moved(self) -> bool:
        return any(line.original != line.budget for line in self.themes)


def money(year: Year, quarter: Quarter) -> Money:
    """The money as it stands at the end of `quarter`: decided theme figures, never sums of measures."""
    lines = []
    for id, theme in year.organisation.themes.items():
        account = year.theme_account(quarter, id)
        plan = year.plans.get(id)
        allotted = year.framework.budgets[year.year].themes.get(id, Decimal(0))
        budget = plan.budget if plan else allotted
        original = plan.was_budget if plan and plan.was_budget is not None else budget
        lines.append(
            ThemeMoney(
                theme.name,
                original,
                budget,
                account.spent if account else None,
                account.money_explanation if account else "",
            )
        )
    stated = [line.spent for line in lines if line.spent is not None]
    return Money(
        tuple(lines),
        sum((line.original for line in lines), Decimal(0)),
        sum((line.budget for line in lines), Decimal(0)),
        sum(stated, Decimal(0)),
        len(stated),
    )
