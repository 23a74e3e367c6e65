"""Several schedulers on one store: each message goes out once, and the store is what one of them makes."""

from __future__ import annotations

import multiprocessing
from datetime import date
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random

from sqlalchemy import URL

from jaarring.here import municipality
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.post import Post, identities
from tests.postgres import Postgres

#: ticks of each scheduler in all
TICKS = 1000


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Two and eight, on either store; `sample`: ticks of each of two on SQLite alone."""
    found = Found()
    server = Postgres() if sample is None else None
    try:
        for product in ("sqlite", "postgresql") if server else ("sqlite",):
            for many in (2, 8) if server else (2,):
                where = server.new() if server and product == "postgresql" else None
                _together(folder / f"{product}{many}", product, many, where, sample or TICKS, found)
    finally:
        if server:
            server.remove()
    return found


def _together(folder: Path, product: str, many: int, where: URL | None, ticks: int, found: Found) -> None:
    days = [day for day, phase in town.phases(_small(folder / "days")) if phase == "morning"]
    with Post() as post:
        twin = town.founded(folder / "twin", post.url)
        for day in days:
            town.play(twin, day, "morning")
        alone = identities(post.taken())
        config = town.founded(folder / "town", post.url, where)
        # forms are sealed with a key: twins have the same
        (folder / "town" / "var" / "form.key").write_bytes(
            (folder / "twin" / "var" / "form.key").read_bytes()
        )
        failed = _schedulers(config, days, many, max(1, ticks // len(days)))
        came = identities(post.taken())
    name = f"{many} schedulers on {product}"
    if failed:
        found.wrong.append(f"{name}: {failed} of them failed")
    twins.compare_mail(came, alone, 0, name, found)
    with municipality(config) as here, municipality(twin) as there:
        found.wrong += [f"{name}: {one}" for one in twins.unproven(here)]
        found.wrong += [f"{name}: {one}" for one in twins.differences(twins.state(here), twins.state(there))]
    each = max(1, ticks // len(days)) * len(days)
    found.runs.append(f"{name}, {each} ticks each, {came.total()} mails")


def _small(folder: Path) -> Path:
    return town.founded(folder, "jbox://../mail")


def _schedulers(config: Path, days: list[date], many: int, rounds: int) -> int:
    """So many processes tick at the same moment, day after day; how many of them failed."""
    spawn = multiprocessing.get_context("spawn")
    sign = spawn.Barrier(many)
    workers = [spawn.Process(target=_ticks, args=(config, days, rounds, sign)) for _ in range(many)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(worker.exitcode != 0 for worker in workers)


def _ticks(config: Path, days: list[date], rounds: int, sign: Barrier) -> None:
    try:
        for day in days:
            sign.wait(600)
            for _ in range(rounds):
                town.play(config, day, "morning")
    except BaseException:
        sign.abort()
        raise
