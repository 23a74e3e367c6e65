"""Who stands behind a party, and what plans and their states are called in Dutch."""

from __future__ import annotations

import re
import unicodedata

from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.occasions.schedule import objectives_set
from jaarring.plans.rules import JOINT
from jaarring.rights import named

#: a plan that is "…", in the order in which a plan goes through them
STATES = {
    "draft": "nog in concept",
    "submitted": "ingediend",
    "agreed": "in het overleg afgesproken",
    "accepted": "akkoord bevonden",
    "adopted": "vastgesteld",
}


def holders(here: Here, party: str) -> dict[str, str]:
    """Who may act for `party`: ids as a decision names them, with the function; the joint body is `oib`."""
    organisation, framework = here.organisation, here.framework
    bodies = {"college": framework.adoption.body, "council": framework.council_frame.body}
    if party in bodies:
        return {bodies[party]: function(organisation, bodies[party])}
    person = organisation.person_at(party)
    found = {JOINT: function(organisation, JOINT)} if party == "oib" else {}
    return {**found, person.id: function(organisation, person.id)}


def function(organisation: Organisation, id: str) -> str:
    """A person or body as a document names it: by function, not by name; the id if no longer known."""
    return named(organisation, id)


def party_name(organisation: Organisation, party: str) -> str:
    """A party of a line, as one who sets objectives: the secretary, the joint body."""
    return function(organisation, JOINT if party == "oib" else organisation.person_at(party).id)


def planning(here: Here, year: int) -> Organisation:
    """The organisation that the plans of `year` are made for: as it is when their objectives are set."""
    return here.config.organisations.on(objectives_set(here.schedule, year))


def subject_name(organisation: Organisation, subject: str) -> str:
    """What a plan is about: the theme, also one that has ended, or the joint body."""
    theme = organisation.known_theme(subject)
    return theme.name if theme else function(organisation, subject)


def code_of(organisation: Organisation, objective: str) -> str:
    """An objective as people read it, with the code of its theme: IB-G1; anything else as it is."""
    theme, _, goal = objective.rpartition("-")
    known = organisation.known_theme(theme)
    return f"{known.code}-{goal}" if known else objective


def slug(text: str) -> str:
    """Small ASCII letters, figures and hyphens, for a file name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
