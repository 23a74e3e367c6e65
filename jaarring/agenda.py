"""The agenda: what happens when, and what is done, late, held or still to come. A view of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from jaarring.here import Here
from jaarring.ledger import due, outbox
from jaarring.occasions import ASKS, Occasion, occasions

STATES = {
    "open": "nog open",
    "late": "te laat",
    "done": "gedaan",
    "superseded": "vervallen",
    "held": "vastgehouden",
    "withdrawn": "ingetrokken",
}


@dataclass(frozen=True)
class Line:
    """One occasion as the agenda shows it. `state`: as in the ledger, or `late`: open after its date."""

    due: date
    key: str
    kind: str
    state: str


def lines(here: Here, year: int, as_of: date) -> list[Line]:
    """The occasions of a cycle year; from the calendar alone where the ledger has none yet."""
    with here.store.read() as tx:
        entries = due.of_year(tx, year)
    if not entries and year in here.framework.budgets:
        dated = occasions(here.config.organisations, here.schedule, year)
        entries = [due.Entry(one, "open", None) for one in dated]
    return [_line(entry.occasion, entry.state, as_of) for entry in entries]


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
