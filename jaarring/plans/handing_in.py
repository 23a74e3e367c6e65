"""A plan is handed in by its owner, by a decision or as a form: draft → submitted; its duty is met.

Where the owner is the very person who accepts plans, that line falls away and the plan counts as accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from jaarring.absences.actions import who_acts
from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.plans import records
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.changing import only_parts_of
from jaarring.plans.standing import OPEN, check_order, is_own, kept_in, theme_of
from jaarring.rights import Thing, demand


def submit(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """The owner (or his substitute) hands the plan of the theme in: draft → submitted; nobody is asked again.

    Where the owner is the very person who accepts plans, that line falls away and the plan counts as
    accepted.
    """
    theme = theme_of(here, duty)
    owner = here.organisation.people[theme.owner]
    acting = {who_acts(here, owner, entry.date).person.id}
    what = Thing("plan", theme.id)
    demand(here.organisation, entry.body, "hand_in", what, "mag dit plan niet indienen", standing_in=acting)
    with here.store.write() as tx:
        kept = kept_in(tx, duty, ("draft",))
        check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="submit"), by, at)
        records.move(tx, kept, _handed_in(here, kept))
        events.append(tx, at, entry.body, "plan.submitted", duty, {}, _behalf(here, duty, entry))
        due.close_duty(tx, duty, at)


def hand_in(
    here: Here,
    duty: str,
    written: Plan,
    entry: Entry,
    by: str,
    at: datetime,
    *,
    after: int,
    file: str,
    letters: Sequence[NewMessage],
) -> bool:
    """Keep the plan as its owner wrote it (D4) as a new version, handed in; the duty is met.

    `after`: the version that was looked at; False, and nothing changes, where a newer one has come since.
    Raises Refused for a plan that has been agreed on, accepted or adopted.
    """
    with here.store.write() as tx:
        kept = kept_in(tx, duty, OPEN)
        if kept.version != after:
            return False
        check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="submit"), by, at)
        version = records.add(tx, written, _handed_in(here, kept), at, file=file)
        _follow(tx, written, at)
        due.close_duty(tx, duty, at)
        payload = {"version": version, "file": file}
        events.append(tx, at, by, "plan.submitted", duty, payload, _behalf(here, duty, entry))
        for letter in letters:
            outbox.queue(tx, letter, at)
    return True


def _behalf(here: Here, duty: str, entry: Entry) -> str:
    """For whom somebody else hands in; empty where it is the owner himself."""
    owner = theme_of(here, duty).owner
    return owner if entry.body != owner else ""


def _handed_in(here: Here, kept: Kept) -> str:
    """The state of a plan that is handed in; who would accept his own need not."""
    to_board = is_own(here, kept) and not here.organisation.lines.agrees_plan
    return "accepted" if to_board else "submitted"


def _follow(tx: Tx, written: Plan, at: datetime) -> None:
    """What a theme no longer does, it does not contribute to the joint plan either."""
    joint = records.of_year(tx, written.year).get(JOINT)
    if joint is None:
        return
    ids = {planned.measure.id for planned in written.measures}
    left = replace(joint.plan, joint=only_parts_of(joint.plan.joint, written.subject, ids))
    if left != joint.plan:
        records.add(tx, left, joint.state, at)
