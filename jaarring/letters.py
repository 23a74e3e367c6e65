"""A letter by mail from the coordinator to one person or body: words from a template, bytes for the outbox.

Rendering happens here, outside any transaction; the caller queues what comes back in the transaction of its
step.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from jaarring.absences.actions import who_acts
from jaarring.absences.rules import Acting
from jaarring.dutch import aanhef, filters, met_lidwoord
from jaarring.governance import Body, Person
from jaarring.here import TEMPLATES, Here
from jaarring.ledger import outbox
from jaarring.ledger.outbox import NewMessage
from jaarring.ledger.unworded import Broken
from jaarring.mail.message import Address, Attachment, compose, message_id
from jaarring.mail.render import Frame, MailEnvironment, Rendered, render
from jaarring.refusal import Refused
from jaarring.rights import BOARD, COUNCIL

SIGNED = "coördinator integrale beveiliging"
#: the alarm about a template of the municipality's own, in words that no such template can break
BROKEN = "own/broken.mail"
#: who reads what goes to a body, and puts it on the agenda
DESKS = {BOARD: "bestuurssecretariaat", COUNCIL: "griffie"}


@cache
def _environment() -> MailEnvironment:
    return mail_templates()


def mail_templates() -> MailEnvironment:
    """The mail templates of the house with the Dutch filters."""
    from jaarring.mail.render import mail_environment

    return mail_environment(TEMPLATES, filters())


def write(
    here: Here,
    template: str,
    to: Person | Body,
    *,
    key: str,
    at: datetime,
    thread: str = "",
    thread_with: Person | None = None,
    on_behalf: bool = True,
    attachments: Sequence[Attachment] = (),
    barred: Collection[str] = (),
    **context: Any,
) -> NewMessage:
    """One letter, ready for the outbox.

    Whoever is absent on the day of `at` gets nothing: it goes to who acts for him, and says for whom it is.
    Where two letters of one `key` would so come to one person, the outbox takes the first. What goes to a
    body goes to its address.

    `key` is what causes it (an occasion's key, or a duty's key with what is told) and makes it unique per
    recipient. `thread`: the key of the first letter of the same matter, so that mail programs show one
    thread, whoever reads it; `thread_with`: to whom that was, where it is not `to`.
    `on_behalf`: whether it is written on behalf of the client (the secretary, or the chair of the joint
    body). `barred`: ids of people whom it does not go to instead.
    """
    organisation, channels = here.organisation, here.config.channels
    acting = _acting(here, to, at, barred) if isinstance(to, Person) else None
    reader = acting.person if acting else to
    name = reader.name if isinstance(reader, Body) else reader.name or reader.function
    mine = organisation.client.id in (to.id, reader.id)
    frame = Frame(
        municipality=f"gemeente {organisation.name}",
        salutation=aanhef(DESKS.get(reader.id, name)),
        on_behalf_of=organisation.client_title if on_behalf and not mine else None,
        signed=SIGNED,
        contact=channels.contact,
        opening=_for_whom(to, acting) if isinstance(to, Person) and acting else "",
    )
    rendered, broken = _words(here, template, frame, context)
    subject = f"{here.mark}: {rendered.subject}" if here.mark else rendered.subject
    domain = channels.sender.mail.rpartition("@")[2]
    coordinator = organisation.people[organisation.coordinator]
    identity = message_id(key, reader.mail, "mail", domain)
    # the thread begins with the letter to whom it is about, so that it is one thread for all who act for him
    root = message_id(thread, (thread_with or to).mail, "mail", domain) if thread else None
    raw = compose(
        sender=Address(channels.sender.name, channels.sender.mail),
        recipient=Address(name, reader.mail),
        reply_to=Address(coordinator.name or coordinator.function, channels.sender.mail),
        subject=subject,
        text=rendered.text,
        html=rendered.html,
        at=at,
        message_id=identity,
        in_reply_to=root if root != identity else None,
        occasion=key,
        attachments=attachments,
    )
    return NewMessage(key, reader.mail, identity, subject, raw, broken=broken)


def tell_broken(here: Here, broken: Refused, at: datetime) -> None:
    """Tell the coordinator, in our words, why a document waits; once for each mistake."""
    key = f"template/{sha256(str(broken).encode()).hexdigest()[:16]}"
    to = here.organisation.people[here.organisation.coordinator]
    letter = write(here, BROKEN, to, key=key, at=at, on_behalf=False, mistake=str(broken))
    with here.store.write() as tx:
        outbox.queue(tx, letter, at)


def _words(
    here: Here, template: str, frame: Frame, context: dict[str, Any]
) -> tuple[Rendered, Broken | None]:
    """The words, and what is wrong with the municipality's own template for them; then the words are ours,
    for the coordinator to send or not before the template is mended.
    """
    broken = None
    if here.config.templates and template != BROKEN:
        from jaarring.own import templates

        given = templates.across(frame, context)
        made = templates.mail(here.config.templates, template, given)
        if isinstance(made, Rendered):
            return made, None
        broken = Broken(str(made), template, json.dumps(given)) if made else None
    return render(_environment(), template, frame, **context), broken


def _acting(here: Here, to: Person, at: datetime, barred: Collection[str]) -> Acting:
    """Who acts on the day on which the letter goes out: on a closed day nobody gets post."""
    day = at.astimezone(ZoneInfo(here.config.time_zone)).date()
    return who_acts(here, to, here.schedule.calendar.on_or_after(day), barred)


def _for_whom(to: Person, acting: Acting) -> str:
    """The first words of a letter that somebody gets for another; empty where it is his own."""
    if acting.person.id == to.id:
        return ""
    away = f"Dit bericht is voor {met_lidwoord(to.function)}, die afwezig is."
    if acting.chosen:
        return f"{away} U bent vervanger."
    return f"{away} Er is nu geen vervanger. Daarom krijgt u het."
