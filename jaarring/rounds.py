"""For which day the last tick was, and when it ended: a file in the storage, written by quiet ones too."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

FILE = "laatste-ronde.txt"


def ended(storage: Path, as_of: date) -> None:
    """Note that a tick has ended. It is a mark and no record: a disk that cannot take it stops no tick."""
    try:
        (storage / FILE).write_text(f"{as_of}\n", encoding="utf-8")
    except OSError:
        pass  # `jaarring watch` then says that no tick has ended


def last(storage: Path) -> date | None:
    """The day that the last tick was for; None if there was none, or the mark cannot be read."""
    try:
        return date.fromisoformat((storage / FILE).read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def when(storage: Path) -> datetime | None:
    """When the last tick ended, by the clock of the disk; None if there was none."""
    try:
        return datetime.fromtimestamp((storage / FILE).stat().st_mtime, ZoneInfo("UTC"))
    except OSError:
        return None


def follows(storage: Path, as_of: date) -> bool:
    """Whether a tick for `as_of` comes after one for that day or the day before."""
    before = last(storage)
    return before is not None and 0 <= (as_of - before).days <= 1
