"""What the joint body says of all plans together (O4): it agrees, or does not and the secretary decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.plans import records
from jaarring.plans.frame import known_occasion
from jaarring.plans.meeting import presence
from jaarring.plans.rules import JOINT
from jaarring.plans.standing import OPEN, all_plans, check_none_behind, check_some, is_own, record_each
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand


def agree(here: Here, year: int, entry: Entry, by: str, at: datetime) -> tuple[str, ...]:
    """The joint body agrees on all plans, its own included (O4); the subjects that it agreed on.

    `entry.number` says in which meeting; `entry.reason` which themes were missing there ("afwezig: PV"),
    empty where all were represented. Who was there is recorded, by function and theme.
    """
    _check_meeting(here, year, entry)
    there = presence(here.organisation, entry.reason)
    key = f"{year}/plan/agree"
    with here.store.write() as tx:
        known_occasion(tx, key)
        plans = all_plans(here, tx, year)
        behind = [subject for subject, one in plans.items() if subject != JOINT and one.state == "draft"]
        check_none_behind(here, behind, "nog niet ingediend")
        moving = [one for one in plans.values() if one.state in OPEN]
        check_some(moving, "over alle plannen is al overeenstemming")
        record_each(tx, replace(entry, subject=key, verb="agree", reason=there), moving, by, at)
        for one in moving:
            records.move(tx, one, "accepted" if is_own(here, one) else "agreed")
        due.done(tx, [key], at)
    return tuple(one.plan.subject for one in moving)


def disagree(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """The joint body does not agree: recorded with its reason, and the secretary decides then (ours).

    The plans stay as they are handed in, and the check of the secretary takes them as they are.
    """
    _check_meeting(here, year, entry)
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf waarover het overleg het niet eens is")
    key = f"{year}/plan/agree"
    with here.store.write() as tx:
        known_occasion(tx, key)
        all_plans(here, tx, year)
        decisions.record(tx, replace(entry, subject=key, verb="disagree"), by, at)
        due.done(tx, [key], at)


def _check_meeting(here: Here, year: int, entry: Entry) -> None:
    if not here.organisation.lines.agrees_plan:
        raise Refused(
            "hier stemt geen overleg in met de plannen", f"leg de toets vast: {year}/plan/check accept"
        )
    demand(here.organisation, entry.body, "agree", Thing("plans"))
    if not entry.number.strip():
        raise Refused("de vergadering ontbreekt", "schrijf als nummer welk overleg het was, met de datum")
