"""Several schedulers on one store: each message goes out once, and the store is what one of them makes.

A tick opens the store anew, as a run of a flow does, and all of them begin a day at the same moment. Most
ticks find nothing to do, as in a year of hourly runs: then they must do nothing.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import date
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from sqlalchemy import URL

from jaarring.here import municipality
from tests.faults import town, twins
from tests.faults.children import told
from tests.faults.found import Found
from tests.faults.post import Post, identities
from tests.postgres import Postgres

#: ticks of each scheduler in all
TICKS = 1000

#: what a scheduler does of a day
Tick = Callable[[Path, date], None]


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Two and eight, on either store; `sample`: ticks of each of two on SQLite alone."""
    found = Found()
    server = Postgres() if sample is None else None
    try:
        for product in ("sqlite", "postgresql") if server else ("sqlite",):
            for many in (2, 8) if server else (2,):
                where = server.new() if server and product == "postgresql" else None
                name = f"{many} schedulers on {product}"
                together(folder / f"{product}{many}", name, many, where, sample or TICKS, found)
    finally:
        if server:
            server.remove()
    return found


def tick(config: Path, day: date) -> None:
    """All that is due, by a scheduler that knows nothing of the others."""
    town.play(config, day, "morning")


def together(
    folder: Path,
    name: str,
    many: int,
    where: URL | None,
    ticks: int,
    found: Found,
    does: Tick = tick,
    last: int | None = None,
) -> None:
    """So many at once, each with so many ticks or a few more, to make full days of them; and beside them one
    alone with one tick a day. `last`: the number of days, if not all.
    """
    with Post() as post:
        twin = town.founded(folder / "twin", post.url)
        days = [day for day, phase in town.phases(twin) if phase == "morning"][:last]
        for day in days:
            tick(twin, day)
        alone = identities(post.taken())
        config = town.founded(folder / "town", post.url, where)
        # forms are sealed with a key: twins have the same
        (folder / "town" / "var" / "form.key").write_bytes(
            (folder / "twin" / "var" / "form.key").read_bytes()
        )
        rounds = -(-ticks // len(days))
        failed = _schedulers(name, config, days, many, rounds, does)
        came = identities(post.taken())
    if failed:
        found.wrong.append(f"{name}: {failed} of them failed")
    twins.compare_mail(came, alone, 0, name, found)
    with municipality(config) as here, municipality(twin) as there:
        found.wrong += [f"{name}: {one}" for one in twins.unproven(here)]
        found.wrong += [f"{name}: {one}" for one in twins.differences(twins.state(here), twins.state(there))]
    found.runs.append(
        f"{name}, {rounds * len(days)} ticks each, {came.total()} mails, {(came - alone).total()} copies"
    )


def _schedulers(name: str, config: Path, days: list[date], many: int, rounds: int, does: Tick) -> int:
    """So many processes tick at the same moment, day after day; how many of them failed."""
    spawn = multiprocessing.get_context("spawn")
    sign = spawn.Barrier(many)
    workers = [
        spawn.Process(target=_ticks, args=(name if number == 0 else "", config, days, rounds, sign, does))
        for number in range(many)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(worker.exitcode != 0 for worker in workers)


def _ticks(name: str, config: Path, days: list[date], rounds: int, sign: Barrier, does: Tick) -> None:
    """`name`: of the one that says how far they are."""
    work = [(day, round) for day in days for round in range(rounds)]
    try:
        for day, round in told(name, work, len(work)) if name else work:
            if round == 0:
                sign.wait(3600)
            does(config, day)
    except BaseException:
        sign.abort()
        raise
