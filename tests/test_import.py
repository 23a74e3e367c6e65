"""`jaarring import`: a strategy from the spreadsheet in which a municipality has it today."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jaarring import starter
from jaarring.cli import main
from jaarring.config.load import check, load
from jaarring.importing.actions import Imported, bring_in
from jaarring.importing.books import export, template
from jaarring.refusal import Refused
from tests import need, newcomer
from tests.conftest import SHIPPED

YEAR = 2028


@pytest.fixture
def elzenwaard(tmp_path: Path) -> Path:
    shutil.copytree(SHIPPED, tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def zandhaven(tmp_path: Path) -> Path:
    """A form with everything filled in but the strategy."""
    folder = tmp_path / "config"
    starter.begin(folder, "direct", YEAR)
    strategy = (folder / "strategy.yaml").read_text()
    newcomer.fill_in(folder, YEAR)
    (folder / "strategy.yaml").write_text(strategy)
    return folder


def exported(tmp_path: Path, change: Callable[[Any], None] = lambda book: None) -> Path:
    """Elzenwaard's strategy as a spreadsheet, with a change made in Excel."""
    made, _ = load(SHIPPED)
    assert made is not None
    book = openpyxl.load_workbook(io.BytesIO(export(made.framework, made.organisation)))
    change(book)
    file = tmp_path / "strategie.xlsx"
    book.save(file)
    return file


def test_a_strategy_that_goes_out_comes_back_the_same(elzenwaard: Path, tmp_path: Path) -> None:
    before, _ = load(elzenwaard)
    file = exported(tmp_path)

    outcome = bring_in([file], elzenwaard, replace=True)

    after, mistakes = load(elzenwaard)
    assert outcome == Imported(6, 8, 25, unchecked=False)
    assert before is not None and after is not None and mistakes == []
    assert after.framework == before.framework


def test_the_help_of_the_example_stands_in_what_was_written(elzenwaard: Path, tmp_path: Path) -> None:
    bring_in([exported(tmp_path)], elzenwaard, replace=True)
    text = (elzenwaard / "strategy.yaml").read_text()
    for help in (
        "# Hoe tellen indicatoren op tot één stand per doel?",
        "# Wat er gebeurt, in een paar woorden.",
        "# Het doel als zin: zo is het als het lukt.",
        "# Alleen als er geheimhouding is opgelegd",
    ):
        assert text.count(help) == 1, help


def test_a_strategy_that_is_filled_in_is_not_overwritten_unasked(elzenwaard: Path, tmp_path: Path) -> None:
    before = (elzenwaard / "strategy.yaml").read_bytes()
    with pytest.raises(Refused, match="is al ingevuld; voeg --replace toe"):
        bring_in([exported(tmp_path)], elzenwaard, replace=False)
    assert (elzenwaard / "strategy.yaml").read_bytes() == before


def test_an_empty_spreadsheet_is_not_taken_over(zandhaven: Path, tmp_path: Path) -> None:
    file = tmp_path / "strategie.xlsx"
    assert main(["import", "--template", str(file), "--year", "2028"]) == 0
    before = (zandhaven / "strategy.yaml").read_bytes()
    with pytest.raises(Refused, match="in strategie.xlsx staat nog niets"):
        bring_in([file], zandhaven, False)
    assert (zandhaven / "strategy.yaml").read_bytes() == before


def test_the_empty_spreadsheet_filled_in_completes_a_form(zandhaven: Path, tmp_path: Path) -> None:
    """What the spreadsheet does not have (vision, decisions) is still asked by the check."""
    file = tmp_path / "ingevuld.xlsx"
    file.write_bytes(template(YEAR))
    newcomer.spreadsheet(file, YEAR)

    outcome = bring_in([file], zandhaven, replace=False)

    assert outcome == Imported(4, 4, 4, unchecked=True)
    text, _ = check(zandhaven)
    asked = [line.split(": ")[1] for line in text.split("\n")[:-1]]
    left = ["vision", "council_frame.date", "council_frame.number", "adoption.date", "adoption.number"]
    assert asked == [*left, "guidelines.R4.source"]
    made = (zandhaven / "strategy.yaml").read_text()
    assert "  M01:\n" in made and "budget: 12500" in made and "start: 2028-01-01" in made
    assert "total: 50000" in made  # without a table of budgets a theme has what its measures cost


def test_every_mistake_is_told_by_sheet_and_cell_and_nothing_is_written(
    elzenwaard: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def wrong(book: Any) -> None:
        goals, measures = book["Doelen"], book["Maatregelen"]
        goals["D3"] = "IB, wegen"
        book["Indicatoren"]["F4"] = "vooruit"
        measures["D3"] = "Groen"
        measures["E4"] = "G9"
        measures["F5"] = "12.50.0"
        measures["G6"] = "31-2-2027"
        measures["A7"] = "M01"
        measures["H8"] = "2026-01-01"

    before = (elzenwaard / "strategy.yaml").read_bytes()
    file = exported(tmp_path, wrong)

    assert main(["import", str(file), "--into", str(elzenwaard), "--replace"]) == 1

    told = capsys.readouterr().err.strip().split("\n")
    assert (elzenwaard / "strategy.yaml").read_bytes() == before
    assert [line.split(": ")[0] for line in told] == [
        "Blad Doelen, cel D3",
        "Blad Indicatoren, cel F4",
        "Blad Maatregelen, cel D3",
        "Blad Maatregelen, cel E4",
        "Blad Maatregelen, cel F5",
        "Blad Maatregelen, cel G6",
        "Blad Maatregelen, cel A7",
        "Blad Maatregelen, cel H8",
        "Er is niets veranderd.",
    ]
    assert told[0].endswith("'wegen' is geen thema uit organisation.yaml; kies uit bc, fb, ib, pr, pv")


def test_what_does_not_fit_together_is_told_where_it_stands_too(elzenwaard: Path, tmp_path: Path) -> None:
    """A measure of a theme that does not serve its goal; what the check says of a field, with its cell."""

    def wrong(book: Any) -> None:
        book["Maatregelen"]["E3"] = "G6"

    outcome = bring_in([exported(tmp_path, wrong)], elzenwaard, replace=True)

    assert isinstance(outcome, list)
    assert [mistake.place for mistake in outcome] == ["Blad Maatregelen, cel E3"]
    assert "staat niet bij themes van G6" in outcome[0].what


def test_headings_may_be_written_as_people_write_them(elzenwaard: Path, tmp_path: Path) -> None:
    def renamed(book: Any) -> None:
        page = book["Maatregelen"]
        page.title = "maatregelen 2027"
        page.insert_rows(1)
        page["A3"], page["B3"], page["F3"], page["G3"] = "NUMMER", " omschrijving ", "Kosten", "Start datum"

    before, _ = load(elzenwaard)
    assert isinstance(bring_in([exported(tmp_path, renamed)], elzenwaard, replace=True), Imported)
    after, _ = load(elzenwaard)
    assert before and after and after.framework == before.framework


def test_measures_may_come_from_a_csv_file_of_windows(elzenwaard: Path, tmp_path: Path) -> None:
    """Semicolons, Dutch amounts and dates, and letters as Windows writes them; goals stay as they are."""
    file = tmp_path / "maatregelen.csv"
    lines = ["Nr;Maatregel;Thema;Afdeling;Doel;Budget;Begin;Einde;Wat merkt de organisatie"]
    for theme, goal, amount in (("IB", "G1", "237.000"), ("FB", "G3", "245.000"), ("PV", "G4", "83000")):
        lines.append(f"{goal}x;Coördinatie {theme};{theme};I&A;{goal};€ {amount};1-1-2027;31-12-2027;Rust")
    lines.append("B1;Plan;BC;B&C;G5;140.000,00;01-01-2027;31 dec 2027;Rust")
    lines.append("P1;Plan;PR;JZ;G6;45.000;2027-01-01;2027-12-31;Rust")
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    newcomer.changed(elzenwaard / "strategy.yaml", "measures: [M08, M15, M16] ", "measures: [] ")
    for old in ("measures: [M07, M09, M13]", "measures: [M18, M19, M20, M21, M22]"):
        newcomer.changed(elzenwaard / "strategy.yaml", old, "measures: []")

    outcome = bring_in([file], elzenwaard, replace=True)

    assert outcome == Imported(0, 0, 5, unchecked=False)
    made, _ = load(elzenwaard)
    assert made is not None and len(made.framework.goals) == 6
    assert [(one.id, one.title, int(one.budget)) for one in made.framework.measures][:2] == [
        ("G1x", "Coördinatie IB", 237000),
        ("G3x", "Coördinatie FB", 245000),
    ]


@pytest.mark.slow
def test_a_spreadsheet_from_libreoffice_is_read_as_well(elzenwaard: Path, tmp_path: Path) -> None:
    import subprocess

    office = need.libreoffice()
    file = exported(tmp_path)
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    words = [office, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(file)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    before, _ = load(elzenwaard)

    assert isinstance(bring_in([tmp_path / "strategie.ods"], elzenwaard, replace=True), Imported)

    after, _ = load(elzenwaard)
    assert before and after and after.framework == before.framework


def test_a_file_that_is_no_strategy_is_one_clear_mistake(elzenwaard: Path, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "Verlofdagen"
    book.save(tmp_path / "verlof.xlsx")
    outcome = bring_in([tmp_path / "verlof.xlsx"], elzenwaard, replace=True)
    assert isinstance(outcome, list)
    assert [str(one) for one in outcome] == [
        "Bestand verlof.xlsx: hier staat geen tabel die wij kennen; "
        "noem de bladen Doelen, Indicatoren, Maatregelen, Begroting, Bronnen"
    ]


def test_the_command_writes_an_empty_spreadsheet_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "leeg.xlsx"
    assert main(["import", "--template", str(file), "--year", "2028"]) == 0
    page = openpyxl.load_workbook(file)["Indicatoren"]
    assert [cell.value for cell in page[2]][-3:] == [
        "Nulmeting 2027",
        "Streefwaarde 2028",
        "Streefwaarde 2031",
    ]
    capsys.readouterr()

    assert main(["import", "--template", str(file)]) == 1
    assert "bestaat al; noem een nieuw bestand" in capsys.readouterr().err
