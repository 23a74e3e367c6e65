"""Whether a tick would find nothing to do, answered before anything is loaded.

On most days nothing is due, and then the libraries cost twenty times the look. So a tick that found nothing
leaves a note: what the four files and our own code were, and where the store is. While those are the same, a
question to the store by Python's own library is enough. A note says yes only when it is certain; in any doubt
the long way decides.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from jaarring import rounds

FILES = ("organisation.yaml", "strategy.yaml", "calendar.yaml", "channels.yaml")
#: the questions of `cycle.work`, put so that any yes there is a yes here
OPEN = (
    "select count(*) from occasion where state = 'open' and due <= ?"
    " and kind not in ('due', 'decision', 'outside')"
)
WAITING = "select count(*) from message where state in ('queued', 'sending')"
#: nanoseconds; the coarsest clock of a file system that we know of
GRAIN = 2_000_000_000
#: whatever was decided, told or handed in since may ask for something on a day of its own
LAST = "select coalesce(max(seq), 0) from event"


@dataclass(frozen=True)
class Note:
    """What the ledger was last brought in line with. `year`: for which calendar year that was looked at.

    `seq`: the last entry of the event log then. `until`: the day on which somebody goes or comes back or the
    organisation changes, so that a duty may go over to another; empty where that is not in sight.
    """

    stamp: str
    code: int
    year: int
    zone: str
    store: str
    intake: str
    seq: int
    until: str
    #: of each file its size, times and place on the disk: where these are the same, so is what it holds
    seen: list[list[int]] = field(default_factory=list)

    def is_quiet(self, as_of: date) -> bool:
        """Whether nothing is due on `as_of`, for certain."""
        if not rounds.follows(Path(self.intake).parent, as_of):
            return False  # after a gap, or before what was, somebody must look whether mail may go out
        if as_of.year != self.year or (self.until and as_of.isoformat() >= self.until):
            return False
        try:
            if _has_files(self.intake):
                return False
            address = f"file:{quote(self.store)}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=1)) as store:
                # as one question: each takes the store as long as all three
                due, waiting, seq = store.execute(
                    f"select ({OPEN}), ({WAITING}), ({LAST})", (as_of.isoformat(),)
                ).fetchone()
        except (OSError, sqlite3.Error):
            return False
        return not due and not waiting and seq == self.seq


def note(config: Path) -> Note | None:
    """The note for this configuration; None where there is none, or files or code have changed since."""
    try:
        place = _place(config)
        with open(place, encoding="utf-8") as file:
            found = Note(**json.load(file))
            left = os.fstat(file.fileno()).st_mtime_ns
        same = _unchanged(config, found.seen, left) and found.code == _code()
        return found if same or found.stamp == _stamp(config) else None
    except (OSError, RuntimeError, ValueError, TypeError):
        return None


def leave(
    config: Path, as_of: date, zone: str, store: Path | None, intake: Path, until: date | None = None
) -> None:
    """Leave a note, after the ledger was brought in line with the calendar as seen on `as_of`.

    None for a store on a server (`store` is None): that is asked by the long way. That a tick ended is noted
    either way.
    `until`: the next day on which who acts may change, None where there is none.
    """
    rounds.ended(intake.parent, as_of)
    if store is None:
        return
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=1)) as opened:
            (seq,) = opened.execute(LAST).fetchone()
        end = until.isoformat() if until else ""
        seen = _seen(config)  # before the files are read: a change meanwhile is then a change
        new = Note(_stamp(config), _code(), as_of.year, zone, str(store), str(intake), seq, end, seen)
        content = asdict(new)
        place = _place(config)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(json.dumps(content), encoding="utf-8")
    except (OSError, RuntimeError, sqlite3.Error):
        pass  # without a note the long way is taken, as ever


def _place(config: Path) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = sha256(os.path.realpath(config).encode()).hexdigest()[:32]
    return Path(cache) / "jaarring" / f"{name}.json"


def _has_files(folder: str) -> bool:
    try:
        with os.scandir(folder) as found:
            return any(one.is_file() for one in found)
    except FileNotFoundError:
        return False


def _seen(config: Path) -> list[list[int]]:
    found = [os.stat(f"{config}/{name}") for name in FILES]
    return [[one.st_size, one.st_mtime_ns, one.st_ctime_ns, one.st_ino] for one in found]


def _unchanged(config: Path, seen: list[list[int]], left: int) -> bool:
    """Whether the files are those of the note by their looks. A file that changed just before the note was
    left may have changed once more within the same tick of the disk's clock: then its content decides.
    """
    return bool(seen) and _seen(config) == seen and all(one[2] + GRAIN < left for one in seen)


def _stamp(config: Path) -> str:
    """The four files by what they hold, our own code by when it last changed."""
    files = b"".join(sha256((config / name).read_bytes()).digest() for name in FILES)
    return sha256(files + str(_code()).encode()).hexdigest()


@cache
def _code() -> int:
    """When our own code last changed; asked once a process, however many municipalities it looks at."""
    return max(file.stat().st_mtime_ns for file in Path(__file__).parent.rglob("*.py"))
