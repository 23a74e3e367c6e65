"""Decisions that were lost: the coordinator is asked to enter them again, by mail and in the agenda, until
each is there or he says that it need not.

The journal has of a decision that it was taken, about what and when it was entered; not its number or reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from jaarring import letters
from jaarring.absences.actions import demand_coordinator
from jaarring.dutch import datum
from jaarring.here import Here
from jaarring.ledger import events, outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.recovery import records
from jaarring.recovery.records import ToEnter
from jaarring.recovery.rules import command, what_of
from jaarring.refusal import Refused

#: what the key of a lost decision begins with, as the agenda shows it
LOST = "lost/"


def ask(here: Here, at: datetime) -> int:
    """Queue one letter to the coordinator about every decision that was lost and of which he was not told
    yet; how many decisions.
    """
    with here.store.read() as tx:
        new = [one for one in records.to_enter(tx) if one.asked_again_at is None]
        letter = _letter(here, new, at) if new else None
    if letter:
        with here.store.write() as tx:
            outbox.queue(tx, letter, at)
            records.asked(tx, at, sort="decided")
    return len(new)


def lines(here: Here) -> Iterator[str]:
    """A line in the agenda for every decision that must be entered again."""
    with here.store.read() as tx:
        waiting = records.to_enter(tx)
    for one in waiting:
        yield (
            f"Verloren bij het terugzetten: {_shown(here, one)}. Opnieuw vastleggen: {command(one.lost)}. "
            f"Hoeft het niet meer: jaarring settle {LOST}{one.id} --dropped"
        )


def as_entries(here: Here) -> Iterator[dict[str, object]]:
    """The same for a script, with the fields that an occasion of the agenda has."""
    with here.store.read() as tx:
        waiting = records.to_enter(tx)
    for one in waiting:
        yield {
            "due": None, "key": f"{LOST}{one.id}", "kind": "lost", "state": "lost",
            "title": _shown(here, one), "note": command(one.lost),
            "concerns": (here.organisation.coordinator,), "since": _day(here, one), "occasion": one.lost.key,
        }  # fmt: skip


def drop(here: Here, number: int, by: str, at: datetime) -> str:
    """Record that a lost decision need not be entered again; what it was about. Raises Refused for anybody
    but the coordinator, and for what is not waiting.
    """
    demand_coordinator(here, by, at.astimezone(ZoneInfo(here.config.time_zone)).date())
    with here.store.write() as tx:
        found = next((one for one in records.to_enter(tx) if one.id == number), None)
        if found is None:
            raise Refused(f"'{LOST}{number}' is geen verloren besluit dat wacht", "kijk met jaarring agenda")
        records.settle(tx, number, at)
        events.append(tx, at, by, "lost.dropped", found.lost.key[:120], {"lost": number})
    return found.lost.key


def _letter(here: Here, new: list[ToEnter], at: datetime) -> NewMessage:
    names = sha256(" ".join(sorted(one.lost.ref for one in new)).encode()).hexdigest()[:16]
    return letters.write(
        here,
        "recovery/decided.mail",
        here.organisation.people[here.organisation.coordinator],
        key=f"recovery/enter/{names}",
        at=at,
        lines=[(_shown(here, one), command(one.lost)) for one in new],
    )


def _shown(here: Here, one: ToEnter) -> str:
    return f"{what_of(one.lost.kind)}, {one.lost.key}, vastgelegd op {datum(_day(here, one))}"


def _day(here: Here, one: ToEnter) -> date:
    return datetime.fromisoformat(one.lost.at).astimezone(ZoneInfo(here.config.time_zone)).date()
