"""There and back through real mail servers: Postfix as relay, Dovecot as mailbox."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from jaarring import cli, cycle, steps
from jaarring.forms.fill import fill
from jaarring.here import Here
from jaarring.ledger import due, outbox
from jaarring.mail import boxes
from tests.conftest import SHIPPED, copied
from tests.dovecot import Dovecot
from tests.postoffice import Postoffice
from tests.test_mailbox import BOUNCES, OTHER, OWN, US, reading
from tests.test_reports import FB, GOOD, OWNER
from tests.test_reports import kept as versions

ASKED, NEXT = date(2027, 4, 1), date(2027, 4, 2)


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot({"beveiliging": "geheim", "facilitair": "woord", "anderen": "woord"}) as server:
        yield server


@pytest.fixture(scope="module")
def postoffice(dovecot: Dovecot) -> Iterator[Postoffice]:
    """Everybody of Elzenwaard has a box, but one: he has just left."""
    text = (SHIPPED / "organisation.yaml").read_text("utf-8")
    everybody = dict.fromkeys(re.findall(r"\S+@elzenwaard\.example", text), "anderen")
    del everybody[OTHER]
    known = everybody | {OWN: "facilitair", US: "beveiliging", BOUNCES: "beveiliging"}
    with Postoffice("elzenwaard.example", dovecot, known) as relay:
        yield relay


@pytest.fixture
def here(
    tmp_path: Path, dovecot: Dovecot, postoffice: Postoffice, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Here]:
    """Elzenwaard with its adopted plans, that mails through the relay and reads the box of its sender."""
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))
    monkeypatch.setenv("POSTVAK", "geheim")
    config = copied(SHIPPED, tmp_path)
    channels = config / "channels.yaml"
    text = channels.read_text("utf-8")
    numbered = text.replace("number_bounces: nee", "number_bounces: ja")
    channels.write_text(re.sub(r"(?m)^mail: .*$", f"mail: {postoffice.url}", numbered), "utf-8")
    address = f"imaps://beveiliging:${{env:POSTVAK}}@localhost:{dovecot.ports[1]}/INBOX"
    with reading(config, f"address: {address}") as opened:
        settled(opened)
        yield opened


def settled(here: Here) -> None:
    """Whatever was due before the first quarter's requests is done."""
    at = cycle.moment(here, ASKED)
    with here.store.write() as tx:
        done = [one.key for one in due.due(tx, date(2027, 3, 31))]
        due.done(tx, done, at)


def arrived(dovecot: Dovecot, user: str) -> list[EmailMessage]:
    """What a mail program finds in somebody's box, in order."""
    with boxes.opened(dovecot.url(user)) as box:
        raws = [box.raw(place, 10**7) for place in sorted(box.places(), key=int)]
    found = [message_from_bytes(raw, policy=policy.default) for raw in raws]
    assert all(isinstance(one, EmailMessage) for one in found)
    return [one for one in found if isinstance(one, EmailMessage)]


def sent_back(mail: EmailMessage, form: bytes, postoffice: Postoffice) -> None:
    """Answer a mail with its form filled in, through the relay, as the owner's mail program does."""
    answer = EmailMessage()
    answer["From"], answer["To"] = f"Teamleider <{OWN}>", US
    answer["Subject"] = f"RE: {mail['Subject']}"
    answer["Message-ID"], answer["In-Reply-To"] = "<antwoord@elzenwaard.example>", mail["Message-ID"]
    answer.set_content("Hierbij.")
    kind = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer.add_attachment(form, "application", kind, filename="verantwoording (ingevuld).xlsx")
    with smtplib.SMTP("localhost", postoffice.port, local_hostname="pc.elzenwaard.example") as server:
        server.send_message(answer)


def test_asked_answered_taken_in_and_receipted_and_who_cannot_be_reached_is_noticed(
    here: Here, dovecot: Dovecot, postoffice: Postoffice, capsys: pytest.CaptureFixture[str]
) -> None:
    steps.tick(here, ASKED, cycle.moment(here, ASKED))
    postoffice.wait(lambda: len(arrived(dovecot, "facilitair")) == 1, "the owner got nothing")
    (request,) = arrived(dovecot, "facilitair")
    (form,) = [
        part.get_content()
        for part in request.iter_attachments()
        if str(part.get_filename()).endswith(".xlsx")
    ]
    with here.store.read() as tx:
        asked = outbox.sent_on(tx, "2027/Q1/report/ib/request")
    assert asked, "the relay said yes to the one who left, too"

    sent_back(request, fill(form, GOOD), postoffice)
    postoffice.wait(lambda: len(arrived(dovecot, "beveiliging")) >= 2, "answer and bounce did not come")
    steps.tick(here, NEXT, cycle.moment(here, NEXT))

    assert [(by, state) for _, state, _, by, _ in versions(here, FB)] == [(OWNER, "submitted")]
    postoffice.wait(lambda: len(arrived(dovecot, "facilitair")) == 2, "no receipt came")
    receipt = arrived(dovecot, "facilitair")[1]
    assert receipt["Subject"] == "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027"
    assert receipt["In-Reply-To"] == request["Message-ID"]
    assert set(dovecot.flags("beveiliging", "from", "Teamleider")) == {r"\Answered \Seen"}

    (bounce,) = [one for one in arrived(dovecot, "beveiliging") if one["Return-Path"] == "<>"]
    assert re.fullmatch(r"onbestelbaar\.beveiliging\+\d+@elzenwaard\.example", bounce["To"])
    with here.store.read() as tx:
        assert outbox.sent_on(tx, "2027/Q1/report/ib/request") is None, "who left was not asked"
    capsys.readouterr()
    assert cli.main(["agenda", "--config", str(here.config.folder), "--as-of", str(NEXT)]) == 0
    shown = capsys.readouterr().out
    assert "2027/Q1/report/ib/request" in shown and "unknown user" in shown
