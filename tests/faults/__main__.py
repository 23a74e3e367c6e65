"""Every fault, or the chapters that are named; the seed is printed first, what was lost or doubled last."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from time import perf_counter

from tests.faults import (
    clocks,
    disks,
    edits,
    engine,
    kills,
    moods,
    outages,
    schedulers,
    shelves,
    stores,
    templates,
)
from tests.faults.found import Found
from tests.faults.played import Kind

CHAPTERS: dict[str, Callable[[Path, Random, int | None], Found]] = {
    "kills": partial(kills.run, kind=Kind()),
    "kills-archive": partial(kills.run, kind=Kind(archive=True)),
    "kills-postgresql": partial(kills.run, kind=Kind("postgresql")),
    "moments": kills.at_moments,
    "schedulers": schedulers.run,
    "full": disks.run,
    "locked": stores.locked,
    "away": stores.away,
    "moods": moods.run,
    "outages": outages.run,
    "clocks": clocks.run,
    "shelves": shelves.run,
    "engine": engine.run,
    "templates": templates.run,
    "edits": edits.run,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("chapters", nargs="*", metavar="chapter", help=f"of {', '.join(CHAPTERS)}; none: all")
    parser.add_argument("--sample", type=int, help="so many cases of each chapter; without it all")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    if unknown := set(given.chapters) - CHAPTERS.keys():
        parser.error(f"no such chapter: {', '.join(sorted(unknown))}")
    print(f"seed {given.seed}", flush=True)
    all_found = Found()
    for name in given.chapters or CHAPTERS:
        begun = perf_counter()
        with tempfile.TemporaryDirectory(prefix="jaarring-faults-") as folder:
            found = CHAPTERS[name](Path(folder), Random(f"{given.seed} {name}"), given.sample)
        for line in found.runs:
            print(f"{name}: {line} ({perf_counter() - begun:.0f} s)", flush=True)
        for line in found.all[:20]:
            print(f"  {line}", flush=True)
        all_found.add(found)
    if all_found.wrong:
        print(f"{len(all_found.wrong)} differences")
    print(f"{len(all_found.lost)} lost, {len(all_found.doubled)} doubled beyond the promise")
    return 1 if all_found.all else 0


if __name__ == "__main__":
    sys.exit(main())
