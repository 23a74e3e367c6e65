"""When in doubt, hold: nothing goes out until the coordinator has looked (reliability promise 5)."""

import json
import shutil
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from jaarring import cycle, making_good, rounds, steps, verify
from jaarring.cli import main
from jaarring.doubts import actions as doubts
from jaarring.doubts.rules import Doubt, Signs, doubt
from jaarring.edits import records as edits
from jaarring.edits.rules import Edit
from jaarring.here import Here
from jaarring.ledger import due, events, outbox
from tests.conftest import at

pytestmark = pytest.mark.both_stores

WEDNESDAY = date(2027, 4, 14)


def queued(here: Here, day: date, number: int = 1) -> None:
    """A message that waits to go out, and an entry in the log of that day."""
    new = outbox.NewMessage(
        f"2027/Q1/report/fb/reminder/-{number}",
        "noor@waterveen.example",
        f"<{number}@waterveen.example>",
        "Herinnering: fysieke beveiliging",
        b"Subject: Herinnering\r\n\r\nx\r\n",
    )
    with here.store.write() as tx:
        outbox.queue(tx, new, at(here, day))
        events.append(tx, at(here, day), "jaarring", "test", "x", {})


def waiting(here: Here) -> int:
    with here.store.read() as tx:
        return sum(line.state == "queued" for line in outbox.all_lines(tx))


class TestRules:
    """A day is doubtful for a reason that is said in one sentence."""

    @pytest.mark.parametrize("days", [0, 1, 2, 7, 14])
    def test_a_short_silence_is_no_doubt(self, days: int) -> None:
        assert doubt(Signs(WEDNESDAY, WEDNESDAY - timedelta(days=days), WEDNESDAY)) is None

    @pytest.mark.parametrize("days", [15, 100, 400])
    def test_a_longer_one_is(self, days: int) -> None:
        found = doubt(Signs(WEDNESDAY, WEDNESDAY - timedelta(days=days), None))
        assert found and "langer dan 14 dagen" in found.sentence

    def test_a_year_that_went_by_meanwhile_is(self) -> None:
        assert doubt(Signs(date(2028, 1, 1), date(2027, 12, 31), None)) is None
        found = doubt(Signs(date(2028, 1, 3), date(2027, 12, 31), None))
        assert found and found.sentence == (
            "sinds 31 december 2027 heeft Jaarring niet gedraaid, en ondertussen ging een jaar voorbij"
        )

    def test_a_clock_before_what_was_recorded_is(self) -> None:
        assert doubt(Signs(date(2027, 4, 13), None, WEDNESDAY)) == Doubt(
            "clock/2027-04-14",
            "de klok staat op 13 april 2027, en het laatste is vastgelegd op 14 april 2027",
        )
        assert doubt(Signs(WEDNESDAY, None, WEDNESDAY)) is None

    def test_a_store_that_lacks_what_its_journal_has_is_whatever_else_is_right(self) -> None:
        found = doubt(Signs(WEDNESDAY, WEDNESDAY, WEDNESDAY, "12:abc", known=False))
        assert found and found.evidence == "store/12:abc" and "reservekopie" in found.sentence

    def test_what_has_only_just_begun_is_no_doubt(self) -> None:
        assert doubt(Signs(WEDNESDAY, None, None)) is None


def test_after_a_gap_nothing_goes_out_until_the_coordinator_says_so(waterveen: Here) -> None:
    rounds.ended(waterveen.storage, WEDNESDAY)
    later = WEDNESDAY + timedelta(days=15)
    queued(waterveen, later)

    assert steps.send(waterveen, at(waterveen, later)) == {}
    rounds.ended(waterveen.storage, later)  # the tick went on, and so do those of the days after
    assert steps.send(waterveen, at(waterveen, later + timedelta(days=1))) == {}
    assert waiting(waterveen) == 1

    doubts.release(waterveen, "coordinator", at(waterveen, later + timedelta(days=1)))
    assert steps.send(waterveen, at(waterveen, later + timedelta(days=1))) == {"sent": 1}


def test_what_holds_and_who_let_it_go_stands_in_the_log(waterveen: Here) -> None:
    rounds.ended(waterveen.storage, WEDNESDAY)
    later = at(waterveen, WEDNESDAY + timedelta(days=20))
    for _ in range(3):  # a tick each time
        assert len(doubts.look(waterveen, later)) == 1
    doubts.release(waterveen, "coordinator", later)

    assert doubts.look(waterveen, later) == []
    with waterveen.store.read() as tx:
        found = [(one.kind, one.actor) for one in events.history(tx, "gap/2027-04-14")]
    assert found == [("sending.held", "jaarring"), ("sending.released", "coordinator")]


def test_with_the_clock_before_the_last_recorded_day_nothing_goes_out(waterveen: Here) -> None:
    yesterday = at(waterveen, WEDNESDAY - timedelta(days=1))
    queued(waterveen, WEDNESDAY - timedelta(days=1))
    queued(waterveen, WEDNESDAY, 2)

    assert steps.send(waterveen, yesterday) == {}
    assert "de klok staat op 13 april 2027" in "\n".join(doubts.as_text(waterveen, yesterday))

    doubts.release(waterveen, "coordinator", yesterday)
    assert steps.send(waterveen, yesterday) == {"sent": 1}


def test_a_store_that_is_older_than_its_journal_sends_nothing(waterveen: Here) -> None:
    """The journal went on after the backup that was put back; the lost entry shows by number and hash."""
    queued(waterveen, WEDNESDAY)
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)
        seq = int(events.head(tx).partition(":")[0])
    lines = waterveen.journal.path.read_text().splitlines()
    lost = lines[-1].replace(f'"seq": {seq}', f'"seq": {seq + 1}').replace('"hash": "', '"hash": "f')
    waterveen.journal.path.write_text("\n".join([*lines, lost]) + "\n")
    morning = at(waterveen, WEDNESDAY)

    assert steps.send(waterveen, morning) == {}
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)
    assert waterveen.journal.path.read_text().splitlines()[-1] == lost, "it does not write over the doubt"

    doubts.release(waterveen, "coordinator", morning)
    assert steps.send(waterveen, morning) == {"sent": 1}
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)
        last = waterveen.journal.last()
        assert last and last.head == events.head(tx), "from here on it follows this store again"
    assert lost in waterveen.journal.path.read_text(), "and what it had stays"


def test_a_store_put_back_by_hand_is_listed_and_what_was_lost_is_asked_again(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever copies an old file back, past `jaarring restore`, loses no more than who uses it."""
    waterveen.store.copy(tmp_path / "oud.db")
    queued(waterveen, WEDNESDAY)
    assert steps.send(waterveen, at(waterveen, WEDNESDAY)) == {"sent": 1}
    with waterveen.store.write() as tx:
        what = "report.submitted", "2027/Q1/report/fb"
        events.append(tx, at(waterveen, WEDNESDAY), "noor", *what, {"version": 1})
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)
    waterveen.store.replace(tmp_path / "oud.db")
    thursday = WEDNESDAY + timedelta(days=1)

    assert steps.send(waterveen, at(waterveen, thursday)) == {}
    said = "\n".join(doubts.as_text(waterveen, at(waterveen, thursday)))
    assert "Wel verstuurd, en wordt niet opnieuw verstuurd (1):" in said
    assert "  2027-04-14  2027/Q1/report/fb: verantwoording ontvangen" in said

    config = str(waterveen.config.folder)
    assert main(["release", "--config", config, "--as-of", str(thursday)]) == 0
    with waterveen.store.read() as tx:
        waiting = [line for line in outbox.all_lines(tx) if line.state == "queued"]
        moved = due.get(tx, "2027/Q1/report/fb/due")
    assert [line.subject for line in waiting] == [
        "Graag nog een keer insturen: verantwoording 1e kwartaal 2027: fysieke beveiliging"
    ]
    assert moved and moved.occasion.due == date(2027, 4, 22) and moved.state == "open"
    queued(waterveen, thursday)  # the tick asks it again, as the old store knows no better
    assert steps.send(waterveen, at(waterveen, thursday + timedelta(days=1))) == {"sent": 1}
    assert verify.findings(waterveen) == []
    assert "is een oudere stand teruggezet" in verify.returns(waterveen)[0]


def test_decisions_that_were_lost_are_asked_of_the_coordinator_until_they_are_there_again(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By one mail and in the agenda, with what the journal has of them; one that need not come back is
    dropped, by him alone.
    """
    config, thursday = str(waterveen.config.folder), WEDNESDAY + timedelta(days=1)
    decided = "--body", "raad", "--date", "2026-06-25", "--number", "2026-11"
    frame = ["decide", "2027/frame/council", "adopt", *decided]
    move = ["decide", "2027/Q1/report/fb", "move", "--body", "secretaris", "--date", "2027-04-14"]
    moved = [*move, "--until", "2027-04-22", "--reason", "Het passysteem lag stil."]

    def jaarring(*arguments: str, day: date = WEDNESDAY) -> str:
        status = main([*arguments, "--config", config, "--as-of", str(day)])
        said = capsys.readouterr()
        return f"{said.out}{said.err}" if status == 0 else f"{status}: {said.err}"

    jaarring("agenda")
    waterveen.store.copy(tmp_path / "oud.db")
    assert not jaarring(*frame).startswith("1:") and not jaarring(*moved).startswith("1:")
    waterveen.store.replace(tmp_path / "oud.db")
    assert steps.send(waterveen, at(waterveen, thursday)) == {}
    jaarring("release", day=thursday)

    with waterveen.store.read() as tx:
        letters = [one for one in outbox.all_lines(tx) if one.occasion.startswith("recovery/enter/")]
        raw = tx.exec_driver_sql("select raw from message where occasion like 'recovery/enter/%%'").scalar()
    assert [(one.recipient, one.subject) for one in letters] == [
        ("coordinator@waterveen.example", "Graag opnieuw vastleggen: 2 besluiten")
    ]
    body = message_from_bytes(bytes(raw or b""), policy=policy.default).get_body(("plain",))
    assert body is not None
    told = " ".join(str(body.get_content()).split())
    first = "vastgesteld, 2027/frame/council, vastgelegd op 14 april 2027"
    assert f"• {first}, met: jaarring decide 2027/frame/council adopt …" in told
    assert "• verplaatst, 2027/Q1/report/fb, vastgelegd op 14 april 2027, met:" in told
    asked = jaarring("agenda", day=thursday)
    assert f"Verloren bij het terugzetten: {first}. Opnieuw vastleggen: jaarring decide" in asked
    entries = json.loads(jaarring("agenda", "--json", day=thursday))
    keys = {one["occasion"]: one["key"] for one in entries if one["kind"] == "lost"}
    assert set(keys) == {"2027/frame/council", "2027/Q1/report/fb"}

    jaarring(*frame, day=thursday)
    drop = ["settle", keys["2027/Q1/report/fb"], "--dropped"]
    assert jaarring(*drop, "--by", "bas", day=thursday).startswith("1: 'bas' mag dit niet")
    left = jaarring("agenda", day=thursday)
    assert first not in left and "verplaatst, 2027/Q1/report/fb" in left
    assert "hoeft niet opnieuw" in jaarring(*drop, day=thursday)
    assert "Verloren bij het terugzetten" not in jaarring("agenda", day=thursday)
    assert jaarring(*drop, day=thursday).startswith("1:"), "once"
    making_good.make_good(waterveen, thursday, at(waterveen, thursday))
    with waterveen.store.read() as tx:
        again = [one for one in outbox.all_lines(tx) if one.occasion.startswith("recovery/enter/")]
    assert len(again) == 1, "and the mail is written once"


def test_an_edited_draft_that_was_lost_is_asked_again_too(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was taken in with a receipt, so it may not vanish as one of the other lines of the log."""
    thursday, config = WEDNESDAY + timedelta(days=1), ["--config", str(waterveen.config.folder)]
    waterveen.follow()
    waterveen.store.copy(tmp_path / "oud.db")
    with waterveen.store.write() as tx:
        edit = Edit("lessons/a", "Beter gezegd.", "w")
        edits.add(tx, "2027/council", "openbaar", [edit], "coordinator", at(waterveen, WEDNESDAY))
    waterveen.follow()
    waterveen.store.replace(tmp_path / "oud.db")
    assert steps.send(waterveen, at(waterveen, thursday)) == {}
    assert main(["release", *config, "--as-of", str(thursday)]) == 0
    assert main(["agenda", *config, "--as-of", str(thursday)]) == 0
    lost = "bewerkte tekst van een concept, 2027/council, vastgelegd op 14 april 2027"
    assert f"{lost}. Opnieuw vastleggen: jaarring submit" in capsys.readouterr().out


def test_control_without_a_doubt_the_same_message_goes(waterveen: Here) -> None:
    rounds.ended(waterveen.storage, WEDNESDAY - timedelta(days=1))
    queued(waterveen, WEDNESDAY)

    assert steps.send(waterveen, at(waterveen, WEDNESDAY)) == {"sent": 1}


class TestCommands:
    """What the coordinator sees and says, at the command line."""

    @pytest.fixture
    def config(self, waterveen: Here) -> Path:
        folder = waterveen.config.folder
        rounds.ended(waterveen.storage, date(2027, 3, 1))
        return folder

    def jaarring(self, config: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
        status = main([*arguments, "--config", str(config), "--as-of", "2027-04-14"])
        said = capsys.readouterr()
        return f"{said.out}{said.err}" if status == 0 else f"{status}: {said.err}"

    def test_the_agenda_shows_why_and_what_would_go_and_release_lets_it(
        self, config: Path, waterveen: Here, capsys: pytest.CaptureFixture[str]
    ) -> None:
        queued(waterveen, WEDNESDAY)

        held = self.jaarring(config, capsys, "agenda", "--held")
        assert "Er gaat geen post uit: sinds 1 maart 2027 heeft Jaarring niet gedraaid: langer dan" in held
        assert "Klaar om te gaan: 1 bericht." in held
        assert "noor@waterveen.example  Herinnering: fysieke beveiliging" in held

        assert "Vrijgegeven: sinds 1 maart 2027" in self.jaarring(config, capsys, "release")
        assert "Er gaat geen post uit" not in self.jaarring(config, capsys, "agenda", "--held")

    def test_there_is_nothing_to_release_where_nothing_is_held(
        self, waterveen: Here, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = self.jaarring(waterveen.config.folder, capsys, "release")
        assert said.startswith("1: ") and "de post wordt niet vastgehouden" in said


def test_a_quiet_tick_after_a_gap_says_that_nothing_goes_out(
    waterveen: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where nothing was due, by the note that a quiet day leaves: somebody must look."""
    config = str(waterveen.config.folder)
    quiet, later = date(2026, 6, 2), date(2026, 6, 20)
    assert main(["run", "tick", "--config", config, "--as-of", str(quiet)]) == 0
    assert rounds.last(waterveen.storage) == quiet
    assert main(["run", "tick", "--config", config, "--as-of", str(quiet + timedelta(days=1))]) == 0
    assert "Er gaat geen post uit" not in capsys.readouterr().out

    assert main(["run", "tick", "--config", config, "--as-of", str(later)]) == 0

    assert "Er gaat geen post uit: sinds 3 juni 2026 heeft Jaarring niet gedraaid" in capsys.readouterr().out


def test_a_mark_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    assert rounds.last(tmp_path) is None
    (tmp_path / rounds.FILE).write_text("gisteren")
    assert rounds.last(tmp_path) is None
    shutil.rmtree(tmp_path)
    rounds.ended(tmp_path, WEDNESDAY)  # nor does it stop a tick that it cannot be written
    assert rounds.when(tmp_path) is None


def test_a_morning_is_that_of_the_municipality(waterveen: Here) -> None:
    """Half past midnight in Amsterdam is still the day before in UTC: no clock was set back."""
    queued(waterveen, WEDNESDAY)
    assert doubts.look(waterveen, cycle.moment(waterveen, WEDNESDAY)) == []
