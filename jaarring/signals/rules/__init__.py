"""What a signal is: something off course, that ends in one of four ways, never in nothing (R16, R22).

Plain. One matter is one signal: an indicator, an objective without one, a measure, the money of a theme, an
account that never came, a joint objective. Several causes of the same matter are reasons of one signal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.goals.rules import RatingRule
from jaarring.governance import Organisation
from jaarring.plans.rules import Plan
from jaarring.reports.rules import Received

#: how a signal may end: a proposal for adjustment, an advice request, a deviation that was accepted, a word
#: that nothing changes and why; `gone`: what was seen is no more (a late account came, a figure was mended)
OUTCOMES = ("proposed", "advice", "accepted", "none", "gone")


@dataclass(frozen=True)
class Reason:
    """Why something is off course. `value` against `aim`, both in the unit of the matter, where there are.

    Kinds: owner (says so himself), computed (the figure says so, the owner does not), forecast (the year's
    target will be missed), objective (the objective around an indicator is rated so), milestone (not done on
    the end date, or expected beyond it: `day`), silent (no account came), unasked (nor did our request for it
    arrive), overspent, pace (ends above the budget at this pace), raised (somebody said so between quarters:
    `text`).
    """

    kind: str
    value: Decimal | None = None
    aim: Decimal | None = None
    day: date | None = None
    text: str = ""


@dataclass(frozen=True)
class Signal:
    """Something off course. `kind`: indicator, objective, measure, money, account, joint.

    `theme`: the theme it is of; of what a department owes the id of the department, of the joint body `oib`.
    `subject`: id of what it is about. `goal`: the goal that is at stake, empty where that is none.
    """

    key: str
    kind: str
    theme: str
    subject: str
    goal: str
    reasons: tuple[Reason, ...]

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])

    @property
    def ref(self) -> str:
        """What is left of the key without its year: Q2-bc-G5b"""
        return self.key.rsplit("/", 1)[1]

    @property
    def quarter(self) -> Quarter:
        return Quarter(self.year, int(self.ref[1]))

    @property
    def matter(self) -> str:
        """What it is about, whatever the quarter."""
        return self.ref[3:]

    @property
    def identity(self) -> str:
        """The same, whatever theme it has gone over to: an indicator or a measure has one number for all."""
        return self.subject if self.kind in ("indicator", "measure", "joint") else self.matter


@dataclass(frozen=True)
class Kept:
    """A signal as the store has it. States: open; said (its owner gave an outcome that the line must
    confirm); ended.

    `reason`: the words that go with the outcome; `ref`: the number of the proposal or advice request.
    """

    signal: Signal
    seen_on: date
    state: str = "open"
    outcome: str = ""
    reason: str = ""
    ref: str = ""
    ended_on: date | None = None
    #: how often the line sent an answer back
    round: int = 0

    @property
    def is_open(self) -> bool:
        return self.state != "ended"


@dataclass(frozen=True)
class AdviceRequest:
    """A question to an adviser (R16), numbered AV-2027-01; `answered_on` None while it waits.

    `signal`: the key of the signal that it is the outcome of, empty where it is of none. `until`: by when the
    answer is asked.
    """

    id: str
    year: int
    theme: str
    asked_by: str
    asked_of: str
    question: str
    asked_on: date
    until: date
    signal: str = ""
    answer: str = ""
    answered_on: date | None = None


@dataclass(frozen=True)
class Known:
    """What signals are read from: the year as the store has it.

    `plans` and `accounts` as they stand, by subject and by duty; `silent`: duties of which nothing came while
    the tactical report over their quarter is due.
    """

    organisation: Organisation
    year: int
    rule: RatingRule
    plans: Mapping[str, Plan]
    accounts: Mapping[str, Received]
    silent: frozenset[str] = frozenset()
    #: of those, the ones for which no request arrived
    unasked: frozenset[str] = frozenset()


def key_of(quarter: Quarter, theme: str, subject: str) -> str:
    """2027/signal/Q2-bc-G5b"""
    return f"{quarter.year}/signal/Q{quarter.number}-{theme}-{subject}"
