"""From the outbox to a mail server: one line of the configuration, one message a recipient, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from jaarring import cycle, steps
from jaarring.agenda import as_text
from jaarring.here import Here, municipality
from jaarring.ledger import outbox
from jaarring.reminders.actions import Around, queue_due
from tests.conftest import TESTS, at, copied
from tests.smtp_sink import SmtpSink

pytestmark = pytest.mark.both_stores

REQUESTS = date(2027, 4, 1)

Served = Callable[[str], Here]


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def served(tmp_path: Path, opened: ExitStack, sink: SmtpSink) -> Served:
    """Waterveen with a real mail server: the one line of channels.yaml that says so, and Bas at an
    address.
    """

    def make(bas: str) -> Here:
        config = copied(TESTS / "waterveen", tmp_path)
        channels = config / "channels.yaml"
        text = channels.read_text(encoding="utf-8")
        channels.write_text(re.sub(r"(?m)^mail: .*$", f"mail: {sink.url}", text), encoding="utf-8")
        people = config / "organisation.yaml"
        people.write_text(people.read_text(encoding="utf-8").replace("bas@waterveen.example", bas))
        here = opened.enter_context(municipality(config))
        start = date(2027, 3, 31)
        cycle.schedule(here, start, at(here, start))
        return here

    return make


def states(here: Here) -> dict[str, str]:
    with here.store.read() as tx:
        return {line.recipient: line.state for line in outbox.all_lines(tx)}


def asked(here: Here, day: date = REQUESTS) -> None:
    queue_due(here, day, at(here, day), Around())


def test_each_message_reaches_the_server_with_one_recipient_and_the_bytes_that_were_stored(
    served: Served, sink: SmtpSink
) -> None:
    here = served("bas@waterveen.example")
    asked(here)

    assert steps.send(here, at(here, REQUESTS)) == {"sent": 4}

    assert sorted(one for message in sink.messages for one in message.recipients) == [
        "bas@waterveen.example",
        "hoofd@waterveen.example",
        "lea@waterveen.example",
        "noor@waterveen.example",
    ]
    assert all(len(message.recipients) == 1 for message in sink.messages)
    with here.store.read() as tx:
        stored = {bytes(raw) for (raw,) in tx.exec_driver_sql("select raw from message")}
    assert {message.raw.rstrip(b"\r\n") for message in sink.messages} == {
        raw.rstrip(b"\r\n") for raw in stored
    }
    parsed = message_from_bytes(sink.messages[0].raw, policy=policy.default)
    assert parsed["X-Jaarring-Occasion"].startswith("2027/Q1/")


def test_a_second_round_sends_nothing(served: Served, sink: SmtpSink) -> None:
    here = served("bas@waterveen.example")
    asked(here)
    steps.send(here, at(here, REQUESTS))

    assert steps.send(here, at(here, REQUESTS)) == {}
    assert len(sink.messages) == 4


def test_a_refused_address_is_kept_and_shown_with_the_words_of_the_server_and_the_rest_goes(
    served: Served, sink: SmtpSink
) -> None:
    here = served("r550@waterveen.example")
    asked(here)

    assert steps.send(here, at(here, REQUESTS)) == {"sent": 5, "permanent": 1}, "three requests, two told"

    assert states(here)["r550@waterveen.example"] == "failed"
    shown = [line for line in as_text(here, []) if line.startswith("Niet verstuurd")]
    assert len(shown) == 1
    assert "2027/Q1/report/fb/request aan r550@waterveen.example: 550" in shown[0]


def test_a_server_that_is_busy_is_tried_again_later_with_the_same_message(
    served: Served, sink: SmtpSink
) -> None:
    here = served("r451@waterveen.example")
    asked(here)
    first = at(here, REQUESTS)

    assert steps.send(here, first) == {"sent": 3, "temporary": 1}
    assert states(here)["r451@waterveen.example"] == "queued"
    assert steps.send(here, first + timedelta(seconds=10)) == {}, "not before its pause has passed"
    assert steps.send(here, first + timedelta(minutes=2)) == {"temporary": 1}


def test_a_server_that_is_not_there_loses_nothing(served: Served, sink: SmtpSink) -> None:
    here = served("bas@waterveen.example")
    asked(here)
    sink.__exit__(None, None, None)

    outcomes = steps.send(here, at(here, REQUESTS))

    assert set(outcomes) == {"temporary"}
    assert set(states(here).values()) == {"queued"}


def test_nothing_goes_out_on_a_closed_day(served: Served, sink: SmtpSink) -> None:
    """What was queued on Thursday and could not go waits for Monday, not for Goede Vrijdag or the weekend."""
    here = served("bas@waterveen.example")
    asked(here)
    saturday, monday = date(2027, 4, 3), date(2027, 4, 5)

    assert steps.send(here, at(here, saturday)) == {}
    assert sink.messages == []
    assert steps.send(here, at(here, monday)) == {"sent": 4}
