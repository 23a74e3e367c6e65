"""The tables: as the program knows them after every upgrade, never half, never of a newer program."""

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Column, Integer, MetaData, Table, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.schema import CreateIndex, CreateTable

import jaarring
from jaarring import migrations
from jaarring.database import REVISION, NewerStore, Store
from jaarring.ledger import events
from jaarring.migrations.tables import metadata

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
PACKAGE = Path(jaarring.__file__).parent


def difference(store: Store, wanted: MetaData) -> list[object]:
    with store.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, wanted))


def with_entry(path: Path) -> str:
    """A store with one entry in its log; the head."""
    store = Store.open(path)
    with store.write() as tx:
        head = events.append(tx, AT, "x", "test", "x", {})
    store.close()
    return head


def scripts_with(tmp_path: Path, upgrade: str, revision: str = "0002") -> Path:
    """The migrations of a later program: ours and one more."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{revision}.py").write_text(
        f'from alembic import op\nrevision = "{revision}"\ndown_revision = "{REVISION}"\n'
        f"def upgrade() -> None:\n    {upgrade}\n"
    )
    return folder


ADD = 'op.execute("alter table event add column mood text")'


class TestUpgrade:
    def test_after_it_the_store_has_the_tables_that_the_program_knows(self, tmp_path: Path) -> None:
        store = Store.open(tmp_path / "jaarring.db")

        assert difference(store, metadata) == []
        assert store.revision() == REVISION

    def test_control_a_table_that_no_revision_makes_is_a_difference(self, tmp_path: Path) -> None:
        wanted = MetaData()
        for table in metadata.tables.values():
            table.to_metadata(wanted)
        Table("forgotten", wanted, Column("id", Integer, primary_key=True))
        wanted.tables["decision"].append_column(Column("forgotten", Integer))

        kinds = {str(found[0]) for found in difference(Store.open(tmp_path / "db"), wanted)}  # type: ignore[index]
        assert kinds == {"add_table", "add_column"}

    def test_the_newest_revision_is_the_one_that_the_program_asks_for(self) -> None:
        """Else every start would look for a migration, or none would."""
        config = Config()
        config.set_main_option("script_location", str(migrations.HERE).replace("%", "%%"))

        assert ScriptDirectory.from_config(config).get_heads() == [REVISION]

    def test_every_module_with_tables_is_known_to_the_migrations(self) -> None:
        defining = {
            ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
            for path in PACKAGE.rglob("*.py")
            if re.search(r"= Table\($", path.read_text(), re.MULTILINE)
        }
        gathered = (PACKAGE / "migrations" / "tables.py").read_text()

        assert {"jaarring.ledger.due", "jaarring.reports.records"} <= defining
        assert [name for name in defining if f"import {name}\n" not in gathered.replace("  #", "\n")] == []

    def test_opening_again_changes_nothing(self, tmp_path: Path) -> None:
        path = tmp_path / "jaarring.db"
        with_entry(path)
        before = path.read_bytes()

        Store.open(path).close()

        assert path.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == ["jaarring.db"]

    def test_what_was_there_is_kept_and_stands_beside_it_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "jaarring.db"
        head = with_entry(path)
        store = Store(path)

        migrations.upgrade(store, scripts_with(tmp_path, ADD))

        assert store.revision() == "0002"
        copy = Store(tmp_path / f"jaarring.db.{REVISION}")
        assert copy.revision() == REVISION
        for one in (store, copy):
            with one.read() as tx:
                assert events.head(tx) == head and events.verify(tx) is None

    def test_the_backup_holds_what_only_the_write_ahead_log_has_yet(self, tmp_path: Path) -> None:
        """A copy of the file alone would miss it."""
        path = tmp_path / "jaarring.db"
        store = Store.open(path)
        with store.write() as tx:
            head = events.append(tx, AT, "x", "test", "x", {})
        shutil.copy(path, tmp_path / "bare.db")

        store.copy(tmp_path / "copy.db")

        with Store(tmp_path / "copy.db").read() as tx:
            assert events.head(tx) == head
        with closing(sqlite3.connect(tmp_path / "bare.db")) as bare:
            tables = [name for (name,) in bare.execute("select name from sqlite_master")]
            assert "event" not in tables or not bare.execute("select count(*) from event").fetchone()[0]

    def test_one_that_fails_leaves_the_store_at_the_revision_before(self, tmp_path: Path) -> None:
        path = tmp_path / "jaarring.db"
        head = with_entry(path)
        store = Store(path)
        failing = scripts_with(tmp_path, f'{ADD}; op.execute("drop table nothing")')

        with pytest.raises(OperationalError, match="nothing"):
            migrations.upgrade(store, failing)

        assert store.revision() == REVISION
        assert difference(store, metadata) == []
        with store.read() as tx:
            assert events.head(tx) == head


class TestNewerStore:
    def test_a_store_of_a_newer_program_is_refused_and_left_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "jaarring.db"
        with_entry(path)
        with closing(sqlite3.connect(path)) as bare, bare:
            bare.execute("update alembic_version set version_num = '0099'")
        before = path.read_bytes()

        with pytest.raises(NewerStore, match="0099"):
            Store.open(path)

        assert path.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == ["jaarring.db"]  # nothing beside it, nothing open


class TestEitherStore:
    """What holds of a file holds of a database on a server."""

    @pytest.fixture
    def head(self, store: Store) -> str:
        with store.write() as tx:
            return events.append(tx, AT, "x", "test", "x", {})

    def columns(self, store: Store) -> set[str]:
        with store.read() as tx:
            return {column["name"] for column in inspect(tx).get_columns("event")}

    def test_what_was_there_is_copied_to_a_file_before_and_kept(
        self, store: Store, head: str, tmp_path: Path
    ) -> None:
        migrations.upgrade(store, scripts_with(tmp_path, ADD))

        assert store.revision() == "0002" and "mood" in self.columns(store)
        copy = Store(store.folder / f"jaarring.db.{REVISION}")
        assert copy.revision() == REVISION and "mood" not in self.columns(copy)
        for one in (store, copy):
            with one.read() as tx:
                assert events.head(tx) == head and events.verify(tx) is None
        copy.close()

    def test_one_that_fails_halfway_leaves_nothing_of_itself(
        self, store: Store, head: str, tmp_path: Path
    ) -> None:
        failing = scripts_with(tmp_path, f'{ADD}; op.execute("drop table nothing")')

        with pytest.raises(DBAPIError, match="nothing"):
            migrations.upgrade(store, failing)

        assert store.revision() == REVISION and "mood" not in self.columns(store)
        with store.read() as tx:
            assert events.head(tx) == head

    def test_a_store_of_a_newer_program_is_refused_and_left_as_it_was(
        self, store: Store, head: str, where: Path | URL, tmp_path: Path
    ) -> None:
        with store.write() as tx:
            tx.execute(text("update alembic_version set version_num = '0099'"))

        with pytest.raises(NewerStore, match="0099"):
            Store.open(where, tmp_path)

        assert store.revision() == "0099" and not list(tmp_path.glob("jaarring.db.*[0-9]"))
        with store.read() as tx:
            assert events.head(tx) == head


SOURCES = [
    path
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "database.py"
    and path.parent != PACKAGE / "stores"
    and "sqlalchemy" in path.read_text()
]


class TestPostgresql:
    """PostgreSQL comes later; nothing we do now may stand in its way."""

    @pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
    def test_every_table_and_index_can_be_made_there(self, table: Table) -> None:
        dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
        made = str(CreateTable(table).compile(dialect=dialect))
        indexes = [str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes]

        assert "DATETIME" not in made and "BLOB" not in made
        names = [str(one.name) for one in (*table.indexes, *table.constraints) if hasattr(one, "name")]
        assert max(map(len, names)) <= 63
        assert all(found.startswith("CREATE") for found in [made.strip(), *indexes])

    @pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_only_the_store_itself_speaks_sqlite(self, path: Path) -> None:
        source = path.read_text()
        found = re.findall(
            r"dialects\.sqlite|import sqlite3|(?i:pragma \w+ ?=|insert or | glob '|julianday|rowid)"
            r"|exec_driver_sql|(?<!def )(?<!\.)\btext\(",
            source,
        )

        assert found == []

    def test_the_rooms_with_sql_are_among_those_looked_at(self) -> None:
        names = {str(path.relative_to(PACKAGE)) for path in SOURCES}

        assert {"ledger/due.py", "ledger/outbox.py", "plans/records.py", "reports/records.py"} <= names
