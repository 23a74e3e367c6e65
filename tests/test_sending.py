"""From the outbox to a mail server: one line of the configuration, one message a recipient, nothing lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from jaarring import cycle, sending, steps
from jaarring.agenda import as_text
from jaarring.cli import main
from jaarring.governance import Organisations
from jaarring.here import Here, municipality
from jaarring.ledger import events, outbox, pauses
from jaarring.reminders.actions import Around, queue_due
from tests.conftest import TESTS, Mailbox, at, copied
from tests.smtp_sink import SmtpSink
from tests.webhook import Hook

pytestmark = pytest.mark.both_stores

REQUESTS = date(2027, 4, 1)

Served = Callable[[str], Here]


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        yield server


def channelled(folder: Path, where: Path | URL | None = None, **lines: str) -> Path:
    """Waterveen's configuration with these lines of channels.yaml."""
    config = copied(TESTS / "waterveen", folder, where=where)
    channels = config / "channels.yaml"
    text = channels.read_text(encoding="utf-8")
    for name, value in lines.items():
        text = re.sub(rf"(?m)^{name}: .*$", f"{name}: {value}", text)
    channels.write_text(text, encoding="utf-8")
    return config


def scheduled(here: Here) -> Here:
    """The day before the requests of the first quarter."""
    start = date(2027, 3, 31)
    cycle.schedule(here, start, at(here, start))
    return here


@pytest.fixture
def served(tmp_path: Path, opened: ExitStack, sink: SmtpSink, where: Path | URL) -> Served:
    """Waterveen with a real mail server: the one line of channels.yaml that says so, and Bas at an
    address.
    """

    def make(bas: str) -> Here:
        config = channelled(tmp_path, where, mail=sink.url)
        people = config / "organisation.yaml"
        people.write_text(people.read_text(encoding="utf-8").replace("bas@waterveen.example", bas))
        return scheduled(opened.enter_context(municipality(config)))

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


class TestAChannelThatIsSetUpWrongly:
    """A password, a certificate or a sender that is refused is nobody's message."""

    @pytest.fixture
    def locked(self) -> Iterator[SmtpSink]:
        with SmtpSink(ehlo=("sink", "AUTH PLAIN"), password="goed") as server:
            yield server

    @pytest.fixture
    def here(
        self,
        tmp_path: Path,
        opened: ExitStack,
        where: Path | URL,
        locked: SmtpSink,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Here:
        """Waterveen with a server that wants a password, which is wrong as yet."""
        monkeypatch.setenv("MAILWOORD", "fout")
        url = locked.url.replace("://", "://jaarring:${env:MAILWOORD}@")
        found = opened.enter_context(municipality(channelled(tmp_path, where, mail=url)))
        asked(scheduled(found))
        return found

    def test_the_whole_channel_rests_and_no_message_loses_an_attempt(
        self, here: Here, locked: SmtpSink
    ) -> None:
        """One login is tried, not one a message: too many lock an account."""
        assert steps.send(here, at(here, REQUESTS)) == {"config": 1}

        assert [line for line in locked.said if line.startswith("AUTH")] != []
        assert len([line for line in locked.said if line.startswith("AUTH")]) == 1
        assert set(states(here).values()) == {"queued"}
        with here.store.read() as tx:
            assert {line.attempts for line in outbox.all_lines(tx)} == {0}
            (rests,) = pauses.all_of(tx)
            assert not outbox.waiting(tx, at(here, REQUESTS))
        assert (rests.name, rests.why) == ("mail", "535 5.7.8 authentication failed")
        assert "fout" not in rests.why

    def test_it_is_shown_in_the_agenda_once_with_how_many_wait(self, here: Here) -> None:
        steps.send(here, at(here, REQUESTS))
        shown = [line for line in as_text(here, []) if "mail" in line]
        assert shown == [
            "De mail staat stil sinds 1 april 2027: 535 5.7.8 authentication failed. 4 berichten wachten. "
            "Zoek uit waarom met: jaarring check --channels"
        ]

    def test_the_next_tick_tries_it_with_one_message(self, here: Here, locked: SmtpSink) -> None:
        steps.send(here, at(here, REQUESTS))
        assert steps.send(here, at(here, REQUESTS) + timedelta(minutes=30)) == {}
        next_day = at(here, REQUESTS + timedelta(days=1))
        assert steps.send(here, next_day) == {"config": 1}
        with here.store.read() as tx:
            (rests,) = pauses.all_of(tx)
        assert rests.since.date() == REQUESTS, "since when stays as it was"

    def test_once_it_is_mended_everything_goes_at_once(
        self, here: Here, locked: SmtpSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also where nobody tried the channel by hand: the first message that gets through lifts the rest."""
        steps.send(here, at(here, REQUESTS))
        monkeypatch.setenv("MAILWOORD", "goed")
        assert steps.send(here, at(here, REQUESTS) + timedelta(hours=2)) == {"sent": 4}
        assert not [line for line in as_text(here, []) if "mail" in line]
        with here.store.read() as tx:
            kinds = [one.kind for one in events.history(tx) if one.kind.startswith("channel.")]
            assert {line.attempts for line in outbox.all_lines(tx)} == {1}
        assert kinds == ["channel.paused", "channel.resumed"]

    def test_a_channel_that_was_tried_by_hand_rests_no_more(
        self, here: Here, locked: SmtpSink, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps.send(here, at(here, REQUESTS))
        moment = at(here, REQUESTS) + timedelta(minutes=5)
        assert sending.try_out(here, moment)["mail"].kind == "config"
        monkeypatch.setenv("MAILWOORD", "goed")
        assert sending.try_out(here, moment)["mail"].kind == "sent"
        assert locked.messages == []
        assert steps.send(here, moment) == {"sent": 4}

    def test_another_address_in_the_configuration_is_tried_at_once(self, here: Here, sink: SmtpSink) -> None:
        steps.send(here, at(here, REQUESTS))
        settings = here.config.channels.model_copy(update={"mail": sink.url})
        changed = replace(here, config=replace(here.config, channels=settings))
        assert steps.send(changed, at(here, REQUESTS) + timedelta(minutes=5)) == {"sent": 4}

    def test_a_secret_that_is_not_there_rests_the_channel_too(
        self, here: Here, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("MAILWOORD")
        assert steps.send(here, at(here, REQUESTS)) == {"config": 1}
        (shown,) = [line for line in as_text(here, []) if "mail" in line]
        assert "de omgevingsvariabele MAILWOORD ontbreekt" in shown


class TestCheckChannels:
    """`jaarring check --channels` says in Dutch what is wrong, and sends nothing."""

    def said(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
        status = main(["check", "--channels", "--config", str(folder)])
        return status, capsys.readouterr().out.splitlines()

    def test_a_folder_is_in_order(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        config = copied(TESTS / "waterveen", tmp_path)
        assert self.said(config, capsys) == (
            0,
            ["Geen fouten.", "mail: in orde; de map neemt onze berichten aan."],
        )
        assert list((tmp_path / "var" / "mail").iterdir()) == []

    @pytest.mark.parametrize(
        ("server", "url", "words"),
        [
            (
                {"ehlo": ("sink", "AUTH PLAIN"), "password": "goed"},
                "jmail://u:${env:MAILWOORD}@127.0.0.1:{port}",
                "de server weigert de naam of het wachtwoord; zet het juiste wachtwoord in",
            ),
            ({}, "jmails://127.0.0.1:{port}", "de server kan geen versleuteling (STARTTLS); vraag"),
            ({"greeting": "554 no"}, "jmail://127.0.0.1:{port}", "de server weigert ons; vraag"),
        ],
    )
    def test_each_mistake_has_its_remedy(
        self,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
        server: dict[str, Any],
        url: str,
        words: str,
    ) -> None:
        monkeypatch.setenv("MAILWOORD", "kwijt-geheim")
        with SmtpSink(**server) as sink:
            config = channelled(tmp_path, mail=url.replace("{port}", str(sink.port)))
            status, lines = self.said(config, capsys)
        assert status == 1 and lines[0] == "Geen fouten."
        assert lines[1].startswith("mail: niet in orde: ") and words in lines[1]
        assert "kwijt-geheim" not in "".join(lines) and sink.messages == []

    def test_a_server_that_is_not_there_is_told(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with SmtpSink() as sink:
            gone = sink.url
        status, lines = self.said(channelled(tmp_path, mail=gone), capsys)
        assert status == 1
        assert "de server is niet te bereiken; controleer de naam en de poort in channels.yaml" in lines[1]

    def test_a_sender_that_is_refused_is_told(
        self, tmp_path: Path, sink: SmtpSink, capsys: pytest.CaptureFixture[str]
    ) -> None:
        config = channelled(tmp_path, mail=sink.url, bounces="m550@waterveen.example")
        status, lines = self.said(config, capsys)
        assert status == 1 and "vraag de beheerder om het adres van de afzender toe te laten" in lines[1]

    def test_every_channel_and_box_is_tried(
        self, tmp_path: Path, sink: SmtpSink, capsys: pytest.CaptureFixture[str]
    ) -> None:
        config = channelled(tmp_path, mail=sink.url)
        with (config / "channels.yaml").open("a", encoding="utf-8") as file:
            file.write(f"archive:\n  mail: archief@waterveen.example\n  address: maildir://{tmp_path}/weg\n")
            file.write("channels:\n  teams:\n    url: ${env:NERGENS}\n    about: [alarm]\n")
        status, lines = self.said(config, capsys)
        assert status == 1 and lines[1].startswith("mail: in orde")
        assert lines[2].startswith(
            "teams: niet in orde: kanaal teams: de omgevingsvariabele NERGENS ontbreekt"
        )
        assert lines[3].startswith("archive: niet in orde: de map van het postvak is er niet")


class TestTheArchive:
    def test_a_server_that_refuses_the_copy_delivers_without_proof(
        self, tmp_path: Path, opened: ExitStack, sink: SmtpSink, where: Path | URL
    ) -> None:
        """That is recorded; the letter itself goes."""
        config = channelled(tmp_path, where, mail=sink.url)
        with (config / "channels.yaml").open("a", encoding="utf-8") as file:
            file.write(f"archive:\n  mail: r550@waterveen.example\n  address: maildir://{tmp_path}\n")
        here = scheduled(opened.enter_context(municipality(config)))
        asked(here)
        assert steps.send(here, at(here, REQUESTS)) == {"sent": 4}
        assert all(len(message.recipients) == 1 for message in sink.messages)
        with here.store.read() as tx:
            assert {line.proof for line in outbox.all_lines(tx)} == {"refused"}


class TestBesideTheMail:
    """Titles and dates on a channel of their own; whether somebody was asked is read from the mail alone."""

    OVERDUE = date(2027, 4, 15)

    @pytest.fixture
    def here(self, tmp_path: Path, opened: ExitStack, where: Path | URL, sink: SmtpSink, hook: Hook) -> Here:
        config = channelled(tmp_path, where, mail=sink.url)
        with (config / "channels.yaml").open("a", encoding="utf-8") as file:
            file.write(f"channels:\n  chat:\n    url: json://127.0.0.1:{hook.port}/haak\n")
            file.write("    about: [overdue, escalate, alarm]\n")
        return scheduled(opened.enter_context(municipality(config)))

    def test_what_is_overdue_is_announced_once_by_title_and_date(
        self, here: Here, hook: Hook, sink: SmtpSink
    ) -> None:
        asked(here, self.OVERDUE)
        steps.send(here, at(here, self.OVERDUE))
        steps.send(here, at(here, self.OVERDUE))

        said = sorted(json.loads(one.body)["message"] for one in hook.heard)
        title = "Rappel verantwoording 1e kwartaal 2027: fysieke beveiliging (uiterste datum 14 april 2027)"
        assert title in said and len(said) == len(set(said))
        assert not any("@" in one or "Geachte" in one for one in said)
        assert all("announce" not in message.raw.decode() for message in sink.messages)
        with here.store.read() as tx:
            assert outbox.sent_on(tx, "2027/Q1/report/fb/overdue/+1") is not None

    def test_a_channel_that_is_down_keeps_nothing_from_the_mail_nor_from_an_escalation(
        self, here: Here, hook: Hook
    ) -> None:
        hook.status = 503
        asked(here, self.OVERDUE)
        counts = steps.send(here, at(here, self.OVERDUE))
        assert counts["temporary"] and counts["sent"]
        with here.store.read() as tx:
            assert outbox.sent_on(tx, "2027/Q1/report/fb/overdue/+1") is not None
        hook.status = 200
        later = at(here, self.OVERDUE) + timedelta(minutes=2)
        assert set(steps.send(here, later)) == {"sent"}

    def test_that_the_mail_rests_is_told_where_it_can_be_told(
        self, here: Here, hook: Hook, sink: SmtpSink
    ) -> None:
        settings = here.config.channels.model_copy(update={"mail": sink.url.replace("jmail:", "jmails:")})
        here = replace(here, config=replace(here.config, channels=settings))
        asked(here)
        for _ in range(2):
            steps.send(here, at(here, REQUESTS))
        said = [json.loads(one.body)["message"] for one in hook.heard]
        assert said == ["Alarm: de mail staat stil sinds 1 april 2027"]

    def test_that_something_did_not_arrive_is_told_without_saying_what(
        self, here: Here, hook: Hook, sink: SmtpSink
    ) -> None:
        now = here.config.organisation
        bas = replace(now.people["bas"], mail="r550@waterveen.example")
        people = Organisations(replace(now, people={**now.people, "bas": bas}))
        here = replace(here, config=replace(here.config, organisations=people))
        asked(here)
        steps.send(here, at(here, REQUESTS))
        said = [json.loads(one.body)["message"] for one in hook.heard]
        assert said == ["Alarm: een bericht is niet aangekomen (1 april 2027)"]

    def test_a_simulation_tells_nobody(self, here: Here, hook: Hook, tmp_path: Path) -> None:
        from jaarring.simulate.play import _as_assumed
        from jaarring.simulate.rules import Assumptions

        made = _as_assumed(here.config, tmp_path / "uit", 2027, Assumptions())
        assert made.channels.urls == {"mail": "jbox://../mails"} and made.channels.archive is None


def test_request_reminder_overdue_and_escalation_are_one_thread(waterveen: Here, mailbox: Mailbox) -> None:
    """A mail program shows them together, also to whom it went up: all refer to the request."""
    day = date(2027, 4, 1)
    while day <= date(2027, 4, 21):
        asked(waterveen, day)
        mailbox.deliver(day)
        day += timedelta(days=1)
    family = [
        one for one in mailbox.messages() if one["X-Jaarring-Occasion"].startswith("2027/Q1/report/fb/")
    ]
    first, *rest = family
    steps = [one["X-Jaarring-Occasion"].split("/")[4] for one in family]
    assert list(dict.fromkeys(steps)) == ["request", "reminder", "overdue", "escalate"]
    assert first["References"] is None
    assert (
        {one["References"] for one in rest} == {one["In-Reply-To"] for one in rest} == {first["Message-ID"]}
    )
    assert len({one["Message-ID"] for one in family}) == len(family)
