"""A real PostgreSQL server on loopback for the tests: its own cluster in a folder of its own.

PostgreSQL refuses to run as root, so there it runs as the user `postgres` that its package makes.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL

from tests import need


class Postgres:
    """One server: start, stop and kill it, and databases on it."""

    def __init__(self) -> None:
        self._bin = need.postgresql()
        self.folder = Path(tempfile.mkdtemp(prefix="jaarring-pg-"))
        self._user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self._user:
            shutil.chown(self.folder, "postgres", "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._number = count(1)
        self._do(
            "initdb", "-D", self._data, "-U", "jaarring", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync",
        )  # fmt: skip
        (self.folder / "data" / "postgresql.auto.conf").write_text(
            f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.folder}'\n"
            "fsync = off\nmax_connections = 60\n"  # a killed server is survived without; a lost disk is not
        )
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def url(self, database: str) -> URL:
        return URL.create("postgresql", "jaarring", host="127.0.0.1", port=self.port, database=database)

    def new(self, like: str = "template0", extra: str = "") -> URL:
        """A database of its own, empty or a copy of `like`."""
        name = f"d{next(self._number)}"
        with psycopg.connect(host="127.0.0.1", port=self.port, user="jaarring", dbname="postgres") as admin:
            admin.autocommit = True
            admin.execute(f"create database {name} template {like} {extra}")
        return self.url(name)

    def again(self, url: URL, like: str) -> None:
        """Put a copy of `like` in the place of a database; whoever is connected to it is sent away."""
        with psycopg.connect(host="127.0.0.1", port=self.port, user="jaarring", dbname="postgres") as admin:
            admin.autocommit = True
            admin.execute(f"drop database {url.database} with (force)")
            admin.execute(f"create database {url.database} template {like} strategy file_copy")

    def start(self) -> None:
        """Start it; what a killed server left must first be gone."""
        start = "pg_ctl", "-D", self._data, "-l", str(self.folder / "log"), "-w", "-t", "120", "start"
        for _ in range(60):
            if self._do(*start, may_fail=True):
                return
            time.sleep(0.5)
        self._do(*start)

    def stop(self) -> None:
        """As an administrator does: who is connected is sent away."""
        self._do("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-t", "120", "stop")

    def kill(self) -> None:
        """SIGKILL for the whole server, as when the machine falls over."""
        pid = int((self.folder / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for one in (pid, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    def remove(self) -> None:
        self._do("pg_ctl", "-D", self._data, "-m", "immediate", "-w", "stop", may_fail=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, program: str, *arguments: str, may_fail: bool = False) -> bool:
        command = [*self._user, str(self._bin / program), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        if done.returncode and not may_fail:
            log = self.folder / "log"
            raise RuntimeError(f"{program}: {done.stderr!r} {log.read_text() if log.exists() else ''}")
        return not done.returncode
