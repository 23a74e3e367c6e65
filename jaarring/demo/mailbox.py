"""The post of the example municipality: what came, and the newest form that somebody was sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

FORM = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Letter:
    """One message: its file, the occasion that caused it, to whom, about what, and the form it carries."""

    file: str
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
    _told: int = 0

    def read(self) -> None:
        """Read what came since the last look, oldest first."""
        files = sorted(file for file in self.folder.glob("*.eml") if file.name not in self._seen)
        self._seen |= {file.name for file in files}
        self.letters += [_letter(file) for file in files]

    def came(self) -> int:
        """How many letters came since this was last asked."""
        self.read()
        new, self._told = len(self.letters) - self._told, len(self.letters)
        return new

    def form(self, duty: str) -> bytes:
        """The form in the newest letter about a duty. Raises LookupError if none was sent."""
        for letter in reversed(self.letters):
            if letter.form and letter.occasion.startswith(f"{duty}/"):
                return letter.form
        raise LookupError(duty)


def _letter(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    forms = [part.get_content() for part in message.iter_attachments() if part.get_content_type() == FORM]
    return Letter(
        file=file.name,
        occasion=str(message["X-Jaarring-Occasion"]),
        to=str(message["To"]),
        subject=str(message["Subject"]),
        form=forms[0] if forms else None,
    )
