"""What the tactical report says of steering: open signals, advice, proposals, and what became of decisions.

Plain. A report speaks of what was known by the meeting of the board that it goes to; of decisions, of those
taken since the report before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from jaarring import rights
from jaarring.adjustments import words as asked_words
from jaarring.adjustments.rules import Adjustment, Places, asked, moves, newest, places
from jaarring.calendar import Quarter
from jaarring.plans.rules import PlannedMeasure
from jaarring.rights import Thing
from jaarring.signals import rules as signals
from jaarring.signals import words
from jaarring.signals.rules import Kept, line
from jaarring.tactical.signs import Sign, sign
from jaarring.tactical.view import (
    AdjustmentStand,
    Advice,
    AdviceStand,
    Became,
    MoveLine,
    SignalStand,
    TargetLine,
)
from jaarring.tactical.year import Decided, Year

#: where the calendar has no date for a report, it speaks of so many days after its quarter
USUAL = timedelta(days=31)


def made_on(year: Year, quarter: Quarter) -> date:
    """When the report over a quarter is made."""
    return year.due(f"{quarter.key}/tactical/secretary") or quarter.last + USUAL


def known_by(year: Year, quarter: Quarter) -> date:
    """Until when the report over a quarter takes in what is seen, asked and proposed."""
    return year.due(f"{quarter.key}/tactical/board") or quarter.last + USUAL


def before(quarter: Quarter) -> Quarter:
    """The quarter before."""
    return Quarter(quarter.year - (quarter.number == 1), (quarter.number - 2) % 4 + 1)


def since_last(year: Year, quarter: Quarter, day: date) -> bool:
    """Whether something of `day` is news: it came after the report before this one."""
    return quarter.number == 1 or day > made_on(year, before(quarter))


def is_last_time(year: Year, quarter: Quarter, day: date) -> bool:
    """Whether a decision of `day` fell between the making of the report before this one and of this one."""
    return since_last(year, quarter, day) and day <= made_on(year, quarter)


# ---- signals and advice


def open_signals(year: Year, quarter: Quarter) -> Iterator[SignalStand]:
    """The signals that nobody has ended, oldest first: with since when and whose turn it is (R22)."""
    for one in year.signals:
        if one.is_open and one.seen_on <= known_by(year, quarter):
            yield _signal(year, one)


def _signal(year: Year, one: Kept) -> SignalStand:
    organisation, plans = year.organisation, year.plans
    mine = line.owner(organisation, one.signal, words.department_of(plans, one.signal))
    deciders = rights.holders(organisation, "decide", Thing("signal", one.signal.theme))
    whose = next((id for id in deciders if id != mine), "") if one.state == "said" else mine
    return SignalStand(
        about=words.about(organisation, plans, one.signal),
        since=one.seen_on,
        reasons=words.reasons(plans, one.signal),
        turn=rights.named(organisation, whose) if whose else "",
        said=words.ENDED[one.outcome] if one.state == "said" else "",
    )


def ended_signals(year: Year, quarter: Quarter) -> tuple[tuple[str, int], ...]:
    """How the signals that ended since the last report did: outcome in words, how many."""
    found = [
        one.outcome
        for one in year.signals
        if one.ended_on
        and one.ended_on <= known_by(year, quarter)
        and since_last(year, quarter, one.ended_on)
    ]
    return tuple((words.COUNTED[one], found.count(one)) for one in signals.OUTCOMES if one in found)


def advices(year: Year, quarter: Quarter) -> Iterator[AdviceStand]:
    """Advice that is asked and not given, and what was answered since the last report, by number."""
    for one in year.advices:
        answered = one.answered_on
        news = answered is None or since_last(year, quarter, answered)
        if one.asked_on > known_by(year, quarter) or not news:
            continue
        signal = next((kept.signal for kept in year.signals if kept.signal.key == one.signal), None)
        secret = bool(signal and words.is_secret(year.plans, signal))
        yield AdviceStand(
            id=one.id,
            asked_by=rights.named(year.organisation, one.asked_by),
            asked_of=rights.named(year.organisation, one.asked_of),
            question="" if secret else one.question,
            asked_on=one.asked_on,
            until=one.until,
            answer="" if secret else one.answer,
            answered_on=answered,
        )


# ---- adjustments


def adjustments(year: Year, quarter: Quarter) -> tuple[AdjustmentStand, ...]:
    """The proposals that are open, and those decided since the last report, in full."""
    return tuple(
        stand(year, one, quarter) for one in _proposed(year, quarter) if _is_news(year, quarter, one)
    )


def earlier(year: Year, quarter: Quarter) -> tuple[AdjustmentStand, ...]:
    """What was decided before the last report: told there, named here."""
    return tuple(
        stand(year, one, quarter) for one in _proposed(year, quarter) if not _is_news(year, quarter, one)
    )


def _proposed(year: Year, quarter: Quarter) -> list[Adjustment]:
    """The proposals of this quarter and of those before it."""

    def by_now(one: Adjustment) -> bool:
        place = "/".join(one.proposed_in.split("/")[:2])
        if "/Q" in place:
            return place <= quarter.key
        return one.proposed_on <= known_by(year, quarter)

    return [one for one in year.adjustments if by_now(one)]


def _is_news(year: Year, quarter: Quarter, one: Adjustment) -> bool:
    return one.verdict is None or since_last(year, quarter, one.verdict.decision.date)


def stand(year: Year, one: Adjustment, quarter: Quarter) -> AdjustmentStand:
    """A proposal as the report shows it. Of one about a secret measure only that it is there."""
    planned = {found.measure.id: found for found in year.planned()}
    proposal, verdict, where = one.proposal, one.verdict, places(year.plans)
    secret = asked_words.secret(year.plans, proposal, verdict)
    advised = tuple(
        Advice(year.named(taken.body), taken.reason)
        for taken in year.decisions
        if taken.subject == one.id and taken.verb.startswith("advi")
    )
    thing = asked(one, where.theme_of)
    holders = rights.holders(year.organisation, "decide", thing)
    decider = next((id for id in holders if id != one.proposed_by), "college")
    return AdjustmentStand(
        id=one.id,
        theme=year.theme_name(one.theme),
        measure=_subject(one, planned, where),
        secret=secret,
        change="" if secret else proposal.change,
        cause="" if secret else proposal.cause,
        consequence="" if secret else proposal.consequence,
        asked=Decimal(0) if secret else proposal.asked,
        asked_end=None if secret else proposal.end,
        asks=() if secret else tuple(asked_words.changes(where, proposal, one.year)),
        effects=() if secret or verdict else tuple(_effects(year, one, where, quarter)),
        advices=() if secret else advised,
        decider=year.named(decider),
        to_board=verdict is None and decider == rights.BOARD,
        state=one.state(bool(advised)),
        outcome=one.outcome,
        decided=Decided(year.named(verdict.decision.body), verdict.decision.date, verdict.decision.number)
        if verdict
        else None,
        granted=verdict.granted if verdict and not secret else None,
        reason=verdict.reason if verdict and not secret else "",
        moves=() if secret else tuple(_moves(one, planned)),
        targets=() if secret else tuple(_targets(one, year, where)),
    )


def _subject(one: Adjustment, planned: dict[str, PlannedMeasure], where: Places) -> str:
    """What a proposal is called by: its first measure, else its first indicator."""
    if one.proposal.measure:
        return label(planned.get(one.proposal.measure), one.proposal.measure)
    id = next((id for id, _ in one.proposal.targets), "")
    indicator = where.indicators.get(id)
    return f"{id} {indicator.name}" if indicator else id


def label(planned: PlannedMeasure | None, id: str) -> str:
    """A measure in a line about money: id and title, of a secret one the id."""
    return id if planned is None or planned.measure.secrecy else f"{id} {planned.measure.title}"


def _effects(year: Year, one: Adjustment, where: Places, quarter: Quarter) -> Iterator[str]:
    said = newest(year.accounts, quarter.number)
    yield from asked_words.effects(year.organisation, year.plans, where, one.proposal, said, one.year)


def _moves(one: Adjustment, planned: dict[str, PlannedMeasure]) -> Iterator[MoveLine]:
    for move in moves(one):
        found = planned.get(move.measure)
        if found is None or found.measure.secrecy:
            continue
        measure = found.measure
        yield MoveLine(
            label(found, measure.id),
            measure.budget if found.was_budget is None else found.was_budget,
            measure.budget,
            found.was_end or measure.end,
            measure.end,
        )


def _targets(one: Adjustment, year: Year, where: Places) -> Iterator[TargetLine]:
    """The targets that a decision changed, as first adopted and now."""
    verdict = one.verdict
    if verdict is None or verdict.outcome == "refused":
        return
    first = {
        target.indicator.id: target
        for plan in year.plans.values()
        for objective in plan.objectives
        for target in objective.targets
    }
    for id, new in verdict.targets:
        target, indicator = first.get(id), where.indicators.get(id)
        if target and indicator and target.was_target is not None:
            yield TargetLine(
                f"{id} {indicator.name}",
                asked_words.value(indicator, target.was_target),
                asked_words.value(indicator, new),
            )


# ---- what became of the decisions of last time


def last_time(year: Year, quarter: Quarter) -> Iterator[Became]:
    """The decisions since the last report, and what became of each, by date."""
    found = list(_reports(year, quarter)) + list(_decided(year, quarter)) + list(_accepted(year, quarter))
    yield from sorted(found, key=lambda one: (one.decided.date, one.what))


def _reports(year: Year, quarter: Quarter) -> Iterator[Became]:
    """What the board said of the report before this one."""
    last = before(quarter)
    for taken in year.decisions:
        if taken.subject == f"{last.key}/tactical/board":
            yield Became("report", f"{last.number}", year.shown(taken), (taken.verb,))


def _decided(year: Year, quarter: Quarter) -> Iterator[Became]:
    planned = {found.measure.id: found for found in year.planned()}
    for one in _proposed(year, quarter):
        verdict = one.verdict
        if verdict is None or not is_last_time(year, quarter, verdict.decision.date):
            continue
        decision = verdict.decision
        decided = Decided(year.named(decision.body), decision.date, decision.number)
        yield Became(
            one.outcome, one.id, decided, (), one.carried_out, tuple(_now(year, quarter, planned, one))
        )


def _now(
    year: Year, quarter: Quarter, planned: dict[str, PlannedMeasure], one: Adjustment
) -> Iterator[tuple[str, Sign]]:
    """How the measures that a decision gave something to stand now."""
    given = [one.proposal.measure] + [other.measure for other in one.proposal.others if other.amount >= 0]
    for id in given:
        found = planned.get(id)
        entry = year.measure_entry(quarter, found.measure) if found and not found.measure.secrecy else None
        if entry and (stands := sign(entry.state)):
            yield id, stands


def _accepted(year: Year, quarter: Quarter) -> Iterator[Became]:
    for one in year.signals:
        if one.outcome not in ("accepted", "none") or one.ended_on is None:
            continue
        if not is_last_time(year, quarter, one.ended_on):
            continue
        verbs = ("confirm", "accept", "none")
        mine = [t for t in year.decisions if t.subject == one.signal.key and t.verb in verbs]
        if mine:
            reason = "" if words.is_secret(year.plans, one.signal) else one.reason
            about = words.about(year.organisation, year.plans, one.signal)
            yield Became(one.outcome, about, year.shown(mine[-1]), (reason,) if reason else ())
