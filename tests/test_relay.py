"""Our mail through a real relay into a real mailbox: Postfix and Dovecot, with an archive in another box."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from jaarring import cycle, sending, steps
from jaarring.here import Here, municipality
from jaarring.ledger import outbox
from jaarring.ledger.outbox import LEASE
from jaarring.mail import boxes
from jaarring.mail.channels import Channels
from jaarring.reminders.actions import Around, queue_due
from tests.conftest import TESTS, at, copied
from tests.dovecot import Dovecot
from tests.postoffice import Postoffice

REQUESTS = date(2027, 4, 1)
WORDS = {"bas": "b", "noor": "n", "onbestelbaar": "o", "archief": "a"}


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot(WORDS) as server:
        yield server


@pytest.fixture(scope="module")
def postoffice(dovecot: Dovecot) -> Iterator[Postoffice]:
    where = {f"{user}@waterveen.example": user for user in WORDS}
    with Postoffice("waterveen.example", dovecot, where) as server:
        yield server


@pytest.fixture
def here(
    tmp_path: Path,
    opened: ExitStack,
    dovecot: Dovecot,
    postoffice: Postoffice,
    monkeypatch: pytest.MonkeyPatch,
) -> Here:
    """Waterveen that sends over STARTTLS, with an archive that is read by IMAP, and empty boxes."""
    for user in WORDS:
        for name in ("new", "cur"):
            for path in (dovecot.folder_of(user) / name).iterdir():
                path.unlink()
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
    monkeypatch.setenv("ARCHIEF", WORDS["archief"])
    config = copied(TESTS / "waterveen", tmp_path)
    channels = config / "channels.yaml"
    text = channels.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^mail: .*$", f"mail: {postoffice.encrypted}", text)
    text = re.sub(r"(?m)^bounces: .*$", "bounces: onbestelbaar@waterveen.example", text)
    text = text.replace("number_bounces: nee", "number_bounces: ja")
    box = dovecot.url("archief").replace(":a@", ":${env:ARCHIEF}@")
    text += f"\narchive:\n  mail: archief@waterveen.example\n  address: {box}\n"
    channels.write_text(text, encoding="utf-8")
    found = opened.enter_context(municipality(config))
    start = date(2027, 3, 31)
    cycle.schedule(found, start, at(found, start))
    queue_due(found, REQUESTS, at(found, REQUESTS), Around())
    return found


def arrived(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    """What a mail program finds in somebody's box, in order."""
    with boxes.opened(dovecot.url(user)) as box:
        raws = [box.raw(place, 10**7) for place in sorted(box.places(), key=int)]
    return [message_from_bytes(raw, policy=policy.default) for raw in raws]


def line(here: Here, to: str) -> outbox.Line:
    """The first message to somebody, as it stands in the outbox."""
    with here.store.read() as tx:
        return next(one for one in outbox.all_lines(tx) if one.recipient == f"{to}@waterveen.example")


def test_a_request_arrives_with_its_words_form_and_headers_and_a_copy_in_the_archive(
    here: Here, dovecot: Dovecot, postoffice: Postoffice
) -> None:
    """The reader sees no trace of the copy."""
    steps.send(here, at(here, REQUESTS))
    postoffice.wait(lambda: len(arrived(dovecot, "bas")) == 1 and len(arrived(dovecot, "archief")) >= 4)

    (request,) = arrived(dovecot, "bas")
    sent = line(here, "bas")
    assert (
        request["Subject"] == "Graag uiterlijk woensdag 14 april 2027: uw verantwoording over het 1e kwartaal"
    )
    assert request["X-Jaarring-Occasion"] == sent.occasion == "2027/Q1/report/fb/request"
    assert request["Auto-Submitted"] == "auto-generated"
    assert request["Return-Path"] == f"<onbestelbaar+{sent.id}@waterveen.example>"
    assert "archief" not in str(request)
    text = request.get_body(("plain",))
    assert text and "Vul per indicator de stand op 31 maart in, met de bron." in text.get_content()
    assert (sent.state, sent.proof) == ("sent", "kept") and sent.reply.startswith("250 2.0.0 Ok: queued as")


def die_after_the_yes(here: Here, deliver: bool) -> None:
    """Somebody claims the request to Bas, delivers it (or not), and dies before his note of it."""
    settings = here.config.channels
    with here.store.write() as tx:
        tx.execute(outbox.message.delete().where(outbox.message.c.recipient != "bas@waterveen.example"))
        claimed = outbox.claim(tx, "doomed", at(here, REQUESTS))
    assert claimed and settings.archive
    if deliver:
        with Channels.open({"mail": settings.mail}) as channels:
            bounces, copy = settings.bounces_of(claimed.id), settings.archive.mail
            assert channels.deliver(claimed.raw, claimed.recipient, bounces, archive=copy).kind == "sent"


def test_what_a_dead_worker_had_sent_is_found_in_the_archive_and_goes_no_second_time(
    here: Here, dovecot: Dovecot, postoffice: Postoffice
) -> None:
    die_after_the_yes(here, deliver=True)
    postoffice.wait(lambda: len(arrived(dovecot, "archief")) == 1 and len(arrived(dovecot, "bas")) == 1)

    later = at(here, REQUESTS) + LEASE + timedelta(minutes=1)
    assert steps.send(here, later) == {"sent": 1}

    assert len(arrived(dovecot, "bas")) == len(arrived(dovecot, "archief")) == 1
    assert line(here, "bas").reply == "het archief heeft dit bericht: het was al verstuurd"


def test_what_a_dead_worker_had_not_sent_goes_with_the_same_message_id(
    here: Here, dovecot: Dovecot, postoffice: Postoffice
) -> None:
    die_after_the_yes(here, deliver=False)
    later = at(here, REQUESTS) + LEASE + timedelta(minutes=1)
    assert steps.send(here, later) == {"sent": 1}
    postoffice.wait(lambda: len(arrived(dovecot, "bas")) == 1 and len(arrived(dovecot, "archief")) == 1)
    with here.store.read() as tx:
        identity = tx.scalar(select(outbox.message.c.message_id))
    assert arrived(dovecot, "bas")[0]["Message-ID"] == identity


def test_while_the_archive_cannot_be_read_nothing_uncertain_goes(
    here: Here, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits; after three days a person decides."""
    die_after_the_yes(here, deliver=False)
    monkeypatch.setenv("ARCHIEF", "een verkeerd woord")
    assert steps.send(here, at(here, REQUESTS) + LEASE + timedelta(minutes=1)) == {"unknown": 1}
    assert line(here, "bas").state == "sending" and arrived(dovecot, "bas") == []
    assert "een verkeerd woord" not in line(here, "bas").reply

    steps.send(here, at(here, date(2027, 4, 5)))
    assert line(here, "bas").state == "uncertain"
    assert line(here, "coordinator").subject.startswith("Misschien niet aangekomen")


def test_every_channel_and_box_is_found_in_order_and_nothing_is_sent(here: Here, dovecot: Dovecot) -> None:
    tried = sending.try_out(here, at(here, REQUESTS))
    assert {name: one.kind for name, one in tried.items()} == {"mail": "sent", "archive": "sent"}
    assert arrived(dovecot, "archief") == []


def test_a_bounce_comes_back_to_the_address_with_the_number_of_the_message(
    here: Here, dovecot: Dovecot, postoffice: Postoffice
) -> None:
    """The relay said yes and found nobody: Lea has no box."""
    steps.send(here, at(here, REQUESTS))
    postoffice.wait(lambda: bool(bounces(dovecot, line(here, "lea").id)))
    bounce = bounces(dovecot, line(here, "lea").id)[-1]
    assert bounce.get_content_type() == "multipart/report"


def bounces(dovecot: Dovecot, number: int) -> list[EmailMessage]:
    address = f"onbestelbaar+{number}@waterveen.example"
    return [one for one in arrived(dovecot, "onbestelbaar") if address in str(one["To"])]
