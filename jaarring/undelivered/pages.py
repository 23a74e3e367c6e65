"""What the agenda shows of what did not go out: channels that rest, messages that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from jaarring.dutch import datum, meervoud
from jaarring.here import Here
from jaarring.ledger import outbox, pauses
from jaarring.ledger.outbox import UNDELIVERED, Line


def lines(here: Here) -> Iterator[str]:
    """A line for every channel that rests and every message that did not go out, with the server's words."""
    zone = ZoneInfo(here.config.time_zone)
    with here.store.read() as tx:
        resting, waiting = pauses.all_of(tx), outbox.not_sent(tx)
    counts = Counter(one.channel for one in waiting if one.state not in UNDELIVERED)
    for channel in resting:
        yield _rests(channel, channel.since.astimezone(zone).date(), counts[channel.name])
    still = {channel.name for channel in resting}
    for one in waiting:
        if one.reply and (one.state in UNDELIVERED or one.channel not in still):
            yield _not_sent(one)


def _rests(channel: pauses.Paused, since: date, waiting: int) -> str:
    name = "De mail" if channel.name == "mail" else f"Het kanaal {channel.name}"
    wait = f"{waiting} {meervoud(waiting, 'bericht wacht', 'berichten wachten')}. " if waiting else ""
    return (
        f"{name} staat stil sinds {datum(since)}: {channel.why}. {wait}"
        "Zoek uit waarom met: jaarring check --channels"
    )


def _not_sent(one: Line) -> str:
    said = f"{one.occasion} aan {one.recipient}: {one.reply}"
    if one.state not in UNDELIVERED:
        return f"Nog niet verstuurd: {said}"
    begin = "Misschien niet aangekomen" if one.state == "uncertain" else "Niet verstuurd"
    return f"{begin}: {said}. Opnieuw sturen: jaarring release message/{one.id}"
