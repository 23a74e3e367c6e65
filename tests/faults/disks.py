"""A disk that is full: a small one of our own, in memory, with so much on it that a random part is left."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

from tests.faults.children import Tally, spread, told
from tests.faults.found import Found
from tests.faults.played import Kind, played

TRIES = 400
#: bytes that are left: from nothing to more than most phases write
ROOM = 600_000
SIZE = "size=64m"
#: of <sched.h> and <sys/mount.h>
NEW_MOUNTS, NEW_USER, PRIVATE = 0x00020000, 0x10000000, 0x4000 | 0x40000


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Some write in a phase fails, whichever; begun again with room, it ends as its twin."""
    work = partial(_filled, seed=random.random(), tries=sample or TRIES, days=5 if sample else None)
    found, tally = spread(work, folder, 1 if sample else os.cpu_count() or 1)
    how = "a disk of our own (ENOSPC)" if tally["disk"] else "a limit to each file (EFBIG): no mounts here"
    found.runs.append(
        f"{tally['failed'] + tally['done']} phases with a full disk, of which {tally['failed']} failed and "
        f"were begun again, {tally['copies']} extra copies; by {how}"
    )
    if not tally["failed"]:
        found.wrong.append("no disk was full")
    return found


def _filled(
    folder: Path, number: int, many: int, *, seed: float, tries: int, days: int | None
) -> tuple[Found, Tally]:
    found, tally, random = Found(), Tally(), Random(f"{seed} {number}")
    disk = folder / "disk"
    disk.mkdir(parents=True)
    own = mounted(disk)
    with played(folder, Kind(days=days), disk) as twin:
        busy = [n for n, one in enumerate(twin.phases) if len(one.points) > 12]
        mine = len(range(number, tries, many))
        for _ in told(f"full {number}", range(mine), mine):
            phase, room = random.choice(busy), random.randrange(ROOM)
            where = f"{twin.phases[phase].day} {twin.phases[phase].phase}, {room} bytes free"
            work = _with_ballast(disk, room, twin.plays(phase)) if own else _limited(room, twin.plays(phase))
            status = twin.befalls(phase, where, work, found)
            tally["failed" if status else "done"] += 1
            if status < 0:
                found.wrong.append(f"{where}: it died of signal {-status} and said nothing")
        tally.update(copies=twin.copies, disk=int(own))
    return found, tally


def mounted(folder: Path) -> bool:
    """Mount a small disk in memory at `folder` that only this process and its children see, and that is gone
    with them; False where that is not allowed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(NEW_MOUNTS) and not _as_own_user(libc):
        return False
    target = os.fsencode(folder)
    return not (
        libc.mount(b"none", b"/", None, PRIVATE, None)
        or libc.mount(b"tmpfs", target, b"tmpfs", 0, SIZE.encode())
    )


def _as_own_user(libc: ctypes.CDLL) -> bool:
    """An ordinary user may mount in a world of its own, in which it is root."""
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(NEW_USER | NEW_MOUNTS):
        return False
    for name, line in ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1"):
        Path(f"/proc/self/{name}").write_text(line)
    return True


def _with_ballast(disk: Path, room: int, work: Callable[[], None]) -> Callable[[], None]:
    def filled() -> None:
        ballast = disk / "ballast"
        left = os.statvfs(disk)
        with ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, left.f_bavail * left.f_frsize - room))
        try:
            work()
        finally:
            ballast.unlink()

    return filled


def _limited(room: int, work: Callable[[], None]) -> Callable[[], None]:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        work()

    return limited
