"""Hand every nasty file in and damage configurations; anything but a clear sentence is printed."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.hostile import configurations, corpus

#: configurations that one process tries at a time
CHUNK = 250


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("--write", action="store_true", help="write the table of files anew")
    parser.add_argument("--each", type=int, default=10_000, help="configurations made, and as many damaged")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at a time")
    given = parser.parse_args()
    if given.write:
        corpus.TABLE.write_text(corpus.table(), encoding="utf-8")
        return 0
    print(f"seed {given.seed}", flush=True)
    begin, wrong, files = time.monotonic(), 0, 0
    told = []
    for one, said, changed in corpus.answers():
        files += 1
        told.append("\n".join(corpus.told(one, said)))
        if changed is not one.taken:
            wrong += 1
            print(f"{one.title}: the store {'changed' if changed else 'has not taken it in'}")
    if "\n\n".join(told) + "\n" != corpus.TABLE.read_text(encoding="utf-8"):
        wrong += 1
        print("the table says otherwise: python -m tests.hostile --write, and look at the difference")
    print(f"{files} files, {time.monotonic() - begin:.0f} seconds", flush=True)
    with ProcessPoolExecutor(given.jobs) as workers:
        for kind in configurations.KINDS:
            firsts = range(0, given.each, CHUNK)
            parts = [workers.submit(configurations.tried, kind, CHUNK, given.seed, at) for at in firsts]
            tally = sum((part.result() for part in parts), configurations.Tally(kind))
            print(tally, flush=True)
            wrong += len(tally.wrong)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
