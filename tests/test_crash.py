"""A worker killed at any moment loses nothing; with an archive mailbox it doubles nothing either.

The server stores, waits 20 ms and then says yes; whoever sends is killed (SIGKILL) at random within 50 ms
after it stored. What the server has is counted.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest
from sqlalchemy import URL

from jaarring.database import Store
from jaarring.ledger import outbox
from jaarring.ledger.outbox import LEASE, NewMessage
from jaarring.mail.message import notice
from tests.crash_worker import work
from tests.smtp_sink import Received, SmtpSink

AT = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
KILLS, MESSAGES = 60, 180


def queued(store: Store) -> None:
    with store.write() as tx:
        for n in range(MESSAGES):
            identity, key = f"<{n:04d}@waterveen.example>", f"2027/test/{n}"
            raw = notice(f"Bericht {n}", AT, identity, key)
            outbox.queue(tx, NewMessage(key, f"p{n}@waterveen.example", identity, f"Bericht {n}", raw), AT)


def killed_and_again(sink: SmtpSink, start: Callable[[datetime], multiprocessing.Process], seed: int) -> int:
    """Kill workers at random until enough were; then let one finish. How many were killed at work."""
    chance, at, kills = random.Random(seed), AT, 0
    while kills < KILLS:
        while sink.stored.acquire(blocking=False):
            pass
        worker = start(at)
        assert sink.stored.acquire(timeout=120), "no worker sent anything"
        time.sleep(chance.random() * 0.05)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(120)
        kills += worker.exitcode == -signal.SIGKILL
        sink.quiet()
        at += LEASE + timedelta(minutes=1)
    last = start(at)
    last.join(240)
    assert last.exitcode == 0
    return kills


def copies(messages: list[Received]) -> Counter[str]:
    """How many times the server stored which Message-ID."""
    return Counter(str(BytesHeaderParser().parsebytes(one.raw)["Message-ID"]) for one in messages)


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.both_stores
def test_a_worker_killed_sixty_times_loses_nothing_and_with_an_archive_doubles_nothing(
    store: Store, where: Path | URL, tmp_path: Path, archived: bool
) -> None:
    """Without an archive it costs at most one copy a kill, and it does cost some: the control."""
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.crash_worker"])
    queued(store)
    folder = tmp_path / "archief" if archived else None
    with SmtpSink(archive=folder, wait=0.02) as sink:

        def start(at: datetime) -> multiprocessing.Process:
            address = f"maildir://{folder}" if folder else ""
            process = context.Process(target=work, args=(where, tmp_path, sink.url, address, at))
            process.start()
            return process  # type: ignore[return-value]

        kills = killed_and_again(sink, start, seed)
    found = copies(sink.messages)
    doubled = sum(found.values()) - len(found)
    assert len(found) == MESSAGES, f"{MESSAGES - len(found)} lost"
    assert doubled == 0 if archived else 0 < doubled <= kills
    with store.read() as tx:
        lines = outbox.all_lines(tx)
    assert {one.state for one in lines} == {"sent"}
    assert {one.proof for one in lines} == ({"kept"} if archived else {""})
