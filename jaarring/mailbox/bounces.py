"""A message that came back: which one it was, and that whoever it was for has not been asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jaarring.database import Tx
from jaarring.here import Here
from jaarring.ledger import outbox, undeliverable
from jaarring.ledger.outbox import Sent
from jaarring.mailbox import records, rules
from jaarring.mailbox.records import Seen
from jaarring.mailbox.rules import Mail


def noted(here: Here, mail: Mail, seen: Seen, at: datetime) -> Seen:
    """What became of a report of a mail server. One about nothing of ours is left for the coordinator."""
    assert mail.report is not None, "a bounce has a report"
    final = [one for one in mail.report.failures if one.is_final]
    with here.store.read() as tx:
        about = _message(tx, mail, here.config.channels.bounces)
    if about is None:
        now = replace(seen, outcome="left")
    elif not final:
        now = replace(seen, outcome="noted", about=about.occasion)
    else:
        now = replace(seen, outcome="bounced", about=about.occasion)
    with here.store.write() as tx:
        records.keep(tx, now)
        if about and final:
            undeliverable.bounced(tx, about.id, final[0].words or "onbestelbaar", at)
    return now


def _message(tx: Tx, mail: Mail, bounces: str) -> Sent | None:
    """The message of ours that a report is about: by the address that it came back to, else by what came back
    with it. Where these say different things it is nobody's.
    """
    assert mail.report is not None
    by_address = outbox.by_id(tx, rules.bounced_row(mail.to, bounces))
    by_content = outbox.by_message_id(tx, mail.report.returned)
    if by_address and by_content:
        return by_content if by_content.id == by_address.id else None
    if by_address and mail.report.returned:  # something else came back, or a gateway gave it another number
        named = {one.recipient for one in mail.report.failures}
        return by_address if by_address.recipient.casefold() in named else None
    return by_content or by_address
