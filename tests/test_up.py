"""`jaarring up`: a real server, worker and schedule, started, killed and stopped as an administrator does."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jaarring import engine
from tests.bench import year
from tests.conftest import copied
from tests.part_of_a_year import play
from tests.running import PATIENCE, Running, children, descendants, writing

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A municipality that has handed in everything over 2027 and adopted no report on it yet."""
    folder = tmp_path_factory.mktemp("elzenwaard")
    shutil.copytree(year.SHIPPED, folder / "config")
    play(folder / "config", date(2028, 2, 10))
    return folder


@pytest.fixture(scope="module")
def up(elzenwaard: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(elzenwaard / "config", tmp_path_factory.mktemp("home"))
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()


class TestUp:
    """In this order, on one server: each step is what an administrator would do next."""

    def test_says_where_to_look_and_how_to_stop(self, up: Running) -> None:
        assert f"http://127.0.0.1:{up.port}" in up.words
        assert "Ctrl-C" in up.words
        assert not (up.home / ".prefect").exists()

    def test_is_found_by_a_step_that_is_run_by_hand(self, up: Running) -> None:
        api = engine.running(up.config)

        assert api and api.url == f"http://127.0.0.1:{up.port}/api"
        assert api.auth not in repr(api)
        password = up.config.parent / "var" / "prefect" / "password"
        assert stat.S_IMODE(password.stat().st_mode) == 0o600
        assert not engine.Api(api.url, "jaarring:guessed").ready(), "the control: a wrong word opens nothing"

    def test_schedules_the_daily_tick_and_an_hourly_look_at_what_came_back(self, up: Running) -> None:
        def scheduled() -> list[Any]:
            from prefect.client.schemas.filters import FlowRunFilter

            with up.at(), up.client() as client:
                state: Any = {"state": {"name": {"any_": ["Scheduled"]}}}
                return list(client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(state)))

        hours = {"step:tick": {7}, "step:reports": set(range(8, 19))}
        up.wait(lambda: {tag for run in scheduled() for tag in run.tags} >= set(hours))
        for run in scheduled():
            (step,) = set(run.tags) & set(hours)
            begins = run.expected_start_time.astimezone(ZoneInfo("Europe/Amsterdam"))
            assert "municipality:elzenwaard" in run.tags
            assert begins.hour in hours[step] and begins.minute == 0
        up.hold_the_clock()

    def test_completes_a_tick_that_is_asked_for(self, up: Running) -> None:
        up.becomes(up.begin("tick/elzenwaard", as_of="2028-02-10"), "Completed")

    def test_compiles_a_council_report_by_hand_into_the_documents(self, up: Running) -> None:
        documents = up.config.parent / "var" / "documents"
        before = {path: path.stat().st_mtime_ns for path in documents.rglob("*")}

        run = up.begin("council/elzenwaard", year=2027, edition="openbaar", as_of="2028-02-10")
        up.becomes(run, "Completed")

        made = [path for path in documents.rglob("*") if before.get(path) != path.stat().st_mtime_ns]
        assert any(path.suffix == ".pdf" and "openbaar" in str(path) for path in made), made

    def test_keeps_the_run_of_a_step_that_is_run_by_hand(self, up: Running) -> None:
        engine.run("reminders", up.config, as_of=date(2028, 2, 10))

        with up.at(), up.client() as client:
            (run,) = (run for run in client.read_flow_runs() if run.name == "reminders-2028-02-10")
        assert run.state_name == "Completed"
        assert {"municipality:elzenwaard", "step:reminders"} <= set(run.tags)

    def test_refuses_parameters_that_make_no_sense(self, up: Running) -> None:
        with pytest.raises(Exception, match="2027") as refused:
            up.begin("council/elzenwaard", year="2027a")
        assert "Validation failed for field 'year'" in str(refused.value)

    def test_refuses_to_start_twice(self, up: Running) -> None:
        with pytest.raises(Exception, match="already runs"):
            from jaarring import up as module

            module.main(up.config, engine.free_port())

    def test_starts_a_server_again_that_was_killed(self, up: Running) -> None:
        assert up.process
        server = next(pid for pid, words in children(up.process.pid) if "uvicorn" in words)
        os.kill(server, signal.SIGKILL)

        up.wait(lambda: "The server ended unasked" in up.words)
        up.wait(lambda: engine.running(up.config))
        up.becomes(up.begin("tick/elzenwaard", as_of="2028-02-10"), "Completed")

    def test_stops_and_starts_without_losing_a_run(self, up: Running) -> None:
        """One is at work when it is asked to stop, another falls due while it is off."""
        due = up.begin("tick/elzenwaard", in_seconds=35, as_of="2028-02-10")
        assert up.process
        with writing(up.config.parent / "var" / "jaarring.db"):  # so this one stays at work
            at_work = up.begin("council/elzenwaard", year=2027, edition="intern", as_of="2028-02-10")
            up.wait(lambda: up.state(at_work) == "Running")
            left = [pid for pid, _ in children(up.process.pid)]
            up.process.send_signal(signal.SIGTERM)
            up.wait(lambda: "Waiting for steps at work to end" in up.words)
            time.sleep(5)
            assert up.process.poll() is None, "it waits"

        assert up.process.wait(PATIENCE) == 0
        assert "Stopped." in up.words
        assert not any(Path(f"/proc/{pid}").exists() for pid in left)
        assert engine.running(up.config) is None
        time.sleep(20)

        up.start()
        assert up.state(at_work) == "Completed"
        up.becomes(due, "Completed")

    def test_leaves_nothing_behind_when_it_is_killed_itself(self, up: Running) -> None:
        assert up.process
        left = [pid for pid, _ in children(up.process.pid)]
        assert len(left) == 2, "the control: a server and a worker"
        up.stop(signal.SIGKILL)

        for _ in range(PATIENCE * 2):
            if not any(Path(f"/proc/{pid}").exists() for pid in left):
                break
            time.sleep(0.5)
        else:
            raise AssertionError("a child outlived its parent")


def test_a_run_that_was_killed_with_its_worker_is_marked_as_crashed(tmp_path: Path) -> None:
    """Some 95 seconds after its last sign of life, and then its place is free for the next."""
    up = Running(copied(Path(__file__).parent / "waterveen", tmp_path), tmp_path)
    up.start()
    try:
        assert up.process
        with writing(up.config.parent / "var" / "jaarring.db"):  # so the tick stays at work
            run = up.begin("tick/waterveen", as_of="2027-04-01")
            up.wait(lambda: up.state(run) == "Running")
            time.sleep(5)  # its first sign of life comes in
            (worker,) = (pid for pid, words in children(up.process.pid) if "worker" in words)
            (flow,) = (pid for pid, words in descendants(worker) if "prefect.engine" in words)
            os.kill(worker, signal.SIGKILL)
            os.kill(flow, signal.SIGKILL)
        up.becomes(run, "Crashed")
        assert up.message(run) == "Its process was gone."
        up.becomes(up.begin("tick/waterveen", as_of="2027-04-01"), "Completed")
    finally:
        up.stop()
