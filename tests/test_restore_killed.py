"""A restore that is killed at any of its write points leaves the old store with its key of the forms, or the
new one with its own, never between.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jaarring.backup import restoring
from jaarring.backup.actions import backup
from jaarring.doubts import records as doubts
from jaarring.here import Here, municipality
from jaarring.ledger import events, switch
from tests.conftest import at
from tests.faults.children import in_child
from tests.faults.points import Points, watch

pytestmark = pytest.mark.both_stores

DAY = date(2027, 4, 12)


def restored(here: Here, file: Path, notes: Path, die_at: int) -> int:
    """How a process ended that put the backup back, and died at one of its points."""

    def work() -> None:
        watch(Points(notes, die_at))
        restoring.restore(here.config.folder, file, "", at(here, DAY))

    return in_child(work)


def log(here: Here) -> list[str]:
    with here.store.read() as tx:
        assert events.verify(tx) is None
        return [one.hash for one in events.history(tx)]


def entry(here: Here, subject: str) -> None:
    with here.store.write() as tx:
        events.append(tx, at(here, DAY), "noor", "report.submitted", subject, {})


def test_killed_at_every_write_point_the_store_is_the_old_or_the_new(waterveen: Here, tmp_path: Path) -> None:
    entry(waterveen, "in de reservekopie")
    waterveen.files.put(b"een formulier")
    file = tmp_path / "kopie.tar"
    backup(waterveen, file, at(waterveen, DAY))
    kept, key = log(waterveen), waterveen.form_secret
    own, place = b"", waterveen.storage / "form.key"
    entry(waterveen, "daarna")
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)

    outcomes, point = set(), 0
    while True:
        point += 1
        (waterveen.storage / "files").rename(
            tmp_path / f"files-{point}"
        )  # so that they are put back each time
        own = bytes([point]) * len(key)  # forms went out under another key since, for the store that is there
        place.write_bytes(own)
        before = log(waterveen)
        ended = restored(waterveen, file, tmp_path / f"points-{point}", point)
        now = log(waterveen)
        if now != before:
            assert now[: len(kept)] == kept and len(now) == len(kept) + 2
            with waterveen.store.read() as tx:
                assert len(doubts.standing(tx)) == 1, "with the switch its post is held"
        with municipality(waterveen.config.folder) as here:  # the next command
            assert here.form_secret == (key if now != before else own), "the key goes with its store"
        assert not (waterveen.storage / switch.NEXT).exists()
        outcomes.add((ended, now != before))
        if ended == 0:
            break
        assert ended == -9

    assert {(-9, False), (-9, True), (0, True)} <= outcomes, (
        "killed before the switch, after it, and not at all"
    )
    assert point > 10
    beside = {path.read_bytes() for path in waterveen.storage.glob("form.key.voor-terugzetten-*")}
    assert own in beside, "and the one that made way is kept"
    left = [path.name for path in waterveen.storage.iterdir() if path.name.startswith(".jaarring.db")]
    assert len(left) <= point, "a copy that was cut off is in nobody's way"
