"""Beside the mail: a title and a date in Teams, Mattermost, ntfy or a webhook; never what a letter says.

A channel says in channels.yaml what it is for: what is overdue, what goes up, or what is wrong with the post.
Each announcement is a message of its own in the outbox, under a key of its own, so that whether somebody was
asked is read from the mail alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.here import Here
from jaarring.ledger import due, outbox, pauses
from jaarring.ledger.outbox import NewMessage
from jaarring.mail.message import message_id, notice
from jaarring.occasions import Duty
from jaarring.titles import Titles

#: what a key of an announcement begins with
KEYS = "announce"
#: how long after it happened something is still news
NEWS = timedelta(days=1)


def due_now(here: Here, at: datetime) -> None:
    """Announce what was asked since yesterday on the channels that are for it. Run twice, it does so once."""
    wanted = {about for channel in here.config.channels.channels.values() for about in channel.about}
    kinds = sorted(wanted & {"overdue", "escalate"})
    if not kinds:
        return
    with here.store.read() as tx:
        asked = [one for one in due.done_since(tx, kinds, at - NEWS) if not Duty(one.duty).is_question]
        dates = {one.key: due.get(tx, one.deadline) for one in asked}
    titles = Titles(here.organisation, here.schedule.outside)
    with here.store.write() as tx:
        for one in asked:
            deadline = dates[one.key]
            until = f" (uiterste datum {datum(deadline.occasion.due)})" if deadline else ""
            queue(here, tx, one.kind, one.key, titles.of(one.key, one.kind, one.duty) + until, at)


def rests(here: Here, at: datetime) -> bool:
    """Raise an alarm about every channel that rests; whether that queued something."""
    zone, found = ZoneInfo(here.config.time_zone), False
    with here.store.read() as tx:
        resting = pauses.all_of(tx)
    for one in resting:
        name = "de mail" if one.name == "mail" else f"kanaal {one.name}"
        day = one.since.astimezone(zone).date()
        title = f"Alarm: {name} staat stil sinds {datum(day)}"
        with here.store.write() as tx:
            found |= queue(here, tx, "alarm", f"rest/{one.name}/{day}", title, at, but=one.name)
    return found


def queue(here: Here, tx: Tx, about: str, key: str, title: str, at: datetime, but: str = "") -> bool:
    """Queue a title for every channel that is for this, once for each `key`; whether there was anything new.

    `but`: a channel that does not get it, for it is about that.
    """
    settings, new = here.config.channels, False
    domain = settings.sender.mail.rpartition("@")[2]
    occasion = f"{KEYS}/{key}"[:160]
    title = f"{here.mark}: {title}" if here.mark else title
    for name, channel in settings.channels.items():
        if about in channel.about and name != but:
            identity = message_id(occasion, name, name, domain)
            raw = notice(title, at, identity, occasion)
            new |= outbox.queue(tx, NewMessage(occasion, name, identity, title, raw, name), at)
    return new
