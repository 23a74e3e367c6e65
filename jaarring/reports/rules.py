"""What people account for, as values; and what the rules say of it.

A theme accounts for indicators and objectives, a department for its measures, the joint body (oib) for the
joint objectives. The owner's rating and the computed one are both kept; the owner's is printed, a difference
is a finding. "Niet gemeten" is a value. Amounts are in euros, `spent` from 1 January to the quarter's end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from jaarring.goals.rules import Indicator, Rating, RatingRule, computed_rating, forecast
from jaarring.governance import Organisation
from jaarring.rights import Thing, thing_of


class MeasureState(StrEnum):
    """How a measure stands, as a department head says it; the text is what is stored and shown."""

    NOT_STARTED = "nog niet gestart"
    ON_COURSE = "op koers"
    ATTENTION = "vraagt aandacht"
    OFF_COURSE = "niet op koers"
    PARTLY = "deels klaar"
    DONE = "klaar"


@dataclass(frozen=True)
class IndicatorEntry:
    """The owner's account of one indicator. `value` None: nothing was measured this quarter.

    `own_forecast`: where the owner expects the year to end, beside the computed forecast; None if not stated.
    """

    indicator: str
    value: Decimal | None
    source: str
    rating: Rating
    explanation: str = ""
    cause: str = ""
    own_forecast: Decimal | None = None


@dataclass(frozen=True)
class ObjectiveEntry:
    """The owner's account of one objective (id as in the plan: `fb-G3`)."""

    objective: str
    rating: Rating
    explanation: str = ""


@dataclass(frozen=True)
class Change:
    """What a proposal asks for a measure: euros more (below nought: less), a new end date."""

    measure: str
    amount: Decimal = Decimal(0)
    end: date | None = None


@dataclass(frozen=True)
class Proposal:
    """A proposal for adjustment, as written in a form: what to change, why, and what if nothing is done.

    `measure`: the first one, empty where only a target is to change; `amount`: extra euros for it (0 if
    none); `end`: the new end date asked, None if it stays. `others`: measures that change with it. `targets`:
    indicators with the value that they must have at the end of the year.
    """

    measure: str
    change: str
    cause: str
    consequence: str
    amount: Decimal
    end: date | None
    others: tuple[Change, ...] = ()
    targets: tuple[tuple[str, Decimal], ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is asked of every measure, the first one first."""
        first = (Change(self.measure, self.amount, self.end),) if self.measure else ()
        return first + self.others

    @property
    def asked(self) -> Decimal:
        """The euros that measures get, wherever they come from."""
        return sum((one.amount for one in self.changes if one.amount > 0), Decimal(0))

    @property
    def offered(self) -> tuple[tuple[str, Decimal], ...]:
        """The measures that can do with less, and how much."""
        return tuple((one.measure, -one.amount) for one in self.changes if one.amount < 0)


@dataclass(frozen=True)
class AdviceWanted:
    """Advice that an owner asks in his account: of whom (the function, as the form lists it), about what."""

    adviser: str
    question: str


@dataclass(frozen=True)
class YearPart:
    """The year part of the Q4 account: lessons, remaining risks, look ahead. Empty text: not filled in."""

    lessons: str = ""
    risks: str = ""
    ahead: str = ""


@dataclass(frozen=True)
class ThemeAccount:
    """What a theme owner hands in over one quarter."""

    indicators: tuple[IndicatorEntry, ...]
    objectives: tuple[ObjectiveEntry, ...]
    spent: Decimal | None
    money_explanation: str = ""
    proposal: Proposal | None = None
    year_part: YearPart | None = None
    advice: AdviceWanted | None = None

    def indicator(self, id: str) -> IndicatorEntry | None:
        return next((entry for entry in self.indicators if entry.indicator == id), None)

    def joined(self, other: ThemeAccount) -> ThemeAccount:
        """This account with that of a theme that went up in it: nothing that was handed in is lost."""
        spent = None if self.spent is None or other.spent is None else self.spent + other.spent
        return replace(
            self,
            indicators=(*self.indicators, *other.indicators),
            objectives=(*self.objectives, *other.objectives),
            spent=spent,
            money_explanation=" ".join(filter(None, (self.money_explanation, other.money_explanation))),
        )


@dataclass(frozen=True)
class MeasureEntry:
    """A department head's account of one measure."""

    measure: str
    state: MeasureState
    spent: Decimal | None
    expected_end: date | None = None
    explanation: str = ""


@dataclass(frozen=True)
class DepartmentAccount:
    """What a department head hands in over one quarter."""

    measures: tuple[MeasureEntry, ...]

    def measure(self, id: str) -> MeasureEntry | None:
        return next((entry for entry in self.measures if entry.measure == id), None)


@dataclass(frozen=True)
class JointEntry:
    objective: str
    rating: Rating
    explanation: str = ""


@dataclass(frozen=True)
class JointAccount:
    """What the joint body says of its joint objectives over one quarter, signed off once, by no single
    theme.
    """

    objectives: tuple[JointEntry, ...]


Account = ThemeAccount | DepartmentAccount | JointAccount


@dataclass(frozen=True)
class Reading:
    """An indicator in one quarter as reports show it: the owner's word and the rule's, side by side.

    `entry` is None where no account came: silence is a finding. `computed` is None where nothing was
    measured.
    """

    indicator: Indicator
    year: int
    quarter: int
    entry: IndicatorEntry | None
    computed: Rating | None
    computed_forecast: Decimal | None

    @property
    def differs(self) -> bool:
        """The owner and the figure say different things."""
        return self.entry is not None and self.computed is not None and self.entry.rating != self.computed


def reading(
    indicator: Indicator, year: int, quarter: int, account: ThemeAccount | None, rule: RatingRule
) -> Reading:
    """What is known of an indicator in a quarter, from the account that stands (None: nothing came)."""
    entry = account.indicator(indicator.id) if account else None
    value = entry.value if entry else None
    return Reading(
        indicator=indicator,
        year=year,
        quarter=quarter,
        entry=entry,
        computed=computed_rating(indicator, year, quarter, value, rule),
        computed_forecast=forecast(indicator, year, quarter, value),
    )


@dataclass(frozen=True)
class Received:
    """An account as handed in: which duty, version, when, by whom, in time or late, and what became of it.

    `state`: submitted, accepted or returned (`reason`). `by`: the person who handed in; where that is not the
    one who owed it, `on_behalf_of` says for whom.
    """

    duty: str
    version: int
    state: str
    on: date
    late: bool
    by: str
    on_behalf_of: str
    reason: str
    account: Account


def judged(organisation: Organisation, received: Received) -> Thing:
    """An account as it is judged: nobody judges what he filled in for another, but the coordinator, who only
    writes down what came on paper.
    """
    by = received.by if received.by != organisation.coordinator else ""
    return replace(thing_of(received.duty), made_by=by)


def standing(received: Sequence[Received]) -> Received | None:
    """Of all versions of one account the one that stands: the newest that was not returned."""
    return next((one for one in sorted(received, key=lambda r: -r.version) if one.state != "returned"), None)
