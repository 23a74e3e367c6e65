"""`jaarring init`: a form that a newcomer fills in, and the words that stand in it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from jaarring import starter
from jaarring.cli import main
from jaarring.config.load import check, load
from jaarring.starter.places import PLACE
from tests import newcomer
from tests.conftest import SHIPPED

YEAR = 2028
FILES = ("organisation.yaml", "strategy.yaml", "calendar.yaml", "channels.yaml")


@pytest.fixture(params=["direct", "oib"])
def form(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A form that nobody has filled in yet."""
    folder = tmp_path / "config"
    starter.begin(folder, request.param, YEAR)
    return folder


def test_check_names_every_place_that_is_not_filled_in_and_nothing_else(form: Path) -> None:
    text, status = check(form)

    lines = text.split("\n")[:-1]
    places = [
        f"{file}:{number}"
        for file in FILES
        for number, line in enumerate((form / file).read_text().split("\n"), 1)
        if f'"{PLACE}:' in line and not line.lstrip().startswith("#")
    ]
    assert status == 1 and len(places) > 80
    assert [line.split(": ")[0] for line in lines] == places
    assert all(": nog niet ingevuld; schrijf " in line for line in lines)
    assert lines[0] == (
        "organisation.yaml:13: municipality.name: nog niet ingevuld; "
        "schrijf de plaatsnaam, zonder het woord gemeente"
    )


def test_a_form_that_is_filled_in_has_no_mistake_and_no_warning(form: Path) -> None:
    assert newcomer.fill_in(form, YEAR) > 80
    assert check(form) == ("Geen fouten.", 0)


def test_one_place_left_open_is_the_one_mistake(form: Path) -> None:
    newcomer.fill_in(form, YEAR)
    newcomer.changed(form / "organisation.yaml", '"Zandhaven"', "VUL IN")

    text, status = check(form)

    assert status == 1
    assert text.endswith("municipality.name: nog niet ingevuld; schrijf hier wat er hoort te staan\n1 fout.")


def test_a_file_that_cannot_be_read_is_told_beside_the_places(form: Path) -> None:
    newcomer.changed(form / "channels.yaml", "mail: jbox://../var/mail", "mail: [jbox")
    text, _ = check(form)
    assert "channels.yaml" in text and "hier klopt de opbouw niet" in text and "nog niet ingevuld" in text


def test_what_is_wrong_is_told_once_all_places_are_filled_in(form: Path) -> None:
    newcomer.fill_in(form, YEAR)
    newcomer.changed(form / "organisation.yaml", '"Zandhaven"', '""')
    assert "municipality.name: is leeg; schrijf een tekst" in check(form)[0]


def test_R4_every_sentence_of_help_in_the_example_stands_in_the_form(form: Path) -> None:
    """Each has its help once, in the example; what speaks of Elzenwaard alone is not taken along."""
    for file in FILES:
        shown = " ".join((form / file).read_text().replace("# ", "").split())
        for line in re.findall(r"#\s+(.*)$", (SHIPPED / file).read_text(), re.M):
            help = " ".join(line.replace("# ", "").split())
            own = "Elzenwaard" in help or help.startswith(("Vervang de inhoud", "Thema-eigenaren"))
            assert own or help in shown, (file, help)


def test_nothing_of_the_example_municipality_is_left_in_a_form(form: Path) -> None:
    assert not [file for file in FILES if "elzenwaard" in (form / file).read_text().casefold()]


def test_the_joint_body_coordinates_where_there_is_one(form: Path) -> None:
    newcomer.fill_in(form, YEAR)
    made, _ = load(form)
    assert made is not None
    joint = ("oib",) if made.organisation.variant == "oib" else ()
    assert made.organisation.roles["coordinate"] == ("secretaris", "coordinator", *joint)


def test_R12_a_form_begins_with_the_four_themes_of_the_document(form: Path) -> None:
    newcomer.fill_in(form, YEAR)
    made, _ = load(form)
    assert made is not None
    assert [theme.name for theme in made.organisation.themes.values()] == [
        "informatiebeveiliging",
        "fysieke beveiliging",
        "personele veiligheid",
        "bedrijfscontinuïteit",
    ]


def test_R3_themes_roles_dates_and_words_change_by_editing_text_alone(form: Path) -> None:
    """Eight themes and three local closing days, in both variants, without a touch of code."""
    newcomer.fill_in(form, YEAR)
    newcomer.eight_themes(form, YEAR)

    assert check(form) == ("Geen fouten.", 0)
    made, _ = load(form)
    assert made is not None and len(made.organisation.themes) == 8
    assert len(made.schedule.calendar.closing_days) == 3


#: of another field: public order and safety in town
TOWN = re.compile(
    r"openbare orde|politie|veiligheidsregio|crisisbeheersing|criminaliteit|integrale veiligheid|overlast"
)


def test_R1_no_default_text_theme_or_example_speaks_of_public_order() -> None:
    """Our subject is the security of the municipality's own organisation."""
    root = SHIPPED.parent
    read = [
        *SHIPPED.glob("*.yaml"),
        *(root / "templates").rglob("*.html"),
        *(root / "templates").rglob("*.mail"),
    ]
    read += (root / "jaarring" / "demo" / "case").glob("*.yaml")
    assert len(read) > 20
    assert [] == [
        (file.name, found[0])
        for file in read
        if (found := TOWN.search(file.read_text(encoding="utf-8").lower()))
    ]
    assert TOWN.search("het thema openbare orde en veiligheid")


def test_init_writes_a_form_for_next_year_and_never_over_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "gemeente"
    assert main(["init", str(folder), "--variant", "oib", "--year", "2029"]) == 0
    assert "cyclusjaar 2029, variant oib" in capsys.readouterr().out
    assert "variant: oib" in (folder / "organisation.yaml").read_text()
    assert "{year: 2029, value:" in (folder / "strategy.yaml").read_text()

    assert main(["init", str(folder)]) == 1
    assert "is niet leeg" in capsys.readouterr().err


def test_init_takes_along_what_an_editor_completes_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    example = tmp_path / "example"
    shutil.copytree(SHIPPED, example)
    (example / "schemas").mkdir(exist_ok=True)
    (example / "schemas" / "mark.json").write_text("{}")
    monkeypatch.setattr(starter, "EXAMPLE", example)

    starter.begin(tmp_path / "form", "direct", YEAR)
    starter.write(tmp_path / "whole", "direct")

    assert (tmp_path / "form/schemas/mark.json").is_file() and (
        tmp_path / "whole/schemas/mark.json"
    ).is_file()
