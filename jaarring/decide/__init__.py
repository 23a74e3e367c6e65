"""Recording a decision: from its key and verb to the one action that carries it out.

A door, like the command line: it checks what every decision must have and knows where each belongs, no more.
"""

from __future__ import annotations

import re

from jaarring import delays
from jaarring.decide import carry, recorder
from jaarring.decide.request import Request, Terms
from jaarring.decide.routes import ROUTES, Carry
from jaarring.forms.rules import TEXT_LIMIT
from jaarring.forms.spelling import clean
from jaarring.refusal import Refused

__all__ = ["ROUTES", "Request", "Terms", "decide"]

#: characters in the number of a decision; it stands in one cell of a document
NUMBER_LIMIT = 80


def decide(request: Request) -> None:
    """Record a decision and carry it out. Raises Refused where it cannot be, and then nothing has changed."""
    carried_out = _route(request)
    _check_entry(request)
    carried_out(request)


def _route(request: Request) -> Carry:
    if request.verb in delays.VERBS and re.fullmatch(r"\d{4}(/[A-Za-z0-9_-]+)+", request.key, re.ASCII):
        return carry.dispense
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
    recorder.check(request)
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
