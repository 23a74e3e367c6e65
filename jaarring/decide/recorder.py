"""Who may write a decision down: whose it is, who acts for him now, the coordinator (R17)."""

from __future__ import annotations

from jaarring.absences import actions as absences
from jaarring.adjustments import records as adjustments
from jaarring.decide.request import Request
from jaarring.plans import records as plans
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import judged
from jaarring.rights import Thing, demand, holders, named, owned_by, thing_of, voice
from jaarring.signals import records as signals

#: what says something of another's work, or lets him off it
JUDGING = frozenset(
    "accept return adopt change refuse confirm disagree missing move pause waive appoint".split()
)


def check(request: Request) -> None:
    """Raise Refused for who may not write this down: a substitute of who is there, and for a judgement
    whoever it is about, as a substitute or on another's word. Who decides may say it in his own form.
    """
    here, decision, day = request.here, Thing("register", request.entry.body), request.at.date()
    known = holders(here.organisation, "record", decision)
    answered = bool(request.form_of) and request.by == request.form_of
    if not absences.stands_in_for(here, request.by, known, day, handed_over=answered):
        absences.demand_present(here, request.by, known, day)
        demand(here.organisation, request.by, "record", decision, "legt dit besluit niet vast")
    voices = (request.entry.body, voice(here.organisation, request.entry.body))
    if request.verb in JUDGING and request.by not in voices and request.form_of not in voices:
        _check_not_own(request, known)


def _check_not_own(request: Request, known: tuple[str, ...]) -> None:
    organisation, thing = request.here.organisation, _about(request)
    coordinates = request.by == organisation.coordinator
    own = set(owned_by(organisation, thing, judged=not coordinates))
    if thing.kind == "plans":
        own |= _makers(request)
    if request.by in own:
        others = [f"{named(organisation, id)} ({id})" for id in known if id not in own]
        whose = named(organisation, request.entry.body)
        how = "namens een ander" if coordinates else "als vervanger"
        raise Refused(
            f"niemand beoordeelt zijn eigen werk, ook niet {how}",
            f"dit is aan een ander: {' of '.join(others) or whose}, of het formulier dat {whose} zelf invult",
        )


def _makers(request: Request) -> set[str]:
    """Whose plans are judged together."""
    organisation, here = request.here.organisation, request.here
    with here.store.read() as tx:
        waiting = [id for id, kept in plans.of_year(tx, request.year).items() if kept.state != "adopted"]
    return {id for one in waiting for id in owned_by(organisation, Thing("plan", one), judged=False)}


def _about(request: Request) -> Thing:
    """What is decided about, with whose it is and who made it."""
    key, here = request.key, request.here
    with here.store.read() as tx:
        if adjustment := adjustments.get(tx, key):
            return Thing("adjustment", adjustment.theme, made_by=adjustment.proposed_by)
        if signal := signals.get(tx, key):
            return Thing("signal", signal.signal.theme)
        if versions := reports.versions(tx, key):
            return judged(here.organisation, versions[-1])
    return thing_of(key)
