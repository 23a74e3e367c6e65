"""A town that is played once, undisturbed, and from whose phases others begin: its twin stays as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from time import perf_counter

from jaarring import shelf
from jaarring.document import ods, office, page, pdf  # noqa: F401 - loaded before any child begins
from jaarring.here import municipality
from tests.faults import town, twins
from tests.faults.children import in_child
from tests.faults.found import Found
from tests.faults.points import Points, watch
from tests.faults.post import Post, identities
from tests.faults.town import PHASES
from tests.faults.twins import Mails, State
from tests.postgres import Postgres


@dataclass(frozen=True)
class Kind:
    """What a town stands on: its database, whether its mail has an archive, how many days are played."""

    product: str = "sqlite"
    archive: bool = False
    days: int | None = None

    def __str__(self) -> str:
        return f"{self.product}, with archive" if self.archive else self.product


@dataclass(frozen=True)
class Kept:
    """The twin at the beginning of one phase, and what it went through in it. `points`: their names;
    `seconds`: how long it took; `database`: a copy of it, where that is on a server.
    """

    day: date
    phase: str
    folder: Path
    database: str
    points: tuple[str, ...]
    seconds: float
    mails: Mails


@contextmanager
def played(folder: Path, kind: Kind, disk: Path | None = None) -> Iterator[Twin]:
    """A twin with its mail server, and its database server if it is that kind. `disk`: where the town is to
    lie, if not beside its copies.
    """
    place = (disk or folder) / "town"
    place.mkdir(parents=True)
    with ExitStack() as opened:
        server = Postgres() if kind.product == "postgresql" else None
        if server:
            opened.callback(server.remove)
        warmed(folder / "warm", server)
        post = opened.enter_context(Post(archive=place / town.ARCHIVE if kind.archive else None))
        twin = Twin(folder, place, kind, post, server)
        twin.play()
        yield twin


class Twin:
    """It stays at one path: a configuration is known by where it stands. `phases`: what it went through;
    `allowed`: the extra copies of a mail that one kill may cost; `copies`: what all of them did cost.
    """

    def __init__(self, folder: Path, here: Path, kind: Kind, post: Post, server: Postgres | None) -> None:
        self.folder, self.here, self.kind, self.post = folder, here, kind, post
        self._server, self._database = server, server.new() if server else None
        self.config = town.founded(here, post.url, self._database, archive=kind.archive)
        self.allowed, self.copies = 0 if kind.archive else 1, 0
        self.phases: list[Kept] = []
        self.evenings: dict[date, State] = {}

    @property
    def promised(self) -> Path:
        return self.here / "promised"

    def play(self) -> None:
        """The piece from its first day to its last."""
        days = self.kind.days
        for number, (day, phase) in enumerate(town.phases(self.config)[: days and days * len(PHASES)]):
            kept, database = self.folder / "copies" / f"{number}", self._kept_database()
            shutil.copytree(self.here, kept)
            notes, begun = self.folder / f"points-{number}", perf_counter()
            status = in_child(partial(self.watched, notes, 0, day, phase))
            seconds = perf_counter() - begun
            assert status == 0, f"the twin itself failed on {day}, {phase}: {status}"
            names, mails = tuple(notes.read_text().split("\n")[:-1]), identities(self.post.taken())
            self.phases.append(Kept(day, phase, kept, database, names, seconds, mails))
            if phase == list(PHASES)[-1]:
                with municipality(self.config) as here:
                    self.evenings[day] = twins.state(here)

    @property
    def mails(self) -> int:
        return sum(kept.mails.total() for kept in self.phases)

    def points(self) -> list[tuple[int, int]]:
        """Every point of every phase, by its number from 1."""
        return [
            (number, point)
            for number, kept in enumerate(self.phases)
            for point in range(1, len(kept.points) + 1)
        ]

    def watched(self, notes: Path, die_at: int, day: date, phase: str) -> None:
        """Play a phase, with its points noted, up to the one to die at."""
        watch(Points(notes, die_at))
        town.play(self.config, day, phase, self.promised)

    def plays(self, number: int) -> Callable[[], None]:
        """What the phase with this number is, to be done in a process of its own."""
        kept = self.phases[number]
        return partial(town.play, self.config, kept.day, kept.phase, self.promised)

    def befalls(
        self,
        number: int,
        where: str,
        work: Callable[[], object],
        found: Found,
        seconds: float | None = None,
    ) -> int:
        """Begin a phase with `work` in its place, which fails or dies (at the latest after `seconds`), then
        again without, and compare at the end of the day. How `work` ended.
        """
        kept = self.phases[number]
        shutil.rmtree(self.here)
        shutil.copytree(kept.folder, self.here)
        if self._server and self._database:
            self._server.again(self._database, kept.database)
        self.post.taken()
        status = in_child(work, quiet=True, seconds=seconds)
        self._promises(f"{where}, at once", found)
        self._again(number, where, found)
        return status

    def _again(self, number: int, where: str, found: Found) -> None:
        kept = self.phases[number]
        rest = [n for n in range(number, len(self.phases)) if self.phases[n].day == kept.day]
        for one in rest:
            if status := in_child(self.plays(one)):
                found.wrong.append(f"{where}: {self.phases[one].phase} then ended with {status}")
                return
        self._compared(where, kept.day, sum((self.phases[one].mails for one in rest), Mails()), found)

    def _compared(self, where: str, day: date, mails: Mails, found: Found) -> None:
        with municipality(self.config) as here:
            now = twins.state(here)
            found.wrong += [f"{where}: {one}" for one in twins.unproven(here)]
        found.wrong += [f"{where}: {one}" for one in twins.differences(now, self.evenings[day])]
        self._promises(where, found)
        came = identities(self.post.taken())
        self.copies += (came - mails).total()
        twins.compare_mail(came, mails, self.allowed, where, found)

    def _promises(self, where: str, found: Found) -> None:
        with municipality(self.config) as here:
            found.lost += [f"{where}: {one}" for one in town.broken_promises(here.store, self.promised)]

    def _kept_database(self) -> str:
        if not (self._server and self._database):
            return ""
        return str(self._server.new(like=str(self._database.database), extra="strategy file_copy").database)


def warmed(folder: Path, server: Postgres | None = None) -> None:
    """Have this process load what every child needs: play two days of a town that sends into the void."""
    config = town.founded(folder, "jmail://127.0.0.1:9?rto=1", server.new() if server else None)
    drawn = vars(shelf)["made"]
    setattr(shelf, "made", lambda format, text, house: b"")  # noqa: B010 - typst would leave threads behind
    try:
        for day, phase in town.phases(config)[: 2 * len(PHASES)]:
            town.play(config, day, phase)
    finally:
        setattr(shelf, "made", drawn)  # noqa: B010
    threads = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
    assert threads == 1, "a child of a process with threads may hang"
