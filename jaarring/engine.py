"""Prefect, for one call: a flow called in this process, against a server that runs or one made for it.

Prefect is imported where it is used, not above: it takes seconds, and its folder must be set before
(`tasks/__init__.py`).
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from jaarring.children import Child
from jaarring.here import municipality
from jaarring.refusal import Refused
from tasks import prefect_home

#: seconds until a server must answer; a start takes 3 on a quiet machine and 60 on a very busy one
START = 300
#: seconds for one request, and how often Prefect's client asks again
REQUEST, TRIES = 300, 10


@dataclass(frozen=True)
class Api:
    """Where Prefect answers, and the word it wants to hear (`user:password`; empty: none)."""

    url: str
    auth: str = field(default="", repr=False)

    def ready(self) -> bool:
        """Whether it answers, and to this word."""
        return self._answers("/ready") and self._answers("/admin/version")

    def _answers(self, path: str) -> bool:
        place = urlsplit(self.url)
        told = "Basic " + base64.b64encode(self.auth.encode()).decode()
        with closing(HTTPConnection(place.hostname or "", place.port, timeout=10)) as connection:
            try:
                connection.request("GET", place.path + path, headers={"Authorization": told})
                return connection.getresponse().status == 200
            except (OSError, HTTPException):
                return False


def run(step: str, config: Path, **parameters: Any) -> None:
    """Run one step of the cycle as a Prefect flow, in this process: on the server of `jaarring up` where one
    runs for this configuration, else on a temporary one. Raises what the step raises.
    """
    config = config.resolve()
    api = running(config)
    with use(api) if api else temporary():
        from prefect import tags

        from flows.schedule import FLOWS, labels

        with tags(*labels(config, step)):
            FLOWS[step](config, **parameters)


def home(storage: Path) -> Path:
    """Where `jaarring up` keeps Prefect's database, its word and its logs."""
    return storage / "prefect"


def running(config: Path) -> Api | None:
    """The server that `jaarring up` runs for this configuration, or None."""
    with municipality(config) as here:
        folder = home(here.storage)
    try:
        told = json.loads((folder / "up.json").read_text(encoding="utf-8"))
        api = Api(told["url"], Path(told["auth"]).read_text(encoding="utf-8").strip())
    except (OSError, ValueError, KeyError):
        return None
    # The lock goes with the process that holds it; the file may have outlived a crash.
    return api if is_locked(folder / "up.lock") and api.ready() else None


@contextmanager
def use(api: Api, heartbeat: int | None = 30) -> Iterator[None]:
    """Inside, flows called and deployments made are registered at `api`. `heartbeat` in seconds: by it a
    killed run is noticed; None saves up to a second a flow run.
    """
    _keep_quiet()
    from prefect import settings as known
    from prefect.context import _temporary_global_settings_context, get_settings_context
    from prefect.events.worker import EventsWorker
    from prefect.settings import temporary_settings

    updates = {
        known.PREFECT_API_URL: api.url,
        known.PREFECT_API_AUTH_STRING: api.auth or None,
        known.PREFECT_API_KEY: None,
        known.PREFECT_API_REQUEST_TIMEOUT: REQUEST,
        known.PREFECT_CLIENT_MAX_RETRIES: TRIES,
        known.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: heartbeat,
    }
    with temporary_settings(updates), _temporary_global_settings_context(get_settings_context()):
        # The second, since Prefect's own threads look at the settings of the process, not of this call.
        yield
        EventsWorker.drain_all()


def _keep_quiet() -> None:
    """What fails reaches the caller as an exception, so Prefect need not print it, nor that all is well."""
    os.environ["PREFECT_LOGGING_LEVEL"] = "WARNING"
    for runs in ("FLOW_RUNS", "TASK_RUNS"):
        os.environ[f"PREFECT_LOGGING_LOGGERS_PREFECT_{runs}_LEVEL"] = "CRITICAL"


@contextmanager
def temporary(kept: Path | None = None) -> Iterator[Api]:
    """Inside, flows called in this process run against a server of their own, which ends with them. Its
    database goes too, unless it is to be `kept` in a file.
    """
    with TemporaryDirectory(prefix="jaarring-") as folder:
        database = kept or Path(folder) / "prefect.db"
        new_database(database)
        port = free_port()
        environment = _environment(database) | {
            "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
            "PREFECT_UI_ENABLED": "false",
            "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
            "PREFECT__SERVER_EPHEMERAL": "1",  # only the services that a flow run needs
        }
        server = start_server(port, environment)
        try:
            _keep_quiet()
            import_module("flows.schedule")  # seconds, in which the server starts on the other core
            api = Api(f"http://127.0.0.1:{port}/api")
            wait_for(api, server)
            with use(api, heartbeat=None):
                yield api
        finally:
            server.stop(patience=5)


def start_server(port: int, environment: Mapping[str, str]) -> Child:
    """Prefect's server on loopback: what `prefect server start` starts, without the command around it."""
    command = ["uvicorn", "--factory", "prefect.server.api.server:create_app", "--lifespan", "on"]
    listening = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    return Child("server", [*command, *listening], {**environment, "PREFECT__SERVER_FINAL": "1"})


def wait_for(api: Api, server: Child) -> None:
    """Wait until `api` is ready. Raises Refused if its server ends or is not ready in time."""
    for _ in range(START * 10):
        if not server.alive:
            raise Refused("Prefect's server ended while it started", "see what it said above")
        if api.ready():
            return
        time.sleep(0.1)
    raise Refused(f"Prefect's server was not ready in {START} s", "try again when the machine is less busy")


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def clean_environment() -> dict[str, str]:
    """The environment without what a person set for a Prefect of his own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return kept | {
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(prefect_home()),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_API_REQUEST_TIMEOUT": str(REQUEST),
        "PREFECT_CLIENT_MAX_RETRIES": str(TRIES),
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_SERVER_DATABASE_CONNECTION_TIMEOUT": "60",
    }


def _environment(database: Path) -> dict[str, str]:
    url = f"sqlite+aiosqlite:///{database}"
    return clean_environment() | {"PREFECT_SERVER_DATABASE_CONNECTION_URL": url}


def new_database(path: Path) -> None:
    """Make Prefect's database at `path`, unless it is there."""
    if not path.exists():
        part = path.with_suffix(".part")
        shutil.copyfile(_migrated(), part)
        part.replace(path)


def _migrated() -> Path:
    """Prefect's database as it is before anything happened; made at first use, once, then only copied."""
    empty = prefect_home() / f"empty-{version('prefect')}.db"
    with locked(prefect_home() / "empty.lock", wait=True):
        if not empty.exists():
            with TemporaryDirectory(dir=prefect_home()) as folder:
                new = Path(folder) / "new.db"
                command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
                subprocess.run(command, env=_environment(new), check=True, stdout=subprocess.DEVNULL)
                with closing(sqlite3.connect(new)) as connection:
                    connection.execute("vacuum into ?", (f"{folder}/whole.db",))
                Path(folder, "whole.db").replace(empty)
    return empty


@contextmanager
def locked(path: Path, wait: bool) -> Iterator[None]:
    """Hold the lock at `path`. It is free again when this process ends, however. Raises BlockingIOError."""
    with open(path, "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def is_locked(path: Path) -> bool:
    try:
        with locked(path, wait=False):
            return False
    except OSError:
        return True
