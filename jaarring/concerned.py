"""Whom an occasion concerns: who owes what is due, who decides, who meets.

Plain. Asking is left out: whom a request or an escalation goes to is seen in his mail, not in his calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from jaarring import actors
from jaarring.governance import Organisation
from jaarring.occasions import Duty
from jaarring.rights import BOARD, COUNCIL, JOINT

Found = Iterable[str]


def _board(organisation: Organisation) -> Found:
    """The board, and who brings a paper there."""
    holders = organisation.executive_portfolio_holder, organisation.administrative_portfolio_holder
    return BOARD, organisation.secretary, *holders


def _council(organisation: Organisation) -> Found:
    return COUNCIL, organisation.secretary, organisation.executive_portfolio_holder


def _owners(organisation: Organisation) -> Found:
    return (theme.owner for theme in organisation.themes.values())


def _joint(organisation: Organisation) -> Found:
    body = organisation.joint_body
    return JOINT, *(() if body is None else (body.chair,)), *_owners(organisation)


def _advisers(organisation: Organisation) -> Found:
    return organisation.controller, *(theme.adviser for theme in organisation.themes.values())


def _secretary(organisation: Organisation) -> Found:
    return (organisation.secretary,)


def _talks(organisation: Organisation) -> Found:
    return organisation.secretary, *_owners(organisation)


def _heads(organisation: Organisation) -> Found:
    return (department.head for department in organisation.departments.values())


def _outside(organisation: Organisation) -> Found:
    return (organisation.controller,)


#: the end of a key → whom it concerns, beside the coordinator, whom every moment does
MOMENTS: Mapping[str, Callable[[Organisation], Found]] = {
    "frame/council": _council,
    "frame/board": _board,
    "objectives": _talks,
    "joint/parts": _joint,
    "plan/advice": _advisers,
    "plan/agree": _joint,
    "plan/check": _secretary,
    "plan/adopt": _board,
    "plan/announce": _heads,
    "plan/letter": _council,
    "council/draft": _secretary,
    "council/review": _advisers,
    "council/adopt": _board,
    "council/offer": _council,
    "council/committee": _council,
    "council/note": _council,
    "meeting": _joint,
    "talks": _talks,
    "change": _talks,
    "tactical/secretary": _secretary,
    "tactical/board": _board,
}


def concerned(organisation: Organisation, key: str, duty: str) -> frozenset[str]:
    """Whom an occasion concerns, by id of a person or body, in the organisation of its day. A question is
    left out: it says itself of whom it is asked.
    """
    if duty:
        owner = None if Duty(duty).is_question else actors.owes(organisation, Duty(duty))
        return frozenset({owner.id} if owner else ())
    tail = key.partition("/")[2]
    if tail.startswith("outside/"):
        return frozenset((organisation.coordinator, *_outside(organisation)))
    if tail[:1] == "Q":
        tail = tail.partition("/")[2]
    if tail.startswith("change/"):
        tail = "change"
    found = MOMENTS[tail](organisation) if tail in MOMENTS else ()
    return frozenset((organisation.coordinator, *found))
