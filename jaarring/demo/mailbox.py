"""The post of the example municipality: what came, and the newest form that somebody was sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

FORM = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Letter:
    """One message: its file and day, the occasion that caused it, to whom, about what, the form in it."""

    file: str
    on: date
    occasion: str
    to: str
    subject: str
    form: bytes | None


@dataclass
class Mailbox:
    """A folder of `.eml` files, read as they come in."""

    folder: Path
    letters: list[Letter] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def read(self) -> list[Letter]:
        """Read what came since the last look, oldest first; what came."""
        files = sorted(file for file in self.folder.glob("*.eml") if file.name not in self._seen)
        self._seen |= {file.name for file in files}
        came = [_letter(file) for file in files]
        self.letters += came
        return came

    def form(self, duty: str, to: str) -> bytes:
        """The form in the newest letter to `to` about a duty. Raises LookupError if none was sent."""
        for letter in reversed(self.letters):
            if letter.form and letter.to == to and letter.occasion.startswith(f"{duty}/"):
                return letter.form
        raise LookupError(f"nobody sent a form for {duty}")

    def questions(self, to: str) -> Iterator[Letter]:
        """The letters to `to` with a form to answer in, newest first."""
        return (
            letter
            for letter in reversed(self.letters)
            if letter.form and letter.to == to and letter.occasion.startswith("ask/")
        )


def _letter(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    forms = [part.get_content() for part in message.iter_attachments() if part.get_content_type() == FORM]
    return Letter(
        file=file.name,
        on=parsedate_to_datetime(str(message["Date"])).date(),
        occasion=str(message["X-Jaarring-Occasion"]),
        to=message["To"].addresses[0].addr_spec,
        subject=str(message["Subject"]),
        form=forms[0] if forms else None,
    )
