"""The store: one database a municipality, one way to write it and one to read it.

All writing goes through `Store.write`, which takes the write lock at once (`BEGIN IMMEDIATE`): SQLAlchemy's
own default begins at the first write, and a chain read before that could fork without an error. Reading uses
an engine of its own that cannot write. Types are portable to PostgreSQL.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

Tx = Connection

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: the newest revision in migrations/; a store at another one is upgraded, or refused if it is newer
REVISION = "0001"


class Moment(TypeDecorator[datetime]):
    """A moment in time: aware in Python, UTC without a zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """As above, each moment made once: a year's ledger names the same few a thousand times."""
        made = super().result_processor(dialect, coltype)
        return lru_cache(1024)(made) if made else None


class NewerStore(RuntimeError):
    """The store was made by a newer Jaarring than this one."""


def was_busy(error: BaseException) -> bool:
    """Whether `error` only says that the database was locked or gone for a moment: worth another try."""
    if isinstance(error, OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return isinstance(error, DBAPIError) and error.connection_invalidated


#: what SQLite says of a file that it cannot use, whoever asks: damage, rights, a full disk
_UNUSABLE = ("NOTADB", "CORRUPT", "READONLY", "CANTOPEN", "FULL", "IOERR", "PERM", "AUTH", "FORMAT")


def unusable(error: BaseException) -> str:
    """Why the database file cannot be used, in SQLite's words; empty if `error` says something else."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    name = getattr(cause, "sqlite_errorname", "").removeprefix("SQLITE_")
    return str(cause) if name.startswith(_UNUSABLE) else ""


#: statements in the words of the database, for every store of this process: each is put in words once
_COMPILED: LRUCache[Any, Any] = LRUCache(1000)


class Store:
    """A municipality's database; made if it does not exist, brought up to date by `open`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._write = _engine(path, begin="BEGIN IMMEDIATE", query_only=False)
        self._read = _engine(path, begin="BEGIN", query_only=True)

    @classmethod
    def open(cls, path: Path) -> Store:
        """The store at `path`, at the newest revision. Raises NewerStore if it is ahead of this program."""
        path.parent.mkdir(parents=True, exist_ok=True)
        store = cls(path)
        try:
            if store.revision() != REVISION:
                from jaarring.migrations import upgrade  # Alembic is slow to import and seldom needed

                upgrade(store)
        except BaseException:
            store.close()
            raise
        return store

    def revision(self) -> str | None:
        """The revision its tables are at; None if it has none yet. Only looks, so it waits for no writer."""
        with self.read() as tx:
            return revision_of(tx)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that may write: all of it is kept, or nothing."""
        with self._write.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A view of the store at one moment; writing through it fails."""
        with self._read.begin() as connection:
            yield connection

    def joined(self, tx: Tx) -> Store:
        """This store within a transaction under way: all that is done through it is kept, or nothing."""
        return _Joined(self.path, tx)

    def copy(self, target: Path) -> None:
        """Write all of the store, as it stands at one moment, to a new file."""
        with closing(sqlite3.connect(self.path)) as ours, closing(sqlite3.connect(target)) as theirs:
            ours.backup(theirs)

    def close(self) -> None:
        self._write.dispose()
        self._read.dispose()


class _Joined(Store):
    def __init__(self, path: Path, tx: Tx) -> None:
        self.path, self._tx = path, tx

    @contextmanager
    def write(self) -> Iterator[Tx]:
        yield self._tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        yield self._tx

    def close(self) -> None:
        """Whoever opened the store closes it."""


def revision_of(tx: Tx) -> str | None:
    """The revision of the tables that this transaction sees; None if there are none yet."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    return tx.execute(text("select version_num from alembic_version")).scalar()


def _write_ahead(connection: sqlite3.Connection, patience: float = 30.0) -> None:
    """Turn the write-ahead log on. A new file takes this from one opener at a time, and SQLite tells the
    others at once that it is locked, whatever their busy timeout: they come back, for `patience` seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
        time.sleep(0.02)


def _engine(path: Path, begin: str, query_only: bool) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # we say when a transaction begins
        connection.execute("pragma busy_timeout = 30000")
        if not query_only:
            _write_ahead(connection)
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        if query_only:
            connection.execute("pragma query_only = on")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine.execution_options(compiled_cache=_COMPILED)
