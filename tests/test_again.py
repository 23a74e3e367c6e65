"""A report carries the head of the log out of the server, and can be made again to the byte."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from jaarring import shelf, verify
from jaarring.calendar import Quarter
from jaarring.council import actions as council
from jaarring.here import Here
from jaarring.ledger import documents, events
from jaarring.ledger.documents import Document
from jaarring.tactical import actions as tactical
from tests import need
from tests.a_year import stored

DAY, AT = date(2028, 2, 11), datetime(2028, 2, 11, 9, tzinfo=UTC)
HEAD = re.compile(r"Controlegetal van het dossier:\s+(\d+:[0-9a-f]{64})")


@pytest.fixture
def here(tmp_path: Path) -> Here:
    """Elzenwaard after its year, with an entry in its log."""
    made = stored(tmp_path)
    with made.store.write() as tx:
        events.append(tx, AT, "x", "test", "x", {})
    return made


def page(here: Here, made: Sequence[Document]) -> str:
    (html,) = (one for one in made if one.format == "html")
    return here.files.get(html.sha256).decode()


def test_the_tactical_report_shows_a_head_that_verify_knows_on_screen_and_on_paper(
    here: Here, tmp_path: Path
) -> None:
    head = verify.head(here)
    made = tactical.compile(here, Quarter(2027, 2), DAY, AT)

    assert HEAD.findall(page(here, made.documents)) == [head]
    with here.store.read() as tx:
        assert events.verify(tx, head) is None
    (pdf,) = (one for one in made.documents if one.format == "pdf")
    (tmp_path / "x.pdf").write_bytes(here.files.get(pdf.sha256))
    need.poppler()
    command = ["pdftotext", str(tmp_path / "x.pdf"), "-"]
    printed = subprocess.run(command, capture_output=True, check=True)
    assert HEAD.findall(printed.stdout.decode()) == [head]


def test_the_public_edition_of_the_council_report_never_shows_it(here: Here) -> None:
    """The head is a hash over what is secret too; the other editions do show it."""
    shown = {
        edition: HEAD.findall(page(here, council.compile(here, 2027, edition, DAY, AT).documents))
        for edition in ("openbaar", "intern", "besloten")
    }
    assert shown["openbaar"] == []
    assert len(shown["intern"]) == len(shown["besloten"]) == 1


def test_a_report_that_differs_in_its_head_alone_is_no_new_version(here: Here) -> None:
    """Whoever was cut off while it was kept does it again, and the log went on meanwhile."""
    html = '<article lang="nl"><header><h1>t</h1></header><p>x</p></article>'
    draft = shelf.Draft(
        "2027/council", "intern", "t", "d", html, "n", None, "s", DAY, foot=shelf.foot(here, "intern")
    )
    first = shelf.keep(here, draft, AT, ["html"])
    later = replace(draft, foot=shelf.foot(here, "intern"))
    assert later.foot != draft.foot, "the first one is in the log"

    assert shelf.keep(here, later, AT, ["html"]) == first
    assert [one.version for one in shelf.keep(here, replace(later, title="u"), AT, ["html"])] == [2]


def test_every_report_is_made_again_to_the_same_bytes(here: Here) -> None:
    tactical.compile(here, Quarter(2027, 2), DAY, AT)
    council.compile(here, 2027, "openbaar", DAY, AT)

    found = verify.documents_again(here)

    assert (found.same, found.differing, list(found.others)) == (4, [], [])


def test_made_with_other_versions_it_says_so_and_compares_nothing(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    tactical.compile(here, Quarter(2027, 2), DAY, AT)
    now = shelf.tools()
    monkeypatch.setattr(shelf, "tools", lambda: {**now, "typst": "99.0"})

    found = verify.documents_again(here)

    assert (found.same, found.differing) == (0, [])
    assert list(found.words()) == [
        "0 documenten opnieuw gemaakt, en gelijk.",
        "2 documenten zijn gemaakt met andere versies, en dus niet te vergelijken: "
        f"typst {now['typst']}, nu 99.0.",
    ]


def test_control_a_document_that_is_not_what_it_was_made_of_is_found(here: Here) -> None:
    """Somebody puts another file in its place, and lets the register follow."""
    tactical.compile(here, Quarter(2027, 2), DAY, AT)
    other = here.files.put(b"een ander rapport")
    with here.store.write() as tx:
        tx.execute(
            update(documents.document).where(documents.document.c.format == "pdf").values(sha256=other)
        )

    assert verify.documents_again(here).differing == [
        "document 2027/Q2/tactical (intern, pdf, versie 1): wordt opnieuw gemaakt anders dan het was"
    ]
