"""Telling that a message did not arrive, and sending it again by somebody's word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from jaarring import announcing, cycle
from jaarring.absences import records as absences
from jaarring.absences.actions import demand_coordinator
from jaarring.database import Tx
from jaarring.dutch import datum
from jaarring.governance import Body
from jaarring.here import Here
from jaarring.ledger import due, outbox, undeliverable
from jaarring.ledger.outbox import Line, NewMessage
from jaarring.mail.message import Address, compose, message_id
from jaarring.occasions import ASKS
from jaarring.refusal import Refused
from jaarring.undelivered import rules, words
from jaarring.undelivered.rules import KEYS, Reader, Undelivered

SIGNED = "coördinator integrale beveiliging"


def tell(here: Here, at: datetime) -> int:
    """Queue word of every message that came to nothing and of which nobody was told yet; how many.

    Where such word does not arrive itself, the next in line is told; an address that failed is not used for
    it again.
    """
    day = _day(here, at)
    here = here.on(day)
    with here.store.read() as tx:
        failed = undeliverable.untold(tx)
        notices = {one.id: list(_notices(here, tx, one, day, at)) for one in failed}
    if not failed:
        return 0
    with here.store.write() as tx:
        for one in failed:
            for letter in notices[one.id]:
                outbox.queue(tx, letter, at)
            if one.channel == "mail":
                title = f"Alarm: een bericht is niet aangekomen ({datum(day)})"
                announcing.queue(here, tx, "alarm", f"{KEYS}/{day}", title, at)
        undeliverable.was_told(tx, [one.id for one in failed], at)
    return len(failed)


def strand(here: Here, at: datetime) -> int:
    """Keep back what waits for somebody who has left, or under an address that he had before; how many. What
    it asks is asked of who does it now.
    """
    now = here.on(at.astimezone(ZoneInfo(here.config.time_zone)).date()).organisation
    addresses = {one.mail for one in now.people.values()} | {one.mail for one in now.bodies.values()}
    with here.store.write() as tx:
        return undeliverable.stranded(tx, addresses, rules.LEFT, at)


def again(here: Here, number: int, by: str, at: datetime) -> bool:
    """Send a message that did not arrive once more, with the next round; False if it is not such a one.

    Raises Refused for anybody but the coordinator.
    """
    demand_coordinator(here, by, _day(here, at))
    with here.store.write() as tx:
        return undeliverable.again(tx, number, by, at)


def arrived(here: Here, number: int, by: str, at: datetime, on: date | None = None) -> date:
    """Record that a message did arrive after all: it counts as asked from the day it was really sent, which
    is returned. `on`: that day, where the coordinator knows it better than we do.

    Raises Refused for anybody but the coordinator, for a message that did not fail, for one that never went
    out, and for a day on which it cannot have gone.
    """
    demand_coordinator(here, by, _day(here, at))
    with here.store.write() as tx:
        line = outbox.line(tx, number)
        if line is None or line.state not in outbox.UNDELIVERED:
            raise Refused(f"'message/{number}' is geen bericht dat niet aankwam", "kijk met jaarring agenda")
        sent = undeliverable.went_at(tx, number)
        if sent is None:
            raise Refused(
                f"'message/{number}' is nooit verstuurd",
                f"verstuur het met jaarring release message/{number}",
            )
        if on is not None:
            begun = undeliverable.begun_at(tx, number)
            first, last = _day(here, begun), _day(here, at)
            if not first <= on <= last:
                raise Refused(
                    f"'message/{number}' kan niet op {datum(on)} zijn aangekomen",
                    f"kies een dag van {datum(first)} tot en met {datum(last)}",
                )
            sent = min(at, max(begun, cycle.moment(here, on)))
        undeliverable.arrived(tx, number, sent, by, at)
    return _day(here, sent)


def _day(here: Here, at: datetime) -> date:
    return at.astimezone(ZoneInfo(here.config.time_zone)).date()


def _notices(here: Here, tx: Tx, failed: Line, day: date, at: datetime) -> Iterator[NewMessage]:
    number = rules.root(failed.occasion, failed.id)
    about = failed if number == failed.id else outbox.line(tx, number)
    if about is None:
        return
    told = outbox.told(tx, f"{KEYS}/{number}")
    dead = {failed.recipient, about.recipient} | {one.recipient for one in told if one.failed}
    one = _undelivered(here, tx, about)
    for reader in rules.readers(here.organisation, absences.known(tx), about.recipient, dead, day):
        yield _letter(here, one, reader, f"{KEYS}/{number}/{day.isoformat()}", at)


def _undelivered(here: Here, tx: Tx, line: Line) -> Undelivered:
    meant = rules.addressee(here.organisation, line.recipient)
    whom = meant.name if isinstance(meant, Body) else meant.function if meant else ""
    return Undelivered(
        number=line.id,
        whom=whom,
        address=line.recipient if line.channel == "mail" else f"kanaal {line.channel}",
        subject=line.subject,
        queued_on=_day(here, line.queued_at),
        why=rules.why(line.state, line.sent_at is not None, line.attempts, line.reply),
        words=line.reply,
        asks=_asks(tx, line.occasion),
    )


def _asks(tx: Tx, occasion: str) -> bool:
    entry = due.get(tx, occasion)
    return occasion.startswith("ask/") or bool(entry and entry.occasion.kind in ASKS)


def _letter(here: Here, one: Undelivered, reader: Reader, key: str, at: datetime) -> NewMessage:
    channels, person = here.config.channels, reader.person
    municipality = f"gemeente {here.organisation.name}"
    body = list(words.paragraphs(one, reader))
    around = SIGNED, municipality, channels.contact
    subject = words.subject(one)
    subject = f"{here.mark}: {subject}" if here.mark else subject
    identity = message_id(key, person.mail, "mail", channels.sender.mail.rpartition("@")[2])
    coordinator = here.organisation.people[here.organisation.coordinator]
    raw = compose(
        sender=Address(channels.sender.name, channels.sender.mail),
        recipient=Address(words.greeted(person), person.mail),
        reply_to=Address(words.greeted(coordinator), channels.sender.mail),
        subject=subject,
        text=words.as_text(body, *around),
        html=words.as_html(body, *around),
        at=at,
        message_id=identity,
        in_reply_to=None,
        occasion=key,
    )
    return NewMessage(key, person.mail, identity, subject, raw)
