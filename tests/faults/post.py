"""The mail server of a town under faults: the sink of the tests in a process of its own, so that it outlives
whoever sends, and who plays the town has one thread only.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from multiprocessing.connection import Connection
from typing import Any, Self

from tests.smtp_sink import Received, SmtpSink


class Post:
    """`taken`: what came since the last look."""

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._server = spawn.Process(target=_serve, args=(theirs,), daemon=True)
        self._server.start()
        theirs.close()  # else we would wait for ever for one that died
        self.url: str = self._ours.recv()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ours.send("stop")
        self._server.join()

    def taken(self) -> list[Received]:
        self._ours.send("take")
        came: list[Received] = self._ours.recv()
        return came


def _serve(pipe: Connection) -> None:
    with SmtpSink() as sink:
        pipe.send(sink.url.replace("rto=1", "rto=30"))  # a slow machine is no fault
        while pipe.recv() == "take":
            sink.quiet()
            came, sink.messages = sink.messages, []
            pipe.send(came)


def identities(came: list[Received]) -> Counter[tuple[str, str]]:
    """How often each message came, by Message-ID and recipient."""
    return Counter((_identity(one.raw), one.recipients[0]) for one in came)


def _identity(raw: bytes) -> str:
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].replace(b"\n ", b" ").decode("ascii", "replace")
    found = [line.partition(":")[2].strip() for line in head.split("\n") if line.lower().startswith("message-id:")]
    assert len(found) == 1, head
    return found[0]
