"""A sample of the faults, the same in each run; `make faults` runs all of them with a new seed."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from jaarring import laying
from jaarring.calendar import Quarter
from jaarring.files import write_safely
from jaarring.here import Here
from jaarring.ledger import decisions
from jaarring.ledger.decisions import Entry
from jaarring.tactical import actions as tactical
from tests import need
from tests.a_year import AT, stored
from tests.faults import controls, schedulers
from tests.faults.children import spread
from tests.faults.found import Found
from tests.faults.played import Kind
from tests.faults.twins import Mails, State, compare_mail, differences, state

ROOT = Path(__file__).resolve().parents[1]


def faults(*arguments: str) -> None:
    """Run chapters of faults as the command does; nothing may be lost, doubled or otherwise than its twin."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--seed", "5", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    said = f"{done.stdout}\n{done.stderr[-3000:]}"
    assert done.stdout.splitlines()[-1:] == ["0 lost, 0 doubled beyond the promise"], said
    assert done.returncode == 0, said


@pytest.mark.slow
def test_a_process_may_be_killed_at_any_write_point_of_a_quarter() -> None:
    faults("kills", "--sample", "12")


@pytest.mark.slow
def test_with_an_archive_no_kill_costs_a_copy() -> None:
    faults("kills-archive", "--sample", "8")


@pytest.mark.slow
def test_a_process_may_be_killed_at_any_write_point_on_postgresql() -> None:
    need.postgresql()
    faults("kills-postgresql", "--sample", "8")


@pytest.mark.slow
def test_a_process_may_be_killed_at_any_moment() -> None:
    need.postgresql()
    faults("moments", "--sample", "8")


@pytest.mark.slow
def test_a_write_may_fail_for_a_disk_that_is_full() -> None:
    faults("full", "--sample", "6")


@pytest.mark.slow
def test_two_schedulers_at_once_are_as_one() -> None:
    faults("schedulers", "--sample", "28")


@pytest.mark.slow
def test_a_store_may_be_locked_or_its_server_killed_over_and_over() -> None:
    need.postgresql()
    faults("locked", "away", "--sample", "16")


@pytest.mark.slow
def test_a_mail_server_may_refuse_hang_and_cut_the_line() -> None:
    faults("moods", "--sample", "12")


@pytest.mark.slow
def test_a_server_may_be_off_for_up_to_400_days() -> None:
    faults("outages", "--sample", "8")


@pytest.mark.slow
def test_a_letter_waits_for_a_document_that_was_damaged_and_a_stored_file_is_never_given_out_wrong() -> None:
    faults("shelves", "--sample", "6")


@pytest.mark.slow
def test_an_own_template_may_break_between_two_rounds() -> None:
    faults("templates", "--sample", "2")


@pytest.mark.slow
def test_the_configuration_may_be_edited_between_two_rounds() -> None:
    faults("edits", "--sample", "1")


@pytest.mark.slow
@pytest.mark.prefect
def test_prefect_may_be_killed_while_a_run_is_scheduled_pending_or_running() -> None:
    faults("engine", "--sample", "3")


class TestControls:
    """What would be found if it happened."""

    @pytest.mark.slow
    def test_damage_to_a_town_is_found_whatever_it_is(self, tmp_path: Path) -> None:
        found, _ = spread(partial(controls.share, kind=Kind(days=2)), tmp_path, 1)
        kinds = {(kind, what) for kind, what in (one.split(": ")[:2] for one in found.all)}
        assert kinds >= {
            ("lost", "a decision forgotten, at once"),
            ("doubled", "mails sent again and again"),
            ("wrong", "a plan changed"),
            ("wrong", "the log rewritten"),
        }
        assert not any("nothing" in what for _, what in kinds)

    @pytest.mark.slow
    def test_a_scheduler_that_forgets_what_it_sent_is_found(self, tmp_path: Path) -> None:
        found = Found()
        schedulers.together(tmp_path, "two", 2, None, 4, found, controls.forgetful, last=2)
        assert any("extra copies for 0 kills" in one for one in found.doubled)

    def test_a_message_that_never_came_is_lost(self) -> None:
        found, twin = Found(), Mails({("<1@x>", "noor"): 1, ("<2@x>", "bas"): 1})
        compare_mail(Mails({("<1@x>", "noor"): 1}), twin, 1, "here", found)
        assert found.all == ["lost: here: the message <2@x> to bas"]

    def test_one_copy_a_kill_is_within_the_promise_and_two_are_not(self) -> None:
        twin = Mails({("<1@x>", "noor"): 1})
        once, twice = Found(), Found()
        compare_mail(Mails({("<1@x>", "noor"): 2}), twin, 1, "here", once)
        compare_mail(Mails({("<1@x>", "noor"): 3}), twin, 1, "here", twice)
        assert once.all == []
        assert twice.all == ["doubled: here: 2 extra copies for 1 kills"]

    def test_another_message_id_is_no_copy(self) -> None:
        found = Found()
        compare_mail(
            Mails({("<1@x>", "noor"): 1, ("<9@x>", "noor"): 1}),
            Mails({("<1@x>", "noor"): 1}),
            1,
            "here",
            found,
        )
        assert found.wrong == ["here: the twin never got <9@x> to noor"]

    def test_a_number_that_the_store_skips_is_no_difference_and_another_order_is_one(
        self, waterveen: Here
    ) -> None:
        with waterveen.store.write() as tx:
            for subject in ("2027/plan/ib", "2027/plan/fb"):
                decisions.record(
                    tx, Entry(subject, "accept", "college", date(2027, 4, 1), "", ""), "noor", AT
                )
        twin = state(waterveen)
        with waterveen.store.write() as tx:
            tx.exec_driver_sql("update decision set id = id + 30")
        assert list(differences(state(waterveen), twin)) == []
        with waterveen.store.write() as tx:
            tx.exec_driver_sql("update decision set id = 1 where subject = '2027/plan/fb'")
        assert [one.split(":")[0] for one in differences(state(waterveen), twin)] == ["decision"]

    def test_a_row_or_a_document_that_differs_is_named(self) -> None:
        one = State({"decision": ["a", "b"]}, {"plan.html": b"x"})
        twin = State({"decision": ["a"]}, {"plan.html": b"y"})
        assert list(differences(one, twin)) == ["decision: 0 rows less, 1 more: +b", "document plan.html"]


def test_a_report_that_was_cut_off_before_its_pdf_is_made_whole_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page alone would have said that there is nothing new to make."""
    here = stored(tmp_path)
    day = date(2027, 7, 27)
    laid = list[str]()

    def dies_at_the_second(path: Path, content: bytes) -> None:
        laid.append(path.suffix)
        if path.suffix == ".pdf":
            raise RuntimeError
        write_safely(path, content)

    with monkeypatch.context() as cut, pytest.raises(RuntimeError):
        cut.setattr(laying, "write_safely", dies_at_the_second)
        tactical.compile(here, Quarter(2027, 2), day, AT)
    assert laid == [".html", ".pdf"]

    made = tactical.compile(here, Quarter(2027, 2), day, AT)

    assert [one.format for one in made.documents] == ["html", "pdf"]
    assert all((here.documents / one.name).is_file() for one in made.documents)
    here.store.close()
