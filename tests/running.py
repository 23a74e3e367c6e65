"""`jaarring up` as a program that a test starts, asks for runs, kills and stops, as an administrator does."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jaarring import engine

#: seconds; a busy machine may take its time, and a test that waits costs nothing when it need not
PATIENCE = 240


class Running:
    """`jaarring up` for one configuration, with a home of its own, as a program that can be stopped.

    `environment`: what it finds in its environment beside what is ours.
    """

    def __init__(self, config: Path, home: Path, environment: Mapping[str, str] | None = None) -> None:
        self.config, self.home = config, home
        self.environment = dict(environment or {})
        self.port = engine.free_port()
        self.said = home / "said.txt"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; the seconds until it says that it runs."""
        begin = time.perf_counter()
        command = [str(Path(sys.executable).parent / "jaarring"), "up"]
        with open(self.said, "wb") as said:
            self.process = subprocess.Popen(
                [*command, "--config", str(self.config), "--port", str(self.port)],
                env={**engine.clean_environment(), "HOME": str(self.home), **self.environment},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        self.wait(lambda: "Jaarring runs." in self.words)
        return time.perf_counter() - begin

    @property
    def words(self) -> str:
        return self.said.read_text(encoding="utf-8")

    def wait(self, until: Callable[[], Any], patience: int = PATIENCE) -> Any:
        for _ in range(patience * 2):
            if found := until():
                return found
            assert self.process and self.process.poll() is None, self.words
            time.sleep(0.5)
        raise AssertionError(f"waited {patience} s in vain\n{self.words}")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Stop it; its exit status."""
        assert self.process
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def client(self) -> Any:
        """Prefect's client, as an administrator would use it; inside `at`."""
        from prefect import get_client

        return get_client(sync_client=True)

    def at(self) -> Any:
        api = engine.running(self.config)
        assert api, self.words
        return engine.use(api)

    def begin(self, deployment: str, in_seconds: int = 0, **parameters: Any) -> Any:
        """Ask for a run through the API, now or later; its id."""
        from prefect.states import Scheduled

        with self.at(), self.client() as client:
            found = client.read_deployment_by_name(deployment)
            when = datetime.now(UTC) + timedelta(seconds=in_seconds)  # noqa: TID251 - Prefect's clock is real
            run = client.create_flow_run_from_deployment(
                found.id, parameters=parameters, state=Scheduled(scheduled_time=when)
            )
            return run.id

    def hold_the_clock(self) -> None:
        """No run of a schedule from here on: the hour may strike during the tests, whose year is another."""
        from prefect.client.schemas.actions import DeploymentUpdate

        with self.at(), self.client() as client:
            for one in client.read_deployments():
                client.update_deployment(one.id, DeploymentUpdate(paused=True))

    def state(self, run: Any) -> str:
        with self.at(), self.client() as client:
            return str(client.read_flow_run(run).state_name)

    def message(self, run: Any) -> str:
        with self.at(), self.client() as client:
            return str(client.read_flow_run(run).state.message)

    def becomes(self, run: Any, state: str) -> None:
        last = self.wait(lambda: (s := self.state(run)) in (state, "Failed", "Crashed", "Cancelled") and s)
        assert last == state, self.words


def children(pid: int) -> list[tuple[int, str]]:
    """The processes that `pid` started and that are there: their numbers and command lines."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # gone meanwhile
            continue
        if parent == pid:
            found.append((int(folder.name), words))
    return found


def descendants(pid: int) -> list[tuple[int, str]]:
    return [one for child in children(pid) for one in (child, *descendants(child[0]))]


@contextmanager
def writing(database: Path) -> Iterator[None]:
    """Somebody else is writing in the store."""
    with closing(sqlite3.connect(database)) as other:
        other.execute("begin immediate")
        yield
        other.rollback()
