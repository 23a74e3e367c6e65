"""Prefect killed in each state of a run, and begun again: what the run owed is done once, nothing is held.

A real `jaarring up` serves a town on one of two mornings. A tick is asked for and is brought to a state or to
a place within it; then its own process, the worker, the server or all of them together are killed with
SIGKILL. What was killed with all is started again by us, what was killed alone by `jaarring up`. When the run
has come to an end, by itself or because it is found to be gone, the next tick must complete, and the town
must be what its twin was whose tick nothing befell.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from jaarring.demo.mailbox import Mailbox
from jaarring.governance import Person
from jaarring.here import Here, municipality
from jaarring.occasions import Duty
from jaarring.simulate.decisions import Register
from jaarring.simulate.people import People
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.gates import STEPS, Gates
from tests.faults.post import Post, identities
from tests.faults.twins import Mails, State
from tests.running import PATIENCE, Running, children, descendants, writing

#: the mornings: forms lie in the intake folder and people are overdue; the tactical report is due
BUSY, TACTICAL = date(2027, 4, 15), date(2027, 4, 26)
ENDED = ("Completed", "Failed", "Crashed", "Cancelled")
#: at which gates more than the process of the run alone is killed
PLACES = ("before read_mail", "in remind 1", "in send 1", "after send")
TICK = "tick/waterveen"


@dataclass(frozen=True)
class Case:
    """Who is killed (`run`, `worker`, `server`, `all`) when a run is in which state; `gate`: where it is."""

    morning: date
    state: str
    killed: str
    gate: str = ""

    def __str__(self) -> str:
        return f"{self.morning}: {self.killed} killed, {self.state}{self.gate and ' ' + self.gate}"


@dataclass(frozen=True)
class Evening:
    """What a town is after its tick and a last round of sending, and what it sent."""

    state: State
    mails: Mails


#: the shortest, one of each kind, for a sample
QUICK = (
    Case(BUSY, "running", "run", "in remind 1"),
    Case(BUSY, "pending", "server", "begin"),
    Case(BUSY, "scheduled", "all"),
)


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Every case; `sample`: so many of the quick ones."""
    found = Found()
    with Post() as post, Engine.opened(folder, post) as engine:
        cases = list(_all(engine)) if sample is None else list(QUICK[:sample])
        for case in cases:
            engine.befalls(case, found)
        found.wrong += engine.blind()
    found.runs.append(f"Prefect killed in {len(cases)} states of a run")
    return found


def _all(engine: Engine) -> Iterator[Case]:
    for killed in ("worker", "server", "all"):
        for state in ("scheduled", "late"):
            yield Case(BUSY, state, killed)
        for gate in PLACES:
            yield Case(BUSY, "running", killed, gate)
        yield Case(BUSY, "pending", killed, "begin")
        yield Case(BUSY, "cancelling", killed, "in remind 1")
        yield Case(BUSY, "crashed", killed, "in remind 1")
        yield Case(BUSY, "retrying", killed)
    yield Case(BUSY, "retrying", "run")
    yield Case(BUSY, "pending", "run", "begin")
    for morning in (BUSY, TACTICAL):
        yield from (Case(morning, "running", "run", gate) for gate in _worth(engine.gates_of(morning)))


def _worth(gates: Sequence[str]) -> Iterator[str]:
    """Before and after each step, and in it at its first commit and its last."""
    for step in (*STEPS, "note_round"):
        inside = [gate for gate in gates if gate.startswith(f"in {step} ")]
        wanted = (f"before {step}", *inside[:1], *inside[1:][-1:], f"after {step}")
        yield from (gate for gate in wanted if gate in gates)


class Engine:
    """A town under `jaarring up`, put back to one of its mornings before each case."""

    def __init__(self, folder: Path, post: Post) -> None:
        self._folder, self._post = folder, post
        self.config = town.founded(folder / "town", post.url)
        self._gates = Gates(folder / "gates")
        (folder / "home").mkdir()
        self.up = Running(self.config, folder / "home", self._gates.environment)
        self._evenings: dict[date, tuple[Evening, list[str]]] = {}
        _mornings(self.config, folder)

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, post: Post) -> Iterator[Engine]:
        engine = cls(folder, post)
        engine._start()
        with ExitStack() as stack:
            stack.callback(engine._end)
            yield engine

    def _start(self) -> None:
        self.up.start()
        self.up.hold_the_clock()

    def _end(self) -> None:
        self._gates.open()
        self._kill("all")

    # ---- the twin

    def gates_of(self, morning: date) -> list[str]:
        """The gates that an undisturbed tick comes to, in order."""
        return self._twin(morning)[1]

    def _twin(self, morning: date) -> tuple[Evening, list[str]]:
        if morning not in self._evenings:
            self._put_back(morning)
            self._tick(morning)
            passed = self._gates.passed
            self._evenings[morning] = self._evening(morning), passed
        return self._evenings[morning]

    def _put_back(self, morning: date) -> None:
        """The town as it was that morning, under the Prefect that there is."""
        var = self.config.parent / "var"
        for path in (path for path in var.iterdir() if path.name != "prefect"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self._folder / f"{morning}", var, dirs_exist_ok=True)
        self._post.taken()
        self._gates.open()

    def _tick(self, morning: date) -> None:
        self.up.becomes(self.up.begin(TICK, as_of=morning.isoformat()), "Completed")

    def _evening(self, morning: date) -> Evening:
        """After a last round of sending, when every lease has lapsed."""
        town.play(self.config, morning, "last")
        with municipality(self.config) as here:
            return Evening(twins.state(here), identities(self._post.taken()))

    # ---- a case

    def befalls(self, case: Case, found: Found) -> None:
        """Bring a run to its state, kill, begin again, and compare when the next tick is done."""
        twin, _ = self._twin(case.morning)
        self._put_back(case.morning)
        run = BRING[case.state](self, case)
        if case.killed == "all":
            self._start()
        self._gates.open()
        self._released()
        last = self._ended(run)
        if holding := self._holding():
            found.wrong.append(f"{case}: {holding} runs hold a place when it was {last}")
        self._tick(case.morning)
        now = self._evening(case.morning)
        with municipality(self.config) as here:
            found.wrong += [f"{case}: {one}" for one in twins.unproven(here)]
        found.wrong += [f"{case}: {one}" for one in twins.differences(now.state, twin.state)]
        twins.compare_mail(now.mails, twin.mails, 1, str(case), found)

    def blind(self) -> Iterator[str]:
        """The control: a run at work is seen to hold its place, and what is not done to be missing."""
        twin, _ = self._twin(BUSY)
        self._put_back(BUSY)
        run = self._brought(Case(BUSY, "running", "run", "in remind 1"))
        if not self._holding():
            yield "control: a run that is at work holds no place"
        self._kill("run")
        self._ended(run)
        if not list(twins.differences(self._evening(BUSY).state, twin.state)):
            yield "control: a tick that was cut off and not begun again left nothing undone"

    def asked(self, case: Case, seconds: int = 0) -> Any:
        return self.up.begin(TICK, in_seconds=seconds, as_of=case.morning.isoformat())

    def scheduled(self, case: Case) -> Any:
        run = self.asked(case, 15)
        assert self.up.state(run) == "Scheduled"
        self._kill(case.killed)
        return run

    def late(self, case: Case) -> Any:
        self._pool(paused=True)
        run = self.asked(case)
        self.up.wait(lambda: self.up.state(run) == "Late")
        self._kill(case.killed)
        return run

    def at_gate(self, case: Case) -> Any:
        """Pending at the first gate, running at every other."""
        run = self._brought(case)
        with self.up.at(), self.up.client() as client:
            assert client.read_flow_run(run).state_type.value == case.state.upper()
        self._kill(case.killed)
        return run

    def cancelling(self, case: Case) -> Any:
        from prefect.states import Cancelling

        run = self._brought(case)
        with self.up.at(), self.up.client() as client:
            client.set_flow_run_state(run, Cancelling())
        self._kill(case.killed)
        return run

    def crashed(self, case: Case) -> Any:
        run = self._brought(case)
        self._kill("run")
        self.up.becomes(run, "Crashed")
        self._kill(case.killed)
        return run

    def retrying(self, case: Case) -> Any:
        """A task that met a busy store waits to try again."""
        run = self.asked(case)
        with writing(self.config.parent / "var" / "jaarring.db"):
            self.up.wait(lambda: self._tasks(run, "AwaitingRetry"))
            self._kill(case.killed)
        return run

    def _brought(self, case: Case) -> Any:
        self._gates.shut(case.gate)
        run = self.asked(case)
        self.up.wait(lambda: self._gates.waits)
        return run

    # ---- Prefect

    def _kill(self, what: str) -> None:
        up = self.up.process
        assert up
        below = descendants(up.pid)
        worker = [pid for pid, words in children(up.pid) if "worker" in words]
        server = [pid for pid, words in children(up.pid) if "uvicorn" in words]
        flows = [pid for one in worker for pid, _ in descendants(one)]
        doomed = {"run": flows, "worker": worker, "server": server, "all": [up.pid, *(p for p, _ in below)]}
        for pid in doomed[what]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass  # it ended with its parent
        if what == "all":
            up.wait()

    def _released(self) -> None:
        """Let runs begin, when there is a server to be asked so."""
        self.up.wait(lambda: _answers(partial(self._pool, paused=False)))

    def _pool(self, paused: bool) -> bool:
        from flows import schedule

        with self.up.at():
            schedule.pause(paused)
        return True

    def _tasks(self, run: Any, state: str) -> bool:
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

        with self.up.at(), self.up.client() as client:
            mine = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
            return any(one.state_name == state for one in client.read_task_runs(flow_run_filter=mine))

    def _ended(self, run: Any) -> str:
        """How the run ended. One that hears nothing more is taken for gone after some 95 seconds, and after
        300, by Prefect itself, where it was asked to stop.
        """
        ended = self.up.wait(lambda: _answers(lambda: (s := self.up.state(run)) in ENDED and s), 2 * PATIENCE)
        return str(ended)

    def _holding(self) -> int:
        """How many runs are neither over nor still to come."""
        from flows import schedule

        with self.up.at():
            return schedule.busy()


BRING: dict[str, Callable[[Engine, Case], Any]] = {
    "scheduled": Engine.scheduled,
    "late": Engine.late,
    "pending": Engine.at_gate,
    "running": Engine.at_gate,
    "cancelling": Engine.cancelling,
    "crashed": Engine.crashed,
    "retrying": Engine.retrying,
}


def _answers(ask: Callable[[], Any]) -> Any:
    """What a server says; None while there is none."""
    try:
        return ask()
    except Exception:
        time.sleep(0.5)
        return None


def _mornings(config: Path, folder: Path) -> None:
    """Keep the town's storage as it is on each morning."""
    var, eve = config.parent / "var", BUSY - timedelta(days=1)
    for day, phase in town.phases(config):
        if (
            day == eve and phase == "people"
        ):  # as far as they put it into the intake folder, and on from there
            shutil.copytree(var, folder / "before")
            with municipality(config) as here:
                _Senders(here, folder).act(here.on(day), day)
            shutil.copytree(var, folder / f"{BUSY}")
            shutil.rmtree(var)
            shutil.copytree(folder / "before", var)
        if day == TACTICAL:
            shutil.copytree(var, folder / f"{TACTICAL}")
            break
        town.play(config, day, phase)


class _Senders(People):
    """People whose forms lie in the intake folder; nobody has looked at them yet."""

    def __init__(self, here: Here, folder: Path) -> None:
        here.intake.mkdir(exist_ok=True)
        super().__init__(town.YEAR, town.ASSUMED, Mailbox(folder / "nothing"), here.intake, Register())

    def _form(self, here: Here, duty: Duty, owner: Person, by: str, day: date) -> None:
        content = self._filled(here, duty, owner, by, day)
        assert content is not None, f"{duty.key} is an account"
        (here.intake / f"{duty.key.replace('/', '-')}.xlsx").write_bytes(content)
