"""Write points: where a process can die between two things that others see. Counted, and died at.

A point comes before each commit, flush, rename, link and unlink, and before and after the last byte of a
mail: what lies between two of them cannot be seen from outside. Also after a commit: what follows may fail.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jaarring.database import Store, Tx
from jaarring.mail.jmail import NotifyJMail

FILE_CALLS = ("fsync", "replace", "rename", "link", "unlink")


class Points:
    """The points of one process, in order. `notes`: a file with their names, which outlives the process."""

    def __init__(self, notes: Path, die_at: int = 0) -> None:
        self._notes = os.open(notes, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        self._die_at, self._passed = die_at, 0

    def __call__(self, name: str) -> None:
        """A point is passed; at number `die_at` nobody gets any further."""
        self._passed += 1
        os.write(self._notes, f"{name}\n".encode())
        if self._passed == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(point: Points) -> None:
    """Have every write of this process from here on pass its points; there is no way back."""
    for name in FILE_CALLS:
        setattr(os, name, _before(point, name, getattr(os, name)))
    write, dot = Store.write, NotifyJMail._final_dot

    @contextmanager
    def written(store: Store) -> Iterator[Tx]:
        with write(store) as tx:
            yield tx
            point("commit")
        point("committed")

    def dotted(channel: NotifyJMail, server: Any) -> Any:
        point("last byte")
        outcome = dot(channel, server)
        point("answered")
        return outcome

    setattr(Store, "write", written)  # noqa: B010
    setattr(NotifyJMail, "_final_dot", dotted)  # noqa: B010


def _before(point: Points, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def passed(*arguments: Any, **named: Any) -> Any:
        point(name)
        return call(*arguments, **named)

    return passed
