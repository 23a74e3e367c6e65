"""A mail, opened: bytes of a stranger to a `Mail`, whatever is in them.

Python's older reading of mail is used, which takes every header as it stands: the newer one raises for many
that really occur. Nothing is unpacked, opened or followed; a mail within a mail stays closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32
from hashlib import sha256
from typing import TypeVar

from jaarring.forms.spelling import clean
from jaarring.mailbox.rules import MAIL_LIMIT, SEALED, Attached, Failure, Mail, Report

T = TypeVar("T")

#: parts within parts; a mail of a person has three
PARTS, DEPTH = 200, 40
#: what opens another level of it
_OPENS = re.compile(rb"boundary|message/(?:rfc822|global|delivery)|multipart/digest", re.I)
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.S)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*\)", re.S)
_ID = re.compile(r"<[^<>\s]{1,250}>")
#: headers by which a robot says that it is one, beside Auto-Submitted (RFC 3834)
_ROBOT = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Jaarring-Occasion", "X-Failed-Recipients")
_LIST = ("List-Id", "List-Post", "List-Unsubscribe", "List-Help")


def open_mail(raw: bytes, too_large: bool = False) -> Mail:
    """A mail as far as it can be looked at; never raises for what is in it.

    `too_large`: `raw` is only its headers, or the beginning of it.
    """
    whole = not too_large and len(raw) <= MAIL_LIMIT and len(_OPENS.findall(raw)) <= DEPTH
    head = re.split(rb"\r?\n\r?\n", raw[: 2**20], maxsplit=1)[0] + b"\n\n"
    message = _safe(lambda: BytesParser(policy=compat32).parsebytes(raw if whole else head), None)
    if message is None:
        message, whole = BytesParser(policy=compat32).parsebytes(b"\n\n"), False
    none: list[Message] = []
    parts = _safe(lambda: list(_leaves(message)), none) if whole else none
    files = tuple(file for one in parts if (file := _safe(lambda one=one: _attached(one), None)))  # type: ignore[misc]
    report = _safe(lambda: _report(message, parts), None) if whole else None
    own_id = _first_id(message, "Message-ID")
    return Mail(
        identity=_identity(own_id, files, raw, report),
        message_id=own_id,
        sender=_sender(message),
        to=tuple(_recipients(message)),
        answers=tuple(_ids(message, "In-Reply-To") + _ids(message, "References"))[-50:],
        results=tuple(_all(message, "Authentication-Results"))[:20],
        robot=_is_robot(message),
        listed=_is_listed(message),
        report=report,
        files=files,
        sealed=any(_kind(one) in SEALED for one in (message, *parts)),
        whole=whole,
        too_large=too_large or len(raw) > MAIL_LIMIT,
    )


def _identity(own_id: str, files: Sequence[Attached], raw: bytes, report: Report | None) -> str:
    """By its Message-ID and what is attached: some programs give two mails the same Message-ID. A mail
    without one is known by all that is in it.
    """
    about = own_id or sha256(raw).hexdigest()
    parts = [about, *(sha256(file.content).hexdigest() for file in files), str(report or "")]
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()


def _leaves(message: Message) -> Iterator[Message]:
    """Every part that holds something itself, in order; what is within an attached mail is not looked at."""
    waiting, seen = [message], 0
    while waiting and seen < PARTS:
        part, seen = waiting.pop(0), seen + 1
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting = [one for one in inside if isinstance(one, Message)] + waiting
        else:
            yield part


def _attached(part: Message) -> Attached | None:
    """The file that a part is; None for the text of the mail and for what belongs to a report."""
    kind, name = _kind(part), _name(part)
    disposition = str(part.get("Content-Disposition", "")).split(";")[0].strip().casefold()
    if kind.startswith("text/") and not name and disposition != "attachment":
        return None
    if kind in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"):
        return None
    if kind.startswith("message/"):
        return Attached(name, kind, b"")
    content = part.get_payload(decode=True)
    inline = disposition == "inline" and (bool(part.get("Content-ID")) or kind.startswith("image/"))
    return Attached(name, kind, content if isinstance(content, bytes) else b"", inline)


def _name(part: Message) -> str:
    """A file's name as a person would see it: no path, nothing unseen, its ending kept where it is long."""
    found = _safe(part.get_filename, None)
    text = _words(str(found)) if found else ""
    text = " ".join(clean(re.split(r"[/\\]", text)[-1]).split())
    stem, dot, ending = text.rpartition(".")
    return f"{stem[:70]}{dot}{ending}" if stem and len(ending) <= 8 else text[:79]


def _words(text: str) -> str:
    """Encoded words and bare bytes as the characters that they stand for."""
    if "=?" in text:
        text = "".join(_safe(lambda: list(_decoded(text)), [text]))
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _decoded(text: str) -> Iterator[str]:
    for piece, charset in decode_header(text):
        if isinstance(piece, str):
            yield piece
        else:
            known = charset or "ascii"
            yield _safe(lambda p=piece, c=known: p.decode(c, "replace"), piece.decode("latin-1"))  # type: ignore[misc]


def _report(message: Message, parts: Sequence[Message]) -> Report | None:
    if _kind(message) != "multipart/report":
        return None
    kind = str(message.get_param("report-type") or "").casefold()
    failures: list[Failure] = []
    returned = ""
    for part in parts:
        inside = part.get_payload()
        if _kind(part) == "message/delivery-status" and isinstance(inside, list):
            blocks = [one for one in inside if isinstance(one, Message)]
            failures += [_failure(one) for one in blocks if one.get("Action") or one.get("Status")]
        elif _kind(part) == "message/rfc822" and isinstance(inside, list):
            mails = [one for one in inside if isinstance(one, Message)]
            returned = returned or next((_first_id(one, "Message-ID") for one in mails), "")
        elif _kind(part) == "text/rfc822-headers":
            content = part.get_payload(decode=True)
            text = content.decode("ascii", "replace") if isinstance(content, bytes) else ""
            returned = returned or _first_id(HeaderParser(policy=compat32).parsestr(text), "Message-ID")
    return Report(kind, tuple(failures[:20]), returned)


def _failure(block: Message) -> Failure:
    def after_kind(name: str) -> str:
        return str(block.get(name, "")).rpartition(";")[2].strip()

    status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", str(block.get("Status", "")))
    said = " ".join(clean(_words(str(block.get("Diagnostic-Code", "")).partition(";")[2])).split())
    action = str(block.get("Action", "")).strip().casefold()
    recipient = (after_kind("Original-Recipient") or after_kind("Final-Recipient")).casefold()
    number = status[1] if status else ""
    words = said if number in said else f"{number} {said}".strip()
    return Failure(recipient[:254], action[:20], number, words[:500])


def _is_robot(message: Message) -> bool:
    """Whether it says that nobody typed it; a mail with an empty sender is a machine's."""
    said = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().casefold()
    back = str(message.get("Return-Path", "")).strip()
    return (
        said not in ("no", "")
        or back == "<>"
        or _kind(message) == "multipart/report"
        or any(message.get(name) is not None for name in _ROBOT)
        or str(message.get("Precedence", "")).strip().casefold() == "auto_reply"
    )


def _is_listed(message: Message) -> bool:
    precedence = str(message.get("Precedence", "")).strip().casefold()
    return precedence in ("list", "bulk", "junk") or any(message.get(name) is not None for name in _LIST)


def _sender(message: Message) -> str:
    """The one address in the one From, in small letters; empty where that leaves any doubt."""
    stated = _all(message, "From")
    return _address(stated[0]) if len(stated) == 1 else ""


def _address(text: str) -> str:
    bare = _QUOTED.sub(" ", text[:2000])
    for _ in range(5):
        bare = _COMMENT.sub(" ", bare)
    inside = re.findall(r"<([^<>]*)>", bare)
    if re.search(r"[,;:()\"]", bare) or len(inside) > 1 or bare.count("<") != len(inside):
        return ""
    stated = (inside[0] if inside else bare).strip()
    return stated.casefold() if _ADDRESS.fullmatch(stated) else ""


def _recipients(message: Message) -> Iterator[str]:
    """Every address that it was sent or delivered to, as far as they can be read."""
    for name in ("To", "Delivered-To", "X-Original-To", "Envelope-To", "Original-Recipient"):
        for text in _all(message, name)[:20]:
            yield from (one.casefold() for one in _ADDRESS.findall(text[:5000]))


def _all(message: Message, name: str) -> list[str]:
    return [str(one) for one in message.get_all(name, [])]


def _ids(message: Message, name: str) -> list[str]:
    return [one for text in _all(message, name) for one in _ID.findall(text[:20_000])]


def _first_id(message: Message, name: str) -> str:
    return next(iter(_ids(message, name)), "")


def _kind(part: Message) -> str:
    return str(part.get_content_type()).casefold()


def _safe(look: Callable[[], T], otherwise: T) -> T:
    """What `look` finds; whatever its library raises for a strange mail is no reason to stop."""
    try:
        return look()
    except Exception:
        return otherwise
