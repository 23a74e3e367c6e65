"""The floor: bare Python that does what a recorded year did to the disk, and nothing else.

The same SQL with the same values through `sqlite3` alone, the same commits with the same promises to the
disk,
the same mails as files, flushed. No rules, no words, no forms, no documents.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event


@dataclass
class Recording:
    """What a year did: SQL with its values, commits, and the bytes of each mail, in order."""

    acts: list[tuple[str, Any, Any]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for kind, *_ in self.acts:
            found[kind] = found.get(kind, 0) + 1
        return found


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record every statement, commit and mail of what happens inside."""
    recording = Recording()

    def statement(_c: Connection, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:
        recording.acts.append(("many" if many else "sql", sql, values))

    def commit(_c: Connection) -> None:
        recording.acts.append(("sql", "commit", ()))

    from jaarring.mail import channels

    deliver = channels.Channels.deliver

    def delivered(self: Any, raw: bytes, *arguments: Any) -> Any:
        recording.acts.append(("mail", raw, None))
        return deliver(self, raw, *arguments)

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    event.listen(Engine, "rollback", commit)
    channels.Channels.deliver = delivered  # type: ignore[method-assign, assignment]
    try:
        yield recording
    finally:
        channels.Channels.deliver = deliver  # type: ignore[method-assign]
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Engine, "commit", commit)
        event.remove(Engine, "rollback", commit)


def replay(recording: Recording, folder: Path) -> None:
    """Do the same to a database and a folder of mails in `folder`."""
    post = folder / "mail"
    post.mkdir(parents=True)
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    inside = 0
    for number, (kind, what, values) in enumerate(recording.acts):
        if kind == "mail":
            _write(post, f"{number}.eml", what)
        elif kind == "many":
            connection.executemany(what, values)
        elif str(what).upper().startswith("BEGIN") and connection.in_transaction:
            inside += 1  # a look at the store in the midst of a transaction, through another connection
        elif what == "commit" and (inside or not connection.in_transaction):
            inside = max(inside - 1, 0)
        else:
            connection.execute(what, values).fetchall()
    connection.close()


def _write(folder: Path, name: str, content: bytes) -> None:
    temporary = folder / f".{name}"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(folder / name)
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
