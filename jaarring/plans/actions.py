"""Plans through their year, each step one transaction: framed, derived, handed in, accepted, adopted.

This module is the room's door; the frame decisions stand here, the other steps in the modules named below.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.goals.rules import Decision
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.plans import records
from jaarring.plans.agreement import accept, adopt, advise, agree, check, known_occasion, send_back, submit
from jaarring.plans.derivation import Derivation, derive_due
from jaarring.plans.documents import documents_due
from jaarring.plans.words import function
from jaarring.refusal import Refused

__all__ = [
    "Derivation",
    "accept",
    "adopt",
    "adopt_framework",
    "advise",
    "agree",
    "check",
    "derive_due",
    "documents_due",
    "record_frame",
    "send_back",
    "submit",
]


def record_frame(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the council's decision that set the frame for `year`; it must be the one in strategy.yaml."""
    key = f"{year}/frame/council"
    _check_as_stated(here, entry, here.framework.council_frame, "council_frame")
    with here.store.write() as tx:
        _check_open(tx, key)
        decisions.record(tx, replace(entry, subject=key, verb="adopt"), by, at)
        due.done(tx, [key], at)


def adopt_framework(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the board's decision on the framework, and keep the framework as it is now for all of `year`.

    The council must have set the frame first. Later edits of strategy.yaml do not touch what is kept.
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
        records.keep_framework(tx, year, framework, at)
        decisions.record(tx, replace(entry, subject=key, verb="adopt"), by, at)
        due.done(tx, [key], at)


def _check_as_stated(here: Here, entry: Entry, stated: Decision, field: str) -> None:
    if (entry.body, entry.date, entry.number) != (stated.body, stated.date, stated.number):
        body = function(here.organisation, stated.body)
        raise Refused(
            f"dit is niet het besluit dat in strategy.yaml staat: {body} ({stated.body}), "
            f"{datum(stated.date)}, {stated.number}",
            f"neem orgaan, datum en nummer over van het besluit, of verbeter {field} in strategy.yaml",
        )


def _check_open(tx: Tx, key: str) -> None:
    if known_occasion(tx, key).state != "open":
        raise Refused(f"'{key}' is al vastgelegd", "een besluit wordt niet twee keer vastgelegd")
