"""The mail room: one source of words, the same bytes each time, an honest answer about what came of them."""

import base64
import json
import logging
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from jaarring.mail.channels import ChannelError, Channels, url_mistakes
from jaarring.mail.message import Address, Attachment, compose, message_id, reworded
from jaarring.mail.render import Frame, MailEnvironment, Rendered, mail_environment, render
from tests.smtp_sink import SmtpSink
from tests.webhook import Hook

FRAMES = Path(__file__).parent.parent / "templates" / "_frames"
SUMMER = timezone(timedelta(hours=2))
BOUNCES = "bounces@waterveen.example"
NOOR = "noor@waterveen.example"
FRAME = Frame(
    municipality="gemeente Waterveen",
    salutation="Geachte mevrouw De Vries",
    on_behalf_of="de gemeentesecretaris",
    signed="coördinator integrale beveiliging",
    contact="beveiliging@waterveen.example",
)
REQUEST = """\
{% block subject %}Graag uiterlijk {{ due }}: uw verantwoording over het 1e kwartaal{% endblock %}
{% block body %}
Wilt u uw verantwoording voor het thema {{ theme }} invullen? Doe dit
uiterlijk op {{ due }}.

Wat vragen wij van u?
• Vul per indicator de stand op 31 maart in, met de bron.
• Loopt iets anders dan gepland? Schrijf dan op waarom en
  wat u voorstelt.

U vindt alles op https://jaarring.waterveen.example/2027/Q1?a=1&b=2.

1. U geeft uitstel.
2. U wijst iemand anders aan.
{% endblock %}
"""


@pytest.fixture
def environment(tmp_path: Path) -> MailEnvironment:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "_frames").symlink_to(FRAMES)
    (folder / "request.txt").write_text(REQUEST, encoding="utf-8")
    return mail_environment(folder, {"loud": str.upper})


@pytest.fixture
def request_mail(environment: MailEnvironment) -> Rendered:
    return render(environment, "request.txt", FRAME, due="woensdag 14 april 2027", theme="informatie")


def mail(**changes: Any) -> bytes:
    """A request to Noor; `changes` are arguments of compose."""
    arguments: dict[str, Any] = {
        "sender": Address("Coördinator integrale beveiliging", "beveiliging@waterveen.example"),
        "recipient": Address("Vries, N. de", NOOR),
        "reply_to": None,
        "subject": "Graag uiterlijk woensdag 14 april 2027: uw verantwoording",
        "text": "Geachte mevrouw De Vries,\n\n.een punt vooraan\n",
        "html": "<p>Geachte mevrouw De Vries,</p>",
        "at": datetime(2027, 4, 1, 7, 0, tzinfo=SUMMER),
        "message_id": message_id("2027/Q1/report/info/request", NOOR, "mail", "waterveen.example"),
        "in_reply_to": None,
        "occasion": "2027/Q1/report/info/request",
    }
    return compose(**{**arguments, **changes})


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=default)


def one_recipient(raw: bytes) -> tuple[str, str]:
    """Name and address as a mail program decodes them (Python 3.11 puts spaces into a long name)."""
    ((name, address),) = getaddresses([message_from_bytes(raw)["To"]])
    return str(make_header(decode_header(name))), address


def found(html: str, path: str) -> list[Any]:
    """The nodes or attributes of a page at an XPath."""
    return cast(list[Any], lxml.html.document_fromstring(html).xpath(path))


class TestWords:
    def test_text_and_html_hold_the_same_words_and_links(self, request_mail: Rendered) -> None:
        """Whoever reads plain text reads what the others read, links written out."""
        (words,) = found(request_mail.html, "//td[@class='words']")
        for number, item in enumerate(words.xpath(".//ol/li"), 1):
            item.text = f"{number}. {item.text}"
        for item in words.xpath(".//ul/li"):
            item.text = f"• {item.text}"

        assert words.text_content().split() == request_mail.text.partition("\n-- \n")[0].split()
        (link,) = found(request_mail.html, "//a/@href")
        assert link == "https://jaarring.waterveen.example/2027/Q1?a=1&b=2"
        assert f"{link}." in request_mail.text

    def test_the_text_is_wrapped_with_lists_and_closing(self, request_mail: Rendered) -> None:
        """The text is readable as it stands: short lines, hanging items, greeting and closing."""
        assert request_mail.subject == (
            "Graag uiterlijk woensdag 14 april 2027: uw verantwoording over het 1e kwartaal"
        )
        assert request_mail.text == (
            "Geachte mevrouw De Vries,\n"
            "\n"
            "Wilt u uw verantwoording voor het thema informatie invullen? Doe dit\n"
            "uiterlijk op woensdag 14 april 2027.\n"
            "\n"
            "Wat vragen wij van u?\n"
            "\n"
            "• Vul per indicator de stand op 31 maart in, met de bron.\n"
            "• Loopt iets anders dan gepland? Schrijf dan op waarom en wat u\n"
            "  voorstelt.\n"
            "\n"
            "U vindt alles op https://jaarring.waterveen.example/2027/Q1?a=1&b=2.\n"
            "\n"
            "1. U geeft uitstel.\n"
            "2. U wijst iemand anders aan.\n"
            "\n"
            "Met vriendelijke groet,\n"
            "namens de gemeentesecretaris,\n"
            "coördinator integrale beveiliging\n"
            "gemeente Waterveen\n"
            "\n"
            "-- \n"
            "Dit bericht is automatisch gemaakt voor de gemeente Waterveen.\n"
            "Vragen? beveiliging@waterveen.example\n"
        )

    def test_nobody_acts_on_behalf_of_the_one_who_reads(self, environment: MailEnvironment) -> None:
        """To the secretary himself no mail says "namens de gemeentesecretaris"."""
        frame = Frame(
            "gemeente Waterveen", "heer Bakker", None, "coördinator integrale beveiliging", "toestel 12"
        )
        made = render(environment, "request.txt", frame, due="vandaag", theme="informatie")
        assert "namens" not in made.text + made.html
        assert "Met vriendelijke groet,\ncoördinator" in made.text

    def test_a_value_stays_a_value(self, environment: MailEnvironment) -> None:
        """What somebody typed into a form makes no mark-up, paragraph, item or header of its own."""
        typed = "x <script>alert(1)</script> & y\r\n\r\nMet groet\n• item\u2028Bcc: eve@evil.example\u202e"
        made = render(environment, "request.txt", FRAME, due=typed, theme=typed)

        assert "\n" not in made.subject and "\r" not in made.subject
        assert "x <script>alert(1)</script> & y Met groet • item" in made.text.replace("\n", " ")
        assert "\n\nMet groet" not in made.text
        assert not found(made.html, "//script") and len(found(made.html, "//ul/li")) == 2
        assert read(mail(subject=made.subject))["Bcc"] is None

    def test_a_link_is_only_ever_a_web_address(self, environment: MailEnvironment) -> None:
        """A script address or a quote in a value gives no link and no attribute."""
        made = render(
            environment,
            "request.txt",
            FRAME,
            due="javascript:alert(1)",
            theme="https://x.example/\"onclick='alert(1)",
        )
        assert found(made.html, "//a/@href")[0] == "https://x.example/"
        assert not found(made.html, "//@onclick | //a[starts-with(@href, 'javascript')]")

    def test_a_name_the_template_does_not_know_is_an_error(self, environment: MailEnvironment) -> None:
        """A forgotten value never becomes an empty place in a mail."""
        with pytest.raises(UndefinedError, match="theme"):
            render(environment, "request.txt", FRAME, due="woensdag 14 april 2027")

    def test_the_html_is_sober_and_accessible(self, request_mail: Rendered) -> None:
        """Dutch for screen readers, styles in place, dark and narrow screens kept, nothing from elsewhere."""
        html = request_mail.html
        assert found(html, "/html/@lang") == ["nl"]
        assert "Gemeente Waterveen" in found(html, "//td[@class='head']")[0].text_content()
        assert set(found(html, "//table/@role")) == {"presentation"}
        assert found(html, "//td[@class='words']/p/@style")
        assert "prefers-color-scheme: dark" in html
        assert not found(html, "//img|//link|//script|//@src") and "url(" not in html


class TestMessage:
    def test_the_same_message_gives_the_same_bytes(self) -> None:
        """A retry sends what was stored; another occasion is another message."""
        form = Attachment("verantwoording.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 40)
        other = message_id("2027/Q1/report/info/reminder/-5", NOOR, "mail", "waterveen.example")
        assert mail(attachments=[form]) == mail(attachments=[form])
        assert mail(attachments=[form]) != mail(attachments=[form], message_id=other)

    def test_text_comes_first_then_html_then_attachments(self) -> None:
        """The form arrives whole, under its own name."""
        form = Attachment("verantwoording fysiek é.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 40)
        seen = read(mail(attachments=[form]))
        kinds = [part.get_content_type() for part in seen.walk() if not part.is_multipart()]
        assert kinds == ["text/plain", "text/html", "application/vnd.ms-excel"]
        (attached,) = seen.iter_attachments()
        assert attached.get_filename() == form.name and attached.get_content() == form.content

    def test_the_headers_of_an_automatic_message(self) -> None:
        """Threads hang together, out-of-office robots keep quiet, a repeat is known by its Message-ID."""
        first = message_id("2027/Q1/report/info/request", NOOR, "mail", "waterveen.example")
        coordinator = Address("", "coordinator@waterveen.example")
        seen = read(mail(in_reply_to=first, reply_to=coordinator))
        assert seen["Message-ID"] == first == "<f0ea8535d1cf84c6225f7dc57a57f706@waterveen.example>"
        assert seen["Date"] == "Thu, 01 Apr 2027 07:00:00 +0200"
        assert seen["From"] == "Coördinator integrale beveiliging <beveiliging@waterveen.example>"
        assert seen["To"] == f'"Vries, N. de" <{NOOR}>'
        assert seen["Reply-To"] == "coordinator@waterveen.example"
        assert seen["In-Reply-To"] == seen["References"] == first
        assert seen["Auto-Submitted"] == "auto-generated"
        assert seen["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert seen["X-Jaarring-Occasion"] == "2027/Q1/report/info/request"
        assert seen["Precedence"] is None and seen["Bcc"] is None

    def test_a_long_message_id_stays_findable(self) -> None:
        """The headers that machines compare stand on one line, however long the domain."""
        identity = message_id("k", NOOR, "mail", "mail." + "beveiliging." * 8 + "waterveen.example")
        raw = mail(message_id=identity, in_reply_to=identity, occasion="2027/" + "x" * 90)
        assert f"Message-ID: {identity}\r\n".encode() in raw
        assert f"References: {identity}\r\n".encode() in raw
        assert b"X-Jaarring-Occasion: 2027/" + b"x" * 90 + b"\r\n" in raw

    def test_every_server_can_take_the_bytes(self, request_mail: Rendered) -> None:
        """Seven bits, CRLF throughout, no line over 998 characters."""
        raw = mail(text=request_mail.text, html=request_mail.html)
        lines = raw.split(b"\r\n")
        assert raw.isascii() and max(map(len, lines)) <= 998
        assert not any(b"\n" in line or b"\r" in line for line in lines)

    @pytest.mark.parametrize(
        "name", ["Noor\r\nBcc: eve@evil.example", "a\x00", "<b>", "a; b", "a\u2028b", "a\u202eb"]
    )
    def test_a_name_with_a_control_character_or_bracket_is_refused(self, name: str) -> None:
        """An address that could become two is never born, and the refusal does not repeat it."""
        with pytest.raises(ValueError, match="de naam bevat een teken dat niet mag") as refused:
            Address(name, NOOR)
        assert name not in str(refused.value)

    @pytest.mark.parametrize(
        "wrong",
        [
            "",
            "noor",
            "@x.nl",
            "noor@",
            "a b@x.nl",
            "a@b@c",
            "a@x.nl\n",
            "<a@x.nl>",
            "é@x.nl",
            "a,b@x.nl",
            ".a@x.nl",
        ],
    )
    def test_what_is_no_mail_address_is_refused(self, wrong: str) -> None:
        """Only a bare address, never a line to be parsed."""
        with pytest.raises(ValueError, match="dit is geen e-mailadres"):
            Address("Noor", wrong)

    @given(
        st.text(
            st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"], exclude_characters="<>;"),
            max_size=90,
        )
    )
    def test_any_name_arrives_as_one_name_of_one_recipient(self, name: str) -> None:
        """Commas, quotes, at signs and accents in a name never make another recipient."""
        name = " ".join(name.split())
        assert one_recipient(mail(recipient=Address(name, NOOR))) == (name, NOOR)

    @given(
        st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), min_size=1, max_size=150)
    )
    def test_any_subject_arrives_as_it_was_written(self, subject: str) -> None:
        """Accents and length change nothing in a subject, and it adds no header."""
        subject = " ".join(subject.split()) or "x"
        seen = read(mail(subject=subject))
        assert seen["Subject"] == subject
        assert len(seen.keys()) == len(read(mail()).keys())

    @pytest.mark.parametrize("field", ["subject", "message_id", "occasion", "in_reply_to"])
    def test_a_header_of_two_lines_is_refused(self, field: str) -> None:
        """CR and LF never reach a header."""
        with pytest.raises(ValueError, match="is one line"):
            mail(**{field: "a\r\nBcc: eve@evil.example"})

    def test_in_other_words_it_is_otherwise_the_same(self) -> None:
        """To whom, in which thread, with what attached: byte for byte, but for the words."""
        whole: dict[str, Any] = {
            "reply_to": Address("Coördinator", "coordinator@waterveen.example"),
            "in_reply_to": message_id("2027/Q1/report/info/request", NOOR, "mail", "waterveen.example"),
            "attachments": [
                Attachment("verantwoording é.xlsx", "application/vnd.ms-excel", bytes(range(256)) * 40),
                Attachment("datum.ics", "text/calendar", b"BEGIN\r\nEND\r\n", (("method", "PUBLISH"),)),
                Attachment("plan.html", "text/html", "<p>één</p>\n".encode()),
            ],
        }
        later = datetime(2027, 4, 2, 7, 0, tzinfo=SUMMER)
        words = {"subject": "Vraag: één", "text": "Hoi é,\n", "html": "<p>Hoi é</p>\n"}
        assert reworded(mail(**whole), at=later, **words) == mail(**{**whole, **words}, at=later)

    def test_a_time_without_zone_is_refused(self) -> None:
        """ "07:00" alone is no time."""
        with pytest.raises(ValueError, match="zone"):
            mail(at=datetime(2027, 4, 1, 7, 0))


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as running:
        yield running


class TestOverSmtp:
    @pytest.mark.parametrize(
        ("to", "sender", "kind", "reply", "stored"),
        [
            ("noor", "bounces", "sent", "250 2.0.0 queued as 000001", 1),
            ("r550", "bounces", "permanent", "550 as asked", 0),
            ("r450", "bounces", "temporary", "450 as asked", 0),
            ("r421", "bounces", "temporary", "421 as asked", 0),
            ("r552", "bounces", "permanent", "552 as asked", 0),
            ("r553", "bounces", "permanent", "553 as asked", 0),
            ("r554", "bounces", "permanent", "554 as asked", 0),
            ("r452", "bounces", "temporary", "452 as asked", 0),
            ("r251", "bounces", "sent", "250 2.0.0 queued as 000001", 1),
            ("d550", "bounces", "permanent", "550 as asked", 0),
            ("d554", "bounces", "permanent", "554 as asked", 0),
            ("d452", "bounces", "temporary", "452 as asked", 0),
            ("noor", "m530", "config", "530 as asked", 0),
            ("noor", "m421", "temporary", "421 as asked", 0),
            ("d451", "bounces", "temporary", "451 as asked", 0),
            ("d421", "bounces", "temporary", "421 as asked", 0),
            ("d552", "bounces", "permanent", "552 as asked", 0),
            ("noor", "m550", "config", "550 as asked", 0),
            ("noor", "m451", "temporary", "451 as asked", 0),
            ("dropbefore", "bounces", "temporary", "Connection unexpectedly closed", 0),
            ("dropafter", "bounces", "unknown", "verzonden, geen antwoord", 1),
            ("hang", "bounces", "unknown", "timed out", 0),
        ],
    )
    def test_what_the_server_does_has_its_class(
        self, sink: SmtpSink, to: str, sender: str, kind: str, reply: str, stored: int
    ) -> None:
        """Each behaviour gives its outcome and the server's words; the next message does not suffer."""
        url = sink.url.replace("rto=1", "rto=0.5" if to == "hang" else "rto=30")
        with Channels.open({"mail": url}) as channels:
            outcome = channels.deliver(mail(), f"{to}@waterveen.example", f"{sender}@waterveen.example")
            assert (outcome.kind, len(sink.messages)) == (kind, stored)
            assert reply in outcome.reply
            assert channels.deliver(mail(), NOOR, BOUNCES).kind == "sent"

    def test_the_stored_bytes_arrive_unchanged(self, sink: SmtpSink) -> None:
        """To one recipient, from the bounce address, a dot at the start of a line included."""
        with Channels.open({"mail": sink.url}) as channels:
            channels.deliver(mail(), NOOR, BOUNCES)
        (received,) = sink.messages
        assert received.raw == mail() and b"\r\n.een punt" in received.raw
        assert (received.sender, received.recipients) == (BOUNCES, [NOOR])

    @pytest.mark.parametrize("greeting", ["554 too busy", "421 closing", "hello, I speak something else"])
    def test_a_refusal_at_the_greeting_passes(self, greeting: str) -> None:
        """A busy server says anything in its greeting; it means: later."""
        with SmtpSink(greeting=greeting) as sink, Channels.open({"mail": sink.url}) as channels:
            assert channels.deliver(mail(), NOOR, BOUNCES).kind == "temporary"

    def test_a_server_that_is_not_there_is_tried_later(self) -> None:
        """Connection refused is temporary."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, not listening
            url = f"jmail://127.0.0.1:{taken.getsockname()[1]}"
            with Channels.open({"mail": url}) as channels:
                outcome = channels.deliver(mail(), NOOR, BOUNCES)
        assert (outcome.kind, outcome.reply) == ("temporary", "Connection refused")

    def test_an_idle_connection_that_was_cut_is_opened_again(self) -> None:
        """The second message does not suffer from the server's tidiness."""
        with SmtpSink(cut_after_each=True) as sink, Channels.open({"mail": sink.url}) as channels:
            assert [channels.deliver(mail(), NOOR, BOUNCES).kind for _ in range(3)] == ["sent"] * 3
            assert (len(sink.messages), sink.connections) == (3, 3)

    def test_a_connection_carries_a_hundred_messages(self, sink: SmtpSink) -> None:
        """Then it is closed politely and a new one opened."""
        with Channels.open({"mail": sink.url}) as channels:
            for _ in range(201):
                channels.deliver(mail(), NOOR, BOUNCES)
        assert (len(sink.messages), sink.connections) == (201, 3)
        assert [word.upper() for word in sink.said].count("QUIT") == 3

    @pytest.mark.parametrize("to", ["é@x.nl", "a@x.nl>\r\nRCPT TO:<eve@evil.example", "a b@x.nl", ""])
    def test_an_address_cannot_smuggle_a_command(self, sink: SmtpSink, to: str) -> None:
        """What SMTP cannot carry is refused before the server hears of it."""
        with Channels.open({"mail": sink.url}) as channels:
            assert channels.deliver(mail(), to, BOUNCES).kind == "permanent"
        assert sink.said == []

    def test_apprise_itself_can_use_the_channel(self, sink: SmtpSink) -> None:
        """A Prefect block or the apprise command sends through the same delivery."""
        from apprise import Apprise

        Channels.open({})
        service = Apprise()
        assert service.add(f"{sink.url}&to=noor@waterveen.example")
        assert service.notify(body="De mailserver antwoordt weer.", title="Jaarring")
        (received,) = sink.messages
        assert received.recipients == [NOOR] and read(received.raw)["Subject"] == "Jaarring"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2120, 1, 1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "cert.pem", folder / "key.pem"


class TestTrust:
    """Encryption and login, against aiosmtpd with a certificate of our own."""

    @pytest.fixture
    def server(self, certificate: tuple[Path, Path]) -> Iterator[Any]:
        import ssl

        from aiosmtpd.controller import Controller
        from aiosmtpd.handlers import Message
        from aiosmtpd.smtp import AuthResult, LoginPassword

        class Mailbox(Message):
            def __init__(self) -> None:
                super().__init__()
                self.seen: list[Any] = []

            def handle_message(self, message: Any) -> None:
                self.seen.append(message)

        def check(_server: Any, _session: Any, _envelope: Any, _kind: str, given: Any) -> Any:
            good = given == LoginPassword(b"jaarring", b"p@ss/w:rd")
            return AuthResult(success=good, handled=False)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        controller = Controller(
            Mailbox(),
            hostname="127.0.0.1",
            port=port,
            tls_context=context,
            require_starttls=True,
            authenticator=check,
            auth_required=True,
        )
        controller.start()
        yield controller
        controller.stop()

    def deliver(self, server: Any, password: str) -> Any:
        url = f"jmails://jaarring:${{env:MAIL_PASSWORD}}@127.0.0.1:{server.port}?rto=2"
        with Channels.open({"mail": url}, environ={"MAIL_PASSWORD": password}) as channels:
            return channels.deliver(mail(), NOOR, BOUNCES)

    def test_a_trusted_server_gets_the_message_after_login(
        self, server: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """STARTTLS, the certificate checked, a password with @ / and : in it."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert self.deliver(server, "p@ss/w:rd").kind == "sent"
        assert len(server.handler.seen) == 1

    def test_a_wrong_password_is_a_mistake_of_the_configuration(
        self, server: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody's mail is lost over it, and the reply does not repeat the password."""
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        outcome = self.deliver(server, "wrong-secret")
        assert outcome.kind == "config" and outcome.reply.startswith("535")
        assert "wrong-secret" not in outcome.reply and server.handler.seen == []

    def test_an_unknown_certificate_is_refused(self, server: Any) -> None:
        """No password goes to a server that cannot show who it is."""
        outcome = self.deliver(server, "p@ss/w:rd")
        assert outcome.kind == "config" and "het certificaat van de server klopt niet" in outcome.reply
        assert server.handler.seen == []

    def test_a_server_without_encryption_is_refused_when_it_was_asked(self) -> None:
        """jmails:// never falls back to plain text."""
        with SmtpSink() as sink:
            url = sink.url.replace("jmail://", "jmails://")
            with Channels.open({"mail": url}) as channels:
                outcome = channels.deliver(mail(), NOOR, BOUNCES)
        assert outcome.kind == "config" and "STARTTLS" in outcome.reply
        assert not any(line.upper().startswith("MAIL") for line in sink.said)

    @pytest.mark.parametrize("near", [True, False])
    def test_no_password_goes_out_unencrypted(self, near: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only to this machine itself may a login go in the clear."""
        monkeypatch.setattr("jaarring.mail.jmail.is_loopback", lambda host: near)
        with SmtpSink(ehlo=("sink", "AUTH PLAIN")) as sink:
            url = f"jmail://jaarring:geheim@127.0.0.1:{sink.port}?rto=1"
            with Channels.open({"mail": url}) as channels:
                outcome = channels.deliver(mail(), NOOR, BOUNCES)
        secret = base64.b64encode(b"\0jaarring\0geheim").decode()
        assert any(secret in line for line in sink.said) == near
        assert outcome.kind == "config" and ("zonder versleuteling" in outcome.reply) != near


class TestIntoAFolder:
    def test_the_same_message_twice_is_one_file(self, tmp_path: Path) -> None:
        """The folder is the channel that needs no server; a repeat after a crash leaves no copy."""
        with Channels.open({"mail": "jbox://var/mail"}, base=tmp_path) as channels:
            first = channels.deliver(mail(), NOOR, BOUNCES)
            again = channels.deliver(mail(), NOOR, BOUNCES)
        (kept,) = (tmp_path / "var" / "mail").iterdir()
        assert kept.read_bytes() == mail()
        assert first == again and first.kind == "sent" and kept.name in first.reply
        assert kept.name.startswith("20270401T050000Z-") and kept.suffix == ".eml"

    def test_the_files_stand_in_order_of_time(self, tmp_path: Path) -> None:
        """Whoever opens the folder sees the year pass."""
        with Channels.open({"mail": f"jbox://{tmp_path}/a box"}) as channels:
            for month in (10, 4, 1):
                at = datetime(2027, month, 1, 7, 0, tzinfo=SUMMER)
                channels.deliver(mail(at=at, message_id=f"<{month}@x>"), NOOR, BOUNCES)
        names = sorted(each.name[:8] for each in (tmp_path / "a box").iterdir())
        assert names == ["20270101", "20270401", "20271001"]

    def test_a_kill_while_writing_leaves_no_half_message(self, tmp_path: Path) -> None:
        """What a killed process left is not taken for a message, and the next try completes it."""
        with Channels.open({"mail": f"jbox://{tmp_path}"}) as channels:
            name = channels.deliver(mail(), NOOR, BOUNCES).reply.removeprefix("bewaard als ")
            (tmp_path / name).unlink()
            (tmp_path / f".{name}.1.tmp").write_bytes(mail()[:100])
            channels.deliver(mail(), NOOR, BOUNCES)
        (kept,) = tmp_path.glob("[!.]*.eml")
        assert kept.read_bytes() == mail()

    def test_a_folder_that_cannot_be_is_a_mistake_of_the_configuration(self, tmp_path: Path) -> None:
        """A file in the way stops the channel, not the message."""
        (tmp_path / "var").write_text("")
        with Channels.open({"mail": "jbox://var/mail"}, base=tmp_path) as channels:
            assert channels.deliver(mail(), NOOR, BOUNCES).kind == "config"

    def test_apprise_itself_can_use_the_folder(self, tmp_path: Path) -> None:
        """The apprise command can leave a note there."""
        from apprise import Apprise

        Channels.open({})
        service = Apprise()
        assert service.add(f"jbox://{tmp_path}")
        assert service.notify(body="Een proef.", title="Jaarring")
        (kept,) = tmp_path.iterdir()
        assert read(kept.read_bytes())["Subject"] == "Jaarring"


class TestChannels:
    @pytest.mark.parametrize(
        ("url", "wrong"),
        [
            ("jbox://var/mail", None),
            ("jmail://127.0.0.1:25", None),
            ("jmails://jaarring:${env:MAIL}@mail.waterveen.example", None),
            ("jmails://jaarring:${file:secrets/mail}@127.0.0.1?verify=no", None),
            ("${env:TEAMS}", None),
            ("mailto://jaarring:x@mail.example", "deze soort kanaal kennen wij niet"),
            ("jbox://", "de map ontbreekt"),
            ("jmails://", "de naam van de server ontbreekt"),
            ("jmails://mail.example:999999", "niet te lezen"),
            ("jmails://jaarring:geheim@mail.example", "hier staat een wachtwoord"),
            ("jmails://${env:USER}:geheim@mail.example", "hier staat een wachtwoord"),
            ("jmails://mail.example?verify=no", "verify=no kan alleen bij een server op deze machine"),
            ("jmail://jaarring:${env:MAIL}@mail.example", "inloggen zonder versleuteling kan niet"),
        ],
    )
    def test_a_wrong_channel_is_told_in_one_sentence(self, url: str, wrong: str | None) -> None:
        """Before anything is sent, and without repeating what may be a secret."""
        found = url_mistakes(url)
        assert [wrong in each for each in found] == [True] if wrong else found == []
        assert "geheim" not in " ".join(found)

    def test_a_secret_comes_from_environment_or_file(self, tmp_path: Path, sink: SmtpSink) -> None:
        """The configuration names it, memory holds it."""
        (tmp_path / "box").write_text("var/post\n", encoding="utf-8")
        urls = {"mail": "${env:WHOLE}", "box": "jbox://${file:box}"}
        with Channels.open(urls, base=tmp_path, environ={"WHOLE": sink.url}) as channels:
            assert channels.deliver(mail(), NOOR, BOUNCES, channel="mail").kind == "sent"
            assert channels.deliver(mail(), NOOR, BOUNCES, channel="box").kind == "sent"
        assert len(sink.messages) == 1 and len(list((tmp_path / "var" / "post").iterdir())) == 1

    @pytest.mark.parametrize(
        ("url", "sentence"),
        [
            (
                "jmails://u:${env:NOT_THERE}@x.example",
                "kanaal mail: de omgevingsvariabele NOT_THERE ontbreekt",
            ),
            ("jmails://u:${file:nowhere}@x.example", "kanaal mail: het bestand nowhere is niet te lezen"),
            ("${env:TOKEN}", "kanaal mail: deze soort kanaal kennen wij niet"),
            ("ntfys://${env:TOKEN}/?overflow=?&mode=sky", "kanaal mail: het adres klopt niet"),
        ],
    )
    def test_no_secret_in_an_error_or_log(
        self, url: str, sentence: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A channel that cannot be opened is named; its secret is not, even with the log at its loudest."""
        caplog.set_level(logging.DEBUG)
        with pytest.raises(ChannelError) as refused:
            Channels.open({"mail": url}, environ={"TOKEN": "tok-geheim"})
        assert str(refused.value).startswith(sentence)
        assert "tok-geheim" not in str(refused.value) + caplog.text

    def test_apprise_never_speaks_below_info(self, sink: SmtpSink, caplog: pytest.LogCaptureFixture) -> None:
        """Also when somebody sets its level lower: its DEBUG lines hold passwords."""
        with Channels.open({"mail": sink.url}) as channels:
            caplog.set_level(logging.DEBUG, logger="apprise")
            logging.getLogger("apprise").debug("tok-geheim")
            logging.getLogger("apprise").info("een gewone regel")
            channels.deliver(mail(), NOOR, BOUNCES)
        assert "tok-geheim" not in caplog.text and "een gewone regel" in caplog.text

    def test_a_channel_nobody_named_is_a_mistake_of_the_configuration(self) -> None:
        """Not silence, and no other channel instead."""
        with Channels.open({}) as channels:
            outcome = channels.deliver(mail(), NOOR, BOUNCES)
        assert (outcome.kind, outcome.reply) == ("config", "kanaal mail staat niet in channels.yaml")


#: each kind of HTTP channel, as it stands in channels.yaml; `{port}` is the server's
SERVICES = {
    "json": "json://127.0.0.1:{port}/haak/${env:KEY}",
    "mattermost": "mmost://127.0.0.1:{port}/${env:KEY}",
    "ntfy": "ntfy://${env:KEY}@127.0.0.1:{port}/beveiliging",
    "talk": "nctalk://jaarring:${env:KEY}@127.0.0.1:{port}/kamer",
    "teams": "workflows://127.0.0.1:{port}/${env:KEY}/handtekening?verify=no",
}
KEY = "tk0123456789abcdefghijklmnop"


class TestOverHttp:
    """Chat and webhooks, against a server of our own: a title, and the class of the answer."""

    @pytest.fixture(params=SERVICES)
    def service(
        self, request: pytest.FixtureRequest, certificate: tuple[Path, Path]
    ) -> Iterator[tuple[Hook, Channels]]:
        with Hook(certificate if request.param == "teams" else None) as hook:
            url = SERVICES[request.param].replace("{port}", str(hook.port))
            assert url_mistakes(url.replace("/handtekening", "")) == []
            with Channels.open({"chat": url}, environ={"KEY": KEY}) as channels:
                yield hook, channels

    def test_it_gets_the_subject_alone(self, service: tuple[Hook, Channels]) -> None:
        """What is written to one person never reaches it."""
        hook, channels = service
        outcome = channels.deliver(mail(), "chat", BOUNCES, channel="chat")
        assert (outcome.kind, outcome.reply) == ("sent", "aangenomen")
        (heard,) = hook.heard
        said = json.dumps(json.loads(heard.body)) if heard.body.startswith("{") else heard.body
        assert "Graag uiterlijk woensdag 14 april 2027: uw verantwoording" in said
        assert "Geachte" not in said and NOOR not in said

    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (200, "sent"),
            (201, "sent"),
            (204, "sent"),
            (302, "permanent"),
            (400, "permanent"),
            (401, "permanent"),
            (403, "permanent"),
            (404, "permanent"),
            (408, "temporary"),
            (410, "permanent"),
            (413, "permanent"),
            (425, "temporary"),
            (429, "temporary"),
            (500, "temporary"),
            (502, "temporary"),
            (503, "temporary"),
        ],
    )
    def test_the_answer_has_its_class(self, service: tuple[Hook, Channels], status: int, kind: str) -> None:
        """By the status, which Apprise tells its log alone."""
        hook, channels = service
        hook.status = status
        outcome = channels.deliver(mail(), "chat", BOUNCES, channel="chat")
        assert outcome.kind == kind
        assert kind == "sent" or outcome.reply.endswith(f"HTTP {status}")
        assert len(hook.heard) == 1, "a redirect is not followed"

    def test_a_service_that_is_not_there_is_tried_later(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound, not listening
            url = f"json://127.0.0.1:{taken.getsockname()[1]}/haak"
            with Channels.open({"chat": url}) as channels:
                outcome = channels.deliver(mail(), "chat", BOUNCES, channel="chat")
        assert (outcome.kind, outcome.reply) == ("temporary", "de dienst is niet te bereiken")

    def test_two_announcements_do_not_wait_for_each_other(self, service: tuple[Hook, Channels]) -> None:
        """Apprise would sleep five seconds between them."""
        hook, channels = service
        begun = time.monotonic()
        for _ in range(3):
            channels.deliver(mail(), "chat", BOUNCES, channel="chat")
        assert len(hook.heard) == 3 and time.monotonic() - begun < 60
        assert all(one.request_rate_per_sec == 0 for one in channels._services.find("chat"))

    @pytest.mark.parametrize("status", [200, 404, 503])
    def test_no_key_in_any_log_whatever_its_level(
        self, service: tuple[Hook, Channels], status: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Apprise and the library below it print tokens, topics and paths; nobody hears them."""
        hook, channels = service
        hook.status = status
        with everything_logged(caplog):
            outcome = channels.deliver(mail(), "chat", BOUNCES, channel="chat")
        assert hook.heard
        for secret in (KEY, "handtekening", "/haak"):
            assert secret not in caplog.text + repr(outcome) + repr(channels)

    def test_the_log_would_have_said_it(self, caplog: pytest.LogCaptureFixture) -> None:
        """The control of the test above: without us the key is in the log at DEBUG."""
        code = (
            "import sys, logging; from apprise import Apprise;"
            "logging.basicConfig(level=1, stream=sys.stdout);"
            "a = Apprise(); a.add(sys.argv[1]); a.notify(body='x')"
        )
        with Hook() as hook:
            url = SERVICES["json"].replace("{port}", str(hook.port)).replace("${env:KEY}", KEY)
            command = [sys.executable, "-c", code, url]
            told = subprocess.run(command, capture_output=True, text=True, check=True)
        assert KEY in told.stdout


@contextmanager
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Every logger of this process at its loudest, as somebody might set it who looks for a mistake."""
    loggers = [logging.getLogger(name) for name in (None, *logging.root.manager.loggerDict)]
    before = [(one, one.level) for one in loggers]
    for one in loggers:
        one.setLevel(1)
    caplog.handler.setLevel(1)
    try:
        yield
    finally:
        for one, level in before:
            one.setLevel(level)


def test_no_password_in_any_log_exception_or_repr(caplog: pytest.LogCaptureFixture) -> None:
    """Right or wrong, over SMTP, and where the server says back what it was given."""
    from jaarring.mail.jmail import NotifyJMail

    word = "p@ss/w:rd-geheim"
    shown = base64.b64encode(f"\0jaarring\0{word}".encode()).decode()
    with SmtpSink(ehlo=("sink", "AUTH PLAIN"), password="iets anders") as sink:
        url = f"jmail://jaarring:${{env:WORD}}@127.0.0.1:{sink.port}?rto=5"
        with everything_logged(caplog), Channels.open({"mail": url}, environ={"WORD": word}) as channels:
            (service,) = channels._services.find("mail")
            outcome = channels.deliver(mail(), NOOR, BOUNCES)
            said = repr(channels) + repr(service) + repr(outcome) + str(vars(outcome))
            assert isinstance(service, NotifyJMail)
            echoed = service._discreet(replace(outcome, reply=f"535 no {word} and {shown}"))
    assert any(shown in line for line in sink.said), "the control: the server did get it"
    for secret in (word, quote(word, safe=""), shown):
        assert secret not in caplog.text + said + echoed.reply
    assert echoed.reply == "535 no *** and ***"


def test_writing_a_mail_loads_no_channel() -> None:
    """Apprise costs a third of a second; who only queues does not pay it, and touches no network."""
    code = (
        "import sys, jaarring.mail.message, jaarring.mail.render, jaarring.mail.channels;"
        "print([name for name in ('apprise', 'smtplib', 'requests') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_the_sink_is_a_real_server() -> None:
    """The control of all of the above: Python's own client talks to it and is refused as asked."""
    with SmtpSink() as sink, smtplib.SMTP("127.0.0.1", sink.port) as client:
        client.sendmail(BOUNCES, [NOOR], "Subject: proef\r\n\r\n.\r\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(BOUNCES, ["r550@waterveen.example"], "Subject: proef\r\n\r\nx\r\n")
    assert [received.raw for received in sink.messages] == [b"Subject: proef\r\n\r\n.\r\n"]
