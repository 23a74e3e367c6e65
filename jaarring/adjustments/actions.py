"""Adjustments: a proposal in an account gets its number, a decision moves plans, old and new beside each
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from jaarring import letters
from jaarring.adjustments import records, rules
from jaarring.adjustments.rules import Adjustment, Verdict
from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.goals.rules import Decision
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import decisions, events, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.plans.rules import PlannedMeasure, moved
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import Proposal, Received, ThemeAccount

VERBS = {"accept": "accepted", "change": "changed", "refuse": "refused"}


def collect(here: Here, year: int, at: datetime) -> list[str]:
    """Give every new proposal in a standing account its number, and tell who must decide. Run twice, once
    done.
    """
    made: list[str] = []
    with here.store.write() as tx:
        known = {one.proposed_in: one for one in records.of_year(tx, year)}
        for received, proposal in _proposals(tx, year):
            old = known.get(received.duty)
            if old is None:
                new = records.add(
                    tx, year, Duty(received.duty).subject, received.duty, received.on, proposal, at
                )
                events.append(tx, at, received.by, "adjustment.proposed", new.id, {"in": received.duty})
                made.append(new.id)
            elif old.verdict is None and old.proposal != proposal:
                records.reword(tx, old.id, proposal)
                payload = {"in": received.duty, "version": received.version}
                events.append(tx, at, received.by, "adjustment.reworded", old.id, payload)
    for id in made:
        _tell_decider(here, id, at)
    return made


def _proposals(tx: Tx, year: int) -> list[tuple[Received, Proposal]]:
    found = []
    for received in reports.of_year(tx, year).values():
        account = received.account
        if isinstance(account, ThemeAccount) and account.proposal:
            found.append((received, account.proposal))
    return found


def _tell_decider(here: Here, id: str, at: datetime) -> None:
    with here.store.read() as tx:
        adjustment = records.get(tx, id)
        theme_of = _theme_of(tx, adjustment.year) if adjustment else {}
        secret = _secret(tx, adjustment.year) if adjustment else set()
    assert adjustment is not None, "it was made a moment ago"
    organisation = here.organisation
    party = rules.decider(organisation, adjustment.theme, adjustment.proposal.amount, (), theme_of)
    to = organisation.people[organisation.secretary] if party == "college" else organisation.person_at(party)
    letter = letters.write(
        here,
        "adjustments/proposed.mail",
        to,
        key=f"{adjustment.year}/adjustment/{id}/proposed",
        at=at,
        adjustment=adjustment,
        theme=organisation.themes[adjustment.theme],
        by_college=party == "college",
        secret=adjustment.proposal.measure in secret,
    )
    with here.store.write() as tx:
        outbox.queue(tx, letter, at)


def _theme_of(tx: Tx, year: int) -> dict[str, str]:
    kept = plans.of_year(tx, year).values()
    return {planned.measure.id: planned.measure.theme for one in kept for planned in one.plan.measures}


def _secret(tx: Tx, year: int) -> set[str]:
    kept = plans.of_year(tx, year).values()
    return {p.measure.id for one in kept for p in one.plan.measures if p.measure.secrecy}


def decide(
    here: Here,
    id: str,
    verb: str,
    entry: decisions.Entry,
    by: str,
    at: datetime,
    *,
    amount: Decimal | None = None,
    sources: Sequence[tuple[str, Decimal]] = (),
    end: date | None = None,
) -> Adjustment:
    """Record the decision on a proposal and carry it out in the plans, in one transaction; tell the themes.

    `verb`: accept (as proposed, apart from where the money comes from), change, refuse. `amount` and `end`
    are
    what was decided; not given, they are as proposed. Raises Refused where the decision does not add up, is
    not
    this body's to take, or has been taken before.
    """
    with here.store.read() as tx:
        adjustment = _open(tx, id)
        theme_of = _theme_of(tx, adjustment.year)
    verdict = _verdict(adjustment, verb, entry, amount, tuple(sources), end)
    _check(here, adjustment, verdict, theme_of)
    decided = Adjustment(**{**adjustment.__dict__, "verdict": verdict})
    notices = list(_notices(here, decided, theme_of, at))
    with here.store.write() as tx:
        _open(tx, id)
        records.decide(tx, id, verdict)
        decisions.record(tx, entry, by, at)
        _carry_out(tx, decided, at)
        for notice in notices:
            outbox.queue(tx, notice, at)
    return decided


def advise(here: Here, id: str, entry: decisions.Entry, by: str, at: datetime) -> None:
    """Record what an adviser says of an open proposal; it decides nothing. Raises Refused for no adviser."""
    advisers = {here.organisation.controller, *here.organisation.roles.get("advise", ())}
    if entry.body not in advisers:
        raise Refused(f"'{entry.body}' is geen adviseur", f"dit is aan: {', '.join(sorted(advisers))}")
    if not entry.reason.strip():
        raise Refused("het advies zelf ontbreekt", "schrijf het achter --reason")
    with here.store.write() as tx:
        _open(tx, id)
        decisions.record(tx, entry, by, at)


def _open(tx: Tx, id: str) -> Adjustment:
    adjustment = records.get(tx, id)
    if adjustment is None:
        raise Refused(f"{id} is geen bekend bijsturingsvoorstel", "kijk met jaarring agenda welke er zijn")
    if adjustment.verdict:
        raise Refused(f"over {id} is al besloten", "een besluit verandert alleen door een nieuw voorstel")
    return adjustment


def _verdict(
    adjustment: Adjustment,
    verb: str,
    entry: decisions.Entry,
    amount: Decimal | None,
    sources: tuple[tuple[str, Decimal], ...],
    end: date | None,
) -> Verdict:
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
    if verb == "accept" and ((amount is not None and amount != asked.amount) or (end and end != asked.end)):
        raise Refused(
            "het besluit wijkt af van het voorstel", "gebruik change om met een wijziging te besluiten"
        )
    decided_amount = asked.amount if amount is None else amount
    return Verdict(VERBS[verb], decision, decided_amount, sources, end or asked.end, entry.reason)


def _check(here: Here, adjustment: Adjustment, verdict: Verdict, theme_of: dict[str, str]) -> None:
    if verdict.decision.date < adjustment.proposed_on:
        raise Refused(
            f"het besluit is van {datum(verdict.decision.date)}, maar {adjustment.id} is pas op "
            f"{datum(adjustment.proposed_on)} voorgesteld",
            "verbeter de datum van het besluit",
        )
    if verdict.end and verdict.end.year not in (adjustment.year, adjustment.year + 1):
        raise Refused(
            f"de einddatum {datum(verdict.end)} ligt niet in {adjustment.year} of {adjustment.year + 1}",
            "verbeter de datum",
        )
    named = [measure for measure, _ in verdict.sources]
    if len(set(named)) < len(named):
        raise Refused("een maatregel staat er twee keer als bron", "noem elke maatregel één keer")
    if verdict.outcome != "refused":
        taken = sum((amount for _, amount in verdict.sources), Decimal(0))
        if taken != verdict.amount:
            target = adjustment.proposal.measure
            raise Refused(
                f"er gaat € {verdict.amount} naar {target}, maar er komt € {taken} vandaan",
                "noem met --from MAATREGEL=BEDRAG waar het geld vandaan komt, tot op de euro",
            )
        for measure, amount in verdict.sources:
            if measure not in theme_of:
                raise Refused(f"{measure} staat in geen jaarplan", "noem een maatregel uit de jaarplannen")
            if amount <= 0 or measure == adjustment.proposal.measure:
                raise Refused(f"{measure} kan zo geen geld geven", "noem een andere maatregel met een bedrag")
    _check_decider(here, adjustment, verdict, theme_of)


def _check_decider(here: Here, adjustment: Adjustment, verdict: Verdict, theme_of: dict[str, str]) -> None:
    organisation = here.organisation
    measures = tuple(measure for measure, _ in verdict.sources)
    amount = verdict.amount if verdict.outcome != "refused" else adjustment.proposal.amount
    party = rules.decider(organisation, adjustment.theme, amount, measures, theme_of)
    line = organisation.lines.decides_adjustment
    allowed = {holder for one in line[line.index(party) :] for holder in _holders(here, one)}
    if verdict.decision.body not in allowed:
        raise Refused(
            f"'{verdict.decision.body}' mag hierover niet besluiten",
            f"dit is aan: {', '.join(sorted(allowed))}",
        )
    if verdict.decision.body == organisation.themes[adjustment.theme].owner:
        raise Refused("niemand besluit over zijn eigen voorstel", "leg het voor aan een ander")


def _holders(here: Here, party: str) -> set[str]:
    if party == "college":
        return {"college"}
    person = here.organisation.person_at(party).id
    return {person, "oib"} if party == "oib" else {person}


def _carry_out(tx: Tx, decided: Adjustment, at: datetime) -> None:
    moves = rules.moves(decided)
    for kept in plans.of_year(tx, decided.year).values():
        try:
            new = moved(kept.plan, moves, decided.id)
        except ValueError:
            raise Refused(
                "een maatregel zou minder dan nul euro overhouden", "neem een kleiner bedrag weg"
            ) from None
        if new != kept.plan:
            plans.add(tx, new, kept.state, at, because=decided.id)


def _notices(here: Here, decided: Adjustment, theme_of: dict[str, str], at: datetime) -> list[NewMessage]:
    """One letter to the owner of every theme that the decision touches, and to the departments that carry it
    out.
    """
    organisation = here.organisation
    touched = {move.measure for move in rules.moves(decided)} or {decided.proposal.measure}
    with here.store.read() as tx:
        kept = plans.of_year(tx, decided.year).values()
        planned = {p.measure.id: p for one in kept for p in one.plan.measures}
    people: dict[str, Person] = {}
    themes = {theme_of[id] for id in touched if id in theme_of} | {decided.theme}
    for theme in sorted(themes):
        owner = organisation.people[organisation.themes[theme].owner]
        people[owner.id] = owner
    for id in sorted(touched & set(planned)):
        head = organisation.people[organisation.departments[planned[id].measure.department].head]
        people[head.id] = head
    body = decided.verdict.decision.body if decided.verdict else ""
    name = organisation.bodies[body].name if body in organisation.bodies else ""
    return [
        letters.write(
            here,
            "adjustments/decided.mail",
            person,
            key=f"{decided.year}/adjustment/{decided.id}/decided",
            at=at,
            adjustment=decided,
            theme=organisation.themes[decided.theme],
            decided_by=name or organisation.people[body].function,
            lines=_lines(decided, planned),
        )
        for person in people.values()
    ]


def _lines(decided: Adjustment, planned: dict[str, PlannedMeasure]) -> list[dict[str, object]]:
    """What moves, old and new. Of a secret measure only its number: no title, amount or date goes by mail."""
    lines: list[dict[str, object]] = []
    for move in rules.moves(decided):
        old = planned[move.measure].measure
        lines.append(
            {
                "id": old.id,
                "secret": old.secrecy is not None,
                "title": "" if old.secrecy else old.title,
                "old_budget": old.budget,
                "new_budget": old.budget + move.amount,
                "old_end": old.end,
                "new_end": move.end or old.end,
            }
        )
    return lines
