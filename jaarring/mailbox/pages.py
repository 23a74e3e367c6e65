"""What the coordinator sees of the mailbox in the agenda: what waits for him, who is away, what is closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from jaarring import cycle
from jaarring.dutch import datum, hoofdletter, meervoud, met_lidwoord, opsomming
from jaarring.here import Here
from jaarring.mailbox import records
from jaarring.mailbox.actions import addresses
from jaarring.mailbox.records import Seen
from jaarring.rights import named

#: how long a robot's answer is news
NEWS = timedelta(days=14)
_KINDS = {
    "form": ("met een formulier waar u naar moet kijken", "met een formulier waar u naar moet kijken"),
    "unreadable": ("met een bijlage die wij niet konden lezen", "met een bijlage die wij niet konden lezen"),
    "bounce": ("van een mailserver", "van mailservers"),
    "answer": ("van iemand die wij kennen", "van mensen die wij kennen"),
    "other": ("van een ander", "van anderen"),
}


def lines(here: Here, as_of: date) -> Iterator[str]:
    """A line for everything of the mailbox that the coordinator must know; none where there is no mailbox."""
    boxes, zone = addresses(here), ZoneInfo(here.config.time_zone)
    if not boxes:
        return
    yield from closed(here)
    with here.store.read() as tx:
        left = records.left(tx)
        robots = records.noted(tx, "auto", cycle.moment(here, as_of - NEWS))
    if left:
        verb = meervoud(len(left), "wacht 1 ongelezen bericht", f"wachten {len(left)} ongelezen berichten")
        yield f"In het postvak {verb} op u: {opsomming(list(_counted(left)))}."
    for who, on in {one.sender: one.begun_at.astimezone(zone).date() for one in robots}.items():
        name = hoofdletter(met_lidwoord(named(here.organisation, who)))
        yield f"{name} stuurde op {datum(on)} een automatisch antwoord. Is een vervanger nodig?"


def closed(here: Here) -> Iterator[str]:
    """A line for every configured box that could not be read when that was last tried."""
    boxes, zone = addresses(here), ZoneInfo(here.config.time_zone)
    with here.store.read() as tx:
        found = [one for one in records.closed(tx) if one.name in boxes]
    for box in found:
        which = "met onbestelbare berichten " if box.name == "bounces" else ""
        since = datum(box.since.astimezone(zone).date())
        yield f"Het postvak {which}is sinds {since} niet te lezen: {box.why}. Nu vragen wij niemand iets."


def _counted(left: list[Seen]) -> Iterator[str]:
    counts = Counter(_kind(one) for one in left)
    for kind, words in _KINDS.items():
        if counts[kind]:
            yield f"{counts[kind]} {meervoud(counts[kind], *words)}"


def _kind(one: Seen) -> str:
    if one.kind in ("bounce", "delay"):
        return "bounce"
    if one.kind in ("form", "unreadable"):
        return one.kind
    return "answer" if one.sender else "other"
