"""`make bench`: a line a promise, each with its ratio, its medians and whether it is within its aim.

Never an assertion: a busy machine is no mistake. Ours and the floor run in turn, so that both meet the same
machine; the ratio is the median of the pairs.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import floor, log, towns, year

RUNS = 5
#: aims, as times the floor
YEAR_AIM, TICK_AIM, TOWNS_AIM, FLEET_AIM, LOG_AIM = 1.5, 3.0, 1.5, 1.0, 10.0
#: how many municipalities are simulated (`make bench TOWNS=40`: a slope that says more), and ticked over
TOWNS, FLEET = int(os.environ.get("TOWNS", "4")), 342


def main() -> None:
    lines: list[tuple[str, float, float]] = []
    for text, ratio, aim in _measured():
        lines.append((text, ratio, aim))
        held = "within aim" if ratio <= aim else "falls short"
        print(f"{text}: {ratio:.1f} times, aim {aim:.1f}, {held}", flush=True)
    print(f"{sum(ratio <= aim for _, ratio, aim in lines)} of {len(lines)} within aim")


def _measured() -> Iterator[tuple[str, float, float]]:
    yield _year()
    yield _idle_tick()
    yield from _towns()
    yield from _fleet()
    yield _log()


def _year() -> tuple[str, float, float]:
    with tempfile.TemporaryDirectory() as folder, floor.recorded() as recording:
        year.play(Path(folder) / "recorded")

    def ours(folder: Path) -> None:
        year.play(folder)

    def bare(folder: Path) -> None:
        floor.replay(recording, folder)

    ours_took, bare_took, ratio = _pairs(ours, bare, runs=3)
    counts = ", ".join(f"{count} {kind}" for kind, count in recording.counts.items())
    return f"a year in process {ours_took:.2f} s, floor {bare_took:.2f} s ({counts})", ratio, YEAR_AIM


def _idle_tick() -> tuple[str, float, float]:
    with tempfile.TemporaryDirectory() as kept:
        day = year.idle(Path(kept)).isoformat()
        config = str(Path(kept) / "config")
        environment = {**os.environ, "XDG_CACHE_HOME": str(Path(kept) / "cache")}
        command = [
            str(Path(sys.executable).parent / "jaarring"),
            "run",
            "tick",
            "--config",
            config,
            "--as-of",
            day,
        ]
        bare_command = [sys.executable, str(Path(__file__).parent / "tick.py"), config, day]

        def run(words: list[str]) -> Callable[[Path], None]:
            def once(_: Path) -> None:
                subprocess.run(words, check=True, stdout=subprocess.DEVNULL, env=environment)

            return once

        ours_took, bare_took, ratio = _pairs(run(command), run(bare_command), runs=RUNS)
    return f"a tick with nothing due {ours_took:.2f} s, floor {bare_took:.2f} s", ratio, TICK_AIM


def _towns() -> list[tuple[str, float, float]]:
    ours, bare = towns.simulated(TOWNS)
    text = f"simulate over {TOWNS} municipalities, each one more"
    return [
        (f"{text}: {ours.wall:.2f} s, floor {bare.wall:.2f} s", ours.wall / bare.wall, TOWNS_AIM),
        (f"{text}: {ours.cpu:.2f} s of CPU, floor {bare.cpu:.2f} s", ours.cpu / bare.cpu, TOWNS_AIM),
    ]


def _fleet() -> list[tuple[str, float, float]]:
    """Over all and over half of them: where twice as many take twice as long it is linear."""
    with tempfile.TemporaryDirectory() as kept:
        environment = {**os.environ, "XDG_CACHE_HOME": str(Path(kept) / "cache")}
        os.environ["XDG_CACHE_HOME"] = environment["XDG_CACHE_HOME"]
        file = towns.quiet(Path(kept), FLEET)
        half = Path(kept) / "helft.txt"
        half.write_text("".join(file.read_text().splitlines(keepends=True)[: FLEET // 2]))
        time.sleep(2.5)  # what was written just now is looked at twice
        ours, bare, ratio = _pairs(
            lambda _: towns.tick(file, environment, bare=False),
            lambda _: towns.tick(file, environment, bare=True),
            runs=RUNS,
        )
        of_half, none, _ = _pairs(
            lambda _: towns.tick(half, environment, bare=False),
            lambda _: towns.start(),
            runs=RUNS,
        )
    text = f"a tick with nothing due over {FLEET} municipalities {ours:.2f} s, floor {bare:.2f} s"
    grows = (ours - none) / max(of_half - none, 0.001)
    return [(text, ratio, FLEET_AIM), ("and over twice as many, start left out", grows, 2.2)]


def _log() -> tuple[str, float, float]:
    """The promise is 50,000 entries a second; the aim is what that leaves beside bare hashing."""
    with tempfile.TemporaryDirectory() as folder:
        store, head, hashed = log.written(Path(folder))
        ours, bare, ratio = _pairs(lambda _: log.verify(store, head), lambda _: log.floor(hashed), runs=RUNS)
        store.close()
    pace = f"{log.ENTRIES / ours:,.0f} entries a second"
    return f"verify over {log.ENTRIES:,} entries {ours:.2f} s ({pace}), floor {bare:.2f} s", ratio, LOG_AIM


def _pairs(
    ours: Callable[[Path], None], bare: Callable[[Path], None], runs: int
) -> tuple[float, float, float]:
    """Medians of both, and the median of the ratios, after one round that does not count."""
    taken: list[tuple[float, float]] = []
    for _ in range(runs + 1):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            taken.append((_timed(ours, Path(one) / "ours"), _timed(bare, Path(other) / "bare")))
    counted = taken[1:]
    ratio = statistics.median(mine / floor_ for mine, floor_ in counted)
    return statistics.median(t[0] for t in counted), statistics.median(t[1] for t in counted), ratio


def _timed(work: Callable[[Path], None], folder: Path) -> float:
    begin = time.perf_counter()
    work(folder)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
