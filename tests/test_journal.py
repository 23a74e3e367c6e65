"""The journal beside the store: what happened, by number, hash and key, on a path of its own."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jaarring import rounds, verify
from jaarring.database import Store
from jaarring.doubts import actions as doubts
from jaarring.doubts import records as doubt_records
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.ledger.journal import Going, Journal
from jaarring.watch import actions as watch

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


class TestTakenAway:
    """A journal that somebody removes, empties or cuts is noticed; one that is new or elsewhere is not."""

    NAME = "elders/journaal.jsonl"

    def followed(self, here: Here, count: int = 3) -> Here:
        """Waterveen, with its journal at another path and some entries, as commands leave it."""
        here = replace(here, config=replace(here.config, journal=self.NAME))
        for n in range(count):
            with here.store.write() as tx:
                events.append(tx, AT, "noor", "report.submitted", f"2027/Q1/report/{n}", {})
        here.follow()
        return here

    @pytest.mark.parametrize("how", ["removed", "emptied", "cut"])
    def test_it_is_named_holds_the_post_and_raises_an_alarm_until_the_coordinator_has_looked(
        self, waterveen: Here, how: str
    ) -> None:
        here = self.followed(waterveen)
        rounds.ended(here.storage, AT.date())
        assert verify.findings(here) == [] and doubts.look(here, AT) == [], "the control"
        path, seq = here.journal.path, here.journal.last()
        lines = path.read_text("utf-8").splitlines(keepends=True)
        if how == "removed":
            path.unlink()
        else:
            path.write_text("".join(lines[:-1]) if how == "cut" else "", "utf-8")
        assert seq
        here.follow()
        assert not path.exists() or seq.head not in path.read_text("utf-8"), "nobody hides it by going on"

        gone = f"journaal: het is weg of korter dan het was; het ging tot nummer {seq.seq}"
        assert verify.findings(here) == [gone]
        (held,) = doubts.look(here, AT)
        assert held.reason.startswith("het journaal is weg of korter dan het was")
        assert {one.kind for one in watch.look(here, AT)} >= {"record", "held"}

        doubts.release(here, "coordinator", AT)
        here.follow()
        assert verify.findings(here) == [] and doubts.look(here, AT) == []
        assert set(lines) <= set(path.read_text("utf-8").splitlines(keepends=True)), "it begins again, whole"
        assert f"en ging tot nummer {seq.seq}" in verify.returns(here)[0], "and that is not forgotten"

    def test_stopped_between_the_coordinator_s_word_and_the_new_journal_it_begins_at_the_next_look(
        self, waterveen: Here
    ) -> None:
        here = self.followed(waterveen)
        here.journal.path.unlink()
        doubts.look(here, AT)
        with here.store.write() as tx:
            doubt_records.release(tx, "coordinator", AT)  # and here it died
        assert doubts.look(here, AT) == []
        assert verify.findings(here) == []

    def test_a_fresh_store_a_journal_newly_set_and_one_that_was_moved_are_no_alarm(
        self, waterveen: Here
    ) -> None:
        assert verify.findings(waterveen) == [] and doubts.look(waterveen, AT) == [], "before any journal"
        here = self.followed(waterveen)
        for name in ("nieuw.jsonl", "verhuisd.jsonl"):
            before = here.journal.path
            moved = replace(here, config=replace(here.config, journal=name))
            if name.startswith("verhuisd"):
                before.rename(moved.journal.path)
            assert verify.findings(moved) == [] and doubts.look(moved, AT) == []
            moved.follow()
            assert verify.findings(moved) == [] and doubts.look(moved, AT) == []
            with moved.store.read() as tx:
                last = moved.journal.last()
                assert last and last.head == events.head(tx)

    def test_a_store_that_is_older_than_a_journal_it_once_had_is_told_of_as_that(
        self, waterveen: Here, tmp_path: Path
    ) -> None:
        """A backup knows how far the journal was when it was made, and no further."""
        here = self.followed(waterveen)
        here.store.copy(tmp_path / "oud.db")
        here = self.followed(here, 2)
        here.store.replace(tmp_path / "oud.db")
        (held,) = doubts.look(here, AT)
        assert held.evidence.startswith("store/")
