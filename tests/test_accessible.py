"""Every page and every mail by the rules of WCAG 2.2, in a browser: nothing that keeps somebody out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page

from jaarring import steps
from jaarring.calendar import Quarter
from jaarring.council import actions as council
from jaarring.document import HouseStyle, page
from jaarring.dutch import filters
from jaarring.here import TEMPLATES
from jaarring.mail.render import mail_environment, render
from jaarring.own.check import EXAMPLES
from jaarring.own.plain import decoded
from jaarring.own.templates import OURS
from jaarring.tactical import actions as tactical
from tests import accessible
from tests.a_year import AT, stored

DAY = date(2028, 2, 11)
MAILS = {
    name: found for name, found in json.loads(EXAMPLES.read_text("utf-8")).items() if name.endswith(".mail")
}

SCHEMES: tuple[accessible.Scheme, ...] = ("light", "dark")

#: what the rules must refuse: a field without a label, grey on grey, two buttons of some millimetres
WRONG = """<!DOCTYPE html><html lang="nl"><head><title>Proef</title></head><body><main><h1>Proef</h1>
<form><input type="text" name="naam"></form>
<p style="color: #999; background: #aaa">Dit leest niemand.</p>
<p><button style="width: 9px; height: 9px; padding: 0" aria-label="meer"></button><button
style="width: 9px; height: 9px; padding: 0" aria-label="minder"></button></p></main></body></html>"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Page]:
    with accessible.browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Every page of a small municipality at the end of its year, by file name."""
    here = stored(tmp_path_factory.mktemp("elzenwaard"))
    for edition in council.TEMPLATES:
        assert council.compile(here, 2027, edition, DAY, AT).findings == []
    for number in (2, 4):
        assert tactical.compile(here, Quarter(2027, number), DAY, AT).findings == []
    steps.lay_out_plans(here, DAY, AT)
    yield {path.name: path.read_text("utf-8") for path in sorted(here.documents.rglob("*.html"))}
    here.store.close()


def test_no_page_of_a_document_breaks_a_rule(chromium: Page, laid: dict[str, str]) -> None:
    """Plans, reports, the request to the board, the letter, each edition; on a telephone, where a table
    scrolls and the contents stand above the text.
    """
    found = {name: accessible.look(chromium, html, screen=accessible.PHONE) for name, html in laid.items()}

    assert {name: seen.violations for name, seen in found.items() if seen.violations} == {}
    assert min(seen.tried for seen in found.values()) > 15
    kinds = ("jaarplan", "collegevoorstel", "passage", "raadsinformatiebrief", "raadsrapportage", "tactische")
    assert all(any(name.startswith(kind) for name in found) for kind in kinds)


def test_nor_does_it_on_a_wide_screen(chromium: Page, laid: dict[str, str]) -> None:
    """There the contents stand beside the text: one document of each kind."""
    names = ["raadsrapportage-2027-intern", "jaarplan-2027-besloten", "raadsinformatiebrief-2027"]
    found = {name: accessible.look(chromium, laid[f"{name}.html"]).violations for name in names}
    assert found == dict.fromkeys(names, [])


def test_no_mail_breaks_a_rule(chromium: Page) -> None:
    """Every kind of letter, with its longest example, as it is on a light and on a dark screen."""
    environment = mail_environment(TEMPLATES, filters())
    found: dict[str, list[str]] = {}
    for name, examples in MAILS.items():
        given: dict[str, Any] = max(examples, key=lambda one: len(json.dumps(one)))
        values = {key: decoded(value) for key, value in given["values"].items()}
        html = render(environment, name, decoded(given["frame"]), **values).html
        seen = [accessible.look(chromium, html, scheme) for scheme in SCHEMES]
        assert min(one.tried for one in seen) > 8, name
        found[name] = [wrong for one in seen for wrong in one.violations]
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_every_kind_of_letter_is_looked_at() -> None:
    """The alarm about a broken template has no example: it is of one sentence, in the same frame."""
    ours = {str(path.relative_to(OURS)) for path in OURS.rglob("*.mail")}
    assert ours - set(MAILS) == {"own/broken.mail"}


def test_control_what_shuts_somebody_out_is_found(chromium: Page) -> None:
    """A field without a label, words that do not stand out, buttons too small to hit."""
    found = {one.partition(":")[0] for one in accessible.look(chromium, WRONG).violations}
    assert {"label", "color-contrast", "target-size"} <= found


def test_control_a_dark_screen_is_really_dark(chromium: Page) -> None:
    """Words that only show on a light one are found there and nowhere else."""
    style = "p { color: #111 } @media (prefers-color-scheme: dark) { body { background: #222 } }"
    html = (
        f"<!DOCTYPE html><html lang='nl'><head><title>Proef</title><style>{style}</style></head>"
        "<body><main><h1>Kop</h1><p>Tekst</p></main></body></html>"
    )
    light, dark = (accessible.look(chromium, html, scheme).violations for scheme in SCHEMES)
    assert light == [] and dark[0].startswith("color-contrast")


def test_nothing_says_in_a_page_what_a_clerk_may_edit() -> None:
    """In the head of a letter no more than in its text; and what is empty there can be read on its colour."""
    place = '<div data-edit="letter/{}"><p><span class="leeg">niet ingevuld</span></p></div>'
    html = (
        f'<article lang="nl"><header><h1>Brief</h1><dl><dt>Datum</dt><dd>{place.format("date")}</dd></dl>'
        f"</header><section><h2>Tekst</h2>{place.format('text')}</section></article>"
    )
    made = page(html, title="Brief", description="Brief", house=HouseStyle("Elzenwaard"))
    assert "data-edit" not in made and made.count("niet ingevuld") == 2
    assert ".band .leeg { color: inherit; }" in made
