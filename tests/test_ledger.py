"""The ledger of occasions: what is due and open, whatever happened before and in which order."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from jaarring.database import Store
from jaarring.ledger import documents, due, events
from jaarring.ledger.documents import Document
from jaarring.occasions import ASKS, Occasion

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)
FB = "2027/Q1/report/fb"
REQUEST = Occasion(date(2027, 4, 1), f"{FB}/request", "request", FB)
REMINDER = Occasion(date(2027, 4, 7), f"{FB}/reminder/-5", "reminder", FB)
DUE = Occasion(date(2027, 4, 14), f"{FB}/due", "due", FB)
OVERDUE = Occasion(date(2027, 4, 15), f"{FB}/overdue/+1", "overdue", FB)
ESCALATE = Occasion(date(2027, 4, 19), f"{FB}/escalate/+3", "escalate", FB)
COMPILE = Occasion(date(2027, 4, 28), "2027/Q1/tactical/secretary", "compile")
BOARD = Occasion(date(2027, 5, 11), "2027/Q1/tactical/board", "decision")
YEAR = (REQUEST, REMINDER, DUE, OVERDUE, ESCALATE, COMPILE, BOARD)


@pytest.fixture
def store(store: Store) -> Store:
    """A ledger with a year in it."""
    with store.write() as tx:
        due.schedule(tx, 2027, YEAR, AT)
    return store


def schedule(store: Store, *occasions: Occasion, at: datetime = LATER) -> None:
    with store.write() as tx:
        due.schedule(tx, 2027, occasions, at)


def states(store: Store) -> dict[str, str]:
    with store.read() as tx:
        return {entry.occasion.key: entry.state for entry in due.of_year(tx, 2027)}


def entry(store: Store, occasion: Occasion) -> due.Entry:
    with store.read() as tx:
        found = due.get(tx, occasion.key)
    assert found is not None
    return found


def due_on(store: Store, as_of: date, *kinds: str) -> list[Occasion]:
    with store.read() as tx:
        return due.due(tx, as_of, kinds or due.ACTING)


def log(store: Store) -> list[events.Event]:
    with store.read() as tx:
        return list(events.history(tx))


class TestDue:
    def test_due_is_what_is_on_or_before_the_date_and_open_oldest_first(self, store: Store) -> None:
        assert due_on(store, date(2027, 3, 31)) == []
        assert due_on(store, date(2027, 4, 1)) == [REQUEST]
        assert due_on(store, date(2027, 4, 18)) == [REQUEST, REMINDER, OVERDUE]  # a server that was off

    def test_of_one_date_the_keys_decide_the_order(self, store: Store) -> None:
        same = [replace(REQUEST, key=f"2027/Q1/report/{theme}/request") for theme in ("zz", "aa", "mm")]
        schedule(store, *same)

        assert [one.key.split("/")[3] for one in due_on(store, date(2027, 4, 1))] == ["aa", "mm", "zz"]

    def test_only_what_acts_by_itself_unless_another_kind_is_asked_for(self, store: Store) -> None:
        assert due_on(store, date(2027, 12, 31)) == [REQUEST, REMINDER, OVERDUE, ESCALATE, COMPILE]
        assert due_on(store, date(2027, 12, 31), "due", "decision") == [DUE, BOARD]

    def test_what_is_done_is_no_longer_due_and_keeps_its_moment(self, store: Store) -> None:
        with store.write() as tx:
            due.done(tx, [REQUEST.key], AT)
        with store.write() as tx:
            due.done(tx, [REQUEST.key], LATER)

        assert due_on(store, date(2027, 4, 1)) == []
        assert entry(store, REQUEST) == due.Entry(REQUEST, "done", AT, 0, AT)

    def test_a_key_that_does_not_exist_is_none(self, store: Store) -> None:
        with store.read() as tx:
            assert due.get(tx, "2027/Q9/report/fb/request") is None

    def test_the_occasions_of_a_duty_are_its_own(self, store: Store) -> None:
        with store.read() as tx:
            assert tuple(one.occasion for one in due.of_duty(tx, FB)) == YEAR[:5]

    def test_the_store_itself_refuses_a_key_twice(self, store: Store) -> None:
        with pytest.raises(IntegrityError), store.write() as tx:
            tx.execute(insert(due.occasion).values(**due._row(REQUEST), changed=AT))


class TestScheduling:
    def test_scheduling_again_writes_nothing_not_even_in_the_log(self, store: Store) -> None:
        before, logged = states(store), log(store)

        schedule(store, *YEAR)
        schedule(store, *reversed(YEAR))

        assert (states(store), log(store)) == (before, logged)
        assert len(logged) == 1

    def test_another_year_is_left_alone(self, store: Store) -> None:
        other = replace(REQUEST, key="2028/Q1/report/fb/request", duty="2028/Q1/report/fb")
        with store.write() as tx:
            due.schedule(tx, 2028, [other], LATER)

        assert set(states(store).values()) == {"open"}
        with store.read() as tx:
            assert [one.occasion for one in due.of_year(tx, 2028)] == [other]

    def test_an_open_occasion_follows_the_calendar_and_the_log_says_so(self, store: Store) -> None:
        moved = replace(BOARD, due=date(2027, 5, 18))
        schedule(store, *YEAR[:-1], moved)

        assert entry(store, BOARD).occasion == moved
        assert log(store)[-1].payload == {
            "added": 0,
            "moved": {BOARD.key: "2027-05-18"},
            "withdrawn": [],
            "back": [],
            "superseded": [],
        }

    @pytest.mark.parametrize("state", ["done", "superseded"])
    def test_the_past_keeps_its_date_when_the_calendar_changes(self, store: Store, state: str) -> None:
        with store.write() as tx:
            if state == "done":
                due.done(tx, [REQUEST.key], AT)
            else:
                due.superseded(tx, [REQUEST.key], AT, by=REMINDER.key)
        before = entry(store, REQUEST)

        schedule(store, replace(REQUEST, due=date(2027, 4, 2)), *YEAR[1:])
        assert entry(store, REQUEST) == before
        schedule(store, *YEAR[1:])  # or has it no more
        assert entry(store, REQUEST) == before

    def test_what_the_calendar_has_no_more_is_withdrawn_and_may_come_back(self, store: Store) -> None:
        schedule(store, *YEAR[:-1])
        assert entry(store, BOARD) == due.Entry(BOARD, "withdrawn", LATER, 1, LATER)
        assert due_on(store, date(2027, 12, 31), "decision") == []

        back = replace(BOARD, due=date(2027, 5, 25))
        schedule(store, *YEAR[:-1], back)
        assert entry(store, BOARD) == due.Entry(back, "open", None, 2, LATER)

    def test_what_was_held_is_open_again_on_the_date_the_municipality_gives_it(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)
        moved = replace(COMPILE, due=date(2027, 6, 3))

        schedule(store, *YEAR[:5], moved, BOARD)

        assert entry(store, COMPILE) == due.Entry(moved, "open", None, 1, LATER)
        assert entry(store, ESCALATE).state == "held"

    def test_what_was_held_and_is_off_the_calendar_waits_for_nobodys_word(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)

        schedule(store, *YEAR[:4], *YEAR[5:])

        assert entry(store, ESCALATE).state == "withdrawn"

    def test_a_reminder_that_is_added_after_the_hand_in_asks_nobody(self, store: Store) -> None:
        with store.write() as tx:
            due.close_duty(tx, FB, AT)
        second = Occasion(date(2027, 4, 12), f"{FB}/reminder/-2", "reminder", FB)

        schedule(store, *YEAR, second)

        assert entry(store, second).state == "superseded"
        assert due_on(store, date(2027, 4, 20)) == []
        logged = len(log(store))
        schedule(store, *YEAR, second)
        assert len(log(store)) == logged


class TestHandingIn:
    def test_whoever_has_handed_in_is_not_asked_again(self, store: Store) -> None:
        with store.write() as tx:
            due.done(tx, [REQUEST.key], AT)
            due.close_duty(tx, FB, LATER)

        assert states(store) == {
            REQUEST.key: "done",
            REMINDER.key: "superseded",
            DUE.key: "done",
            OVERDUE.key: "superseded",
            ESCALATE.key: "superseded",
            COMPILE.key: "open",
            BOARD.key: "open",
        }
        assert (log(store)[-1].kind, log(store)[-1].subject) == ("occasions.superseded", f"{FB}/due")

    def test_a_second_version_closes_nothing_twice(self, store: Store) -> None:
        with store.write() as tx:
            due.close_duty(tx, FB, AT)
        before, logged = entry(store, DUE), log(store)
        with store.write() as tx:
            due.close_duty(tx, FB, LATER)

        assert (entry(store, DUE), log(store)) == (before, logged)

    def test_what_was_held_for_it_goes_with_it(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)
            due.close_duty(tx, FB, LATER)

        assert {states(store)[one.key] for one in (REQUEST, REMINDER, OVERDUE, ESCALATE)} == {"superseded"}
        assert entry(store, ESCALATE).settled == LATER


class TestHolding:
    def test_what_should_have_acted_more_than_fourteen_days_ago_is_held(self, store: Store) -> None:
        """The fourteenth day still goes; a due date or a decision never acts and is never held."""
        with store.write() as tx:
            held = due.hold_overdue(tx, date(2027, 4, 21), 14, AT)

        assert held == [REQUEST.key]  # 20 days; the reminder of 7 April is 14
        assert entry(store, REQUEST) == due.Entry(REQUEST, "held", AT, 0, AT)
        assert due_on(store, date(2027, 4, 21)) == [REMINDER, OVERDUE, ESCALATE]
        assert log(store)[-1].payload == {"keys": [REQUEST.key]}

    def test_holding_again_holds_and_writes_nothing(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 4, 21), 14, AT)
        logged = log(store)
        with store.write() as tx:
            assert due.hold_overdue(tx, date(2027, 4, 21), 14, LATER) == []

        assert log(store) == logged

    def test_a_derivation_sends_nothing_and_is_never_held(self, store: Store) -> None:
        derive = Occasion(date(2027, 1, 4), "2027/objectives", "derive")
        schedule(store, *YEAR, derive)
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)

        assert due_on(store, date(2027, 6, 1)) == [derive]

    def test_what_is_released_acts_after_all_and_is_not_held_again(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)
            assert due.release(tx, ESCALATE.key, "coördinator", LATER)
            assert due.hold_overdue(tx, date(2027, 6, 2), 14, LATER) == []

        assert due_on(store, date(2027, 6, 2)) == [ESCALATE]
        assert (log(store)[-1].actor, log(store)[-1].kind) == ("coördinator", "occasion.released")

    @pytest.mark.parametrize("state", ["open", "done", "superseded", "withdrawn"])
    def test_only_what_is_held_can_be_released(self, store: Store, state: str) -> None:
        with store.write() as tx:
            if state == "done":
                due.done(tx, [REQUEST.key], AT)
            if state == "superseded":
                due.superseded(tx, [REQUEST.key], AT, by=REMINDER.key)
        if state == "withdrawn":
            schedule(store, *YEAR[1:])
        before, logged = entry(store, REQUEST), log(store)
        with store.write() as tx:
            assert not due.release(tx, REQUEST.key, "coördinator", LATER)

        assert (entry(store, REQUEST), log(store)) == (before, logged)

    def test_what_was_held_and_is_then_done_by_hand_is_done(self, store: Store) -> None:
        with store.write() as tx:
            due.hold_overdue(tx, date(2027, 6, 1), 14, AT)
            due.done(tx, [COMPILE.key], LATER)

        assert entry(store, COMPILE) == due.Entry(COMPILE, "done", LATER, 0, AT)


CALENDAR = [
    Occasion(date(2027, 4, 1) + timedelta(days=5 * n), f"{duty}/{tail}", kind, duty)
    for duty in (FB, "2027/Q1/report/bc")
    for n, (tail, kind) in enumerate(
        [("request", "request"), ("reminder/-5", "reminder"), ("due", "due"), ("overdue/+1", "overdue")]
    )
] + [COMPILE, BOARD]
KEYS = [one.key for one in CALENDAR]
SETTLED = ("done", "superseded")
some_keys = st.lists(st.sampled_from(KEYS), unique=True, max_size=4)
dates = st.dates(date(2027, 3, 1), date(2027, 7, 1))


class AYearOfTheLedger(RuleBasedStateMachine):
    """Anything the engine does to the ledger, in any order."""

    @initialize()
    def open(self) -> None:
        self.folder = TemporaryDirectory()
        self.store = Store.open(Path(self.folder.name) / "jaarring.db")
        self.at = AT
        self.past: dict[str, due.Entry] = {}
        self.calendar: dict[str, Occasion] = {}
        self.met: set[str] = set()

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    @rule(moved=st.dictionaries(st.sampled_from(KEYS), dates, max_size=3), gone=some_keys, data=st.data())
    def schedule(self, moved: dict[str, date], gone: list[str], data: st.DataObject) -> None:
        kept = [one for one in CALENDAR if one.key not in gone]
        wanted = [replace(one, due=moved.get(one.key, one.due)) for one in kept]
        at = self.now()
        with self.store.write() as tx:
            due.schedule(tx, 2027, data.draw(st.permutations(wanted)), at)
            first = events.head(tx)
            due.schedule(tx, 2027, wanted, at)
            assert events.head(tx) == first, "the second call wrote something"
        self.calendar = {one.key: one for one in wanted}

    @rule(keys=some_keys)
    def done(self, keys: list[str]) -> None:
        with self.store.write() as tx:
            due.done(tx, keys, self.now())

    @rule(keys=some_keys)
    def superseded(self, keys: list[str]) -> None:
        with self.store.write() as tx:
            due.superseded(tx, keys, self.now(), by="x")

    @rule(duty=st.sampled_from([FB, "2027/Q1/report/bc"]))
    def hand_in(self, duty: str) -> None:
        with self.store.write() as tx:
            due.close_duty(tx, duty, self.now())
            if any(one.occasion.kind == "due" and one.state == "done" for one in due.of_duty(tx, duty)):
                self.met.add(duty)

    @rule(as_of=dates)
    def hold(self, as_of: date) -> None:
        with self.store.write() as tx:
            due.hold_overdue(tx, as_of, 14, self.now())
            old = [one for one in due.due(tx, as_of) if one.due < as_of - timedelta(days=14)]
            entries = [due.get(tx, one.key) for one in old]
        assert all(one and one.settled for one in entries), "not held, and nobody released it"

    @rule(key=st.sampled_from(KEYS))
    def release(self, key: str) -> None:
        with self.store.write() as tx:
            before = due.get(tx, key)
            released = due.release(tx, key, "coördinator", self.now())
        assert released == (before is not None and before.state == "held")

    @rule(as_of=dates)
    def ask(self, as_of: date) -> None:
        with self.store.read() as tx:
            found = due.due(tx, as_of)
            entries = due.of_year(tx, 2027)
        assert found == sorted(found)
        assert found == [
            one.occasion
            for one in entries
            if one.state == "open" and one.occasion.due <= as_of and one.occasion.kind in due.ACTING
        ]

    @invariant()
    def holds(self) -> None:
        with self.store.read() as tx:
            entries = {one.occasion.key: one for one in due.of_year(tx, 2027)}
            assert events.verify(tx) is None
        for key, before in self.past.items():
            assert entries[key] == before, "what was settled changed"
        for key, one in entries.items():
            assert one.settled or one.state == "open"
            assert one.state in ("open", "held", "withdrawn", *SETTLED)
            waits = one.state in due.WAITS
            assert not waits or one.occasion == self.calendar[key], "what waits follows the calendar"
            assert not (waits and one.occasion.kind in ASKS and one.occasion.duty in self.met)
        self.past = {key: one for key, one in entries.items() if one.state in SETTLED}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()


TestAYearOfTheLedger = AYearOfTheLedger.TestCase
TestAYearOfTheLedger.settings = settings(max_examples=40, stateful_step_count=20)


class TestDocuments:
    CONCEPT = Document(
        key="2027/council",
        edition="openbaar",
        format="html",
        version=0,
        status="concept",
        name="jaarverslag.html",
        sha256="a" * 64,
        source="s1",
        as_of=date(2028, 3, 1),
    )

    def keep(self, store: Store, new: Document) -> Document:
        with store.write() as tx:
            return documents.keep(tx, new, AT)

    def test_a_compile_that_says_something_new_is_a_new_version_and_the_old_one_stays(
        self, store: Store
    ) -> None:
        first = self.keep(store, self.CONCEPT)
        second = self.keep(store, replace(self.CONCEPT, sha256="b" * 64))

        assert (first.version, second.version) == (1, 2)
        with store.read() as tx:
            assert documents.newest(tx, "2027/council", "openbaar", "html") == second
            assert documents.current(tx, 2027) == [second]
            assert documents.all_kept(tx) == [first, second]

    def test_the_same_bytes_are_no_new_version_and_write_nothing(self, store: Store) -> None:
        first = self.keep(store, self.CONCEPT)
        logged = log(store)

        assert self.keep(store, replace(self.CONCEPT, as_of=date(2028, 3, 2))) == first
        assert log(store) == logged

    def test_the_same_bytes_of_another_source_need_no_new_version_and_are_of_that_source_now(
        self, store: Store
    ) -> None:
        """Else its maker would find for ever that there is something new to make."""
        first = self.keep(store, self.CONCEPT)

        assert self.keep(store, replace(self.CONCEPT, source="s2")) == replace(first, source="s2")
        with store.read() as tx:
            assert documents.all_kept(tx) == [replace(first, source="s2")]

    def test_a_form_made_late_is_of_its_own_version_though_a_newer_one_came_meanwhile(
        self, store: Store
    ) -> None:
        """Else words that were corrected would be served as the newest."""
        old = self.keep(store, replace(self.CONCEPT, recipe="1" * 64))
        new = replace(self.CONCEPT, sha256="b" * 64, recipe="2" * 64)
        self.keep(store, new)
        newer = self.keep(store, replace(new, format="odt", sha256="c" * 64))
        late = replace(self.CONCEPT, format="odt", sha256="d" * 64, recipe="1" * 64, version=old.version)

        assert self.keep(store, late).version == 1
        with store.read() as tx:
            assert documents.newest(tx, "2027/council", "openbaar", "odt") == newer

    def test_the_same_bytes_adopted_are_a_version_of_their_own(self, store: Store) -> None:
        self.keep(store, self.CONCEPT)

        assert self.keep(store, replace(self.CONCEPT, status="vastgesteld")).version == 2

    def test_editions_formats_and_years_are_counted_apart(self, store: Store) -> None:
        for other in (
            replace(self.CONCEPT, edition="intern"),
            replace(self.CONCEPT, format="pdf"),
            replace(self.CONCEPT, key="2028/council"),
            self.CONCEPT,
        ):
            assert self.keep(store, other).version == 1

        with store.read() as tx:
            assert [(one.edition, one.format) for one in documents.current(tx, 2027)] == [
                ("intern", "html"),
                ("openbaar", "html"),
                ("openbaar", "pdf"),
            ]
