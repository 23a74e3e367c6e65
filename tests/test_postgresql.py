"""A store on a PostgreSQL server: what is its own, beside what every store promises (`both_stores`)."""

from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from jaarring import cycle, doorstep, steps
from jaarring.cli import main
from jaarring.database import Store, unusable, was_busy
from jaarring.here import municipality
from jaarring.ledger import events
from jaarring.refusal import Refused
from tests.conftest import TESTS, copied
from tests.postgres import Postgres

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, postgres: Postgres) -> Path:
    """Waterveen on a database that nobody has used yet."""
    return copied(TESTS / "waterveen", tmp_path, where=postgres.new())


def test_a_municipality_is_on_it_by_one_line_of_its_configuration(config: Path) -> None:
    day = date(2026, 6, 1)
    with municipality(config) as here:
        cycle.schedule(here, day, cycle.moment(here, day))
        steps.ask(here, day, cycle.moment(here, day))
    with municipality(config) as again, again.store.read() as tx:
        assert not events.head(tx).startswith("0:")
    assert not (config.parent / "var" / "jaarring.db").exists()


def test_a_quiet_day_on_it_is_asked_by_the_long_way(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert main(["run", "tick", "--config", str(config), "--as-of", "2026-06-01"]) == 0
        assert "Niets te doen op 2026-06-01." in capsys.readouterr().out
    assert doorstep.note(config) is None


def test_a_database_that_sorts_as_a_dictionary_is_refused_with_what_to_do(
    postgres: Postgres, tmp_path: Path
) -> None:
    dutch = postgres.new(extra="locale_provider icu icu_locale 'nl-NL'")

    with pytest.raises(Refused, match="createdb --template=template0 --locale=C.UTF-8"):
        Store.open(dutch, tmp_path)


def test_a_server_that_is_away_is_said_in_one_sentence_and_tried_again(
    config: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", "tick", "--config", str(config), "--as-of", "2026-06-01"]
    assert main(arguments) == 0
    postgres.stop()
    try:
        assert main(arguments) == 1
        said = capsys.readouterr().err.strip()
    finally:
        postgres.start()

    assert said == "the store is busy; try again in a minute"
    assert main(arguments) == 0


def test_a_store_that_was_open_goes_on_after_its_server_was_killed(
    postgres: Postgres, tmp_path: Path
) -> None:
    store = Store.open(postgres.new(), tmp_path)
    with store.write() as tx:
        kept = events.append(tx, AT, "x", "test", "x", {})

    postgres.kill()
    with pytest.raises(Exception) as raised, store.read():  # noqa: B017, PT011
        pass
    assert was_busy(raised.value) and not unusable(raised.value)
    postgres.start()

    with store.read() as tx:
        assert events.head(tx) == kept
    store.close()


def test_a_database_that_does_not_exist_is_no_busy_one(postgres: Postgres, tmp_path: Path) -> None:
    with pytest.raises(Exception) as raised:  # noqa: B017, PT011
        Store.open(postgres.url("nergens"), tmp_path)

    assert 'database "nergens" does not exist' in unusable(raised.value)
    assert not was_busy(raised.value)


def test_a_copy_of_it_is_a_store_in_a_file_with_the_same_log(postgres: Postgres, tmp_path: Path) -> None:
    store = Store.open(postgres.new(), tmp_path)
    with store.write() as tx:
        head = events.append(tx, AT, "noor", "test", "x", {"wat": "één"})

    store.copy(tmp_path / "copy.db")
    store.close()

    copy = Store.open(tmp_path / "copy.db")
    with copy.read() as tx:
        assert events.head(tx) == head and events.verify(tx) is None
        assert next(events.history(tx)).at == AT
    copy.close()


def test_no_value_of_a_refused_row_stands_in_the_error(postgres: Postgres, tmp_path: Path) -> None:
    """The server's DETAIL repeats the row; Prefect would keep it for ever."""
    store = Store.open(postgres.new(), tmp_path)
    with pytest.raises(Exception) as raised, store.write() as tx:  # noqa: B017, PT011
        tx.execute(events.event.insert().values(seq=1, actor="geheim plan"))
    store.close()

    assert "null value" in str(raised.value) and "geheim" not in str(raised.value)


@pytest.mark.parametrize(
    "words",
    ["the database system is starting up", "the database system is not yet accepting connections",
     "the database system is in recovery mode", "the database system is shutting down"],
)  # fmt: skip
def test_a_server_that_comes_back_from_a_kill_is_busy_and_not_unusable(words: str) -> None:
    error = OperationalError("", {}, psycopg.OperationalError(f"connection failed: FATAL:  {words}"))
    assert was_busy(error) and not unusable(error)
