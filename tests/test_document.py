"""Promises of the document room: one HTML, checked once, becomes a page and a PDF that anyone can read."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError
from lxml import etree
from lxml import html as browser
from pikepdf import Array, Dictionary, Name, Pdf, String

from jaarring.document import DocumentError, HouseStyle, document_environment, page, pdf, tree
from jaarring.document.elements import ELEMENTS
from jaarring.document.glyphs import mapped_characters, printable
from jaarring.document.house import FALLBACK, FONTS, RATINGS, READABLE, SHADE, WHITE, Status, contrast
from jaarring.dutch import filters
from tests import need
from tests.document_sample import TEMPLATES, report
from tests.pdf_check import CHECKS, check

ELZENWAARD = HouseStyle("Elzenwaard")
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 100 20">'
    "<title>Twee van drie</title>{}</svg>"
)


def article(body: str) -> str:
    return f'<article lang="nl"><header><h1>Verslag</h1></header>{body}</article>'


def as_pdf(html: str, status: Status = None, **changes: Any) -> bytes:
    said = {
        "title": "Verslag 2027",
        "author": "College van Elzenwaard",
        "description": "Proef",
        "at": date(2028, 3, 21),
    }
    return pdf(html, house=ELZENWAARD, status=status, **{**said, **changes})


def as_page(html: str, status: Status = None) -> browser.HtmlElement:
    return browser.document_fromstring(
        page(html, title="Verslag 2027", description="Proef", house=ELZENWAARD, status=status)
    )


def words(file: bytes) -> str:
    """The text of a PDF as poppler reads it, white space folded."""
    reader = Path(need.poppler()).with_name("pdftotext")
    run = subprocess.run([reader, "-layout", "-", "-"], input=file, capture_output=True, check=True)
    return " ".join(run.stdout.decode().replace("\u00a0", " ").split())


@pytest.fixture(scope="module")
def council() -> bytes:
    """The sample council report as PDF."""
    return as_pdf(report(), status="concept", title="Raadsrapportage integrale beveiliging 2027")


# ---- the list of elements, and what is refused ------------------------------------------------------------

TABLE = "<table>{}<thead><tr>{}</tr></thead><tbody><tr><td>1</td></tr></tbody></table>"
CAPTION, HEAD = "<caption>Stand</caption>", '<th scope="col">Aantal</th>'

REFUSED = [
    ("<marquee>x</marquee>", "<marquee> staat niet op de lijst van elementen"),
    ("<script>alert(1)</script>", "<script> staat niet op de lijst van elementen"),
    ('<p style="color:red">x</p>', "<p> mag geen style hebben"),
    ('<p onclick="x()">x</p>', "<p> mag geen onclick hebben"),
    ('<p class="geheim">x</p>', "<p> kent de klasse geheim niet"),
    ("<ul>los<li>x</li></ul>", "in <ul> mag geen losse tekst staan; zet er <p> omheen"),
    ("<p><ul><li>x</li></ul></p>", "<ul> mag niet in <p> staan"),
    ("<!-- M10 -->", "HTML-commentaar gaat mee naar de lezer; schrijf {# … #}"),
    ("<p>a&nbsp;b</p>", "geen goed gevormde XML; sluit elk element, schrijf geen &nbsp;"),
    ("<p>open", "geen goed gevormde XML; sluit elk element, schrijf geen &nbsp;"),
    ("<section><h3>x</h3></section>", "<h3> slaat een niveau over; verwacht is hier h2"),
    ("<section><h2> </h2></section>", "een lege <h2>"),
    (TABLE.format("", HEAD), "<table> heeft caption, thead, tbody en zo nodig tfoot"),
    (TABLE.format("<caption> </caption>", HEAD), "<caption> is leeg; zeg wat de tabel laat zien"),
    (TABLE.format(CAPTION, "<th>Aantal</th>"), '<thead> bestaat uit <th scope="col"> met een woord erin'),
    (
        TABLE.format(CAPTION, '<th scope="col"></th>'),
        '<thead> bestaat uit <th scope="col"> met een woord erin',
    ),
    (TABLE.format(CAPTION, HEAD * 2), "de rijen van <table> hebben niet evenveel cellen"),
    (
        TABLE.format(CAPTION, HEAD).replace("<table>", '<table data-width="3 1">'),
        "data-width is een getal van 1 tot 99 voor elke kolom",
    ),
    (f"<figure>{SVG.format('')}</figure>", "<figure> heeft een <svg> en dan een <figcaption>"),
    (SVG.format("").replace("Twee van drie", ""), "<svg> heeft een <title> die zegt wat er te zien is"),
    (SVG.format("<script/>"), "<script> mag niet in een <svg> staan"),
    (SVG.format('<rect fill="url(https://elders.example/)"/>'), "fill in een <svg> verwijst naar buiten"),
    (SVG.format('<text data-naam="M10">x</text>'), "<text> in een <svg> mag geen data-naam hebben"),
    ('<p><span class="rating goed">op koers</span></p>', "een oordeel goed begint met het teken ✓ en heeft"),
    (
        '<p><span class="rating niet">✗</span></p>',
        "een oordeel niet begint met het teken ✗ en heeft een woord",
    ),
    ("<p><span>x</span></p>", "<span> is een oordeel"),
    ('<section><h2>x<span class="fn">y</span></h2></section>', "een noot (fn) staat niet in een kop"),
    ('<p><a href="#weg">x</a></p>', "de verwijzing naar #weg komt nergens uit"),
    ('<p><a href="javascript:x()">x</a></p>', "<a> verwijst naar #… in het document of naar https://"),
    ('<p id="a">x</p><p id="a">y</p>', "de id a komt meer dan eens voor"),
    ('<p id="_tekst">x</p>', "de id _tekst begint met een letter"),
    ("<dl><dd>x</dd></dl>", "<dl> bestaat uit telkens een <dt> met een of meer <dd>"),
    ("<div><p>x</p></div>", "<div> heeft data-edit met de plaats van een tekst"),
    (f"<div data-edit='{'a' * 65}'><p>x</p></div>", "<div> heeft data-edit met de plaats van een tekst"),
    ("<div data-edit='a'><p>x</p></div>" * 2, "data-edit a komt meer dan eens voor"),
    ("<div data-edit='a'>x</div>", "in <div> mag geen losse tekst staan; zet er <p> omheen"),
]


@pytest.mark.parametrize(("body", "sentence"), REFUSED, ids=[sentence[:40] for _, sentence in REFUSED])
def test_what_breaks_the_rules_is_named_and_no_writer_drops_it(body: str, sentence: str) -> None:
    for writer in (tree, as_page, as_pdf):
        with pytest.raises(DocumentError) as refused:
            writer(article(body))
        assert any(sentence in mistake for mistake in refused.value.mistakes), refused.value.mistakes


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    with pytest.raises(DocumentError) as refused:
        tree(article("\n<marquee>x</marquee>\n<p class='geheim'>x</p>\n<section><h4>x</h4></section>"))

    lines = [mistake.split(":")[0] for mistake in refused.value.mistakes]
    assert lines == ["regel 2", "regel 3", "regel 4"]


def test_a_document_type_and_its_entities_are_refused() -> None:
    with pytest.raises(DocumentError) as refused:
        tree('<!DOCTYPE article [<!ENTITY weg "x">]>' + article("<p>&weg;</p>"))

    assert "regel 1: een DOCTYPE hoort niet in een document" in refused.value.mistakes


def test_a_mistake_never_quotes_the_text_of_a_document() -> None:
    with pytest.raises(DocumentError) as refused:
        tree(article("<marquee>persoonsbeveiliging</marquee><p>persoonsbeveiliging &nbsp;</p>"))

    assert "persoonsbeveiliging" not in str(refused.value)


EVERYTHING = article(
    "<p class='lead'>lood</p><p class='meta'>meta</p><aside class='note'><p>terzijde</p></aside>"
    "<section id='een' class='page'><h2>kop twee</h2><section><h3>kop drie</h3><h4>kop vier</h4>"
    "<p>gewoon <strong>sterk</strong> en <em>nadruk</em>,<br/>nieuwe regel"
    "<span class='fn'>voetnoot</span></p>"
    "<ul><li>punt<ul><li>dieper</li></ul></li></ul><ol><li>eerste</li></ol>"
    "<dl><dt>begrip</dt><dd>uitleg</dd></dl><blockquote><p>citaat</p></blockquote>"
    "<div data-edit='lessons/fb'><p>vrij</p></div>"
    "<p><a href='#een'>verwijzing</a> <span class='leeg'>niet ingevuld</span></p></section></section>"
    "<table data-width='3 1'><caption>bijschrift</caption>"
    "<thead><tr><th scope='col'>kopcel</th><th scope='col' class='num'>bedrag</th></tr></thead>"
    "<tbody><tr><th scope='row'>rijnaam</th><td class='num'>cel</td></tr></tbody>"
    "<tfoot><tr><th scope='row'>totaalrij</th><td class='num'>som</td></tr></tfoot></table>"
    f"<figure>{SVG.format('<text>woord</text>')}<figcaption>onderschrift</figcaption></figure>"
    + "".join(
        f"<p><span class='rating {name}'>{it.sign} oordeel{name}</span></p>" for name, it in RATINGS.items()
    )
)


def test_every_element_of_the_list_is_printed_by_every_writer() -> None:
    """An element that is added to the list and forgotten by a writer fails here."""
    root = tree(EVERYTHING)
    used = {str(node.tag) for node in root.iter(etree.Element) if not str(node.tag).startswith("{")}
    told = {text for part in root.itertext() for text in str(part).split()} - {"Twee", "drie"}  # SVG title
    seen = as_page(EVERYTHING).text_content()
    printed = words(as_pdf(EVERYTHING))

    assert used == set(ELEMENTS)
    assert [text for text in sorted(told) if text not in seen] == []
    assert [text for text in sorted(told) if text not in printed] == []


def test_a_place_to_edit_is_not_seen_on_page_and_paper() -> None:
    """What a clerk may edit is for the forms of a word processor: elsewhere the text stands as it stood."""
    place, plain = "<div data-edit='lessons/fb'><p>vrij</p><p>en blij</p></div>", "<p>vrij</p><p>en blij</p>"
    table = TABLE.format(CAPTION, HEAD)

    for body in ("{}", "<blockquote>{}</blockquote>", table.replace("<td>1</td>", "<td>{}</td>")):
        marked, bare = article(body.format(place)), article(body.format(plain))
        assert as_pdf(marked) == as_pdf(bare)
        assert browser.tostring(as_page(marked)) == browser.tostring(as_page(bare))


# ---- the words of people ----------------------------------------------------------------------------------


def said(text: str | None, macro: str = "user_text") -> str:
    source = "{% from '_frames/macros.html' import " + macro + " %}{{ " + macro + "(text) }}"
    body = document_environment(TEMPLATES, filters()).from_string(source).render(text=text)
    return article(f"<p>{body}</p>" if macro == "inline_text" else body)


def test_markup_in_a_text_stays_visible_words() -> None:
    """Somebody writes typst, HTML and Jinja2 in an explanation; the reader sees exactly that."""
    typed = '#set text(red) *sterk* $x^2$ #eval("1+1") <script>alert(1)</script> {{ 7 * 7 }} @bron = kop'
    html = said(typed)

    assert typed in as_page(html).text_content()
    assert not as_page(html).xpath("//script")
    assert typed in words(as_pdf(html))


def test_line_breaks_and_paragraphs_of_a_text_stay() -> None:
    quote = tree(said("regel een\r\nregel twee\n\n\nnieuwe alinea\n")).find("blockquote")

    assert quote is not None
    assert etree.tostring(quote) == (
        b"<blockquote><p>regel een<br/>regel twee</p><p>nieuwe alinea</p></blockquote>"
    )


@pytest.mark.parametrize("nothing", [None, "", "  \n "])
@pytest.mark.parametrize("macro", ["user_text", "prose", "inline_text"])
def test_what_nobody_wrote_is_said(nothing: str | None, macro: str) -> None:
    assert "niet ingevuld" in as_page(said(nothing, macro)).text_content()


def test_a_character_that_no_font_draws_is_printed_by_its_number() -> None:
    """A smiley pasted into a form does not stop the council's report, and does not vanish from it."""
    assert "klaar [U+1F389] [U+5B89]" in words(as_pdf(said("klaar 🎉\ufe0f 安\x0b")))
    assert printable("Joe\u0308lle: cafe\u0301, ✓ ✗, Łódź") == "Joëlle: café, ✓ ✗, Łódź"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_whatever_a_person_types_gives_a_page_and_a_pdf(text: str) -> None:
    html = said(text).replace("</article>", "<section class='page'><h2>Twee</h2></section></article>")

    assert page(html, title="t", description="d", house=ELZENWAARD)
    assert as_pdf(html, title=text or "t", description=text or "d").startswith(b"%PDF")


def test_the_fonts_of_the_house_draw_every_sign_that_the_house_writes() -> None:
    for font in (TEMPLATES / "_frames" / "fonts" / FONTS[FALLBACK]).glob("*.otf"):
        missing = set("✓✗!-€éëïöüáàç‘’“”–…•½×≤≥\u00a0") - {
            chr(c) for c in mapped_characters(font.read_bytes())
        }
        assert not missing, font.name


def test_a_text_longer_than_a_page_in_one_cell_is_printed_to_its_last_word() -> None:
    long = " ".join(f"woord{number}" for number in range(1200)) + " einde"
    html = article(TABLE.format(CAPTION, HEAD).replace("<td>1</td>", f"<td>{long}</td>"))

    printed = words(as_pdf(html))

    assert "woord600" in printed and "einde" in printed


def test_a_narrow_cell_higher_than_a_sheet_is_printed_to_its_last_word() -> None:
    narrow = (
        "<table data-width='10 1'><caption>Stand</caption>"
        "<thead><tr><th scope='col'>Naam</th><th scope='col'>Text</th></tr></thead>"
        f"<tbody><tr><td>een</td><td>{'lang ' * 130}einde</td></tr></tbody></table>"
    )

    assert "einde" in words(as_pdf(article(narrow)))


@pytest.mark.parametrize("run", ["stukken/2027/", "stukken", "7.", "a_B%"])
def test_what_has_no_place_to_break_stays_on_the_sheet(run: str) -> None:
    """An address or a code that ran off the paper would be lost."""
    typed = "https://elzenwaard.example/" + run * 40 + "einde"
    bounds = Path(need.poppler()).with_name("pdftotext")
    read = subprocess.run(
        [bounds, "-bbox", "-", "-"], input=as_pdf(said(typed)), capture_output=True, check=True
    )

    ends = [float(end) for end in re.findall(r'xMax="([\d.]+)"', read.stdout.decode())]
    assert ends and max(ends) < 595 - 60


def test_two_answers_to_one_term_stand_on_two_lines() -> None:
    printed = words(as_pdf(article("<dl><dt>Besluit</dt><dd>nr. 47</dd><dd>nr. 388</dd></dl>")))

    assert "nr. 47 nr. 388" in printed


def test_a_field_that_a_view_does_not_have_stops_the_template() -> None:
    """A public view has no field for a secret: a template that asks for one gets an error, not a blank."""
    with pytest.raises(UndefinedError):
        document_environment(TEMPLATES).from_string("{{ secret }}").render()


# ---- the page ---------------------------------------------------------------------------------------------


def test_the_page_stands_alone() -> None:
    """No script, nothing fetched: what a council member saves to disk keeps working."""
    html = page(report(), title="Raadsrapportage", description="d", house=ELZENWAARD)

    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|src=|\son\w+=", html)
    assert browser.document_fromstring(html).get("lang") == "nl"


def test_a_long_page_has_contents_and_a_skip_link_that_lead_somewhere() -> None:
    seen = as_page(report())
    targets = [link.get("href") for link in seen.xpath("//a[starts-with(@href, '#')]")]

    assert [link.text for link in seen.xpath("//nav//a")][:2] == ["Samenvatting", "Waarom deze rapportage?"]
    assert targets[0] == "#_tekst"
    assert all(len(seen.xpath(f"//*[@id='{target[1:]}']")) == 1 for target in targets)


def test_a_short_document_has_no_contents_list() -> None:
    short = article("".join(f"<section><h2>Kop {number}</h2></section>" for number in range(4)))

    assert not as_page(short).xpath("//nav")
    assert "Inhoud" not in words(as_pdf(short))


def test_a_note_leads_to_its_text_and_back() -> None:
    seen = as_page(report())

    assert seen.xpath("string(//sup/a)") == "1"
    assert seen.xpath("string(//section[@class='noten']//li)").startswith(
        "De begroting 2027 stelde uw raad vast"
    )
    assert seen.xpath("//section[@class='noten']//li/a/@href") == ["#_bij-noot-1"]


def test_a_table_scrolls_in_a_region_that_the_keyboard_reaches() -> None:
    region = as_page(report()).xpath("//div[@role='region']")[0]

    assert region.get("tabindex") == "0"
    assert region.xpath("string(//*[@id=$name])", name=region.get("aria-labelledby")) == (
        "Stand per doel op 31 december 2027"
    )


@pytest.mark.parametrize(("status", "word"), [("concept", "Concept"), ("vastgesteld", "Vastgesteld")])
def test_a_document_shows_where_it_stands(status: Status, word: str) -> None:
    other = {"Concept": "Vastgesteld", "Vastgesteld": "Concept"}[word]

    for text in (as_page(report(), status).text_content(), words(as_pdf(report(), status))):
        assert word in text and other not in text


def test_a_draft_says_so_on_every_sheet(council: bytes) -> None:
    with pikepdf.open(BytesIO(council)) as file:
        assert words(council).count("Concept") == len(file.pages) > 3


# ---- colours ----------------------------------------------------------------------------------------------


def test_every_colour_of_the_house_reads_on_its_paper() -> None:
    """WCAG 2.2, 1.4.3: 4,5:1 for text. The greys are those of page.html and document.typ."""
    pairs = [(it.ink, it.paper) for it in RATINGS.values()]
    pairs += [(ink, SHADE) for ink in (ELZENWAARD.colour, ELZENWAARD.accent, "#4a4f57")]

    assert [pair for pair in pairs if contrast(*pair) < READABLE] == []
    assert contrast("#777777", WHITE) < READABLE  # the control: the well-known grey that just fails


@pytest.mark.parametrize(
    ("colour", "reason"), [("#ffcc00", "te licht om op wit"), ("blauw", "is geen kleur")]
)
def test_a_colour_that_nobody_can_read_is_refused(colour: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        HouseStyle("Elzenwaard", colour=colour)


# ---- the PDF ----------------------------------------------------------------------------------------------


def test_the_pdf_passes_our_rules_and_the_rules_looked_at_something(council: bytes) -> None:
    outcome = check(council)

    assert outcome.refused == []
    assert outcome.done == len(CHECKS) > 15
    assert all(count > 0 for count in outcome.looked_at.values()), outcome.looked_at


def test_sheets_are_counted(council: bytes) -> None:
    with pikepdf.open(BytesIO(council)) as file:
        assert f"pagina 2 van {len(file.pages)}" in words(council)


def test_the_head_of_a_table_returns_on_each_sheet() -> None:
    rows = "".join(f"<tr><td>rij {number}</td></tr>" for number in range(120))
    long = article(TABLE.format(CAPTION, HEAD).replace("<tr><td>1</td></tr>", rows))

    file = as_pdf(long)

    with pikepdf.open(BytesIO(file)) as sheets:
        assert words(file).count("Aantal") == len(sheets.pages) > 2


def test_the_properties_of_the_file_are_what_was_said_and_no_more(council: bytes) -> None:
    with pikepdf.open(BytesIO(council)) as file:
        info = {key: str(value) for key, value in file.docinfo.items()}

    assert info["/Title"] == "Raadsrapportage integrale beveiliging 2027"
    assert info["/CreationDate"].startswith("D:20280321")
    assert set(info) <= {"/Title", "/Author", "/Subject", "/Creator", "/CreationDate", "/ModDate"}


PRINT = """
import hashlib, sys
from datetime import date
from jaarring.document import HouseStyle, page, pdf
from tests.document_sample import report
house, html = HouseStyle("Elzenwaard"), report()
file = pdf(html, title="t", author="a", description="d", at=date(2028, 3, 21), house=house)
print(hashlib.sha256(file + page(html, title="t", description="d", house=house).encode()).hexdigest())
"""


def test_the_same_document_has_the_same_bytes_in_any_process() -> None:
    """Two new processes, another time zone, another hash seed: the stored hash of a document stays true."""
    seen = set()
    for zone, seed in (("UTC", "1"), ("Pacific/Kiritimati", "4711")):
        environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed}
        run = subprocess.run(
            [sys.executable, "-c", PRINT],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            cwd=TEMPLATES.parent,
        )
        seen.add(run.stdout.strip())

    assert len(seen) == 1 and len(seen.pop()) == 64
    assert hashlib.sha256(as_pdf(EVERYTHING)).digest() != hashlib.sha256(as_pdf(report())).digest()


# ---- the controls: a check that refuses nothing checks nothing --------------------------------------------


def first(file: Pdf, kind: str) -> pikepdf.Object:
    def search(tag: pikepdf.Object) -> pikepdf.Object | None:
        held = tag.get("/K", Array())
        for child in held if isinstance(held, Array) else [held]:
            if isinstance(child, Dictionary) and "/S" in child:
                if child.S == kind:
                    return child
                if found := search(child):
                    return found
        return None

    found = search(file.Root.StructTreeRoot)
    assert found is not None, kind
    return found


def rewrite_metadata(file: Pdf, old: bytes, new: bytes) -> None:
    xmp = file.Root.Metadata.read_bytes()
    assert old in xmp
    file.Root.Metadata = file.make_stream(xmp.replace(old, new), Type=Name.Metadata, Subtype=Name.XML)


def some_font(file: Pdf) -> pikepdf.Object:
    return next(iter(file.pages[0].Resources.Font.values()))


def draw_outside(file: Pdf) -> None:
    file.pages[0].contents_add(b"q 0 0 10 10 re f Q")


def skip_a_level(file: Pdf) -> None:
    first(file, "/H2").S = Name.H3


def drop_headers(file: Pdf) -> None:
    for row in first(file, "/THead").K:
        for cell in row.K:
            cell.S = Name.TD


def add_script(file: Pdf) -> None:
    file.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def attach(file: Pdf) -> None:
    file.attachments["M10.txt"] = b"geheim"


def shake_links(file: Pdf) -> None:
    sheet = next(sheet for sheet in file.pages if "/Annots" in sheet)
    del sheet.Annots[0]["/Contents"]


def shuffle_tabs(file: Pdf) -> None:
    for sheet in file.pages:
        if "/Tabs" in sheet:
            del sheet["/Tabs"]


BROKEN: dict[str, tuple[Callable[[Pdf], Any], str]] = {
    "language": (lambda file: file.Root.__setitem__("/Lang", String("en")), "Lang is not nl"),
    "marked": (lambda file: file.Root.__delitem__("/StructTreeRoot"), "not a tagged PDF"),
    "display_title": (
        lambda file: file.Root.__delitem__("/ViewerPreferences"),
        "the file name, not the title",
    ),
    "bookmarks": (lambda file: file.Root.__delitem__("/Outlines"), "no bookmarks"),
    "output_intent": (lambda file: file.Root.__delitem__("/OutputIntents"), "no sRGB output intent"),
    "metadata": (lambda file: file.Root.__delitem__("/Metadata"), "no XMP"),
    "links": (shake_links, "a link without words"),
    "fonts": (lambda file: some_font(file).__delitem__("/ToUnicode"), "a font without ToUnicode"),
    "content_is_tagged": (draw_outside, "page 1: something is drawn outside marked content"),
    "figures": (lambda file: first(file, "/Figure").__delitem__("/Alt"), "a figure without Alt"),
    "notes": (lambda file: first(file, "/Note").__delitem__("/ID"), "a note without an ID"),
    "tables": (drop_headers, "a table without TH"),
    "headings": (skip_a_level, "a heading level is skipped"),
    "scripts": (add_script, "something runs when it is opened"),
    "attachments": (attach, "a file inside the file"),
    "layers": (lambda file: file.Root.__setitem__("/OCProperties", Dictionary()), "layers"),
}

MORE_BROKEN: dict[str, tuple[Callable[[Pdf], Any], str]] = {
    "metadata, other part": (
        lambda file: rewrite_metadata(file, b"<pdfuaid:part>1", b"<pdfuaid:part>2"),
        "metadata: pdfuaid:part is not 1",
    ),
    "metadata, no title": (
        lambda file: rewrite_metadata(
            file, b"Raadsrapportage integrale beveiliging 2027</rdf:li>", b"</rdf:li>"
        ),
        "metadata: no title",
    ),
    "metadata, not declared": (
        lambda file: rewrite_metadata(
            file, b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/", b"<pdfaSchema:namespaceURI>x"
        ),
        "metadata: pdfuaid is used but not declared",
    ),
    "links, tab order": (
        shuffle_tabs,
        "tab order is not the order of reading",
    ),
    "headings, begins at 2": (
        lambda file: first(file, "/H1").__setitem__("/S", Name.P),
        "first heading is not H1",
    ),
    "tables, no scope": (
        lambda file: first(file, "/TH").__setitem__("/A", Array()),
        "tables: a TH without Scope",
    ),
    "fonts, not embedded": (
        lambda file: some_font(file).DescendantFonts[0].FontDescriptor.__delitem__("/FontFile3"),
        "fonts: a font that is not embedded",
    ),
}


def broken(council: bytes, change: Callable[[Pdf], Any], **saved: Any) -> list[str]:
    out = BytesIO()
    with pikepdf.open(BytesIO(council)) as file:
        change(file)
        file.save(out, **saved)
    return check(out.getvalue()).refused


@pytest.mark.parametrize("name", BROKEN)
def test_each_check_refuses_its_control_for_the_reason_meant(council: bytes, name: str) -> None:
    change, reason = BROKEN[name]

    assert any(f"{name}: " in refusal and reason in refusal for refusal in broken(council, change))


@pytest.mark.parametrize("name", MORE_BROKEN)
def test_each_part_of_a_check_refuses_its_control(council: bytes, name: str) -> None:
    change, reason = MORE_BROKEN[name]

    assert [refusal for refusal in broken(council, change) if reason in refusal]


def test_an_encrypted_file_is_refused(council: bytes) -> None:
    refused = broken(council, lambda file: None, encryption=pikepdf.Encryption(owner="x", user=""))

    assert "encryption: encrypted" in refused


def test_a_file_without_identifier_is_refused(council: bytes) -> None:
    # pikepdf always writes an ID, so it is struck out in the bytes: the same length, another word.
    at = council.rindex(b"/ID")
    assert check(council[:at] + b"/IX" + council[at + 3 :]).refused == ["identifier: no ID in the trailer"]


def test_no_check_is_without_a_control() -> None:
    assert {rule.__name__ for rule in CHECKS} == {*BROKEN, "encryption", "identifier"}


def test_what_a_browser_prints_is_refused(tmp_path: Path) -> None:
    """A page printed by Chromium looks the same and is not what we promise."""
    source, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(page(report(), title="Raadsrapportage", description="d", house=ELZENWAARD))
    subprocess.run(
        [
            need.chromium(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )

    refused = check(printed.read_bytes()).refused

    assert "metadata: no XMP" in refused and "output_intent: no sRGB output intent" in refused
