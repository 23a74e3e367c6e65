"""Recording a decision: from its key and verb to the one action that carries it out.

A door, like the command line: it checks what every decision must have and knows where each belongs, no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from jaarring import actors, cycle, delays
from jaarring.absences import actions as absences
from jaarring.adjustments import actions as adjustments
from jaarring.adjustments import forms as adjustment_forms
from jaarring.council import actions as council
from jaarring.forms.rules import TEXT_LIMIT
from jaarring.forms.spelling import clean
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import actions as framework
from jaarring.plans import agreement as plans
from jaarring.plans import amendments, division
from jaarring.plans.frame import known_occasion
from jaarring.refusal import Refused, refuse
from jaarring.reminders import actions as reminders
from jaarring.reports import actions as reports
from jaarring.reports.rules import Change, Proposal
from jaarring.rights import Thing, demand, holders, thing_of
from jaarring.signals import actions as signals
from jaarring.signals import advising
from jaarring.tactical import actions as tactical


@dataclass(frozen=True)
class Terms:
    """What a decision says beside who, when and why: money, until when, about whom. None and empty: nothing,
    or as it was proposed.
    """

    amount: Decimal | None = None
    sources: tuple[tuple[str, Decimal], ...] = ()
    end: date | None = None
    person: str = ""
    #: of a proposal: the measure, why, what if nothing is done; and the targets that are to change
    measure: str = ""
    cause: str = ""
    consequence: str = ""
    targets: tuple[tuple[str, Decimal], ...] | None = None


@dataclass(frozen=True)
class Request:
    """A decision as somebody records it. `by`: who writes it down; `at`: when."""

    here: Here
    key: str
    verb: str
    entry: Entry
    by: str
    at: datetime
    terms: Terms = Terms()

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])


Carry = Callable[[Request], object]

#: characters in the number of a decision; it stands in one cell of a document
NUMBER_LIMIT = 80

#: key → verb → what is done. The first pattern that fits the whole key counts.
ROUTES: tuple[tuple[str, dict[str, Carry]], ...] = (
    (
        r"\d{4}/frame/council",
        {"adopt": lambda r: framework.record_frame(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (
        r"\d{4}/frame/board",
        {"adopt": lambda r: framework.adopt_framework(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (
        r"\d{4}/frame/(responsibility|budgets|accounting)",
        {
            "adopt": lambda r: framework.decide_one(
                r.here, r.year, r.key.rpartition("/")[2], r.entry, r.by, r.at
            )
        },
    ),
    (
        r"\d{4}/joint/parts",
        {"divide": lambda r: division.confirm(r.here, r.year, r.entry, r.by, r.at)},
    ),
    (r"\d{4}/plan/advice", {"record": lambda r: plans.advise(r.here, r.year, r.entry, r.by, r.at)}),
    (
        r"\d{4}/plan/agree",
        {
            "agree": lambda r: plans.agree(r.here, r.year, r.entry, r.by, r.at),
            "disagree": lambda r: plans.disagree(r.here, r.year, r.entry, r.by, r.at),
        },
    ),
    (r"\d{4}/plan/check", {"accept": lambda r: plans.check(r.here, r.year, r.entry, r.by, r.at)}),
    (r"\d{4}/plan/adopt", {"adopt": lambda r: plans.adopt(r.here, r.year, r.entry, r.by, r.at)}),
    (r"\d{4}/plan/(announce|letter)", {"record": lambda r: _moment(r)}),
    (
        r"\d{4}/plan/[a-z0-9_-]+",
        {
            "submit": lambda r: plans.submit(r.here, r.key, r.entry, r.by, r.at),
            "advise": lambda r: plans.advise_plan(r.here, r.key, r.entry, r.by, r.at),
            "accept": lambda r: plans.accept(r.here, r.key, r.entry, r.by, r.at),
            "return": lambda r: plans.send_back(r.here, r.key, r.entry, r.by, r.at),
            "appoint": lambda r: _stand_in(r),
        },
    ),
    (
        r"\d{4}/Q[1-4]/(report|account)/[a-z0-9_-]+",
        {
            "accept": lambda r: reports.accept(r.here, r.key, r.entry, r.by, r.at),
            "return": lambda r: reports.send_back(r.here, r.key, r.entry, r.by, r.at),
            "missing": lambda r: reminders.give_up(r.here, r.key, r.entry, r.by, r.at),
            "appoint": lambda r: _stand_in(r),
        },
    ),
    (r"\d{4}/Q[1-4]/tactical", {"adopt": lambda r: _tactical(r)}),
    (r"\d{4}/Q[1-4]/tactical/board", {verb: lambda r: _tactical(r) for verb in ("adopt", "note")}),
    (r"\d{4}/Q[1-4]/meeting", {"record": lambda r: _moment(r)}),
    (r"\d{4}/council/review", {"advise": lambda r: _council(r)}),
    (r"\d{4}/council/adopt", {"adopt": lambda r: _council(r)}),
    (r"\d{4}/council/(committee|note)", {"note": lambda r: _council(r)}),
    (
        r"absence/[a-z][a-z0-9_-]*",
        {verb: lambda r: _absence(r) for verb in ("record", "end", "appoint")},
    ),
    (
        r"\d{4}/signal/Q[1-4]-[A-Za-z0-9_.-]+",
        {
            "raise": lambda r: _raise(r),
            "propose": lambda r: _propose(r, signal=r.key),
            "advise": lambda r: signals.advise(r.here, r.key, r.entry, r.by, r.at, r.terms.person),
            **{verb: lambda r: _say(r) for verb in signals.SAYS},
            "confirm": lambda r: signals.confirm(r.here, r.key, r.entry, r.by, r.at),
            "disagree": lambda r: signals.send_back(r.here, r.key, r.entry, r.by, r.at),
        },
    ),
    (r"\d{4}/adjustment", {"propose": lambda r: _propose(r)}),
    (
        r"\d{4}/advice",
        {"ask": lambda r: advising.ask(r.here, r.year, r.entry, r.by, r.at, r.terms.person)},
    ),
    (r"AV-\d{4}-\d+", {"answer": lambda r: advising.answer(r.here, r.key, r.entry, r.by, r.at)}),
    (
        r"AM-\d{4}-\d+",
        {
            verb: lambda r: amendments.decide(r.here, r.key, r.verb, r.entry, r.by, r.at)
            for verb in ("adopt", "refuse")
        },
    ),
    (
        r"BV-\d{4}-\d+",
        {
            "advise": lambda r: adjustments.advise(r.here, r.key, r.entry, r.by, r.at),
            **{verb: lambda r: _adjustment(r) for verb in adjustments.VERBS},
        },
    ),
)


def decide(request: Request) -> None:
    """Record a decision and carry it out. Raises Refused where it cannot be, and then nothing has changed."""
    carry = _route(request)
    _check_entry(request)
    carry(request)


def _route(request: Request) -> Carry:
    if request.verb in delays.VERBS and re.fullmatch(r"\d{4}(/[A-Za-z0-9_-]+)+", request.key, re.ASCII):
        return _dispense
    for pattern, verbs in ROUTES:
        if re.fullmatch(pattern, request.key, re.ASCII):
            if request.verb not in verbs:
                raise Refused(f"'{request.verb}' kan hier niet", f"kies {' of '.join(verbs)}")
            return verbs[request.verb]
    shown = " ".join(clean(request.key).split())[:60]
    raise Refused(f"'{shown}' is geen bekend onderwerp", "kijk met jaarring agenda welke er zijn")


def _check_entry(request: Request) -> None:
    organisation, entry = request.here.organisation, request.entry
    known = {*organisation.people, *organisation.bodies, "oib"}
    if entry.body not in known:
        raise Refused(
            f"'{entry.body}' staat niet in organisation.yaml", "schrijf een persoon of orgaan daaruit"
        )
    if request.by not in organisation.people:
        raise Refused(f"'{request.by}' staat niet in organisation.yaml", "schrijf een persoon daaruit")
    _check_recorder(request)
    terms = request.terms
    texts = (("cause", terms.cause, TEXT_LIMIT), ("consequence", terms.consequence, TEXT_LIMIT))
    said = (("number", entry.number, NUMBER_LIMIT), ("reason", entry.reason, TEXT_LIMIT), *texts)
    for name, text, most in said:
        if len(text) > most or clean(text) != text.strip() or (name == "number" and "\n" in text.strip()):
            raise Refused(
                f"--{name} is te lang of bevat een onzichtbaar teken",
                f"typ de tekst opnieuw, ten hoogste {most} tekens",
            )
    if request.key.startswith("absence/"):
        return  # of an absence the date is its first day, which may be still to come
    if entry.date > request.at.date():
        raise Refused(
            f"de datum van het besluit ({entry.date}) ligt in de toekomst",
            "leg een besluit vast nadat het is genomen",
        )


def _check_recorder(request: Request) -> None:
    """Whose decision it is writes it down, or who acts for him now, or the coordinator (R17)."""
    here, decision = request.here, Thing("register", request.entry.body)
    known = holders(here.organisation, "record", decision)
    if not absences.stands_in_for(here, request.by, known, request.at.date()):
        demand(here.organisation, request.by, "record", decision, "legt dit besluit niet vast")


def _adjustment(request: Request) -> None:
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


def _dispense(request: Request) -> None:
    """Delay or dispensation of a duty or moment; the ledger follows at once."""
    here = request.here
    with here.store.write() as tx:
        dispensations.give(
            tx, here.organisation, here.schedule, request.entry, request.terms.end, request.by, request.at
        )
        cycle.reschedule(here, tx, request.year, request.at)


def _raise(request: Request) -> None:
    """A signal by hand, with the form for a proposal that goes along with its question."""
    here, entry = request.here, request.entry
    signals.raise_by_hand(here, request.key, entry, request.by, request.at)
    adjustment_forms.lay_out(here, entry.date, request.at, [request.year])


def _say(request: Request) -> None:
    signals.say(request.here, request.key, request.verb, request.entry, request.by, request.at)


def _propose(request: Request, signal: str = "") -> None:
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


def _absence(request: Request) -> None:
    absences.tell(
        request.here,
        request.key.removeprefix("absence/"),
        request.entry,
        request.by,
        request.at,
        until=request.terms.end,
        substitute=request.terms.person,
    )


def _stand_in(request: Request) -> None:
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


def _tactical(request: Request) -> None:
    refuse(tactical.decide(request.here, request.key, request.verb, request.entry, request.by, request.at))


def _council(request: Request) -> None:
    refuse(council.decide(request.here, request.key, request.verb, request.entry, request.by, request.at))


def _moment(request: Request) -> None:
    """A moment that is only recorded: the decision in the register, its occasion done."""
    organisation, moment = request.here.organisation, thing_of(request.key)
    demand(organisation, request.entry.body, "record", moment, "meldt dit niet")
    with request.here.store.write() as tx:
        if known_occasion(tx, request.key).state != "open":
            raise Refused(f"'{request.key}' is al vastgelegd", "een besluit wordt niet twee keer vastgelegd")
        decisions.record(tx, request.entry, request.by, request.at)
        due.done(tx, [request.key], request.at)
