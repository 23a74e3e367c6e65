"""Promises of the forms for a word processor: the same document as ODT and DOCX, in the house style, with the
texts that a clerk may edit marked.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from jaarring.document import DocumentError, HouseStyle, document_environment, page, tree
from jaarring.document import docx as docx_form
from jaarring.document.checks import text_of
from jaarring.document.editing import Writer
from jaarring.document.elements import ELEMENTS, HEADINGS
from jaarring.document.office import docx, odt
from jaarring.document.svg import SVG, alternative
from jaarring.dutch import filters
from tests import need
from tests.document_sample import TEMPLATES, report
from tests.test_document import EVERYTHING, article

WRITERS: dict[str, Callable[..., bytes]] = {"odt": odt, "docx": docx}
FORMS = pytest.mark.parametrize("form", WRITERS)
HOUSE = HouseStyle(
    "Elzenwaard", colour="#123456", accent="#7a1234", foot="Controlegetal 12", notice="Geheim: h"
)
EDIT = "<div data-edit='{0}'><p>eerste van {0}</p><p>tweede<br/>regel</p></div>"
#: every element, texts to edit wherever they may stand, and chapters enough for a contents list
WHOLE = EVERYTHING.replace(
    "</article>",
    f"<section><h2>Vrij</h2>{EDIT.format('a')}<dl><dt>begrip</dt><dd>{EDIT.format('b/c')}</dd></dl>"
    "<table><caption>vrij</caption><thead><tr><th scope='col'>tekst</th></tr></thead>"
    f"<tbody><tr><td>{EDIT.format('d')}</td></tr></tbody></table>"
    f"<blockquote>{EDIT.format('e')}</blockquote><aside class='note'>{EDIT.format('f')}</aside></section>"
    + "".join(f"<section><h2>Hoofdstuk {number}</h2><p>tekst</p></section>" for number in range(4))
    + "</article>",
)
PLACES = ["lessons/fb", "a", "b/c", "d", "e", "f"]


def made(form: str, html: str = WHOLE, **changes: Any) -> bytes:
    said: dict[str, Any] = {
        "title": "Verslag 2027",
        "author": "Gemeente Elzenwaard",
        "description": "Proef",
        "at": date(2028, 3, 21),
        "house": HOUSE,
        "status": "concept",
        "properties": {"jaarring-stuk": "2027/council openbaar"},
    }
    return WRITERS[form](html, **{**said, **changes})


def parts(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def xml(file: bytes) -> dict[str, etree._Element]:
    """Each piece of XML in a file; what is not well-formed stops the test."""
    found = parts(file).items()
    return {name: etree.fromstring(it) for name, it in found if name.endswith((".xml", ".rels", ".rdf"))}


def body(form: str, file: bytes) -> etree._Element:
    found = xml(file)["content.xml" if form == "odt" else "word/document.xml"].find(".//{*}body")
    assert found is not None
    return found


def folded(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def text_in(form: str, node: etree._Element) -> str:
    """What a reader sees in a part of a file, before a word processor: tabs and line breaks as space."""
    if form == "docx":
        seen = [
            it.text or "" if it.tag.endswith("}t") else " "
            for it in node.iter("{*}t", "{*}tab", "{*}br", "{*}p")
        ]
        return folded("".join(seen))
    return folded("".join(_odt_words(node)))


def _odt_words(node: etree._Element) -> Iterator[str]:
    name = etree.QName(node).localname
    if name in ("title", "desc", "note-citation", "index-title-template", "binary-data"):
        return
    if name in ("p", "h", "line-break", "tab", "s"):
        yield " "
    yield node.text or ""
    for child in node:
        yield from _odt_words(child)
        yield child.tail or ""


# ---- what LibreOffice reads in them ------------------------------------------------------------------------


@cache
def _opened(folder: Path, to: str) -> dict[str, Path]:
    """Both forms of the whole document, opened by LibreOffice and saved as something else: once a module."""
    office = [need.libreoffice(), f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    for form in WRITERS:
        (folder / f"uit-{form}.{form}").write_bytes(made(form))
    files = [str(folder / f"uit-{form}.{form}") for form in WRITERS]
    subprocess.run(
        [*office, "--convert-to", to, "--outdir", str(folder), *files],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return {form: folder / f"uit-{form}.{to}" for form in WRITERS}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("office")


@pytest.fixture(params=WRITERS)
def read(request: pytest.FixtureRequest, folder: Path) -> etree._Element:
    """The body of one form as LibreOffice saves it after opening."""
    file = _opened(folder, "fodt")[request.param]
    found = etree.parse(file, etree.XMLParser(huge_tree=True)).getroot().find(".//{*}body")
    assert found is not None
    return found


def words(node: etree._Element) -> str:
    """The words of a piece as LibreOffice saves it; its own line breaks between elements are no words."""
    return folded("".join(_odt_words(node)))


@pytest.mark.slow
def test_a_word_processor_finds_the_same_headings(read: etree._Element) -> None:
    headings = [(int(it.tag[1]), text_of(it)) for it in tree(WHOLE).iter(*HEADINGS)]
    found = [(int(_at(it, "outline-level")), words(it)) for it in read.iter("{*}h")]

    assert found == headings


@pytest.mark.slow
def test_a_word_processor_finds_the_same_tables(read: etree._Element) -> None:
    """Row by row and cell by cell; the head of each is a head that returns on each sheet."""
    asked = [
        [[_words_of(it) for it in row] for row in table.iter("tr")] for table in tree(WHOLE).iter("table")
    ]
    tables = list(read.iter("{*}table"))

    assert [
        [[words(it) for it in row.iter("{*}table-cell")] for row in table.iter("{*}table-row")]
        for table in tables
    ] == asked
    assert [len(table.findall("{*}table-header-rows/{*}table-row")) for table in tables] == [1] * len(asked)


@pytest.mark.slow
def test_a_word_processor_finds_each_picture_with_the_words_for_who_cannot_see_it(
    read: etree._Element,
) -> None:
    asked = [alternative(drawing) for drawing in tree(WHOLE).iter(SVG + "svg")]

    assert [it.findtext("{*}desc") for it in read.iter("{*}frame")] == asked
    assert all(it.find("{*}image") is not None for it in read.iter("{*}frame"))


@pytest.mark.slow
def test_a_word_processor_finds_the_notes_and_where_links_lead(read: etree._Element) -> None:
    notes = [_words_of(it) for it in tree(WHOLE).iterfind(".//span[@class='fn']")]
    targets = {_at(it, "name") for it in read.iter("{*}bookmark", "{*}bookmark-start")}
    links = [_at(it, "href") for it in read.iter("{*}a")]

    assert [words(it) for it in read.iter("{*}note-body")] == notes
    assert len([link for link in links if link.startswith("#")]) >= 1
    assert {link[1:] for link in links if link.startswith("#")} <= targets


@pytest.mark.slow
def test_a_text_to_edit_opens_as_ordinary_paragraphs(read: etree._Element) -> None:
    """No field to fill in with a dialog, as LibreOffice makes of some content controls."""
    assert not list(read.iter("{*}text-input"))
    found = [words(it) for it in read.iter("{*}p")]
    assert [it for it in found if it.startswith("eerste van")] == [
        f"eerste van {place}" for place in PLACES[1:]
    ]


@pytest.mark.slow
@FORMS
def test_on_paper_each_sheet_says_what_it_is(folder: Path, form: str) -> None:
    """From the second sheet on title and status at the top; on every sheet the municipality, the count, and
    what is secret. At the end the line for the file.
    """
    run = subprocess.run(
        [Path(need.poppler()).with_name("pdftotext"), "-layout", _opened(folder, "pdf")[form], "-"],
        capture_output=True,
        check=True,
    )
    sheets = [folded(sheet) for sheet in run.stdout.decode().split("\f")[:-1]]

    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        assert f"pagina {number} van {len(sheets)}" in sheet
        assert "Gemeente Elzenwaard" in sheet and "Geheim: h" in sheet
        assert ("Verslag 2027 Concept" in sheet) == (number > 1)
    assert "Controlegetal 12" in sheets[-1]
    assert "lood" in sheets[0] and "kop drie" not in sheets[0]  # its section begins on a new sheet


def _at(node: etree._Element, local: str) -> str:
    """The value of an attribute, whatever its namespace."""
    return next(str(value) for name, value in node.items() if str(name).rpartition("}")[2] == local)


def _words_of(cell: etree._Element) -> str:
    return folded(" ".join(map(str, cell.itertext())))


# ---- what stands in the files ------------------------------------------------------------------------------


def squashed(text: str) -> str:
    """Without white space: where a line ends is the form's to say."""
    return re.sub(r"\s+", "", text)


def _read_out(node: etree._Element, notes: bool = True) -> str:
    """The text of an element in the order of its page, the words above a drawing first; `notes` as well."""
    if node.tag == SVG + "svg" or not notes and node.get("class") == "fn":
        return ""
    return (node.text or "") + "".join(_read_out(it, notes) + (it.tail or "") for it in node)


@FORMS
@pytest.mark.parametrize("html", [WHOLE, report()], ids=["every element", "the sample report"])
def test_the_text_is_the_text_of_the_document(form: str, html: str) -> None:
    """To the letter and in order; beside it only what the form says itself. An element that is added to the
    list and forgotten by a writer fails here.
    """
    root, file, inline = tree(html), made(form, html), form == "odt"
    found = text_in(form, body(form, file))
    header = root.find("header")
    assert header is not None
    top = [it for it in header if it.tag == "h1" or it.get("class") == "subtitle"]
    under = [it for it in header if it not in top]
    chapters = [_read_out(it, inline) for it in root.iter("h2")]
    asked = ["Gemeente Elzenwaard", *map(_read_out, top), "Concept", *(_read_out(it, inline) for it in under)]
    asked += ["Inhoud", *chapters, *(_read_out(it, inline) for it in list(root)[1:]), "Controlegetal 12"]

    assert squashed(found) == squashed("".join(asked))
    if form == "docx":  # its notes are a file of their own
        notes = "".join(_read_out(it) for it in root.iterfind(".//span[@class='fn']"))
        assert squashed(text_in(form, xml(file)["word/footnotes.xml"])) == squashed(notes)


def test_the_sample_has_every_element() -> None:
    used = {str(node.tag) for node in tree(WHOLE).iter(etree.Element)}

    assert used >= set(ELEMENTS)
    assert [node.get("data-edit") for node in tree(WHOLE).iter("div")] == PLACES


@FORMS
def test_an_element_that_is_not_known_is_an_error(form: str) -> None:
    with pytest.raises(DocumentError):
        made(form, article("<marquee>x</marquee>"))
    markup: Any = docx_form.DOCX()
    for node in ({"t": "marquee", "body": []}, {"t": "p", "body": [{"t": "blink", "body": ["x"]}]}):
        with pytest.raises(KeyError):
            Writer(markup, "Lato").blocks([node])


@FORMS
def test_a_text_to_edit_is_marked_with_its_place(form: str) -> None:
    """A section with that name; a content control with that tag, which cannot be thrown away."""
    root = body(form, made(form))
    if form == "odt":
        found = {_at(it, "name"): it for it in root.iter("{*}section")}
    else:
        controls = [it for it in root.iter("{*}sdt") if it.find("{*}sdtPr/{*}tag") is not None]
        found = {_value(it, "tag"): it for it in controls}
        assert {_value(it, "alias") for it in controls} == {"Vrije tekst"}
        assert {_value(it, "lock") for it in controls} == {"sdtLocked"}

    assert list(found) == PLACES
    assert text_in(form, found["lessons/fb"]) == "vrij"
    for place in PLACES[1:]:
        assert text_in(form, found[place]) == f"eerste van {place} tweede regel"


def _value(control: etree._Element, name: str) -> str:
    it = control.find(f"{{*}}sdtPr/{{*}}{name}")
    assert it is not None
    return _at(it, "val")


@FORMS
def test_the_properties_are_what_was_said_and_no_more(form: str) -> None:
    """No clock, no name of a person or machine, no picture of the first sheet."""
    file = made(form)
    if form == "odt":
        said = {etree.QName(it).localname: it.text for it in xml(file)["meta.xml"][0]}
        assert said == {
            "generator": "Jaarring",
            "title": "Verslag 2027",
            "description": "Proef",
            "initial-creator": "Gemeente Elzenwaard",
            "creator": "Gemeente Elzenwaard",
            "creation-date": "2028-03-21T12:00:00",
            "date": "2028-03-21T12:00:00",
            "language": "nl-NL",
            "user-defined": "2027/council openbaar",
        }
    else:
        said = {etree.QName(it).localname: it.text for it in xml(file)["docProps/core.xml"]}
        assert said == {
            "title": "Verslag 2027",
            "creator": "Gemeente Elzenwaard",
            "description": "Proef",
            "lastModifiedBy": "Gemeente Elzenwaard",
            "created": "2028-03-21T12:00:00Z",
            "modified": "2028-03-21T12:00:00Z",
            "language": "nl-NL",
        }
        (own,) = xml(file)["docProps/custom.xml"]
        assert (own.get("name"), own[0].text) == ("jaarring-stuk", "2027/council openbaar")
    assert not [name for name in parts(file) if "thumbnail" in name.lower()]


@FORMS
def test_all_of_it_is_dutch_and_in_the_colours_of_the_house(form: str) -> None:
    files = {name: it.decode() for name, it in parts(made(form)).items() if name.endswith(".xml")}
    styles = files["styles.xml" if form == "odt" else "word/styles.xml"]

    assert set(re.findall(r'fo:language="(\w+)"|w:lang w:val="([\w-]+)"', "".join(files.values()))) == (
        {("nl", "")} if form == "odt" else {("", "nl-NL")}
    )
    assert "en-US" not in "".join(files.values())
    assert (
        "123456" in styles
        and "7a1234" in styles
        and HouseStyle("x").colour[1:] not in "".join(files.values())
    )


@FORMS
def test_a_style_that_the_text_names_is_there(form: str) -> None:
    """A word processor shows what has an unknown style as plain text, and says nothing."""
    files = xml(made(form, WHOLE, house=HouseStyle("E", mark="SIMULATIE")))
    if form == "odt":
        roots = [files["content.xml"], files["styles.xml"]]
        there = {
            v
            for root in roots
            for it in root.iter()
            for k, v in it.items()
            if str(k).endswith("style:1.0}name")
        }
        named = {
            v
            for it in roots[0].iter()
            for k, v in it.items()
            if str(k).endswith(("}style-name", "parent-style-name"))
        }
    else:
        there = {_at(it, "styleId") for it in files["word/styles.xml"].iter("{*}style")}
        named = {
            _at(it, "val")
            for name in ("word/document.xml", "word/footnotes.xml", "word/header.xml", "word/footer.xml")
            for it in files[name].iter("{*}pStyle", "{*}rStyle", "{*}tblStyle")
        }

    assert named - there == set()
    assert len(named) > 20


@FORMS
def test_a_short_document_has_no_contents_list(form: str) -> None:
    assert "Inhoud" in text_in(form, body(form, made(form)))
    assert "Inhoud" not in text_in(form, body(form, made(form, EVERYTHING)))


LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 90 30"><title>Logo</title>'
    '<rect width="30" height="30"/></svg>'
)


@FORMS
def test_the_logo_stands_first_with_words_for_who_cannot_see_it(form: str) -> None:
    house = HouseStyle("Elzenwaard", logo=LOGO)
    root = body(form, made(form, house=house))
    name = "{*}desc" if form == "odt" else "{*}docPr"
    pictures = [it.text if form == "odt" else it.get("descr") for it in root.iter(name)]

    assert pictures == [house.logo_words, "Twee van drie."]
    assert next(root.iter("{*}p")).find(".//{*}frame" if form == "odt" else ".//{*}drawing") is not None


# ---- the words of people -----------------------------------------------------------------------------------


def said(text: str) -> str:
    source = "{% from '_frames/macros.html' import editable %}{{ editable('les', text) }}"
    return article(document_environment(TEMPLATES, filters()).from_string(source).render(text=text))


def edited(form: str, html: str) -> str:
    root = body(form, made(form, html))
    name = "{*}section" if form == "odt" else "{*}sdtContent"
    (found,) = root.iter(name)
    return text_in(form, found)


@FORMS
@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script> <w:p/> &amp; ]]> {{ 7 * 7 }} *sterk* [a](b) $x^2$ \\begin{x} `code`",
        "=cmd|' /C calc'!A0",
        "klaar 🎉 安 Łódź cafe\u0301 \u202edrah\u202c \u200fab",
        '" onload="x" \' --> <!-- M10 -->',
    ],
)
def test_what_a_person_writes_stays_those_words(form: str, typed: str) -> None:
    """Markup, formulas, signs that no font of ours has, marks for another direction: to the sign."""
    assert edited(form, said(typed)) == folded(typed)


@FORMS
def test_control_characters_are_left_out_and_nothing_else(form: str) -> None:
    assert edited(form, said("een\x00\x0b twee\x1f\ufffe drie")) == "een twee drie"


@pytest.mark.parametrize("form", WRITERS)
@settings(max_examples=15, deadline=None)
@given(text=some.text(max_size=200))
def test_whatever_a_person_types_gives_a_file(form: str, text: str) -> None:
    file = made(form, said(text), title=text or "t", description=text, properties={"jaarring-stuk": text})

    assert xml(file)


# ---- the same bytes ----------------------------------------------------------------------------------------

PRINT = """
import hashlib, sys
from datetime import date
from jaarring.document import HouseStyle
from jaarring.document.office import docx, odt
from tests.document_sample import report
for writer in (odt, docx):
    file = writer(report(), title="t", author="a", description="d", at=date(2028, 3, 21),
                  house=HouseStyle("Elzenwaard"), properties={"b": "1", "a": "2"})
    print(hashlib.sha256(file).hexdigest())
"""


def test_the_same_document_has_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """Another time zone, hash seed, language and folder."""
    seen = set()
    for zone, seed, language, at in (
        ("UTC", "1", "C", TEMPLATES.parent),
        ("Pacific/Kiritimati", "4711", "nl_NL.UTF-8", tmp_path),
    ):
        its = {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": language, "PYTHONPATH": str(TEMPLATES.parent)}
        run = subprocess.run(
            [sys.executable, "-c", PRINT],
            env=os.environ | its,
            capture_output=True,
            text=True,
            check=True,
            cwd=at,
        )
        seen.add(run.stdout)

    assert len(seen) == 1
    assert len(set(seen.pop().split())) == 2
    assert all(made(form) != made(form, title="Verslag 2028") for form in WRITERS)  # the control


@FORMS
def test_the_archive_says_no_time_and_has_its_files_in_order(form: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(form))) as archive:
        entries = archive.infolist()
    names = [one.filename for one in entries]

    assert {one.date_time for one in entries} == {(1980, 1, 1, 0, 0, 0)}
    if form == "odt":
        assert (names[0], entries[0].compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert names == sorted(names, key=lambda name: (name != "mimetype", name))


@FORMS
def test_every_part_is_declared(form: str) -> None:
    """A word processor calls a file broken that holds what its list does not name, or lacks what it names."""
    files = parts(made(form))
    if form == "odt":
        listed = {_at(it, "full-path") for it in xml(made(form))["META-INF/manifest.xml"]}
        assert listed - {"/"} == set(files) - {"mimetype", "META-INF/manifest.xml"}
        return
    kinds = etree.fromstring(files["[Content_Types].xml"])
    named = {str(it.get("PartName")).lstrip("/") for it in kinds if it.get("PartName")}
    assert named <= set(files)
    targets = etree.fromstring(files["word/_rels/document.xml.rels"])
    inside = {f"word/{it.get('Target')}" for it in targets if it.get("TargetMode") != "External"}
    assert inside <= set(files)
    used = re.findall(r'r:(?:id|embed)="([^"]+)"', files["word/document.xml"].decode())
    assert set(used) <= {str(it.get("Id")) for it in targets}


def test_the_page_of_the_same_document_is_untouched() -> None:
    assert "data-edit" not in page(WHOLE, title="t", description="d", house=HOUSE)
