"""`jaarring demo` as somebody types it: the real flows on a real server, and a folder to look into."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jaarring.cli import main
from jaarring.demo import story
from jaarring.demo.mailbox import Letter
from jaarring.demo.play import Demo
from tests import played
from tests.test_year import Expected, sent, words


@pytest.mark.slow
@pytest.mark.prefect
def test_the_demo_plays_the_year_through_the_real_flows(tmp_path: Path) -> None:
    """What the flows send is what calendar and case ask for, and what they compile is what the council
    reads.
    """
    out = tmp_path / "demo"
    command = [str(Path(sys.executable).parent / "jaarring"), "demo", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)

    assert done.returncode == 0, done.stderr
    told = dict(line.split(": ", 1) for line in done.stdout.split("\n") if ": " in line)
    assert "10 uitvragen" in told["Donderdag 1 april 2027"]
    assert "1 rappel" in told["Vrijdag 15 oktober 2027"]
    assert done.stdout.rstrip().split("\n")[-4] == "Kijk eerst naar:"
    demo = Demo(out, "direct", played.plain_tick, main)
    assert sent(demo) == Expected(demo).all()
    assert "€ 722.500" in words(demo, "raadsrapportage-2027-openbaar")
    for line in done.stdout.rstrip().split("\n")[-3:]:
        file = line.split(". ", 1)[1].split(": ")[0]
        assert (out / file).is_file(), f"the demo points at {file}"


def test_a_folder_that_is_not_the_demos_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "brief.txt").write_text("van iemand")

    assert main(["demo", "--out", str(tmp_path)]) == 1
    assert "is niet leeg en niet van de demo; noem met --out een nieuwe map" in capsys.readouterr().err
    assert (tmp_path / "brief.txt").read_text() == "van iemand"


def test_a_demo_made_before_is_made_anew(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "demo", "direct", played.plain_tick, main)
    demo.prepare()
    (demo.out / "mails").mkdir()
    (demo.out / "mails" / "oud.eml").touch()

    demo.prepare()

    assert not (demo.out / "mails").exists()


def test_what_goes_wrong_in_the_demo_is_told(tmp_path: Path) -> None:
    """A command that is refused stops the play with the command and its answer; the control of all of the
    above.
    """
    from jaarring.refusal import Refused

    demo = Demo(tmp_path / "demo", "direct", played.plain_tick, lambda words: 1, lambda line: None)
    demo.prepare()
    with pytest.raises(Refused, match="jaarring decide 2027/frame/council adopt"):
        demo.play()


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "demo"
    file.write_text("van iemand")

    assert main(["demo", "--out", str(file)]) == 1
    assert "is een bestand en geen map; noem met --out een nieuwe map" in capsys.readouterr().err
    assert file.read_text() == "van iemand"


def test_what_a_link_in_the_demo_points_at_is_left_alone(tmp_path: Path) -> None:
    demo = Demo(tmp_path / "demo", "direct", played.plain_tick, main)
    demo.prepare()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "brief.txt").write_text("van mij")
    (demo.out / "link").symlink_to(tmp_path / "mine")

    demo.prepare()

    assert not (demo.out / "link").exists()
    assert (tmp_path / "mine" / "brief.txt").read_text() == "van mij"


def test_people_use_the_form_that_they_were_sent_themselves(tmp_path: Path) -> None:
    """A form is taken from the mail to who owes it; in somebody else's there is nothing to find."""
    demo = played.year(tmp_path / "demo", until=date(2027, 4, 1))

    assert demo.mailbox.form("2027/Q1/report/fb", "teamleider.facilitair@elzenwaard.example")
    with pytest.raises(LookupError):
        demo.mailbox.form("2027/Q1/report/fb", "privacy@elzenwaard.example")


def test_the_morning_after_is_told_in_one_line() -> None:
    letters = [
        Letter("a.eml", date(2027, 10, 7), f"2027/Q3/report/{theme}/reminder/-5", "x", "y", None)
        for theme in ("fb", "ib")
    ]
    line = story.of_day(date(2027, 10, 7), ["2027/Q3/report/ib"], ["het college besluit"], [], [], letters)
    assert line == (
        "Donderdag 7 oktober 2027: 1 verantwoording binnen; het college besluit; 2 herinneringen verstuurd."
    )
    assert story.of_day(date(2027, 10, 7), [], [], [], [], []) == ""
