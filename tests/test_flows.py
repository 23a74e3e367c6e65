"""The flows: each does its step once, says who may know what, and knows what is worth another try."""

from __future__ import annotations

import json
import logging
import re
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from jaarring import engine, steps
from jaarring.database import Store
from jaarring.forms.fill import fill
from jaarring.forms.write import write
from jaarring.here import BadConfiguration, Here
from jaarring.ledger import due, events
from jaarring.occasions import Duty
from jaarring.plans import records as plans
from jaarring.reports import pages
from tests import test_mailbox
from tests.bench import year
from tests.conftest import at, copied
from tests.part_of_a_year import play
from tests.test_secrecy import CONFIDENTIAL, with_canaries

pytestmark = [pytest.mark.prefect, pytest.mark.both_stores]

#: words that stand in a form, in the configuration, and in a mistake of ours; Prefect must never see them
IN_FORM, IN_CONFIG, IN_MISTAKE = "Grutto-in-formulier", "Kievit-in-configuratie", "Wulp-in-fout"
FORM = "2027/Q1/report/fb"
#: step → a day in the cycle of 2027 on which it has something to do
DAYS = {
    "plans": date(2026, 10, 1),
    "reminders": date(2027, 4, 1),
    "reports": date(2027, 4, 14),
    "tactical": date(2027, 4, 26),
    "council": date(2028, 2, 11),
    "tick": date(2027, 7, 1),
}
Flows = Mapping[str, Callable[..., Any]]


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Prefect's database, behind the one server that the whole session shares."""
    kept = tmp_path_factory.mktemp("prefect") / "prefect.db"
    with engine.temporary(kept):
        yield kept


@pytest.fixture(scope="session")
def flows(database: Path) -> Flows:
    from flows.schedule import FLOWS  # here, so that a run without Prefect does not import it

    return FLOWS


@dataclass
class Played:
    """A municipality's year, and what was seen of each step."""

    store: Path
    steps: dict[str, Seen]


@dataclass
class Seen:
    """What a step left behind: the head of the event log and the messages, before, after, and after a
    second run.
    """

    heads: list[str]
    messages: list[int]


@pytest.fixture(scope="session")
def played(flows: Flows, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The cycle of 2027, up to the council report; on its day each step is run twice as a flow."""
    folder = tmp_path_factory.mktemp("elzenwaard")
    config = folder / "config"
    shutil.copytree(year.SHIPPED, config)
    with_canaries(config)
    organisation = config / "organisation.yaml"
    text = organisation.read_text(encoding="utf-8")
    organisation.write_text(
        text.replace("gemeentesecretaris\n", f"gemeentesecretaris {IN_CONFIG}\n"), "utf-8"
    )
    seen: dict[str, Seen] = {}

    def morning(here: Here, day: date) -> None:
        for step in (step for step, of in DAYS.items() if of == day):
            if step == "reports":
                put_in_intake(here, FORM)
            seen[step] = run_twice(here, flows[step], config, day)

    play(config, DAYS["council"], morning, but=FORM)
    return Played(folder / "var" / "jaarring.db", seen)


def run_twice(here: Here, flow: Callable[..., Any], config: Path, day: date) -> Seen:
    seen = Seen([], [])
    for again in range(3):
        if again:
            flow(config, as_of=day)
        with here.store.read() as tx:
            seen.heads.append(str(events.head(tx)))
            seen.messages.append(tx.exec_driver_sql("select count(*) from message").scalar_one())
    return seen


def with_plans(here: Here) -> None:
    """The framework adopted and the plans derived: without them nobody is asked to account."""
    day = date(2026, 10, 1)
    with here.store.write() as tx:
        plans.keep_framework(tx, 2027, here.framework, at(here, day))
    steps.derive_plans(here, day, at(here, day))


def put_in_intake(here: Here, duty: str) -> None:
    """A form that came back, with our words in its text cells."""
    with here.store.read() as tx:
        form = pages.form_for(here, tx, Duty(duty))
    assert form is not None
    answers = {key: f"{IN_FORM} {v}" if v == "naar plan" else v for key, v in year._answers(form)}
    here.intake.mkdir(exist_ok=True)
    (here.intake / "ingevuld.xlsx").write_bytes(fill(write(form, here.form_secret), answers))


class TestEachStep:
    @pytest.mark.parametrize("step", DAYS)
    def test_does_its_work_once_when_it_is_run_twice(self, played: Played, step: str) -> None:
        before, after, again = played.steps[step].heads

        assert before != after, "the control: there was work"
        assert after == again
        assert played.steps[step].messages[1] == played.steps[step].messages[2]

    def test_is_named_after_its_date_and_leaves_counts_to_see(self, played: Played, database: Path) -> None:
        names = [name for (name,) in rows(database, "select name from flow_run")]
        assert {f"{step}-{day}" for step, day in DAYS.items()} <= set(names)
        ((shown,),) = rows(database, "select data from artifact where key = 'reports' limit 1")
        table = json.loads(json.loads(shown))
        assert {"what": "forms ontvangen", "count": 1} in table


class TestWhatPrefectSees:
    def test_holds_no_word_of_a_form_or_of_the_configuration(self, played: Played, database: Path) -> None:
        found = dumped(database)

        assert "tick-2027-07-01" in found, "the control: we look at the right database"
        for word in (IN_FORM, IN_CONFIG):
            assert word not in found
            assert word in kept(played.store), "the control: Jaarring has it"
        assert sorted(set(CONFIDENTIAL.findall(found.lower()))) == [], "nor a field of a secret measure"
        assert CONFIDENTIAL.search(kept(played.store).lower())

    def test_holds_the_type_and_place_of_a_mistake_of_ours_and_not_its_words(
        self, waterveen: Here, flows: Flows, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: Any) -> None:
            raise ValueError(IN_MISTAKE)

        monkeypatch.setattr(steps, "remind", broken)
        with pytest.raises(Exception, match=r"^ValueError in broken, test_flows\.py:\d+$"):
            flows["reminders"](waterveen.config.folder, as_of=date(2027, 4, 1))

        found = dumped(database)
        assert "ValueError in broken" in found
        assert IN_MISTAKE not in found


class TestTrying:
    def test_again_when_the_database_was_busy(
        self, waterveen: Here, flows: Flows, database: Path, impatient: None
    ) -> None:
        """Somebody else writes for a second and a half; the task waits a second, tries again, and asks."""
        with_plans(waterveen)
        holds, wrote = threading.Event(), threading.Event()
        other = threading.Thread(target=hold, args=(waterveen.store, holds, wrote))
        other.start()
        holds.wait(60)
        threading.Timer(1.0, wrote.set).start()
        flows["reminders"](waterveen.config.folder, as_of=date(2027, 4, 1))
        other.join(60)

        with waterveen.store.read() as tx:
            assert tx.exec_driver_sql("select count(*) from message where state = 'sent'").scalar_one() > 0
        (tries,) = last_task(database, "queue_reminders-")
        assert tries > 1

    def test_not_again_after_a_mistake_of_ours(
        self, waterveen: Here, flows: Flows, database: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        calls = []

        def broken(*_: Any) -> None:
            calls.append(1)
            raise ValueError

        monkeypatch.setattr(steps, "remind", broken)
        with pytest.raises(Exception, match="ValueError"):
            flows["reminders"](waterveen.config.folder, as_of=date(2027, 4, 1))

        assert len(calls) == 1


class TestParameters:
    @pytest.mark.parametrize(
        ("step", "given"),
        [
            ("tactical", {"year": 2027, "quarter": 5}),
            ("tactical", {"quarter": 1, "year": "volgend jaar"}),
            ("council", {"year": 1999}),
            ("council", {"year": 2027, "edition": "geheim"}),
            ("tick", {"as_of": "2027-02-30"}),
            ("reminders", {"as_off": "2027-02-03"}),
        ],
    )
    def test_that_make_no_sense_are_refused(
        self, waterveen: Here, flows: Flows, step: str, given: dict[str, Any]
    ) -> None:
        with pytest.raises(Exception, match=re.escape(next(reversed(given)))):
            flows[step](waterveen.config.folder, **given)

    def test_say_what_they_are_in_the_form(self, flows: Flows) -> None:
        from prefect.utilities.callables import parameter_schema

        for flow in flows.values():
            for name, told in parameter_schema(flow).properties.items():
                assert told.get("description"), f"{flow} {name}"


class TestRun:
    def test_by_hand_says_nothing_and_raises_what_is_wrong(
        self, tmp_path: Path, capfd: pytest.CaptureFixture[str], flows: Flows
    ) -> None:
        shutil.copytree(year.SHIPPED, tmp_path / "config")
        (tmp_path / "config" / "channels.yaml").write_text("sender: [")

        with pytest.raises(BadConfiguration):
            engine.run("tick", tmp_path / "config", as_of=date(2027, 4, 1))
        assert capfd.readouterr() == ("", "")


@pytest.fixture
def impatient() -> Iterator[None]:
    """The store gives up on a busy database at once, where it waits for half a minute else."""

    def hurry(connection: Any, *_: Any) -> None:
        on_file = isinstance(connection, sqlite3.Connection)
        connection.execute("pragma busy_timeout = 50" if on_file else "set lock_timeout = 50")
        connection.commit()

    event.listen(Pool, "checkout", hurry)
    yield
    event.remove(Pool, "checkout", hurry)


def hold(store: Store, holds: threading.Event, wrote: threading.Event) -> None:
    """Be the one who writes, from `holds` to `wrote`."""
    with store.write():
        holds.set()
        wrote.wait(60)


def rows(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        return connection.execute(sql).fetchall()


def last_task(database: Path, name: str) -> Any:
    return rows(
        database,
        f"select run_count from task_run where name like '{name}%' order by expected_start_time desc limit 1",
    )[0]


def dumped(database: Path) -> str:
    """Everything that Prefect keeps, as text, once its logs and events have come in."""
    for handler in logging.getLogger("prefect.flow_runs").handlers:
        handler.flush()
    threading.Event().wait(3)
    return kept(database)


def kept(database: Path) -> str:
    with closing(sqlite3.connect(database, timeout=60)) as connection:
        tables = [
            name for (name,) in connection.execute("select name from sqlite_schema where type = 'table'")
        ]
        return "\n".join(str(row) for name in tables for row in connection.execute(f'select * from "{name}"'))


@pytest.mark.parametrize("step", ["tick", "reports"])
def test_a_form_that_came_by_mail_is_in_before_anybody_is_asked(
    flows: Flows, tmp_path: Path, step: str
) -> None:
    """Its owner gets a receipt and no reminder; the mail is marked when all of it is kept."""
    box = tmp_path / "post"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    with test_mailbox.reading(copied(year.SHIPPED, tmp_path), f"address: maildir://{box}") as here:
        with here.store.write() as tx:
            early = [one.key for one in due.due(tx, date(2027, 4, 6)) if not one.key.startswith(FORM)]
            due.superseded(tx, early, at(here, test_mailbox.DAY), by="test")
        put = test_mailbox.letter(files={"formulier.xlsx": test_mailbox.filled(here)})
        test_mailbox.put(box, put, "1.mail")

        flows[step](here.config.folder, as_of=test_mailbox.DAY)

        assert test_mailbox.handed_in(here, FORM) == [("teamleider-facilitair", "")]
        assert [subject for to, subject in test_mailbox.subjects(here) if to == test_mailbox.OWN] == [
            "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027"
        ]
        assert test_mailbox.flags(box) == {"1.mail": "RS"}
