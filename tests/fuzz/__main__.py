"""Play random years until told enough; the first that breaks a promise is printed with its seed."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.fuzz.years import broken, play


def tried(seed: int) -> tuple[int, int, list[str]]:
    """Seed, how many mails went out, and every promise broken; a year that stops halfway broke one."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            played = play(seed, Path(folder))
        except Exception:
            return seed, 0, [f"it stopped: {traceback.format_exc(limit=-3)}"]
        return seed, len(played.mails), list(broken(played))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--years", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many years at a time")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.years} years", flush=True)
    mails = wrong = 0
    with ProcessPoolExecutor(given.jobs) as workers:
        seeds = range(given.seed, given.seed + given.years)
        for seed, sent, found in workers.map(tried, seeds, chunksize=1):
            mails += sent
            wrong += bool(found)
            for line in found[:5]:
                print(f"year {seed}: {line}", flush=True)
    print(f"{given.years} years, {mails} mails, {wrong} broken")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
