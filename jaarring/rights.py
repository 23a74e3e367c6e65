"""Who may do what, read from the governance lines. What no line gives, nobody may.

Plain: an organisation as it is on a day goes in, ids come out: of a person, of a body (`college`, `raad`),
or `oib` for the joint body as a whole, which its chair answers for (`voice`). Nobody accepts or decides his
own (R17), under whichever of his functions; an adviser decides nothing about the theme that he advises; a
department sees and edits nothing of another (R18). Rights follow from the lines, never from job titles.

The coordinator records what others decided (`register`) and decides nothing for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from jaarring.governance import Department, Organisation, Theme
from jaarring.refusal import Refused

JOINT, BOARD, COUNCIL = "oib", "college", "raad"

#: what an adviser of the theme does not do
JUDGING = frozenset({"accept", "return", "adopt", "decide"})


@dataclass(frozen=True)
class Thing:
    """What is acted on.

    `kind`: frame (of the council), framework (of the board), objectives, plan, plans (all of a year), report,
    account (of a department), joint (account of the joint body), adjustment, advice, signal, tactical,
    council, duty (any of these, by its subject), absence, chair, moment, register. `subject`: the theme or
    department it is of, or `oib`; of an absence the person, of the register whose decision it is; empty where
    it is of none. `amount` (euros) and `crosses` (more than one theme): of an adjustment. `made_by`: who
    filled it in or proposed it for whoever owes it, whose own it then is too.
    """

    kind: str
    subject: str = ""
    amount: Decimal = Decimal(0)
    crosses: bool = False
    made_by: str = ""


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


Place = Callable[[Organisation, Thing], Iterable[str]]


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
    if rule is None or (_of_joint_body(thing) and not joint_body(organisation, thing)):
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


def voice(organisation: Organisation, id: str) -> str:
    """Who answers for `id` when it is asked something: the chair for the joint body, else itself."""
    return organisation.joint_body.chair if id == JOINT and organisation.joint_body else id


def owned_by(organisation: Organisation, thing: Thing, judged: bool = True) -> frozenset[str]:
    """Whose own it is: who owes it or made it, and where it is judged also who advises about it.

    The joint body speaks through its chair, so it does not judge what is its chair's.
    """
    found = {*_debtor(organisation, thing), *filter(None, [thing.made_by])}
    theme = _theme(organisation, thing)
    if theme and judged:
        found.add(theme.adviser)
    if organisation.joint_body and organisation.joint_body.chair in found:
        found.add(JOINT)
    return frozenset(found)


def falls_away(organisation: Organisation, thing: Thing) -> bool:
    """Whether the line to who accepts it goes from somebody to himself, so that the next on it is asked."""
    plan = thing.kind == "plan"
    party = organisation.lines.accepts_plan[-1] if plan else _accounting_line(organisation, thing)[0]
    return not _others(organisation, party, thing)


def deciding_party(organisation: Organisation, thing: Thing) -> str:
    """The party that an adjustment is put to: the first that the mandate reaches and whose own it is not."""
    line = _deciding_line(organisation, thing)
    return next(party for party in line if _others(organisation, party, thing))


# --- who stands where


def _theme(organisation: Organisation, thing: Thing) -> Theme | None:
    if thing.kind in ("account", "absence", "register"):
        return None
    return organisation.bearer(thing.subject)


def _department(organisation: Organisation, thing: Thing) -> Department | None:
    if thing.kind in ("absence", "register", "plan", "report") or _theme(organisation, thing):
        return None
    return organisation.departments.get(thing.subject)


def _debtor(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """Who owes it: the owner of a theme, the head of a department, the chair of the joint body."""
    if thing.kind == "absence":
        return (thing.subject,) if thing.subject in organisation.people else ()
    if _of_joint_body(thing):
        return (organisation.joint_body.chair,) if organisation.joint_body else ()
    if theme := _theme(organisation, thing):
        return (theme.owner,)
    department = _department(organisation, thing)
    return (department.head,) if department else ()


def _of_joint_body(thing: Thing) -> bool:
    return thing.kind == "joint" or (thing.subject == JOINT and thing.kind != "register")


def _substitutes(organisation: Organisation, thing: Thing) -> Iterator[str]:
    for id in _debtor(organisation, thing):
        yield organisation.people[id].substitute


def _at(organisation: Organisation, party: str, thing: Thing) -> tuple[str, ...]:
    """Who stands at a party of a line; nobody where there is none."""
    theme, department = _theme(organisation, thing), _department(organisation, thing)
    chair = organisation.joint_body.chair if organisation.joint_body else ""
    heads = (organisation.departments[theme.department].head,) if theme else ()
    places = {
        "college": (BOARD,),
        "council": (COUNCIL,),
        "oib": (JOINT, chair) if chair else (),
        "chair": (chair,) if chair else (),
        "secretary": (organisation.secretary,),
        "coordinator": (organisation.coordinator,),
        "theme": (theme.owner,) if theme else (),
        "head": heads,
        "department": (department.head,) if department else heads,
    }
    return places.get(party, ())


def _others(organisation: Organisation, party: str, thing: Thing) -> tuple[str, ...]:
    """Who stands at a party, but for whose own it is."""
    barred = owned_by(organisation, thing)
    return tuple(id for id in _at(organisation, party, thing) if id not in barred)


def _accounting_line(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """To whom an account goes, nearest first. It ends at the board, which accounts to the council itself."""
    lines = organisation.lines
    if _department(organisation, thing):
        line = lines.department_accounts_to
    elif _of_joint_body(thing):
        body = [place for place, party in enumerate(lines.accounts_to) if party in ("oib", "chair")]
        line = lines.accounts_to[max(body, default=0) + 1 :]
    else:
        line = lines.accounts_to[1:]
    return (*(party for party in line if party not in ("theme", "college", "council")), "college")


def _deciding_line(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """Who may decide an adjustment, nearest first; the board keeps what it has mandated (Awb 10:7), unless
    the line ends above it.

    Above the amount of the mandate and across themes only the last party. A joint objective was set for the
    joint body, so the body does not decide about it.
    """
    line = organisation.lines.decides_adjustment
    if thing.crosses or thing.amount > organisation.mandate.amount:
        line = line[-1:]
    if _of_joint_body(thing):
        line = tuple(party for party in line if party not in ("oib", "chair"))
    return line if "council" in line else (*(party for party in line if party != "college"), "college")


# --- the places in the table


def owner(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who owes it, and the substitute of the configuration."""
    yield from _debtor(organisation, thing)
    yield from _substitutes(organisation, thing)


def head(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """The head of the department that the theme, or the account, is of."""
    return _at(organisation, "department", thing)


def adviser(organisation: Organisation, thing: Thing) -> Iterator[str]:
    theme = _theme(organisation, thing)
    if theme:
        yield theme.adviser


def advisers(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """The adviser of the theme first, then who advises on money, then the others of the role."""
    yield from adviser(organisation, thing)
    yield organisation.controller
    yield from _role(organisation, "advise")
    if not thing.subject:
        yield from (theme.adviser for theme in organisation.themes.values())


def monitors(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who monitors, but for the council: it sees what the board offers it (R23)."""
    yield from (id for id in _role(organisation, "monitor") if id != COUNCIL)


def _role(organisation: Organisation, role: str) -> Iterator[str]:
    for id in organisation.roles.get(role, ()):
        yield organisation.departments[id].head if id in organisation.departments else id


def overseers(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who sees all: board, secretary, portfolio holders, coordinator, controller."""
    return (
        BOARD,
        organisation.secretary,
        organisation.executive_portfolio_holder,
        organisation.administrative_portfolio_holder,
        organisation.coordinator,
        organisation.controller,
    )


def members(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """The joint body, its chair and the themes in it, where the lines make them responsible together."""
    if JOINT in {*organisation.lines.responsible, *organisation.lines.agrees_plan}:
        yield from _at(organisation, "oib", thing)
        yield from (theme.owner for theme in organisation.themes.values())


def everybody(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Everyone in the organisation with a place in the cycle, and the board."""
    yield from overseers(organisation, thing)
    yield from _at(organisation, "oib", thing)
    yield from chain.from_iterable((t.owner, t.adviser) for t in organisation.themes.values())
    yield from (department.head for department in organisation.departments.values())
    for role in organisation.roles:
        yield from (id for id in _role(organisation, role) if id != COUNCIL)


def setter(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who sets the objectives: for a theme the party before it on the line, for the joint body the one
    before that.
    """
    line = organisation.lines.sets_objectives
    place = line.index(JOINT) if _of_joint_body(thing) and JOINT in line else len(line) - 1
    return _at(organisation, line[place - 1], thing) if place else ()


def agreeing(organisation: Organisation, thing: Thing) -> Iterator[str]:
    for party in organisation.lines.agrees_plan:
        yield from _at(organisation, party, thing)


def accepter(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Who accepts a plan; where that is the owner himself, who adopts it."""
    return _others(organisation, organisation.lines.accepts_plan[-1], thing) or adopter(organisation, thing)


def adopter(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who adopts plans; the board keeps what it has mandated (Awb 10:7)."""
    party = organisation.lines.adopts_plan[-1]
    yield from _at(organisation, party, thing)
    if party != "council":
        yield BOARD


def reader(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """To whom an account is made: the nearest on the line whose own it is not."""
    line = _accounting_line(organisation, thing)
    return next(found for party in line if (found := _others(organisation, party, thing)))


def above(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Everybody to whom an account goes, nearest first, to the board."""
    for party in _accounting_line(organisation, thing):
        yield from _at(organisation, party, thing)


def ladder(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """Whom it goes to when it is missing, in order."""
    if theme := _theme(organisation, thing):
        return tuple(person.id for person in organisation.escalation(theme))
    if department := _department(organisation, thing):
        return tuple(person.id for person in organisation.department_escalation(department))
    return ()


def decider(organisation: Organisation, thing: Thing) -> Iterator[str]:
    for party in _deciding_line(organisation, thing):
        yield from _at(organisation, party, thing)


def superiors(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who stands above a person: by what he owes, then the secretary, the board."""
    for theme in organisation.themes.values():
        if theme.owner == thing.subject:
            yield from ladder(organisation, Thing("report", theme.id))
    for department in organisation.departments.values():
        if department.head == thing.subject:
            yield from ladder(organisation, Thing("account", department.id))
    yield from (organisation.secretary, BOARD)


def himself(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """Who is absent; whose decision is recorded, and who acts for him."""
    id = voice(organisation, thing.subject)
    if id in organisation.people:
        yield from (id, organisation.people[id].substitute)
    if thing.subject == BOARD:  # whom the secretary assists (Gemeentewet art. 103)
        yield organisation.secretary


def secretary(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (organisation.secretary,)


def coordinator(organisation: Organisation, thing: Thing) -> Iterator[str]:
    """The coordinator and who acts for him."""
    yield organisation.coordinator
    yield organisation.people[organisation.coordinator].substitute


def joint_body(organisation: Organisation, thing: Thing) -> Iterable[str]:
    """The joint body, where the lines know one."""
    known = {party for line in vars(organisation.lines).values() for party in line}
    return _at(organisation, "oib", thing) if {"oib", "chair"} & known else ()


def board(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (BOARD,)


def council(organisation: Organisation, thing: Thing) -> Iterable[str]:
    return (COUNCIL,)


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
    Rule("see", "absence", (himself, superiors, coordinator)),
    Rule("see", "chair", (everybody,)),
    Rule("see", "register", (overseers, himself)),
    # making: who owes it, or takes it up
    Rule("set", "objectives", (setter,)),
    Rule("hand_in", "plan report account joint duty signal", (owner,)),
    # the form of it: the coordinator writes down what came in another way
    Rule("deliver", "plan report account joint duty signal", (owner, coordinator)),
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
    Rule("record", "absence", (himself, superiors, coordinator)),
    Rule("record", "moment", (coordinator, secretary, joint_body, board)),
    Rule("record", "register", (himself, coordinator)),
)

_RULES = {(rule.action, kind): rule for rule in TABLE for kind in rule.kinds.split()}
