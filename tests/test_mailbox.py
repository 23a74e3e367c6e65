"""What comes back by mail: forms are taken in once, bounces believed, other mail is left to a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from jaarring import cli, cycle, doorstep, rounds, steps
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.here import Here, municipality
from jaarring.ledger import due, events, outbox
from jaarring.mailbox import actions, pages, records
from jaarring.mailbox.proof import Proof, proof
from jaarring.occasions.year import occasions
from jaarring.plans import records as plans
from jaarring.plans.rules.deriving import derive
from jaarring.reports import records as accounts
from jaarring.simulate.play import _as_assumed
from jaarring.simulate.rules import Assumptions
from jaarring.watch import actions as watch
from tests.conftest import SHIPPED, copied
from tests.test_reports import FB, GOOD, OWNER, blank, mails, words

pytestmark = pytest.mark.both_stores

DAY = date(2027, 4, 13)
OWN, OTHER = "teamleider.facilitair@elzenwaard.example", "teammanager.ia@elzenwaard.example"
US, BOUNCES = "integrale.beveiliging@elzenwaard.example", "onbestelbaar.beveiliging@elzenwaard.example"
XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def at(day: date = DAY, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mailbox that is a folder."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "post" / name).mkdir(parents=True)
    return tmp_path / "post"


@pytest.fixture
def here(tmp_path: Path, folder: Path, where: Path | URL) -> Iterator[Here]:
    """Elzenwaard with its adopted plans, that reads this mailbox and has looked at it when it was empty."""
    with reading(copied(SHIPPED, tmp_path, where=where), f"address: maildir://{folder}") as opened:
        read(opened)
        yield opened


def reading(config: Path, *settings: str) -> Any:
    """Elzenwaard with its adopted plans for 2027, reading a mailbox."""
    channels = config / "channels.yaml"
    block = "\nmailbox:\n" + "".join(f"  {line}\n" for line in settings)
    channels.write_text(channels.read_text("utf-8") + block, "utf-8")
    opened = municipality(config)
    with opened as here:
        adopted = at(date(2026, 12, 8))
        with here.store.write() as tx:
            due.schedule(tx, 2027, occasions(here.organisation, here.schedule, 2027), adopted)
            for plan in derive(here.framework, here.organisation, 2027).plans:
                plans.add(tx, plan, "adopted", adopted)
    return municipality(config)


def read(here: Here, day: date = DAY, hour: int = 7) -> Counter[str]:
    """What a tick does with the mailbox."""
    return steps.read_mail(here, day, at(day, hour))


def letter(
    sender: str = OWN,
    files: Mapping[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    text: str = "Hierbij het formulier.",
) -> EmailMessage:
    """A mail as a person sends it, with files attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Iemand <{sender}>", US, "Re: uw verantwoording"
    mail["Message-ID"] = f"<{next(NUMBERS)}@elzenwaard.example>"
    for name, value in (headers or {}).items():
        del mail[name]
        mail[name] = value
    mail.set_content(text)
    for name, content in (files or {}).items():
        main, sub = XLSX if name.endswith(".xlsx") else ("application", "octet-stream")
        mail.add_attachment(content, main, sub, filename=name)
    return mail


NUMBERS = iter(range(1, 10_000))


def put(folder: Path, mail: EmailMessage | bytes, name: str = "") -> str:
    """A mail that has just come; its name in the box."""
    name = name or f"{next(NUMBERS)}.box"
    (folder / "new" / name).write_bytes(mail if isinstance(mail, bytes) else mail.as_bytes())
    return name


def filled(here: Here, cells: Mapping[Key, Value | float] = GOOD, duty: str = FB) -> bytes:
    return fill(blank(here, duty), cells)


def flags(folder: Path) -> dict[str, str]:
    """Of each mail in the box its flags; empty for one that nobody has read."""
    names = [path.name for part in ("new", "cur") for path in (folder / part).iterdir()]
    return {name.partition(":")[0]: name.partition(":2,")[2] for name in names}


def handed_in(here: Here, duty: str = FB) -> list[tuple[str, str]]:
    """Of each version that was taken in, who handed it in and on whose behalf."""
    with here.store.read() as tx:
        return [(one.by, one.on_behalf_of) for one in accounts.versions(tx, duty)]


def subjects(here: Here) -> list[tuple[str, str]]:
    """To whom which letter was written."""
    with here.store.read() as tx:
        return [(line.recipient, line.subject) for line in outbox.all_lines(tx)]


def answers(here: Here) -> list[str]:
    """The words of the answers of this room."""
    return [words(mail) for mail in mails(here) if str(mail["X-Jaarring-Occasion"]).startswith("mailbox/")]


def logged(here: Here, kind: str) -> list[Any]:
    with here.store.read() as tx:
        return [one.payload for one in events.history(tx) if one.kind == kind]


class TestForms:
    def test_a_form_sent_back_is_taken_in_for_who_sent_it_with_a_receipt(
        self, here: Here, folder: Path
    ) -> None:
        name = put(folder, letter(files={"formulier.xlsx": filled(here)}))

        assert read(here) == {"taken": 1}

        assert handed_in(here) == [(OWNER, "")]
        assert subjects(here) == [
            (OWN, "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027"),
        ]
        assert flags(folder) == {name: "RS"}

    def test_read_again_nothing_happens(self, here: Here, folder: Path) -> None:
        put(folder, letter(files={"formulier.xlsx": filled(here)}))
        read(here)
        with here.store.read() as tx:
            before = events.head(tx)

        assert read(here, DAY + timedelta(days=1)) == {}

        with here.store.read() as tx:
            assert events.head(tx) == before
        assert len(subjects(here)) == 1

    def test_who_hands_in_for_another_hears_of_it_too(self, here: Here, folder: Path) -> None:
        """The coordinator sends on what came on paper: the receipt goes to the owner, an answer to him."""
        put(folder, letter(US, {"formulier.xlsx": filled(here)}))

        read(here)

        assert handed_in(here) == [("coordinator", OWNER)]
        assert [to for to, _ in subjects(here)] == [OWN, US]
        assert "Ontvangen: verantwoording fysieke beveiliging" in answers(here)[0]

    def test_a_form_in_a_wrong_persons_mail_is_refused_in_one_sentence_that_says_whose_it_is(
        self, here: Here, folder: Path
    ) -> None:
        name = put(folder, letter(OTHER, {"formulier.xlsx": filled(here)}))

        assert read(here) == {"refused": 1}

        assert handed_in(here) == []
        assert [to for to, _ in subjects(here)] == [OTHER]
        assert (
            "Bestand formulier.xlsx: u mag dit niet indienen; dit is aan: teamleider Facilitair of "
            in answers(here)[0]
        )
        assert OWNER not in answers(here)[0] and flags(folder) == {name: "RS"}

    def test_mistakes_in_a_form_are_told_by_its_own_room_and_once(self, here: Here, folder: Path) -> None:
        put(folder, letter(files={"formulier.xlsx": filled(here, {**GOOD, WRONG: "heel goed"})}))

        assert read(here) == {"refused": 1}

        assert handed_in(here) == []
        assert subjects(here) == [
            (OWN, "Graag verbeteren: verantwoording fysieke beveiliging, 1e kwartaal 2027")
        ]

    def test_two_forms_in_one_mail_are_each_their_own(self, here: Here, folder: Path) -> None:
        """One is good; the other is of another theme, so that its owner is named."""
        files = {"een.xlsx": filled(here), "twee.xlsx": fill(blank(here, "2027/Q1/report/ib"), {})}
        put(folder, letter(files=files))

        assert read(here) == {"taken": 1}

        assert len(handed_in(here)) == 1
        (answer,) = answers(here)
        assert answer.count("•") == 1 and "Bestand twee.xlsx: u mag dit niet" in answer
        assert "Een deel van wat u ons stuurde, hebben wij niet verwerkt" in answer

    def test_the_same_file_in_another_mail_is_answered_and_not_taken_in_again(
        self, here: Here, folder: Path
    ) -> None:
        form = filled(here)
        put(folder, letter(files={"formulier.xlsx": form}))
        read(here)
        put(folder, letter(files={"formulier.xlsx": form}))

        assert read(here, DAY + timedelta(days=1)) == {"taken": 1}

        assert len(handed_in(here)) == 1
        assert "Dit bestand was al ontvangen" in answers(here)[0]

    def test_the_same_message_id_with_another_form_is_another_mail(self, here: Here, folder: Path) -> None:
        """A program that gives all its mails one number loses nobody's form."""
        same = {"Message-ID": "<1@telefoon>"}
        changed = {**GOOD, ("geld", "thema", "besteed"): "€ 31.600"}
        put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=same))
        put(folder, letter(files={"formulier.xlsx": filled(here, changed)}, headers=same))
        put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=same))

        assert read(here) == {"taken": 3}

        assert len(handed_in(here)) == 2

    def test_beside_a_form_what_is_no_form_is_left_to_a_person(self, here: Here, folder: Path) -> None:
        name = put(folder, letter(files={"formulier.xlsx": filled(here), "foto's.pdf": b"%PDF-1.7"}))

        assert read(here) == {"left": 1}

        assert len(handed_in(here)) == 1 and answers(here) == []
        assert flags(folder) == {name: ""}
        assert "1 met een formulier waar u naar moet kijken" in " ".join(pages.lines(here, DAY))


WRONG = ("indicatoren", "G3", "oordeel")


class TestWho:
    def test_a_form_of_a_stranger_is_left_unread_and_never_answered(self, here: Here, folder: Path) -> None:
        name = put(folder, letter("iemand@elders.example", {"formulier.xlsx": filled(here)}))

        assert read(here) == {"left": 1}

        assert handed_in(here) == [] and subjects(here) == [] and flags(folder) == {name: ""}
        with here.store.read() as tx:
            assert "elders" not in str(records.left(tx)), "who writes to us is not kept unless we know him"

    @pytest.mark.parametrize(
        "stated",
        [
            f"{OWN}, iemand@elders.example",
            f"<{OWN}> <iemand@elders.example>",
            f'"{OWN}" <iemand@elders.example>',
            f"iemand@elders.example ({OWN})",
            f"{OWN}@elders.example",
            f"groep:{OWN};",
            f"{OWN}\x00",
            "",
        ],
    )
    def test_a_sender_who_is_not_exactly_one_is_nobody(self, here: Here, folder: Path, stated: str) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, raw.replace(f"Iemand <{OWN}>".encode(), stated.encode(), 1))

        assert read(here) == {"left": 1}
        assert handed_in(here) == [] and subjects(here) == []

    def test_two_senders_are_nobody(self, here: Here, folder: Path) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, b"From: iemand@elders.example\n" + raw)

        assert read(here) == {"left": 1}
        assert handed_in(here) == []

    def test_control_the_same_mail_with_one_sender_is_taken_in(self, here: Here, folder: Path) -> None:
        raw = letter(files={"formulier.xlsx": filled(here)}).as_bytes()
        put(folder, raw.replace(f"Iemand <{OWN}>".encode(), f'"Vries, J. de" <{OWN.upper()}>'.encode(), 1))

        assert read(here) == {"taken": 1}
        assert handed_in(here) == [(OWNER, "")]

    def test_what_our_own_server_says_of_the_sender_is_recorded(self, tmp_path: Path, folder: Path) -> None:
        config = copied(SHIPPED, tmp_path)
        with reading(config, f"address: maildir://{folder}", "checked_by: mx.elzenwaard.example") as here:
            read(here)
            said = "mx.elzenwaard.example; spf=pass smtp.mailfrom=elzenwaard.example; dkim=none; dmarc=pass"
            results = {"Authentication-Results": said}
            put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=results))

            assert read(here) == {"taken": 1}

            (noted,) = logged(here, "mail.form")
            assert noted["sender"] == {"checks": "spf=pass dkim=none dmarc=pass", "proven": True}

    def test_a_sender_of_whom_nothing_is_proven_counts_and_that_is_recorded(
        self, here: Here, folder: Path
    ) -> None:
        """The default: many a municipality's own server adds no such header to its own people's mail. The
        receipt goes to the owner in any case, so that he sees what came in his name.
        """
        put(folder, letter(files={"formulier.xlsx": filled(here)}))

        assert read(here) == {"taken": 1}
        assert logged(here, "mail.form")[0]["sender"] == {"checks": "", "proven": False}

    @pytest.mark.parametrize(
        ("settings", "results"),
        [
            (("require_authenticated: ja",), ""),
            (("require_authenticated: ja",), "mx.elders.example; dmarc=pass header.from=elzenwaard.example"),
            (("require_authenticated: ja",), "mx.elzenwaard.example; spf=pass smtp.mailfrom=elders.example"),
            ((), "mx.elzenwaard.example; dmarc=fail header.from=elzenwaard.example"),
        ],
        ids=["nothing is said", "another server says so", "of another domain", "it is forged"],
    )
    def test_a_form_of_a_sender_who_is_not_believed_is_left_and_he_is_asked(
        self, tmp_path: Path, folder: Path, settings: tuple[str, ...], results: str
    ) -> None:
        """`require_authenticated` asks for proof; that a domain disowns a mail is never passed over."""
        lines = (f"address: maildir://{folder}", "checked_by: mx.elzenwaard.example", *settings)
        with reading(copied(SHIPPED, tmp_path), *lines) as here:
            read(here)
            headers = {"Authentication-Results": results} if results else {}
            name = put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=headers))

            assert read(here) == {"left": 1}

            assert handed_in(here) == [] and flags(folder) == {name: ""}
            assert "kan niet bevestigen dat dit bericht van u komt" in answers(here)[0]

    def test_control_with_proof_it_is_taken_in(self, tmp_path: Path, folder: Path) -> None:
        lines = (f"address: maildir://{folder}", "checked_by: mx.elzenwaard.example")
        with reading(copied(SHIPPED, tmp_path), *lines, "require_authenticated: ja") as here:
            read(here)
            results = {
                "Authentication-Results": "mx.elzenwaard.example; dkim=pass header.d=elzenwaard.example"
            }
            put(folder, letter(files={"formulier.xlsx": filled(here)}, headers=results))

            assert read(here) == {"taken": 1}

    @pytest.mark.parametrize(
        ("headers", "found"),
        [
            (["mx.nl; spf=pass smtp.mailfrom=a.nl"], Proof("pass", "", "", True)),
            (
                ["mx.nl 1; spf=pass (x; dkim=pass) smtp.mailfrom=b@a.nl;dkim=fail"],
                Proof("pass", "fail", "", True),
            ),
            (["MX.NL; dkim=pass header.d=evil.nl; dkim=pass header.d=a.nl"], Proof("", "pass", "", True)),
            (["mx.nl; dkim=pass header.d=evil.nl"], Proof("", "pass", "", False)),
            (["mx.nl; dkim=pass header.d=nl"], Proof("", "pass", "", False)),
            (["mx.nl; dkim=pass header.d=la.nl"], Proof("", "pass", "", False)),
            (["mx.nl; auth=pass smtp.auth=ik@a.nl"], Proof("", "", "", True)),
            (["mx.nl; spf=fail; dmarc=fail", "mx.nl; dmarc=pass"], Proof("fail", "", "fail", False)),
            (["mx.nl.evil.nl; dmarc=pass", "evil.nl; dmarc=pass"], Proof()),
            (["mx.nl; none"], Proof()),
            (["", ";;;=", "(((((", "mx.nl;" + "=;" * 9000], Proof()),
        ],
    )
    def test_only_the_topmost_word_of_our_own_server_about_that_domain_counts(
        self, headers: list[str], found: Proof
    ) -> None:
        assert proof(headers, "mx.nl", "ik@a.nl") == found
        assert proof(headers, "", "ik@a.nl") == Proof(), "nobody is believed where no server is named"


def report(
    action: str = "failed",
    status: str = "5.1.1",
    returned: str = "",
    to: str = BOUNCES,
    recipient: str = OWN,
    words: str = "550 5.1.1 <teamleider>: gebruiker onbekend",
) -> bytes:
    """What a mail server sends when it cannot deliver, as Postfix does it (RFC 3464)."""
    back = f"Message-ID: {returned}\nSubject: Graag\n\n" if returned else "Subject: Graag\n\n"
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.elders.example (Mail Delivery System)\nTo: {to}\n"
        f"Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f"Message-ID: <{next(NUMBERS)}@mx.elders.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="A.B/mx"\n\n'
        "--A.B/mx\nContent-Type: text/plain\n\nI'm sorry.\n\n"
        "--A.B/mx\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.elders.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\nAction: {action}\n"
        f"Status: {status}\nRemote-MTA: dns; mx.elders.example\nDiagnostic-Code: smtp; {words}\n\n"
        f"--A.B/mx\nContent-Type: text/rfc822-headers\n\n{back}\n--A.B/mx--\n"
    ).encode()


@pytest.fixture
def sent(here: Here) -> outbox.Sent:
    """A message to the owner that a mail server took: a receipt."""
    with here.store.write() as tx:
        new = outbox.NewMessage(
            f"{FB}/request", OWN, "<abc@elzenwaard.example>", "Graag", b"Subject: Graag\n"
        )
        assert outbox.queue(tx, new, at())
        claimed = outbox.claim(tx, "w", at())
        assert claimed
        outbox.settle(tx, claimed, "w", "sent", "250 ok", at())
        found = outbox.by_message_id(tx, new.message_id)
        assert found
    return found


def state_of(here: Here) -> tuple[str, str]:
    with here.store.read() as tx:
        line = outbox.all_lines(tx)[0]
        return line.state, line.reply


class TestBounces:
    def test_a_message_that_came_back_has_failed_with_the_words_of_the_server(
        self, here: Here, folder: Path, sent: outbox.Sent
    ) -> None:
        name = put(folder, report(returned=sent.message_id))

        assert read(here) == {"bounced": 1}

        assert state_of(here) == ("failed", "550 5.1.1 <teamleider>: gebruiker onbekend")
        assert flags(folder) == {name: "S"}
        with here.store.read() as tx:
            assert outbox.sent_on(tx, sent.occasion) is None, "nobody was asked by it"

    def test_it_is_found_by_the_address_that_it_came_back_to(
        self, here: Here, folder: Path, sent: outbox.Sent
    ) -> None:
        put(folder, report(to=f"onbestelbaar.beveiliging+{sent.id}@elzenwaard.example"))

        assert read(here) == {"bounced": 1}
        assert state_of(here)[0] == "failed"

    def test_a_server_that_gave_up_on_a_full_mailbox_is_believed_too(
        self, here: Here, folder: Path, sent: outbox.Sent
    ) -> None:
        """After five days of 4.x a server says `failed`; that message never came either."""
        put(folder, report(status="4.2.2", returned=sent.message_id, words="452 4.2.2 mailbox full"))

        assert read(here) == {"bounced": 1}

    @pytest.mark.parametrize(
        ("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0"), ("", "4.4.1")]
    )
    def test_that_it_takes_longer_is_only_noted(
        self, here: Here, folder: Path, sent: outbox.Sent, action: str, status: str
    ) -> None:
        put(folder, report(action, status, sent.message_id))

        assert read(here) == {"noted": 1}
        assert state_of(here) == ("sent", "250 ok") and len(subjects(here)) == 1

    @pytest.mark.parametrize("case", ["unknown", "two messages", "another recipient", "no such number"])
    def test_a_report_that_is_about_nothing_of_ours_for_certain_is_left(
        self, here: Here, folder: Path, sent: outbox.Sent, case: str
    ) -> None:
        plus = "onbestelbaar.beveiliging+{}@elzenwaard.example"
        raw = {
            "unknown": report(returned="<else@where>"),
            "two messages": report(returned=sent.message_id, to=f"{plus.format(1)}, {plus.format(2)}"),
            "another recipient": report(returned="<x@y>", to=plus.format(sent.id), recipient=OTHER),
            "no such number": report(to=plus.format(99)),
        }[case]
        name = put(folder, raw)

        expected = "bounced" if case == "two messages" else "left"  # its own Message-ID came back with it
        assert read(here) == {expected: 1}
        if expected == "left":
            assert state_of(here)[0] == "sent" and flags(folder) == {name: ""}
            assert "1 van een mailserver" in " ".join(pages.lines(here, DAY))

    def test_the_same_bounce_in_two_boxes_counts_once(
        self, here: Here, folder: Path, sent: outbox.Sent
    ) -> None:
        raw = report(returned=sent.message_id)
        put(folder, raw)
        put(folder, raw)

        assert read(here) == {"bounced": 2}
        with here.store.read() as tx:
            head = events.head(tx)
        put(folder, raw)
        read(here)
        with here.store.read() as tx:
            assert events.head(tx) == head


ROBOTS: dict[str, Mapping[str, str]] = {
    "out of office": {"Auto-Submitted": "auto-replied", "Subject": "Automatisch antwoord: Re: Graag"},
    "of Exchange": {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    "with an empty sender": {"Return-Path": "<>"},
    "an old one": {"X-Autoreply": "yes"},
    "a vacation program": {"Precedence": "auto_reply"},
    "our own": {"X-Jaarring-Occasion": f"{FB}/request", "Auto-Submitted": "auto-generated"},
    "it was read": {"Content-Type": 'multipart/report; report-type="disposition-notification"; boundary="x"'},
}


class TestOthers:
    @pytest.mark.parametrize("headers", ROBOTS.values(), ids=ROBOTS)
    def test_a_robot_is_noted_and_never_answered(
        self, here: Here, folder: Path, headers: Mapping[str, str]
    ) -> None:
        mail = letter(text="Ik ben er niet.")
        for header, value in headers.items():
            del mail[header]
            mail[header] = value
        name = put(folder, mail)

        assert read(here) == {"noted": 1}

        assert subjects(here) == [] and flags(folder) == {name: "S"}
        shown = " ".join(pages.lines(here, DAY))
        assert "De teamleider Facilitair stuurde op 13 april 2027 een automatisch antwoord." in shown
        assert list(pages.lines(here, DAY + timedelta(days=15))) == [], "after two weeks it is no news"

    def test_what_a_robot_writes_is_kept_nowhere(self, here: Here, folder: Path) -> None:
        """Why somebody is away may say something of health."""
        put(folder, letter(headers={"Auto-Submitted": "auto-replied"}, text="Ik lig in het ziekenhuis."))
        read(here)

        with here.store.read() as tx:
            kept = [str(one) for one in events.history(tx)] + [
                str(one) for one in records.noted(tx, "auto", at(DAY, 0))
            ]
        assert "ziekenhuis" not in " ".join(kept)

    @pytest.mark.parametrize(
        "headers", [*ROBOTS.values(), {"List-Id": "<bv.example>"}, {"Precedence": "bulk"}]
    )
    def test_a_form_that_nobody_sent_himself_is_not_taken_in(
        self, here: Here, folder: Path, headers: Mapping[str, str]
    ) -> None:
        mail = letter(files={"formulier.xlsx": filled(here)})
        for name, value in headers.items():
            if name != "Content-Type":
                del mail[name]
                mail[name] = value
        put(folder, mail)
        read(here)

        assert handed_in(here) == ([] if "Content-Type" not in headers else [(OWNER, "")])

    def test_a_mail_with_only_words_waits_unread_for_the_coordinator_who_is_told(
        self, here: Here, folder: Path
    ) -> None:
        mine = put(folder, letter(text="Ik kom er niet uit. Belt u mij?"))
        put(folder, letter("iemand@elders.example", text="Koop nu!"))

        assert read(here) == {"left": 2}

        assert set(flags(folder).values()) == {""} and subjects(here) == []
        assert list(pages.lines(here, DAY)) == [
            "In het postvak wachten 2 ongelezen berichten op u: "
            "1 van iemand die wij kennen en 1 van een ander."
        ]
        (folder / "new" / mine).rename(folder / "cur" / f"{mine}:2,S")
        assert read(here, DAY, 9) == {}
        assert list(pages.lines(here, DAY)) == [
            "In het postvak wacht 1 ongelezen bericht op u: 1 van een ander."
        ]

    def test_of_one_person_the_later_mail_counts_as_the_later_version(
        self, here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """In the order in which they came, whatever has moved since; of too many the newest first."""
        later = {**GOOD, ("geld", "thema", "besteed"): "€ 31.600"}
        put(folder, letter(files={"f.xlsx": filled(here, later)}), "200.box")
        early = put(folder, letter(files={"f.xlsx": filled(here)}), "99.box")
        (folder / "new" / early).rename(folder / "cur" / f"{early}:2,")
        put(folder, letter(text="Een oude vraag."), "7.box")
        monkeypatch.setattr(actions, "ROUND", 2)

        assert read(here) == {"taken": 2} and read(here, DAY, 9) == {"left": 1}

        with here.store.read() as tx:
            spent = [str(getattr(one.account, "spent", "")) for one in accounts.versions(tx, FB)]
        assert spent == ["31500", "31600"]

    def test_what_was_read_before_jaarring_came_is_not_its_business(
        self, tmp_path: Path, folder: Path
    ) -> None:
        """A mailbox of years: only what lies there unread, and what comes from now on, also if somebody opens
        it before we do.
        """
        with reading(copied(SHIPPED, tmp_path), f"address: maildir://{folder}") as here:
            (folder / "cur" / "old:2,S").write_bytes(letter(files={"f.xlsx": filled(here)}).as_bytes())
            assert read(here) == {}
            assert handed_in(here) == []

            (folder / "cur" / "new:2,S").write_bytes(letter(files={"f.xlsx": filled(here)}).as_bytes())
            assert read(here) == {"taken": 1}


class TestUnreadable:
    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("winmail.dat", "Uw mailprogramma heeft de bijlagen ingepakt in winmail.dat"),
            ("formulier.zip", "Bestand formulier.zip: dit is een ingepakt bestand; pak het uit en stuur"),
            (
                "formulier.xls",
                "Bestand formulier.xls: dit soort rekenblad lezen wij niet; bewaar het als .xlsx",
            ),
            ("formulier.xlsm", "dit soort rekenblad lezen wij niet"),
        ],
    )
    def test_what_somebody_meant_as_a_form_gets_one_clear_sentence(
        self, here: Here, folder: Path, name: str, said: str
    ) -> None:
        lies = put(folder, letter(files={name: b"PK\x03\x04"}))

        assert read(here) == {"refused": 1}

        (answer,) = answers(here)
        assert said in answer and answer.count("•") == 1 and flags(folder) == {lies: "RS"}

    def test_another_file_gets_its_sentence_only_as_an_answer_to_us(
        self, here: Here, folder: Path, sent: outbox.Sent
    ) -> None:
        """To us everybody may also just write, with whatever he likes."""
        put(folder, letter(files={"begroting.pdf": b"%PDF"}))
        assert read(here) == {"left": 1} and answers(here) == []

        put(folder, letter(files={"begroting.pdf": b"%PDF"}, headers={"In-Reply-To": sent.message_id}))
        assert read(here) == {"refused": 1}
        assert "Bestand begroting.pdf: dit kunnen wij niet lezen" in answers(here)[0]

    def test_nobody_gets_more_than_five_answers_a_day(self, here: Here, folder: Path) -> None:
        """Whatever answers each of our answers again with a file may be a robot that does not say so."""
        for _ in range(7):
            put(folder, letter(files={"formulier.zip": b"PK"}))

        assert read(here) == {"refused": 5, "left": 2}
        assert len(answers(here)) == 5


class TestTrouble:
    def test_a_box_that_cannot_be_read_is_told_once_a_day_and_nobody_is_asked_meanwhile(
        self, here: Here, folder: Path
    ) -> None:
        """Who has answered is not known then: an escalation would rest on nothing."""
        (folder / "new").rename(folder / "gone")

        assert read(here) == {"unreadable box": 1} and read(here, DAY, 9) == {"unreadable box": 1}

        assert subjects(here) == [(US, "Het postvak is niet te lezen")]
        assert "dinsdag 13 april 2027" in answers(here)[0]
        shown = " ".join(pages.lines(here, DAY))
        assert "Het postvak is sinds 13 april 2027 niet te lezen: de map van het postvak is er niet" in shown
        asked = steps.remind(here, DAY, at())
        assert asked.sent == [] and len(subjects(here)) == 1

        (folder / "gone").rename(folder / "new")
        assert read(here, DAY, 11) == {}
        assert list(pages.lines(here, DAY)) == [] and steps.remind(here, DAY, at()).sent != []

    def test_a_box_that_cannot_be_read_is_an_alarm_of_the_look_from_outside_until_it_can_be(
        self, here: Here, folder: Path
    ) -> None:
        """Who reads only alarms must hear that nobody is asked meanwhile; the box of bounces counts too."""
        rounds.ended(here.storage, DAY)
        (folder / "new").rename(folder / "gone")
        assert "mailbox" not in [one.kind for one in watch.look(here, at())], "the control: not tried yet"
        read(here)

        (alarm,) = [one for one in watch.look(here, at()) if one.kind == "mailbox"]
        assert alarm.sentence == (
            "Het postvak is sinds 13 april 2027 niet te lezen: de map van het postvak is er niet, of heeft "
            "geen new en cur. Nu vragen wij niemand iets. Kijk met: jaarring check --channels"
        )
        (folder / "gone").rename(folder / "new")
        read(here, DAY, 11)
        assert "mailbox" not in [one.kind for one in watch.look(here, at())]

    def test_after_a_crash_between_taking_in_and_marking_it_is_taken_in_once(
        self, here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = put(folder, letter(US, {"formulier.xlsx": filled(here)}))

        class Killed(BaseException):
            pass

        def killed(*_: object) -> None:
            raise Killed

        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr("jaarring.mail.boxes.Maildir.mark", killed)
            read(here)
        assert flags(folder) == {name: ""} and len(handed_in(here)) == 1
        before = subjects(here)

        assert read(here, DAY, 9) == {"taken": 1}

        assert len(handed_in(here)) == 1 and subjects(here) == before and flags(folder) == {name: "RS"}

    def test_after_a_crash_between_the_form_and_its_note_no_answer_is_lost_or_doubled(
        self, here: Here, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put(folder, letter(US, {"formulier.xlsx": filled(here)}))

        class Killed(BaseException):
            pass

        def killed(*_: object, **__: object) -> None:
            raise Killed

        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr("jaarring.mailbox.notices.answer", killed)
            read(here)
        assert [to for to, _ in subjects(here)] == [OWN]

        assert read(here, DAY, 9) == {"taken": 1}

        assert len(handed_in(here)) == 1 and [to for to, _ in subjects(here)] == [OWN, US]

    def test_a_mail_that_we_stumble_over_is_left_and_the_next_are_read(
        self, here: Here, folder: Path
    ) -> None:
        """The run fails once, so that it is noticed; no mail stops a municipality for good."""
        put(folder, letter(files={"formulier.xlsx": filled(here)}), "1.first")
        put(folder, letter(text="Een vraag."), "2.second")

        def stumble(*_: object) -> object:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            actions.read(here.on(DAY), DAY, at(), stumble)

        assert actions.read(here.on(DAY), DAY, at(), stumble) == {}
        assert "wachten 2 ongelezen berichten" in " ".join(pages.lines(here, DAY))


class TestTick:
    def test_a_day_on_which_nothing_is_due_is_no_reason_not_to_look(
        self, here: Here, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Without a mailbox a quiet day is known by a note on the doorstep; what lies in a mailbox is not."""
        config = here.config.folder
        cycle.schedule(here, DAY, at())
        steps.ask(here, DAY, at())
        with here.store.write() as tx:
            due.superseded(tx, [one.key for one in due.due(tx, DAY)], at(), by="test")
        assert cycle.work(here, DAY, at()).nothing
        tick = ["run", "tick", "--config", str(config), "--as-of", str(DAY)]

        assert cli.main(tick) == 0
        assert "Niets te doen op 2027-04-13." in capsys.readouterr().out
        assert doorstep.note(config) is None

        put(folder, letter(text="Een vraag."))
        assert steps.tick(here, DAY, at()) == []
        assert "wacht 1 ongelezen bericht op u" in " ".join(pages.lines(here, DAY))

    def test_a_simulation_reads_nobodys_mail(self, here: Here, tmp_path: Path) -> None:
        assert here.config.channels.mailbox is not None
        played = _as_assumed(here.config, tmp_path / "year", 2027, Assumptions())

        assert played.channels.mailbox is None
