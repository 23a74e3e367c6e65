"""What a mail is, by what stands in it: a form that comes back, a bounce, a robot, or something for a person.

Plain: a mail that was opened goes in (`opened.py` makes it of bytes), words come out. Whatever is not surely
ours to handle is for the coordinator, who finds it unread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

#: bytes; a form is at most 10 MB, which base64 makes 14
MAIL_LIMIT = 25 * 2**20
#: how many forms of one mail are looked at
FORMS_LIMIT = 10
#: how many of our own answers one address gets in a day; what comes after is for the coordinator
ANSWERS_A_DAY = 5

Kind = Literal["bounce", "delay", "auto", "list", "form", "unreadable", "other"]

_FORM_ENDINGS = (".xlsx", ".ods", ".yaml", ".yml")
_SHEET_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
#: what mail programs add by themselves: signatures, cards, pictures in the text, what became of a text
_ADDED = re.compile(r"(smime\.p7s|.*\.(asc|sig|vcf|p7s)|att\d+\.(txt|htm|html|dat))", re.ASCII)
_ADDED_TYPES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/calendar",
    "text/vcard",
    "text/x-vcard",
)
#: what is in there cannot be seen, or only by who has a key
SEALED = (
    "multipart/encrypted",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
)
_AS_SENT = "stuur het formulier dat u van ons kreeg, als .xlsx of .ods"


@dataclass(frozen=True)
class Attached:
    """A file in a mail. `name`: as the sender's program gave it, only data. `inline`: part of the text."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    inline: bool = False


@dataclass(frozen=True)
class Failure:
    """What a mail server says of one recipient (RFC 3464): `action` (failed, delayed …), `status` (5.1.1)."""

    recipient: str
    action: str
    status: str
    words: str

    @property
    def is_final(self) -> bool:
        """Whether the server has given up; by its action, which it states also of a 4.x that lasted."""
        return self.action == "failed" or (not self.action and self.status.startswith("5"))


@dataclass(frozen=True)
class Report:
    """The report in a mail. `kind`: delivery-status, disposition-notification (it was read) or another.

    `returned`: the Message-ID of the mail that it is about, as far as it came back with it.
    """

    kind: str
    failures: tuple[Failure, ...] = ()
    returned: str = ""


@dataclass(frozen=True)
class Mail:
    """A mail, opened. `identity`: the same for the same mail, wherever it lies and however often it comes.

    `sender`: the one address in From, in small letters; empty where there is not exactly one. `to`: every
    address that it was sent or delivered to. `answers`: the Message-IDs that it refers to. `results`: what
    claims to be the outcome of a mail server's checks, the last one's first. `robot`: that nobody typed it.
    `whole`: False where it was too large, or too strange, to be looked at but for its headers.
    """

    identity: str
    message_id: str
    sender: str
    to: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    robot: bool = False
    listed: bool = False
    report: Report | None = None
    files: tuple[Attached, ...] = ()
    sealed: bool = False
    whole: bool = True
    too_large: bool = False


def is_form(file: Attached) -> bool:
    """Whether a file may be one of our forms, to be looked at."""
    name = file.name.casefold()
    nameless = "." not in name[-6:]
    return (
        name.endswith(_FORM_ENDINGS)
        or (nameless and file.media_type in _SHEET_TYPES)
        or (nameless and file.content.startswith(b"PK"))
    )


def is_added(file: Attached) -> bool:
    """Whether a mail program added it by itself; nobody expects an answer about it."""
    return (
        file.inline
        or file.media_type in (*_ADDED_TYPES, *SEALED)
        or file.media_type.startswith("image/")
        or bool(_ADDED.fullmatch(file.name.casefold()))
        or (not file.name and file.media_type.startswith("text/"))
    )


def unreadable(mail: Mail, forms_came: bool) -> list[str]:
    """A sentence for everything in a mail that we cannot read; none for what is surely no form where a form
    came too, for that goes to the coordinator.
    """
    found = []
    if mail.too_large:
        found.append(
            f"Het bericht is groter dan {MAIL_LIMIT // 2**20} MB: {_AS_SENT}, zonder andere bijlagen."
        )
    if mail.sealed:
        found.append(
            "Het bericht is versleuteld of zo ondertekend dat wij het niet kunnen openen: "
            "stuur het formulier zonder versleuteling."
        )
    rest = [one for one in mail.files if not is_form(one) and not is_added(one)]
    if not forms_came:
        found += [_sentence(one) for one in rest]
    return list(dict.fromkeys(found))


def _sentence(file: Attached) -> str:
    name = file.name.casefold()
    shown = f"Bestand {file.name or 'zonder naam'}"
    if name == "winmail.dat" or file.media_type in ("application/ms-tnef", "application/vnd.ms-tnef"):
        return (
            "Uw mailprogramma heeft de bijlagen ingepakt in winmail.dat, en dat kunnen wij niet openen: "
            "stuur het formulier in een bericht met de opmaak HTML of platte tekst, niet RTF."
        )
    if file.media_type.startswith("message/") or name.endswith((".eml", ".msg")):
        return f"{shown}: dit is een ander bericht; stuur het formulier zelf als bijlage."
    if name.endswith((".zip", ".7z", ".rar", ".gz", ".tgz")):
        return f"{shown}: dit is een ingepakt bestand; pak het uit en stuur het formulier zelf."
    if name.endswith((".xls", ".xlsm", ".xlsb", ".xltx", ".numbers", ".csv")):
        return (
            f"{shown}: dit soort rekenblad lezen wij niet; bewaar het als .xlsx of .ods en stuur het opnieuw."
        )
    return f"{shown}: dit kunnen wij niet lezen; {_AS_SENT}."


def kind_of(mail: Mail, known: bool, answers_us: bool) -> Kind:
    """What a mail is. `known`: it is from an address of the people in question. `answers_us`: it refers to a
    message of ours.

    A robot's form is not taken in: nobody says that it is his. Who is not known gets no answer, and a file
    that is no form is only spoken of where somebody sent it as an answer to us.
    """
    if mail.report and mail.report.kind == "delivery-status" and mail.report.failures:
        return "bounce" if any(one.is_final for one in mail.report.failures) else "delay"
    forms = [one for one in mail.files if is_form(one)]
    if mail.robot:
        return "other" if forms else "auto"
    if mail.listed:
        return "list"
    if not known:
        return "other"
    if forms:
        return "form"
    said = unreadable(mail, False)
    tried = mail.too_large or mail.sealed or any(_is_attempt(one) for one in mail.files)
    return "unreadable" if said and (tried or answers_us) else "other"


def _is_attempt(file: Attached) -> bool:
    """Whether somebody meant a form by it, also where he did not answer a mail of ours."""
    name = file.name.casefold()
    packed = (".zip", ".7z", ".rar", ".xls", ".xlsm", ".xlsb", ".numbers")
    return name == "winmail.dat" or "ms-tnef" in file.media_type or name.endswith(packed)


def bounced_row(to: Sequence[str], bounces: str) -> int:
    """Which message of the outbox a bounce says that it is about, by `bounces+7@domain`; 0 if it does not."""
    local, _, domain = bounces.casefold().partition("@")
    pattern = re.compile(rf"{re.escape(local)}\+(\d{{1,15}})@{re.escape(domain)}", re.ASCII)
    found = {int(match[1]) for one in to if (match := pattern.fullmatch(one.casefold()))}
    return found.pop() if len(found) == 1 else 0
