"""Reading the mailbox of the sender: forms are taken in, bounces noted, all else is left for the coordinator.

A mail is handled once. What becomes of it is recorded first, and only then is it marked as read; after a
crash in between it is found again, known, and marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from jaarring.database import was_busy
from jaarring.files import DamagedFile
from jaarring.governance import Body, Organisation, Person
from jaarring.here import Here
from jaarring.ledger import events, outbox
from jaarring.mail import boxes
from jaarring.mail.boxes import Box, BoxError
from jaarring.mailbox import bounces, notices, records, rules
from jaarring.mailbox.forms import Forms, Take
from jaarring.mailbox.opened import open_mail
from jaarring.mailbox.proof import Proof, proof
from jaarring.mailbox.records import Seen
from jaarring.mailbox.rules import Mail

#: mails that one round looks at: the newest, for a box of years may lie there unread
ROUND = 500


def read(here: Here, as_of: date, at: datetime, take: Take) -> Counter[str]:
    """Read what is new in the configured boxes; how many mails ended in which outcome.

    `take`: how a form is taken in, as from the intake folder, by whom; see `forms.Take`. A box that cannot be
    read is recorded and told to the coordinator, once a day. A mail that we stumble over is left for him, the
    others are read, and then the error is raised.
    """
    counts = Counter[str]()
    stumbled: list[Exception] = []
    if addresses(here):
        _ = here.form_secret  # one that is damaged is no fault of whoever sent a form
    for name, address in addresses(here).items():
        try:
            with boxes.opened(address, base=here.config.folder) as box:
                _Round(here, as_of, at, take, counts, stumbled).look(box)
        except BoxError as error:
            _cannot_read(here, name, str(error), as_of, at)
            counts["unreadable box"] += 1
        else:
            with here.store.write() as tx:
                records.can_read(tx, name)
    if stumbled:
        raise stumbled[0]
    return counts


def addresses(here: Here) -> dict[str, str]:
    """The boxes to read, by name; none where no mailbox is configured."""
    settings = here.config.channels.mailbox
    if settings is None:
        return {}
    return {"mailbox": settings.address} | ({"bounces": settings.bounces} if settings.bounces else {})


def is_closed(here: Here) -> bool:
    """Whether a configured box could not be read when that was last tried: who answered is not known then."""
    boxes_read = addresses(here)
    if not boxes_read:
        return False
    with here.store.read() as tx:
        return any(one.name in boxes_read for one in records.closed(tx))


def _cannot_read(here: Here, name: str, why: str, as_of: date, at: datetime) -> None:
    with here.store.write() as tx:
        found = records.cannot_read(tx, name, why, at)
    letter = notices.closed(here, found, as_of, at)
    with here.store.write() as tx:
        outbox.queue(tx, letter, at)


@dataclass
class _Round:
    """One look through one box."""

    here: Here
    as_of: date
    at: datetime
    take: Take
    counts: Counter[str]
    stumbled: list[Exception]

    def look(self, box: Box) -> None:
        now = box.places()
        with self.here.store.read() as tx:
            known = records.places(tx, box.key)
        if known is None:  # what was read before we came is not ours to handle
            known = {"": "", **{place: "" for place, unread in now.items() if not unread}}
            with self.here.store.write() as tx:
                records.lies(tx, box.key, known)
        for place in [one for one in now if one not in known][-ROUND:]:
            if seen := self._one(box, place):
                self.counts[seen.outcome] += 1
        self._meanwhile(box, now)

    def _one(self, box: Box, place: str) -> Seen | None:
        """Handle what lies at one place; None if it is gone."""
        size = box.size(place)
        too_large = size > rules.MAIL_LIMIT
        raw = box.head(place) if too_large else box.raw(place, rules.MAIL_LIMIT + 1)
        if not raw:
            return None
        mail = open_mail(raw, too_large)
        with self.here.store.read() as tx:
            seen = records.of(tx, mail.identity)
        if seen is None or seen.outcome == "begun":
            seen = self._handled(mail, seen)
        if seen.is_handled:
            box.mark(place, seen.is_answered)
        with self.here.store.write() as tx:
            records.lies(tx, box.key, {place: mail.identity})
        return seen

    def _handled(self, mail: Mail, before: Seen | None) -> Seen:
        """What became of a mail; `before`: that we had begun with it when we were stopped."""
        senders = of_address(self.here.organisation, mail.sender)
        found = self._proof(mail)
        with self.here.store.read() as tx:
            ours = any(outbox.by_message_id(tx, one) for one in mail.answers)
        kind = rules.kind_of(mail, bool(senders), ours)
        sender = senders[0].id if senders else ""
        begun_at = before.begun_at if before else self.at
        seen = Seen(mail.identity, kind, "begun", sender, "", str(found), begun_at)
        try:
            return self._became(mail, seen, senders, found)
        except Exception as error:
            if isinstance(error, (OSError, DamagedFile)) or was_busy(error):
                raise  # nothing to do with this mail: the next round begins with it again
            self.stumbled.append(error)
            return self._keep(replace(seen, outcome="left"))

    def _became(self, mail: Mail, seen: Seen, senders: Sequence[Person | Body], found: Proof) -> Seen:
        if seen.kind in ("bounce", "delay"):
            return bounces.noted(self.here, mail, seen, self.at)
        if seen.kind == "auto":
            return self._keep(replace(seen, outcome="noted"), event="mail.robot" if seen.sender else "")
        if seen.kind in ("form", "unreadable"):
            return Forms(self.here, self.as_of, self.at, self.take).answered(mail, seen, senders, found)
        return self._keep(replace(seen, outcome="left"))

    def _keep(self, seen: Seen, event: str = "") -> Seen:
        with self.here.store.write() as tx:
            records.keep(tx, seen)
            if event:
                events.append(tx, self.at, seen.sender, event, "mail", {"mail": seen.identity})
        return seen

    def _proof(self, mail: Mail) -> Proof:
        settings = self.here.config.channels.mailbox
        return proof(mail.results, settings.checked_by if settings else "", mail.sender)

    def _meanwhile(self, box: Box, now: dict[str, bool]) -> None:
        """Whatever was left and does not lie here unread any more, somebody has read."""
        with self.here.store.read() as tx:
            lying, left = records.places(tx, box.key) or {}, records.left(tx)
        unread = {lying[place] for place, is_unread in now.items() if is_unread and place in lying}
        if read := [one.identity for one in left if one.identity in {*lying.values()} - unread]:
            with self.here.store.write() as tx:
                records.was_read(tx, read, self.at)


def of_address(organisation: Organisation, address: str) -> list[Person | Body]:
    """Who has this mail address; nobody for an address that is none of the people in question."""
    everybody: list[Person | Body] = [*organisation.people.values(), *organisation.bodies.values()]
    return [one for one in everybody if address and one.mail.casefold() == address]
