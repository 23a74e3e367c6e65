"""A municipality's own look: two colours that read, a logo of shapes alone, one of our fonts."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import html as browser

from jaarring.config.load import load
from jaarring.document import HouseStyle, page, pdf
from jaarring.document.house import FONTS, READABLE, SHADE, contrast, darkened
from jaarring.document.logo import LARGEST, LogoError, cleaned, ratio
from jaarring.here import TEMPLATES
from tests.conftest import SHIPPED
from tests.pdf_check import check
from tests.test_document import words

SHAPE = '<path d="M0 0h10v10z" fill="#1f3a5f"/>'
TEXT = '<article lang="nl"><header><h1>Verslag ✓</h1></header><section><h2>Één</h2>{}</section></article>'
SECOND = "<p>gewoon <strong>vet <em>beide</em></strong> <em>schuin</em></p></section>" + (
    '<section class="page"><h2>Twee</h2>'
)


def svg(inside: str = SHAPE, box: str = 'viewBox="0 0 20 10"', before: str = "") -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {box}>{inside}</svg>'.encode()


def printed(house: HouseStyle, inside: str = SECOND) -> bytes:
    return pdf(
        TEXT.format(inside), title="Verslag", author="a", description="d", at=date(2028, 3, 21), house=house
    )


# ---- colours ----------------------------------------------------------------------------------------------


@given(some.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_a_darker_colour_that_we_advise_reads(colour: str) -> None:
    assert contrast(darkened(colour), SHADE) >= READABLE
    if contrast(colour, SHADE) >= READABLE:
        assert darkened(colour) == colour


def test_a_colour_is_refused_with_its_contrast_and_one_that_reads() -> None:
    with pytest.raises(ValueError, match="contrast 2,0 op 1, nodig is 4,5 op 1; .* bijvoorbeeld #517192"):
        HouseStyle("Elzenwaard", colour="#7fb2e5")


# ---- the logo ---------------------------------------------------------------------------------------------


def test_a_logo_is_shapes_and_nothing_that_a_drawing_program_left() -> None:
    """Comments, layers and own ids of the program go out; a gradient still finds its shape."""
    drawn = cleaned(
        svg(
            '<metadata>wie</metadata><!-- M10 --><defs><linearGradient id="a"><stop offset="0"/>'
            f'</linearGradient></defs><g i:layer="yes" id="top">{SHAPE.replace("#1f3a5f", "url(#a)")}</g>',
            'xmlns:i="urn:program" viewBox="0 0 20 10"',
            '<?xml version="1.0"?><!-- Gemaakt met -->',
        )
    )

    assert drawn == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><defs><linearGradient id="_logo-a">'
        '<stop offset="0"/></linearGradient></defs><g id="_logo-top">'
        '<path d="M0 0h10v10z" fill="url(#_logo-a)"/></g></svg>'
    )
    assert ratio(drawn) == 2.0


def test_a_logo_without_a_viewbox_is_as_large_as_it_says() -> None:
    assert 'viewBox="0 0 300 150"' in cleaned(svg(box='width="300px" height="150px"'))


@pytest.mark.parametrize(
    ("file", "what"),
    [
        (b"\x89PNG\r\n\x1a\n", "dit is geen SVG"),
        (b"<html><p>x</p></html>", "dit is geen SVG"),
        (svg("<script>x()</script>"), "<script> mag niet in een logo staan; haal het script eruit"),
        (svg('<image href="x.png"/>'), "<image> mag niet in een logo staan; teken het logo met vormen"),
        (svg("<style>p{}</style>"), "<style> mag niet in een logo staan; bewaar de SVG met kleuren als"),
        (svg("<text>E</text>"), "<text> mag niet in een logo staan; zet de letters om in lijnen"),
        (svg('<use href="#a"/>'), "<use> mag niet in een logo staan"),
        (svg("<foreignObject/>"), "<foreignObject> mag niet"),
        (svg("<animate/>"), "<animate> mag niet"),
        (svg('<path d="" style="fill:red"/>'), "<path> heeft een stijl"),
        (svg('<path d="" onclick="x()"/>'), "<path> heeft een opdracht (onclick)"),
        (svg('<path d="" fill="url(https://elders.example/#a)"/>'), "fill verwijst naar buiten het logo"),
        (
            svg('<g x:href="a"/>', 'xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 1 1"'),
            "een verwijzing (href)",
        ),
        (svg(before='<!DOCTYPE svg [<!ENTITY a "b">]>'), "er staan eigen tekens (ENTITY) in"),
        (svg(box=""), "het logo heeft geen afmetingen"),
        (svg(box='viewBox="0 0 0 10"'), "het logo heeft geen afmetingen"),
        (svg(box='viewBox="0 0 10 100"'), "het logo is te smal of te breed"),
        (svg("<g/>" * LARGEST), "het bestand is groter dan 100 kB"),
        (svg("\n\n<g>\n<script/></g>"), "regel 4: <script>"),
    ],
)
def test_what_may_not_be_in_a_logo_is_named_with_its_line(file: bytes, what: str) -> None:
    with pytest.raises(LogoError) as refused:
        cleaned(file)

    assert what in str(refused.value)
    assert refused.value.line >= 1


def test_a_logo_that_a_program_made_passes_and_a_broken_one_is_told_by_check(tmp_path: Path) -> None:
    """What is wrong inside the file is told at the line of organisation.yaml that names it."""
    folder = copied(tmp_path)
    found, mistakes = load(folder)
    assert found is not None and mistakes == [] and found.house.logo.startswith("<svg ")

    (folder / "logo.svg").write_bytes(svg("\n<script/>"))
    found, mistakes = load(folder)

    assert found is None
    assert [str(one) for one in mistakes] == [
        "organisation.yaml:32: house_style.logo: logo.svg, regel 2: <script> mag niet in een logo staan; "
        "haal het script eruit"
    ]


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    for file in SHIPPED.iterdir():
        if file.is_file():
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def test_the_logo_stands_on_paper_and_on_the_page_with_words_for_who_cannot_see_it() -> None:
    house = HouseStyle("Elzenwaard", logo=cleaned((SHIPPED / "logo.svg").read_bytes()))

    seen = browser.document_fromstring(page(TEXT.format(SECOND), title="t", description="d", house=house))
    assert seen.xpath("//header//*[@role='img']/@aria-label") == ["Logo van de gemeente Elzenwaard"]
    made = printed(house)
    assert check(made).refused == []
    with pikepdf.open(io.BytesIO(made)) as file:
        pictures = [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
        assert [str(one.Alt) for one in pictures] == [house.logo_words], "in a header it is decoration"
    with pikepdf.open(io.BytesIO(printed(replace(house, logo="")))) as file:
        assert not [one for one in file.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]


def test_a_name_in_words_for_the_logo_stays_words() -> None:
    house = HouseStyle('Elze"><script>x</script>', logo=cleaned(svg()))

    assert "<script" not in page(TEXT.format(SECOND), title="t", description="d", house=house)


# ---- the font ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(FONTS))
def test_a_document_is_set_in_the_chosen_font_in_each_of_its_cuts(name: str) -> None:
    plain = name.replace(" ", "")
    made = printed(HouseStyle("Elzenwaard", font=name))
    assert check(made).refused == []
    with pikepdf.open(io.BytesIO(made)) as file:
        found = {
            str(one.FontName).partition("+")[2]
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and "/FontName" in one
        }
    assert {one for one in found if one.startswith(plain)} >= {
        f"{plain}-{cut}" for cut in ("Regular", "Bold")
    }
    assert len({one for one in found if one.startswith(plain)}) == 5, "bold, italic, both, semibold, regular"


def test_every_font_comes_with_its_licence_and_five_cuts() -> None:
    for folder in FONTS.values():
        files = sorted((TEMPLATES / "_frames" / "fonts" / folder).iterdir())
        assert len([one for one in files if one.suffix in (".otf", ".ttf")]) == 5
        assert "SIL OPEN FONT LICENSE" in (files[0].parent / "OFL.md").read_text(encoding="utf-8")


def test_the_words_of_a_document_do_not_depend_on_its_font() -> None:
    """What Lato cannot draw is drawn by the font behind it, not printed by its number."""
    shown = {words(printed(HouseStyle("E", font=name), "<p>✓ ✗ → ▲ Łódź 安</p>")) for name in FONTS}

    assert len(shown) == 1 and "✓ ✗ → ▲ Łódź [U+5B89]" in shown.pop()


def test_a_font_that_we_do_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="'Comic Sans' hebben wij niet; kies Source Sans 3 of Lato"):
        HouseStyle("Elzenwaard", font="Comic Sans")
