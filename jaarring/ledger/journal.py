"""The journal: what happened, on a path of its own, so that a store can be held against it.

A chain alone proves nothing against somebody who can rewrite all of it, and a backup that was put back cannot
know what came after it. So each entry of the event log leaves the store as its number, hash, moment and key,
and each message as its Message-ID before its first byte goes out. No name of a person, no text: only keys.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Column, Integer, Table, Text, insert, select, update

from jaarring.database import Tx, metadata
from jaarring.files import flush
from jaarring.ledger.events import GENESIS, event, hashes

#: the kind of a line that says: an older store was put back, and this is where it ended
BACK = "store.back"
#: the kind of the entry in the event log that says so
RESTORED = "store.restored"
#: enough for the last line, however long its key
_TAIL = 4096

journal_kept = Table(
    "journal_kept",
    metadata,
    #: the path of a journal, as the configuration has it: one that is newly set has no row yet
    Column("path", Text, primary_key=True),
    #: the last entry of the event log that is surely in it: if it is not, somebody took it away
    Column("noted", Integer, nullable=False),
)


@dataclass(frozen=True)
class Noted:
    """An entry of the event log as the journal has it."""

    seq: int
    hash: str
    at: str
    kind: str
    subject: str

    @property
    def head(self) -> str:
        """The end of the log when this was its last entry, `seq:hash`."""
        return f"{self.seq}:{self.hash}"


@dataclass(frozen=True)
class Going:
    """A message that may have gone out: noted before its first byte."""

    message_id: str
    occasion: str
    at: str


def has(tx: Tx, noted: Noted) -> bool:
    """Whether the event log has this very entry, or was empty as noted."""
    if noted.seq == 0:
        return True
    return tx.scalar(select(event.c.hash).where(event.c.seq == noted.seq)) == noted.hash


@dataclass
class Story:
    """What a journal tells. `log`: the entries of the event log as they stand, by number, without what was
    lost when an older store was put back; `backs`: each time that one was. `gone`: the messages that may be
    with their reader, by Message-ID, each as it last went.
    """

    log: dict[int, Noted] = field(default_factory=dict)
    backs: list[Noted] = field(default_factory=list)
    gone: dict[str, Going] = field(default_factory=dict)


def told(lines: Iterable[Mapping[str, Any]]) -> Story:
    """Follow the lines of a journal in their order."""
    story = Story()
    for line in lines:
        if "message" in line:
            story.gone[line["message"]] = Going(line["message"], line["occasion"], line["at"])
        elif "stayed" in line:
            story.gone.pop(line["stayed"], None)
        elif "seq" in line:
            noted = Noted(**line)
            if noted.kind == BACK:
                _forget(story, noted)
            else:
                story.log[noted.seq] = noted
    return story


def _forget(story: Story, back: Noted) -> None:
    """What lies beyond the store that was put back is lost, and so is that one was put back there."""
    lost = [story.log.pop(seq) for seq in sorted(story.log) if seq > back.seq]
    undone = {one.subject for one in lost if one.kind == RESTORED}
    story.backs = [*(one for one in story.backs if one.subject not in undone), back]


def parted(noted: Mapping[int, Noted], log: Mapping[int, str]) -> tuple[int, str]:
    """The last entry that journal and event log have in common, as number and hash; 0 if there is none."""
    common = [seq for seq, one in noted.items() if log.get(seq) == one.hash]
    return (max(common), log[max(common)]) if common else (0, GENESIS)


class Journal:
    """One file of lines, written at its end only. The administrator chooses its path: best another disk.

    `name`: how the configuration spells the path, by which the store knows this journal.
    """

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name or str(path)

    def follow(self, tx: Tx, anew: bool = False) -> None:
        """Write down what the event log has more than the journal. Raises OSError if it cannot be written.

        A store that is older than its journal adds nothing, nor does one whose journal is gone or was cut
        off: whoever compares them must see that. `anew`: somebody has seen it, so the journal begins again.
        """
        if not anew and self.missing(tx):
            return
        newest = tx.scalar(select(event.c.seq).order_by(event.c.seq.desc()).limit(1)) or 0
        last = self.last()
        if newest <= (last.seq if last else 0):
            return
        with self._locked() as file:
            known = self.last()
            if known and not has(tx, known):
                return
            rows = tx.execute(
                select(event.c.seq, event.c.hash, event.c.at, event.c.kind, event.c.subject)
                .where(event.c.seq > (known.seq if known else 0))
                .order_by(event.c.seq)
            )
            _add(file, [{"seq": r.seq, "hash": r.hash, "at": r.at.isoformat(), "kind": r.kind,
                         "subject": r.subject} for r in rows])  # fmt: skip

    def missing(self, tx: Tx) -> int:
        """Up to which entry the journal once went, where it does not any more; 0 where all of it is there."""
        noted = self._noted(tx)
        last = self.last()  # after the store was asked: it may have grown meanwhile
        return noted if noted > (last.seq if last else 0) else 0

    def unkept(self, tx: Tx) -> int:
        """The last entry of the journal, where the store does not know yet that it goes so far; else 0."""
        last = self.last()
        return last.seq if last and last.seq > self._noted(tx) and has(tx, last) else 0

    def keep(self, tx: Tx, seq: int) -> None:
        """Record that the journal has gone up to this entry; never less than was recorded before."""
        mine, noted = journal_kept.c.path == self.name, self._noted(tx)
        if not noted:
            tx.execute(insert(journal_kept).values(path=self.name, noted=seq))
        elif noted < seq:
            tx.execute(update(journal_kept).where(mine).values(noted=seq))

    def _noted(self, tx: Tx) -> int:
        return tx.scalar(select(journal_kept.c.noted).where(journal_kept.c.path == self.name)) or 0

    def going(self, message_id: str, occasion: str, at: datetime) -> None:
        """Note that a message is about to go out; it is on disk when this returns."""
        with self._locked() as file:
            _add(file, [{"message": message_id, "occasion": occasion, "at": at.isoformat()}])

    def stayed(self, message_id: str, at: datetime) -> None:
        """Note that a message that was about to go out did not: the server said no, or was not there."""
        with self._locked() as file:
            _add(file, [{"stayed": message_id, "at": at.isoformat()}])

    def back(self, tx: Tx, at: datetime, because: str = "") -> None:
        """Note that an older store was put back: what the journal has beyond where the two part is lost, and
        it follows this store from there on. What was noted stays. `because`: by which the event log knows it.
        """
        seq, digest = parted(self.story().log, hashes(tx))
        with self._locked() as file:
            _add(file, [{"seq": seq, "hash": digest, "at": at.isoformat(), "kind": BACK, "subject": because}])

    def story(self) -> Story:
        """All that it tells, read once."""
        return told(self._lines())

    def last(self) -> Noted | None:
        """Where the store stood when it was last followed; None if it never was."""
        for line in reversed(list(self._tail())):
            if "seq" in line:
                return Noted(**line)
        return next((noted for noted in reversed(list(self.entries()))), None)

    def entries(self, after: int = 0) -> Iterator[Noted]:
        """The entries of the event log with a number above `after`, in the order in which they were noted."""
        for line in self._lines():
            if "seq" in line and line["seq"] > after:
                yield Noted(**line)

    def messages(self) -> Iterator[Going]:
        """Every message that may have gone out, oldest first."""
        for line in self._lines():
            if "message" in line:
                yield Going(line["message"], line["occasion"], line["at"])

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            with open(self.path, "rb") as file:
                yield from _read(file.read())
        except FileNotFoundError:
            return

    def _tail(self) -> Iterator[dict[str, Any]]:
        try:
            with open(self.path, "rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                yield from _read(file.read())
        except FileNotFoundError:
            return

    @contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        """The file to add to, for one process at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        with open(self.path, "ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                flush(self.path.parent)
            yield file


def _add(file: BinaryIO, lines: list[dict[str, Any]]) -> None:
    """A line break first if the last writer died in the middle of its line: half a line is no line."""
    end = file.seek(0, os.SEEK_END)
    torn = b""
    if end:
        with open(file.name, "rb") as written:
            written.seek(end - 1)
            torn = b"" if written.read(1) == b"\n" else b"\n"
    file.write(torn + b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    file.flush()
    os.fsync(file.fileno())


def _read(content: bytes) -> Iterator[dict[str, Any]]:
    for line in content.split(b"\n"):
        try:
            found = json.loads(line)
        except ValueError:
            continue  # the first of a tail, or the last of who died
        if isinstance(found, dict):
            yield found
