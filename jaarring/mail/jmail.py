"""`jmail://` and `jmails://`: mail to an SMTP server, one recipient a message, with the server's own answer.

The same URL as Apprise's `mailto://` and `mailtos://`, with two differences: `rto=` is how many seconds a
reply may take (the message itself and the reply after it four times as long, since giving up there means not
knowing), and a sender need not be named, as each message brings its own.
"""
# mypy: disable-error-code="no-untyped-call,override"
# Half of Apprise has no types.

import contextlib
import re
import smtplib
import socket
import ssl
from base64 import b64encode
from dataclasses import replace
from functools import cached_property
from time import monotonic
from typing import Any, Literal

from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.email.common import SecureMailMode
from apprise.utils.parse import is_email

from jaarring.mail.channels import is_loopback
from jaarring.mail.message import Outcome

_MESSAGES_A_CONNECTION = 100
_SENDABLE = re.compile(
    r"[!-;=?-~]+@[!-;=?-~]+"
)  # ASCII without space, < and >: nothing that ends the command
#: seconds that a server counts as not there after it could not be reached
_AWAY = 30.0
_SERVICE_CLOSES = 421  # RFC 5321 4.2.3: may be the answer to anything


class NotifyJMail(NotifyEmail):
    """Hands stored bytes to an SMTP server.

    With the times below the worst delivery takes some 8 minutes (connect 15 s, eight replies of 30 s, message
    and last reply 120 s each), less than the 10 minutes an outbox row is leased.
    """

    service_name = "Jaarring mail"
    protocol = "jmail"
    secure_protocol = "jmails"
    request_rate_per_sec = 0
    socket_read_timeout = 30.0

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not self.smtp_host:  # Apprise drops a host name it does not believe in
            raise TypeError("no SMTP host")
        self._server: smtplib.SMTP | None = None
        self._used = 0
        #: what came of the last attempt to connect that failed, and until when nobody tries again
        self._away: tuple[float, Outcome] | None = None

    @staticmethod
    def parse_url(url: str) -> dict[str, Any] | None:
        """As Apprise reads it; a sender that nobody named is filled in, because its class insists on one."""
        results: dict[str, Any] | None = NotifyEmail.parse_url(url)
        if results and not results["from_addr"]:
            user = NotifyEmail.unquote(results["user"] or "").partition("@")[0]
            if not is_email(f"{user}@{results['host']}"):
                results["from_addr"] = "jaarring@localhost.invalid"
        return results

    def deliver(self, raw: bytes, to: str, envelope_from: str, archive: str = "") -> Outcome:
        """Send `raw` now, over the open connection or a new one; whatever a server does is an outcome.

        `archive`: an address that gets a copy in the same transaction, so that it has the message if and only
        if it went out. Where the server refuses that address, the message goes without proof.
        smtplib's own `sendmail` throws the last reply away, which holds the server's queue number.
        """
        return self._discreet(self._delivered(raw, to, envelope_from, archive))

    def try_out(self, envelope_from: str, archive: str = "") -> Outcome:
        """All that comes before a message: connection, encryption, login, sender. Nothing is sent."""
        outcome = Outcome("sent", "de server neemt onze berichten aan")
        try:
            server = self._mail_from(envelope_from)
            if archive:
                _expect({250, 251}, server.rcpt(archive), otherwise="config")
            self._reset(0)
        except _Refused as refused:
            self._reset(refused.code)
            outcome = refused.outcome
        except OSError as broken:
            self._drop()
            outcome = _connection_outcome(broken)
        return self._discreet(outcome)

    def _discreet(self, outcome: Outcome) -> Outcome:
        """A server may say back what it was given."""
        words = outcome.reply
        user, secret = str(self.user or ""), str(self.password or "")
        for given in (secret, f"\0{user}\0{secret}"):
            for shown in (given, b64encode(given.encode()).decode()):
                words = words.replace(shown, "***") if secret else words
        return replace(outcome, reply=words)

    def _delivered(self, raw: bytes, to: str, envelope_from: str, archive: str) -> Outcome:
        if not _SENDABLE.fullmatch(to):
            return Outcome("permanent", "dit adres kan niet over SMTP")
        if not _SENDABLE.fullmatch(envelope_from):
            return Outcome("config", "het adres van de afzender kan niet over SMTP")
        if self._away and monotonic() < self._away[0]:
            return self._away[1]
        try:
            server = self._mail_from(envelope_from)
            _expect({250, 251}, server.rcpt(to), otherwise="permanent")
            proof = _copied(server, archive)
            _expect({354}, server.docmd("DATA"), otherwise="permanent")
            _patience(server, 4 * self.socket_read_timeout)
            server.send(_stuffed(raw))
        except _Refused as refused:
            self._reset(refused.code)
            return refused.outcome
        except OSError as broken:  # nothing was handed over before the final dot
            self._drop()
            return _connection_outcome(broken)
        return replace(self._final_dot(server), proof=proof)

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """For Apprise itself (its command line, a Prefect block): Apprise's own message, our delivery."""
        sender = str(self.from_addr[1])
        sent = [
            self.deliver(mail.body.encode(), target[1], sender).kind == "sent"
            for target in self.targets
            for mail in NotifyEmail.prepare_emails(
                title,
                body,
                self.from_addr,
                [target],
                reply_to=self.reply_to,
                smtp_host=self.smtp_host,
                notify_format=self.notify_format,
                attach=kwargs.get("attach"),
                headers=self.headers,
                names=self.names,
            )
        ]
        self.close()
        return bool(sent) and all(sent)

    def close(self) -> None:
        """Say goodbye to the server, if there is one; safe to repeat."""
        if self._server:
            with contextlib.suppress(OSError):
                self._server.quit()
        self._drop()

    def _mail_from(self, sender: str) -> smtplib.SMTP:
        """A server that took the sender; a connection that was closed while idle is opened again, once."""
        if self._used >= _MESSAGES_A_CONNECTION:
            self.close()
        reused = self._server is not None
        if self._server is None:
            try:
                self._server, self._used = self._connect(sender.rpartition("@")[2]), 0
            except OSError as broken:
                # a hundred messages need not each wait for a server that is not there
                self._away = monotonic() + _AWAY, _connection_outcome(broken)
                raise
            self._away = None
        try:
            answer = self._server.mail(sender)
        except OSError:
            if not reused:
                raise
            answer = (_SERVICE_CLOSES, b"")
        if reused and answer[0] == _SERVICE_CLOSES:
            self._drop()
            return self._mail_from(sender)
        _expect({250}, answer, otherwise="config")
        self._used += 1
        return self._server

    def _connect(self, greet_as: str) -> smtplib.SMTP:
        """A new connection, encrypted and logged in as the URL says. Raises OSError (smtplib's are)."""
        where: dict[str, Any] = {
            "host": self.smtp_host.strip("[]"),
            "port": self.port,
            "local_hostname": greet_as,  # else smtplib asks the DNS who we are
            "timeout": self.socket_connect_timeout,
        }
        tls_at_once = self.secure_mode == SecureMailMode.SSL
        server = smtplib.SMTP_SSL(**where, context=self._tls) if tls_at_once else smtplib.SMTP(**where)
        try:
            assert server.sock is not None
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 40 ms a message
            _patience(server, self.socket_read_timeout)
            if self.secure_mode == SecureMailMode.STARTTLS:
                server.starttls(context=self._tls)
            server.ehlo_or_helo_if_needed()
            if self.user and self.password:
                encrypted = isinstance(server.sock, ssl.SSLSocket)
                if not encrypted and not is_loopback(server.sock.getpeername()[0]):
                    raise smtplib.SMTPNotSupportedError("inloggen zonder versleuteling doen wij niet")
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify_certificate and is_loopback(self.smtp_host):
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _final_dot(self, server: smtplib.SMTP) -> Outcome:
        """From here on the server may have the message, whatever happens to the connection."""
        try:
            server.send(b".\r\n")
            code, reply = server.getreply()
            _patience(server, self.socket_read_timeout)
        except OSError as broken:
            self._drop()
            return Outcome("unknown", f"verzonden, geen antwoord: {_words(broken)}")
        if code == _SERVICE_CLOSES:
            self._drop()
        if code < 200:  # no reply at all: something else than SMTP is talking
            self._drop()
            return Outcome("unknown", f"verzonden, onleesbaar antwoord: {_line(reply)}")
        reply_line = f"{code} {_line(reply)}"
        if code < 300:
            return Outcome("sent", reply_line)
        return Outcome("temporary" if code < 500 else "permanent", reply_line)

    def _reset(self, code: int) -> None:
        """Make the connection fit for the next message after a refusal, or let it go."""
        try:
            usable = self._server is not None and code != _SERVICE_CLOSES and self._server.rset()[0] == 250
        except OSError:
            usable = False
        if not usable:
            self._drop()

    def _drop(self) -> None:
        if self._server:
            self._server.close()
        self._server, self._used = None, 0


class _Refused(Exception):
    """The server said no to one command."""

    def __init__(self, code: int, outcome: Outcome) -> None:
        super().__init__(outcome.reply)
        self.code, self.outcome = code, outcome


def _expect(good: set[int], answer: tuple[int, bytes], otherwise: Literal["permanent", "config"]) -> None:
    """Raise _Refused unless the answer is good; only a 5xx is as grave as `otherwise`."""
    code, reply = answer
    if code not in good:
        kind = otherwise if code >= 500 else "temporary"
        raise _Refused(code, Outcome(kind, f"{code} {_line(reply)}"))


def _copied(server: smtplib.SMTP, archive: str) -> Literal["", "kept", "refused"]:
    """Ask for a copy to the archive within the transaction; a refusal costs the message nothing.

    Raises _Refused for a server that closes the connection over it: the message then goes later.
    """
    if not archive:
        return ""
    answer = server.rcpt(archive)
    if answer[0] == _SERVICE_CLOSES:
        _expect({250}, answer, otherwise="permanent")
    return "kept" if answer[0] in (250, 251) else "refused"


def _connection_outcome(broken: OSError) -> Outcome:
    """The class of a failure before the final dot: is our set-up wrong, or is the server not there now?"""
    code = broken.smtp_code if isinstance(broken, smtplib.SMTPResponseException) else 0
    greeting = (smtplib.SMTPConnectError, smtplib.SMTPHeloError)  # busy servers say 554 here: never for good
    gone = (smtplib.SMTPServerDisconnected, ssl.SSLEOFError, ssl.SSLZeroReturnError)
    if isinstance(broken, (*greeting, *gone)) or 400 <= code < 500:
        kind: Literal["temporary", "config"] = "temporary"
    elif isinstance(broken, (smtplib.SMTPException, ssl.SSLError)):
        kind = "config"
    else:
        kind = "temporary"
    return Outcome(kind, _words(broken))


def _words(broken: OSError) -> str:
    if isinstance(broken, smtplib.SMTPResponseException):
        error = broken.smtp_error
        return f"{broken.smtp_code} {_line(error if isinstance(error, bytes) else error.encode())}"
    if isinstance(broken, ssl.SSLCertVerificationError):
        return f"het certificaat van de server klopt niet: {broken.verify_message}"
    return _line((broken.strerror or str(broken) or type(broken).__name__).encode())


def _line(reply: bytes) -> str:
    """A reply of several lines as one, and no longer than anybody reads."""
    return " ".join(reply.decode("utf-8", "replace").split())[:500]


def _patience(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _stuffed(raw: bytes) -> bytes:
    """The message as DATA wants it: CRLF throughout and at its end, a dot before a dot (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw.removesuffix(b"\r\n") + b"\r\n")
    return re.sub(rb"(?m)^\.", b"..", lines)
