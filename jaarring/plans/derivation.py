"""Deriving what is due: the joint plan, the plans of the themes; each kept once, as version 1, a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jaarring import letters
from jaarring.goals.rules import Measure
from jaarring.here import Here
from jaarring.ledger import due, events, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Occasion
from jaarring.plans import division, records
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.deriving import derive
from jaarring.plans.rules.findings import Finding
from jaarring.plans.words import planning, subject_name


@dataclass(frozen=True)
class Derivation:
    """What a round of deriving did. `done`: occasion keys; `findings`: what it noticed.

    Two kinds of finding are of this step alone, their subject is the key of the occasion that stays open:
    framework-not-adopted, joint-plan-missing.
    """

    done: tuple[str, ...]
    findings: tuple[Finding, ...]


def derive_due(
    here: Here, as_of: date, at: datetime, left_open: Mapping[int, Sequence[Measure]] | None = None
) -> Derivation:
    """Derive the plans that are due on `as_of` from the framework as adopted. Run twice, it derives once.

    `left_open`: by cycle year, the measures that the year before left unfinished.
    """
    with here.store.read() as tx:
        found_due = due.due(tx, as_of, ("derive",))
    waiting = [occasion for occasion in found_due if f"/{records.CHANGE}" not in occasion.key]
    done: list[str] = []
    found: list[Finding] = []
    for occasion in waiting:
        finished, noticed = _derive(here, occasion, at, (left_open or {}).get(occasion.year, ()))
        done += [occasion.key] if finished else []
        found += noticed
    return Derivation(tuple(done), tuple(dict.fromkeys(found)))


def _derive(
    here: Here, occasion: Occasion, at: datetime, left_open: Sequence[Measure]
) -> tuple[bool, Sequence[Finding]]:
    """One occasion: whether it was done here and now, and what was noticed."""
    year, divides = occasion.year, occasion.key.endswith("/joint/parts")
    with here.store.read() as tx:
        framework = records.adopted_framework(tx, year)
        known = records.of_year(tx, year)
    if framework is None:
        return False, [Finding("framework-not-adopted", occasion.key)]
    if divides and JOINT not in known:
        return False, [Finding("joint-plan-missing", occasion.key)]
    parts = known[JOINT].plan.joint if divides else None  # as the body divided them
    organisation = planning(here, year)
    derived = derive(framework, organisation, year, left_open, parts)
    joint = organisation.lines.joint and not divides
    plans = [plan for plan in derived.plans if (plan.subject == JOINT) == joint]
    letter = _letter(here, derived.plan(JOINT), occasion, at) if joint else None
    return _keep(here, occasion, plans, derived.findings, letter, at), derived.findings


def _keep(
    here: Here,
    occasion: Occasion,
    plans: Sequence[Plan],
    found: Sequence[Finding],
    letter: NewMessage | None,
    at: datetime,
) -> bool:
    with here.store.write() as tx:
        entry = due.get(tx, occasion.key)
        if entry is None or entry.state != "open":
            return False  # somebody else derived it while we were at work
        known = records.of_year(tx, occasion.year)
        new = [plan for plan in plans if plan.subject not in known]
        for plan in new:
            records.add(tx, plan, "draft", at)
        payload = {
            "plans": [plan.subject for plan in new],
            "findings": [f"{finding.kind}: {finding.subject}" for finding in found],
        }
        events.append(tx, at, "jaarring", "plans.derived", occasion.key, payload)
        due.done(tx, [occasion.key], at)
        if letter:
            outbox.queue(tx, letter, at)
    return True


def _letter(here: Here, plan: Plan, occasion: Occasion, at: datetime) -> NewMessage | None:
    """To the chair: what the joint body must reach. Not where the chair imposed it on himself."""
    organisation = here.organisation
    chair, setter = organisation.person_at("chair"), organisation.person_at(plan.set_by)
    if chair.id in (setter.id, organisation.secretary):
        return None
    with here.store.read() as tx:
        parts = due.get(tx, f"{plan.year}/joint/parts")
        form = division.form_for(here, tx, plan.year, plan)
    return letters.write(
        here,
        "plans/joint.mail",
        chair,
        key=occasion.key,
        at=at,
        attachments=[division.attached(here, form)] if form else (),
        attached=form is not None,
        year=plan.year,
        body_name=organisation.joint_body.name if organisation.joint_body else "",
        set_by=setter.function,
        divided_on=parts.occasion.due if parts else None,
        objectives=[
            (
                part.objective.id,
                part.objective.title,
                [subject_name(organisation, id) for id, _ in part.parts],
            )
            for part in plan.joint
        ],
        guidelines=[line.text for line in plan.guidelines],
    )
