"""The key of the forms that comes with a store that is put back: the two change together, or neither does.

No file system changes two files at once. So the new key waits beside the old one, with the end of the log
that the new store has. Whoever opens the municipality next puts it in place if that store came, or drops it.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from jaarring.database import Store
from jaarring.files import write_safely
from jaarring.ledger.events import event

KEY = "form.key"
#: the key that is to come: the end of the log that it belongs to, a line break, the key itself
NEXT = "form.key.komt"
_LOCK = ".terugzetten.lock"
#: what follows the name of a file that made way for one of a backup, before its number
BESIDE = "voor-terugzetten"


@contextmanager
def at_work(storage: Path) -> Iterator[None]:
    """Put a store back in here, one at a time; nobody settles meanwhile what becomes of its key."""
    with open(storage / _LOCK, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # it goes with this process, however that ends
        yield


def prepare(storage: Path, key: bytes, head: str) -> None:
    """Lay out the key that goes with the store whose log will end at `head`; the old one still counts."""
    if not _is(storage / KEY, key):
        write_safely(storage / NEXT, head.encode() + b"\n" + key)


def settle(storage: Path, store: Store) -> None:
    """Finish what a restore began that was stopped; waits for one that is still at work."""
    if (storage / NEXT).exists():
        with at_work(storage):
            finish(storage, store)


def finish(storage: Path, store: Store) -> None:
    """Put the key that waits in place if its store came, or drop it. Whoever calls this is `at_work`."""
    try:
        head, _, key = (storage / NEXT).read_bytes().partition(b"\n")
    except FileNotFoundError:
        return
    seq, _, digest = head.decode("ascii", "replace").partition(":")
    with store.read() as tx:
        came = seq.isdecimal() and tx.scalar(select(event.c.hash).where(event.c.seq == int(seq))) == digest
    if came:
        _keep(storage)
        write_safely(storage / KEY, key)
    (storage / NEXT).unlink()


def free(storage: Path, name: str) -> Path:
    """A name beside `name` that nothing has yet."""
    number = 1
    while (found := storage / f"{name}.{BESIDE}-{number}").exists():
        number += 1
    return found


def _keep(storage: Path) -> None:
    """Have a copy of the key that makes way beside it, once."""
    mine = storage / KEY
    if mine.exists() and not any(_is(one, mine.read_bytes()) for one in storage.glob(f"{KEY}.{BESIDE}-*")):
        os.link(mine, free(storage, KEY))


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
