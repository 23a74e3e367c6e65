"""The store: one database a municipality, one way to write it and one way to read it.

All writing goes through `Store.write`: one writer at a time, from its first look to its commit. Reading uses
an engine of its own that cannot write. It is a file of SQLite, or a database on a server of PostgreSQL; what
either needs for that stands in `stores/`, and nothing else here knows which it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Dialect, Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeDecorator
from sqlalchemy.util import LRUCache

from jaarring.stores import sqlite

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
    return isinstance(error, DBAPIError) and _product(error).was_busy(error)


def unusable(error: BaseException) -> str:
    """Why the database cannot be used, in its own words; empty if `error` says something else."""
    return _product(error).unusable(error) if isinstance(error, DBAPIError) else ""


def _product(error: DBAPIError) -> Any:
    if type(error.orig).__module__.startswith("sqlite3"):
        return sqlite
    from jaarring.stores import postgresql

    return postgresql


class _NoRows(logging.Filter):
    """SQLAlchemy writes every row that it reads in a log on DEBUG, with all that it says; no log has that."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO


logging.getLogger("sqlalchemy.engine.Engine").addFilter(_NoRows())

#: statements in the words of the database, for every store of this process: each is put in words once
_COMPILED: LRUCache[Any, Any] = LRUCache(1000)


class Store:
    """A municipality's database; made if it does not exist, brought up to date by `open`.

    `where`: the file, or the address of a database on a server. `folder`: where copies of it are laid.
    """

    def __init__(self, where: Path | URL, folder: Path | None = None) -> None:
        if folder is None:
            if not isinstance(where, Path):
                raise ValueError("a store on a server needs a folder for its copies")
            folder = where.parent
        self.where, self.folder = where, folder
        self._write = _engine(where, writes=True)
        self._read = _engine(where, writes=False)

    @classmethod
    def open(cls, where: Path | URL, folder: Path | None = None) -> Store:
        """The store at `where`, at the newest revision. Raises NewerStore if it is ahead of this program."""
        store = cls(where, folder)
        store.folder.mkdir(parents=True, exist_ok=True)
        try:
            store._check()
            if store.revision() != REVISION:
                from jaarring.migrations import upgrade  # Alembic is slow to import and seldom needed

                upgrade(store)
        except BaseException:
            store.close()
            raise
        return store

    def _check(self) -> None:
        """Raises Refused for a database on a server that was made in a way in which we cannot use it."""
        if not self.file:
            from jaarring.stores import postgresql

            with self.read() as tx:
                postgresql.check_order(tx)

    @property
    def file(self) -> Path | None:
        """The file it is; None for a store on a server."""
        return self.where if isinstance(self.where, Path) else None

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
        return _Joined(self, tx)

    def copy(self, target: Path) -> None:
        """Write all of the store, as it stands at one moment, to a new file of SQLite."""
        if self.file:
            sqlite.copy(self.file, target)
            return
        from jaarring.stores import postgresql

        with self.read() as tx:
            postgresql.copy(tx, target)

    def replace(self, source: Path) -> None:
        """Put all of the SQLite store in `source` in the place of what is here, all or nothing.

        Both must be at `REVISION`.
        """
        if self.file:
            self._read.dispose()
            self._write.dispose()
            sqlite.replace(self.file, source)
            return
        from jaarring.migrations.tables import metadata as tables
        from jaarring.stores import postgresql

        with self.write() as tx:
            postgresql.replace(tx, source, tables)

    def close(self) -> None:
        self._write.dispose()
        self._read.dispose()


class _Joined(Store):
    def __init__(self, store: Store, tx: Tx) -> None:
        self.where, self.folder, self._tx = store.where, store.folder, tx

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


def _engine(where: Path | URL, writes: bool) -> Engine:
    if isinstance(where, Path):
        made = sqlite.engine(where, writes)
    else:
        from jaarring.stores import postgresql  # its library is loaded where it is used

        made = postgresql.engine(where, writes)
    return made.execution_options(compiled_cache=_COMPILED)
