"""Who may write a decision down: whose it is, who acts for him now, the coordinator (R17)."""

from __future__ import annotations

from jaarring.absences import actions as absences
from jaarring.adjustments import records as adjustments
from jaarring.decide.request import Request
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import judged
from jaarring.rights import Thing, demand, holders, owned_by, thing_of, voice
from jaarring.signals import records as signals

#: what says something of another's work, or lets him off it
JUDGING = frozenset(
    "accept return adopt change refuse confirm disagree missing move pause waive appoint".split()
)


def check(request: Request) -> None:
    """Raise Refused for who may not write this down. A substitute judges nothing of his own: whom he stands
    in for would not be somebody else then.
    """
    here, decision = request.here, Thing("register", request.entry.body)
    known = holders(here.organisation, "record", decision)
    if not absences.stands_in_for(here, request.by, known, request.at.date()):
        demand(here.organisation, request.by, "record", decision, "legt dit besluit niet vast")
    himself = request.by in (voice(here.organisation, request.entry.body), here.organisation.coordinator)
    if himself or request.verb not in JUDGING:
        return
    if request.by in owned_by(here.organisation, _about(request)):
        raise Refused(
            "niemand beoordeelt zijn eigen werk, ook niet als vervanger",
            f"dit is aan een ander; de coördinator ({here.organisation.coordinator}) kan het vastleggen",
        )


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
