"""What the council and the board decide before there are plans: frame, framework, and the board's three.

The three decisions of R9 are records of their own: (a) who is responsible for what, with the mandate; (b) the
budgets; (c) accounting for the measures carried out. One board decision may carry more of them, under one
number. Where strategy.yaml does not state them apart, (a) and (c) come with the adoption of the framework
(ours), and (b) with the adoption of the plans, which allots the money.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jaarring.database import Tx
from jaarring.dutch import datum, euro
from jaarring.goals.rules import Decision, Framework
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.plans import records
from jaarring.plans.decided import THREE
from jaarring.plans.words import function
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand

#: those that the adoption of the framework carries where nothing else is stated
_WITH_FRAMEWORK = ("responsibility", "accounting")


def record_frame(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the council's decision that set the frame for `year` (R23), the one in strategy.yaml."""
    key = f"{year}/frame/council"
    _check_as_stated(here, entry, here.framework.council_frame, "council_frame")
    with here.store.write() as tx:
        _check_open(tx, key)
        decisions.record(tx, replace(entry, subject=key, verb="adopt"), by, at)
        due.done(tx, [key], at)


def adopt_framework(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the board's decision on the framework, and keep the framework as it is now for all of `year`.

    The council must have set the frame first. Later edits of strategy.yaml do not touch what is kept. The
    decision also stands as each of the board's three that it carries (R9).
    """
    key, framework = f"{year}/frame/board", here.framework
    _check_as_stated(here, entry, framework.adoption, "adoption")
    if year not in framework.budgets:
        raise Refused(f"strategy.yaml noemt geen budget voor {year}", f"vul budgets aan met {year}")
    with here.store.write() as tx:
        _check_open(tx, key)
        frame = decisions.latest(tx, f"{year}/frame/council", "adopt")
        if frame is None:
            raise Refused(
                "het kader van de raad is nog niet vastgelegd", f"leg eerst {year}/frame/council adopt vast"
            )
        _check_as_stated(here, frame, framework.council_frame, "council_frame")
        records.keep_framework(tx, year, framework, at, valid_from=entry.date)
        decisions.record(tx, replace(entry, subject=key, verb="adopt"), by, at)
        for name in THREE:
            if _carries(here, name, entry):
                _record(here, tx, year, name, entry, by, at)
        due.done(tx, [key], at)


def _carries(here: Here, name: str, entry: Entry) -> bool:
    """Whether the decision on the framework is also this one of the three."""
    stated = here.framework.decisions.get(name)
    return _same(entry, stated) if stated else name in _WITH_FRAMEWORK


def decide_one(here: Here, year: int, name: str, entry: Entry, by: str, at: datetime) -> None:
    """Record one of the board's three decisions (R9) by itself: body, date and number, after the framework.

    A later one about the same supersedes it. Raises Refused where it is not the board's, or not as stated.
    """
    key = f"{year}/frame/{name}"
    demand(here.organisation, entry.body, "adopt", Thing("framework"))
    if not entry.number.strip():
        remedy = "schrijf --number met het nummer van het besluit"
        raise Refused("het nummer van het besluit ontbreekt", remedy)
    with here.store.write() as tx:
        check_adopted(tx, year)
        before = decisions.latest(tx, key, "adopt")
        stated = here.framework.decisions.get(name)
        if before is None and stated:
            _check_as_stated(here, entry, stated, f"decisions.{name}")
        if before and entry.date < before.date:
            raise Refused(
                f"het besluit daarvoor is van {datum(before.date)}", "verbeter de datum van het besluit"
            )
        if before and _is_again(entry, before):
            return  # recorded already, by somebody who did not hear that it was
        _record(here, tx, year, name, entry, by, at)


def budgets_decided(tx: Tx, year: int, entry: Entry, why: str, by: str, at: datetime) -> None:
    """The board allotted or moved money, so its decision on the budgets is taken (again): R9 (b).

    For whoever carries such a decision out: the adoption of plans, an adjustment across themes, an amendment.
    """
    decisions.record(tx, replace(entry, subject=f"{year}/frame/budgets", verb="adopt", reason=why), by, at)


def check_adopted(tx: Tx, year: int) -> Framework:
    """The adopted framework. Nothing rests on one that the board has not adopted (R8): Refused."""
    framework = records.adopted_framework(tx, year)
    if framework is None:
        raise Refused(
            f"het strategisch kader voor {year} is niet vastgesteld",
            f"leg eerst het besluit van het college vast: {year}/frame/board adopt",
        )
    return framework


def _record(here: Here, tx: Tx, year: int, name: str, entry: Entry, by: str, at: datetime) -> None:
    reason = entry.reason
    if name == "responsibility" and not reason:
        label, amount = here.organisation.secretary_label, here.organisation.mandate.amount
        reason = f"Mandaat: de {label} besluit binnen één thema over een bijsturing tot {euro(amount)}."
    subject = f"{year}/frame/{name}"
    decisions.record(tx, replace(entry, subject=subject, verb="adopt", reason=reason), by, at)


def _is_again(entry: Entry, before: Entry) -> bool:
    said = (before.body, before.date, before.number)
    return (entry.body, entry.date, entry.number) == said and entry.reason in ("", before.reason)


def _same(entry: Entry, stated: Decision) -> bool:
    return (entry.body, entry.date, entry.number) == (stated.body, stated.date, stated.number)


def _check_as_stated(here: Here, entry: Entry, stated: Decision, field: str) -> None:
    if not _same(entry, stated):
        body = function(here.organisation, stated.body)
        raise Refused(
            f"dit is niet het besluit dat in strategy.yaml staat: {body} ({stated.body}), "
            f"{datum(stated.date)}, {stated.number}",
            f"neem orgaan, datum en nummer over van het besluit, of verbeter {field} in strategy.yaml",
        )


def _check_open(tx: Tx, key: str) -> None:
    if known_occasion(tx, key).state != "open":
        raise Refused(f"'{key}' is al vastgelegd", "een besluit wordt niet twee keer vastgelegd")


def known_occasion(tx: Tx, key: str) -> due.Entry:
    """The occasion of a decision. Raises Refused where the calendar does not have it."""
    entry = due.get(tx, key)
    if entry is None or entry.state == "withdrawn":
        raise Refused(f"'{key}' staat niet in de agenda", "kijk met jaarring agenda welke besluiten er zijn")
    return entry


def standing(tx: Tx, year: int) -> dict[str, Entry | None]:
    """Which of the board's three decisions stand for a year, by name."""
    return {name: decisions.latest(tx, f"{year}/frame/{name}", "adopt") for name in THREE}
