"""Who may do what, read from the governance lines. What no line gives, nobody may.

Plain: an organisation as it is on a day goes in, ids come out: of a person, of a body (`college`, `raad`),
or `oib` for the joint body as a whole, which its chair answers for (`voice`). Nobody accepts or decides his
own (R17), under whichever of his functions; an adviser decides nothing about the theme that he advises; a
department sees and edits nothing of another (R18). Rights follow from the lines, never from job titles.

The coordinator records what others decided (`register`) and decides nothing for them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jaarring.governance import Organisation
from jaarring.places import (
    Place,
    above,
    accepter,
    adopter,
    adviser,
    advisers,
    agreeing,
    board,
    coordinator,
    council,
    decider,
    everybody,
    head,
    himself,
    joint_body,
    ladder,
    members,
    monitors,
    overseers,
    owner,
    reader,
    secretary,
    setter,
    substitute,
    superiors,
)
from jaarring.refusal import Refused
from jaarring.standing import (
    BOARD,
    COUNCIL,
    JOINT,
    JUDGING,
    Thing,
    accounting_line,
    deciding_line,
    of_joint_body,
    others,
    owned_by,
    voice,
)

__all__ = [
    "BOARD",
    "COUNCIL",
    "JOINT",
    "TABLE",
    "Rule",
    "Thing",
    "deciding_party",
    "demand",
    "falls_away",
    "holders",
    "may",
    "named",
    "owned_by",
    "thing_of",
    "those_who",
    "voice",
]


def thing_of(key: str) -> Thing:
    """What the key of an occasion or a duty is about: `2027/Q1/report/fb`, `2027/plan/adopt`."""
    match key.split("/")[1:]:
        case ["frame", "council"]:
            return Thing("frame")
        case ["frame", "board"]:
            return Thing("framework")
        case ["plan", "advice" | "agree" | "check" | "adopt", *_]:
            return Thing("plans")
        case ["plan", "announce" | "letter"] | [_, "meeting"]:
            return Thing("moment")
        case ["joint", "parts"]:
            return Thing("plan", JOINT)
        case ["plan", subject, *_]:
            return Thing("plan", subject)
        case [_, "report", "oib", *_]:
            return Thing("joint", JOINT)
        case [_, "report" | "account" as kind, subject, *_]:
            return Thing(kind, subject)
        case [_, "tactical", *_]:
            return Thing("tactical")
        case ["council", *_]:
            return Thing("council")
        case _:
            return Thing("duty")


@dataclass(frozen=True)
class Rule:
    """One row of the table. `others`: it is about somebody else's work, so whose own it is falls away."""

    action: str
    kinds: str
    places: tuple[Place, ...]
    others: bool = False


def holders(
    organisation: Organisation, action: str, thing: Thing, standing_in: Collection[str] = ()
) -> tuple[str, ...]:
    """Who may, the one whom we ask first; empty where nobody may.

    `standing_in`: who acts for a holder that is absent; they may too, unless it is their own.
    """
    rule = _RULES.get((action, thing.kind))
    if rule is None or (of_joint_body(thing) and not joint_body(organisation, thing)):
        return ()
    found = [id for place in rule.places for id in place(organisation, thing)]
    if found:
        found += sorted(standing_in)
    barred = owned_by(organisation, thing, judged=action in JUDGING) if rule.others else frozenset()
    return tuple(dict.fromkeys(id for id in found if id and id not in barred))


def may(
    organisation: Organisation, who: str, action: str, thing: Thing, standing_in: Collection[str] = ()
) -> bool:
    """Whether `who` may do this. Default deny."""
    return who in holders(organisation, action, thing, standing_in)


def demand(
    organisation: Organisation,
    who: str,
    action: str,
    thing: Thing,
    refused: str = "mag dit niet besluiten",
    *,
    own: str = "",
    standing_in: Collection[str] = (),
) -> None:
    """Raise Refused where `who` may not, naming by function and id who may. `own`: said of one's own."""
    known = holders(organisation, action, thing, standing_in)
    if who not in known:
        remedy = those_who(organisation, action, thing, standing_in)
        mine = own and who in owned_by(organisation, thing, judged=False)
        raise Refused(own if mine else f"'{who}' {refused}", f"dit is aan: {remedy}")


def those_who(
    organisation: Organisation, action: str, thing: Thing, standing_in: Collection[str] = ()
) -> str:
    """Who may, as a refusal names them: gemeentesecretaris (secretaris) of …"""
    known = holders(organisation, action, thing, standing_in)
    return " of ".join(f"{named(organisation, id)} ({id})" for id in known) or "niemand"


def named(organisation: Organisation, id: str) -> str:
    """A person or body as a document names it: by function, not by name; the id if no longer known."""
    if id == JOINT and organisation.joint_body:
        return organisation.joint_body.name
    if id == organisation.secretary:
        return organisation.secretary_label
    if id in organisation.bodies:
        return organisation.bodies[id].name
    return organisation.people[id].function if id in organisation.people else id


def falls_away(organisation: Organisation, thing: Thing) -> bool:
    """Whether the line to who accepts it goes from somebody to himself, so that the next on it is asked."""
    plan = thing.kind == "plan"
    party = organisation.lines.accepts_plan[-1] if plan else accounting_line(organisation, thing)[0]
    return not others(organisation, party, thing)


def deciding_party(organisation: Organisation, thing: Thing) -> str:
    """The party that an adjustment is put to: the first that the mandate reaches and whose own it is not."""
    line = deciding_line(organisation, thing)
    return next(party for party in line if others(organisation, party, thing))


#: whom something has gone up to when it did not come may give time, but does not say that it need not come
_UP: dict[str, tuple[Place, ...]] = {"move": (ladder,), "pause": (), "waive": ()}

#: action, kinds, who in the order in which we ask; True: whose own it is falls away
TABLE: tuple[Rule, ...] = (
    Rule("see", "frame", (everybody, council)),
    Rule("see", "framework objectives moment", (everybody,)),
    Rule("see", "plan report adjustment advice signal", (overseers, owner, adviser, head, members)),
    Rule("see", "plans joint", (overseers, members)),
    Rule("see", "account duty", (overseers, owner, reader)),
    Rule("see", "tactical", (overseers, monitors, members)),
    Rule("see", "council", (overseers, advisers, council)),
    Rule("see", "absence", (himself, substitute, superiors, coordinator)),
    Rule("see", "chair", (everybody,)),
    Rule("see", "register", (overseers, himself)),
    # making: who owes it, or takes it up
    Rule("set", "objectives", (setter,)),
    Rule("hand_in", "plan report account joint duty signal", (owner,)),
    # the form of it: the coordinator writes down what came in another way
    Rule("deliver", "plan report account joint duty signal", (owner, coordinator)),
    Rule("edit", "tactical council", (coordinator,)),  # the texts of a draft, for its readers
    Rule("raise", "adjustment", (owner,)),
    Rule("raise", "advice", (owner, above)),
    Rule("raise", "signal", (owner, head, adviser, above, coordinator)),
    # judging: somebody else
    Rule("agree", "plan plans", (agreeing,)),
    Rule("accept", "plan", (accepter,), others=True),
    Rule("return", "plan", (accepter,), others=True),
    Rule("check", "plans", (accepter,)),
    Rule("accept", "report account joint", (reader,), others=True),
    Rule("return", "report account joint", (reader,), others=True),
    Rule("advise", "plan plans report joint adjustment advice signal council", (advisers,), others=True),
    Rule("decide", "adjustment signal", (decider,), others=True),
    # the large decisions
    Rule("adopt", "frame", (council,)),
    Rule("adopt", "framework council", (board,)),
    Rule("adopt", "plan", (adopter,), others=True),
    Rule("adopt", "plans", (adopter,)),
    Rule("adopt", "tactical", (secretary,)),  # the tactical report is the secretary's (R20)
    Rule("note", "tactical", (board,)),
    Rule("note", "council", (council,)),
    # where something does not come
    Rule("choose", "plan report account joint duty", (ladder, reader), others=True),
    *(
        rule
        for action in ("move", "pause", "waive")
        for rule in (
            Rule(action, "plan", (accepter, adopter, *_UP[action]), others=True),
            Rule(action, "report account joint duty", (above, *_UP[action]), others=True),
            Rule(action, "adjustment advice signal", (above,), others=True),
            Rule(action, "plans tactical moment", (secretary, board)),
            Rule(action, "framework council", (board,)),
            Rule(action, "frame", (council,)),
        )
    ),
    Rule("appoint", "plan report account joint duty", (ladder, reader), others=True),
    Rule("appoint", "absence", (superiors,), others=True),
    Rule("appoint", "chair", (secretary,)),  # 2.1
    # writing down what is so
    Rule("record", "absence", (himself, substitute, superiors, coordinator)),
    Rule("record", "moment", (coordinator, secretary, joint_body, board)),
    Rule("record", "register", (himself, coordinator)),
)

_RULES = {(rule.action, kind): rule for rule in TABLE for kind in rule.kinds.split()}
