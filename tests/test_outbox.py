"""The outbox: nothing lost, nothing sent again that was sent and noted, and one sender a message."""

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from sqlalchemy import URL, func, select, update
from sqlalchemy.exc import IntegrityError

from jaarring.database import Store
from jaarring.ledger import outbox, undeliverable
from jaarring.ledger.outbox import LEASE, Claimed, NewMessage, message

pytestmark = pytest.mark.both_stores

AT = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
KEY = "2027/Q1/report/fb/request"
RAW = b"Message-ID: <1@waterveen.example>\r\nSubject: Verzoek\r\n\r\nGraag.\r\n"
NOOR, DAAN = "noor@waterveen.example", "daan@waterveen.example"


def new(number: int = 1, occasion: str = KEY, recipient: str = NOOR, channel: str = "mail") -> NewMessage:
    raw = RAW.replace(b"<1@", f"<{number}@".encode())
    return NewMessage(occasion, recipient, f"<{number}@waterveen.example>", "Verzoek", raw, channel)


def queue(store: Store, *messages: NewMessage, at: datetime = AT) -> None:
    with store.write() as tx:
        for one in messages:
            assert outbox.queue(tx, one, at)


def claim(store: Store, at: datetime = AT, worker: str = "a") -> Claimed | None:
    with store.write() as tx:
        return outbox.claim(tx, worker, at)


def settle(store: Store, claimed: Claimed | None, kind: str, at: datetime = AT, worker: str = "a") -> None:
    assert claimed is not None
    with store.write() as tx:
        outbox.settle(tx, claimed, worker, kind, f"words of {kind}", at)


def tried(store: Store, kind: str, at: datetime) -> None:
    """One attempt at `at` that ends so."""
    settle(store, claim(store, at), kind, at)


def line(store: Store) -> outbox.Line:
    with store.read() as tx:
        (only,) = outbox.all_lines(tx)
    return only


def waiting(store: Store, at: datetime) -> int:
    with store.read() as tx:
        return outbox.waiting(tx, at)


class TestQueueing:
    def test_an_occasion_asks_a_recipient_once_on_a_channel(self, store: Store) -> None:
        queue(store, new())
        with store.write() as tx:
            assert not outbox.queue(tx, new(2), AT + HOUR)

        assert line(store).queued_at == AT
        queue(store, new(3, recipient=DAAN), new(4, channel="chat"), new(5, occasion="2027/Q1/report/fb/due"))

    def test_the_store_itself_refuses_a_second_one(self, store: Store) -> None:
        queue(store, new())
        with pytest.raises(IntegrityError), store.write() as tx:
            row = tx.execute(select(message)).one()
            tx.execute(message.insert().values(**{**row._mapping, "id": 2, "message_id": "<2@x>"}))

    def test_a_message_of_a_step_that_fails_was_never_queued(self, store: Store) -> None:
        with pytest.raises(RuntimeError), store.write() as tx:
            outbox.queue(tx, new(), AT)
            raise RuntimeError

        assert claim(store) is None

    def test_messages_go_in_the_order_in_which_they_were_queued(self, store: Store) -> None:
        queue(store, new(1), new(2, recipient=DAAN), at=AT + HOUR)
        queue(store, new(3, channel="chat"), at=AT)

        found = [claim(store, AT + HOUR) for _ in range(3)]

        assert [(one.recipient, one.channel) for one in found if one] == [
            (NOOR, "mail"),
            (DAAN, "mail"),
            (NOOR, "chat"),
        ]
        assert claim(store, AT + HOUR) is None


class TestSending:
    def test_what_was_sent_stands_there_with_the_words_of_the_server_and_goes_no_more(
        self, store: Store
    ) -> None:
        queue(store, new())
        tried(store, "sent", AT + MINUTE)

        found = line(store)
        assert (found.state, found.sent_at, found.attempts) == ("sent", AT + MINUTE, 1)
        assert found.reply == "words of sent"
        assert claim(store, AT + 30 * DAY) is None
        assert waiting(store, AT + 30 * DAY) == 0

    def test_a_message_that_is_being_sent_is_nobody_elses(self, store: Store) -> None:
        queue(store, new())

        assert claim(store, AT, "a") is not None
        assert claim(store, AT, "b") is None
        assert claim(store, AT + LEASE, "b") is None
        assert waiting(store, AT + LEASE) == 0

    def test_whoever_died_while_sending_leaves_the_same_bytes_to_the_next(self, store: Store) -> None:
        queue(store, new())
        first = claim(store, AT, "a")
        late = AT + LEASE + MINUTE

        assert waiting(store, late) == 1  # a tick must see that there is something to do
        second = claim(store, late, "b")
        assert first and second and second == replace(first, lapsed=True)
        assert second.raw == RAW
        settle(store, second, "sent", late, "b")
        assert (line(store).state, line(store).attempts) == ("sent", 2)

    def test_whoever_lost_the_lease_no_longer_decides_what_became_of_it(self, store: Store) -> None:
        queue(store, new())
        slow = claim(store, AT, "a")
        late = AT + LEASE + MINUTE
        quick = claim(store, late, "b")

        settle(store, slow, "permanent", late, "a")
        assert line(store).state == "sending"
        settle(store, quick, "sent", late, "b")
        settle(store, slow, "temporary", late, "a")
        assert (line(store).state, line(store).reply) == ("sent", "words of sent")

    def test_the_lease_is_longer_than_the_worst_delivery(self) -> None:
        assert timedelta(minutes=10) <= LEASE


class TestFailing:
    def test_a_server_that_says_later_is_asked_again_after_growing_pauses(self, store: Store) -> None:
        queue(store, new())
        at, pauses = AT, []
        for _ in range(7):
            tried(store, "temporary", at)
            before = at
            while claim(store, at) is None:
                at += MINUTE
            pauses.append((at - before) // MINUTE)
            with store.write() as tx:  # only looked: put it back as it was
                tx.execute(update(message).values(state="queued", attempts=message.c.attempts - 1))

        assert pauses == [1, 5, 15, 60, 240, 240, 240]
        assert line(store).attempts == 7

    def test_after_three_days_of_later_it_has_failed(self, store: Store) -> None:
        queue(store, new())
        for at in (AT, AT + HOUR, AT + DAY, AT + 2 * DAY, AT + 3 * DAY - MINUTE):
            tried(store, "temporary", at)
        assert line(store).state == "queued"

        tried(store, "temporary", AT + 3 * DAY + 4 * HOUR)

        assert (line(store).state, line(store).reply) == ("failed", "words of temporary")
        assert claim(store, AT + 30 * DAY) is None

    def test_days_on_which_nothing_was_tried_are_no_days_of_later(self, store: Store) -> None:
        """The channel rested for a week, or Easter came: it is not given up at the first or second try."""
        queue(store, new())
        tried(store, "config", AT + DAY)
        tried(store, "temporary", AT + 8 * DAY)
        tried(store, "temporary", AT + 12 * DAY)
        assert (line(store).state, line(store).attempts) == ("queued", 2)

    def test_a_message_that_failed_goes_again_by_somebodys_word_alone(self, store: Store) -> None:
        """The same bytes, and all the time to succeed; what did not fail stays as it is."""
        queue(store, new())
        with store.write() as tx:
            assert not undeliverable.again(tx, 1, "coordinator", AT)
        tried(store, "permanent", AT)
        with store.write() as tx:
            assert undeliverable.again(tx, 1, "coordinator", AT + 9 * DAY)
        found = claim(store, AT + 9 * DAY)
        assert found is not None and found.raw == RAW and not found.lapsed
        settle(store, found, "temporary", AT + 9 * DAY)
        assert line(store).state == "queued"

    def test_what_may_have_arrived_waits_for_who_can_look(self, store: Store) -> None:
        """Nothing goes out meanwhile, and it costs no attempt; after three days a person decides."""
        queue(store, new())
        claim(store, AT)
        late = AT + LEASE + MINUTE
        found = claim(store, late)
        assert found is not None and found.lapsed
        with store.write() as tx:
            outbox.wait(tx, found, "a", "het archief is niet te lezen", late)
        assert claim(store, late + LEASE) is None
        assert (line(store).state, line(store).attempts) == ("sending", 1)
        found = claim(store, AT + 4 * DAY)
        assert found is not None
        with store.write() as tx:
            outbox.wait(tx, found, "a", "het archief is niet te lezen", AT + 4 * DAY)
        assert line(store).state == "uncertain"

    def test_a_refusal_for_good_fails_at_once_with_the_words_of_the_server(self, store: Store) -> None:
        queue(store, new())
        tried(store, "permanent", AT)

        assert (line(store).state, line(store).reply) == ("failed", "words of permanent")
        assert claim(store, AT + 30 * DAY) is None

    def test_a_channel_set_up_wrongly_costs_no_attempt_and_never_fails_a_message(self, store: Store) -> None:
        queue(store, new())
        for day in range(6):
            tried(store, "config", AT + day * DAY)

        assert (line(store).state, line(store).attempts) == ("queued", 0)
        assert line(store).reply == "words of config"
        tried(store, "sent", AT + 6 * DAY)
        assert (line(store).state, line(store).attempts) == ("sent", 1)

    def test_without_an_answer_it_waits_out_its_lease_and_goes_again(self, store: Store) -> None:
        """It may be in the mailbox already."""
        queue(store, new())
        tried(store, "unknown", AT)

        assert (line(store).state, line(store).reply) == ("sending", "words of unknown")
        assert claim(store, AT + LEASE) is None
        again = claim(store, AT + LEASE + MINUTE)
        assert again is not None and again.raw == RAW

    def test_no_more_than_five_copies_go_out_to_a_server_that_never_answers(self, store: Store) -> None:
        queue(store, new())
        for day in range(5):
            tried(store, "unknown", AT + day * DAY)

        assert (line(store).state, line(store).attempts) == ("uncertain", 5)
        assert claim(store, AT + 30 * DAY) is None

    def test_one_message_that_must_wait_does_not_keep_the_next_one(self, store: Store) -> None:
        queue(store, new(1), new(2, recipient=DAAN))
        tried(store, "temporary", AT)

        found = claim(store)
        assert found is not None and found.recipient == DAAN

    def test_an_outcome_nobody_knows_is_a_mistake_of_ours(self, store: Store) -> None:
        queue(store, new())
        with pytest.raises(ValueError, match="perhaps"):
            tried(store, "perhaps", AT)


class TestWhatAnEscalationRestsOn:
    def sent_on(self, store: Store) -> datetime | None:
        with store.read() as tx:
            return outbox.sent_on(tx, KEY)

    def test_an_occasion_without_messages_was_not_sent(self, store: Store) -> None:
        assert self.sent_on(store) is None

    @pytest.mark.parametrize("kind", ["temporary", "config", "unknown", "permanent"])
    def test_it_was_not_sent_while_one_of_its_messages_waits_or_failed(self, store: Store, kind: str) -> None:
        queue(store, new(1), new(2, recipient=DAAN))
        assert self.sent_on(store) is None
        tried(store, "sent", AT)
        assert self.sent_on(store) is None

        tried(store, kind, AT + HOUR)

        assert self.sent_on(store) is None

    def test_it_was_sent_when_the_last_of_its_messages_was(self, store: Store) -> None:
        queue(store, new(1), new(2, recipient=DAAN), new(3, occasion="2027/Q1/report/bc/request"))
        tried(store, "sent", AT)
        tried(store, "sent", AT + HOUR)

        assert self.sent_on(store) == AT + HOUR


def send_all(path: Path | URL, worker: str, seen: Path, sign: Barrier) -> None:
    """A worker that notes what it claims in a file of its own."""
    store = Store(path, Path())
    sign.wait(60)
    with seen.open("a") as notes:
        while claimed := claim(store, AT, worker):
            notes.write(f"{claimed.id}\n")
            settle(store, claimed, "sent", AT, worker)
            time.sleep(0.002)  # as a mail server takes: without it one worker can do all before the other


def test_two_workers_at_once_send_every_message_once(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        for n in range(200):
            outbox.queue(tx, new(n, recipient=f"p{n}@waterveen.example"), AT)
    spawn = multiprocessing.get_context("spawn")
    sign, notes = spawn.Barrier(2), [tmp_path / "a", tmp_path / "b"]
    workers = [spawn.Process(target=send_all, args=(store.where, one.name, one, sign)) for one in notes]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    claimed = [int(row) for one in notes for row in one.read_text().split()]
    assert sorted(claimed) == list(range(1, 201))
    assert all(one.read_text() for one in notes)  # they really took turns
    with store.read() as tx:
        assert tx.scalar(select(func.max(message.c.attempts))) == 1


def die_while_sending(path: Path | URL, delivered: Path) -> None:
    """Claims, delivers, and waits for the kill that comes before its note."""
    claimed = claim(Store(path, Path()), AT, "doomed")
    assert claimed is not None
    delivered.write_bytes(claimed.raw)
    time.sleep(60)


def test_a_worker_killed_after_delivery_and_before_its_note_costs_one_copy_with_the_same_message_id(
    store: Store, tmp_path: Path
) -> None:
    queue(store, new())
    delivered = tmp_path / "delivered.eml"
    spawn = multiprocessing.get_context("spawn")
    worker = spawn.Process(target=die_while_sending, args=(store.where, delivered))
    worker.start()
    while not delivered.exists() or not delivered.read_bytes():
        assert worker.is_alive()
        time.sleep(0.01)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL

    assert claim(store, AT + LEASE, "next") is None
    again = claim(store, AT + LEASE + MINUTE, "next")
    assert again is not None
    assert again.raw == delivered.read_bytes()
    assert again.raw.startswith(b"Message-ID: <1@waterveen.example>")
    settle(store, again, "sent", AT + LEASE + MINUTE, "next")
    assert claim(store, AT + 30 * DAY) is None
