"""Forms that came by mail: taken in as from the intake folder, for the one whose address it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from jaarring.dutch import hoofdletter
from jaarring.forms.opened import Opened, look_at
from jaarring.forms.read import identity
from jaarring.forms.rules import Mistake
from jaarring.governance import Body, Person
from jaarring.here import Here
from jaarring.ledger import events, outbox
from jaarring.mailbox import notices, records, rules
from jaarring.mailbox.proof import Proof
from jaarring.mailbox.records import Seen
from jaarring.mailbox.rules import Attached, Mail
from jaarring.refusal import Refused

#: a form and by whom (a person's id; empty for a body's own) → a receipt, or all mistakes; raises Refused for
#: somebody who may not hand it in
Take = Callable[[Opened, str], object]

_UNPROVEN = (
    "Onze mailserver kan niet bevestigen dat dit bericht van u komt: stuur het formulier vanuit uw eigen "
    "werkadres, of vraag het ons. Hebt u niets gestuurd? Laat het ons dan meteen weten."
)


@dataclass
class _Said:
    """What is to be told about one mail, and what its forms were about."""

    taken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    came: bool = False


@dataclass(frozen=True)
class Forms:
    """The forms of a round."""

    here: Here
    as_of: date
    at: datetime
    take: Take

    def answered(self, mail: Mail, seen: Seen, senders: Sequence[Person | Body], found: Proof) -> Seen:
        """What became of a mail with forms in it, or of one in which somebody tried to send some.

        Whatever the rooms do not tell the sender by a letter of their own stands in one answer. Where he is
        not believed, or has had many answers today, the mail is left for the coordinator too.
        """
        forms = [one for one in mail.files if rules.is_form(one)]
        settings = self.here.config.channels.mailbox
        required = bool(settings and settings.require_authenticated)
        said = _Said()
        doubted = found.forged or (required and not found.proven)
        if doubted:
            said.wrong.append(_UNPROVEN)
        elif len(forms) > rules.FORMS_LIMIT:
            said.wrong.append(
                f"Er zitten meer dan {rules.FORMS_LIMIT} formulieren bij: verdeel ze over meer berichten."
            )
        else:
            with self.here.store.write() as tx:
                records.keep(tx, seen)
            for one in forms:
                self._form(one, senders, seen, said)
            said.wrong += rules.unreadable(mail, said.came)
        return self._told(seen, senders[0], found, said, doubted or _has_more(mail))

    def _form(self, file: Attached, senders: Sequence[Person | Body], seen: Seen, said: _Said) -> None:
        opened = look_at(file.name or "formulier", file.content)
        key = opened if isinstance(opened, list) else identity(opened)
        if isinstance(opened, list) or isinstance(key, list):
            said.wrong += [hoofdletter(str(one)) for one in key]
            return
        said.keys.append(key)
        said.files.append(sha256(file.content).hexdigest())
        refusals: list[str] = []
        for sender in senders:
            try:
                outcome = self._taken(opened, key, sender)
            except Refused as refused:
                refusals.append(_refused(opened.name, refused, sender.id))
                continue
            self._outcome(outcome, key, sender, seen, said)
            return
        said.wrong += refusals[:1]

    def _taken(self, opened: Opened, key: str, sender: Person | Body) -> object:
        """A body answers the questions that were put to it; for everything else there are people."""
        if isinstance(sender, Person):
            return self.take(opened, sender.id)
        if key.startswith(f"ask/{sender.id}/"):
            return self.take(opened, "")
        raise Refused("u mag dit niet indienen", "dit is aan wie het formulier kreeg")

    def _outcome(self, outcome: object, key: str, sender: Person | Body, seen: Seen, said: _Said) -> None:
        """What is to be told of it beside the letters that the room of the form has queued."""
        digest = said.files[-1][:16]
        with self.here.store.read() as tx:
            mine = [one for one in outbox.told(tx, key) if one.recipient == sender.mail]
        if isinstance(outcome, list):
            # who sends the same again a day later is told again, but no robot is kept busy by it
            since = min(seen.begun_at, self.at - timedelta(hours=20))
            if not any(digest in one.occasion and one.queued_at >= since for one in mine):
                said.wrong += [hoofdletter(str(one)) for one in outcome if isinstance(one, Mistake)]
            return
        said.came = True
        if not any(one.queued_at >= seen.begun_at for one in mine):
            said.taken += _in_short(str(outcome))

    def _told(self, seen: Seen, to: Person | Body, found: Proof, said: _Said, more: bool) -> Seen:
        with self.here.store.read() as tx:
            enough = bool(said.taken or said.wrong) and notices.had_enough(tx, to, self.at)
        letter = None
        if (said.taken or said.wrong) and not enough:
            letter = notices.answer(
                self.here, to, seen.identity, said.taken, said.wrong, said.came, self.as_of, self.at
            )
        outcome = "left" if more or enough else "taken" if said.came else "refused"
        now = replace(seen, outcome=outcome, about=" ".join(dict.fromkeys(said.keys)))
        payload = {
            "mail": seen.identity,
            "forms": said.keys,
            "files": said.files,
            "taken": said.came,
            "sender": {"checks": str(found), "proven": found.proven},
        }
        with self.here.store.write() as tx:
            records.keep(tx, now)
            events.append(tx, self.at, seen.sender, "mail.form", (said.keys or ["mail"])[0][:120], payload)
            if letter:
                outbox.queue(tx, letter, self.at)
        return now


def _has_more(mail: Mail) -> bool:
    """Whether there is something beside a form in it that a person should look at."""
    forms = [one for one in mail.files if rules.is_form(one)]
    return bool(forms) and any(not rules.is_form(one) and not rules.is_added(one) for one in mail.files)


def _in_short(receipt: str) -> list[str]:
    """Of a receipt what says which form it was: its first line, or what is listed below that."""
    first, *listed = [line.strip() for line in receipt.splitlines()]
    return listed if first.endswith(":") else [first]


def _refused(name: str, refused: Refused, who: str) -> str:
    told = refused.to(who)
    return f"Bestand {name}: {told.what}; {told.remedy}."
