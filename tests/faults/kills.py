"""Count, then kill: a process that dies at any write point of a piece of a year.

The twin is played once, and at each phase its folder is kept and its points are counted. Then for each point
the phase is begun from that folder and killed with SIGKILL there, begun again, and played to the end of its
day: the town must then be what its twin was that evening. A kill is the end of a process and not of a disk:
that what is acknowledged was flushed is what tests/test_database.py and tests/test_files.py look after.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from random import Random

from jaarring.here import municipality
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.points import Points, watch
from tests.faults.post import Post, identities
from tests.faults.town import PHASES
from tests.faults.twins import Mails, State


@dataclass(frozen=True)
class Kept:
    """The twin at the beginning of one phase, and what it went through in it. `points`: their names."""

    day: date
    phase: str
    folder: Path
    points: tuple[str, ...]
    mails: Mails


class Twin:
    """A town that is played once, undisturbed, and from whose phases others begin. It stays at one path: a
    configuration is known by where it stands.
    """

    def __init__(self, folder: Path, post: Post) -> None:
        self.folder, self.post = folder, post
        self.here, self.copies = folder / "town", folder / "copies"
        self.here.mkdir()
        self.config = town.founded(self.here, post.url)
        self.phases: list[Kept] = []
        self.evenings: dict[date, State] = {}

    @property
    def promised(self) -> Path:
        return self.here / "promised"

    def play(self) -> None:
        """The piece from its first day to its last."""
        for number, (day, phase) in enumerate(town.phases(self.config)):
            kept = self.copies / f"{number}"
            shutil.copytree(self.here, kept)
            notes = self.folder / f"points-{number}"
            status = in_child(partial(self._watched, notes, 0, day, phase))
            assert status == 0, f"the twin itself failed on {day}, {phase}: {status}"
            names = tuple(notes.read_text().split("\n")[:-1])
            self.phases.append(Kept(day, phase, kept, names, identities(self.post.taken())))
            if phase == list(PHASES)[-1]:
                self.evenings[day] = self.state()

    def state(self) -> State:
        with municipality(self.config) as here:
            return twins.state(here)

    def _watched(self, notes: Path, die_at: int, day: date, phase: str) -> None:
        watch(Points(notes, die_at))
        town.play(self.config, day, phase, self.promised)

    def killed(self, number: int, point: int, found: Found) -> None:
        """Kill the process at `point` (from 1) of a phase, begin again, and compare at the end of the day."""
        kept, notes = self.phases[number], self.folder / "points"
        where = f"{kept.day} {kept.phase}, killed at {point} ({kept.points[point - 1]})"
        status = self.befalls(
            number, where, partial(self._watched, notes, point, kept.day, kept.phase), found
        )
        notes.unlink()
        if status != -signal.SIGKILL:
            found.wrong.append(f"{where}: it was to be killed and ended with {status}")

    def befalls(self, number: int, where: str, work: Callable[[], None], found: Found) -> int:
        """Begin a phase with `work` in its place, which fails or dies, then again without, and compare at the
        end of the day. How `work` ended.
        """
        kept = self.phases[number]
        shutil.rmtree(self.here)
        shutil.copytree(kept.folder, self.here)
        self.post.taken()
        status = in_child(work, quiet=True)
        self._promises(f"{where}, at once", found)
        self._again(number, where, found)
        return status

    def _again(self, number: int, where: str, found: Found) -> None:
        kept = self.phases[number]
        rest = [kept, *(one for one in self.phases[number + 1 :] if one.day == kept.day)]
        for one in rest:
            status = in_child(partial(town.play, self.config, one.day, one.phase, self.promised))
            if status:
                found.wrong.append(f"{where}: {one.phase} then ended with {status}")
                return
        self._compared(where, kept.day, sum((one.mails for one in rest), Mails()), found)

    def _promises(self, where: str, found: Found) -> None:
        with municipality(self.config) as here:
            found.lost += [f"{where}: {one}" for one in town.broken_promises(here.store, self.promised)]

    def _compared(self, where: str, day: date, mails: Mails, found: Found, kills: int = 1) -> None:
        with municipality(self.config) as here:
            now = twins.state(here)
            found.wrong += [f"{where}: {one}" for one in twins.unproven(here)]
        found.wrong += [f"{where}: {one}" for one in twins.differences(now, self.evenings[day])]
        self._promises(where, found)
        twins.compare_mail(identities(self.post.taken()), mails, kills, where, found)

    def all_points(self) -> Iterator[tuple[int, int]]:
        for number, kept in enumerate(self.phases):
            yield from ((number, point) for point in range(1, len(kept.points) + 1))


def warmed(folder: Path) -> None:
    """Have this process load what every child needs: play two days of a town that sends into the void."""
    config = town.founded(folder, "jmail://127.0.0.1:9?rto=1")
    for day, phase in town.phases(config)[: 2 * len(PHASES)]:
        town.play(config, day, phase)
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    assert threads == 1, "a child of a process with threads may hang"


def in_child(work: Callable[[], object], quiet: bool = False) -> int:
    """Do it in a process of its own, begun from this one with all that it has loaded; how that ended: 0, 1,
    or minus the signal that killed it.
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
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Kill at `sample` points drawn at random, at each where it is None."""
    found = Found()
    warmed(folder / "warm")
    with Post() as post:
        twin = Twin(folder, post)
        twin.play()
        points = list(twin.all_points())
        chosen = points if sample is None else sorted(random.sample(points, min(sample, len(points))))
        for number, point in chosen:
            twin.killed(number, point, found)
    mails = sum((one.mails for one in twin.phases), Mails())
    found.runs.append(
        f"killed at {len(chosen)} of {len(points)} write points of a quarter with {mails.total()} mails"
    )
    return found
