"""Silence is noticed: an alarm by mail, and an outward address that hears when we do not (promise 10)."""

import os
import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from jaarring import rounds
from jaarring.cli import main
from jaarring.here import Here, municipality
from jaarring.ledger import events, outbox
from jaarring.watch import actions
from jaarring.watch.rules import ROOM, Alarm, Month, Seen, alarms, sign_of_life, to_tell
from tests.conftest import at

pytestmark = pytest.mark.both_stores

NOW = datetime(2027, 4, 14, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WELL = Seen(NOW - 2 * HOUR, 10 * ROOM, 0, None)


def kinds(seen: Seen) -> list[str]:
    return [one.kind for one in alarms(seen, NOW)]


class TestRules:
    def test_where_all_is_well_nobody_hears_anything(self) -> None:
        assert kinds(WELL) == []

    @pytest.mark.parametrize(("hours", "alarm"), [(24, False), (26, False), (27, True), (300, True)])
    def test_a_day_and_two_hours_without_a_tick_is_an_alarm(self, hours: int, alarm: bool) -> None:
        seen = Seen(NOW - hours * HOUR, 10 * ROOM, 0, None)
        assert kinds(seen) == (["tick"] if alarm else [])

    def test_each_sign_has_its_sentence_with_what_to_do(self) -> None:
        seen = Seen(None, ROOM - 1, 2, NOW - 30 * HOUR, ("event 7: entry changed",), ())
        assert [one.sentence for one in alarms(seen, NOW)] == [
            "event 7: entry changed. Kijk met: jaarring verify",
            "Jaarring heeft hier nog nooit gedraaid. Start het met: jaarring up",
            "De schijf is bijna vol: nog 499 MB vrij. Maak ruimte",
            "2 berichten zijn niet aangekomen. Kijk met: jaarring agenda",
            "Er wacht een bericht langer dan een dag. Kijk met: jaarring check --channels",
        ]

    def test_what_is_held_is_said_and_that_it_therefore_waits_is_not(self) -> None:
        seen = Seen(NOW, 10 * ROOM, 0, NOW - 30 * HOUR, (), ("de klok staat op 13 april 2027",))
        assert kinds(seen) == ["held"]

    def test_an_alarm_is_told_once_a_day_while_it_lasts(self) -> None:
        alarm = Alarm("tick", "Jaarring heeft al 30 uur niet gedraaid")
        assert to_tell([alarm], {}, NOW) == [alarm]
        assert to_tell([alarm], {"tick": NOW - HOUR}, NOW) == []
        assert to_tell([alarm], {"tick": NOW - 24 * HOUR}, NOW) == [alarm]
        assert to_tell([alarm], {"disk": NOW}, NOW) == [alarm]

    def test_a_sign_of_life_says_sent_late_failed_and_next_and_carries_the_head(self) -> None:
        month = Month(
            31, 1, ("verantwoording fysieke beveiliging",), ("28 april: tactische rapportage",), "7:ab"
        )
        assert sign_of_life(month).split("\n")[0] == "Verstuurd in de afgelopen maand: 31 berichten."
        assert "Niet aangekomen: 1." in sign_of_life(month)
        assert "Te laat:\n- verantwoording fysieke beveiliging" in sign_of_life(month)
        assert "Wat er komt:\n- 28 april: tactische rapportage" in sign_of_life(month)
        assert sign_of_life(month).endswith("\n7:ab")
        assert "Er is niets te laat." in sign_of_life(Month(1, 0, (), (), "7:ab"))


def mails(here: Here) -> list[tuple[str, str, str]]:
    """What lies in the mail folder: to whom, subject, text."""
    found = []
    for file in sorted((here.config.folder.parent / "var" / "mail").glob("*.eml")):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        assert body is not None
        found.append((str(mail["To"]), str(mail["Subject"]), str(body.get_content())))
    return found


def ticked(here: Here, when: datetime) -> None:
    """The last tick was for that day, and ended then by the clock of the disk."""
    rounds.ended(here.storage, when.date())
    os.utime(here.storage / rounds.FILE, (when.timestamp(), when.timestamp()))


def test_where_no_tick_ended_for_a_day_and_two_hours_the_coordinator_gets_a_mail_at_once(
    waterveen: Here,
) -> None:
    ticked(waterveen, NOW - 30 * HOUR)

    found = actions.look(waterveen, NOW)
    assert actions.tell(waterveen, found, NOW) == []
    assert actions.tell(waterveen, found, NOW + HOUR) == [], "and an hour later not again"

    ((to, subject, text),) = mails(waterveen)
    coordinator = waterveen.organisation.people[waterveen.organisation.coordinator]
    assert coordinator.mail in to
    assert subject.startswith("Jaarring vraagt uw aandacht: Jaarring heeft al 30 uur niet gedraaid")
    assert "Kijk of de dienst nog werkt." in text


def test_the_administrator_hears_it_too_where_one_is_named(waterveen: Here) -> None:
    channels = waterveen.config.folder / "channels.yaml"
    channels.write_text(channels.read_text("utf-8") + "\nalarm: beheer@waterveen.example\n", "utf-8")
    with municipality(waterveen.config.folder) as here:
        actions.tell(here, [Alarm("disk", "De schijf is bijna vol")], NOW)
        assert any("beheer@waterveen.example" in to for to, _, _ in mails(here))


def test_a_broken_record_is_an_alarm(waterveen: Here) -> None:
    ticked(waterveen, NOW)
    with waterveen.store.write() as tx:
        events.append(tx, NOW, "noor", "test", "x", {})
    assert actions.look(waterveen, NOW) == []

    with waterveen.store.write() as tx:
        tx.execute(events.event.update().where(events.event.c.seq == 1).values(actor="somebody else"))

    (found,) = actions.look(waterveen, NOW)
    assert found.kind == "record" and "jaarring verify" in found.sentence


def test_a_message_that_waits_for_more_than_a_day_is_an_alarm(waterveen: Here) -> None:
    ticked(waterveen, NOW)
    new = outbox.NewMessage("x", "noor@waterveen.example", "<1@waterveen.example>", "x", b"x")
    with waterveen.store.write() as tx:
        outbox.queue(tx, new, NOW - 25 * HOUR)

    assert [one.kind for one in actions.look(waterveen, NOW)] == ["mail"]


class TestSign:
    """Once a month, from its first working day, to secretary, coordinator and who monitors."""

    def test_it_goes_to_each_once_a_month(self, waterveen: Here) -> None:
        saturday, monday = date(2027, 5, 1), date(2027, 5, 3)
        assert actions.sign(waterveen, at(waterveen, saturday)) == 0
        count = actions.sign(waterveen, at(waterveen, monday))
        assert count >= 2
        assert actions.sign(waterveen, at(waterveen, monday) + HOUR) == 0
        assert actions.sign(waterveen, at(waterveen, date(2027, 6, 1))) == count

    def test_the_head_in_it_is_one_that_verify_knows(self, waterveen: Here) -> None:
        actions.sign(waterveen, at(waterveen, date(2027, 5, 3)))
        with waterveen.store.read() as tx:
            line = outbox.all_lines(tx)[0]
            raw = tx.exec_driver_sql("select raw from message").scalar()
        assert line.subject == "Jaarring in mei 2027: teken van leven"
        body = message_from_bytes(bytes(raw or b""), policy=policy.default).get_body(("plain",))
        assert body is not None
        found = re.search(r"^\d+:[0-9a-f]{64}\b", str(body.get_content()), re.MULTILINE)
        assert found
        with waterveen.store.read() as tx:
            assert events.verify(tx, found.group()) is None


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A service outside that notes when somebody knocks."""
    knocks: list[str] = []

    class Hears(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            knocks.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Hears)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/klop", knocks
    server.shutdown()
    server.server_close()


def test_the_address_outside_hears_us_while_all_is_well_and_not_otherwise(
    waterveen: Here, listener: tuple[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    address, knocks = listener
    config = waterveen.config.folder
    channels = config / "channels.yaml"
    channels.write_text(channels.read_text("utf-8") + f"\nheartbeat: {address}\n", "utf-8")

    assert main(["watch", "--config", str(config)]) == 1  # no tick has ever ended here
    assert knocks == []
    assert "Jaarring heeft hier nog nooit gedraaid" in capsys.readouterr().err

    rounds.ended(waterveen.storage, date(2027, 4, 14))
    with municipality(config) as here:
        assert actions.beat(here) == ""
    assert knocks == ["/klop"]


def test_an_address_outside_that_does_not_answer_is_told_without_the_address(
    waterveen: Here, tmp_path: Path
) -> None:
    channels = waterveen.config.folder / "channels.yaml"
    (waterveen.config.folder / "hartslag.txt").write_text("http://127.0.0.1:9/geheim")
    channels.write_text(channels.read_text("utf-8") + "\nheartbeat: ${file:hartslag.txt}\n", "utf-8")
    with municipality(waterveen.config.folder) as here:
        why = actions.beat(here)
    assert why and "geheim" not in why
