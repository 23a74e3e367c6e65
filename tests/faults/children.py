"""Processes that die, and work that is spread over the cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.faults.found import Found

T = TypeVar("T")
#: how often something happened
Tally = Counter[str]
#: what one share does: in its own folder, as which of how many
Share = Callable[[Path, int, int], tuple[Found, Tally]]
#: seconds between two words of how far a chapter is
SILENCE = 60


def in_child(work: Callable[[], object], quiet: bool = False, seconds: float | None = None) -> int:
    """Do it in a process of its own, begun from this one with all that it has loaded; how that ended: 0, 1,
    or minus the signal that killed it. `seconds`: after so many it is killed, if it is not done by then.
    """
    sys.stdout.flush()
    child = os.fork()
    if not child:
        status = 1
        try:
            work()
            status = 0
        except BaseException:
            if not quiet:
                traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)  # nobody waited for it yet, so the number is still its own
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spread(work: Share, folder: Path, many: int) -> tuple[Found, Tally]:
    """Do it in so many shares at once, each in a process of its own; what they found together."""
    found, tally = Found(), Tally()
    with ProcessPoolExecutor(many, mp_context=multiprocessing.get_context("spawn")) as pool:
        shares = [pool.submit(work, folder / f"{number}", number, many) for number in range(many)]
        for share in shares:
            one, counted = share.result()
            found.add(one)
            tally += counted
    return found, tally


def told(name: str, cases: Iterable[T], total: int) -> Iterator[T]:
    """The cases, with a word every minute of how many were done: a chapter may take an hour."""
    last = time.monotonic()
    for number, case in enumerate(cases):
        if time.monotonic() - last > SILENCE:
            last = time.monotonic()
            print(f"  {name}: {number} of {total}", file=sys.stderr, flush=True)
        yield case
