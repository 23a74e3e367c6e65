"""A store that cannot be used for a while: its file is locked, its server is away."""

from __future__ import annotations

import sqlite3
import threading
import time
from itertools import cycle
from pathlib import Path
from random import Random

from jaarring.database import was_busy
from jaarring.here import municipality
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.post import Post, identities
from tests.postgres import Postgres


def locked(folder: Path, random: Random, sample: int | None) -> Found:
    """Another holds the store for 5 seconds, which is waited for; for 40, which is said and tried again."""
    found = Found()
    for seconds in (5,) if sample else (5, 40):
        with Post() as post:
            config = town.founded(folder / f"{seconds}", post.url)
            other = sqlite3.connect(
                config.parent / "var" / "jaarring.db", isolation_level=None, check_same_thread=False
            )
            other.execute("begin immediate")
            freed = threading.Timer(seconds, other.execute, ("rollback",))
            freed.start()
            busy = 0
            for _ in range(5):
                try:
                    town.play(config, town.BEGIN, "morning", None)
                    break
                except Exception as error:
                    if not was_busy(error):
                        raise
                    busy += 1
            freed.join()
            other.close()
            came = identities(post.taken())
            if busy != (seconds > 30):
                found.wrong.append(f"locked {seconds} s: {busy} times busy")
            if not came or came.total() != len(came):
                found.lost.append(f"locked {seconds} s: {came.total()} mails came, {len(came)} different")
            with municipality(config) as here:
                found.wrong += [f"locked {seconds} s: {one}" for one in twins.unproven(here)]
        found.runs.append(f"a store locked for {seconds} s: done in try {busy + 1}")
    return found


def away(folder: Path, random: Random, sample: int | None) -> Found:
    """PostgreSQL is stopped or killed every few seconds while a town plays its piece on it; what fails is
    tried again, as a task is. It must end as its twin, but for a copy of a mail for each time that it was cut
    off. A mail that was under way waits for its lease, which runs out before the last round of its day.
    """
    found, server = Found(), Postgres()
    begun, done = threading.Event(), threading.Event()
    outages: list[str] = []

    def attack() -> None:
        for how in cycle(("kill", "stop")):
            getattr(server, how)()
            outages.append(how)
            begun.set()
            time.sleep(random.uniform(0, 1))
            server.start()
            if done.wait(random.uniform(1, 4)):
                return

    try:
        with Post() as post:
            calm = town.founded(folder / "twin", post.url, server.new())
            key = (folder / "twin/var/form.key").read_bytes()
            parts = town.phases(calm)[: None if sample is None else sample]
            for day, phase in parts:
                town.play(calm, day, phase)
            twin = identities(post.taken())
            config = town.founded(folder / "town", post.url, server.new())
            (folder / "town/var/form.key").write_bytes(key)
            attacker = threading.Thread(target=attack)
            attacker.start()
            begun.wait(300)  # a quick machine would be done before anything happened
            try:
                failed = sum(_insisted(config, *part, folder / "promised") for part in parts)
            finally:
                done.set()
                attacker.join()
            came = identities(post.taken())
            with municipality(config) as here, municipality(calm) as there:
                found.wrong += [f"away: {one}" for one in twins.unproven(here)]
                found.lost += [
                    f"away: {one}" for one in town.broken_promises(here.store, folder / "promised")
                ]
                found.wrong += [
                    f"away: {one}" for one in twins.differences(twins.state(here), twins.state(there))
                ]
        twins.compare_mail(came, twin, len(outages), "away", found)
    finally:
        server.remove()
    stopped, killed = outages.count("stop"), outages.count("kill")
    found.runs.append(
        f"PostgreSQL stopped {stopped} and killed {killed} times in {len(parts)} phases; "
        f"{failed} tries failed and were done again; {len(came)} mails, {(came - twin).total()} copies"
    )
    return found


def _insisted(config: Path, day: object, phase: str, promised: Path) -> int:
    """Play a phase until it succeeds; how often it failed."""
    for failed in range(200):
        try:
            town.play(config, day, phase, promised)  # type: ignore[arg-type]
            return failed
        except Exception as error:
            if not was_busy(error):
                raise
            time.sleep(0.2)
    raise AssertionError(f"{day} {phase} never succeeded")
