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
from jaarring.undelivered.rules import addressee, why


def lines(here: Here) -> Iterator[str]:
    """A line for every channel that rests and every message that did not go out, with the server's words."""
    zone = ZoneInfo(here.config.time_zone)
    resting, waiting = _found(here)
    for channel, count in resting:
        yield _rests(channel, channel.since.astimezone(zone).date(), count)
    for one in waiting:
        yield _not_sent(one)


def as_entries(here: Here) -> Iterator[dict[str, object]]:
    """The same for a script, with the fields that an occasion of the agenda has, and more.

    A message: `key` as `release` and `settle` take it, `state` failed, uncertain or (not sent yet) queued or
    sending, `note` the server's words, `concerns` whose address it is. A channel: `state` resting.
    """
    zone = ZoneInfo(here.config.time_zone)
    resting, waiting = _found(here)
    for channel, count in resting:
        yield {
            "due": None, "key": f"channel/{channel.name}", "kind": "channel", "state": "resting",
            "title": channel.name, "note": channel.why, "concerns": (),
            "since": channel.since.astimezone(zone).date(), "waiting": count,
        }  # fmt: skip
    for one in waiting:
        to = addressee(here.organisation, one.recipient)
        yield {
            "due": None, "key": f"message/{one.id}", "kind": "message", "state": one.state,
            "title": one.subject, "note": one.reply, "concerns": (to.id,) if to else (),
            "since": one.queued_at.astimezone(zone).date(), "occasion": one.occasion,
            "recipient": one.recipient, "channel": one.channel,
        }  # fmt: skip


def _found(here: Here) -> tuple[list[tuple[pauses.Paused, int]], list[Line]]:
    """Each channel that rests with how many messages wait for it, and each message that must be shown."""
    with here.store.read() as tx:
        resting, waiting = pauses.all_of(tx), outbox.not_sent(tx)
    counts = Counter(one.channel for one in waiting if one.state not in UNDELIVERED)
    still = {channel.name for channel in resting}
    shown = [one for one in waiting if one.reply and (one.state in UNDELIVERED or one.channel not in still)]
    return [(channel, counts[channel.name]) for channel in resting], shown


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
    again = f"{begin}: {said}. Opnieuw sturen: jaarring release message/{one.id}"
    never = why(one.state, one.sent_at is not None, one.attempts) == "template"
    return again if never else f"{again}. Toch aangekomen: jaarring settle message/{one.id} --arrived"
