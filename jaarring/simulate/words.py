"""What the moments of a year are called in the summary of a simulation."""

from __future__ import annotations

from collections.abc import Iterable

from jaarring.dutch import kwartaal, met_lidwoord
from jaarring.occasions import Duty, Occasion
from jaarring.titles import Titles

#: what happens by itself or by a decision, and what is good to see
HAPPENS = ("derive", "compile", "decision", "outside")
DUTIES = {
    "plan": "de jaarplannen",
    "report": "de verantwoordingen van de thema’s",
    "account": "de verantwoordingen van de afdelingen",
}


def moments(titles: Titles, occasions: Iterable[Occasion]) -> list[str]:
    """What happens on one day, each thing once: what is asked of ten themes is one moment."""
    return list(dict.fromkeys(said for one in occasions if (said := moment(titles, one))))


def moment(titles: Titles, one: Occasion) -> str:
    """One occasion in words; empty for what is only a reminder of another, or a letter about it."""
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
    return titles.short(one.key, one.kind) if one.kind in HAPPENS else ""


def about(duty: str, names: dict[str, str]) -> str:
    """A duty in words: jaarplan fysieke beveiliging; verantwoording Facilitaire Zaken, 1e kwartaal."""
    one = Duty(duty)
    name = names.get(f"{one.kind}/{one.subject}", one.subject)
    if one.kind == "plan":
        return f"jaarplan {name}"
    when = f", {kwartaal(one.quarter.number)}" if one.quarter else ""
    what = f"oordeel van {met_lidwoord(name)}" if one.subject == "oib" else f"verantwoording {name}"
    return f"{what}{when}"
