"""Many municipalities: what each one more costs, against the bare floor that does the same to the disk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jaarring import doorstep
from jaarring.here import municipality
from jaarring.simulate import pages, play
from jaarring.simulate.rules import Assumptions
from tests.bench import floor

SHIPPED = Path(__file__).resolve().parents[2] / "config"
YEAR = 2027
QUIET = date(2026, 6, 2)


@dataclass(frozen=True)
class Slope:
    """What one municipality more takes, in seconds by the clock and of the processor, children included."""

    wall: float
    cpu: float


def simulated(count: int) -> tuple[Slope, Slope]:
    """Ours and the floor, for the year of each of `count` municipalities with a name of its own."""
    ours, bare = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            config = _town(Path(folder) / f"{number}" / "config", number)
            out = Path(folder) / f"{number}" / "uit"
            with floor.recorded() as recording:
                ours.append(_taken(lambda: _simulate(config, out)))  # noqa: B023
            target = Path(folder) / f"{number}" / "floor"
            bare.append(_taken(lambda: floor.replay(recording, target)))  # noqa: B023
            shutil.rmtree(Path(folder) / f"{number}")
    return _slope(ours), _slope(bare)


def _town(config: Path, number: int) -> Path:
    shutil.copytree(SHIPPED, config)
    file = config / "organisation.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^  name: Elzenwaard$", f"  name: Gemeente{number}", text), encoding="utf-8")
    return config


def _simulate(config: Path, out: Path) -> None:
    assumed = Assumptions()
    play.prepare(out)
    with play.opened(config, out, YEAR, assumed, "") as here:
        pages.lay_out(play.play(here, out, YEAR, assumed), out)


def _taken(work: Callable[[], None]) -> tuple[float, float]:
    before, begin = os.times(), time.perf_counter()
    work()
    after, end = os.times(), time.perf_counter()
    return end - begin, sum(after[:4]) - sum(before[:4])


def _slope(taken: list[tuple[float, float]]) -> Slope:
    """By least squares over the running sums; with one municipality its own figures."""
    wall, cpu = ([sum(one[part] for one in taken[: n + 1]) for n in range(len(taken))] for part in (0, 1))
    return Slope(_least_squares(wall), _least_squares(cpu))


def _least_squares(sums: list[float]) -> float:
    count = len(sums)
    if count == 1:
        return sums[0]
    x, y = (count - 1) / 2, sum(sums) / count
    return sum((n - x) * (total - y) for n, total in enumerate(sums)) / sum(
        (n - x) ** 2 for n in range(count)
    )


def quiet(folder: Path, count: int) -> Path:
    """A file naming `count` municipalities with a year in the ledger and nothing due on `QUIET`."""
    from jaarring import cycle

    first = folder / "0" / "config"
    shutil.copytree(SHIPPED, first)
    with municipality(first) as here:
        cycle.schedule(here, QUIET, cycle.moment(here, QUIET))
        zone = here.config.time_zone
    for number in range(1, count):
        shutil.copytree(folder / "0", folder / f"{number}")
    for number in range(count):
        var = (folder / f"{number}" / "var").resolve()
        doorstep.leave(folder / f"{number}" / "config", QUIET, zone, var / "jaarring.db", var / "intake")
    file = folder / "gemeenten.txt"
    file.write_text("".join(f"{number}/config\n" for number in range(count)), encoding="utf-8")
    return file


def start() -> None:
    """What a command costs before it does anything."""
    command = [str(Path(sys.executable).parent / "jaarring"), "--help"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def tick(file: Path, environment: dict[str, str], bare: bool) -> None:
    """One tick over the municipalities in `file`, ours or the floor's, as a whole process."""
    day = QUIET.isoformat()
    ours = [
        str(Path(sys.executable).parent / "jaarring"),
        "run",
        "tick",
        "--fleet",
        str(file),
        "--as-of",
        day,
    ]
    floor_ = [sys.executable, str(Path(__file__).parent / "fleet.py"), str(file), day]
    subprocess.run(
        floor_ if bare else ours, check=True, stdout=subprocess.DEVNULL, env=environment, timeout=600
    )
