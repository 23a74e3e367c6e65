"""The small cast of the tests: Waterveen, three themes and a handful of people, and a mailbox to look into.

Waterveen has the calendar of the shipped example, so that its dates are those of the domain's table.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import URL

from jaarring import cycle
from jaarring.database import Store
from jaarring.here import Here, municipality
from jaarring.ledger import outbox
from jaarring.mail.message import Outcome
from jaarring.mail.outgoing import send_queued
from tests.postgres import Postgres

TESTS = Path(__file__).parent
SHIPPED = TESTS.parent / "config"


@dataclass
class Mailbox:
    """What the people of a municipality have got: every message that was really sent, in order."""

    here: Here
    #: addresses at which the server says no
    refused: set[str]

    def deliver(self, as_of: date) -> None:
        """Send what is queued, on the morning of `as_of`."""
        at = cycle.moment(self.here, as_of)
        send_queued(self.here.store, self._answer, at)

    def _answer(self, message: outbox.Claimed) -> Outcome:
        if message.recipient in self.refused:
            return Outcome("permanent", "550 no such user")
        return Outcome("sent", "250 ok")

    def messages(self, to: str = "") -> list[EmailMessage]:
        with self.here.store.read() as tx:
            rows = tx.exec_driver_sql("select recipient, raw from message where state = 'sent' order by id")
            return [
                message_from_bytes(raw, policy=policy.default)
                for recipient, raw in rows
                if not to or recipient == to
            ]

    def subjects(self, to: str = "") -> list[str]:
        return [str(message["Subject"]) for message in self.messages(to)]

    def text(self, to: str, number: int = -1) -> str:
        """The plain words of one message to somebody (the last one unless told), as one line."""
        body = self.messages(to)[number].get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())


def copied(source: Path, folder: Path, variant: str = "direct", where: Path | URL | None = None) -> Path:
    """A municipality's configuration in a folder of its own, with the variant and the database asked."""
    config = folder / "config"
    shutil.copytree(SHIPPED, config)
    for file in source.glob("*.yaml"):
        shutil.copyfile(file, config / file.name)
    organisation = config / "organisation.yaml"
    text = organisation.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^variant: \w+", f"variant: {variant}", text)
    if isinstance(where, URL):
        text = re.sub(r"(?m)^database: .*\n", "", text) + f"\ndatabase: {where.render_as_string()}\n"
    organisation.write_text(text, encoding="utf-8")
    return config


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes of quiet days stay out of the cache of whoever runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a module with `pytestmark = pytest.mark.both_stores` each test with a store runs on either."""
    if metafunc.definition.get_closest_marker("both_stores") and "product" in metafunc.fixturenames:
        metafunc.parametrize("product", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def product(request: pytest.FixtureRequest) -> str:
    """The database that a test works on; JAARRING_TEST_STORE=postgresql for all that do not care."""
    return str(getattr(request, "param", os.environ.get("JAARRING_TEST_STORE", "sqlite")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started by the first test that asks for it."""
    server = Postgres()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def with_tables(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with our tables and nothing in them, to make others like it."""
    url = postgres.new()
    Store.open(url, tmp_path_factory.mktemp("copies")).close()
    return str(url.database)


@pytest.fixture
def where(product: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | URL:
    """Where a store of our own is or can be made."""
    if product == "sqlite":
        return tmp_path / "jaarring.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new(like=request.getfixturevalue("with_tables"))


@pytest.fixture
def store(where: Path | URL, tmp_path: Path) -> Iterator[Store]:
    """A store with our tables and nothing in them."""
    opened = Store.open(where, tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def waterveen(tmp_path: Path, opened: ExitStack, where: Path | URL) -> Here:
    """Waterveen, direct, with cycle 2027 in its ledger and nothing done yet."""
    return _opened(copied(TESTS / "waterveen", tmp_path, where=where), opened)


@pytest.fixture
def waterveen_oib(tmp_path: Path, opened: ExitStack, where: Path | URL) -> Here:
    """The same with the joint body."""
    return _opened(copied(TESTS / "waterveen", tmp_path, "oib", where), opened)


def _opened(config: Path, stack: ExitStack) -> Here:
    here = stack.enter_context(municipality(config))
    start = date(2026, 6, 1)
    cycle.schedule(here, start, cycle.moment(here, start))
    return here


@pytest.fixture
def mailbox(waterveen: Here) -> Mailbox:
    return Mailbox(waterveen, set())


def at(here: Here, day: date) -> datetime:
    """The morning of a day in the municipality."""
    return cycle.moment(here, day)
