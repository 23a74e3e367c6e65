"""Off course becomes a signal: what is read from the accounts over a quarter (R22).

Which causes count is ours, for the governance document only says "dreigen niet te worden gehaald" (2.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from jaarring.calendar import Quarter
from jaarring.goals.rules import Indicator, Rating, RatingRule, computed_rating, forecast
from jaarring.plans.rules import JOINT, Plan, PlannedMeasure
from jaarring.reports.rules import DepartmentAccount, JointAccount, MeasureEntry, MeasureState, ThemeAccount
from jaarring.signals.rules import Known, Reason, Signal, key_of


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
    for planned in planned_measures(known.plans):
        measure = planned.measure
        received = known.accounts.get(f"{quarter.key}/account/{measure.department}")
        account = received.account if received else None
        entry = account.measure(measure.id) if isinstance(account, DepartmentAccount) else None
        if entry and (reasons := _measure(quarter, planned, entry)):
            key = key_of(quarter, measure.theme, measure.id)
            yield Signal(key, "measure", measure.theme, measure.id, measure.goal, reasons)


def planned_measures(plans: Mapping[str, Plan]) -> Sequence[PlannedMeasure]:
    """The measures of all plans, by number."""
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
    """Of a department without a measure in any plan nothing was asked, and nothing is missing."""
    busy = {planned.measure.department for plan in known.plans.values() for planned in plan.measures}
    for duty in sorted(known.silent):
        year, number, kind, subject = duty.split("/")
        if f"{year}/{number}" == quarter.key and (kind != "account" or subject in busy):
            name = "verantwoording" if kind == "report" else "maatregelen"
            why = Reason("unasked" if duty in known.unasked else "silent")
            yield Signal(key_of(quarter, subject, name), "account", subject, duty, "", (why,))
