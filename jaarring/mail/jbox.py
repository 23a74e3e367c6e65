"""`jbox://`: a mail box that is a folder; one `.eml` a message, no server needed. The newcomer's channel.

What follows `jbox://` is the folder: `jbox://var/mail` inside the municipality's own folder,
`jbox:///srv/post` from the root. Any mail program opens the files.
"""
# mypy: disable-error-code="no-untyped-call,override,assignment"
# Half of Apprise has no types.

import os
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.policy import default
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from apprise import NotifyBase
from apprise.plugins.email.base import NotifyEmail

from jaarring.mail.message import Outcome


class NotifyJBox(NotifyBase):
    """Writes each message as a file, exactly once: the name follows from the message."""

    service_name = "Jaarring mail box"
    protocol = "jbox"
    setup_url = ""
    request_rate_per_sec = 0
    templates = ("{schema}://{folder}",)
    template_tokens = {**NotifyBase.template_tokens, "folder": {"name": "Folder", "type": "string"}}

    def __init__(self, folder: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(folder)

    def deliver(self, raw: bytes, to: str, envelope_from: str, archive: str = "") -> Outcome:
        """Write `raw` to the folder, on disk before this returns; a second time gives the same one file.

        So it needs no archive to know that it was there.
        """
        name = file_name(raw)
        try:
            _write(self.folder, name, raw)
        except (PermissionError, NotADirectoryError, FileExistsError) as wrong:
            return Outcome("config", f"de map van jbox is niet te gebruiken: {wrong.strerror}")
        except OSError as wrong:
            return Outcome("temporary", f"niet geschreven: {wrong.strerror}")
        return Outcome("sent", f"bewaard als {name}")

    def try_out(self, envelope_from: str, archive: str = "") -> Outcome:
        """Whether the folder can be used. It is made if need be; nothing is left in it."""
        trial = self.folder / f".{os.getpid()}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            trial.touch()
            trial.unlink()
        except OSError as wrong:
            return Outcome("config", f"de map van jbox is niet te gebruiken: {wrong.strerror}")
        return Outcome("sent", "de map neemt onze berichten aan")

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """For Apprise itself (its command line, a Prefect block): a plain note from and to nobody."""
        nobody = (False, "jaarring@localhost.invalid")
        notes = NotifyEmail.prepare_emails(title, body, nobody, [nobody], notify_format=self.notify_format)
        return all(self.deliver(note.body.encode(), "", "").kind == "sent" for note in notes)

    def url(self, privacy: bool = False, *args: Any, **kwargs: Any) -> str:
        """The URL this came from."""
        return f"{self.protocol}://{self.folder}"

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """Apprise would take the first folder for a host; here all of it is the path."""
        results: dict[str, Any] | None = NotifyBase.parse_url(url, verify_host=False)
        if results:
            results["folder"] = unquote(url.partition("://")[2].partition("?")[0])
        return results if results and results["folder"].strip("/") else None


def file_name(raw: bytes) -> str:
    """Sorts by the message's own date, then by its Message-ID: `20270401T050000Z-1f0c….eml`, in UTC.

    The Message-ID stands for occasion, recipient and channel, so the same message has the same name.
    """
    headers = BytesHeaderParser(policy=default).parsebytes(raw)
    date, identity = headers["Date"], headers["Message-ID"]
    at: datetime | None = date.datetime if date else None
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") if at else "00000000T000000Z"
    return f"{stamp}-{sha256(str(identity).strip().encode() if identity else raw).hexdigest()[:16]}.eml"


def _write(folder: Path, name: str, raw: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # A temporary name nobody lists, on disk before the rename: a kill leaves a whole file or none.
    temporary = folder / f".{name}.{os.getpid()}.tmp"
    with temporary.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
