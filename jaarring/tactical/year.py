"""What the store knows of a cycle year, as plain values, and what every report reads from it the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.adjustments.rules import Adjustment
from jaarring.calendar import Quarter
from jaarring.delays import Dispensation
from jaarring.goals.rules import Framework, Goal, JointObjective, Measure, Rating, worst
from jaarring.governance import Body, Department, Organisation
from jaarring.occasions import Occasion
from jaarring.plans.rules import Plan, PlannedMeasure
from jaarring.reports.rules import DepartmentAccount, JointAccount, MeasureEntry, Received, ThemeAccount
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
class Year:
    """A snapshot of the store: framework as adopted, plans as they stand, every account, every decision.

    `plans` by subject, newest version; `accounts` by duty, the version that stands; `late`: duties whose
    first version came after the due date, so that a return does not make an account late. `unasked`: duties
    of which nothing came and for which no request arrived, so that nobody was asked.
    """

    organisation: Organisation
    year: int
    framework: Framework
    plans: Mapping[str, Plan]
    accounts: Mapping[str, Received]
    late: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()
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

    def departments(self) -> tuple[Department, ...]:
        """Those with a measure in a plan: of the others nothing is asked, so nothing can be missing."""
        busy = {planned.measure.department for planned in self.planned()}
        return tuple(one for one in self.organisation.departments.values() if one.id in busy)

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
