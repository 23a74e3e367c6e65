"""PostgreSQL: a database of its own on a server. What it needs to promise what a file promises.

Every writing transaction first takes one lock, so that there is one writer at a time, as there is on SQLite:
what is read within it is still so when it commits. That the head of the event log is read under this lock is
why the chain cannot fork; a lock on that row alone, as late as the commit, would leave every other question
("was this asked before?") to be answered twice at once.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    MetaData,
    Table,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from jaarring.refusal import Refused
from jaarring.stores import sqlite

#: seconds to wait for another writer, or for a server that does not answer
PATIENCE = 30
_ANSWER = 10
#: SQLSTATE: another holds the lock, the server stops or starts, has no place left, or lost the connection
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtext(coalesce(current_schema(), '')))"
_BUSY = ("55P03", "57P01", "57P02", "57P03", "53300", "40001", "40P01", "08")
#: a refusal to connect has no SQLSTATE in its error, only these words
_PASSES = re.compile("starting up|shutting down|recovery|accepting connections|too many|remaining connection")
_UNUSABLE = ("53100", "28", "3D", "42501", "XX001", "XX002", "58")


def engine(url: URL, writes: bool) -> Engine:
    """An engine on the database at `url`; one that does not write cannot write, and sees one moment."""
    made = create_engine(
        url.set(drivername="postgresql+psycopg").difference_update_query(["options"]),
        hide_parameters=True,
        pool_pre_ping=True,  # a server that was started again is no failure of ours
        isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        connect_args={
            "connect_timeout": _ANSWER,
            "options": f"{url.query.get('options', '')} -c lock_timeout={PATIENCE}s -c timezone=UTC"
            + ("" if writes else " -c default_transaction_read_only=on"),
        },
    )
    event.listen(made, "handle_error", _without_values)
    if writes:

        @event.listens_for(made, "begin")
        def one_at_a_time(connection: Connection) -> None:
            connection.exec_driver_sql(_ONE_AT_A_TIME)

    return made


def _without_values(context: ExceptionContext) -> None:
    """Keep only the first line of what the server says: its DETAIL repeats the row that it refused, and the
    text of an exception ends up in logs. Of a value that it could not read (SQLSTATE 22…) that line has the
    value itself, between quotes.
    """
    said = context.original_exception
    first = str(said).split("\n", 1)[0]
    if str(getattr(said, "sqlstate", "")).startswith("22"):
        first = re.sub(r'".*', "(waarde weggelaten)", first)
    said.args = (first,)
    if context.sqlalchemy_exception:
        context.sqlalchemy_exception.args = (f"({type(said).__name__}) {first}",)


def check_order(tx: Connection) -> None:
    """Refuse a database that sorts text as a language does: we ask for a range of keys by its two ends."""
    if tx.execute(text("select 'a' < 'B'")).scalar():
        raise Refused(
            "de database sorteert woorden zoals een woordenboek, en dan vinden wij niet alles terug",
            "laat haar opnieuw aanmaken met: createdb --template=template0 --locale=C.UTF-8 NAAM",
        )


def copy(tx: Connection, target: Path) -> None:
    """All that `tx` sees, as a new SQLite store: one form of backup, whatever the database was."""
    tables = MetaData()
    tables.reflect(tx)
    for table in tables.tables.values():
        for column in table.columns:
            column.type, column.server_default = column.type.as_generic(), None
    theirs = sqlite.engine(target, writes=True)
    try:
        with theirs.begin() as into:
            tables.create_all(into)
            for table in tables.sorted_tables:
                for rows in tx.execute(table.select()).partitions(200):
                    into.execute(table.insert(), [dict(row._mapping) for row in rows])
    finally:
        theirs.dispose()


def replace(tx: Connection, source: Path, tables: MetaData) -> None:
    """Put all rows of the SQLite store in `source` in the place of what `tx` sees, within its transaction:
    whoever reads meanwhile reads the old. Both must be at the same revision.
    """
    theirs = sqlite.engine(source, writes=False)
    try:
        with theirs.begin() as old:
            for table in reversed(tables.sorted_tables):
                tx.execute(table.delete())
            for table in tables.sorted_tables:
                for rows in old.execute(table.select()).partitions(200):
                    tx.execute(table.insert(), [dict(row._mapping) for row in rows])
                _count_on(tx, table)
    finally:
        theirs.dispose()


def _count_on(tx: Connection, table: Table) -> None:
    """Let a table that numbers its own rows go on behind the last one that was put in."""
    for column in table.primary_key:
        name = tx.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        if name:
            tx.execute(
                select(
                    func.setval(name, select(func.coalesce(func.max(column), 0) + 1).scalar_subquery(), False)
                )
            )


def was_busy(error: DBAPIError) -> bool:
    """Whether the server was busy, away or starting: worth another try."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no connection: either nobody answered, or a server said why not
        said = str(error.orig)
        return isinstance(error, OperationalError) and ("FATAL" not in said or bool(_PASSES.search(said)))
    return str(state).startswith(_BUSY)


def unusable(error: DBAPIError) -> str:
    """Why the database cannot be used, in the words of the server; empty if `error` says something else."""
    if was_busy(error):
        return ""
    state = getattr(error.orig, "sqlstate", None)
    grave = str(state).startswith(_UNUSABLE) if state else isinstance(error, OperationalError)
    return str(error.orig).split("\n", 1)[0] if grave else ""
