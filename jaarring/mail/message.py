"""From words to bytes: one message to one recipient, the same bytes for the same input.

The outbox stores what `compose` returns, so that a retry sends what was decided and nothing else. Headers as
in RFC 5322 (mail), RFC 3834 (automatic mail) and Microsoft's X-Auto-Response-Suppress.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.header import Header
from email.headerregistry import Address as MailboxHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import formataddr
from hashlib import sha256
from typing import Any, Literal

# Control characters, line and paragraph separators, and marks that turn the reading direction: in a name they
# start a second header or show another sender than the true one.
UNSEEN = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_NOT_IN_A_NAME = re.compile(rf"[{UNSEEN}<>;]")
_NOT_IN_A_LINE = re.compile(rf"[{UNSEEN}]")
#: what a mail program would take for a coded word and turn into other characters, line ends too (RFC 2047)
_CODED = re.compile(r"=\?")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_MAIL = re.compile(rf"{_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


@dataclass(frozen=True)
class Address:
    """Somebody's name and mail address, kept as two parts: "Vries, J. de" is one name, not two recipients."""

    name: str
    mail: str

    def __post_init__(self) -> None:
        if _NOT_IN_A_NAME.search(self.name):
            raise ValueError("de naam bevat een teken dat niet mag; laat regeleinden en < > ; weg")
        if not _MAIL.fullmatch(self.mail):
            raise ValueError("dit is geen e-mailadres; schrijf het als naam@gemeente.nl")

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.mail.rpartition("@")[2]


@dataclass(frozen=True)
class Attachment:
    """A file that goes along: the name the reader sees, its media type (`type/subtype`), its bytes.

    `parameters` of the media type: a mail program acts on a calendar by its `method`.
    """

    name: str
    media_type: str
    content: bytes
    parameters: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.name or _NOT_IN_A_LINE.search(self.name) or re.search(r"[/\\]", self.name):
            raise ValueError("de naam van een bijlage is één regel zonder / of \\")
        if not re.fullmatch(r"[a-z0-9]+/[a-z0-9.+-]+", self.media_type):
            raise ValueError("het mediatype van een bijlage is soort/ondersoort, zoals application/pdf")


@dataclass(frozen=True)
class Outcome:
    """What became of one message at one channel.

    sent: accepted. temporary: try again later. permanent: this recipient will never get it, tell a person.
    config: the channel is set up wrongly and nobody gets anything, so it costs this message no attempt.
    unknown: it went out and the answer never came; it may be there, so do not send again at once.
    """

    kind: Literal["sent", "temporary", "permanent", "config", "unknown"]
    #: The server's own words, with its code and queue number; kept beside the message.
    reply: str
    #: Whether the archive took a copy with it: kept, refused; empty where none was asked.
    proof: Literal["", "kept", "refused"] = ""


def message_id(occasion_key: str, recipient: str, channel: str, domain: str) -> str:
    """The Message-ID of what this occasion sends this recipient; a repeat is known by it as a repeat."""
    digest = sha256(f"{occasion_key}|{recipient}|{channel}".encode()).hexdigest()[:32]
    return f"<{digest}@{domain}>"


def compose(
    *,
    sender: Address,
    recipient: Address,
    reply_to: Address | None,
    subject: str,
    text: str,
    html: str,
    at: datetime,
    message_id: str,
    in_reply_to: str | None,
    occasion: str,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The message as it goes over the wire: text first, HTML beside it, then the attachments.

    `at` is the time of queueing, with its zone; `in_reply_to` the Message-ID of the first request of the same
    family, so that request, reminder and escalation form one thread. Raises ValueError when something that
    must be one line is not, or `at` has no zone: these come from our own code, never from a user.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a message needs a zone")
    for field, line in (("subject", subject), ("message_id", message_id), ("occasion", occasion)):
        if not line or _NOT_IN_A_LINE.search(line):
            raise ValueError(f"the {field} of a message is one line")
    if in_reply_to is not None and _NOT_IN_A_LINE.search(in_reply_to):
        raise ValueError("the in_reply_to of a message is one line")

    mail = EmailMessage(policy=_POLICY)
    mail["Message-ID"] = message_id
    mail["Date"] = at
    mail["From"] = _mailbox(sender)
    mail["To"] = _mailbox(recipient)
    if reply_to:
        mail["Reply-To"] = _mailbox(reply_to)
    mail["Subject"] = _CODED.sub("= ?", subject)
    if in_reply_to:
        mail["In-Reply-To"] = in_reply_to
        mail["References"] = in_reply_to
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["X-Jaarring-Occasion"] = occasion
    # Quoted-printable keeps the bytes 7-bit, so that every server takes them unchanged.
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        main, _, sub = attachment.media_type.partition("/")
        mail.add_attachment(
            attachment.content, main, sub, filename=attachment.name, params=dict(attachment.parameters)
        )
    _fix_boundaries(mail, message_id)
    return mail.as_bytes()


def reworded(raw: bytes, subject: str, text: str, html: str, at: datetime) -> bytes:
    """The message that `compose` made, in other words and with the time at which it got them."""
    mail = message_from_bytes(raw, policy=_POLICY)
    assert isinstance(mail, EmailMessage)
    return compose(
        sender=_address(mail, "From"),
        recipient=_address(mail, "To"),
        reply_to=_address(mail, "Reply-To") if "Reply-To" in mail else None,
        subject=subject,
        text=text,
        html=html,
        at=at,
        message_id=str(mail["Message-ID"]),
        in_reply_to=mail.get("In-Reply-To") and str(mail["In-Reply-To"]),
        occasion=str(mail["X-Jaarring-Occasion"]),
        attachments=[_attachment(part) for part in mail.iter_attachments()],
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    parameters = tuple((name, str(value)) for name, value in part["Content-Type"].params.items())
    return Attachment(part.get_filename() or "", part.get_content_type(), content, parameters)


def _address(mail: EmailMessage, header: str) -> Address:
    (found,) = mail[header].addresses
    return Address(found.display_name, found.addr_spec)


def notice(subject: str, at: datetime, message_id: str, occasion: str) -> bytes:
    """A message that is its subject alone, for a channel that takes nothing else."""
    if at.tzinfo is None or _NOT_IN_A_LINE.search(subject):
        raise ValueError("a notice is one line with a time in a zone")
    made = EmailMessage(policy=_POLICY)
    made["Message-ID"] = message_id
    made["Date"] = at
    made["Subject"] = _CODED.sub("= ?", subject)
    made["X-Jaarring-Occasion"] = occasion
    made.set_content(subject, cte="quoted-printable")
    return made.as_bytes()


def _mailbox(address: Address) -> MailboxHeader:
    local, _, domain = address.mail.rpartition("@")
    return MailboxHeader(address.name, local, domain)


def _mailbox_line(address: MailboxHeader) -> str:
    if address.display_name.isascii() and not _CODED.search(address.display_name):
        return formataddr((address.display_name, address.addr_spec))
    encoded = Header(address.display_name, "utf-8", maxlinelen=75).encode(linesep="\r\n")
    return f"{encoded} <{address.addr_spec}>"


def _fix_boundaries(mail: EmailMessage, seed: str) -> None:
    """Python picks boundaries at random; ours follow from the message, so the bytes do too.

    `=_` occurs in neither quoted-printable nor base64, so no content can hold such a boundary.
    """
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{sha256(f'{number} {seed}'.encode()).hexdigest()[:32]}")


class _Policy(EmailPolicy):
    """SMTP's line ends, and our own hand for the headers that Python 3.11 folds badly.

    It breaks or encodes a Message-ID over 78 characters, and then nobody finds it again; it puts a name that
    is not ASCII on a line below an empty `From:`; and it folds a long subject so that the reader
    sees a space before it or two within.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in ("message-id", "in-reply-to", "references", "x-jaarring-occasion"):
            return f"{name}: {value}\r\n".encode("ascii")
        if name.lower() in ("from", "to", "reply-to"):
            return f"{name}: {_mailbox_line(value.addresses[0])}\r\n".encode("ascii")
        if name.lower() == "subject":
            charset = "us-ascii" if value.isascii() else "utf-8"
            encoded = Header(value, charset, maxlinelen=75, header_name="Subject").encode(linesep="\r\n")
            return f"{name}: {encoded}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")
