"""What a duty and a quarter are called in a sentence."""

from __future__ import annotations

from jaarring.calendar import Quarter
from jaarring.dutch import kwartaal, met_lidwoord
from jaarring.governance import Organisation
from jaarring.occasions import Duty
from jaarring.plans.rules import JOINT
from jaarring.rights import named


def when(quarter: Quarter) -> str:
    """1e kwartaal 2027"""
    return f"{kwartaal(quarter.number)} {quarter.year}"


def about_duty(organisation: Organisation, duty: Duty) -> str:
    """What a duty is, as in a sentence."""
    if duty.kind == "account":
        department = organisation.departments.get(duty.subject)
        return f"verantwoording over de maatregelen van {department.name if department else duty.subject}"
    if duty.subject == JOINT:
        return f"oordeel van {met_lidwoord(named(organisation, JOINT))}"
    theme = organisation.known_theme(duty.subject)
    name = theme.name if theme else duty.subject
    return f"jaarplan {name}" if duty.kind == "plan" else f"verantwoording {name}"
