"""The figures of a document: the same in every form, numbers as numbers, text never more than text."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree, html
from python_calamine import CalamineWorkbook

from jaarring.document.figures import About, Figure, as_csv, as_json, names, sheets, still
from jaarring.document.mdto import NAMESPACE, File, Record, bestand, informatieobject, side_files
from jaarring.document.ods import ods
from jaarring.dutch import euro, getal, maat
from tests import need
from tests.document_sample import MONEY, report

ABOUT = About("Raadsrapportage 2027", "Elzenwaard", "openbaar", "concept", date(2028, 3, 21))
MONEY_SHEET = "Begroting en"


def table(*cells: str, num: bool = True) -> str:
    """A document with one table, of one row."""
    kind = ' class="num"' if num else ""
    head = "".join(f'<th scope="col">Kolom {n}</th>' for n, _ in enumerate(cells))
    row = "".join(f"<td{kind}>{cell}</td>" for cell in cells)
    return (
        '<article lang="nl"><header><h1>Verslag</h1></header><section><h2>Geld</h2><table>'
        f"<caption>Proef</caption><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"
        "</section></article>"
    )


def figure(text: str) -> Figure:
    (one,) = sheets(table(text))
    return one.rows[0][0]


class TestReading:
    @pytest.mark.parametrize(
        ("text", "value", "unit"),
        [
            ("€\u00a012.500", Decimal(12500), "€"),
            ("€\u00a0-1.234,50", Decimal("-1234.50"), "€"),
            ("68%", Decimal(68), "%"),
            ("67,5%", Decimal("67.5"), "%"),
            ("23\u00a0uur", Decimal(23), "uur"),
            ("1.250\u00a0locaties", Decimal(1250), "locaties"),
            ("0", Decimal(0), ""),
            ("-3", Decimal(-3), ""),
        ],
    )
    def test_a_number_is_read_as_a_dutch_reader_reads_it(self, text: str, value: Decimal, unit: str) -> None:
        assert figure(text) == Figure(text, value, unit)

    @pytest.mark.parametrize("text", ["niet gemeten", "1.5", "1.2345", "12 uur en meer", "2027-01-01", ""])
    def test_what_could_be_read_in_two_ways_or_is_no_number_stays_text(self, text: str) -> None:
        assert figure(text) == Figure(text)

    def test_a_number_outside_a_column_of_numbers_stays_text(self) -> None:
        (one,) = sheets(table("2027", num=False))
        assert one.rows[0][0].value is None

    def test_a_rating_is_its_word_without_its_sign(self) -> None:
        (one,) = sheets(table('<span class="rating ongemeten">- niet gemeten</span>', num=False))
        assert one.rows[0][0].text == "niet gemeten"

    @given(some.decimals(-10_000_000, 10_000_000, places=2))
    def test_every_amount_that_we_write_is_read_back(self, amount: Decimal) -> None:
        assert (figure(euro(amount)).value, figure(getal(amount)).value) == (amount, amount)
        assert figure(maat(amount, "uur")).value == amount

    def test_every_table_is_there_in_order_under_its_heading(self) -> None:
        found = sheets(report())
        assert [one.caption for one in found][:1] == ["Stand per doel op 31 december 2027"]
        assert all(one.heading for one in found)
        assert all(len(row) == len(one.columns) for one in found for row in one.rows)


class TestForms:
    def test_the_spreadsheet_has_the_numbers_of_the_page(self) -> None:
        book = CalamineWorkbook.from_object(io.BytesIO(ods(report(), ABOUT)))
        (name,) = (name for name in book.sheet_names if MONEY_SHEET in name)
        rows = book.get_sheet_by_name(name).to_python()
        assert [row[1:] for row in rows[3 : 3 + len(MONEY)]] == [list(map(float, row[1:])) for row in MONEY]
        assert book.get_sheet_by_name("Over dit bestand").to_python()[0] == ["titel", "Raadsrapportage 2027"]

    def test_libreoffice_reads_the_spreadsheet_as_we_wrote_it(self, tmp_path: Path) -> None:
        (tmp_path / "cijfers.ods").write_bytes(ods(table("€\u00a012.500,50", "67,5%", "=1+1"), ABOUT))
        command = [need.libreoffice(), f"-env:UserInstallation=file://{tmp_path}/lo", "--headless"]
        subprocess.run(
            [*command, "--convert-to", "html", "--outdir", str(tmp_path), str(tmp_path / "cijfers.ods")],
            check=True,
            capture_output=True,
            timeout=240,
        )
        cells = list(html.fromstring((tmp_path / "cijfers.html").read_bytes()).iter("td"))[-3:]
        assert ["".join(map(str, cell.itertext())) for cell in cells] == ["€\u00a012.500,50", "67,5%", "=1+1"]
        assert [cell.get("sdval") for cell in cells] == ["12500.5", "0.675", None]

    def test_no_cell_of_the_list_is_run_by_a_spreadsheet_program(self) -> None:
        """The control: a number that is negative stays one."""
        evil = ["=cmd()", "+1", "@x", "-2+3", "-3"]
        rows = list(
            csv.reader(io.StringIO(as_csv(table("rij", *evil), ABOUT).decode("utf-8-sig")), delimiter=";")
        )
        said = [row[3:5] for row in rows if row[0] == "Proef"]
        assert said == [["'=cmd()", ""], ["'+1", ""], ["'@x", ""], ["'-2+3", ""], ["'-3", "-3"]]

    def test_the_tables_as_json_keep_every_digit(self) -> None:
        made = json.loads(as_json(table("€\u00a0100.000.000.000,10", "op koers"), ABOUT))
        assert made["titel"] == "Raadsrapportage 2027" and made["datum"] == "2028-03-21"
        assert made["tabellen"] == [
            {
                "kop": "Geld",
                "bijschrift": "Proef",
                "kolommen": ["Kolom 0", "Kolom 1"],
                "rijen": [
                    [
                        {"tekst": "€\u00a0100.000.000.000,10", "waarde": "100000000000.10", "eenheid": "€"},
                        {"tekst": "op koers"},
                    ]
                ],
            }
        ]

    def test_what_is_not_real_says_so_first(self) -> None:
        simulated = About("Plan", "Elzenwaard", "intern", "", date(2027, 1, 1), "SIMULATIE")
        assert list(json.loads(as_json(table("1"), simulated)))[0] == "let op"

    def test_names_of_sheets_are_short_apart_and_plain(self) -> None:
        many = sheets(table("1").replace("Proef", "Stand/[van]: alle * maatregelen? in alle thema’s")) * 2
        found = list(names(many))
        assert len(set(found)) == 2
        assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in found)

    @given(some.text(max_size=20))
    def test_text_that_is_made_still_ends_as_it_was(self, text: str) -> None:
        assert still(text).endswith(text) and not still(text).startswith(("=", "+", "-", "@", "\t", "\r"))


RECORD = Record(
    key="2027/council/openbaar/2",
    title="Raadsrapportage integrale beveiliging 2027",
    description="Verantwoording aan de raad",
    municipality="Elzenwaard",
    status="vastgesteld",
    made=date(2028, 3, 21),
    first=date(2027, 1, 1),
    last=date(2027, 12, 31),
    restriction=("Openbaarheid", "Geheimhouding & gronden"),
    files=(File("raadsrapportage.pdf", "pdf", 1234, "ab" * 32),),
)
#: MDTO-XML 1.0.1: the order in which its schema has the elements
INFORMATIEOBJECT = (
    "identificatie naam aggregatieniveau classificatie trefwoord omschrijving raadpleeglocatie dekkingInTijd "
    "dekkingInRuimte taal event waardering bewaartermijn informatiecategorie isOnderdeelVan bevatOnderdeel "
    "heeftRepresentatie aanvullendeMetagegevens gerelateerdInformatieobject archiefvormer betrokkene "
    "activiteit beperkingGebruik"
).split()
BESTAND = "identificatie naam omvang bestandsformaat checksum URLBestand isRepresentatieVan".split()


class TestMetadata:
    @pytest.mark.parametrize(
        ("made", "order", "must"),
        [
            (
                informatieobject(RECORD),
                INFORMATIEOBJECT,
                {"identificatie", "naam", "waardering", "archiefvormer", "beperkingGebruik"},
            ),
            (bestand(RECORD, RECORD.files[0]), BESTAND, set(BESTAND) - {"URLBestand"}),
        ],
    )
    def test_elements_stand_in_the_order_of_the_schema(
        self, made: bytes, order: list[str], must: set[str]
    ) -> None:
        root = etree.fromstring(made)
        found = [etree.QName(child).localname for child in root[0]]
        assert root.tag == f"{{{NAMESPACE}}}MDTO"
        assert found == sorted(found, key=order.index)
        assert must <= set(found)

    def test_the_file_says_its_size_hash_and_document(self) -> None:
        said = bestand(RECORD, RECORD.files[0]).decode()
        for text in ("1234", "ab" * 32, "fmt/477", "2027/council/openbaar/2/pdf"):
            assert text in said

    def test_who_may_read_it_and_why_is_said(self) -> None:
        assert "Geheimhouding &amp; gronden" in informatieobject(RECORD).decode()

    def test_there_is_one_file_for_the_document_and_one_a_form(self) -> None:
        assert [name for name, _ in side_files(RECORD, "raadsrapportage")] == [
            "raadsrapportage.mdto.xml",
            "raadsrapportage.pdf.bestand.mdto.xml",
        ]
