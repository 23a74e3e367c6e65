"""What the moments of a year are called in the summary of a simulation."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jaarring.dutch import kwartaal
from jaarring.occasions import Duty, Occasion

#: the end of a key → what happens, as a sentence without a capital
MOMENTS = {
    "frame/council": "de raad stelt het kader vast of bevestigt het",
    "frame/board": "het college stelt het strategisch kader vast",
    "objectives": "de doelstellingen van het jaar worden opgelegd",
    "joint/parts": "het overleg verdeelt de gezamenlijke doelstellingen over de thema’s",
    "plan/advice": "de adviseurs hebben over de plannen geadviseerd",
    "plan/agree": "het overleg is het eens over de plannen",
    "plan/check": "de secretaris toetst of elk doel gedekt is",
    "plan/adopt": "het college stelt de plannen vast en verdeelt het geld",
    "plan/announce": "de organisatie hoort wat er gaat gebeuren",
    "plan/letter": "de raad krijgt een brief met de openbare plannen",
    "council/draft": "het concept van de raadsrapportage is klaar",
    "council/review": "adviseurs hebben het concept van de raadsrapportage bekeken",
    "council/adopt": "het college stelt de raadsrapportage vast",
    "council/offer": "de raadsrapportage gaat naar de griffie en wordt openbaar",
    "council/committee": "de raadscommissie bespreekt de raadsrapportage",
    "council/note": "de raad neemt kennis van de raadsrapportage",
    "tactical/secretary": "de secretaris krijgt de tactische rapportage",
    "tactical/board": "de tactische rapportage is in het college",
    "meeting": "het overleg over de stand van zaken",
}
DUTIES = {
    "plan": "de jaarplannen",
    "report": "de verantwoordingen van de thema’s",
    "account": "de verantwoordingen van de afdelingen",
}


def moments(occasions: Iterable[Occasion]) -> list[str]:
    """What happens on one day, each thing once: what is asked of ten themes is one moment."""
    return list(dict.fromkeys(said for one in occasions if (said := moment(one))))


def moment(one: Occasion) -> str:
    """One occasion in words; empty for what is only a reminder of another."""
    if one.duty:
        duty = Duty(one.duty)
        if one.kind not in ("request", "due") or duty.is_question:
            return ""
        of = (
            "het gezamenlijke oordeel van het overleg" if duty.subject == "oib" else DUTIES.get(duty.kind, "")
        )
        when = f" over het {kwartaal(duty.quarter.number)}" if duty.quarter else ""
        if not of:
            return ""
        return f"uitvraag: {of}{when}" if one.kind == "request" else f"uiterste datum: {of}{when}"
    tail = one.key.partition("/")[2]
    quarter = re.match(r"Q([1-4])/", tail)
    said = MOMENTS.get(tail[3:] if quarter else tail, tail)
    return f"{said} ({kwartaal(int(quarter[1]))})" if quarter else said


def about(duty: str, names: dict[str, str]) -> str:
    """A duty in words: jaarplan fysieke beveiliging; verantwoording Facilitaire Zaken, 1e kwartaal."""
    one = Duty(duty)
    name = names.get(f"{one.kind}/{one.subject}", one.subject)
    if one.kind == "plan":
        return f"jaarplan {name}"
    when = f", {kwartaal(one.quarter.number)}" if one.quarter else ""
    return f"oordeel {name}{when}" if one.subject == "oib" else f"verantwoording {name}{when}"
