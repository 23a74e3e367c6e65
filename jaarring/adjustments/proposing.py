"""Proposing: in an account, by a form of its own or by the coordinator, between quarters too (R16).

A proposal gets its number once, and answers the signals about the goals that it is for.
"""

from __future__ import annotations

from datetime import datetime

from jaarring import rights
from jaarring.adjustments import records, rules
from jaarring.adjustments.rules import Adjustment, Places
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, events
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.plans.rules import JOINT, Plan
from jaarring.refusal import Refused, refuse
from jaarring.reports import records as reports
from jaarring.reports.rules import Proposal, Received, ThemeAccount
from jaarring.rights import Thing
from jaarring.signals import actions as signals


def collect(here: Here, year: int, at: datetime) -> list[str]:
    """Give every new proposal in a standing account its number. Run twice, once done.

    A newer version of an account rewords a proposal that nobody has decided.
    """
    made: list[str] = []
    with here.store.write() as tx:
        known = {one.proposed_in: one for one in records.of_year(tx, year)}
        where = rules.places(plans_of(tx, year))
        for received, proposal in _proposals(tx, year):
            old = known.get(received.duty)
            if old is None:
                theme = Duty(received.duty).subject
                by = received.on_behalf_of or received.by
                new = records.add(tx, year, theme, received.duty, received.on, proposal, at, by)
                events.append(tx, at, received.by, "adjustment.proposed", new.id, {"in": received.duty})
                signals.proposed(tx, _for_signals(new, where), received.on, at)
                made.append(new.id)
            elif old.verdict is None and old.proposal != proposal:
                records.reword(tx, old.id, proposal)
                payload = {"in": received.duty, "version": received.version}
                events.append(tx, at, received.by, "adjustment.reworded", old.id, payload)
        for one in records.of_year(tx, year):
            if one.verdict is None:  # what is seen later about the same goal has its answer already
                signals.proposed(tx, _for_signals(one, where), at.date(), at)
    return made


def _proposals(tx: Tx, year: int) -> list[tuple[Received, Proposal]]:
    found = []
    for received in reports.of_year(tx, year).values():
        account = received.account
        if isinstance(account, ThemeAccount) and account.proposal:
            found.append((received, account.proposal))
    return found


def propose(
    here: Here,
    year: int,
    proposal: Proposal,
    entry: Entry,
    by: str,
    at: datetime,
    *,
    theme: str = "",
    signal: str = "",
    place: str = "",
) -> str:
    """Record a proposal that stands in no account; its number.

    `theme`: whose, as far as the measures and indicators in it do not say so. `signal`: the key of the signal
    that it answers. `place`: where it stands, where that is known (the key of a form). Raises Refused for a
    proposal that is not whole, or by somebody who may not.
    """
    with here.store.write() as tx:
        known_plans = plans_of(tx, year, adopted=True)
        if not known_plans:
            raise Refused(f"de jaarplannen van {year} zijn nog niet vastgesteld", "wijzig het plan zelf")
        where = rules.places(known_plans)
        theme = theme or theme_of(proposal, where)
        refuse(list(rules.mistakes(proposal, theme, where, known_plans)))
        _may_propose(here, theme, proposal, known_plans, entry.body)
        key = place or records.next_place(tx, year, theme)
        made = records.add(tx, year, theme, key, entry.date, proposal, at, entry.body)
        decisions.record(
            tx, Entry(made.id, "propose", entry.body, entry.date, entry.number, proposal.change), by, at
        )
        events.append(tx, at, entry.body, "adjustment.proposed", made.id, {"in": key})
        signals.proposed(tx, _for_signals(made, where, signal), entry.date, at)
    return made.id


def reword(here: Here, old: Adjustment, proposal: Proposal, by: str, at: datetime) -> str:
    """Put a newer version of an undecided proposal in its place; its number."""
    with here.store.write() as tx:
        known_plans = plans_of(tx, old.year, adopted=True)
        where = rules.places(known_plans)
        refuse(list(rules.mistakes(proposal, old.theme, where, known_plans)))
        if old.proposal != proposal:
            records.reword(tx, old.id, proposal)
            events.append(tx, at, by, "adjustment.reworded", old.id, {"in": old.proposed_in})
    return old.id


def _for_signals(one: Adjustment, where: Places, signal: str = "") -> signals.Proposed:
    said = one.proposal
    measures = {change.measure for change in said.changes}
    return signals.Proposed(one.id, one.theme, measures, where.goals(said), where.joint(said), signal)


def theme_of(proposal: Proposal, where: Places) -> str:
    """The theme that a proposal is of: that of its first measure, or of its first indicator."""
    named = [one.measure for one in proposal.changes] + [id for id, _ in proposal.targets]
    found = next((where.theme_of[id] for id in named if id in where.theme_of), "")
    if not found:
        raise Refused(
            "het voorstel noemt geen maatregel of indicator uit de jaarplannen", "noem er ten minste één"
        )
    return found


def _may_propose(here: Here, theme: str, proposal: Proposal, known: dict[str, Plan], who: str) -> None:
    """The theme owner; a head of the measures that his department carries out (R21); who decides may not."""
    organisation = here.organisation
    heads = {
        organisation.departments[planned.measure.department].head
        for plan in known.values()
        for planned in plan.measures
        if planned.measure.id in {one.measure for one in proposal.changes}
        and planned.measure.department in organisation.departments
    }
    if who not in heads:
        rights.demand(organisation, who, "raise", Thing("adjustment", theme), "mag dit niet voorstellen")


def plans_of(tx: Tx, year: int, adopted: bool = False) -> dict[str, Plan]:
    """The plans of a year by subject, without that of the joint body; only adopted ones if asked."""
    kept = plans.of_year(tx, year)
    return {
        subject: one.plan
        for subject, one in kept.items()
        if subject != JOINT and (not adopted or one.state == "adopted")
    }
