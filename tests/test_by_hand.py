"""A document asked for by hand: in any edition and form, made once, then served as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from jaarring.by_hand import KINDS, Wanted, report
from jaarring.cli import main
from jaarring.commands import report as command
from jaarring.document.formats import FORMATS
from jaarring.here import Here
from jaarring.laying import laid, place
from jaarring.ledger import documents, events
from jaarring.refusal import Refused
from tests.a_year import AT, stored

DAY = date(2028, 2, 11)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("elzenwaard")
    stored(folder).store.close()
    return folder


@pytest.fixture
def here(kept: Path, tmp_path: Path) -> Iterator[Here]:
    here = stored(tmp_path)
    yield here
    here.store.close()


def head(here: Here) -> str:
    with here.store.read() as tx:
        return events.head(tx)


def test_a_report_is_made_in_every_form_and_lies_where_it_is_used(here: Here) -> None:
    made = report(here, Wanted("council", 2027, formats=FORMATS), DAY, AT)

    assert [one.format for one in made] == list(FORMATS)
    assert {(one.key, one.edition, one.version) for one in made} == {("2027/council", "openbaar", 1)}
    lies = sorted(str(path.relative_to(here.documents)) for path in here.documents.rglob("*.*"))
    name = "raadsrapportage-2027-openbaar"
    assert {f"{name}.html", f"{name}.pdf", f"bewerken/{name}.odt", f"cijfers/{name}.csv"} < set(lies)
    assert {f"archief/{name}.mdto.xml", f"archief/{name}.docx.bestand.mdto.xml"} < set(lies)


def test_what_was_made_is_served_and_not_made_again(here: Here) -> None:
    first = report(here, Wanted("tactical", 2027, 2, formats=FORMATS), DAY, AT)
    before = head(here)

    assert report(here, Wanted("tactical", 2027, 2, formats=FORMATS), DAY, AT) == first
    assert head(here) == before


def test_a_form_that_is_asked_for_later_is_of_the_version_that_stands(here: Here) -> None:
    report(here, Wanted("council", 2027), DAY, AT)
    (sheet,) = report(here, Wanted("council", 2027, formats=["ods"]), date(2028, 2, 20), AT)

    assert (sheet.version, sheet.as_of) == (1, DAY)
    with here.store.read() as tx:
        assert [one.format for one in documents.of_version(tx, sheet)] == ["html", "ods", "pdf"]
    said = (here.documents / "archief/raadsrapportage-2027-openbaar.mdto.xml").read_text("utf-8")
    assert all(f"2027/council/openbaar/1/{form}" in said for form in ("html", "ods", "pdf"))


def test_a_copy_that_somebody_changed_is_laid_out_as_it_was_made(here: Here) -> None:
    (page,) = report(here, Wanted("council", 2027, formats=["html"]), DAY, AT)
    as_made = place(here, page).read_bytes()
    place(here, page).write_bytes(b"anders")

    assert laid(here, page).read_bytes() == as_made


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted("tactical", 2027), "het kwartaal ontbreekt"),
        (Wanted("tactical", 2027, 2, edition="openbaar"), "tactical heeft geen editie 'openbaar'"),
        (Wanted("plan", 2027, theme="xy"), "'xy' is geen thema"),
        (Wanted("council", 2031), "het kader voor 2031 is nog niet vastgesteld"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(here: Here, wanted: Wanted, said: str) -> None:
    before = head(here)
    with pytest.raises(Refused, match=said):
        report(here, wanted, DAY, AT)
    assert head(here) == before


def test_the_command_copies_the_forms_that_were_asked_for(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "voor de griffie"
    words = ["report", "council", "--year", "2027", "--edition", "public", "--format", "pdf", "json"]
    assert main([*words, "--config", str(here.config.folder), "--out", str(out)]) == 0

    assert sorted(path.suffix for path in out.iterdir()) == [".json", ".pdf"]
    assert capsys.readouterr().out.split() and str(out) in str(sorted(out.iterdir())[0])


def test_a_folder_that_is_a_file_is_refused(
    here: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "een.txt").write_text("x")
    words = ["report", "council", "--year", "2027", "--config", str(here.config.folder)]
    assert main([*words, "--out", str(tmp_path / "een.txt")]) == 1
    assert "is geen map" in capsys.readouterr().err


def test_command_flow_and_table_know_the_same_documents() -> None:
    from flows.document import Kind

    assert tuple(KINDS) == command.KINDS == get_args(get_args(Kind)[0])
