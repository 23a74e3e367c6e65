"""What is said of what was decided otherwise than planned: adjustments, amendments, other dates."""

from __future__ import annotations

from collections.abc import Iterator

from jaarring.actors import owes
from jaarring.adjustments.rules import moves
from jaarring.dutch import datum, hoofdletter
from jaarring.occasions import Duty
from jaarring.telling.rules import BOARD, Known, Told
from jaarring.telling.rules.people import each, everybody, heads, those_above
from jaarring.telling.rules.words import about_duty, when
from jaarring.titles import Titles

DECIDED = {"accept": "aangenomen", "change": "aangenomen met een wijziging", "refuse": "afgewezen"}


def adjusted(known: Known) -> Iterator[Told]:
    """Down to the departments that carry it out, up to secretary and board, across to the other themes."""
    one = known.adjustment
    if one is None:
        return
    theme = known.organisation.bearer(one.theme)
    name = theme.name if theme else one.theme
    text = f"{known.done} bijsturing {one.id} voor {name} {DECIDED[known.verb]}{known.nr}."
    touched = {move.measure for move in moves(one)} | {one.proposal.measure}
    measures = [p.measure for plan in known.plans.values() for p in plan.measures if p.measure.id in touched]
    crosses = {measure.theme for measure in measures} | {one.theme}
    themes = [bearer for id in sorted(crosses) if (bearer := known.organisation.bearer(id))]
    down = heads(known, sorted({measure.department for measure in measures}))
    across = [theme.owner for theme in themes]
    yield from each(
        known,
        f"bijsturing {one.id} {DECIDED[known.verb]}",
        text,
        own=[*down, *across],
        down=down,
        up=[*those_above(known), BOARD],
        across=across,
    )


def amended(known: Known) -> Iterator[Told]:
    did = "afgewezen" if known.verb == "refuse" else "vastgesteld"
    text = f"{known.done} wijziging {known.subject} van het strategisch kader {did}{known.nr}."
    yield from everybody(known, f"wijziging {known.subject} {did}", text)


def delayed(known: Known) -> Iterator[Told]:
    """What was moved, paused or not asked: to who owes it, and to the secretary."""
    duty = Duty(known.subject)
    owner = owes(known.organisation, duty) if len(duty.parts) > 2 else None
    moment = Titles(known.organisation, {}).of(known.subject, "decision")
    about = about_duty(known.organisation, duty) if owner else moment
    if owner and duty.quarter:
        about = f"{about}, {when(duty.quarter)}"
    new = f": de nieuwe datum is {datum(known.until)}" if known.until and known.verb == "move" else ""
    did = {
        "move": f"uitstel gegeven{new}",
        "pause": f"gezegd dat dit mag wachten{f' tot en met {datum(known.until)}' if known.until else ''}",
        "waive": "gezegd dat dit niet hoeft",
        "missing": "gezegd dat de rapportage meldt dat dit ontbreekt",
        "appoint": "iemand aangewezen die dit doet",
    }[known.verb]
    text = f"{hoofdletter(about)}. {known.done} {did}."
    mine = [owner.id] if owner else []
    yield from each(known, about, text, own=mine, down=mine, up=[known.organisation.secretary])
