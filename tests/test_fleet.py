"""Many municipalities in one tick: a look at each, the long way only where something is due."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from jaarring import doorstep
from jaarring.cli import main
from jaarring.here import municipality
from tests.conftest import TESTS, copied
from tests.test_doorstep import settled

QUIET = date(2027, 3, 10)


def towns(folder: Path, many: int) -> Path:
    """A file that names so many municipalities, each with a settled year and a note on its doorstep."""
    first = copied(TESTS / "waterveen", folder / "0")
    with municipality(first) as here:
        settled(here, QUIET)
        zone = here.config.time_zone
    for number in range(1, many):
        shutil.copytree(folder / "0", folder / str(number))
    for number in range(many):
        var = folder / str(number) / "var"
        config = folder / str(number) / "config"
        doorstep.leave(config, QUIET, zone, (var / "jaarring.db").resolve(), (var / "intake").resolve())
    file = folder / "gemeenten.txt"
    names = [f"{number}/config" for number in range(many)]
    file.write_text("# onze gemeenten\n" + "\n".join(names) + "\n")
    return file


def test_a_quiet_day_of_many_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = towns(tmp_path, 3)
    assert main(["run", "tick", "--fleet", str(file), "--as-of", "2027-03-11"]) == 0
    assert capsys.readouterr().out == "Niets te doen in 3 van 3 gemeenten.\n"


def test_one_that_cannot_be_read_does_not_hold_up_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = towns(tmp_path, 3)
    (tmp_path / "1" / "config" / "channels.yaml").write_text("sender: [")

    assert main(["run", "tick", "--fleet", str(file), "--as-of", "2027-03-11"]) == 1

    said = capsys.readouterr()
    assert said.out.startswith("Niets te doen in 2 van 3 gemeenten.\n")
    assert said.err.startswith("channels.yaml:2: hier klopt de opbouw niet")
    assert said.err.endswith(f"Niet gelukt: {tmp_path}/1/config\n")


def test_only_a_tick_goes_over_many(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "council", "--fleet", str(towns(tmp_path, 1))]) == 1
    assert "--fleet kan alleen bij tick" in capsys.readouterr().err


def test_a_file_that_only_looks_the_same_is_noticed(tmp_path: Path) -> None:
    """Same size, same times as far as a person can set them: another content is another configuration."""
    towns(tmp_path, 1)
    config = tmp_path / "0" / "config"
    assert doorstep.note(config) is not None
    file = config / "channels.yaml"
    before, text = file.stat(), file.read_text()
    file.write_text(text.replace("jbox://../var/mail", "jbox://../var/post"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert file.stat().st_size == before.st_size and file.stat().st_mtime_ns == before.st_mtime_ns

    assert doorstep.note(config) is None
