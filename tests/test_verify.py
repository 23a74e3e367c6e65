"""What is wrong with the record is named, and until when it holds."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import text

from jaarring import verify
from jaarring.here import Here
from jaarring.ledger import documents, events
from jaarring.ledger.documents import Document
from tests.conftest import at

pytestmark = pytest.mark.both_stores

DAYS = [date(2027, 4, 12), date(2027, 4, 13), date(2027, 4, 14)]


@pytest.fixture
def town(waterveen: Here) -> Here:
    """Three entries on three days, each in the journal, after what Waterveen had."""
    for day in DAYS:
        with waterveen.store.write() as tx:
            events.append(tx, at(waterveen, day), "noor", "report.submitted", f"duty {day}", {"n": 1})
    with waterveen.store.read() as tx:
        waterveen.journal.follow(tx)
    return waterveen


def by_hand(here: Here, *statements: str) -> None:
    with here.store.write() as tx:
        for statement in statements:
            tx.execute(text(statement))


def last(here: Here) -> int:
    return int(verify.head(here).partition(":")[0])


def test_a_record_that_nobody_touched_holds(town: Here) -> None:
    assert verify.findings(town) == []
    assert verify.findings(town, verify.head(town)) == []


def test_a_changed_entry_is_named_with_the_day_until_which_all_is_well(town: Here) -> None:
    seq = last(town)
    by_hand(town, f"update event set actor = 'daan' where seq = {seq}")
    assert verify.findings(town) == [
        f"logboek: nummer {seq} is veranderd; tot en met 13 april 2027 klopt het"
    ]


def test_a_log_that_was_rewritten_whole_is_found_by_its_journal(town: Here) -> None:
    """Its chain is whole and false; the journal has the hashes that were."""
    seq = last(town)
    by_hand(
        town, f"delete from event_payload where seq >= {seq - 1}", f"delete from event where seq >= {seq - 1}"
    )
    for day in DAYS[1:]:
        with town.store.write() as tx:
            events.append(tx, at(town, day), "noor", "report.submitted", f"duty {day}", {"n": 2})
    assert verify.findings(town) == [
        f"logboek: nummer {seq - 1} is anders dan in het journaal; tot en met 12 april 2027 klopt het"
    ]


def test_an_end_that_was_cut_off_is_found_by_the_journal(town: Here) -> None:
    seq = last(town)
    by_hand(town, f"delete from event_payload where seq = {seq}", f"delete from event where seq = {seq}")
    assert verify.findings(town) == [
        f"logboek: nummer {seq} ontbreekt, en staat wel in het journaal; tot en met 13 april 2027 klopt het"
    ]


def test_a_line_in_the_journal_that_excuses_a_rewriting_is_found(town: Here) -> None:
    """Whoever rewrites the log could write himself that an older store was put back."""
    with town.store.read() as tx:
        town.journal.back(tx, at(town, DAYS[2]), "store/1:abc")
    assert verify.findings(town) == [
        "journaal: op 14 april 2027 is een oudere stand teruggezet, en het logboek weet dat niet"
    ]


def test_damaged_and_vanished_files_are_named_by_what_they_are(town: Here) -> None:
    for name, content in (("a", b"rapport"), ("b", b"ander rapport")):
        digest = town.files.put(content)
        new = Document(f"2027/{name}", "intern", "pdf", 0, "", f"{name}.pdf", digest, "", DAYS[0])
        with town.store.write() as tx:
            documents.keep(tx, new, at(town, DAYS[0]))
    loose = town.files.put(b"los")
    paths = {path.read_bytes(): path for _, path in town.files.all()}
    paths[b"rapport"].write_bytes(b"rapporT")
    paths[b"ander rapport"].unlink()
    paths[b"los"].write_bytes(b"")

    assert sorted(verify.findings(town)) == [
        f"bestand {loose[:10]}: is beschadigd of weg; zet het terug uit een reservekopie",
        "document 2027/a (intern, pdf, versie 1 van 12 april 2027): is beschadigd of weg; "
        "zet het terug uit een reservekopie",
        "document 2027/b (intern, pdf, versie 1 van 12 april 2027): is beschadigd of weg; "
        "zet het terug uit een reservekopie",
    ]


@pytest.mark.parametrize("field", ["actor", "subject", "at"])
def test_what_is_no_text_any_more_is_a_changed_entry_and_no_crash(town: Here, field: str) -> None:
    if town.store.file is None:  # PostgreSQL keeps text in a column of text
        return
    by_hand(town, f"update event set {field} = x'00ff' where seq = 1")
    assert verify.findings(town)[0] == "logboek: nummer 1 is veranderd; van het begin af"


def test_the_journal_is_read_past_lines_that_are_none(town: Here) -> None:
    with open(town.journal.path, "ab") as file:
        file.write(b'{"seq": 99\n[1]\n' + json.dumps({"onbekend": 1}).encode() + b"\n")
    assert verify.findings(town) == []
