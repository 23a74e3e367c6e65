"""Deciding: advice is recorded, a decision moves plans, budgets and dates, old and new beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from jaarring import rights
from jaarring.adjustments import notices, records, rules
from jaarring.adjustments.proposing import collect, plans_of, propose
from jaarring.adjustments.rules import Adjustment, Places, Verdict
from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.goals.rules import Decision
from jaarring.here import Here
from jaarring.ledger import decisions, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.plans.frame import budgets_decided
from jaarring.refusal import Refused
from jaarring.reports.rules import Change
from jaarring.rights import Thing

__all__ = ["VERBS", "advise", "collect", "decide", "propose"]

VERBS = {"accept": "accepted", "change": "changed", "refuse": "refused"}


def decide(
    here: Here,
    id: str,
    verb: str,
    entry: Entry,
    by: str,
    at: datetime,
    *,
    amount: Decimal | None = None,
    sources: Sequence[tuple[str, Decimal]] = (),
    end: date | None = None,
    targets: Sequence[tuple[str, Decimal]] | None = None,
) -> Adjustment:
    """Record the decision on a proposal and carry it out in plans, budgets and dates, in one transaction;
    tell the themes.

    `verb`: accept (as proposed, apart from where the money comes from), change, refuse. `amount`, `end` and
    `targets` are what was decided; not given, they are as proposed. Raises Refused where the decision does
    not add up, is not this body's to take, or has been taken before.
    """
    with here.store.read() as tx:
        adjustment = _open(tx, id)
        before = plans_of(tx, adjustment.year)
    where = rules.places(before)
    verdict = _verdict(adjustment, verb, entry, _Decided(amount, tuple(sources), end, targets))
    _check(here, adjustment, verdict, where)
    decided = replace(adjustment, verdict=verdict)
    letters = list(notices.decided(here, decided, before, where, at))
    with here.store.write() as tx:
        _open(tx, id)
        records.decide(tx, id, verdict)
        decisions.record(tx, entry, by, at)
        _carry_out(tx, decided, by, at)
        if rules.given(adjustment, verdict, where.theme_of).crosses and verdict.sources:
            # a shift across themes is the board's decision about budgets once more (R9b)
            budgets_decided(tx, decided.year, entry, f"Bijsturing {id}.", by, at)
        for letter in letters:
            outbox.queue(tx, letter, at)
    return decided


def advise(here: Here, id: str, entry: Entry, by: str, at: datetime) -> None:
    """Record what an adviser says of an open proposal; it decides nothing. Raises Refused for no adviser."""
    if not entry.reason.strip():
        raise Refused("het advies zelf ontbreekt", "schrijf het achter --reason")
    with here.store.write() as tx:
        thing = Thing("adjustment", _open(tx, id).theme)
        rights.demand(here.organisation, entry.body, "advise", thing, "is geen adviseur")
        decisions.record(tx, entry, by, at)


def _open(tx: Tx, id: str) -> Adjustment:
    adjustment = records.get(tx, id)
    if adjustment is None:
        raise Refused(f"{id} is geen bekend bijsturingsvoorstel", "kijk met jaarring agenda welke er zijn")
    if adjustment.verdict:
        raise Refused(f"over {id} is al besloten", "een besluit verandert alleen door een nieuw voorstel")
    return adjustment


class _Decided:
    """What a decision says beside yes or no; None: as it was proposed."""

    def __init__(
        self,
        amount: Decimal | None,
        sources: tuple[tuple[str, Decimal], ...],
        end: date | None,
        targets: Sequence[tuple[str, Decimal]] | None,
    ) -> None:
        self.amount, self.sources, self.end = amount, sources, end
        self.targets = None if targets is None else tuple(targets)

    def differs(self, adjustment: Adjustment) -> bool:
        asked = adjustment.proposal
        return (
            (self.amount is not None and self.amount != asked.amount)
            or (self.end is not None and self.end != asked.end)
            or (self.targets is not None and self.targets != asked.targets)
        )


def _verdict(adjustment: Adjustment, verb: str, entry: Entry, said: _Decided) -> Verdict:
    if verb not in VERBS:
        raise Refused(f"'{verb}' kan hier niet", "kies accept, change of refuse")
    if not entry.number:
        raise Refused(
            "het nummer van het besluit ontbreekt", "schrijf --number met het nummer van het besluit"
        )
    decision = Decision(entry.body, entry.date, entry.number)
    if verb == "refuse":
        return Verdict("refused", decision, Decimal(0), (), None, entry.reason)
    asked = adjustment.proposal
    if verb == "accept" and said.differs(adjustment):
        raise Refused(
            "het besluit wijkt af van het voorstel", "gebruik change om met een wijziging te besluiten"
        )
    return Verdict(
        VERBS[verb],
        decision,
        asked.amount if said.amount is None else said.amount,
        said.sources or asked.offered,
        said.end or asked.end,
        entry.reason,
        # what the proposal itself takes from a measure stands among the sources
        tuple(replace(one, amount=max(one.amount, Decimal(0))) for one in asked.others if _gives(one)),
        asked.targets if said.targets is None else said.targets,
    )


def _gives(one: Change) -> bool:
    return one.amount >= 0 or one.end is not None


def _check(here: Here, adjustment: Adjustment, verdict: Verdict, where: Places) -> None:
    if verdict.decision.date < adjustment.proposed_on:
        raise Refused(
            f"het besluit is van {datum(verdict.decision.date)}, maar {adjustment.id} is pas op "
            f"{datum(adjustment.proposed_on)} voorgesteld",
            "verbeter de datum van het besluit",
        )
    for end in (verdict.end, *(one.end for one in verdict.others)):
        if end and end.year not in (adjustment.year, adjustment.year + 1):
            raise Refused(
                f"de einddatum {datum(end)} ligt niet in {adjustment.year} of {adjustment.year + 1}",
                "verbeter de datum",
            )
    named = [measure for measure, _ in verdict.sources]
    if len(set(named)) < len(named):
        raise Refused("een maatregel staat er twee keer als bron", "noem elke maatregel één keer")
    if verdict.outcome != "refused":
        _check_money(adjustment, verdict, where)
        for id, _ in verdict.targets:
            if where.theme_of.get(id) is None or id not in where.indicators:
                raise Refused(f"{id} is geen indicator uit de jaarplannen", "noem een indicator")
    _check_decider(here, adjustment, verdict, where)


def _check_money(adjustment: Adjustment, verdict: Verdict, where: Places) -> None:
    taken = sum((amount for _, amount in verdict.sources), Decimal(0))
    if taken != verdict.granted:
        gets = [one.measure for one in adjustment.proposal.changes if one.amount >= 0]
        raise Refused(
            f"er gaat € {verdict.granted} naar {', '.join(gets)}, maar er komt € {taken} vandaan",
            "noem met --from MAATREGEL=BEDRAG waar het geld vandaan komt, tot op de euro",
        )
    given = {adjustment.proposal.measure, *(one.measure for one in verdict.others if one.amount > 0)}
    for measure, amount in verdict.sources:
        if measure not in where.theme_of or measure in where.indicators:
            raise Refused(f"{measure} staat in geen jaarplan", "noem een maatregel uit de jaarplannen")
        if amount <= 0 or measure in given:
            raise Refused(f"{measure} kan zo geen geld geven", "noem een andere maatregel met een bedrag")


def _check_decider(here: Here, adjustment: Adjustment, verdict: Verdict, where: Places) -> None:
    """Who may, by lines and mandate; nobody decides his own."""
    thing = rules.given(adjustment, verdict, where.theme_of)
    who = verdict.decision.body
    own = "niemand besluit over zijn eigen voorstel"
    if who == adjustment.proposed_by and who != "college":
        raise Refused(own, "leg het voor aan een ander")
    rights.demand(here.organisation, who, "decide", thing, "mag hierover niet besluiten", own=own)


def _carry_out(tx: Tx, decided: Adjustment, by: str, at: datetime) -> None:
    """Move what is planned, and record that this was done; a refusal moves nothing."""
    verdict = decided.verdict
    assert verdict is not None, "it has just been decided"
    if verdict.outcome == "refused":
        return
    touched: dict[str, int] = {}
    for subject, kept in plans.of_year(tx, decided.year).items():
        try:
            new = rules.applied(kept.plan, decided)
        except ValueError:
            raise Refused(
                "een maatregel zou minder dan nul euro overhouden", "neem een kleiner bedrag weg"
            ) from None
        if new != kept.plan:
            touched[subject] = plans.add(tx, new, kept.state, at, because=decided.id)
    records.carry_out(tx, decided.id, verdict.decision.date)
    events.append(tx, at, by, "adjustment.carried_out", decided.id, {"plans": touched})
