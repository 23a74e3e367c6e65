"""The journal beside the store: what happened, by number, hash and key, on a path of its own."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jaarring.database import Store
from jaarring.ledger import events
from jaarring.ledger.journal import Going, Journal

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "elders" / "journaal.jsonl")


def entry(store: Store, subject: str = "2027/Q1/report/fb") -> str:
    with store.write() as tx:
        return events.append(tx, AT, "noor", "report.submitted", subject, {"woord": "geheim"})


def follow(store: Store, journal: Journal) -> None:
    with store.read() as tx:
        journal.follow(tx)


def test_every_entry_of_the_log_is_noted_once_by_number_hash_and_key(store: Store, journal: Journal) -> None:
    first = entry(store)
    follow(store, journal)
    second = entry(store, "2027/Q1/report/bc")
    follow(store, journal)
    follow(store, journal)

    assert [noted.head for noted in journal.entries()] == [first, second]
    assert [noted.subject for noted in journal.entries(after=1)] == ["2027/Q1/report/bc"]
    last = journal.last()
    assert last and last.head == second


def test_no_word_of_what_happened_stands_in_it(store: Store, journal: Journal) -> None:
    entry(store)
    follow(store, journal)

    assert b"geheim" not in journal.path.read_bytes() and b"noor" not in journal.path.read_bytes()


def test_what_a_process_that_died_did_not_note_is_noted_by_the_next(store: Store, journal: Journal) -> None:
    entry(store)
    follow(store, journal)
    missed, last = entry(store), entry(store)
    with open(journal.path, "ab") as file:
        file.write(b'{"seq": 2, "ha')  # it died in the middle of its line

    follow(store, journal)

    assert [noted.head for noted in journal.entries(after=1)] == [missed, last]


def test_a_message_is_noted_before_it_goes(journal: Journal) -> None:
    journal.going("<1@waterveen.example>", "2027/Q1/report/fb/request", AT)

    assert list(journal.messages()) == [
        Going("<1@waterveen.example>", "2027/Q1/report/fb/request", AT.isoformat())
    ]


def test_the_last_entry_is_found_behind_many_messages(store: Store, journal: Journal) -> None:
    kept = entry(store)
    follow(store, journal)
    for n in range(100):
        journal.going(f"<{n}@waterveen.example>", "2027/Q1/report/fb/request", AT)

    last = journal.last()
    assert last and last.head == kept


def test_an_empty_log_and_no_journal_say_nothing(store: Store, journal: Journal) -> None:
    follow(store, journal)

    assert journal.last() is None and not list(journal.entries()) and not journal.path.exists()


def test_a_store_that_is_older_than_its_journal_adds_nothing_to_it(
    store: Store, journal: Journal, tmp_path: Path
) -> None:
    entry(store)
    entry(store)
    follow(store, journal)
    before = journal.path.read_bytes()
    older = Store.open(tmp_path / "older.db")
    entry(older)

    follow(older, journal)

    older.close()
    assert journal.path.read_bytes() == before


def test_a_path_that_cannot_be_written_is_told(store: Store, tmp_path: Path) -> None:
    entry(store)
    (tmp_path / "bestand").write_text("")
    with pytest.raises(OSError), store.read() as tx:
        Journal(tmp_path / "bestand" / "journaal.jsonl").follow(tx)


def test_a_message_that_the_server_refused_is_with_nobody(journal: Journal) -> None:
    """Else a restore would hold it to be sent; a second try that went through counts again."""
    for id, *stayed in (("<1@waterveen.example>", True), ("<2@waterveen.example>", True, False)):
        for one in stayed:
            journal.going(id, "2027/Q1/report/fb/request", AT)
            if one:
                journal.stayed(id, AT)

    assert list(journal.story().gone) == ["<2@waterveen.example>"]


def test_after_an_older_store_was_put_back_it_tells_the_story_of_that_one(
    store: Store, journal: Journal, tmp_path: Path
) -> None:
    """What was lost stays in the file, and is no part of the story any more."""
    first = entry(store)
    follow(store, journal)
    store.copy(tmp_path / "oud.db")
    lost = entry(store)
    follow(store, journal)
    store.replace(tmp_path / "oud.db")
    with store.read() as tx:
        journal.back(tx, AT, "store/2")
    other = entry(store, "2027/Q1/report/bc")
    follow(store, journal)

    story = journal.story()
    assert [one.head for _, one in sorted(story.log.items())] == [first, other]
    assert [(one.seq, one.subject) for one in story.backs] == [(1, "store/2")]
    assert lost.partition(":")[2] in journal.path.read_text()
