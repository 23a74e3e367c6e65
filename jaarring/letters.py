"""A letter by mail from the coordinator to one person or body: words from a template, bytes for the outbox.

Rendering happens here, outside any transaction; the caller queues what comes back in the transaction of its
step.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jaarring.dutch import aanhef, filters
from jaarring.governance import Body, Person
from jaarring.here import TEMPLATES, Here
from jaarring.ledger.outbox import NewMessage
from jaarring.mail.message import Address, Attachment, compose, message_id
from jaarring.mail.render import Frame, MailEnvironment, render

SIGNED = "coördinator integrale beveiliging"


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
    on_behalf: bool = True,
    attachments: Sequence[Attachment] = (),
    **context: Any,
) -> NewMessage:
    """One letter, ready for the outbox.

    `key` is what causes it (an occasion's key, or a duty's key with what is told) and makes it unique per
    recipient. `thread`: the key of the first letter of the same matter, so that mail programs show one
    thread.
    `on_behalf`: whether it is written on behalf of the client (the secretary, or the chair of the joint
    body).
    """
    organisation, channels = here.organisation, here.config.channels
    name = to.name if isinstance(to, Body) else to.name or to.function
    mine = isinstance(to, Person) and to.id == organisation.client.id
    frame = Frame(
        municipality=f"gemeente {organisation.name}",
        salutation=aanhef(name),
        on_behalf_of=organisation.client_title if on_behalf and not mine else None,
        signed=SIGNED,
        contact=channels.contact,
    )
    rendered = render(_environment(), template, frame, **context)
    subject = f"{here.mark}: {rendered.subject}" if here.mark else rendered.subject
    domain = channels.sender.mail.rpartition("@")[2]
    coordinator = organisation.people[organisation.coordinator]
    identity = message_id(key, to.mail, "mail", domain)
    raw = compose(
        sender=Address(channels.sender.name, channels.sender.mail),
        recipient=Address(name, to.mail),
        reply_to=Address(coordinator.name or coordinator.function, channels.sender.mail),
        subject=subject,
        text=rendered.text,
        html=rendered.html,
        at=at,
        message_id=identity,
        in_reply_to=message_id(thread, to.mail, "mail", domain) if thread and thread != key else None,
        occasion=key,
        attachments=attachments,
    )
    return NewMessage(key, to.mail, identity, subject, raw)
