"""A plan from draft to adopted: handed in, agreed, accepted or returned, adopted. By whom, the lines say.

Under the joint body all plans go together; under direct lines a late or returned theme never holds up
another. A decision about the year also stands in the register for each plan that it moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from jaarring import ics, letters
from jaarring.absences.actions import who_acts
from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.governance import Theme
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.ledger.outbox import NewMessage
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.asking import mend_by
from jaarring.plans import records
from jaarring.plans.frame import budgets_decided, check_adopted, known_occasion
from jaarring.plans.meeting import disagreed, presence
from jaarring.plans.pages import attachment
from jaarring.plans.records import Kept
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.changing import only_parts_of
from jaarring.plans.rules.findings import findings
from jaarring.plans.words import STATES, planning, subject_name
from jaarring.refusal import Refused
from jaarring.rights import Thing, demand, falls_away, may, named, thing_of


def submit(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """The owner (or his substitute) hands the plan of the theme in: draft → submitted; nobody is asked again.

    Where the owner is the very person who accepts plans, that line falls away and the plan counts as
    accepted.
    """
    theme = _theme(here, duty)
    owner = here.organisation.people[theme.owner]
    acting = {who_acts(here, owner, entry.date).person.id}
    what = Thing("plan", theme.id)
    demand(here.organisation, entry.body, "hand_in", what, "mag dit plan niet indienen", standing_in=acting)
    with here.store.write() as tx:
        kept = _kept(tx, duty, ("draft",))
        _check_order(tx, kept, entry)
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
        kept = _kept(tx, duty, OPEN)
        if kept.version != after:
            return False
        _check_order(tx, kept, entry)
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
    owner = _theme(here, duty).owner
    return owner if entry.body != owner else ""


def _handed_in(here: Here, kept: Kept) -> str:
    """The state of a plan that is handed in; who would accept his own need not."""
    to_board = _own(here, kept) and not here.organisation.lines.agrees_plan
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


def accept(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Accept one plan, by whom the line says: submitted (where a body agrees first: agreed) → accepted."""
    with here.store.write() as tx:
        _check_judge(here, tx, duty, "accept", entry)
        overruled = disagreed(tx, Duty(duty).year) is not None
        kept = _kept(tx, duty, _ready(here, Duty(duty).subject, overruled))
        _check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="accept"), by, at)
        records.move(tx, kept, "accepted")


def send_back(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Return a plan with a reason: back to draft. The owner gets the reason by mail."""
    with here.store.read() as tx:
        _check_judge(here, tx, duty, "return", entry)
    if not entry.reason.strip():
        raise Refused("de reden ontbreekt", "schrijf wat er aan het plan moet veranderen")
    states = ("submitted", "agreed", "accepted")
    with here.store.read() as tx:
        kept = _kept(tx, duty, states)
        times = len(decisions.about(tx, duty, "return"))
    letter = _returned(here, kept, entry, f"{duty}/returned/{times + 1}", at)
    with here.store.write() as tx:
        kept = _kept(tx, duty, states)
        _check_order(tx, kept, entry)
        decisions.record(tx, replace(entry, subject=duty, verb="return"), by, at)
        records.move(tx, kept, "draft")
        outbox.queue(tx, letter, at)


def advise(here: Here, year: int, entry: Entry, by: str, at: datetime) -> None:
    """Record the advice of an adviser on the plans. It decides nothing; more advisers may follow."""
    demand(here.organisation, entry.body, "advise", Thing("plans"), "adviseert hier niet")
    key = f"{year}/plan/advice"
    with here.store.write() as tx:
        known_occasion(tx, key)
        decisions.record(tx, replace(entry, subject=key, verb="advise"), by, at)
        due.done(tx, [key], at)


def advise_plan(here: Here, duty: str, entry: Entry, by: str, at: datetime) -> None:
    """Record what the adviser of a theme says of its plan. It decides nothing, so the plan stays as it is."""
    theme = _theme(here, duty)
    demand(here.organisation, entry.body, "advise", Thing("plan", theme.id), "adviseert hier niet")
    if not entry.reason.strip():
        raise Refused("het advies zelf ontbreekt", "schrijf het achter --reason")
    with here.store.write() as tx:
        _kept(tx, duty, tuple(STATES))
        decisions.record(tx, replace(entry, subject=duty, verb="advise"), by, at)
        if _all_advised(tx, Duty(duty).year):
            due.done(tx, [f"{Duty(duty).year}/plan/advice"], at)


def _all_advised(tx: Tx, year: int) -> bool:
    """Whether the plan of every theme has had its advice: then the moment for it has been."""
    themes = [
        one for subject, one in records.of_year(tx, year).items() if subject != JOINT and not one.plan.empty
    ]
    return all(decisions.about(tx, duty_of(one), "advise") for one in themes)


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
        plans = _all_plans(here, tx, year)
        behind = [subject for subject, one in plans.items() if subject != JOINT and one.state == "draft"]
        _check_none_behind(here, behind, "nog niet ingediend")
        moving = [one for one in plans.values() if one.state in OPEN]
        _check_some(moving, "over alle plannen is al overeenstemming")
        _record_each(tx, replace(entry, subject=key, verb="agree", reason=there), moving, by, at)
        for one in moving:
            records.move(tx, one, "accepted" if _own(here, one) else "agreed")
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
        _all_plans(here, tx, year)
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
        plans = _all_plans(here, tx, year)
        _check_cover(here, tx, year, plans)
        overruled = disagreed(tx, year) is not None
        ready = {id: _ready(here, id, overruled) for id in plans}
        if _together(here):
            behind = [id for id, one in plans.items() if one.state not in (*ready[id], *AFTER)]
            _check_none_behind(here, behind, "nog niet zover")
        moving = [
            one for id, one in plans.items() if one.state in ready[id] and _passes(here, tx, one, entry)
        ]
        if not (asked and any(one.state in AFTER for one in plans.values())):
            # else they were accepted one by one, and only the cover is left to check
            _check_some(moving, "er ligt geen plan om te beoordelen")
        _record_each(tx, replace(entry, subject=key, verb="accept"), moving, by, at)
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
        plans = _all_plans(here, tx, year)
        _check_cover(here, tx, year, plans)
        if _together(here):
            behind = [subject for subject, one in plans.items() if one.state not in AFTER]
            _check_none_behind(here, behind, "nog niet akkoord bevonden")
        moving = [one for one in plans.values() if one.state == "accepted"]
        _check_some(moving, "er ligt geen plan om vast te stellen")
        for one in moving:
            _check_judge(here, tx, duty_of(one), "adopt", entry)
        _record_each(tx, replace(entry, subject=key, verb="adopt"), moving, by, at)
        for one in moving:
            records.move(tx, one, "adopted")
        budgets_decided(tx, year, entry, "Bij de vaststelling van de jaarplannen.", by, at)
        due.done(tx, [key], at)
    return tuple(one.plan.subject for one in moving)


#: in which a plan can still be rewritten by its owner
OPEN = ("draft", "submitted")
#: what nobody needs to accept any more
AFTER = ("accepted", "adopted")


def _record_each(tx: Tx, entry: Entry, moving: Sequence[Kept], by: str, at: datetime) -> None:
    """The decision about the year, and about each plan that it moves: a plan shows what it rests on."""
    for one in moving:
        _check_order(tx, one, entry)
    decisions.record(tx, entry, by, at)
    for one in moving:
        decisions.record(tx, replace(entry, subject=duty_of(one)), by, at)


def duty_of(kept: Kept) -> str:
    return f"{kept.plan.year}/plan/{kept.plan.subject}"


def _theme(here: Here, duty: str) -> Theme:
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


def _kept(tx: Tx, duty: str, states: Sequence[str]) -> Kept:
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


def _all_plans(here: Here, tx: Tx, year: int) -> dict[str, Kept]:
    """The plans of a year, in the order of the themes. Raises Refused while one has not been derived."""
    known, made_for = records.of_year(tx, year), planning(here, year)
    wanted = [*([JOINT] if made_for.lines.joint else []), *made_for.themes]
    if missing := [subject_name(here.organisation, id) for id in wanted if id not in known]:
        raise Refused(
            f"er is nog geen plan voor {', '.join(missing)}",
            "een plan wordt op zijn dag afgeleid, zodra het kader is vastgesteld",
        )
    return {subject: known[subject] for subject in wanted}


def _together(here: Here) -> bool:
    lines = here.organisation.lines
    return lines.joint or bool(lines.agrees_plan)


def _ready(here: Here, subject: str, overruled: bool = False) -> tuple[str, ...]:
    """In which state a plan can be accepted. Nobody hands the joint plan in.

    `overruled`: the joint body does not agree, so its agreement is not waited for.
    """
    handed_in = ("draft",) if subject == JOINT else ("submitted",)
    if here.organisation.lines.agrees_plan:
        return ("agreed", *handed_in) if overruled else ("agreed",)
    return handed_in


def _own(here: Here, kept: Kept) -> bool:
    """Whether the line to who accepts it goes from a person to himself, and so falls away."""
    return falls_away(here.organisation, thing_of(duty_of(kept)))


def _passes(here: Here, tx: Tx, kept: Kept, entry: Entry) -> bool:
    """Whether the check on cover accepts it too; a joint plan that nobody else accepts goes along."""
    if may(here.organisation, entry.body, "accept", judged(here, tx, duty_of(kept))):
        return True
    return kept.plan.subject == JOINT and _own(here, kept)


def judged(here: Here, tx: Tx, duty: str) -> Thing:
    """A plan as it is judged: not by who handed it in for its owner (R17), but for the coordinator, who only
    wrote it down.
    """
    handed_in = decisions.latest(tx, duty, "submit")
    by = handed_in.body if handed_in and handed_in.body != here.organisation.coordinator else ""
    return replace(thing_of(duty), made_by=by)


def _check_judge(here: Here, tx: Tx, duty: str, action: str, entry: Entry) -> None:
    own = "niemand beoordeelt zijn eigen plan"
    demand(here.organisation, entry.body, action, judged(here, tx, duty), own=own)


def _check_order(tx: Tx, kept: Kept, entry: Entry) -> None:
    """A plan shows its steps with their dates: none is of before the one that it rests on."""
    before = max((one.date for one in decisions.about(tx, duty_of(kept))), default=entry.date)
    if entry.date < before:
        raise Refused(
            f"de stap daarvoor in {duty_of(kept)} is pas van {datum(before)}",
            "verbeter de datum van het besluit",
        )


def _check_none_behind(here: Here, behind: Sequence[str], how: str) -> None:
    if behind:
        names = ", ".join(subject_name(here.organisation, subject) for subject in behind)
        raise Refused(f"de plannen gaan samen; {how}: {names}", "wacht tot alle plannen zover zijn")


def _check_some(moving: Sequence[Kept], what: str) -> None:
    if not moving:
        raise Refused(what, "kijk met jaarring agenda hoe de plannen ervoor staan")


def _check_cover(here: Here, tx: Tx, year: int, plans: dict[str, Kept]) -> None:
    framework = check_adopted(tx, year)
    found = findings(framework, here.organisation, year, [one.plan for one in plans.values()])
    if unserved := [finding.subject for finding in found if finding.kind == "goal-unserved"]:
        raise Refused(
            f"geen enkel thema werkt aan {', '.join(unserved)}",
            "geef een plan terug, of laat het kader aanpassen",
        )


def _returned(here: Here, kept: Kept, entry: Entry, key: str, at: datetime) -> NewMessage:
    organisation, subject = here.organisation, kept.plan.subject
    theme = organisation.bearer(subject)
    to = organisation.people[theme.owner] if theme else organisation.person_at("chair")
    with here.store.read() as tx:
        form = attachment(here, tx, Duty(duty_of(kept))) if theme else None
        first = due.get(tx, f"{duty_of(kept)}/due")
    today = at.astimezone(ZoneInfo(here.config.time_zone)).date()
    until = mend_by(here.schedule.calendar, today, first.occasion.due if first else None)
    number = key.rsplit("/", 1)[1]
    deadline = Occasion(until, f"{duty_of(kept)}/return/{number}/due", "due", duty_of(kept))
    return letters.write(
        here,
        "plans/returned.mail",
        to,
        key=key,
        at=at,
        thread=f"{duty_of(kept)}/request",
        year=kept.plan.year,
        subject_name=subject_name(organisation, subject),
        returned_by=named(organisation, entry.body),
        returned_on=entry.date,
        reason=entry.reason,
        joint=theme is None,
        deadline=deadline.due,
        attachments=[form, ics.dated(here, due.Entry(deadline, "open", None))] if form else [],
    )
