"""A proposal in Dutch sentences, as letters, questions and the tactical report say them alike.

Of a secret measure only its number: no text, amount or date about it travels by mail.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from jaarring.adjustments.rules import Places, Verdict, budgets, uncovered
from jaarring.dutch import datum, euro, getal, maat
from jaarring.goals.rules import Indicator, forecast
from jaarring.governance import Organisation
from jaarring.plans.rules import Plan
from jaarring.reports.rules import IndicatorEntry, Proposal

STATES = {
    "proposed": "voorgesteld",
    "advised": "advies gegeven",
    "decided": "besloten",
    "carried_out": "uitgevoerd",
}


def value(indicator: Indicator, amount: Decimal) -> str:
    """A value of an indicator as people write it: 68%, 24 uur, 3 van 6."""
    if indicator.out_of is not None:
        return f"{getal(amount)} van {indicator.out_of}"
    return maat(amount, indicator.unit)


def secret(plans: Mapping[str, Plan], proposal: Proposal, verdict: Verdict | None = None) -> bool:
    """Whether a secret measure is in a proposal, or gives or gets money by the decision on it: then no mail
    tells what it says, for what the others get or give would tell what the secret one does.
    """
    named = {one.measure for one in proposal.changes}
    if verdict:
        named |= {measure for measure, _ in verdict.sources} | {one.measure for one in verdict.others}
    return any(p.measure.secrecy for plan in plans.values() for p in plan.measures if p.measure.id in named)


def changes(known: Places, proposal: Proposal, year: int) -> Iterator[str]:
    """What a proposal asks, a line a measure and a line a target."""
    for one in proposal.changes:
        parts = []
        if one.amount > 0:
            parts.append(f"{euro(one.amount)} extra")
        elif one.amount < 0:
            parts.append(f"{euro(-one.amount)} minder")
        if one.end:
            parts.append(f"klaar op {datum(one.end)}")
        yield f"{one.measure}: {' en '.join(parts) or 'zonder extra geld en met dezelfde einddatum'}"
    for id, new in proposal.targets:
        indicator = known.indicators.get(id)
        if indicator:
            old = value(indicator, indicator.target(year))
            yield f"{id}: het doel voor {year} is {old} en wordt {value(indicator, new)}"


def effects(
    organisation: Organisation,
    plans: Mapping[str, Plan],
    known: Places,
    proposal: Proposal,
    said: Mapping[str, tuple[int, IndicatorEntry]],
    year: int,
) -> Iterator[str]:
    """What a proposal does to budgets and what the forecast says, computed; for who must decide.

    `said`: of each indicator the newest quarter with an account, and what the account says.
    """
    for theme, was, becomes in budgets(plans, proposal, known.theme_of):
        found = organisation.known_theme(theme)
        yield f"Budget {found.name if found else theme}: nu {euro(was)}, dan {euro(becomes)}."
    if (short := uncovered(proposal)) > 0:
        yield f"Waar {euro(short)} vandaan komt, moet nog worden besloten."
    goals, new = known.goals(proposal), dict(proposal.targets)
    for id, indicator in known.indicators.items():
        if known.goal_of[id] in goals:
            yield from _forecast(indicator, year, new.get(id), said.get(id))


def _forecast(
    indicator: Indicator, year: int, new: Decimal | None, said: tuple[int, IndicatorEntry] | None
) -> Iterator[str]:
    aim = indicator.target(year)
    target = f"doel {value(indicator, aim)}" + ("" if new is None else f", dan {value(indicator, new)}")
    if said is None:
        yield f"Prognose {indicator.id}: er is dit jaar nog niets gemeten; {target}."
        return
    quarter, entry = said
    ahead = forecast(indicator, year, quarter, entry.value)
    parts = [] if ahead is None else [f"berekend {value(indicator, ahead)}"]
    if entry.own_forecast is not None:
        parts.append(f"volgens de eigenaar {value(indicator, entry.own_forecast)}")
    told = ", ".join(parts) or "niet te berekenen"
    yield f"Prognose {indicator.id} op 31 december {year}, zonder bijsturing: {told}; {target}."
