"""Chat and webhooks: a line of text to an HTTP service through Apprise, and what became of it.

Apprise answers only true or false, and tells its log why. So the log is overheard during the call, in the
same thread; what is overheard goes nowhere else, for it may hold a topic, a token or an address.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.parser import BytesHeaderParser
from email.policy import default
from typing import TYPE_CHECKING

from jaarring.mail.message import Outcome

if TYPE_CHECKING:
    from apprise import NotifyBase

#: what a service means by "later" (RFC 9110, 6585); any other 4xx is for good
_LATER = (408, 425, 429)
_STATUS = re.compile(r"\berror=(\d{3})\b")
_UNREACHED = re.compile(r"connection error", re.IGNORECASE)
#: a redirect is not followed: the address is another one now
_MOVED = range(300, 400)

_heard: ContextVar[list[str] | None] = ContextVar("heard", default=None)


def announce(service: NotifyBase, raw: bytes) -> Outcome:
    """Give a service the subject line of a message, and nothing else of it."""
    from apprise import NotifyFormat

    subject = str(BytesHeaderParser(policy=default).parsebytes(raw)["Subject"])
    with overheard() as said:
        # The truth of the answer, not its type: 1.x gives a bool or None, 2.x an object.
        accepted = bool(service.notify(body=subject, body_format=NotifyFormat.TEXT))
    return Outcome("sent", "aangenomen") if accepted else refused(said)


def refused(said: list[str]) -> Outcome:
    """The class of a refusal by what Apprise told its log. Of the words only the status is kept."""
    status = next((int(found[1]) for line in said if (found := _STATUS.search(line))), 0)
    if 200 <= status < 300:  # some plugins know one kind of yes
        return Outcome("sent", "aangenomen")
    if status in _LATER or status >= 500:
        return Outcome("temporary", f"de dienst kan nu niet: HTTP {status}")
    if status in _MOVED or 400 <= status < 500:
        return Outcome("permanent", f"de dienst weigert dit: HTTP {status}")
    if any(_UNREACHED.search(line) for line in said):
        return Outcome("temporary", "de dienst is niet te bereiken")
    return Outcome("unknown", "niet bevestigd; de dienst zei niet waarom")  # few tries, then a person


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What Apprise tells its log in this thread meanwhile; nobody else hears it."""
    said: list[str] = []
    token = _heard.set(said)
    try:
        yield said
    finally:
        _heard.reset(token)


class _NoSecrets(logging.Filter):
    """Apprise prints passwords and tokens at DEBUG and TRACE, so nothing below INFO passes, whoever sets a
    level; and nothing at all while it is overheard.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        said = _heard.get()
        if said is None:
            return record.levelno >= logging.INFO
        said.append(record.getMessage())
        return False


class _NoPaths(logging.Filter):
    """The library below Apprise prints the path of each request, which holds the token of a webhook."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.ERROR


_NO_SECRETS, _NO_PATHS = _NoSecrets(), _NoPaths()


def hush() -> None:
    """Keep secrets out of every log; safe to repeat, for adding the same filter again does nothing."""
    log = logging.getLogger("apprise")
    log.setLevel(max(logging.INFO, log.level))
    log.addFilter(_NO_SECRETS)
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logging.getLogger(name).addFilter(_NO_PATHS)
