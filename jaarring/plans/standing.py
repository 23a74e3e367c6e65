"""How the plans of a year stand: in which state each is, and what may follow on it.

A decision about the year also stands in the register for each plan that it moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.governance import Theme
from jaarring.here import Here
from jaarring.ledger import decisions
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import records
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT
from jaarring.plans.words import STATES, planning, subject_name
from jaarring.refusal import Refused
from jaarring.rights import falls_away, thing_of

#: in which a plan can still be rewritten by its owner
OPEN = ("draft", "submitted")
#: what nobody needs to accept any more
AFTER = ("accepted", "adopted")


def record_each(tx: Tx, entry: Entry, moving: Sequence[Kept], by: str, at: datetime) -> None:
    """The decision about the year, and about each plan that it moves: a plan shows what it rests on."""
    for one in moving:
        check_order(tx, one, entry)
    decisions.record(tx, entry, by, at)
    for one in moving:
        decisions.record(tx, replace(entry, subject=duty_of(one)), by, at)


def duty_of(kept: Kept) -> str:
    """2027/plan/fb"""
    return f"{kept.plan.year}/plan/{kept.plan.subject}"


def theme_of(here: Here, duty: str) -> Theme:
    """The theme whose plan a duty asks for. Raises Refused for the joint plan, and for what is no theme."""
    subject = Duty(duty).subject
    if subject == JOINT:
        raise Refused(
            "het gezamenlijke plan wordt niet ingediend",
            f"het overleg spreekt het af: {Duty(duty).year}/plan/agree agree",
        )
    theme = here.organisation.bearer(subject)
    if theme is None:
        raise Refused(f"'{subject}' is geen thema", f"kies uit {', '.join(here.organisation.themes)}")
    return theme


def kept_in(tx: Tx, duty: str, states: Sequence[str]) -> Kept:
    """The plan of a duty, in one of these states. Raises Refused where it is not there, or in another."""
    kept = records.of_year(tx, Duty(duty).year).get(Duty(duty).subject)
    if kept is None:
        raise Refused(f"er is nog geen plan {duty}", "het plan wordt afgeleid zodra het kader is vastgesteld")
    if kept.state not in states:
        expected = " of ".join(STATES[state] for state in states)
        raise Refused(
            f"het plan {duty} is {STATES[kept.state]}", f"dit kan alleen met een plan dat {expected} is"
        )
    return kept


def all_plans(here: Here, tx: Tx, year: int) -> dict[str, Kept]:
    """The plans of a year, in the order of the themes. Raises Refused while one has not been derived."""
    known, made_for = records.of_year(tx, year), planning(here, year)
    wanted = [*([JOINT] if made_for.lines.joint else []), *made_for.themes]
    if missing := [subject_name(here.organisation, id) for id in wanted if id not in known]:
        raise Refused(
            f"er is nog geen plan voor {', '.join(missing)}",
            "een plan wordt op zijn dag afgeleid, zodra het kader is vastgesteld",
        )
    return {subject: known[subject] for subject in wanted}


def ready_in(here: Here, subject: str, overruled: bool = False) -> tuple[str, ...]:
    """In which state a plan can be accepted. Nobody hands the joint plan in.

    `overruled`: the joint body does not agree, so its agreement is not waited for.
    """
    handed_in = ("draft",) if subject == JOINT else ("submitted",)
    if here.organisation.lines.agrees_plan:
        return ("agreed", *handed_in) if overruled else ("agreed",)
    return handed_in


def is_own(here: Here, kept: Kept) -> bool:
    """Whether the line to who accepts it goes from a person to himself, and so falls away."""
    return falls_away(here.organisation, thing_of(duty_of(kept)))


def check_order(tx: Tx, kept: Kept, entry: Entry) -> None:
    """A plan shows its steps with their dates: none is of before the one that it rests on."""
    before = max((one.date for one in decisions.about(tx, duty_of(kept))), default=entry.date)
    if entry.date < before:
        raise Refused(
            f"de stap daarvoor in {duty_of(kept)} is pas van {datum(before)}",
            "verbeter de datum van het besluit",
        )


def check_none_behind(here: Here, behind: Sequence[str], how: str) -> None:
    """Raises Refused, naming them, where some plans are not as far as the others."""
    if behind:
        names = ", ".join(subject_name(here.organisation, subject) for subject in behind)
        raise Refused(f"de plannen gaan samen; {how}: {names}", "wacht tot alle plannen zover zijn")


def check_some(moving: Sequence[Kept], what: str) -> None:
    """Raises Refused where there is nothing to decide on."""
    if not moving:
        raise Refused(what, "kijk met jaarring agenda hoe de plannen ervoor staan")
