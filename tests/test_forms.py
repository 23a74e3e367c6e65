"""Forms: sheets that people fill in and send back, and hostile files until they have been read."""

from __future__ import annotations

import io
import re
import subprocess
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jaarring.forms.fill import fill
from jaarring.forms.opened import look
from jaarring.forms.read import identity, read
from jaarring.forms.rules import Answers, Column, Field, Form, Key, Kind, Row, Sheet, Value, place
from jaarring.forms.spelling import Doubt, Raw, clean, understand
from jaarring.forms.write import write
from tests import need

SECRET = b"sleutel van Waterveen"
HOURS = Field("number", decimals=1, unit="uur")
SHARE = Field("percent", decimals=1)
FORM = Form(
    "2027/Q1/report/gebouwen/due",
    1,
    "Verantwoording gebouwen, 1e kwartaal 2027",
    ("Vul de gele velden in.", "Doe dit uiterlijk op woensdag 14 april 2027.", "Stuur het terug."),
    (
        Sheet(
            "indicators",
            "Indicatoren",
            "Vul per indicator de stand op 31 maart 2027 in, met de bron.",
            (
                Column("indicator", "Indicator", "text", 34, False),
                Column("target", "Doel 2027", "number", 11, False),
                Column("value", "Stand", "number", 12, True, help="Niet gemeten? Laat leeg."),
                Column("source", "Bron", "text", 24, True),
                Column("rating", "Oordeel", "rating", 16, True, required=True),
            ),
            (
                Row("i1", {"indicator": "sloten op niveau", "target": Decimal(68)}, {"value": SHARE}),
                Row("i2", {"indicator": "hersteltijd", "target": Decimal(24)}, {"value": HOURS}),
            ),
        ),
        Sheet(
            "adjust",
            "Bijsturing",
            "Loopt iets anders dan gepland?",
            (
                Column("measure", "Maatregel", "text", 30, False),
                Column("money", "Bedrag", "euro", 14, True),
                Column("ready", "Klaar", "date", 20, True, minimum=date(2027, 1, 1)),
                Column("people", "Mensen", "count", 10, True),
                Column("kind", "Soort", "choice", 14, True, choices=("geld", "datum")),
            ),
            (
                Row("m1", {"measure": "Nieuwe sloten", "money": Decimal(12500), "ready": date(2027, 4, 12)}),
                Row("m2", {"measure": "=Oefening"}, locked=("money",)),
            ),
        ),
    ),
    "Gemeente Waterveen",
)
GOOD: dict[Key, Value | float] = {
    ("indicators", "i1", "value"): 60.5,
    ("indicators", "i1", "source"): "- eigen telling,\n= geen formule",
    ("indicators", "i1", "rating"): "op koers",
    ("indicators", "i2", "value"): "41,5 uur",
    ("indicators", "i2", "rating"): "Niet op koers ✗",
    ("adjust", "m1", "money"): "€ 22.000",
    ("adjust", "m2", "ready"): date(2027, 11, 15),
    ("adjust", "m2", "people"): 4,
    ("adjust", "m2", "kind"): "datum",
}
READ: dict[Key, Value] = {
    ("indicators", "i1", "value"): Decimal("60.5"),
    ("indicators", "i1", "source"): "- eigen telling,\n= geen formule",
    ("indicators", "i1", "rating"): "op koers",
    ("indicators", "i2", "value"): Decimal("41.5"),
    ("indicators", "i2", "source"): None,
    ("indicators", "i2", "rating"): "niet op koers",
    ("adjust", "m1", "money"): Decimal(22000),
    ("adjust", "m1", "ready"): date(2027, 4, 12),
    ("adjust", "m1", "people"): None,
    ("adjust", "m1", "kind"): None,
    ("adjust", "m2", "ready"): date(2027, 11, 15),
    ("adjust", "m2", "people"): 4,
    ("adjust", "m2", "kind"): "datum",
}
BLANK = write(FORM, SECRET)
FILLED = fill(BLANK, GOOD)
AGAIN = "vul het formulier in dat u van ons kreeg, bewaar het als .xlsx of .ods en stuur het opnieuw"


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[..., Answers | list[str]]:
    """Hand a file in: the answers, or the mistakes as their reader sees them."""

    def hand_in(data: bytes, name: str = "formulier.xlsx", form: Form = FORM) -> Answers | list[str]:
        path = tmp_path / name
        path.write_bytes(data)
        told = read(path, form, SECRET)
        return told if isinstance(told, Answers) else [str(mistake) for mistake in told]

    return hand_in


def edited(data: bytes, part: str, change: Callable[[bytes], bytes], **extra: bytes) -> bytes:
    """A spreadsheet with one part changed, as no program would, and parts added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            assert name != part or change(body) != body or extra, "the control: nothing was changed"
            new.writestr(name, change(body) if name == part else body)
        for name, body in extra.items():
            new.writestr(name, body)
    return target.getvalue()


def typed(values: dict[Key, Value | float]) -> bytes:
    return fill(BLANK, {**GOOD, **values})


def in_excel(change: Callable[[openpyxl.Workbook], None], data: bytes = FILLED) -> bytes:
    """The form after somebody opened it in another program, changed something and saved it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


# Writing


def test_the_same_form_gives_the_same_bytes() -> None:
    """A form made twice is one file; another secret, version or row is another."""
    assert write(FORM, SECRET) == BLANK
    assert write(FORM, b"een andere") != BLANK
    assert write(replace(FORM, version=2), SECRET) != BLANK


def test_a_form_helps_who_fills_it_in() -> None:
    """Locked but for the fields, lists and Dutch messages, header frozen and repeated, A4."""
    book = openpyxl.load_workbook(io.BytesIO(BLANK))
    assert book.sheetnames == ["Uitleg", "Indicatoren", "Bijsturing"]
    guide = [cell.value for row in book["Uitleg"].iter_rows() for cell in row if cell.value]
    assert "Doe dit uiterlijk op woensdag 14 april 2027." in guide
    assert book.properties.title == FORM.title and book.properties.language == "nl-NL"

    page = book["Indicatoren"]
    assert page.protection.sheet and not page.protection.password
    assert page.freeze_panes == "A5" and page.print_title_rows == "$4:$4"
    assert page.page_setup.orientation == "landscape" and int(page.page_setup.paperSize) == 9
    assert page.row_dimensions[1].hidden and page.column_dimensions["A"].hidden
    assert [page[name].protection.locked for name in ("B5", "C5", "D5", "F5")] == [True, True, False, False]
    assert page["D5"].border.left.style == "thin" and page["D5"].fill.fgColor.rgb == "FFFFF6DC"
    assert page["D4"].value == "Stand\n(invullen)" and page["F4"].value == "Oordeel\n(invullen, verplicht)"
    assert page["D6"].number_format == '0.0" uur"' and page["D5"].number_format == '0.0"%"'
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    assert rules["F5"].formula1 == '"op koers,vraagt aandacht,niet op koers,niet gemeten"'
    assert rules["D6"].type == "decimal" and rules["D6"].error.startswith("Schrijf een getal in uur")
    assert rules["D5"].error.startswith("Schrijf 63 voor 63%, zonder procentteken.")
    assert rules["D5"].prompt == "Niet gemeten? Laat leeg."


def test_text_never_leaves_as_a_formula() -> None:
    """A known text that begins with = is text in the file, and stays text when the cell is edited."""
    cell = openpyxl.load_workbook(io.BytesIO(BLANK))["Bijsturing"]["B6"]
    assert cell.value == "=Oefening" and cell.data_type == "s" or cell.quotePrefix
    assert (
        b"<f>"
        not in zipfile.ZipFile(io.BytesIO(BLANK)).read("xl/worksheets/sheet3.xml").split(b"<dataVal")[0]
    )


def test_no_text_is_clipped_and_rows_may_grow() -> None:
    """A row is as high as its known text, grows when a long one is typed, and is not fixed; the header is."""
    long = "De levering kwam negen weken later dan afgesproken. " * 10
    book = openpyxl.load_workbook(io.BytesIO(typed({("indicators", "i2", "source"): long})))
    heights = [book["Indicatoren"].row_dimensions[number].height for number in (5, 6)]
    assert 44 <= heights[0] < 45 and heights[1] > 20 * 13
    sheet = zipfile.ZipFile(io.BytesIO(BLANK)).read(SHEET)
    rows = dict(re.findall(rb'<row r="([0-9]+)"([^>]*)>', sheet))
    assert b"customHeight" in rows[b"4"] and b"customHeight" not in rows[b"5"] + rows[b"6"]


def test_nonsense_in_a_form_is_refused_at_birth() -> None:
    """A caller's own mistake does not reach a person: ids twice, unknown columns, lists too long."""
    column = Column("a", "A", "text", 9, True)
    for wrong in (
        lambda: Sheet("s", "Uitleg", "", (column,), ()),
        lambda: Sheet("s", "Blad", "", (column, column), ()),
        lambda: Sheet("s", "Blad", "", (column,), (Row("r", {"b": "x"}),)),
        lambda: Field("choice"),
        lambda: Field("choice", choices=("a, b",)),
        lambda: Field("choice", choices=("x" * 300,)),
        lambda: Field("date", minimum=Decimal(1)),
        lambda: Row("een naam met spaties"),
    ):
        with pytest.raises(ValueError):
            wrong()


# Reading what is good


def test_what_was_typed_is_read_as_meant(handed_in: Callable[..., Answers]) -> None:
    """Every field has a value, known ones that were left alone too; locked ones are not asked."""
    answers = handed_in(FILLED)
    assert answers.values == READ
    assert place(answers, "indicators", "i2", "value") == "Blad Indicatoren, cel D6"


def test_the_file_says_which_form_it_answers(tmp_path: Path) -> None:
    """Whoever gets a file asks for its key before choosing what to read it as."""
    path = tmp_path / "x.xlsx"
    path.write_bytes(FILLED)
    assert identity(path) == FORM.key
    opened = look(path)
    assert not isinstance(opened, list) and identity(opened) == FORM.key


def test_a_cell_means_what_its_key_says(handed_in: Callable[..., Answers]) -> None:
    """Rows sorted, a row and a column put in, a sheet renamed: the same answers at other places."""

    def shuffle(book: openpyxl.Workbook) -> None:
        page = book["Indicatoren"]
        rows = [[page.cell(r, c).value for c in range(1, 7)] for r in (5, 6)]
        for row, values in zip((6, 5), rows, strict=True):
            for column, value in enumerate(values, 1):
                page.cell(row, column).value = value
        page.title = "Mijn blad"
        book["Bijsturing"].insert_rows(1)
        book["Bijsturing"].insert_cols(1)

    answers = handed_in(in_excel(shuffle))
    assert answers.values == READ
    assert place(answers, "indicators", "i2", "value") == "Blad Mijn blad, cel D5"


@pytest.mark.slow
def test_libreoffice_keeps_a_form_whole(tmp_path: Path, handed_in: Callable[..., Any]) -> None:
    """Saved by LibreOffice as .ods, and that again as .xlsx, a form says the same."""
    office = need.libreoffice()
    (tmp_path / "een.xlsx").write_bytes(FILLED)

    def convert(name: str, to: str) -> bytes:
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = [office, profile, "--headless", "--convert-to", to, "--outdir", str(tmp_path / "uit")]
        subprocess.run([*command, name], cwd=tmp_path, check=True, capture_output=True, timeout=120)
        return (tmp_path / "uit" / f"een.{to}").read_bytes()

    ods = convert("een.xlsx", "ods")
    assert handed_in(ods, "formulier.ods").values == READ
    again = convert("uit/een.ods", "xlsx")
    assert handed_in(again).values == READ
    page = openpyxl.load_workbook(io.BytesIO(again))["Indicatoren"]
    assert page.protection.sheet and "Schrijf 63 voor 63%" in str(
        [rule.error for rule in page.data_validations.dataValidation]
    )

    first_row = b"</table:table-row>"
    with_formula = edited(
        ods,
        "content.xml",
        lambda body: re.sub(
            rb'(office:value-type="float" office:value="60.5")', rb'table:formula="of:=1" \1', body
        ),
    )
    assert handed_in(with_formula, "formulier.ods") == [
        "Blad Indicatoren, cel D5: bevat een formule; typ de uitkomst als getal"
    ]
    far = b'<table:table-row table:number-rows-repeated="900000"><table:table-cell/></table:table-row>'
    far += (
        b'<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    )
    too_far = edited(ods, "content.xml", lambda body: body.replace(first_row, first_row + far, 1))
    assert "voorbij rij 2000 of kolom 60" in handed_in(too_far, "formulier.ods")[0]
    blanks = b'<table:table-row><table:table-cell/><table:table-cell office:value-type="string"><text:p>'
    blanks += b'<text:s text:c="2000000000"/></text:p></table:table-cell></table:table-row>'
    bomb = edited(ods, "content.xml", lambda body: body.replace(first_row, first_row + blanks, 1))
    assert handed_in(bomb, "formulier.ods")  # whatever it says: an answer, and this process lives


# Reading what is wrong


def test_everything_wrong_is_told_at_once_by_cell(handed_in: Callable[..., list[str]]) -> None:
    """Ten mistakes on two sheets give ten sentences, in the order of the sheets."""
    wrong: dict[Key, Value | float] = {
        ("indicators", "i1", "value"): 0.63,
        ("indicators", "i1", "rating"): None,
        ("indicators", "i2", "value"): "4l",
        ("indicators", "i2", "source"): "x" * 4001,
        ("indicators", "i2", "rating"): "op koer",
        ("adjust", "m1", "money"): "12.50",
        ("adjust", "m1", "ready"): "31 april 2027",
        ("adjust", "m1", "people"): "1.234",
        ("adjust", "m2", "ready"): date(2026, 12, 31),
        ("adjust", "m2", "kind"): "anders",
    }
    assert handed_in(typed(wrong)) == [
        "Blad Indicatoren, cel D5: 0,63 kan 0,63% of 63% zijn; "
        "schrijf 63 voor 63%, of '0,63% (met apostrof en procentteken) voor 0,63%",
        "Blad Indicatoren, cel F5: is niet ingevuld; "
        "kies uit: op koers, vraagt aandacht, niet op koers, niet gemeten",
        "Blad Indicatoren, cel D6: '4l' is geen getal; schrijf bijvoorbeeld 41",
        "Blad Indicatoren, cel E6: de tekst is 4001 tekens lang; schrijf hooguit 4000 tekens",
        "Blad Indicatoren, cel F6: 'op koer' staat niet in de lijst; "
        "bedoelt u 'op koers'? Kies dat uit de lijst",
        "Blad Bijsturing, cel C5: '12.50' is geen duidelijk bedrag; schrijf 12,50 of 12.500",
        "Blad Bijsturing, cel D5: de datum '31 april 2027' bestaat niet; "
        "schrijf dag, maand en jaar, bijvoorbeeld 12-4-2027",
        "Blad Bijsturing, cel E5: '1.234' kan een duizendtal of een breuk zijn; schrijf 1234",
        "Blad Bijsturing, cel D6: 31 december 2026 past hier niet; schrijf een datum vanaf 1 januari 2027",
        "Blad Bijsturing, cel F6: 'anders' staat niet in de lijst; kies uit: geld, datum",
    ]


def test_a_formula_or_error_is_named_by_its_cell(handed_in: Callable[..., list[str]]) -> None:
    """The reader would show '' or 0 for either: nobody's zero is made of it."""

    def calculate(book: openpyxl.Workbook) -> None:
        book["Indicatoren"]["D6"] = "=40+1"
        book["Bijsturing"]["D5"] = "=TODAY()"
        book["Bijsturing"]["E5"] = "#N/A"
        book["Bijsturing"]["B5"] = "=1"
        book["Indicatoren"]["J9"] = "=D6"

    assert handed_in(in_excel(calculate)) == [
        "Blad Indicatoren, cel D6: bevat een formule; typ de uitkomst als getal",
        "Blad Indicatoren, cel J9: staat buiten de velden en wordt niet gelezen; "
        "zet dit in een geel veld of maak de cel leeg",
        "Blad Bijsturing, cel B5: deze cel staat vast en is gewijzigd; "
        "gebruik het formulier zoals u het van ons kreeg",
        "Blad Bijsturing, cel D5: bevat een formule; typ de datum zelf",
        "Blad Bijsturing, cel E5: bevat een foutmelding van het rekenblad; typ de waarde zelf",
    ]


def test_nothing_that_was_written_is_lost_without_a_word(handed_in: Callable[..., list[str]]) -> None:
    """Words beside the table, on a sheet of one's own, in a copied sheet: told, not passed over."""

    def scribble(book: openpyxl.Workbook) -> None:
        book["Indicatoren"]["K5"] = "zie mail"
        book.create_sheet("Kladblok")["A1"] = "nog een verantwoording"
        book.create_sheet("Leeg")
        book.copy_worksheet(book["Bijsturing"])

    remedy = "zet uw tekst in de velden van het formulier en verwijder dit blad"
    assert handed_in(in_excel(scribble)) == [
        "Blad Indicatoren, cel K5: staat buiten de velden en wordt niet gelezen; "
        "zet dit in een geel veld of maak de cel leeg",
        f"Blad Kladblok: dit blad hoort niet bij het formulier; {remedy}",
        f"Blad Bijsturing Copy: dit blad staat er dubbel; {remedy}",
    ]


def test_changed_keys_and_locked_cells_are_noticed(handed_in: Callable[..., list[str]]) -> None:
    """Two row keys exchanged, a foreign one, one twice, a target that was lowered, a sheet thrown away."""

    def exchange(book: openpyxl.Workbook) -> None:
        page = book["Indicatoren"]
        page["A5"], page["A6"] = "i2", "i1"
        page["C5"] = 20

    def foreign(book: openpyxl.Workbook) -> None:
        book["Indicatoren"]["A6"] = "i9"
        del book["Bijsturing"]

    as_sent = "gebruik het formulier zoals u het van ons kreeg"
    changed = f"deze cel staat vast en is gewijzigd; {as_sent}"
    told = handed_in(in_excel(exchange))
    assert [f"Blad Indicatoren, cel {cell}: {changed}" for cell in ("B5", "C5", "B6", "C6")] == [
        line for line in told if "vast" in line
    ]
    assert handed_in(in_excel(foreign)) == [
        f"Blad Indicatoren: de rij 'i2' ontbreekt; {as_sent}",
        f"Blad Indicatoren, cel A6: het kenmerk van deze rij hoort niet bij het formulier; {as_sent}",
        f"Blad Bijsturing: dit blad ontbreekt; {as_sent}",
    ]


@pytest.mark.parametrize(
    ("made_of", "sentence"),
    [
        (write(FORM, b"van een andere gemeente"), "het kenmerk van dit formulier klopt niet; "),
        (
            write(replace(FORM, key="2027/Q1/report/mensen/due"), SECRET),
            "dit is een ander formulier dan gevraagd; ",
        ),
        (write(replace(FORM, version=2), SECRET), "dit is niet versie 1 van het formulier; "),
        (
            write(replace(FORM, municipality="Gemeente Elders"), SECRET),
            "het kenmerk van dit formulier klopt niet; ",
        ),
    ],
    ids=["secret", "key", "version", "municipality"],
)
def test_a_foreign_form_gives_one_mistake(
    made_of: bytes, sentence: str, handed_in: Callable[..., list[str]]
) -> None:
    """Another municipality's, theme's or version's form is refused as a whole."""
    (told,) = handed_in(made_of)
    assert told.startswith(f"Bestand formulier.xlsx: {sentence}")


# Hostile files


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
SHEET = "xl/worksheets/sheet2.xml"
HOSTILE: dict[str, tuple[bytes, str]] = {
    "far cell": (
        edited(FILLED, SHEET, lambda body: body.replace(b"</sheetData>", FAR)),
        "een blad heeft iets staan voorbij rij 2000 of kolom 60; "
        "maak die cellen leeg en stuur het formulier opnieuw",
    ),
    "entities": (
        edited(FILLED, SHEET, lambda b: b.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY x "y">]>', 1)),
        f"het bestand heeft een inhoud die een formulier nooit heeft; {AGAIN}",
    ),
    "macros": (
        edited(FILLED, SHEET, lambda b: b, **{"xl/vbaProject.bin": b"x"}),
        "het bestand bevat macro's; bewaar het als gewone .xlsx of .ods en stuur het opnieuw",
    ),
    "link": (
        edited(FILLED, SHEET, lambda b: b, **{"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        "het bestand bevat een ingevoegd bestand of een koppeling naar een ander bestand; "
        "haal die weg en stuur het opnieuw",
    ),
    "upward name": (
        edited(FILLED, SHEET, lambda b: b, **{"../../etc/x.xml": b"<a/>"}),
        f"het bestand heeft een onderdeel met een verboden naam; {AGAIN}",
    ),
    "name twice": (
        edited(FILLED, SHEET, lambda b: b, **{SHEET.upper(): b"<a/>"}),
        f"het bestand heeft twee onderdelen met dezelfde naam; {AGAIN}",
    ),
    "bomb": (
        edited(FILLED, SHEET, lambda b: b, **{"xl/media/a.png": b"0" * (51 * 2**20)}),
        f"het bestand is uitgepakt groter dan 50 MB; {AGAIN}",
    ),
    "many": (
        edited(FILLED, SHEET, lambda b: b, **{f"xl/{n}": b"" for n in range(1001)}),
        f"het bestand heeft meer dan 1000 onderdelen; {AGAIN}",
    ),
    "two formats": (
        edited(FILLED, SHEET, lambda b: b, **{"content.xml": b"<a/>"}),
        f"dit is geen .xlsx- of .ods-bestand; {AGAIN}",
    ),
    "hidden sheet": (
        edited(FILLED, SHEET, lambda b: b, **{"xl/x.xml": b'<row r="1"><c r="A1"><f>1</f></c></row>'}),
        f"het bestand heeft een inhoud die een formulier nooit heeft; {AGAIN}",
    ),
    "too large": (b"PK" + b"0" * (10 * 2**20), f"het bestand is groter dan 10 MB; {AGAIN}"),
    "old or encrypted": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 512,
        "het bestand heeft een wachtwoord of is een oud .xls-bestand; "
        "bewaar het zonder wachtwoord als .xlsx of .ods en stuur het opnieuw",
    ),
    "a picture": (b"\x89PNG", f"dit is geen .xlsx-, .ods- of .yaml-bestand; {AGAIN}"),
    "half": (FILLED[: len(FILLED) // 2], f"het bestand is beschadigd; {AGAIN}"),
}


@pytest.mark.parametrize("trick", HOSTILE)
def test_a_hostile_file_gives_one_sentence(trick: str, handed_in: Callable[..., list[str]]) -> None:
    """What would hang, kill or fool the reader is refused before it reads, with what to do."""
    data, sentence = HOSTILE[trick]
    assert handed_in(data) == [f"Bestand formulier.xlsx: {sentence}"]


def test_a_child_that_dies_is_one_mistake(handed_in: Callable[..., list[str]]) -> None:
    """A text that 49,000 cells share grows to gigabytes in the reader: the child dies, the parent says so."""
    rows = b"".join(
        b'<row r="%d">' % row
        + b"".join(b'<c r="%c%d" t="s"><v>0</v></c>' % (66 + at, row) for at in range(25))
        + b"</row>"
        for row in range(20, 1999)
    )
    big = edited(FILLED, SHEET, lambda body: body.replace(b"</sheetData>", rows + b"</sheetData>"))
    big = edited(
        big,
        "xl/sharedStrings.xml",
        lambda body: re.sub(rb"<si><t>jaarring</t></si>", b"<si><t>" + b"q" * 32_000 + b"</t></si>", body),
    )
    assert handed_in(big) == [f"Bestand formulier.xlsx: het bestand kan niet worden gelezen; {AGAIN}"]


@settings(max_examples=40)
@given(st.data())
def test_a_damaged_file_never_gives_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Bits flipped, pieces cut out or put in, an end missing, in the file or in one of its parts."""
    body = FILLED
    part = data.draw(st.sampled_from(["", SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"]))
    inside = zipfile.ZipFile(io.BytesIO(FILLED)).read(part) if part else body
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(inside) - 1))
        length = data.draw(st.integers(0, 40))
        inside = inside[:at] + data.draw(st.binary(max_size=40)) + inside[at + length :]
    if part:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = edited(FILLED, part, lambda old: inside if inside != old else inside + b" ")
    else:
        body = inside
    path = tmp_path_factory.mktemp("kapot") / "formulier.xlsx"
    path.write_bytes(body)
    told = read(path, FORM, SECRET)
    assert isinstance(told, Answers) or all(str(mistake).count(": ") for mistake in told) and told


# Spellings


@pytest.mark.parametrize(
    ("kind", "raw", "meant"),
    [
        ("count", "41", 41),
        ("count", 41.0, 41),
        ("number", "41,5", Decimal("41.5")),
        ("number", "−3", Decimal(-3)),
        ("number", "1.234,5", Decimal("1234.5")),
        ("number", "41.5", Decimal("41.5")),
        ("number", 0.1 + 0.2, Decimal("0.3")),
        ("percent", "68%", Decimal(68)),
        ("percent", "68 procent", Decimal(68)),
        ("percent", "0,5%", Decimal("0.5")),
        ("percent", "1", Decimal(1)),
        ("percent", 0, Decimal(0)),
        ("euro", "€ 12.500", Decimal(12500)),
        ("euro", "€\N{NO-BREAK SPACE}12.500,-", Decimal(12500)),
        ("euro", "12.500", Decimal(12500)),
        ("euro", "12 500 euro", Decimal(12500)),
        ("date", "12-4-2027", date(2027, 4, 12)),
        ("date", "12 april 2027", date(2027, 4, 12)),
        ("date", "Maandag 12 apr. 2027", date(2027, 4, 12)),
        ("date", "2027-04-12", date(2027, 4, 12)),
        ("rating", "  OP  KOERS ✓ ", "op koers"),
        ("text", "een\ttwee\u202e\u0007", "een twee"),
        ("text", 41.5, "41,5"),
        ("text", date(2027, 4, 1), "1 april 2027"),
        ("number", "  ", None),
    ],
)
def test_people_may_write_as_they_do(kind: Kind, raw: Raw, meant: Value) -> None:
    """One meaning: taken."""
    read_as = understand(Field(kind, decimals=1), raw)
    assert read_as == meant and type(read_as) is type(meant)


@pytest.mark.parametrize(
    ("kind", "raw", "asked"),
    [
        ("number", "4l", "'4l' is geen getal; schrijf bijvoorbeeld 41"),
        ("number", "veel", "'veel' is geen getal; schrijf bijvoorbeeld 41"),
        ("number", "1.234", "'1.234' kan een duizendtal of een breuk zijn; schrijf 1234 of 1,234"),
        ("count", "1.234", "'1.234' kan een duizendtal of een breuk zijn; schrijf 1234"),
        ("count", "2,5", "2,5 is geen heel getal; schrijf een aantal zonder komma, bijvoorbeeld 3"),
        ("count", -1, "-1 past hier niet; schrijf een heel getal vanaf 0"),
        (
            "number",
            "41,55",
            "41,55 heeft te veel cijfers achter de komma; schrijf hooguit 1 cijfer achter de komma: 41,6",
        ),
        (
            "percent",
            1.0,
            "1 kan 1% of 100% zijn; schrijf 100 voor 100%, of '1% (met apostrof en procentteken) voor 1%",
        ),
        ("percent", "120%", "120 past hier niet; schrijf een getal van 0 tot en met 100"),
        ("euro", "12,500", "'12,500' kan een duizendtal of een breuk zijn; schrijf 12.500 of 12,5"),
        ("euro", "twaalf", "'twaalf' is geen bedrag; schrijf bijvoorbeeld 12.500"),
        ("number", True, "'WAAR' is geen getal; schrijf bijvoorbeeld 41"),
        ("number", "٤١", "'٤١' is geen getal; schrijf bijvoorbeeld 41"),
        ("date", 46489, "'46489' is geen datum; schrijf bijvoorbeeld 12-4-2027"),
        ("date", "12-4-27", "'12-4-27' heeft een jaar van twee cijfers; schrijf 12-4-2027"),
        (
            "date",
            "4/13/2027",
            "de datum '4/13/2027' bestaat niet; schrijf dag, maand en jaar, bijvoorbeeld 12-4-2027",
        ),
        (
            "rating",
            "groen",
            "'groen' staat niet in de lijst; "
            "kies uit: op koers, vraagt aandacht, niet op koers, niet gemeten",
        ),
    ],
)
def test_what_can_be_read_two_ways_is_asked_back(kind: Kind, raw: Raw, asked: str) -> None:
    """No meaning, or more than one: a sentence with what to write."""
    doubt = understand(Field(kind, decimals=1), raw)
    assert isinstance(doubt, Doubt)
    assert f"{doubt.what}; {doubt.remedy}".startswith(asked)


@given(
    st.sampled_from(["number", "percent", "count", "euro", "date", "rating", "text"]),
    st.one_of(
        st.text(max_size=30),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.dates(),
        st.datetimes(),
        st.text("0123456789.,-+ €%l", max_size=12),
    ),
)
def test_any_cell_is_a_value_or_a_question(kind: Kind, raw: Raw) -> None:
    """Whatever stands in a cell, reading it never fails; what is taken can be written and read again."""
    value = understand(Field(kind), raw)
    if isinstance(value, Doubt):
        assert value.what and value.remedy
    elif isinstance(value, str):
        assert clean(value) == value


# YAML


YAML = """\
formulier: 2027/Q1/report/gebouwen/due
Indicatoren:
  i1:
    value: 60,5
    rating: op koers
  i2:
    value: {value}
    rating: niet op koers
Bijsturing:
  m2:
    {field}: 2027-11-15
"""


def test_a_script_hands_in_the_same_as_yaml(handed_in: Callable[..., Answers], tmp_path: Path) -> None:
    """Sheet name, row, column: value; what is left out is empty; the place is a line."""
    data = YAML.format(value="41,5", field="ready").encode()
    answers = handed_in(data, "q1.yaml")
    assert answers.values[("indicators", "i2", "value")] == Decimal("41.5")
    assert answers.values[("adjust", "m2", "ready")] == date(2027, 11, 15)
    assert answers.values[("adjust", "m1", "money")] is None and answers.values.keys() == READ.keys()
    assert place(answers, "indicators", "i2", "value") == "Bestand q1.yaml, regel 7"
    assert identity(tmp_path / "q1.yaml") == FORM.key


def test_of_very_many_mistakes_a_person_gets_what_he_can_read(handed_in: Callable[..., list[str]]) -> None:
    """A file with twenty thousand made-up names does not become a mail of megabytes."""
    made_up = "".join(f"naam{n}: 1\n" for n in range(5_000))
    told = handed_in((YAML.format(value="41", field="ready") + made_up).encode(), "q1.yaml")
    assert (
        len(told) == 201 and told[-1] == "Dit formulier: er zijn nog 4800 andere fouten; verbeter eerst deze"
    )


def test_a_line_end_in_a_file_name_makes_no_line_of_its_own(handed_in: Callable[..., list[str]]) -> None:
    (told,) = handed_in(b"PK no zip", "a\nVastgelegd: alles.xlsx")
    assert told.startswith("Bestand a Vastgelegd: alles.xlsx: het bestand is beschadigd")


def test_mistakes_in_yaml_are_told_by_line(handed_in: Callable[..., list[str]]) -> None:
    """A wrong value, a field that is not asked and one left out; then a broken file and another form."""
    assert handed_in(
        YAML.format(value="4l", field="money").replace("    rating: op", "#").encode(), "q1.yaml"
    ) == [
        "Bestand q1.yaml, regel 3: Indicatoren.i1.rating: is niet ingevuld; "
        "kies uit: op koers, vraagt aandacht, niet op koers, niet gemeten",
        "Bestand q1.yaml, regel 7: Indicatoren.i2.value: '4l' is geen getal; schrijf bijvoorbeeld 41",
        "Bestand q1.yaml, regel 11: Bijsturing.m2: veld 'money' staat niet in het formulier "
        "of wordt niet gevraagd; kies uit: ready, people, kind",
    ]
    (broken,) = handed_in(b"formulier: [", "q1.yaml")
    assert broken.startswith("Bestand q1.yaml, regel ")
    (other,) = handed_in(b"formulier: 2027/Q2/x", "q1.yaml")
    assert other == (
        "Bestand q1.yaml, regel 1: dit is een ander formulier dan gevraagd; "
        "schrijf 'formulier: 2027/Q1/report/gebouwen/due'"
    )


@given(st.text(max_size=200))
def test_any_text_as_yaml_is_an_answer_or_mistakes(text: str) -> None:
    """Whatever a script sends, nothing is raised."""
    from jaarring.forms import yamlform

    for said in (text, f"formulier: {FORM.key}\nIndicatoren: {text}"):
        told = yamlform.read(said, "x.yaml", FORM)
        assert isinstance(told, Answers) or told
