"""The agenda: what happens when, and what is done, late, held or still to come. A view of the ledger.

Each occasion has a Dutch title, so that nobody has to read a key, and the people whom it concerns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.dutch import kwartaal
from jaarring.governance import Organisation
from jaarring.here import Here
from jaarring.ledger import due, outbox
from jaarring.occasions import ASKS, Duty, Occasion, occasions

STATES = {
    "open": "nog open",
    "late": "te laat",
    "done": "gedaan",
    "superseded": "vervallen",
    "held": "vastgehouden",
    "withdrawn": "ingetrokken",
}

#: the end of a key → what happens then, in Dutch; {overleg} and {secretaris} as the municipality names them
TITLES = {
    "frame/council": "De raad stelt het kader vast",
    "frame/board": "Het college stelt het strategisch kader vast",
    "objectives": "De doelstellingen worden opgelegd",
    "joint/parts": "Het {overleg} verdeelt de gezamenlijke doelstellingen",
    "plan/advice": "Adviezen over de jaarplannen zijn binnen",
    "plan/agree": "Het {overleg} stemt in met de jaarplannen",
    "plan/check": "De {secretaris} toetst de jaarplannen",
    "plan/adopt": "Het college stelt de jaarplannen vast",
    "plan/announce": "De organisatie hoort de jaarplannen",
    "plan/letter": "De raad krijgt een brief met de jaarplannen",
    "council/draft": "Het concept van de raadsrapportage is klaar",
    "council/review": "Adviseurs hebben de raadsrapportage bekeken",
    "council/adopt": "Het college stelt de raadsrapportage vast",
    "council/offer": "De raadsrapportage gaat naar de griffie",
    "council/committee": "De commissie bespreekt de raadsrapportage",
    "council/note": "De raad neemt kennis van de raadsrapportage",
    "meeting": "{overleg}",
    "talks": "Laatste dag voor de gesprekken met de {secretaris}",
    "tactical/secretary": "De {secretaris} stelt de tactische rapportage vast",
    "tactical/board": "Tactische rapportage in het college",
}
ASKED = {
    "request": "Uitvraag",
    "reminder": "Herinnering",
    "due": "Uiterste datum",
    "overdue": "Rappel",
    "escalate": "Escalatie",
}


@dataclass(frozen=True)
class Line:
    """One occasion as the agenda shows it. `state`: as in the ledger, or `late`: open after its date."""

    due: date
    key: str
    kind: str
    state: str


def title(here: Here, occasion: Occasion) -> str:
    """What happens, in Dutch: "Uiterste datum verantwoording 1e kwartaal 2027: fysieke beveiliging".

    With the names of the day it falls on. Nothing secret: it names themes and departments, never a measure.
    """
    organisation = here.config.organisations.on(occasion.due)
    if occasion.duty:
        return f"{ASKED[occasion.kind]} {owed(organisation, Duty(occasion.duty))}"
    year, _, tail = occasion.key.partition("/")
    quarter = ""
    if tail[0] == "Q":
        head, _, tail = tail.partition("/")
        quarter = f"{kwartaal(int(head[1:]))} {year}"
    body = organisation.joint_body.name if organisation.joint_body else "overleg"
    words = TITLES[tail].format(overleg=body, secretaris=organisation.secretary_label)
    return f"{words}: {quarter}" if quarter else f"{words} ({year})"


def owed(organisation: Organisation, duty: Duty) -> str:
    """What a duty asks for: "jaarplan 2027: fysieke beveiliging"."""
    if duty.is_question:
        return "antwoord op een vraag"
    subject = duty.subject
    if duty.kind == "account" and subject in organisation.departments:
        subject = organisation.departments[subject].name
    elif theme := organisation.known_theme(subject):
        subject = theme.name
    elif subject == "oib" and organisation.joint_body:
        subject = organisation.joint_body.name
    if duty.quarter is None:
        return f"jaarplan {duty.year}: {subject}"
    return f"verantwoording {kwartaal(duty.quarter.number)} {duty.year}: {subject}"


def entries(here: Here, year: int) -> list[due.Entry]:
    """The occasions of a cycle year; from the calendar alone where the ledger has none yet."""
    with here.store.read() as tx:
        found = due.of_year(tx, year)
    if not found and year in here.framework.budgets:
        dated = occasions(here.config.organisations, here.schedule, year)
        found = [due.Entry(one, "open", None) for one in dated]
    return found


def lines(here: Here, year: int, as_of: date) -> list[Line]:
    """The occasions of a cycle year as the agenda shows them."""
    return [_line(entry.occasion, entry.state, as_of) for entry in entries(here, year)]


def _line(occasion: Occasion, state: str, as_of: date) -> Line:
    late = state == "open" and occasion.due < as_of and occasion.kind not in ASKS
    return Line(occasion.due, occasion.key, occasion.kind, "late" if late else state)


def as_text(here: Here, found: Sequence[Line], held: bool = False) -> Iterator[str]:
    """The agenda for a person: one line an occasion, then the messages that could not be sent.

    `held`: `found` are only those that are held, so that none is good news.
    """
    for line in found:
        yield f"{line.due}  {STATES[line.state]:<13} {line.key}"
    if not found and held:
        yield "Er wordt niets vastgehouden."
    elif not found:
        yield "Geen gebeurtenissen gevonden. Staat er voor dit jaar een begroting in strategy.yaml?"
    with here.store.read() as tx:
        failed = [one for one in outbox.all_lines(tx) if one.state != "sent" and one.reply]
    for message in failed:
        yield f"Niet verstuurd: {message.occasion} aan {message.recipient}: {message.reply}"
