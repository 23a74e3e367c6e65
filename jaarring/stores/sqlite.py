"""SQLite: a file in the storage folder. What it needs to be written by one at a time and never half.

SQLAlchemy's own default begins a transaction at the first write: a chain read before that could fork without
an error, and changes of tables would not be rolled back. So we say ourselves when one begins.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError

from jaarring.refusal import Refused

#: seconds to wait for another writer
PATIENCE = 30.0
#: what SQLite says of a file that it cannot use, whoever asks: damage, rights, a full disk
_UNUSABLE = ("NOTADB", "CORRUPT", "READONLY", "CANTOPEN", "FULL", "IOERR", "PERM", "AUTH", "FORMAT")


def engine(path: Path, writes: bool) -> Engine:
    """An engine on the file at `path`; one that does not write cannot write."""
    made = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(made, "connect")
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins
        connection.execute(f"pragma busy_timeout = {int(PATIENCE * 1000)}")
        if writes:
            _write_ahead(connection)
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        if not writes:
            connection.execute("pragma query_only = on")

    @event.listens_for(made, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return made


def copy(path: Path, target: Path) -> None:
    """All of the store at one moment in a new file. A copy of the file alone could miss what stands in the
    write-ahead log.
    """
    with closing(sqlite3.connect(path)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)


def is_whole(path: Path) -> bool:
    """Whether a file is a store of SQLite without damage. Looks, and changes nothing."""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as bare:
            return bool(bare.execute("pragma quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def acts_by_itself(path: Path) -> bool:
    """Whether there is anything in a store beside tables and indexes, as what acts when a row is put in."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as bare:
        found = {kind for (kind,) in bare.execute("select type from sqlite_master")}
    return bool(found - {"table", "index"})


def was_busy(error: DBAPIError) -> bool:
    """Whether another held the file too long."""
    return "locked" in str(error.orig) or "busy" in str(error.orig)


def unusable(error: DBAPIError) -> str:
    """Why the file cannot be used, in SQLite's words; empty if `error` says something else."""
    name = getattr(error.orig, "sqlite_errorname", "").removeprefix("SQLITE_")
    return str(error.orig) if name.startswith(_UNUSABLE) else ""


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on. A new file takes this from one opener at a time, and SQLite tells the
    others at once that it is locked, whatever their busy timeout: they come back.
    """
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def replace(path: Path, source: Path) -> None:
    """Put all of the store in `source` in the place of what `path` has, in one transaction: whoever reads
    meanwhile reads the old, and a process that dies halfway leaves the old. Raises Refused while another
    writes too long.
    """
    until = time.monotonic() + PATIENCE

    def patient(status: int, _left: int, _pages: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise Refused("de stand wordt nu door een ander gebruikt", "probeer het over een minuut opnieuw")

    with closing(sqlite3.connect(source)) as theirs, closing(sqlite3.connect(path)) as ours:
        ours.execute("pragma synchronous = full")
        theirs.backup(ours, progress=patient, sleep=0.05)
