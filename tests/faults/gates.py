"""Gates in a run of the tick: places at which its process waits, for as long as one is shut.

`jaarring up` starts the process of a run itself, so that we reach it through its environment alone: Python
imports a `sitecustomize` when it starts, and ours puts gates before, in and after each step. "In" is before
a commit, with all that was written and nothing kept. The first gate, `begin`, comes before the run has said
that it runs.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STEPS = ("read_mail", "ask", "take_in", "remind", "compile_tactical", "post", "send", "lay_out_agenda")
_SITE = """\
import sys
sys.path.append({root!r})
from tests.faults import gates
gates.stand({folder!r})
"""


class Gates:
    """The gates as the one sees them who opens and shuts them; at most one is shut."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(_SITE.format(root=str(ROOT), folder=str(folder)))

    @property
    def environment(self) -> Mapping[str, str]:
        """By which a process gets gates."""
        paths = filter(None, [str(self._folder), os.environ.get("PYTHONPATH", "")])
        return {"PYTHONPATH": os.pathsep.join(paths)}

    def shut(self, name: str) -> None:
        (self._folder / "shut").write_text(name)

    def open(self) -> None:
        """Open whichever is shut, and forget who passed."""
        for name in ("shut", "waits", "passed"):
            (self._folder / name).unlink(missing_ok=True)

    @property
    def waits(self) -> bool:
        """Whether somebody waits at the gate that is shut."""
        return (self._folder / "waits").exists()

    @property
    def passed(self) -> list[str]:
        """The gates that were come to since they were last opened, in order."""
        file = self._folder / "passed"
        return file.read_text().splitlines() if file.exists() else []


def stand(folder: str) -> None:
    """Put the gates into this process, if it is that of a run; called when it starts."""
    if any("prefect.engine" in word or "flow_engine" in word for word in sys.orig_argv):
        gate = functools.partial(_come, Path(folder))
        sys.meta_path.insert(0, _Finder("jaarring.steps", functools.partial(_put, gate)))
        gate("begin")


def _come(folder: Path, name: str) -> None:
    """Come to a gate: pass, or wait for as long as it is shut."""
    handle = os.open(folder / "passed", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.write(handle, f"{name}\n".encode())
    os.close(handle)
    shut = folder / "shut"
    while shut.exists() and shut.read_text() == name:
        (folder / "waits").touch()
        time.sleep(0.05)


def _put(gate: Callable[[str], None], steps: ModuleType) -> None:
    from jaarring import rounds, shelf
    from jaarring.database import Store, Tx

    at, write = _Place(), Store.write
    shelf.foot = lambda here, edition: ""  # the head of the log is a hash over salts: twins differ in it

    @contextmanager
    def written(store: Store) -> Iterator[Tx]:
        with write(store) as tx:
            yield tx
            if at.step:
                at.commits += 1
                gate(f"in {at.step} {at.commits}")

    setattr(Store, "write", written)  # noqa: B010
    for name in STEPS:
        setattr(steps, name, _step(gate, at, name, getattr(steps, name)))
    rounds.ended = _step(gate, at, "note_round", rounds.ended)


class _Place:
    """In which step this process is, and how many commits it came to in it."""

    step, commits = "", 0


def _step(gate: Callable[[str], None], at: _Place, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(call)
    def gated(*arguments: Any, **named: Any) -> Any:
        gate(f"before {name}")
        at.step, at.commits = name, 0
        try:
            return call(*arguments, **named)
        finally:
            at.step = ""
            gate(f"after {name}")

    return gated


class _Finder(MetaPathFinder):
    """Has something done to a module when it has been imported."""

    def __init__(self, module: str, then: Callable[[ModuleType], None]) -> None:
        self._module, self._then = module, then

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        assert spec and spec.loader
        execute = spec.loader.exec_module

        def executed(module: ModuleType) -> None:
            execute(module)
            self._then(module)

        setattr(spec.loader, "exec_module", executed)  # noqa: B010
        return spec
