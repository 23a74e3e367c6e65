"""Looking, telling, and the sign that all is well; nothing here needs a tick, Prefect or a template."""

from __future__ import annotations

import json
import os
import shutil
import urllib.request
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from jaarring import agenda, rounds, verify
from jaarring.doubts import actions as doubts
from jaarring.dutch import MONTHS, dag_maand
from jaarring.files import write_safely
from jaarring.here import Here
from jaarring.ledger import events, outbox
from jaarring.mail.channels import Channels, with_secrets
from jaarring.mail.message import Address, compose, message_id
from jaarring.mailbox import pages as mailbox
from jaarring.watch.rules import Alarm, Month, Seen, alarms, sign_of_life, to_tell

#: which alarm was last told when, beside the store: it must not depend on it
TOLD = "alarm.json"
#: seconds that the outward address may take
PATIENCE = 10


def look(here: Here, now: datetime) -> list[Alarm]:
    """What a person must look at now, gravest first; empty if all is well."""
    with here.store.read() as tx:
        lines = outbox.all_lines(tx)
    waiting = [one.queued_at for one in lines if one.state in ("queued", "sending")]
    seen = Seen(
        round=rounds.when(here.storage),
        free=shutil.disk_usage(here.storage).free,
        failed=sum(one.state == "failed" and now - one.queued_at < timedelta(days=7) for one in lines),
        oldest=min(waiting, default=None),
        broken=tuple(verify.findings(here)),
        held=tuple(one.reason for one in doubts.look(here, now)),
        closed=tuple(mailbox.closed(here)),
    )
    return list(alarms(seen, now))


def tell(here: Here, found: Sequence[Alarm], now: datetime) -> list[str]:
    """Mail the alarms that nobody heard of within a day; what could not be mailed, in the server's words.

    It goes at once and not through the outbox: what keeps the post waiting may be what the alarm is about.
    """
    told = _told(here)
    new = to_tell(list(found), told, now)
    if not new:
        return []
    text = "\n\n".join(one.sentence + "." for one in new)
    failed = list(_mail(here, "alarm", f"Jaarring vraagt uw aandacht: {new[0].sentence}", text, now))
    if not failed:
        told.update({one.kind: now for one in new})
        written = json.dumps({kind: at.isoformat() for kind, at in told.items()})
        write_safely(here.storage / TOLD, written.encode())
    return failed


def beat(here: Here) -> str:
    """Knock at the outward address, which raises the alarm when we fall silent; why it failed, or nothing.

    Nothing is sent along: that we are there is all it hears.
    """
    if not (address := here.config.channels.heartbeat):
        return ""
    try:
        with urllib.request.urlopen(with_secrets(address, here.config.folder, os.environ), timeout=PATIENCE):
            return ""
    except OSError as error:  # never its words: they may hold the address, and that may hold a secret
        return type(error).__name__


def sign(here: Here, now: datetime) -> int:
    """Put the monthly sign of life in the outbox, once a month from its first working day; to how many."""
    today = now.astimezone(ZoneInfo(here.config.time_zone)).date()
    first = here.schedule.calendar.on_or_after(today.replace(day=1))
    if today < first:
        return 0
    here = here.on(today)
    text = sign_of_life(_month(here, today, now))
    subject = f"Jaarring in {MONTHS[today.month - 1]} {today.year}: teken van leven"
    key = f"sign/{today:%Y-%m}"
    count = 0
    for to in _readers(here):
        raw, identity = _composed(here, to, key, subject, text, now)
        new = outbox.NewMessage(key, to.mail, identity, subject, raw)
        with here.store.write() as tx:
            if outbox.queue(tx, new, now):
                events.append(tx, now, "jaarring", "sign.queued", key, {})
                count += 1
    return count


def _month(here: Here, today: date, now: datetime) -> Month:
    with here.store.read() as tx:
        lines = [one for one in outbox.all_lines(tx) if now - one.queued_at < timedelta(days=31)]
        head = events.head(tx)
    around = agenda.calm(agenda.around(here, today))
    late = [one.title for one in around if one.state == "late"]
    coming = [one for one in agenda.soon(around, today) if one.due and one.due >= today]
    return Month(
        sent=sum(one.state == "sent" for one in lines),
        failed=sum(one.state == "failed" for one in lines),
        late=tuple(late),
        next=tuple(f"{dag_maand(one.due)}: {one.title}" for one in coming[:10] if one.due),
        head=head,
    )


def _readers(here: Here) -> Iterator[Address]:
    """The secretary and the coordinator, and whoever of the people monitors; each once."""
    organisation = here.organisation
    ids = [organisation.secretary, organisation.coordinator, *organisation.roles.get("monitor", ())]
    for id in dict.fromkeys(ids):
        if person := organisation.people.get(id):
            yield Address(person.name or person.function, person.mail)


def _told(here: Here) -> dict[str, datetime]:
    try:
        found = json.loads((here.storage / TOLD).read_text(encoding="utf-8"))
        return {kind: datetime.fromisoformat(at) for kind, at in found.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _mail(here: Here, key: str, subject: str, text: str, now: datetime) -> Iterator[str]:
    """Deliver to everybody who gets alarms; of what failed, the server's words."""
    settings = here.config.channels
    with Channels.open({"mail": settings.mail}, base=here.config.folder) as channels:
        for to in _alarmed(here):
            raw, _ = _composed(here, to, f"{key}/{now:%Y-%m-%dT%H%M%S}", subject, text, now)
            outcome = channels.deliver(raw, to.mail, settings.bounces)
            if outcome.kind != "sent":
                yield f"{to.mail}: {outcome.reply}"


def _alarmed(here: Here) -> Iterator[Address]:
    organisation = here.organisation
    coordinator = organisation.people[organisation.coordinator]
    yield Address(coordinator.name or coordinator.function, coordinator.mail)
    if (administrator := here.config.channels.alarm) and administrator != coordinator.mail:
        yield Address("beheerder Jaarring", administrator)


def _composed(here: Here, to: Address, key: str, subject: str, text: str, now: datetime) -> tuple[bytes, str]:
    sender = here.config.channels.sender
    identity = message_id(key, to.mail, "mail", sender.mail.rpartition("@")[2])
    html = "".join(f"<p>{escape(one).replace(chr(10), '<br>')}</p>" for one in text.split("\n\n"))
    raw = compose(
        sender=Address(sender.name, sender.mail),
        recipient=to,
        reply_to=None,
        subject=subject,
        text=text + "\n",
        html=f'<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>{escape(subject)}</title>'
        f"</head><body>{html}</body></html>",
        at=now,
        message_id=identity,
        in_reply_to=None,
        occasion=key,
    )
    return raw, identity
