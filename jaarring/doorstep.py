"""Whether a tick would find nothing to do, answered before anything is loaded.

On most days nothing is due, and then the libraries cost twenty times the look. So a tick that found nothing
leaves a note: what the four files and our own code were, and where the store is. While those are the same,
two
questions to the store by Python's own library are enough. A note says yes only when it is certain; in any
doubt
the long way decides.
"""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

FILES = ("organisation.yaml", "strategy.yaml", "calendar.yaml", "channels.yaml")
#: the questions of `cycle.work`, put so that any yes there is a yes here
OPEN = (
    "select count(*) from occasion where state = 'open' and due <= ?"
    " and kind not in ('due', 'decision', 'outside')"
)
WAITING = "select count(*) from message where state in ('queued', 'sending')"
#: whatever was decided, told or handed in since may ask for something on a day of its own
LAST = "select coalesce(max(seq), 0) from event"


@dataclass(frozen=True)
class Note:
    """What the ledger was last brought in line with. `year`: for which calendar year that was looked at.

    `seq`: the last entry of the event log then. `until`: the day on which somebody goes or comes back or the
    organisation changes, so that a duty may go over to another; empty where that is not in sight.
    """

    stamp: str
    year: int
    zone: str
    store: str
    intake: str
    seq: int
    until: str

    def is_quiet(self, as_of: date) -> bool:
        """Whether nothing is due on `as_of`, for certain."""
        if as_of.year != self.year or (self.until and as_of.isoformat() >= self.until):
            return False
        try:
            if any(path.is_file() for path in Path(self.intake).glob("*")):
                return False
            address = f"{Path(self.store).as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=1)) as store:
                (due,) = store.execute(OPEN, (as_of.isoformat(),)).fetchone()
                (waiting,) = store.execute(WAITING).fetchone()
                (seq,) = store.execute(LAST).fetchone()
        except (OSError, sqlite3.Error):
            return False
        return not due and not waiting and seq == self.seq


def note(config: Path) -> Note | None:
    """The note for this configuration; None where there is none, or files or code have changed since."""
    try:
        found = Note(**json.loads(_place(config).read_text(encoding="utf-8")))
        return found if found.stamp == _stamp(config) else None
    except (OSError, RuntimeError, ValueError, TypeError):
        return None


def leave(config: Path, as_of: date, zone: str, store: Path, intake: Path, until: date | None = None) -> None:
    """Leave a note, after the ledger was brought in line with the calendar as seen on `as_of`.

    `until`: the next day on which who acts may change, None where there is none.
    """
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True, timeout=1)) as opened:
            (seq,) = opened.execute(LAST).fetchone()
        end = until.isoformat() if until else ""
        content = asdict(Note(_stamp(config), as_of.year, zone, str(store), str(intake), seq, end))
        place = _place(config)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.write_text(json.dumps(content), encoding="utf-8")
    except (OSError, RuntimeError, sqlite3.Error):
        pass  # without a note the long way is taken, as ever


def _place(config: Path) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "jaarring" / f"{sha256(str(config.resolve()).encode()).hexdigest()[:32]}.json"


def _stamp(config: Path) -> str:
    """The four files by what they hold, our own code by when it last changed."""
    files = b"".join(sha256((config / name).read_bytes()).digest() for name in FILES)
    code = max(file.stat().st_mtime_ns for file in Path(__file__).parent.rglob("*.py"))
    return sha256(files + str(code).encode()).hexdigest()
