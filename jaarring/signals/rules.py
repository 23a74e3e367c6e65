"""Off course becomes a signal, and a signal ends in one of four ways, never in nothing (R16, R22).

Plain. One matter is one signal: an indicator, an objective without one, a measure, the money of a theme, an
account that never came, a joint objective. Several causes of the same matter are reasons of one signal.
Which causes count is ours, for the governance document only says "dreigen niet te worden gehaald" (2.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.goals.rules import Indicator, Rating, RatingRule, computed_rating, forecast
from jaarring.governance import Organisation, Theme
from jaarring.plans.rules import JOINT, Plan, PlannedMeasure
from jaarring.reports.rules import (
    DepartmentAccount,
    JointAccount,
    MeasureEntry,
    MeasureState,
    Received,
    ThemeAccount,
)

#: how a signal may end: a proposal for adjustment, an advice request, a deviation that was accepted, a word
#: that nothing changes and why; `gone`: what was seen is no more (a late account came, a figure was mended)
OUTCOMES = ("proposed", "advice", "accepted", "none", "gone")


@dataclass(frozen=True)
class Reason:
    """Why something is off course. `value` against `aim`, both in the unit of the matter, where there are.

    Kinds: owner (says so himself), computed (the figure says so, the owner does not), forecast (the year's
    target will be missed), objective (the objective around an indicator is rated so), milestone (not done on
    the end date, or expected beyond it: `day`), silent (no account came), overspent, pace (ends above the
    budget at this pace), raised (somebody said so between quarters: `text`).
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


def key_of(quarter: Quarter, theme: str, subject: str) -> str:
    """2027/signal/Q2-bc-G5b"""
    return f"{quarter.year}/signal/Q{quarter.number}-{theme}-{subject}"


def signals(known: Known, quarter: Quarter) -> tuple[Signal, ...]:
    """Everything that is off course by what is known of `quarter`, in the order of themes."""
    found: list[Signal] = []
    for theme in known.organisation.themes:
        plan = known.plans.get(theme)
        if plan:
            found += _theme(known, quarter, plan)
    found += _measures(known, quarter)
    found += _joint(known, quarter)
    found += _silent(known, quarter)
    return tuple(found)


def _theme(known: Known, quarter: Quarter, plan: Plan) -> Iterator[Signal]:
    received = known.accounts.get(f"{quarter.key}/report/{plan.subject}")
    account = received.account if received else None
    if not isinstance(account, ThemeAccount):
        return
    rated = {entry.objective: entry.rating for entry in account.objectives}
    for objective in plan.objectives:
        off = rated.get(objective.id) == Rating.OFF_COURSE
        told = False
        for target in objective.targets:
            reasons = _indicator(known.rule, quarter, target.indicator, account)
            if reasons:
                reasons += (Reason("objective"),) if off else ()
                told = True
                key = key_of(quarter, plan.subject, target.indicator.id)
                yield Signal(key, "indicator", plan.subject, target.indicator.id, objective.goal, reasons)
        if off and not told:
            key = key_of(quarter, plan.subject, objective.goal)
            yield Signal(key, "objective", plan.subject, objective.id, objective.goal, (Reason("owner"),))
    if reasons := _money(known.rule, quarter, plan.budget, account.spent):
        yield Signal(key_of(quarter, plan.subject, "geld"), "money", plan.subject, plan.subject, "", reasons)


def _indicator(
    rule: RatingRule, quarter: Quarter, indicator: Indicator, account: ThemeAccount
) -> tuple[Reason, ...]:
    entry = account.indicator(indicator.id)
    if entry is None:
        return ()
    aim = indicator.target(quarter.year)
    found = []
    if entry.rating == Rating.OFF_COURSE:
        found.append(Reason("owner", entry.value, aim))
    computed = computed_rating(indicator, quarter.year, quarter.number, entry.value, rule)
    if computed == Rating.OFF_COURSE != entry.rating:
        found.append(Reason("computed", entry.value, aim))
    ahead = forecast(indicator, quarter.year, quarter.number, entry.value)
    # a year that is over has no forecast any more
    if ahead is not None and quarter.number < 4 and misses(indicator, quarter.year, ahead, rule):
        found.append(Reason("forecast", ahead, aim))
    return tuple(found)


def misses(indicator: Indicator, year: int, ahead: Decimal, rule: RatingRule) -> bool:
    """Whether a forecast falls so far short of the year's target that it must be said: under the share of the
    way (of hold: outside the tolerance) that still counts as on course.
    """
    if indicator.direction == "hold":
        aim = indicator.target(year)
        return abs(ahead - aim) > abs(aim) * rule.tolerance
    begin, aim = indicator.baseline(year), indicator.target(year)
    if begin == aim:
        return ahead > aim if indicator.direction == "down" else ahead < aim
    return round((ahead - begin) / (aim - begin), 9) < rule.on_course


def _money(rule: RatingRule, quarter: Quarter, budget: Decimal, spent: Decimal | None) -> tuple[Reason, ...]:
    """More than there is; or so much by half the year, or later, that it will be well above that.

    Well above, by the margin that a rating has: work, and so money, is not spread evenly over a year.
    """
    if spent is None:
        return ()
    if spent > budget:
        return (Reason("overspent", spent, budget),)
    ends = spent * 4 / quarter.number
    early = quarter.number in (2, 3) and ends > budget * (2 - rule.on_course)
    return (Reason("pace", ends.quantize(Decimal(1)), budget),) if early else ()


def _measures(known: Known, quarter: Quarter) -> Iterator[Signal]:
    for planned in _planned(known.plans):
        measure = planned.measure
        received = known.accounts.get(f"{quarter.key}/account/{measure.department}")
        account = received.account if received else None
        entry = account.measure(measure.id) if isinstance(account, DepartmentAccount) else None
        if entry and (reasons := _measure(quarter, planned, entry)):
            key = key_of(quarter, measure.theme, measure.id)
            yield Signal(key, "measure", measure.theme, measure.id, measure.goal, reasons)


def _planned(plans: Mapping[str, Plan]) -> Sequence[PlannedMeasure]:
    found = [planned for plan in plans.values() for planned in plan.measures]
    return sorted(found, key=lambda planned: planned.measure.id)


def _measure(quarter: Quarter, planned: PlannedMeasure, entry: MeasureEntry) -> tuple[Reason, ...]:
    """Of money only that it is too much: an amount of one measure may not travel."""
    found, end = [], planned.measure.end
    if entry.state is MeasureState.OFF_COURSE:
        found.append(Reason("owner"))
    if entry.state is not MeasureState.DONE:
        if entry.expected_end and entry.expected_end > end:
            found.append(Reason("milestone", day=entry.expected_end))
        elif end <= quarter.last:
            found.append(Reason("milestone"))
    if entry.spent is not None and entry.spent > planned.measure.budget:
        found.append(Reason("overspent"))
    return tuple(found)


def _joint(known: Known, quarter: Quarter) -> Iterator[Signal]:
    """A joint objective belongs to the body, not to one theme (O3)."""
    received = known.accounts.get(f"{quarter.key}/report/{JOINT}")
    account = received.account if received else None
    if isinstance(account, JointAccount):
        for entry in account.objectives:
            if entry.rating == Rating.OFF_COURSE:
                key = key_of(quarter, JOINT, entry.objective)
                yield Signal(key, "joint", JOINT, entry.objective, "", (Reason("owner"),))


def _silent(known: Known, quarter: Quarter) -> Iterator[Signal]:
    for duty in sorted(known.silent):
        year, number, kind, subject = duty.split("/")
        if f"{year}/{number}" == quarter.key:
            name = "verantwoording" if kind == "report" else "maatregelen"
            yield Signal(key_of(quarter, subject, name), "account", subject, duty, "", (Reason("silent"),))


# ---- whose it is


def owner(organisation: Organisation, signal: Signal, department: str = "") -> str:
    """Who must say what happens now: the theme owner; the head of the department for a measure or an account
    of measures (`department`: of the measure); the chair for what is joint. Empty where nobody is left.
    """
    if signal.theme == JOINT:
        return organisation.joint_body.chair if organisation.joint_body else ""
    if signal.kind == "account" and "/account/" in signal.subject:
        department = signal.theme
    if department in organisation.departments:
        return organisation.departments[department].head
    theme = organisation.bearer(signal.theme)
    return theme.owner if theme else ""


def line(organisation: Organisation, signal: Signal, first: str) -> tuple[str, ...]:
    """Whom a signal is told, in order: direct from theme to secretary, oib by way of the chair; last the
    board, that must decide what nobody below may. `first` (whose it is) never stands in it.
    """
    chain = organisation.account_line
    own = chain.index(JOINT) if signal.theme == JOINT and JOINT in chain else 0
    found = []
    for party in chain[own + 1 :]:
        if party == "council":
            break
        found.append("college" if party == "college" else organisation.person_at(party).id)
    return tuple(one for one in dict.fromkeys(found) if one != first)


def theme_of(organisation: Organisation, signal: Signal) -> Theme | None:
    """The theme that a signal is of, now or before; None for what is of none."""
    return organisation.known_theme(signal.theme)


# ---- what becomes of it


def unseen(found: Sequence[Signal], kept: Sequence[Kept]) -> tuple[tuple[Signal, ...], tuple[Signal, ...]]:
    """Of what is off course now: what nobody has been told yet, and what is known but has other reasons now.

    While a signal is open a new quarter adds to it and makes no second one. A deviation that was accepted
    stands for the rest of the year, unless there is a reason of another kind; a delay that was answered is
    no news as long as the new end date stays the same.
    """
    new, changed = [], []
    by_matter: dict[str, list[Kept]] = {}
    for one in kept:
        by_matter.setdefault(one.signal.identity, []).append(one)
    for signal in found:
        before = by_matter.get(signal.identity, [])
        same = next((one for one in before if one.is_open or _is_same(one, signal)), None)
        if same:
            merged = merge(same.signal, signal)
            if same.is_open and merged.reasons != same.signal.reasons:
                changed.append(merged)
            continue
        kinds = {reason.kind for one in before if one.outcome == "accepted" for reason in one.signal.reasons}
        told = {reason for one in before if one.outcome != "gone" for reason in one.signal.reasons}
        delays = {reason for reason in told if reason.kind == "milestone" and reason.day}
        if not (({reason.kind for reason in signal.reasons} <= kinds) or set(signal.reasons) <= delays):
            new.append(signal)
    return tuple(new), tuple(changed)


def _is_same(one: Kept, signal: Signal) -> bool:
    """Whether this very signal has ended; one that was gone may come back."""
    return one.signal.key == signal.key and one.outcome != "gone"


def merge(old: Signal, new: Signal) -> Signal:
    """The reasons of today, and what somebody said by himself before."""
    said = tuple(reason for reason in old.reasons if reason.kind == "raised")
    return replace(old, reasons=said + tuple(one for one in new.reasons if one not in said))


def gone(known: Known, found: Sequence[Signal], kept: Sequence[Kept], quarter: Quarter) -> tuple[Kept, ...]:
    """Open signals of which nothing is left, by an account over `quarter` that came and does not say it any
    more; silence ends nothing. What somebody raised stays until answered.
    """
    now = {signal.identity for signal in found}
    return tuple(
        one
        for one in kept
        if one.is_open
        and one.signal.identity not in now
        and not any(reason.kind == "raised" for reason in one.signal.reasons)
        and _heard(known, one.signal, quarter)
    )


def _heard(known: Known, signal: Signal, quarter: Quarter) -> bool:
    """Whether the account came that would have said it again."""
    match signal.kind:
        case "account":
            return signal.subject in known.accounts
        case "joint":
            return f"{quarter.key}/report/{JOINT}" in known.accounts
        case "measure":
            planned = [p.measure for p in _planned(known.plans) if p.measure.id == signal.subject]
            return any(f"{quarter.key}/account/{one.department}" in known.accounts for one in planned)
        case _:
            bearer = known.organisation.bearer(signal.theme)
            theme = bearer.id if bearer else signal.theme
            return f"{quarter.key}/report/{theme}" in known.accounts
