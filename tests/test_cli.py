"""The command line: one clear sentence for a mistake, and an exit status that a script can trust."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jaarring.cli import _parser, main
from jaarring.here import municipality
from jaarring.refusal import Refused
from tests.conftest import TESTS, copied

README = TESTS.parent / "README.md"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return copied(TESTS / "waterveen", tmp_path)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return (captured.out + captured.err).strip()


def decide(config: Path, *words: str, as_of: str = "2026-10-01") -> int:
    return main(["decide", *words, "--config", str(config), "--as-of", as_of])


FRAME = ("2027/frame/council", "adopt", "--body", "raad", "--date", "2026-06-25", "--number", "2026-11")
ADOPTION = ("2027/frame/board", "adopt", "--body", "college", "--date", "2026-09-15", "--number", "2026-88")


class TestCheck:
    def test_says_that_all_is_well(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["check", "--config", str(config)]) == 0
        assert said(capsys).endswith("Geen fouten.")

    def test_exits_with_one_on_a_mistake(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = config / "organisation.yaml"
        file.write_text(file.read_text().replace("owner: bas", "owner: jan"))

        assert main(["check", "--config", str(config)]) == 1
        assert "organisation.yaml:43: themes.fb.owner: 'jan' staat niet onder people;" in said(capsys)

    def test_every_other_command_tells_the_mistakes_too_and_does_nothing(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (config / "channels.yaml").write_text("sender: [")

        assert main(["agenda", "--config", str(config)]) == 1
        assert said(capsys).startswith("channels.yaml:2: hier klopt de opbouw niet (YAML);")
        assert not (config.parent / "var").exists()


class TestDecide:
    def test_records_what_was_decided(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert decide(config, *FRAME) == 0
        assert said(capsys) == "Vastgelegd: 2027/frame/council adopt."

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (
                ("2027/frame/council", "bless", *FRAME[2:]),
                "'bless' kan hier niet; kies adopt",
            ),
            (
                ("2027/iets", "adopt", *FRAME[2:]),
                "'2027/iets' is geen bekend onderwerp; kijk met jaarring agenda welke er zijn",
            ),
            (
                ("2027/frame/council", "adopt", "--body", "koning", *FRAME[4:]),
                "'koning' staat niet in organisation.yaml; schrijf een persoon of orgaan daaruit",
            ),
            (
                (*FRAME[:4], "--date", "2026-12-25"),
                "de datum van het besluit (2026-12-25) ligt in de toekomst; "
                "leg een besluit vast nadat het is genomen",
            ),
            (
                ADOPTION,
                "het kader van de raad is nog niet vastgelegd; leg eerst 2027/frame/council adopt vast",
            ),
            (
                ("BV-2027-01", "accept", "--body", "college", "--date", "2026-09-30", "--number", "x"),
                "BV-2027-01 is geen bekend bijsturingsvoorstel; kijk met jaarring agenda welke er zijn",
            ),
        ],
    )
    def test_refuses_in_one_sentence(
        self, config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
    ) -> None:
        assert decide(config, *words) == 1
        assert said(capsys) == sentence

    def test_twice_is_refused_and_recorded_once(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        decide(config, *FRAME)
        said(capsys)

        assert decide(config, *FRAME) == 1
        assert "is al vastgelegd" in said(capsys)

    def test_an_amount_that_is_none_is_wrong_use(self, config: Path) -> None:
        with pytest.raises(SystemExit) as stopped:
            decide(config, "BV-2027-01", "change", "--amount", "1e9999", *FRAME[2:])
        assert stopped.value.code == 2

    @pytest.mark.parametrize(
        "text", ["1\x1b[2K\rvastgesteld", "1\x01", "1\n2", "1\u202e2", "\udcff", "9" * 81]
    )
    def test_a_number_is_one_short_line_of_visible_characters(
        self, config: Path, capsys: pytest.CaptureFixture[str], text: str
    ) -> None:
        """It ends in documents and on screens: a control character would break the one and rule the other."""
        assert decide(config, *FRAME[:-1], text) == 1
        assert said(capsys).startswith("--number is te lang of bevat een onzichtbaar teken; typ de tekst")

    def test_a_key_is_plain_letters_and_figures(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for key in ("\u0662\u0660\u0662\u0667/frame/council", "2027/plan/fb\n", "2027/plan/\x1b[2K"):
            assert decide(config, key, *FRAME[1:]) == 1
            told = said(capsys)
            assert "is geen bekend onderwerp" in told and "\x1b" not in told and "\n" not in told


class TestAgenda:
    def test_shows_the_year_before_anything_was_done(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["agenda", "--config", str(config), "--year", "2027", "--as-of", "2026-06-01"]) == 0
        rows = [" ".join(row.split()) for row in said(capsys).splitlines()]
        assert "nog open Inleveren 1e kwartaal: informatiebeveiliging 2027/Q1/report/ib/due" in rows

    def test_is_json_for_a_script(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        decide(config, *FRAME)
        said(capsys)
        main(["agenda", "--config", str(config), "--year", "2027", "--json", "--as-of", "2026-10-02"])

        first, second = json.loads(said(capsys))[:2]
        concerns = first.pop("concerns")
        assert first == {
            "due": "2026-06-25",
            "key": "2027/frame/council",
            "kind": "decision",
            "state": "done",
            "title": "De raad stelt het kader vast",
            "note": "",
        }
        assert "coordinator" in concerns and "raad" in concerns
        assert second["state"] == "late"

    def test_says_so_when_a_year_has_no_budget(
        self, config: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        main(["agenda", "--config", str(config), "--year", "2031"])
        assert "Staat er voor dit jaar een begroting in strategy.yaml?" in said(capsys)


class TestSubmit:
    def test_a_file_that_is_no_form_is_told_in_a_sentence(
        self, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = tmp_path / "brief.xlsx"
        file.write_text("Geachte heer")

        assert main(["submit", str(file), "--config", str(config)]) == 1
        assert said(capsys).startswith("Bestand brief.xlsx:")

    def test_a_file_that_is_not_there_is_told_too(
        self, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["submit", str(tmp_path / "weg.xlsx"), "--config", str(config)]) == 1
        assert "weg.xlsx" in said(capsys)


def test_a_tick_with_nothing_due_does_not_load_prefect(config: Path) -> None:
    """Prefect is a second of every start; the control shows that the check can see it."""
    command = f"import sys; from jaarring.cli import main; main(['run', 'tick', '--config', {str(config)!r}, "
    command += "'--as-of', '2026-06-02']); print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[-2] == "False"

    control = "import sys, flows.tick; print('prefect' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", control], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_verify_tells_a_changed_record(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(config, *FRAME)
    said(capsys)
    assert main(["verify", "--config", str(config)]) == 0
    head = said(capsys)
    assert re.fullmatch(r"\d+:[0-9a-f]{64}", head)
    assert main(["verify", "--config", str(config), "--against", head]) == 0
    assert main(["verify", "--config", str(config), "--against", "onzin"]) == 1
    assert "'onzin' is geen kop van het logboek" in said(capsys)

    from jaarring.database import Store

    store = Store.open(config.parent / "var" / "jaarring.db")
    with store.write() as tx:
        tx.exec_driver_sql("update event set actor = 'somebody else' where seq = 1")
    store.close()

    assert main(["verify", "--config", str(config)]) == 1
    assert said(capsys) == "logboek: nummer 1 is veranderd; van het begin af"


def test_init_writes_a_configuration_without_mistakes_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mijn-gemeente"
    assert main(["init", str(folder), "--variant", "oib", "--example"]) == 0
    assert main(["check", "--config", str(folder)]) == 0
    assert "variant: oib" in (folder / "organisation.yaml").read_text()
    said(capsys)

    assert main(["init", str(folder)]) == 1
    assert "is niet leeg" in said(capsys)


def test_every_command_is_in_the_readme() -> None:
    text = README.read_text()
    (commands,) = (
        action.choices for action in _parser()._actions if action.choices and not action.option_strings
    )
    assert commands is not None
    missing = [name for name in commands if f"jaarring {name}" not in text]
    assert not missing


def test_every_decision_is_in_the_readme() -> None:
    from jaarring.decide import ROUTES

    text = README.read_text()
    verbs = {verb for _, found in ROUTES for verb in found}
    assert not [verb for verb in verbs if verb not in text]


def _a_folder(store: Path) -> None:
    store.unlink()
    store.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no database": lambda store: store.write_bytes(b"this was a letter once " * 50),
    "cut short": lambda store: os.truncate(store, 5000),
    "overwritten": lambda store: store.write_bytes(store.read_bytes()[:4096] + b"\xff" * 40_000),
    "a folder": _a_folder,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_store_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], damage: str
) -> None:
    decide(config, *FRAME)
    store = config.parent / "var" / "jaarring.db"
    for beside in store.parent.glob("jaarring.db-*"):
        beside.unlink()
    DAMAGE[damage](store)
    said(capsys)

    for words in (["agenda", "--year", "2027"], ["verify"], ["run", "tick", "--as-of", "2026-10-01"]):
        assert main([*words, "--config", str(config)]) == 1
        told = said(capsys)
        assert told.startswith("the store cannot be used: ") and "\n" not in told


def test_a_path_that_cannot_be_used_is_one_sentence(
    config: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["init", str(tmp_path / "file" / "config")]) == 1
    assert said(capsys) == f"{tmp_path}/file/config: Not a directory; look at the path and its rights"


def test_a_damaged_key_seals_nothing(config: Path) -> None:
    """With an empty key anybody could make a form that fits."""
    with municipality(config) as here:
        key = here.form_secret
        assert len(key) == 32 and {p.name for p in here.storage.glob("*form.key*")} == {"form.key"}
    for content in (b"", b"x", key + key):
        (here.storage / "form.key").write_bytes(content)
        with municipality(config) as here, pytest.raises(Refused, match="form.key is beschadigd"):
            assert here.form_secret
    (here.storage / "form.key").write_bytes(key)
    with municipality(config) as here:
        assert here.form_secret == key


@pytest.mark.parametrize(
    "words",
    [
        ["agenda", "--year", "9" * 30],
        ["agenda", "--year", "\u0662\u0660\u0662\u0667"],
        ["report", "council", "--year", "0"],
        ["up", "--port", "99999"],
        ["up", "--port", "-1"],
    ],
)
def test_a_figure_that_cannot_be_is_wrong_use(config: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*words, "--config", str(config)])
    assert stopped.value.code == 2
