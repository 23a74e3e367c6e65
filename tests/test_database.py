"""The store: written by one at a time, read without a chance to write, kept whole or not at all."""

import multiprocessing
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, StatementError

from jaarring.database import Store, was_busy
from jaarring.ledger import events
from jaarring.ledger.decisions import Entry, about, decision, latest, record

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
WRITERS, EACH = 4, 100


def chain(path: Path | URL, writer: int) -> int:
    """One writer: read the head and append to it, each time in a transaction of its own. Its failures."""
    store = Store(path, Path())
    for n in range(EACH):
        with store.write() as tx:
            events.append(tx, AT, f"writer {writer}", "test", str(n), {"n": n})
    store.close()
    return 0


def chain_by_default(path: Path | URL, writer: int) -> int:
    """The same with SQLAlchemy as it comes: its transaction begins at the first write, after the read."""
    if isinstance(path, Path):
        engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    else:
        engine = create_engine(path.set(drivername="postgresql+psycopg"))
    failed = 0
    for n in range(EACH):
        try:
            with engine.begin() as tx:
                events.append(tx, AT, f"writer {writer}", "test", str(n), {"n": n})
        except (IntegrityError, OperationalError):
            failed += 1
    return failed


def at_the_sign(work: Callable[[Path | URL, int], int], path: Path | URL, writer: int, sign: Barrier) -> None:
    sign.wait(60)
    sys.exit(min(work(path, writer), 200))


def four_at_once(work: Callable[[Path | URL, int], int], path: Path | URL) -> int:
    """Runs four processes on one store, which begin together; how many appends failed."""
    spawn = multiprocessing.get_context("spawn")
    sign = spawn.Barrier(WRITERS)
    started = [
        spawn.Process(target=at_the_sign, args=(work, path, writer, sign)) for writer in range(WRITERS)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join(120)
    return sum(process.exitcode if process.exitcode is not None else 999 for process in started)


def without_uniqueness(path: Path) -> None:
    """A log with nothing behind the transaction: any fork is kept."""
    with sqlite3.connect(path) as bare:
        bare.executescript(
            """
            pragma journal_mode = wal;
            create table event (seq integer, at datetime, actor, on_behalf_of, kind, subject, payload_hash,
                                previous, hash);
            create table event_payload (seq integer, salt, body);
            """
        )
    bare.close()


def forks(path: Path) -> int:
    """How many entries follow one that another already follows."""
    with sqlite3.connect(path) as bare:
        found: int = bare.execute("select count(*) - count(distinct previous) from event").fetchone()[0]
    bare.close()
    return found


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Store]:
    """A store that is a file, whatever the other tests work on."""
    opened = Store.open(tmp_path / "file.db")
    yield opened
    opened.close()


class TestFourWriters:
    def test_a_chain_that_four_processes_append_to_at_once_never_forks(self, store: Store) -> None:
        assert four_at_once(chain, store.where) == 0

        with store.read() as tx:
            assert list(tx.scalars(select(events.event.c.seq).order_by("seq"))) == list(range(1, 401))
            assert tx.scalar(select(func.count(events.event.c.previous.distinct()))) == 400
            assert events.verify(tx) is None
        per_writer = {f"writer {n}" for n in range(WRITERS)}
        with store.read() as tx:
            assert {entry.actor for entry in events.history(tx)} == per_writer

    def test_it_is_the_transaction_that_keeps_it_whole_and_not_the_uniqueness_behind_it(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "bare.db"
        without_uniqueness(path)

        assert four_at_once(chain, path) == 0
        assert forks(path) == 0

    def test_control_with_the_default_of_sqlalchemy_the_same_writers_fork(self, tmp_path: Path) -> None:
        path = tmp_path / "bare.db"
        without_uniqueness(path)

        assert four_at_once(chain_by_default, path) == 0  # and nobody hears of it
        assert forks(path) > 0

    def test_control_where_the_store_refuses_the_fork_the_default_loses_entries(self, store: Store) -> None:
        assert four_at_once(chain_by_default, store.where) > 0

        with store.read() as tx:
            assert events.verify(tx) is None  # UNIQUE(previous) stands behind the transaction


def opened(path: Path | URL, _: int) -> int:
    Store.open(path, None if isinstance(path, Path) else Path()).close()
    return 0


def test_four_processes_may_open_a_new_store_at_once(
    product: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The tables are made once, and nobody meets an error."""
    path: Path | URL = tmp_path / "new" / "jaarring.db"
    if product == "postgresql":
        path = request.getfixturevalue("postgres").new()

    assert four_at_once(opened, path) == 0

    store = Store(path, Path())
    assert store.revision() == "0001"
    store.close()


def test_who_opens_a_store_that_another_is_just_making_waits_for_it(tmp_path: Path) -> None:
    """SQLite refuses to turn the write-ahead log on beside a writer, at once, whatever its busy timeout."""
    path = tmp_path / "jaarring.db"
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    maker.execute("create table half_made (x)")
    maker.execute("begin immediate")
    impatient = sqlite3.connect(path, isolation_level=None)
    impatient.execute("pragma busy_timeout = 30000")
    with pytest.raises(sqlite3.OperationalError, match="locked"):  # control: what would befall it
        impatient.execute("pragma journal_mode = wal")
    impatient.close()

    done = threading.Timer(0.3, maker.execute, ("commit",))
    done.start()
    store = Store.open(path)
    done.join()

    assert store.revision() == "0001"
    store.close()
    maker.close()


class TestConnection:
    def test_what_was_committed_is_flushed_to_disk_and_a_busy_store_is_waited_for(self, file: Store) -> None:
        with file.write() as tx:
            found = {
                name: tx.exec_driver_sql(f"pragma {name}").scalar_one()
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            }

        assert found == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000, "foreign_keys": 1}

    def test_a_reader_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError, match="readonly|read-only"), store.read() as tx:
            events.append(tx, AT, "x", "test", "x", {})
        with pytest.raises(DBAPIError, match="readonly|read-only"), store.read() as tx:
            tx.execute(text("drop table event"))

    def test_a_reader_sees_one_moment_and_neither_waits_nor_is_waited_for(self, store: Store) -> None:
        with store.read() as reading:
            before = events.head(reading)
            with store.write() as tx:
                written = events.append(tx, AT, "x", "test", "x", {})
            assert events.head(reading) == before

        with store.write() as tx:
            events.append(tx, AT, "x", "test", "y", {})
            with store.read() as reading:  # beside an open writer
                assert events.head(reading) == written

    def test_what_fails_leaves_nothing_behind_neither_rows_nor_tables(self, store: Store) -> None:
        with pytest.raises(RuntimeError), store.write() as tx:
            events.append(tx, AT, "x", "test", "x", {})
            tx.execute(text("create table half (id integer)"))
            tx.execute(text("alter table decision add column half text"))
            raise RuntimeError

        with store.read() as tx:
            assert events.head(tx) == f"0:{events.GENESIS}"
            assert not inspect(tx).has_table("half")
            assert "half" not in tx.execute(text("select * from decision")).keys()  # noqa: SIM118

    def test_a_second_writer_waits_and_then_says_that_the_store_was_busy(self, file: Store) -> None:
        with file.write() as tx:
            tx.exec_driver_sql("pragma busy_timeout = 50")
        other = sqlite3.connect(str(file.where), isolation_level=None)
        other.execute("begin immediate")

        with pytest.raises(OperationalError) as raised, file.write():
            pass
        other.execute("rollback")
        other.close()

        assert was_busy(raised.value)
        with file.write() as tx:  # and works again as soon as it can
            events.append(tx, AT, "x", "test", "x", {})

    def test_an_error_that_trying_again_would_not_mend_is_not_called_busy(self, store: Store) -> None:
        with pytest.raises(DBAPIError) as raised, store.read() as tx:
            tx.execute(text("select * from nothing"))

        assert not was_busy(raised.value)
        assert not was_busy(ValueError("database is locked"))

    def test_no_value_stands_in_the_text_of_an_error(self, store: Store) -> None:
        """Prefect keeps the text of an exception for ever."""
        with pytest.raises(IntegrityError) as raised, store.write() as tx:
            tx.execute(decision.insert().values(subject="geheim plan", verb=None))

        assert "geheim" not in str(raised.value)

    @pytest.mark.parametrize("name", ["met spatie", "wat?", "100%", "a#b", "één"])
    def test_the_folder_may_have_any_name(self, tmp_path: Path, name: str) -> None:
        Store.open(tmp_path / name / "jaarring.db").close()

        assert (tmp_path / name / "jaarring.db").is_file()

    def test_a_store_stays_readable_while_another_writes(self, file: Store) -> None:
        """Opening an up-to-date store only looks: it does not wait for a writer."""
        other = sqlite3.connect(str(file.where), isolation_level=None)
        other.execute("begin immediate")
        Store.open(file.where).close()  # would wait 30 seconds and fail
        other.execute("rollback")
        other.close()


class TestMoment:
    def test_a_moment_comes_back_in_utc_to_the_microsecond(self, store: Store) -> None:
        summer = timezone(timedelta(hours=2))
        at = datetime(2027, 7, 1, 0, 30, 0, 123456, tzinfo=summer)
        with store.write() as tx:
            events.append(tx, at, "x", "test", "x", {})

        with store.read() as tx:
            assert next(events.history(tx)).at == datetime(2027, 6, 30, 22, 30, 0, 123456, tzinfo=UTC)

    def test_a_moment_without_a_time_zone_is_refused(self, store: Store) -> None:
        naive = AT.replace(tzinfo=None)
        with pytest.raises(StatementError, match="time zone"), store.write() as tx:
            record(tx, Entry("2027/plan/adopt", "adopt", "college", date(2026, 12, 8), "1", ""), "x", naive)


class TestDecisions:
    def test_a_later_decision_stands_and_the_earlier_one_stays(self, store: Store) -> None:
        first = Entry("2027/plan/fb", "return", "secretaris", date(2026, 11, 2), "", "geen maatregel bij D4")
        second = Entry("2027/plan/fb", "return", "secretaris", date(2026, 11, 9), "", "bedrag klopt niet")
        other = Entry("2027/plan/fb", "accept", "secretaris", date(2026, 11, 16), "", "")
        with store.write() as tx:
            for entry in (first, second, other):
                record(tx, entry, "coördinator", AT)

        with store.read() as tx:
            assert about(tx, "2027/plan/fb") == [first, second, other]
            assert about(tx, "2027/plan/fb", "return") == [first, second]
            assert latest(tx, "2027/plan/fb", "return") == second
            assert latest(tx, "2027/plan/fb", "adopt") is None

    def test_a_decision_is_in_the_log_with_who_wrote_it_down_and_on_whose_behalf(self, store: Store) -> None:
        adopted = Entry("2027/plan/adopt", "adopt", "college", date(2026, 12, 8), "nr. 2026-B-0521", "")
        with store.write() as tx:
            record(tx, adopted, "coördinator", AT)

        with store.read() as tx:
            (entry,) = events.history(tx, "2027/plan/adopt")
        assert (entry.actor, entry.on_behalf_of, entry.kind) == ("coördinator", "college", "decision.adopt")
        assert entry.payload is not None and entry.payload["date"] == "2026-12-08"
