"""A letter that the municipality's own template kept back is made again when that template is mended.

It says what it was to say when it was written, and goes once. Not any more: what asks for what has come or
was asked anew since, what is for somebody who left, and what is so old that nothing goes out unasked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jaarring.absences import records as absences
from jaarring.absences.rules import acting
from jaarring.database import Tx
from jaarring.governance import Person
from jaarring.here import Here
from jaarring.ledger import due, outbox, undeliverable
from jaarring.ledger.undeliverable import Unworded
from jaarring.mail.message import reworded
from jaarring.mail.render import Rendered
from jaarring.occasions import ASKS
from jaarring.own import templates
from jaarring.own.templates import Broken
from jaarring.undelivered import rules


def mend(here: Here, at: datetime) -> int:
    """Queue every letter again whose template can be used by now; how many. Run twice, it does so once."""
    day = at.astimezone(ZoneInfo(here.config.time_zone)).date()
    here = here.on(day)
    with here.store.read() as tx:
        wanted = [one for one in undeliverable.without_words(tx) if _is_wanted(here, tx, one, day, at)]
    return sum(_mended(here, one, at) for one in wanted)


def _mended(here: Here, one: Unworded, at: datetime) -> bool:
    made = None
    if here.config.templates:
        made = templates.mail(here.config.templates, one.template, json.loads(one.given))
    subject, raw = one.subject, one.raw  # in our words: there is no such template of theirs any more
    if isinstance(made, Rendered):
        subject = f"{here.mark}: {made.subject}" if here.mark else made.subject
        raw = reworded(one.raw, subject, made.text, made.html, at)
    with here.store.write() as tx:
        if isinstance(made, Broken):
            undeliverable.still_broken(tx, one.id, str(made))
        else:
            undeliverable.worded(tx, one.id, subject, raw, at)
    return not isinstance(made, Broken)


def _is_wanted(here: Here, tx: Tx, one: Unworded, day: date, at: datetime) -> bool:
    to = rules.addressee(here.organisation, one.recipient)
    if to is None or at - one.queued_at > timedelta(days=here.schedule.hold_after_days):
        return False
    known = absences.known(tx)
    if isinstance(to, Person) and acting(here.organisation, known, to, day).person.mail != one.recipient:
        return False  # he is away today
    said = [one.occasion, *outbox.carries(tx, one.occasion)]
    duties = list(_asked(tx, said))
    tells = any((entry := due.get(tx, key)) and entry.occasion.kind == "tell" for key in said)
    return tells or not duties or any(_is_waited_for(tx, one, duty) for duty in duties)


def _asked(tx: Tx, said: list[str]) -> Iterator[str]:
    """The duties that a letter asks for."""
    for key in said:
        ladder, handed, _ = key.partition("/handover/")
        entry = due.get(tx, f"{ladder}/due" if handed else key)
        if entry and (handed or entry.occasion.kind in ASKS):
            yield entry.occasion.duty


def _is_waited_for(tx: Tx, one: Unworded, duty: str) -> bool:
    """Whether it has not come yet, and the same reader was not asked for it anew."""
    open_due = any(e.occasion.kind == "due" and e.state in due.WAITS for e in due.of_duty(tx, duty))
    return open_due and not outbox.newer(tx, one.id, one.recipient, duty)
