"""A quiet day costs one look, and never a missed one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from jaarring import cycle, doorstep, rounds
from jaarring.absences import records as absences
from jaarring.absences.rules import Note
from jaarring.config.reading import FILES
from jaarring.here import Here, municipality
from jaarring.ledger import due, events, outbox
from jaarring.reminders.actions import Around, queue_due
from tests.conftest import TESTS, at, copied

QUIET = date(2027, 3, 10)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return copied(TESTS / "waterveen", tmp_path)


def seen(here: Here, day: date) -> None:
    """What a tick that finds nothing does: the ledger in line, and a note on the doorstep."""
    cycle.schedule(here, day, at(here, day))
    until = cycle.next_turn(here, day)
    doorstep.leave(here.config.folder, day, here.config.time_zone, here.store.file, here.intake, until)


def settled(here: Here, day: date) -> None:
    """All that was due before a day is settled, and a tick has seen that nothing is left to do."""
    cycle.schedule(here, day, at(here, day))
    with here.store.write() as tx:
        early = [one.key for one in due.due(tx, day)]
        due.superseded(tx, early, at(here, day), by="test")
    seen(here, day)


def quiet(here: Here, day: date) -> bool:
    """Whether a tick that follows one of the day before would find nothing by the note alone."""
    rounds.ended(here.storage, day - timedelta(days=1))
    note = doorstep.note(here.config.folder)
    return note is not None and note.is_quiet(day)


def test_it_looks_at_the_files_that_the_configuration_has() -> None:
    assert set(doorstep.FILES) == set(FILES)


def test_it_is_quiet_only_on_days_on_which_the_long_way_finds_nothing(config: Path) -> None:
    """Every day of the spring of 2027, asking as the calendar asks; and it is quiet on most of them."""
    found = {True: 0, False: 0}
    with municipality(config) as here:
        settled(here, QUIET)
        for n in range(100):
            day = QUIET + timedelta(days=n)
            nothing = cycle.work(here, day, at(here, day)).nothing
            said = quiet(here, day)
            assert nothing or not said, day
            found[said] += 1
            if nothing:
                seen(here, day)
            queue_due(here, day, at(here, day), Around())
            with here.store.write() as tx:
                tx.exec_driver_sql("update message set state = 'sent', sent_at = queued_at")
                due.done(tx, [one.key for one in due.due(tx, day, ("compile",))], at(here, day))
    assert found[False] > 10, "the control: on some days there is something to do"
    assert found[True] > 10


def test_a_day_in_another_year_takes_the_long_way(config: Path) -> None:
    with municipality(config) as here:
        seen(here, QUIET)
        assert quiet(here, QUIET + timedelta(days=1)) == quiet(here, QUIET)
        assert not quiet(here, date(2028, 2, 1))


class TestWhatEndsTheQuiet:
    @pytest.fixture
    def here(self, config: Path) -> Here:
        """Waterveen on a quiet day: all that was due before it is settled."""
        with municipality(config) as opened:
            settled(opened, QUIET)
            assert quiet(opened, QUIET), "the control of each test below"
            return opened

    def test_an_edit_of_the_configuration(self, here: Here) -> None:
        file = here.config.folder / "calendar.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        assert not quiet(here, QUIET)

    def test_a_form_in_the_intake_folder(self, here: Here) -> None:
        here.intake.mkdir(parents=True)
        (here.intake / "verantwoording.xlsx").touch()
        assert not quiet(here, QUIET)

    def test_a_message_that_waits(self, here: Here) -> None:
        with here.store.write() as tx:
            new = outbox.NewMessage("x", "a@b.nl", "<1@b.nl>", "s", b"x")
            outbox.queue(tx, new, at(here, QUIET))
        assert not quiet(here, QUIET)

    def test_something_due(self, here: Here) -> None:
        assert not quiet(here, date(2027, 4, 1))

    def test_somebody_told_something(self, here: Here) -> None:
        """An absence may hand a duty over on a day on which nothing is due."""
        with here.store.write() as tx:
            events.append(tx, at(here, QUIET), "coordinator", "absence.absent", "absence/bas", {})
        assert not quiet(here, QUIET)

    def test_the_day_on_which_somebody_goes(self, here: Here) -> None:
        with here.store.write() as tx:
            first, last = date(2027, 3, 16), date(2027, 3, 18)
            absences.add(tx, [Note("bas", "absent", first, last)], "coordinator", at(here, QUIET))
        seen(here, QUIET)
        assert quiet(here, date(2027, 3, 15))
        assert not quiet(here, first)

    def test_a_store_that_cannot_be_read(self, here: Here) -> None:
        here.store.close()
        assert here.store.file
        here.store.file.write_bytes(b"no database")
        assert not quiet(here, QUIET)


def test_after_a_day_without_a_tick_the_long_way_looks(config: Path) -> None:
    """It sees whether the gap is such that mail must be held."""
    with municipality(config) as here:
        settled(here, QUIET)
        note = doorstep.note(config)
        assert note and note.is_quiet(QUIET) and note.is_quiet(QUIET + timedelta(days=1))
        assert not note.is_quiet(QUIET + timedelta(days=2))
        assert not note.is_quiet(QUIET - timedelta(days=1))
