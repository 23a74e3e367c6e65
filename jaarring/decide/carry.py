"""What single decisions do where one call is not enough: from a request to the action of a room."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from jaarring import actors, cycle
from jaarring.absences import actions as absences
from jaarring.adjustments import actions as adjustments
from jaarring.adjustments import forms as adjustment_forms
from jaarring.council import actions as council
from jaarring.decide.request import Request
from jaarring.ledger import decisions, dispensations, due
from jaarring.occasions import Duty
from jaarring.plans.frame import known_occasion
from jaarring.refusal import Refused, refuse
from jaarring.reports.rules import Change, Proposal
from jaarring.rights import demand, thing_of
from jaarring.signals import actions as signals
from jaarring.tactical import actions as tactical


def on_adjustment(request: Request) -> None:
    terms = request.terms
    adjustments.decide(
        request.here,
        request.key,
        request.verb,
        request.entry,
        request.by,
        request.at,
        amount=terms.amount,
        sources=terms.sources,
        end=terms.end,
        targets=terms.targets,
    )


def dispense(request: Request) -> None:
    """Delay or dispensation of a duty or moment; the ledger follows at once."""
    here = request.here
    with here.store.write() as tx:
        dispensations.give(
            tx, here.organisation, here.schedule, request.entry, request.terms.end, request.by, request.at
        )
        cycle.reschedule(here, tx, request.year, request.at)


def signal(request: Request) -> None:
    """A signal by hand, with the form for a proposal that goes along with its question."""
    here, entry = request.here, request.entry
    with here.store.write() as tx:
        joined = replace(here, store=here.store.joined(tx))
        signals.raise_by_hand(joined, request.key, entry, request.by, request.at)
        adjustment_forms.lay_out(joined, entry.date, request.at, [request.year])


def say(request: Request) -> None:
    signals.say(request.here, request.key, request.verb, request.entry, request.by, request.at)


def propose(request: Request, signal: str = "") -> None:
    """A proposal for adjustment between quarters; what changes stands in the reason."""
    terms = request.terms
    money = tuple(Change(measure, -amount) for measure, amount in terms.sources)
    proposal = Proposal(
        terms.measure,
        request.entry.reason,
        terms.cause,
        terms.consequence,
        terms.amount or Decimal(0),
        terms.end,
        money,
        terms.targets or (),
    )
    adjustments.propose(
        request.here, request.year, proposal, request.entry, request.by, request.at, signal=signal
    )


def on_absence(request: Request) -> None:
    absences.tell(
        request.here,
        request.key.removeprefix("absence/"),
        request.entry,
        request.by,
        request.at,
        until=request.terms.end,
        substitute=request.terms.person,
    )


def stand_in(request: Request) -> None:
    """Somebody does what another owes, until a day: who owes it counts as away, and is stood in for."""
    here, entry = request.here, request.entry
    owner = actors.owes(here.organisation, Duty(request.key))
    if owner is None:
        raise Refused(f"{request.key} wordt van niemand meer gevraagd", "kijk wat er open is in de agenda")
    if not request.terms.person or request.terms.end is None:
        raise Refused("de vervanger of de laatste dag ontbreekt", "noem beide met --person en --until")
    with here.store.write() as tx:
        joined = replace(here, store=here.store.joined(tx))
        away = replace(entry, subject=f"absence/{owner.id}", verb="record", number="")
        terms = request.terms
        absences.tell(
            joined, owner.id, away, request.by, request.at, until=terms.end, substitute=terms.person
        )
        decisions.record(tx, entry, request.by, request.at)


def on_tactical(request: Request) -> None:
    refuse(tactical.decide(request.here, request.key, request.verb, request.entry, request.by, request.at))


def on_council(request: Request) -> None:
    refuse(council.decide(request.here, request.key, request.verb, request.entry, request.by, request.at))


def moment(request: Request) -> None:
    """A moment that is only recorded: the decision in the register, its occasion done."""
    organisation, moment = request.here.organisation, thing_of(request.key)
    demand(organisation, request.entry.body, "record", moment, "meldt dit niet")
    with request.here.store.write() as tx:
        if known_occasion(tx, request.key).state != "open":
            raise Refused(f"'{request.key}' is al vastgelegd", "een besluit wordt niet twee keer vastgelegd")
        decisions.record(tx, request.entry, request.by, request.at)
        due.done(tx, [request.key], request.at)
