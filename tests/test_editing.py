"""A draft that a clerk edited in a word processor: its free texts come back, and nothing else."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lxml import etree

from jaarring import steps
from jaarring.by_hand import Wanted, report
from jaarring.document.docx import bookmark
from jaarring.document.zipped import unzipped, zipped
from jaarring.editing import Edited
from jaarring.edits import records, rules, words
from jaarring.edits.rules import Edit, Piece, fingerprint
from jaarring.here import Here
from jaarring.ledger import decisions, documents, events
from jaarring.ledger.decisions import Entry
from tests import need
from tests.a_year import AT, stored

DAY = date(2028, 2, 11)
PLACE = "lessons/privacy-a4cc6b"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Document = tuple[str, bytes]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    here = stored(tmp_path)
    yield here
    here.store.close()


def draft(here: Here, format: str, edition: str = "openbaar") -> bytes:
    (made,) = report(here, Wanted("council", 2027, edition=edition, formats=[format]), DAY, AT)
    return here.files.get(made.sha256)


def page(here: Here, edition: str = "openbaar") -> tuple[int, str]:
    """The version that stands, and its words."""
    with here.store.read() as tx:
        made = documents.newest(tx, "2027/council", edition, "html")
    assert made
    return made.version, here.files.get(made.sha256).decode()


def in_odt(content: bytes, text: str, place: str = PLACE) -> bytes:
    """The text of a section replaced, a paragraph a line, as a person would."""
    files = unzipped(content)
    root = etree.fromstring(files["content.xml"])
    (section,) = root.iterfind(f".//{TEXT}section[@{TEXT}name='{place}']")
    first = section[0]
    for old in list(section)[1:]:
        section.remove(old)
    lines = text.split("\n")
    for old in list(first):
        first.remove(old)
    first.text = lines[0]
    for line in lines[1:]:
        etree.SubElement(section, first.tag, {str(k): str(v) for k, v in first.attrib.items()}).text = line
    return zipped({**files, "content.xml": etree.tostring(root)})


def in_docx(content: bytes, text: str, place: str = PLACE) -> bytes:
    files = unzipped(content)
    root = etree.fromstring(files["word/document.xml"])
    (control,) = (
        one
        for one in root.iter(f"{WORD}sdt")
        if (tag := one.find(f"{WORD}sdtPr/{WORD}tag")) is not None and tag.get(f"{WORD}val") == place
    )
    first, *rest = control.iter(f"{WORD}t")
    first.text = text
    for one in rest:
        one.text = ""
    return zipped({**files, "word/document.xml": etree.tostring(root)})


EDIT = {"odt": in_odt, "docx": in_docx}


def anywhere(content: bytes, was: str, now: str) -> bytes:
    """Words replaced wherever they stand."""
    files = unzipped(content)
    name = "content.xml" if "content.xml" in files else "word/document.xml"
    assert was.encode() in files[name]
    return zipped({**files, name: files[name].replace(was.encode(), now.encode())})


def hand_in(here: Here, tmp_path: Path, content: bytes, format: str = "odt", by: str = "") -> object:
    file = tmp_path / f"bewerkt.{format}"
    file.write_bytes(content)
    outcome = steps.hand_in(here, file, by, AT, DAY)
    return [str(one) for one in outcome] if isinstance(outcome, list) else outcome


def head(here: Here) -> str:
    with here.store.read() as tx:
        return events.head(tx)


@pytest.mark.parametrize("format", ["odt", "docx"])
def test_an_edited_text_stands_in_a_new_version_of_the_draft(here: Here, tmp_path: Path, format: str) -> None:
    before = page(here) if draft(here, format) else None
    new = EDIT[format](draft(here, format), "Wij leerden om <b>eerder</b> te melden & te bellen.")

    assert hand_in(here, tmp_path, new, format) == Edited("2027/council", "openbaar", (PLACE,))

    version, said = page(here)
    assert before and (before[0], version) == (1, 2)
    assert "Wij leerden om &lt;b&gt;eerder&lt;/b&gt; te melden &amp; te bellen." in said
    assert here.files.get(_first(here).sha256).decode() == before[1], "what was made stays as it was"


def _first(here: Here) -> documents.Document:
    with here.store.read() as tx:
        return next(
            one for one in documents.all_kept(tx) if (one.edition, one.format) == ("openbaar", "html")
        )


def test_an_edit_is_of_one_edition_and_the_log_knows_where_and_not_what(here: Here, tmp_path: Path) -> None:
    draft(here, "odt", "intern")
    hand_in(here, tmp_path, in_odt(draft(here, "odt"), "Zqx alleen openbaar"))

    assert "Zqx" in page(here)[1] and "Zqx" not in page(here, "intern")[1]
    with here.store.read() as tx:
        (entry,) = (one for one in events.history(tx) if one.kind == "draft.edited")
    assert entry.payload == {"edition": "openbaar", "places": [PLACE]}
    assert entry.actor == here.organisation.coordinator


def test_paragraphs_and_a_second_edit_are_kept(here: Here, tmp_path: Path) -> None:
    hand_in(here, tmp_path, in_odt(draft(here, "odt"), "Eerste.\nTweede."))
    assert "<p>Eerste.</p><p>Tweede.</p>" in page(here)[1]
    hand_in(here, tmp_path, in_odt(draft(here, "odt"), "Derde."))
    version, said = page(here)
    assert version == 3 and "Derde." in said and "Eerste." not in said


def test_the_same_file_again_changes_nothing(here: Here, tmp_path: Path) -> None:
    """It is an edit of a draft that was replaced by what it said."""
    edited = in_odt(draft(here, "odt"), "Anders.")
    hand_in(here, tmp_path, edited)
    before, version = head(here), page(here)[0]

    said = hand_in(here, tmp_path, edited)
    assert "dit is een ouder concept" in str(said)
    assert (head(here), page(here)[0]) == (before, version)


@pytest.mark.parametrize("format", ["odt", "docx"])
def test_a_document_saved_by_libreoffice_comes_back_whole(here: Here, tmp_path: Path, format: str) -> None:
    edited = EDIT[format](draft(here, format), "Bewaard door een ander.")
    saved = libreoffice(edited, format, tmp_path)

    assert saved != edited
    assert hand_in(here, tmp_path, saved, format) == Edited("2027/council", "openbaar", (PLACE,))
    assert "Bewaard door een ander." in page(here)[1]


def libreoffice(content: bytes, format: str, tmp_path: Path) -> bytes:
    """The document opened and saved again."""
    (tmp_path / f"open.{format}").write_bytes(content)
    command = [need.libreoffice(), f"-env:UserInstallation=file://{tmp_path}/lo", "--headless"]
    subprocess.run(
        [*command, "--convert-to", format, "--outdir", str(tmp_path / "saved"), f"{tmp_path}/open.{format}"],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return (tmp_path / "saved" / f"open.{format}").read_bytes()


@pytest.mark.parametrize("format", ["odt", "docx"])
def test_what_was_changed_elsewhere_is_named_and_nothing_is_taken_in(
    here: Here, tmp_path: Path, format: str
) -> None:
    content = EDIT[format](draft(here, format), "Dit zou mogen.")
    before = head(here)

    answer = hand_in(here, tmp_path, anywhere(content, "722.500", "700.000"), format)

    assert "'€ 722.500' is veranderd in '€ 700.000'" in str(answer)
    assert head(here) == before


def refused(here: Here, tmp_path: Path, content: bytes, by: str = "") -> str:
    before = head(here)
    said = hand_in(here, tmp_path, content, by=by)
    assert isinstance(said, list) and head(here) == before
    return "\n".join(map(str, said))


def test_what_is_no_draft_of_ours_is_refused(here: Here, tmp_path: Path) -> None:
    files = unzipped(draft(here, "odt"))
    meta = files["meta.xml"].replace(b"2027/council openbaar", b"2027/council geheim")
    assert "geen concept dat Jaarring maakte" in refused(here, tmp_path, zipped({**files, "meta.xml": meta}))


def test_a_place_that_is_gone_is_named(here: Here, tmp_path: Path) -> None:
    files = unzipped(draft(here, "odt"))
    root = etree.fromstring(files["content.xml"])
    (section,) = root.iterfind(f".//{TEXT}section[@{TEXT}name='{PLACE}']")
    section.getparent().remove(section)  # type: ignore[union-attr]
    without = zipped({**files, "content.xml": etree.tostring(root)})
    assert f"de vrije tekst {PLACE} is weg" in refused(here, tmp_path, without)


def test_a_document_in_which_no_place_is_left_says_how_to_save_it(here: Here, tmp_path: Path) -> None:
    content = anywhere(draft(here, "odt"), f"<{'text'}:section", "<text:list-item")
    assert "zijn niet meer te herkennen" in refused(
        here, tmp_path, anywhere(content, "</text:section", "</text:list-item")
    )


def test_more_text_than_a_document_of_ours_can_hold_is_refused(here: Here, tmp_path: Path) -> None:
    """A few bytes of a file can be a thousand spaces each; a name that somebody made up is cut short."""
    content = draft(here, "odt")
    bomb = b'<text:s text:c="999"/>' * 6_000
    files = unzipped(content)
    files["content.xml"] = files["content.xml"].replace(b"</text:p>", bomb + b"</text:p>", 1)
    assert "bevat te veel tekst" in refused(here, tmp_path, zipped(files))
    assert len(refused(here, tmp_path, anywhere(content, PLACE, "x" * 100_000))) < 1_000


def test_changes_that_nobody_accepted_yet_are_refused(here: Here, tmp_path: Path) -> None:
    marked = anywhere(
        draft(here, "odt"),
        "</office:text>",
        '<text:tracked-changes><text:changed-region text:id="c"/></text:tracked-changes></office:text>',
    )
    assert "houdt wijzigingen bij" in refused(here, tmp_path, marked)


def test_who_may_not_edit_is_told_who_may(here: Here, tmp_path: Path) -> None:
    said = refused(here, tmp_path, in_odt(draft(here, "odt"), "x"), by="ciso")
    assert "'ciso' bewerkt dit stuk niet" in said and here.organisation.coordinator in said


def test_an_adopted_report_is_not_edited(here: Here, tmp_path: Path) -> None:
    content = in_odt(draft(here, "odt"), "Te laat.")
    with here.store.write() as tx:
        tx.exec_driver_sql("update document set status = 'vastgesteld'")
    assert "is al vastgesteld" in refused(here, tmp_path, content)


def test_from_the_decision_on_nobody_changes_the_words_that_were_decided_on(
    here: Here, tmp_path: Path
) -> None:
    """The report is printed as adopted on a later day; an edit in between would hold up its offering."""
    content = in_odt(draft(here, "odt"), "Te laat.")
    with here.store.write() as tx:
        entry = Entry("2027/council/adopt", "adopt", "college", DAY, "2028-B-0101", "")
        decisions.record(tx, entry, here.organisation.coordinator, AT)
    assert "is al vastgesteld" in refused(here, tmp_path, content)


def test_an_edit_of_a_draft_without_the_edit_before_it_is_refused(here: Here, tmp_path: Path) -> None:
    """Two clerks edit the same draft: the second is told, for his text would take the place of none."""
    content = draft(here, "odt")
    with here.store.write() as tx:  # taken in, and the draft was not made anew yet
        made = documents.newest(tx, "2027/council", "openbaar", "html")
        assert made
        shown = words.texts(json.loads(here.files.get(made.recipe))["draft"]["html"])
        edit = Edit(PLACE, "De eerste.", fingerprint(shown[PLACE]))
        records.add(tx, "2027/council", "openbaar", [edit], "x", AT)
    assert "dit is een ouder concept" in refused(here, tmp_path, in_odt(content, "De tweede."))

    assert hand_in(here, tmp_path, in_odt(draft(here, "odt"), "De tweede, opnieuw."))
    assert "De tweede, opnieuw." in page(here)[1]


HTML = (
    '<article lang="nl"><header><h1>Verslag</h1></header><section><h2>Lessen</h2>'
    '<div data-edit="lessons/a"><p>Eerste<br/>regel</p><p>Tweede</p></div>'
    '<div data-edit="lessons/b"><p><span class="leeg">niet ingevuld</span></p></div></section></article>'
)


class TestWords:
    def test_texts_are_read_by_their_place(self) -> None:
        assert words.texts(HTML) == {"lessons/a": "Eerste\nregel\n\nTweede", "lessons/b": ""}

    def test_an_edit_stands_in_its_place_as_text(self) -> None:
        edits = [Edit("lessons/b", "<script>x</script>\n\nja & nee", fingerprint(""))]
        assert words.texts(words.edited(HTML, edits)) == {
            "lessons/a": "Eerste\nregel\n\nTweede",
            "lessons/b": "<script>x</script>\n\nja & nee",
        }

    def test_an_emptied_text_is_said_to_be_empty(self) -> None:
        edits = [Edit("lessons/a", "", fingerprint("Eerste\nregel\n\nTweede"))]
        assert words.texts(words.edited(HTML, edits))["lessons/a"] == ""
        assert words.edited(HTML, edits).count("niet ingevuld") == 2

    def test_without_an_edit_that_holds_not_a_byte_changes(self) -> None:
        assert words.edited(HTML, []) == HTML
        assert (
            words.edited(HTML, [Edit("lessons/a", "anders", fingerprint("iets wat er nooit stond"))]) == HTML
        )


class TestRules:
    def test_an_edit_of_what_was_written_anew_no_longer_holds(self) -> None:
        edits = [Edit("a", "B", fingerprint("A")), Edit("a", "C", fingerprint("B"))]
        assert rules.current({"a": "A"}, edits) == {"a": "C"}
        assert rules.current({"a": "Z"}, edits) == {}

    @given(some.lists(some.text(max_size=12), max_size=6))
    def test_a_chain_of_edits_ends_in_the_last(self, texts: list[str]) -> None:
        plain = [rules.plain(text) for text in texts]
        edits = [Edit("a", now, fingerprint(was)) for was, now in zip(["", *plain], plain, strict=False)]
        now = rules.current({"a": ""}, edits).get("a", "")
        assert now == (plain[-1] if plain else "")

    @given(some.lists(some.text(alphabet="abc", max_size=3), max_size=8))
    def test_nothing_is_named_where_nothing_was_changed(self, texts: list[str]) -> None:
        pieces = [Piece(text) for text in texts]
        spaced = [replace(one, text=f" {one.text}\u00ad ") for one in pieces]
        assert list(rules.outside(pieces, spaced)) == []

    @given(some.lists(some.sampled_from(["aa", "bb", "cc"]), min_size=1, max_size=8), some.data())
    def test_every_change_is_named(self, texts: list[str], data: some.DataObject) -> None:
        """One paragraph changed, added or thrown away."""
        at = data.draw(some.integers(0, len(texts) - 1))
        changed: Mapping[str, list[str]] = {
            "changed": [*texts[:at], "xx", *texts[at + 1 :]],
            "added": [*texts[:at], "xx", *texts[at:]],
            "gone": [*texts[:at], *texts[at + 1 :]],
        }
        now = changed[data.draw(some.sampled_from(sorted(changed)))]
        assert list(rules.outside([Piece(one) for one in texts], [Piece(one) for one in now]))

    def test_what_stands_in_a_place_is_nobodys_business_but_its_own(self) -> None:
        before = [Piece("kop"), Piece("oud", "a"), Piece("slot")]
        after = [Piece("kop"), Piece("nieuw", "a"), Piece("nog een", "a"), Piece("slot")]
        assert list(rules.outside(before, after)) == []
        assert rules.texts(after) == {"a": "nieuw\n\nnog een"}


def test_a_bookmark_has_a_name_that_word_takes() -> None:
    assert len(bookmark("x" * 64)) <= 40 and bookmark(PLACE).replace("_", "").isalnum()


def test_edits_are_kept_for_ever(here: Here) -> None:
    with here.store.write() as tx:
        records.add(tx, "2027/council", "openbaar", [Edit("a", "B", "w"), Edit("b", "C", "w")], "x", AT)
        records.add(tx, "2027/council", "openbaar", [Edit("a", "D", "w")], "x", AT)
    with here.store.read() as tx:
        assert [one.text for one in records.of(tx, "2027/council", "openbaar")] == ["B", "C", "D"]
        assert records.of(tx, "2027/council", "intern") == []
