"""The mail server of a town under faults: the sink of the tests in a process of its own, so that it outlives
whoever sends, and who plays the town has one thread only.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from tests.smtp_sink import Received, SmtpSink


class Post:
    """`taken`: what came since the last look. `patience`: seconds that a sender waits for an answer;
    `archive`: a maildir for what goes to an archive too.
    """

    def __init__(self, patience: int = 30, archive: Path | None = None) -> None:
        self._patience, self._archive = patience, archive  # long, for a slow machine is no fault

    def __enter__(self) -> Self:
        spawn = multiprocessing.get_context("spawn")
        self._ours, theirs = spawn.Pipe()
        self._server = spawn.Process(target=_serve, args=(theirs, self._patience, self._archive), daemon=True)
        self._server.start()
        theirs.close()  # else we would wait for ever for one that died
        self.url: str = self._ours.recv()
        return self

    def __exit__(self, *_: Any) -> None:
        self._ours.send("stop")
        self._server.join()

    def be(self, mood: str) -> None:
        """From here on in one of MOODS."""
        self._ours.send(mood)
        self._ours.recv()

    def taken(self) -> list[Received]:
        self._ours.send("take")
        came: list[Received] = self._ours.recv()
        return came


class _Moody(SmtpSink):
    """As its mood is it refuses whoever comes, cuts the line before or after it keeps a message, or says
    nothing until the other gives up.
    """

    mood = "calm"

    def keep(self, received: Received) -> int:
        if self.mood == "hangs":
            gone.wait(60)
        if self.mood in ("hangs", "drops before"):
            raise ConnectionError
        number = super().keep(received)
        if self.mood == "drops after":
            raise ConnectionError
        return number

    def be(self, mood: str) -> None:
        self.mood = mood
        self.greeting = "421 not now" if mood == "refuses" else "220 sink"
        (gone.clear if mood == "hangs" else gone.set)()


#: whoever waits for an answer of a server that hangs is gone by now
gone = threading.Event()
MOODS = ("calm", "refuses", "drops before", "drops after", "hangs")


def _serve(pipe: Connection, patience: int, archive: Path | None) -> None:
    with _Moody(archive=archive) as sink:
        pipe.send(sink.url.replace("rto=1", f"rto={patience}"))
        while (said := pipe.recv()) != "stop":
            if said in MOODS:
                sink.be(said)
                pipe.send("")
            else:
                sink.quiet()
                came, sink.messages = sink.messages, []
                pipe.send(came)


def identities(came: list[Received]) -> Counter[tuple[str, str]]:
    """How often each message came, by Message-ID and recipient."""
    return Counter((_identity(one.raw), one.recipients[0]) for one in came)


def _identity(raw: bytes) -> str:
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].replace(b"\n ", b" ").decode("ascii", "replace")
    found = [
        line.partition(":")[2].strip() for line in head.split("\n") if line.lower().startswith("message-id:")
    ]
    assert len(found) == 1, head
    return found[0]
