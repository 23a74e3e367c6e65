"""A mailbox on a real server: read by IMAP with TLS, marked only when all is kept, discreet when it fails."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL

from jaarring import cli
from jaarring.here import Here
from jaarring.mail import boxes
from jaarring.mail.boxes import BoxError
from jaarring.mailbox import pages
from tests.conftest import SHIPPED, copied
from tests.dovecot import Dovecot
from tests.test_mailbox import BOUNCES, DAY, answers, filled, handed_in, letter, read, reading
from tests.test_reports import OWNER

WORDS = {"beveiliging": "gèheim/@ wóórd%", "onbestelbaar": "ander-geheim"}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(WORDS) as server:
        yield server


@pytest.fixture
def trusted(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Started as by an administrator whose own authority signed the server: with SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))


@pytest.fixture
def here(tmp_path: Path, where: Path | URL, dovecot: Dovecot, trusted: None) -> Iterator[Here]:
    """Elzenwaard, reading two boxes of the server, of which it was given the words in files."""
    config = copied(SHIPPED, tmp_path, where=where)
    for user, word in WORDS.items():
        (config / user).write_text(f"{word}\n", "utf-8")
        dovecot.doveadm("expunge", "-u", user, "mailbox", "INBOX", "all")
    address = "imaps://{0}:${{file:{0}}}@localhost:{1}/INBOX"
    both = [address.format(user, dovecot.ports[1]) for user in WORDS]
    with reading(config, f"address: {both[0]}", f"bounces: {both[1]}") as opened:
        read(opened)
        yield opened


def test_a_form_in_a_mailbox_on_a_server_is_taken_in_and_marked(here: Here, dovecot: Dovecot) -> None:
    dovecot.deliver("beveiliging", letter(files={"formulier.xlsx": filled(here)}).as_bytes())
    dovecot.deliver("beveiliging", letter(text="Een vraag.").as_bytes())

    assert read(here) == {"taken": 1, "left": 1}

    assert handed_in(here) == [(OWNER, "")]
    assert sorted(dovecot.flags("beveiliging")) == ["", r"\Answered \Seen"]
    assert read(here) == {}


def test_a_person_who_reads_it_in_another_mail_program_is_noticed(here: Here, dovecot: Dovecot) -> None:
    dovecot.deliver("beveiliging", letter(text="Een vraag.").as_bytes())
    read(here)
    assert "wacht 1 ongelezen bericht op u" in " ".join(pages.lines(here, DAY))

    dovecot.doveadm("flags", "add", "-u", "beveiliging", r"\Seen", "mailbox", "INBOX", "all")

    read(here, DAY, 9)
    assert list(pages.lines(here, DAY)) == []


def test_a_mail_of_fifty_megabytes_is_not_fetched_and_gets_its_sentence(here: Here, dovecot: Dovecot) -> None:
    raw = letter().as_bytes() + b"x" * 76 * 700_000
    dovecot.deliver("beveiliging", raw)

    assert read(here) == {"refused": 1}
    assert "Het bericht is groter dan 25 MB" in answers(here)[0]


def test_mail_in_the_second_box_is_read_too(here: Here, dovecot: Dovecot) -> None:
    dovecot.deliver("onbestelbaar", letter(text="x", headers={"Auto-Submitted": "auto-replied"}).as_bytes())

    assert read(here) == {"noted": 1}
    assert dovecot.flags("onbestelbaar") == [r"\Seen"]


def test_a_mailbox_that_was_made_anew_is_looked_at_anew_and_nothing_happens_twice(
    here: Here, dovecot: Dovecot
) -> None:
    """Its numbers then mean other mails (UIDVALIDITY); a mail that we know stays known."""
    dovecot.deliver("beveiliging", letter(files={"formulier.xlsx": filled(here)}).as_bytes())
    dovecot.deliver("beveiliging", letter(text="Een vraag.").as_bytes())
    read(here)
    with boxes.opened(dovecot.url("beveiliging")) as box:
        key = box.key
    dovecot.stop()
    for path in dovecot.folder_of("beveiliging").glob("dovecot*"):
        if not path.name.startswith("dovecot-uidvalidity"):  # by which it gives no number twice
            path.unlink()
    dovecot.start()
    with boxes.opened(dovecot.url("beveiliging")) as box:
        assert box.key != key

    assert read(here) == {"left": 1}, "seen again, and known"

    assert len(handed_in(here)) == 1 and answers(here) == []
    assert "wacht 1 ongelezen bericht op u" in " ".join(pages.lines(here, DAY))


class TestBox:
    @pytest.mark.parametrize("tls", [True, False], ids=["with TLS", "on this machine"])
    def test_what_another_program_sees_we_see(self, dovecot: Dovecot, trusted: None, tls: bool) -> None:
        dovecot.doveadm("expunge", "-u", "beveiliging", "mailbox", "INBOX", "all")
        mail = letter(text="Een vraag.")
        dovecot.deliver("beveiliging", mail.as_bytes())
        with boxes.opened(dovecot.url("beveiliging", tls=tls)) as box:
            ((place, unread),) = box.places().items()

            assert unread and box.size(place) > 200
            assert box.raw(place, 10) == mail.as_bytes()[:10]
            assert b"Een vraag." in box.raw(place, 10_000) and b"Een vraag." not in box.head(place)
            assert box.holds(str(mail["Message-ID"])) and not box.holds("<nothing@here>")
            assert dovecot.flags("beveiliging") == [""], "looking marks nothing"

            box.mark(place, False)
            assert dovecot.flags("beveiliging") == [r"\Seen"] and box.places() == {place: False}
            assert box.raw("999", 10) == box.head("999") == b"" and box.size("999") == 0
            box.mark("999", True)

    def test_a_server_that_nobody_vouches_for_is_refused(
        self, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE", raising=False)
        with pytest.raises(BoxError, match="het certificaat van de server klopt niet"):
            with boxes.opened(dovecot.url("beveiliging")):
                pass

    @pytest.mark.parametrize("word", ["fout", "fóut", ""], ids=["wrong", "not plain", "empty"])
    def test_a_wrong_password_is_told_and_never_said(
        self, dovecot: Dovecot, trusted: None, word: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(BoxError) as raised, boxes.opened(dovecot.url("beveiliging", word=word)):
            pass

        said = f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
        assert re.search("weigert de naam of het wachtwoord|noemt geen naam en wachtwoord", said)
        assert not word or word not in said

    def test_a_mailbox_that_is_not_there_is_told(self, dovecot: Dovecot, trusted: None) -> None:
        with pytest.raises(BoxError, match="het postvak met die naam is er niet"):
            with boxes.opened(dovecot.url("beveiliging", box="Nergens")):
                pass

    def test_a_password_without_encryption_leaves_this_machine_never(self) -> None:
        with pytest.raises(BoxError, match="zonder versleuteling kan alleen op deze machine"):
            with boxes.opened("${env:POSTVAK}", environ={"POSTVAK": "imap://ik:woord@mail.example/INBOX"}):
                pass


MOODS: dict[str, Callable[[socket.socket], None]] = {
    "speaks another language": lambda peer: peer.sendall(b"220 smtp.example ESMTP\r\n"),
    "hangs up at once": lambda peer: None,
    "goes away after its greeting": lambda peer: peer.sendall(b"* OK ready\r\n"),
    "says goodbye": lambda peer: peer.sendall(b"* BYE too busy\r\n"),
    "speaks gibberish": lambda peer: peer.sendall(bytes(range(256)) * 100),
    "never ends its line": lambda peer: peer.sendall(b"* OK " + b"x" * 2_000_000),
}


@contextmanager
def served(mood: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does one thing with each who comes, then hangs up; its port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    peer, _ = server.accept()
                except OSError:
                    return
                with peer:
                    try:
                        mood(peer)
                    except OSError:
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize("mood", MOODS.values(), ids=MOODS)
def test_a_server_in_a_bad_mood_is_told_in_dutch_and_never_raises_anything_else(
    mood: Callable[[socket.socket], None],
) -> None:
    with served(mood) as port, pytest.raises(BoxError) as raised:
        with boxes.opened(f"imap://ik:s3cret@127.0.0.1:{port}/INBOX"):
            pass
    assert "s3cret" not in str(raised.value) and "server" in str(raised.value)


def test_while_the_server_is_down_the_tick_goes_on_and_says_so(
    here: Here, dovecot: Dovecot, capsys: pytest.CaptureFixture[str]
) -> None:
    dovecot.stop()
    try:
        assert read(here) == {"unreadable box": 2}
    finally:
        dovecot.start()

    assert cli.main(["agenda", "--config", str(here.config.folder), "--as-of", str(DAY)]) == 0
    shown = capsys.readouterr().out
    assert "Het postvak is sinds 13 april 2027 niet te lezen: de server is niet te bereiken" in shown
    assert all(word not in shown for word in (*WORDS.values(), "localhost", BOUNCES.split("@")[0]))
    assert read(here) == {}
    assert list(pages.lines(here, DAY)) == []
