"""Who stands where for a thing: whose own it is, who is at a party of a line, to whom it goes.

Plain: an organisation as it is on a day and a thing go in, ids come out: of a person, of a body (`college`,
`raad`), or `oib` for the joint body as a whole, which its chair answers for (`voice`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from jaarring.governance import Department, Organisation, Theme

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


def voice(organisation: Organisation, id: str) -> str:
    """Who answers for `id` when it is asked something: the chair for the joint body, else itself."""
    return organisation.joint_body.chair if id == JOINT and organisation.joint_body else id


def owned_by(organisation: Organisation, thing: Thing, judged: bool = True) -> frozenset[str]:
    """Whose own it is: who owes it or made it, and where it is judged also who advises about it.

    The joint body speaks through its chair, so it does not judge what is its chair's.
    """
    found = {*debtor(organisation, thing), *filter(None, [thing.made_by])}
    theme = theme_of(organisation, thing)
    if theme and judged:
        found.add(theme.adviser)
    if organisation.joint_body and organisation.joint_body.chair in found:
        found.add(JOINT)
    return frozenset(found)


def theme_of(organisation: Organisation, thing: Thing) -> Theme | None:
    if thing.kind in ("account", "absence", "register"):
        return None
    return organisation.bearer(thing.subject)


def department_of(organisation: Organisation, thing: Thing) -> Department | None:
    if thing.kind in ("absence", "register", "plan", "report") or theme_of(organisation, thing):
        return None
    return organisation.departments.get(thing.subject)


def debtor(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """Who owes it: the owner of a theme, the head of a department, the chair of the joint body."""
    if thing.kind == "absence":
        return (thing.subject,) if thing.subject in organisation.people else ()
    if of_joint_body(thing):
        return (organisation.joint_body.chair,) if organisation.joint_body else ()
    if theme := theme_of(organisation, thing):
        return (theme.owner,)
    department = department_of(organisation, thing)
    return (department.head,) if department else ()


def of_joint_body(thing: Thing) -> bool:
    return thing.kind == "joint" or (thing.subject == JOINT and thing.kind != "register")


def at(organisation: Organisation, party: str, thing: Thing) -> tuple[str, ...]:
    """Who stands at a party of a line; nobody where there is none."""
    theme, department = theme_of(organisation, thing), department_of(organisation, thing)
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


def others(organisation: Organisation, party: str, thing: Thing) -> tuple[str, ...]:
    """Who stands at a party, but for whose own it is."""
    barred = owned_by(organisation, thing)
    return tuple(id for id in at(organisation, party, thing) if id not in barred)


def accounting_line(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """To whom an account goes, nearest first. It ends at the board, which accounts to the council itself."""
    lines = organisation.lines
    if department_of(organisation, thing):
        line = lines.department_accounts_to
    elif of_joint_body(thing):
        body = [place for place, party in enumerate(lines.accounts_to) if party in ("oib", "chair")]
        line = lines.accounts_to[max(body, default=0) + 1 :]
    else:
        line = lines.accounts_to[1:]
    return (*(party for party in line if party not in ("theme", "college", "council")), "college")


def deciding_line(organisation: Organisation, thing: Thing) -> tuple[str, ...]:
    """Who may decide an adjustment, nearest first; the board keeps what it has mandated (Awb 10:7), unless
    the line ends above it.

    Above the amount of the mandate and across themes only the last party. A joint objective was set for the
    joint body, so the body does not decide about it.
    """
    line = organisation.lines.decides_adjustment
    if thing.crosses or thing.amount > organisation.mandate.amount:
        line = line[-1:]
    if of_joint_body(thing):
        line = tuple(party for party in line if party not in ("oib", "chair"))
    return line if "council" in line else (*(party for party in line if party != "college"), "college")
