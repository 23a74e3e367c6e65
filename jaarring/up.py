"""`jaarring up`: Prefect's server, its worker and the schedule on one machine, watched by this process.

Started in order, started again when they die, and stopped in an order that loses no run: hold back new runs,
let those at work end, then the worker, then the server. Both are gone when this process is, however it went.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from flows import schedule
from jaarring import engine
from jaarring.children import Child
from jaarring.engine import Api
from jaarring.files import write_safely
from jaarring.here import municipality
from jaarring.refusal import Refused

#: seconds that a stop waits for runs at work; above a step's longest, see tasks/documents.py
PATIENCE = 900
#: seconds before a dead child is started again, growing; all is forgiven after an hour
PAUSES = (1, 2, 5, 15, 60)
FORGIVEN = 3600
HEARTBEAT = 30  # seconds; Prefect's least


class Stop(BaseException):
    """Somebody asked us to stop."""


def main(config: Path, port: int = 4200) -> int:
    """Run until SIGTERM or SIGINT; exit status 0. Raises Refused where it already runs or cannot start."""
    config = config.resolve()
    with municipality(config) as here:
        name, folder = here.organisation.name, engine.home(here.storage)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with engine.locked(folder / "up.lock", wait=False):
            _refuse_taken(port)
            return Up(config, folder, port).run(name)
    except BlockingIOError:
        raise Refused("Jaarring already runs for this configuration", "stop that one first") from None


class Up:
    """The running whole. `folder`: Prefect's database and the word that opens it."""

    def __init__(self, config: Path, folder: Path, port: int) -> None:
        self.config, self.folder, self.port = config, folder, port
        self.api = Api(f"http://127.0.0.1:{port}/api", word(folder))
        self.environment = environment(self.api, folder, port)
        self.watched: list[Watched] = []
        self.asked = 0  # how often we were asked to stop

    def run(self, name: str) -> int:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._start(name)
            while True:
                for one in self.watched:
                    one.look()
                time.sleep(1)
        except Stop:
            pass
        finally:
            self.asked = self.asked or 1
            self._end()
        return 0

    def _stop(self, _number: int, _frame: Any) -> None:
        self.asked += 1
        if self.asked == 1:
            raise Stop

    def _start(self, name: str) -> None:
        _say(f"Starting Jaarring for {name} …")
        engine.new_database(self.folder / "prefect.db")
        server = Watched(lambda: engine.start_server(self.port, self.environment))
        self.watched.append(server)
        engine.wait_for(self.api, server.child)
        with engine.use(self.api):
            schedule.deploy(self.config)
        self.watched.append(Watched(self._worker))
        told = {"url": self.api.url, "auth": str(_word_file(self.folder))}
        write_safely(self.folder / "up.json", json.dumps(told).encode())
        _say(
            f"Jaarring runs. Every day at 7:00 it does what is due for {name}.",
            f"  look:  http://127.0.0.1:{self.port}  (the password is in {_word_file(self.folder)})",
            f"  stop:  Ctrl-C, or kill -TERM {os.getpid()}; it lets a step at work end first",
        )

    def _worker(self) -> Child:
        command = ["prefect", "worker", "start", "--pool", schedule.POOL, "--type", "process"]
        return Child(
            "worker", [*command, "--name", "jaarring", "--install-policy", "never"], self.environment
        )

    def _end(self) -> None:
        (self.folder / "up.json").unlink(missing_ok=True)
        if len(self.watched) > 1 and self.api.ready():
            _say("Stopping. Waiting for steps at work to end; a second Ctrl-C does not wait.")
            try:
                self._let_runs_end()
            except Exception as error:  # whatever it is, what we started must still end
                _say(f"Prefect's server does not answer ({type(error).__name__}); not waiting any longer.")
        for one in reversed(self.watched):
            one.child.stop(patience=20)
        _say("Stopped.")

    def _let_runs_end(self) -> None:
        with engine.use(self.api):
            schedule.pause(True)
            for _ in range(PATIENCE):
                if self.asked > 1 or not schedule.busy():
                    return
                time.sleep(1)


class Watched:
    """A child that is started again when it dies, after a pause that grows."""

    def __init__(self, start: Callable[[], Child]) -> None:
        self._start = start
        self._deaths: list[float] = []
        self._again_at: float | None = None
        self.child = start()

    def look(self) -> None:
        """Start it again if it is dead and its pause is over."""
        now = time.monotonic()
        if self.child.alive:
            return
        if self._again_at is None:
            self._deaths = [death for death in self._deaths if now - death < FORGIVEN] + [now]
            pause = PAUSES[min(len(self._deaths), len(PAUSES)) - 1]
            self._again_at = now + pause
            _say(f"The {self.child.name} ended unasked; starting it again in {pause} s.")
        elif now >= self._again_at:
            self.child.stop(patience=0)  # what it may have left behind
            self.child, self._again_at = self._start(), None


def environment(api: Api, folder: Path, port: int) -> dict[str, str]:
    """What server, worker and the runs it starts are told. Loopback only, and only to who knows the word."""
    return engine.clean_environment() | {
        "JAARRING_PREFECT_HOME": str(folder),
        "PREFECT_HOME": str(folder),
        "PREFECT_API_URL": api.url,
        "PREFECT_API_AUTH_STRING": api.auth,
        "PREFECT_SERVER_API_AUTH_STRING": api.auth,
        "PREFECT_SERVER_API_HOST": "127.0.0.1",
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://127.0.0.1:{port}",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT),
        "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    }


def word(folder: Path) -> str:
    """The word that Prefect's server asks for (`user:password`); made once, readable by our user only."""
    path = _word_file(folder)
    if not path.exists():
        write_safely(path, f"jaarring:{secrets.token_urlsafe(24)}\n".encode())  # mode 0600
    return path.read_text(encoding="utf-8").strip()


def _word_file(folder: Path) -> Path:
    return folder / "password"


def _refuse_taken(port: int) -> None:
    with closing(socket.socket()) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            raise Refused(f"port {port} is in use by another program", "choose another with --port") from None


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)
