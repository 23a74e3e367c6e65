"""What moves when a theme ends in the middle of a year: its part of the plans goes to whom it went up in.

Nothing is rewritten: every plan that changes gets a new version, and what comes and goes adds up to the cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from jaarring.database import Tx
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import due, events
from jaarring.plans import records
from jaarring.plans.heirs import all_heirs, shares, taken_over
from jaarring.plans.records import CHANGE
from jaarring.plans.rules import JOINT, JointPart, Objective, Plan, PlannedMeasure
from jaarring.plans.words import planning

_NOTHING = Decimal(0)


def transfer_due(here: Here, as_of: date, at: datetime) -> list[str]:
    """Move in the plans what is due to move on `as_of`; the keys of what was done. Run twice, it moves once.

    A plan that the board has yet to adopt is adopted as it was made, and moves then: its occasion stays open.
    """
    with here.store.read() as tx:
        waiting = [found for found in due.due(tx, as_of, ["derive"]) if f"/{CHANGE}" in found.key]
    done = []
    for occasion in waiting:
        since = date.fromisoformat(occasion.key.rsplit("/", 1)[1])
        with here.store.write() as tx:
            moved, left = [], False
            for begin, stage, theme in here.config.organisations.endings():
                if begin == since:
                    ready = _ready(here, tx, occasion.year, stage, theme)
                    left = left or ready is None
                    moved += [theme] if ready and _move(tx, occasion.year, stage, theme, since, at) else []
            if moved:
                events.append(tx, at, "jaarring", "plans.transferred", occasion.key, {"themes": moved})
            if not left:
                due.done(tx, [occasion.key], at)
                done.append(occasion.key)
    return done


def _ready(here: Here, tx: Tx, year: int, stage: Organisation, theme: str) -> bool | None:
    """Whether there is something to move now; None where it must wait for the board.

    A theme that had ended before the plans were made (the file said so late) has a plan that nobody will hand
    in: it moves as the draft that it is.
    """
    plans = records.of_year(tx, year)
    old = plans.get(theme)
    if theme not in planning(here, year).themes:
        return old is not None and not old.plan.empty
    if old is None:
        return None
    if old.plan.empty:
        return False
    ours = [old, *(plans[id] for id in all_heirs(theme, stage) if id in plans)]
    return True if all(one.state == "adopted" for one in ours) else None


def _move(tx: Tx, year: int, stage: Organisation, theme: str, since: date, at: datetime) -> bool:
    plans = records.of_year(tx, year)
    state = plans[theme].state
    for new in handed_over({id: kept.plan for id, kept in plans.items()}, stage, theme):
        kept = plans.get(new.subject)
        keeps = kept.state if kept and (kept.state == state or new.subject == JOINT) else ""
        records.add(tx, new, keeps or ("draft" if kept else state), at, because=f"{CHANGE}{since}")
    return True


def handed_over(plans: Mapping[str, Plan], organisation: Organisation, theme: str) -> list[Plan]:
    """The plans after `theme` ended, only those that changed: the joint plan, the theme's own, its heirs'."""
    old = plans[theme]
    money = _money(old, organisation)
    found = [_without(old)]
    for heir in all_heirs(theme, organisation):
        mine = plans.get(heir) or _beginning(old, heir)
        found.append(_with(mine, old, heir, money.get(heir, (_NOTHING, _NOTHING)), organisation))
    if JOINT in plans:
        joint = replace(plans[JOINT], joint=_parts(plans[JOINT].joint, organisation))
        found += [joint] if joint != plans[JOINT] else []
    return found


def _without(old: Plan) -> Plan:
    return replace(old, objectives=(), measures=(), joint=(), budget=_NOTHING, was_budget=None)


def _beginning(old: Plan, heir: str) -> Plan:
    """The plan of a theme that is new: what rests on the same decisions, with nothing in it yet."""
    return replace(_without(old), subject=heir, money_note="", amended=())


def _with(
    mine: Plan, old: Plan, heir: str, money: tuple[Decimal, Decimal], organisation: Organisation
) -> Plan:
    """The plan of an heir with its part of the old one."""
    measures = [_now(planned, organisation) for planned in old.measures]
    coming = tuple(planned for planned in measures if planned.measure.theme == heir)
    budget, was = mine.budget + money[0], _was(mine) + money[1]
    parts = {part.objective.id: part for part in (*mine.joint, *_parts(old.joint, organisation))}
    joint = {id: part for id, part in parts.items() if heir in part.objective.themes}
    objectives = [
        replace(one, joint=tuple(id for id in one.joint if id in joint))
        for one in _objectives(old, heir, coming, organisation)
    ]
    return replace(
        mine,
        objectives=_as_one((*mine.objectives, *objectives)),
        measures=(*mine.measures, *coming),
        joint=tuple(joint.values()),
        guidelines=tuple(dict.fromkeys((*mine.guidelines, *old.guidelines))),
        budget=budget,
        was_budget=was if was != budget or mine.was_budget is not None else None,
        money_note=" ".join(dict.fromkeys(note for note in (mine.money_note, old.money_note) if note)),
        amended=tuple(dict.fromkeys((*mine.amended, *old.amended))),
    )


def _as_one(objectives: Sequence[Objective]) -> tuple[Objective, ...]:
    """Each objective once: what a split had put in two plans may come together again."""
    found: dict[str, Objective] = {}
    for one in objectives:
        there = found.setdefault(one.id, one)
        if there is not one:
            found[one.id] = replace(
                there,
                targets=(*there.targets, *one.targets),
                measures=(*there.measures, *one.measures),
                joint=tuple(dict.fromkeys((*there.joint, *one.joint))),
            )
    return tuple(found.values())


def _was(plan: Plan) -> Decimal:
    return plan.budget if plan.was_budget is None else plan.was_budget


def _now(planned: PlannedMeasure, organisation: Organisation) -> PlannedMeasure:
    return replace(planned, measure=taken_over(planned.measure, organisation))


def _objectives(
    old: Plan, heir: str, coming: Sequence[PlannedMeasure], organisation: Organisation
) -> Iterator[Objective]:
    """The objectives of the old plan that an heir has: under their old id, so that the chain stays whole.

    One with measures in several parts is a part of each plan, with its own measures; its indicators are with
    the theme that took the duties over, or, where no measure of it went there, with the first that has one.
    """
    numbers = {planned.measure.id for planned in coming}
    for objective in old.objectives:
        homes = [organisation.heir(old.subject, id) for id in objective.measures]
        first = organisation.heir(old.subject)
        home = first if first in homes or not homes else homes[0]
        if heir == home or heir in homes:
            yield replace(
                objective,
                theme=heir,
                measures=tuple(id for id in objective.measures if id in numbers),
                targets=tuple(
                    replace(target, indicator=replace(target.indicator, theme=heir))
                    for target in objective.targets
                )
                if heir == home
                else (),
            )


def _money(old: Plan, organisation: Organisation) -> dict[str, tuple[Decimal, Decimal]]:
    """By heir what it has now, and what it had as first adopted; together to the cent those of the old plan.

    What adjustments moved in the measures goes with the measures.
    """
    first = organisation.heir(old.subject)
    was = shares(old.subject, _was(old), organisation)
    now = dict(was)
    for planned in old.measures:
        heir = organisation.heir(old.subject, planned.measure.id)
        if planned.was_budget is not None and heir != first:
            now[heir] = now.get(heir, _NOTHING) + planned.measure.budget - planned.was_budget
    now[first] = old.budget - sum((money for heir, money in now.items() if heir != first), _NOTHING)
    return {heir: (now.get(heir, _NOTHING), was.get(heir, _NOTHING)) for heir in {**was, **now}}


def _parts(parts: Sequence[JointPart], organisation: Organisation) -> tuple[JointPart, ...]:
    """The joint objectives as divided now: each measure stands with the theme that has it."""
    return tuple(_part(part, organisation) for part in parts)


def _part(part: JointPart, organisation: Organisation) -> JointPart:
    divided: dict[str, list[str]] = {}
    for theme, ids in part.parts:
        if not ids:
            divided.setdefault(organisation.heir(theme), [])
        for id in ids:
            divided.setdefault(organisation.heir(theme, id), []).append(id)
    return JointPart(
        replace(part.objective, themes=tuple(divided)),
        tuple((theme, tuple(ids)) for theme, ids in divided.items()),
    )
