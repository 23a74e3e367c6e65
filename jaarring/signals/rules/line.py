"""Whose a signal is: who must say what happens now, and whom up the line it is told."""

from __future__ import annotations

from jaarring.governance import Organisation, Theme
from jaarring.plans.rules import JOINT
from jaarring.signals.rules import Signal


def owner(organisation: Organisation, signal: Signal, department: str = "") -> str:
    """Who must say what happens now: the theme owner; the head of the department for a measure or an account
    of measures (`department`: of the measure); the chair for what is joint. Empty where nobody is left.
    """
    if signal.theme == JOINT:
        return organisation.joint_body.chair if organisation.joint_body else ""
    if signal.kind == "account" and "/account/" in signal.subject:
        department = signal.theme
    if department in organisation.departments:
        return organisation.departments[department].head
    theme = organisation.bearer(signal.theme)
    return theme.owner if theme else ""


def line(organisation: Organisation, signal: Signal, first: str) -> tuple[str, ...]:
    """Whom a signal is told, in order: direct from theme to secretary, oib by way of the chair; last the
    board, that must decide what nobody below may. `first` (whose it is) never stands in it.
    """
    chain = organisation.account_line
    own = chain.index(JOINT) if signal.theme == JOINT and JOINT in chain else 0
    found = []
    for party in chain[own + 1 :]:
        if party == "council":
            break
        found.append("college" if party == "college" else organisation.person_at(party).id)
    return tuple(one for one in dict.fromkeys(found) if one != first)


def theme_of(organisation: Organisation, signal: Signal) -> Theme | None:
    """The theme that a signal is of, now or before; None for what is of none."""
    return organisation.known_theme(signal.theme)
