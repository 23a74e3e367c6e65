"""The event log: whatever is done to it afterwards shows."""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from jaarring.database import Store
from jaarring.ledger import events
from jaarring.ledger.events import Broken, event, event_payload

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
#: who has full rights on the server is not held up by a foreign key
LOOSENED = {
    "sqlite": "pragma defer_foreign_keys = on",
    "postgresql": "alter table event_payload drop constraint if exists fk_event_payload_seq_event",
}
PAYLOADS: list[dict[str, Any]] = [
    {"rating": "groen"},
    {"spent": Decimal("318400.00"), "on": date(2027, 7, 9)},
    {"name": "Noor", "keys": ["a", "b"]},
    {},
    {"text": "één — ‘twee’"},
]


@pytest.fixture
def store(store: Store) -> Store:
    """A log of five entries, a minute apart."""
    with store.write() as tx:
        for n, payload in enumerate(PAYLOADS, 1):
            at = AT + timedelta(minutes=n)
            events.append(tx, at, "noor", "report.submitted", f"duty {n}", payload, on_behalf_of="fb")
    return store


def verified(store: Store, against: str = "") -> Broken | None:
    with store.read() as tx:
        return events.verify(tx, against)


def head(store: Store) -> str:
    with store.read() as tx:
        return events.head(tx)


def tampered(store: Store, *statements: Any) -> Broken | None:
    """What is found after somebody with full rights on the database changed it by hand."""
    with store.write() as tx:
        tx.execute(text(LOOSENED[tx.dialect.name]))
        for statement in statements:
            tx.execute(statement)
    return verified(store)


def test_a_log_nobody_touched_is_whole(store: Store) -> None:
    assert verified(store) is None
    assert verified(store, head(store)) is None


def test_an_empty_log_is_whole_and_has_a_head(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "jaarring.db")

    assert head(store) == "0:" + "0" * 64
    assert verified(store) is None
    assert verified(store, head(store)) is None


def test_the_head_after_an_entry_is_what_append_gives(store: Store) -> None:
    with store.write() as tx:
        given_back = events.append(tx, AT, "x", "test", "x", {})

    assert given_back == head(store)
    assert given_back.startswith("6:")


class TestTampering:
    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("at", AT),
            ("actor", "daan"),
            ("on_behalf_of", "bc"),
            ("kind", "report.accepted"),
            ("subject", "duty 9"),
            ("payload_hash", "0" * 64),
            ("previous", "1" * 64),
            ("hash", "1" * 64),
        ],
    )
    def test_a_change_of_any_field_shows(self, store: Store, field: str, value: object) -> None:
        found = tampered(store, update(event).where(event.c.seq == 3).values({field: value}))

        assert found == Broken(3, "entry changed")

    def test_the_parametrised_test_covers_every_field_but_the_order(self) -> None:
        tested = {"at", "actor", "on_behalf_of", "kind", "subject", "payload_hash", "previous", "hash"}
        assert {column.name for column in event.columns} == tested | {"seq"}

    def test_an_entry_that_was_taken_out_shows(self, store: Store) -> None:
        found = tampered(
            store,
            delete(event_payload).where(event_payload.c.seq == 3),
            delete(event).where(event.c.seq == 3),
        )

        assert found == Broken(3, "entry missing")

    def test_an_entry_that_was_taken_out_and_closed_up_behind_shows(self, store: Store) -> None:
        found = tampered(
            store,
            delete(event_payload).where(event_payload.c.seq == 3),
            delete(event).where(event.c.seq == 3),
            update(event).where(event.c.seq == 4).values(seq=3),
            update(event_payload).where(event_payload.c.seq == 4).values(seq=3),
            update(event).where(event.c.seq == 5).values(seq=4),
            update(event_payload).where(event_payload.c.seq == 5).values(seq=4),
        )

        assert found == Broken(3, "entry changed")

    def test_two_entries_that_changed_places_show(self, store: Store) -> None:
        found = tampered(
            store,
            *(
                update(table).where(table.c.seq == old).values(seq=new)
                for old, new in ((2, 99), (3, 2), (99, 3))
                for table in (event, event_payload)
            ),
        )

        assert found == Broken(2, "entry changed")

    def test_an_entry_that_was_put_in_between_shows(self, store: Store) -> None:
        forged = {
            "at": AT,
            "actor": "noor",
            "on_behalf_of": "",
            "kind": "report.accepted",
            "subject": "duty 2",
            "payload_hash": "2" * 64,
            "previous": "2" * 64,
            "hash": "3" * 64,
        }
        moved = [
            update(table).where(table.c.seq == n).values(seq=n + 1)
            for n in (5, 4, 3)
            for table in (event, event_payload)
        ]
        found = tampered(store, *moved, insert(event).values(seq=3, **forged))

        assert found == Broken(3, "entry changed")

    def test_a_changed_payload_shows(self, store: Store) -> None:
        body = json.dumps({"rating": "rood"})
        found = tampered(store, update(event_payload).where(event_payload.c.seq == 1).values(body=body))

        assert found == Broken(1, "payload changed")

    def test_a_payload_that_just_vanished_shows(self, store: Store) -> None:
        found = tampered(store, delete(event_payload).where(event_payload.c.seq == 2))

        assert found == Broken(2, "payload missing")

    def test_a_second_entry_after_the_same_one_is_refused_by_the_store(self, store: Store) -> None:
        """A fork by hand, with a number and a hash of its own."""
        with pytest.raises(IntegrityError, match="previous"), store.write() as tx:
            row = tx.execute(select(event).where(event.c.seq == 3)).one()
            tx.execute(insert(event).values(**{**row._mapping, "seq": 6, "hash": "f" * 64}))


class TestAgainstAHeadKeptElsewhere:
    def test_an_earlier_head_is_found_again_in_a_log_that_went_on(self, store: Store) -> None:
        kept = head(store)
        with store.write() as tx:
            events.append(tx, AT, "x", "test", "x", {})

        assert verified(store, kept) is None

    def test_an_end_that_was_cut_off_shows(self, store: Store) -> None:
        kept = head(store)
        found = tampered(
            store,
            delete(event_payload).where(event_payload.c.seq == 5),
            delete(event).where(event.c.seq == 5),
        )

        assert found is None  # the chain alone cannot tell
        assert verified(store, kept) == Broken(5, "entry missing")

    def test_a_log_that_was_rewritten_from_its_first_entry_shows(self, store: Store) -> None:
        kept = head(store)
        with store.write() as tx:
            tx.execute(delete(event_payload))
            tx.execute(delete(event))
            for n in range(1, 8):
                events.append(tx, AT, "noor", "report.submitted", f"duty {n}", {"rating": "groen"})

        assert verified(store) is None  # whole, and false
        assert verified(store, kept) == Broken(5, "not the entry that was kept elsewhere")

    def test_what_is_no_head_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError):
            verified(store, "five")


class TestErasing:
    def test_a_payload_that_the_law_asks_to_destroy_is_gone_and_the_chain_stays_whole(
        self, store: Store
    ) -> None:
        kept = head(store)
        with store.write() as tx:
            events.erase(tx, 3, AT, "coördinator", "AVG, artikel 17")

        assert verified(store, kept) is None
        with store.read() as tx:
            entries = list(events.history(tx))
        assert entries[2].payload is None and entries[2].subject == "duty 3"
        assert (entries[5].kind, entries[5].subject) == ("payload.erased", "3")
        assert entries[5].payload == {"ground": "AVG, artikel 17"}
        assert not [entry for entry in entries if entry.payload and "Noor" in str(entry.payload)]

    def test_who_knows_the_payload_cannot_find_it_back_from_its_hash(self, store: Store) -> None:
        """Short texts could be guessed; the salt goes with the payload."""
        with store.write() as tx:
            hashed = tx.scalar(select(event.c.payload_hash).where(event.c.seq == 1))
            salt = tx.scalar(select(event_payload.c.salt).where(event_payload.c.seq == 1))
        body = '{"rating":"groen"}'

        assert hashed != hashlib.sha256(body.encode()).hexdigest()
        assert salt is not None and hashed == hashlib.sha256(f"{salt}{body}".encode()).hexdigest()

    def test_the_same_payload_has_another_hash_each_time(self, store: Store) -> None:
        with store.write() as tx:
            for _ in range(2):
                events.append(tx, AT, "x", "test", "x", {"same": 1})
            hashes = list(tx.scalars(select(event.c.payload_hash).where(event.c.seq > 5)))

        assert len(set(hashes)) == 2


class TestTime:
    def test_order_is_the_number_and_an_earlier_time_is_a_remark(self, store: Store) -> None:
        with store.write() as tx:
            events.append(tx, AT - timedelta(days=9), "x", "test", "x", {})

        assert verified(store) is None
        with store.read() as tx:
            assert [entry.seq for entry in events.history(tx)] == [1, 2, 3, 4, 5, 6]

    def test_a_time_without_a_zone_is_refused_and_nothing_is_written(self, store: Store) -> None:
        before = head(store)
        with pytest.raises(ValueError, match="time zone"), store.write() as tx:
            events.append(tx, AT.replace(tzinfo=None), "x", "test", "x", {})

        assert head(store) == before

    def test_the_zone_in_which_a_moment_is_told_does_not_matter(self, store: Store) -> None:
        with store.write() as tx:
            events.append(tx, AT.astimezone(timezone(timedelta(hours=2))), "x", "test", "x", {})

        assert verified(store) is None


class TestCanonicalForm:
    def test_an_entry_of_today_has_this_hash_for_ever(self) -> None:
        """Changing the spelling would break every log there is."""
        fields = [1, events._stamp(AT), "noor", "", "test", "één", "0" * 64, events.GENESIS]

        assert events._canonical(fields) == (
            f'[1,"2027-04-14T09:00:00.000000+00:00","noor","","test","één","{"0" * 64}","{"0" * 64}"]'
        )
        assert (
            events._digest(fields)
            == hashlib.sha256(events._canonical(fields).encode()).hexdigest()
            == "190f9aea0e143b4742cf380221642949afd97902a17c76a1f7b56e00eac7ba30"
        )

    def test_dates_and_amounts_are_spelled_as_people_write_them_and_keys_are_in_order(self) -> None:
        value = {"b": Decimal("318400.00"), "a": [date(2027, 7, 9), AT, None, True]}

        assert events._canonical(value) == (
            '{"a":["2027-07-09","2027-04-14 09:00:00+00:00",null,true],"b":"318400.00"}'
        )

    @pytest.mark.parametrize("value", [{1, 2}, object(), float("nan"), b"bytes"])
    def test_what_has_no_one_spelling_is_refused(self, store: Store, value: object) -> None:
        before = head(store)
        with pytest.raises((TypeError, ValueError)), store.write() as tx:
            events.append(tx, AT, "x", "test", "x", {"value": value})

        assert head(store) == before

    json_values = st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    )

    @given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), json_values, max_size=4))
    def test_read_back_and_spelled_again_it_is_the_same(self, value: dict[str, Any]) -> None:
        spelled = events._canonical(value)

        assert events._canonical(json.loads(spelled)) == spelled
        assert events._canonical(dict(reversed(value.items()))) == spelled


def test_the_history_of_one_subject_is_told_in_order(store: Store) -> None:
    with store.write() as tx:
        events.append(tx, AT, "secretaris", "report.accepted", "duty 2", {})

    with store.read() as tx:
        found = [(entry.actor, entry.kind) for entry in events.history(tx, "duty 2")]
    assert found == [("noor", "report.submitted"), ("secretaris", "report.accepted")]
