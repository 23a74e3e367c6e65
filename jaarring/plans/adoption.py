"""All plans of a year on their way to the board: the check on the cover of all goals, and the adoption.

Under the joint body all plans go together; under direct lines a late or returned theme never holds up
another.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.ledger.decisions import Entry
from jaarring.plans import records
from jaarring.plans.frame import budgets_decided, check_adopted, known_occasion
from jaarring.plans.judging import check_judge, judged
from jaarring.plans.meeting import disagreed
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT
from jaarring.plans.rules.findings import findings
from jaarring.plans.standing import (
    AFTER,
    all_plans,
    check_none_behind,
    check_some,
    duty_of,
    is_own,
    ready_in,
    record_each,
)
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand, may


def check(here: Here, year: int, entry: Entry, by: str, at: datetime) -> tuple[str, ...]:
    """The check on the cover of all goals: what is ready is accepted; the subjects of those plans.

    Refused while a goal is served by no theme. Under the joint body all plans must be agreed on first, or the
    body must have said that it does not agree: then the secretary decides on what was handed in. Under direct
    lines what is not handed in stays behind and can be accepted later.
    """
    demand(here.organisation, entry.body, "check", Thing("plans"))
    key = f"{year}/plan/check"
    with here.store.write() as tx:
        asked = known_occasion(tx, key).state in due.WAITS
        plans = all_plans(here, tx, year)
        _check_cover(here, tx, year, plans)
        overruled = disagreed(tx, year) is not None
        ready = {id: ready_in(here, id, overruled) for id in plans}
        if _together(here):
            behind = [id for id, one in plans.items() if one.state not in (*ready[id], *AFTER)]
            check_none_behind(here, behind, "nog niet zover")
        moving = [
            one for id, one in plans.items() if one.state in ready[id] and _passes(here, tx, one, entry)
        ]
        if not (asked and any(one.state in AFTER for one in plans.values())):
            # else they were accepted one by one, and only the cover is left to check
            check_some(moving, "er ligt geen plan om te beoordelen")
        record_each(tx, replace(entry, subject=key, verb="accept"), moving, by, at)
        for one in moving:
            records.move(tx, one, "accepted")
        due.done(tx, [key], at)
    return tuple(one.plan.subject for one in moving)


def adopt(here: Here, year: int, entry: Entry, by: str, at: datetime) -> tuple[str, ...]:
    """The board adopts what is accepted, and allots the money; the subjects of those plans.

    Under the joint body all or nothing. Under direct lines the rest stays, for a second decision.
    """
    demand(here.organisation, entry.body, "adopt", Thing("plans"))
    if not entry.number.strip():
        raise Refused(
            "het nummer van het besluit ontbreekt", "schrijf het nummer zoals het op het besluit staat"
        )
    key = f"{year}/plan/adopt"
    with here.store.write() as tx:
        known_occasion(tx, key)
        check_adopted(tx, year)
        plans = all_plans(here, tx, year)
        _check_cover(here, tx, year, plans)
        if _together(here):
            behind = [subject for subject, one in plans.items() if one.state not in AFTER]
            check_none_behind(here, behind, "nog niet akkoord bevonden")
        moving = [one for one in plans.values() if one.state == "accepted"]
        check_some(moving, "er ligt geen plan om vast te stellen")
        for one in moving:
            check_judge(here, tx, duty_of(one), "adopt", entry)
        record_each(tx, replace(entry, subject=key, verb="adopt"), moving, by, at)
        for one in moving:
            records.move(tx, one, "adopted")
        budgets_decided(tx, year, entry, "Bij de vaststelling van de jaarplannen.", by, at)
        due.done(tx, [key], at)
    return tuple(one.plan.subject for one in moving)


def _together(here: Here) -> bool:
    lines = here.organisation.lines
    return lines.joint or bool(lines.agrees_plan)


def _passes(here: Here, tx: Tx, kept: Kept, entry: Entry) -> bool:
    """Whether the check on cover accepts it too; a joint plan that nobody else accepts goes along."""
    if may(here.organisation, entry.body, "accept", judged(here, tx, duty_of(kept))):
        return True
    return kept.plan.subject == JOINT and is_own(here, kept)


def _check_cover(here: Here, tx: Tx, year: int, plans: dict[str, Kept]) -> None:
    framework = check_adopted(tx, year)
    found = findings(framework, here.organisation, year, [one.plan for one in plans.values()])
    if unserved := [finding.subject for finding in found if finding.kind == "goal-unserved"]:
        raise Refused(
            f"geen enkel thema werkt aan {', '.join(unserved)}",
            "geef een plan terug, of laat het kader aanpassen",
        )
