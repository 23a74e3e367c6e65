"""The agenda as a person reads it: what happens when, in words, and what became of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jaarring import agenda, cycle
from jaarring.calendar import Meetings
from jaarring.cli import main
from jaarring.governance import PRESETS
from jaarring.here import Here
from jaarring.ledger import due
from jaarring.moments import MOMENTS
from jaarring.titles import MOMENTS as MOMENT_TITLES
from jaarring.titles import Titles
from tests.conftest import TESTS, copied

FB = "2027/Q1/report/fb"
DAY = date(2027, 4, 6)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return copied(TESTS / "waterveen", tmp_path)


def shown(capsys: pytest.CaptureFixture[str], config: Path, *words: str) -> str:
    capsys.readouterr()
    assert main(["agenda", "--config", str(config), "--as-of", DAY.isoformat(), *words]) == 0
    return capsys.readouterr().out


def delay(config: Path, *words: str) -> int:
    said = ["--body", "secretaris", "--date", "2027-04-06", "--as-of", "2027-04-06"]
    return main(["decide", FB, *words, *said, "--config", str(config)])


def found(here: Here, key: str, as_of: date = DAY) -> agenda.Line:
    return next(line for line in agenda.lines(here, 2027, as_of) if line.key == key)


class TestTheTable:
    def test_fits_a_hundred_columns_and_ends_each_row_with_its_key(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = shown(capsys, config, "--year", "2027")

        assert max(len(line) for line in text.splitlines()) <= 100
        assert re.search(r"(?m)^april 2027$", text)
        assert re.search(
            r"(?m)^  wo 14 nog open     Inleveren 1e kwartaal: fysieke bevei.* 2027/Q1/report/fb/due$", text
        )

    def test_shows_the_coming_six_weeks_and_what_is_late(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """From 6 April: to the board of 11 May, not July; the frame that nobody recorded is late."""
        text = shown(capsys, config)

        assert "2027/Q1/tactical/board" in text and "2027/Q2/report" not in text
        assert re.search(r"te laat .*De raad stelt het kader vast", text)
        assert "2027/outside/budget_council" not in text, "a date of others is never late"

    def test_leaves_out_what_goes_by_mail_unless_asked(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert "/reminder/" not in shown(capsys, config, "--year", "2027")
        every = shown(capsys, config, "--year", "2027", "--all")
        assert re.search(
            r"Herinnering 1e kwartaal: fysieke beveiliging +2027/Q1/report/fb/reminder/-2", every
        )

    def test_is_somebody_s_own_where_asked(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        mine = shown(capsys, config, "--for", "bas")

        assert "2027/Q1/report/fb/due" in mine and "2027/Q1/report/ib/due" not in mine
        assert "2027/frame/council" not in mine
        assert main(["agenda", "--config", str(config), "--for", "piet"]) == 1
        assert "'piet' staat niet in organisation.yaml" in capsys.readouterr().err

    def test_says_that_nothing_comes(self, waterveen: Here) -> None:
        assert list(agenda.as_text(waterveen, [], nothing="Er staat niets.")) == ["Er staat niets."]

    def test_writes_a_calendar_file_where_asked(
        self, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "bas.ics"
        assert "Agenda bewaard in" in shown(capsys, config, "--for", "bas", "--ics", str(file))
        assert file.read_text(encoding="utf-8").count("BEGIN:VEVENT") > 5
        assert b"2027/Q1/report/ib/due" not in file.read_bytes()


class TestDelay:
    def test_stands_beside_the_new_date_with_who_and_why(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert delay(config, "move", "--until", "2027-04-22", "--reason", "Het passysteem lag stil.") == 0
        text = " ".join(shown(capsys, config).split())

        row = "do 22 nog open Inleveren 1e kwartaal: fysieke beveiliging 2027/Q1/report/fb/due"
        why = (
            "eerst 14 april 2027; besluit van de gemeentesecretaris op 6 april 2027: Het passysteem lag stil."
        )
        assert f"{row} ({why})" in text

    def test_of_what_is_not_asked_at_all_is_seen_as_dispensation(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert delay(config, "waive", "--reason", "Er was dit kwartaal geen werk.") == 0
        (line,) = [one for one in json.loads(shown(capsys, config, "--json")) if one["key"] == f"{FB}/due"]

        assert line["state"] == "withdrawn"
        assert line["note"].startswith("ontheffing; besluit van de gemeentesecretaris op 6 april 2027:")

    def test_that_is_refused_changes_nothing(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert delay(config, "move", "--until", "2027-04-22") == 1
        assert "de reden ontbreekt; schrijf waarom met --reason" in capsys.readouterr().err
        assert "eerst 14 april" not in shown(capsys, config)


class TestStates:
    def test_a_date_of_others_is_known_and_then_past(self, waterveen: Here) -> None:
        key = "2027/outside/ensia_begin"

        assert found(waterveen, key).state == "known"
        assert found(waterveen, key, date(2027, 7, 2)).state == "seen"

    def test_a_duty_is_late_after_its_day_and_done_when_handed_in(self, waterveen: Here) -> None:
        assert found(waterveen, f"{FB}/due", date(2027, 4, 14)).state == "open"
        assert found(waterveen, f"{FB}/due", date(2027, 4, 15)).state == "late"
        with waterveen.store.write() as tx:
            due.close_duty(tx, FB, cycle.moment(waterveen, date(2027, 4, 16)))
        assert found(waterveen, f"{FB}/due", date(2027, 4, 17)).state == "done"

    def test_what_has_no_date_yet_is_listed_last_with_what_to_add(self, waterveen: Here) -> None:
        """The council's meetings of 2028 are not known: the year goes on, and it says what is missing."""
        council = waterveen.schedule.meetings["council"]
        kept = replace(council, dates=tuple(day for day in council.dates if day.year < 2028))
        schedule = replace(waterveen.schedule, meetings={**waterveen.schedule.meetings, "council": kept})
        here = Here(replace(waterveen.config, schedule=schedule), waterveen.store, waterveen.storage)
        cycle.schedule(here, DAY, cycle.moment(here, DAY))

        text = "\n".join(agenda.as_text(here, agenda.soon(agenda.around(here, DAY), DAY)))

        assert "datum nog niet bekend\n" in text
        assert "De raad neemt kennis van de raadsrapportage      2027/council/note" in text
        assert "(voeg de vergadering toe in calendar.yaml onder meetings.council.dates)" in text
        assert found(here, f"{FB}/due").due == date(2027, 4, 14)

    def test_a_meeting_that_becomes_known_gets_its_date(self, waterveen: Here) -> None:
        """The board's dates are not known; when they are, the moment is open on its day again."""
        none = {**waterveen.schedule.meetings, "board": Meetings()}
        config = replace(waterveen.config, schedule=replace(waterveen.schedule, meetings=none))
        here = Here(config, waterveen.store, waterveen.storage)
        cycle.schedule(here, DAY, cycle.moment(here, DAY))
        with waterveen.store.read() as tx:
            without = due.get(tx, "2027/Q1/tactical/board")
        cycle.schedule(waterveen, DAY, cycle.moment(waterveen, DAY))
        with waterveen.store.read() as tx:
            again = due.get(tx, "2027/Q1/tactical/board")

        assert without and without.state == "withdrawn"
        assert again and (again.state, again.occasion.due) == ("open", date(2027, 5, 11))


class TestTitles:
    def test_every_occasion_of_both_variants_has_words_of_its_own(self, waterveen: Here) -> None:
        for variant in ("direct", "oib"):
            organisation = replace(waterveen.organisation, variant=variant, lines=PRESETS[variant])
            here = Here(waterveen.config, waterveen.store, waterveen.storage)
            titles = Titles(organisation, here.schedule.outside)
            for one in agenda.entries(here, 2027):
                o = one.occasion
                for title in (titles.of(o.key, o.kind, o.duty), titles.short(o.key, o.kind, o.duty)):
                    assert title and "Bericht" not in title and "/" not in title and "{" not in title, o.key

    def test_no_moment_of_the_cycle_was_forgotten(self) -> None:
        assert {tail for tail, _ in MOMENTS.values() if tail} <= set(MOMENT_TITLES)

    def test_names_are_those_of_the_municipality(self, waterveen_oib: Here) -> None:
        titles = agenda.titles(waterveen_oib, DAY)

        assert (
            titles.of("2027/plan/check", "decision") == "De gemeentesecretaris toetst de jaarplannen (2027)"
        )
        assert titles.of("2027/Q2/meeting", "decision") == "Overleg Integrale Beveiliging: 2e kwartaal 2027"
        assert (
            titles.of("2027/Q1/account/bv/due", "due", "2027/Q1/account/bv")
            == "Uiterste datum maatregelen 1e kwartaal 2027: Bedrijfsvoering"
        )
        assert (
            titles.of("2027/ask/judge/Q1-report-fb/due", "due", "2027/ask/judge/Q1-report-fb")
            == "Antwoord gevraagd: oordeel over een verantwoording"
        )
        back = titles.short(f"{FB}/return/1/due", "due", FB)
        assert back == "Verbetering inleveren 1e kwartaal: fysieke beveiliging"


def test_R11_agreements_and_their_state_are_one_overview(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The coordinator sees in one list what was agreed, what is still asked of whom, and what is late."""
    for words in (
        ["2027/frame/council", "adopt", "--body", "raad", "--date", "2026-06-25", "--number", "2026-11"],
        ["2027/frame/board", "adopt", "--body", "college", "--date", "2026-09-15", "--number", "2026-88"],
    ):
        assert main(["decide", *words, "--as-of", "2026-09-15", "--config", str(config)]) == 0
    assert delay(config, "move", "--until", "2027-04-20", "--reason", "De meting komt later.") == 0

    overview = shown(capsys, config, "--year", "2027")

    assert re.search(r"gedaan +De raad stelt het kader vast", overview)
    assert re.search(r"gedaan +Het college stelt het strategisch kader vast", overview)
    assert re.search(r"te laat +De gemeentesecretaris toetst de jaarplannen", overview)
    assert re.search(r"di 20 nog open +Inleveren 1e kwartaal: fysieke bevei", overview)
    assert "De meting komt later." in " ".join(overview.split())
