"""The letter that tells what was decided about an adjustment: old and new, to everybody whom it touches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from jaarring import letters, rights
from jaarring.adjustments import rules
from jaarring.adjustments.rules import Adjustment, Places
from jaarring.adjustments.words import secret, value
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger.outbox import NewMessage
from jaarring.plans.rules import Plan, PlannedMeasure


def decided(
    here: Here, one: Adjustment, before: Mapping[str, Plan], where: Places, at: datetime
) -> Iterator[NewMessage]:
    """One letter to the owner of every theme that the decision touches, to the departments that carry it out,
    and to who proposed it. `before`: the plans as they were.
    """
    organisation = here.organisation
    planned = {p.measure.id: p for plan in before.values() for p in plan.measures}
    body = one.verdict.decision.body if one.verdict else ""
    theme = organisation.known_theme(one.theme)
    hidden = secret(before, one.proposal, one.verdict)
    for person in _touched(here, one, planned, where):
        yield letters.write(
            here,
            "adjustments/decided.mail",
            person,
            key=f"{one.year}/adjustment/{one.id}/decided",
            at=at,
            adjustment=one,
            theme=theme,
            decided_by=rights.named(organisation, body),
            secret=hidden,
            lines=_lines(one, planned),
            targets=() if hidden else _targets(one, where),
        )


def _touched(
    here: Here, one: Adjustment, planned: Mapping[str, PlannedMeasure], where: Places
) -> list[Person]:
    organisation = here.organisation
    touched = {move.measure for move in rules.moves(one)} or {c.measure for c in one.proposal.changes}
    touched |= {id for id, _ in one.proposal.targets}
    themes = {where.theme_of[id] for id in touched if id in where.theme_of} | {one.theme}
    owners = [bearer.owner for theme in sorted(themes) if (bearer := organisation.bearer(theme))]
    departments = [planned[id].measure.department for id in sorted(touched & set(planned))]
    heads = [organisation.departments[id].head for id in departments if id in organisation.departments]
    told = [*owners, *heads, *([one.proposed_by] if one.proposed_by in organisation.people else [])]
    return [organisation.people[id] for id in dict.fromkeys(told)]


def _lines(one: Adjustment, planned: Mapping[str, PlannedMeasure]) -> list[dict[str, object]]:
    """What moves, old and new. Of a secret measure only its number: no title, amount or date goes by mail;
    where one takes part, the template tells no amount of the others either.
    """
    lines: list[dict[str, object]] = []
    for move in rules.moves(one):
        old = planned[move.measure].measure
        lines.append(
            {
                "id": old.id,
                "secret": old.secrecy is not None,
                "title": "" if old.secrecy else old.title,
                "old_budget": old.budget,
                "new_budget": old.budget + move.amount,
                "old_end": old.end,
                "new_end": move.end or old.end,
            }
        )
    return lines


def _targets(one: Adjustment, where: Places) -> list[dict[str, str]]:
    """The targets that change, old and new."""
    verdict = one.verdict
    if verdict is None or verdict.outcome == "refused":
        return []
    found = [(where.indicators[id], new) for id, new in verdict.targets if id in where.indicators]
    return [
        {
            "id": indicator.id,
            "name": indicator.name,
            "old": value(indicator, indicator.target(one.year)),
            "new": value(indicator, new),
        }
        for indicator, new in found
    ]
