"""A program that runs beside this one, and never outlives it.

`python -m jaarring.children MODULE ARGUMENT…` runs a module as `python -m` does, with two differences. It
ends when the process that started it is gone, however that went: its standard input is a pipe that only the
parent holds. And SIGINT does in it what it always does, also where the parent ignores it (nohup, `&` in a
script): Prefect's worker turns SIGTERM into SIGINT and would else never stop.
"""

from __future__ import annotations

import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence


class Child:
    """A started module; `name` says what it is to a person."""

    def __init__(self, name: str, module: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        # A session of its own: Ctrl-C in the terminal reaches the parent only, which orders the stop.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "jaarring.children", *module],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=2,  # what it says is no answer of ours
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def stop(self, patience: float) -> None:
        """Ask it to end; what is left of it after `patience` seconds is killed, with what it started."""
        if self.alive:
            self._process.terminate()
            try:
                self._process.wait(patience)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass  # nobody writes; it returns empty when the parent is gone
    os.killpg(os.getpgrp(), signal.SIGTERM)


def main() -> None:
    """Run the module named on the command line, as long as the parent lives."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
