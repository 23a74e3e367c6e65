"""Count, then kill: a process that dies at any write point of a piece of a year, or at any moment of it.

The twin is played once, and at each phase its folder (and its database) is kept and its points are counted.
Then for each point the phase is begun from there and killed with SIGKILL, begun again, and played to the end
of its day: the town must then be what its twin was that evening. Between two points nothing is written that
another could see; that a store's own writes survive too is what the kills after a random time are for.

A kill is the end of a process and not of a disk: that what is acknowledged was flushed is what
tests/test_database.py and tests/test_files.py look after.
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from tests.faults.children import Tally, spread, told
from tests.faults.found import Found
from tests.faults.played import Kind, Twin, played

#: kills after a random time, on each store
MOMENTS = 300
#: days of the piece of which a sample is drawn: a quarter is asked, answered, accepted within them; of other
#: kinds it is asked, and the college decides
SAMPLED, SAMPLED_OTHERS = 13, 5


def run(folder: Path, random: Random, sample: int | None, kind: Kind) -> Found:
    """Kill at `sample` points drawn at random, at each where it is None."""
    if sample:
        kind = replace(kind, days=SAMPLED if kind == Kind() else SAMPLED_OTHERS)
    work = partial(_at_points, kind=kind, seed=random.random(), sample=sample)
    found, tally = spread(work, folder, 1 if sample else os.cpu_count() or 1)
    found.runs.append(
        f"{kind}: killed at {tally['killed']} of {tally['points']} write points of a piece of a year with "
        f"{tally['mails']} mails, {tally['copies']} extra copies"
    )
    if sample is None and not (kind.archive or tally["copies"]):
        found.wrong.append(
            f"{kind}: no kill after the mail server's yes cost a copy, and it cannot but do so"
        )
    return found


def _at_points(
    folder: Path, number: int, many: int, *, kind: Kind, seed: float, sample: int | None
) -> tuple[Found, Tally]:
    found, tally = Found(), Tally()
    with played(folder, kind) as twin:
        points = twin.points()
        drawn = points if sample is None else sorted(Random(seed).sample(points, min(sample, len(points))))
        mine = drawn[number::many]
        for phase, point in told(f"kills {number}", mine, len(mine)):
            killed(twin, phase, point, found)
        if number == 0:
            tally.update(points=len(points), mails=twin.mails)
        tally.update(killed=len(mine), copies=twin.copies)
    return found, tally


def killed(twin: Twin, phase: int, point: int, found: Found) -> None:
    """Kill the process at `point` (from 1) of a phase, begin again, and compare at the end of the day."""
    kept, notes = twin.phases[phase], twin.folder / "points"
    where = f"{twin.kind}, {kept.day} {kept.phase}, killed at {point} ({kept.points[point - 1]})"
    status = twin.befalls(phase, where, partial(twin.watched, notes, point, kept.day, kept.phase), found)
    notes.unlink()
    if status != -signal.SIGKILL:
        found.wrong.append(f"{where}: it was to be killed and ended with {status}")


def at_moments(folder: Path, random: Random, sample: int | None) -> Found:
    """Kill after a random time, so many times on either store. Some are done by then: so we know that the
    moments reach to the end of a phase.
    """
    found = Found()
    for product in ("sqlite", "postgresql"):
        kind = Kind(product, days=SAMPLED_OTHERS if sample else None)
        work = partial(_at_moments, kind=kind, seed=random.random(), tries=sample or MOMENTS)
        one, tally = spread(work, folder / product, 1 if sample else os.cpu_count() or 1)
        found.add(one)
        found.runs.append(
            f"{product}: killed after a random time {tally['killed']} times, {tally['copies']} extra copies; "
            f"{tally['done']} times it was done by then"
        )
    return found


def _at_moments(
    folder: Path, number: int, many: int, *, kind: Kind, seed: float, tries: int
) -> tuple[Found, Tally]:
    found, tally, random = Found(), Tally(), Random(f"{seed} {number}")
    mine = len(range(number, tries, many))
    with played(folder, kind) as twin:
        weights, pace = [kept.seconds for kept in twin.phases], 1.0
        for _ in told(f"moments {number}", range(mine), mine):
            killed = False
            while not killed:
                phase = random.choices(range(len(weights)), weights)[0]
                seconds = random.uniform(0, weights[phase] * pace)
                killed = _killed_after(twin, phase, seconds, found)
                tally["killed" if killed else "done"] += 1
                pace *= 1.1 if killed else 0.75  # a machine has its slow and its fast minutes
        tally["copies"] = twin.copies
    return found, tally


def _killed_after(twin: Twin, phase: int, seconds: float, found: Found) -> bool:
    """Kill the process after so many seconds, if it is not done by then; whether it was."""
    kept = twin.phases[phase]
    where = f"{twin.kind}, {kept.day} {kept.phase}, killed after {seconds:.4f} s"
    status = twin.befalls(phase, where, twin.plays(phase), found, seconds)
    if status not in (0, -signal.SIGKILL):
        found.wrong.append(f"{where}: it ended with {status}")
    return status == -signal.SIGKILL
