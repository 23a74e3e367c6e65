"""A real SMTP server on loopback for tests, on a free port, that behaves as the recipient's name asks.

    with SmtpSink() as sink:
        Channels.open({"mail": sink.url}).deliver(raw, "noor@waterveen.example", "bounces@waterveen.example")
        assert sink.messages[0].recipients == ["noor@waterveen.example"]

| local part | what happens |
| --- | --- |
| r550@ (any r and three figures) | that code at RCPT |
| d451@ (any d and three figures) | that code after the message |
| m550@ as the sender | that code at MAIL FROM |
| dropbefore@ | the connection is cut when DATA is asked; nothing stored |
| dropafter@ | the message is stored, then the connection cut without an answer |
| hang@ | the message is read, not stored, and no answer comes until the client leaves |
| anything else | stored, 250 with a queue number |

With a `password` it asks for AUTH PLAIN; with an `archive` (a maildir) every message with more than one
recipient is put there too, as a copy is at a real server; with a `wait` it stores and takes so many seconds
to say so.
"""

import re
import socketserver
import threading
import time
from base64 import b64decode
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Received:
    """One message as the server stored it."""

    sender: str
    recipients: list[str]
    raw: bytes


class SmtpSink:
    """The server. `messages`: what it stored; `connections`: how many came; `said`: each command."""

    def __init__(
        self,
        greeting: str = "220 sink",
        ehlo: tuple[str, ...] = ("sink", "8BITMIME"),
        cut_after_each: bool = False,
        password: str = "",
        archive: Path | None = None,
        wait: float = 0,
    ) -> None:
        #: `cut_after_each`: close the connection after a message, as a server does with an idle client.
        self.greeting, self.ehlo, self.cut_after_each = greeting, ehlo, cut_after_each
        self.password, self.archive, self.wait = password, archive, wait
        for name in ("new", "cur", "tmp") if archive else ():
            (archive / name).mkdir(parents=True, exist_ok=True)  # type: ignore[operator]
        #: released for every message that was stored
        self.stored = threading.Semaphore(0)
        self.busy = 0
        self._lock = threading.Lock()
        self.messages: list[Received] = []
        self.said: list[str] = []
        self.connections = 0
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.sink = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The line for channels.yaml; replies may take one second."""
        return f"jmail://127.0.0.1:{self.port}?rto=1"

    def keep(self, received: Received) -> int:
        """Store a message, and a copy in the archive; the number of messages now."""
        with self._lock:
            self.messages.append(received)
            number = len(self.messages)
        if self.archive and len(received.recipients) > 1:
            (self.archive / "tmp" / f"{number}.sink").write_bytes(received.raw)
            (self.archive / "tmp" / f"{number}.sink").rename(self.archive / "new" / f"{number}.sink")
        self.stored.release()
        return number

    def count(self, change: int) -> None:
        with self._lock:
            self.busy += change

    def quiet(self) -> None:
        """Wait until nobody talks to it any more: whatever somebody began is stored or thrown away."""
        until = time.monotonic() + 60
        while self.busy and time.monotonic() < until:
            time.sleep(0.002)
        assert not self.busy

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    sink: SmtpSink


class _Conversation(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        self.server.sink.count(1)
        try:
            self.talk()
        except ConnectionError:
            pass  # whoever called is gone
        finally:
            self.server.sink.count(-1)

    def talk(self) -> None:
        sink = self.server.sink
        sink.connections += 1
        self.say(sink.greeting)
        sender, recipients = "", list[str]()
        while line := self.rfile.readline().decode("ascii", "replace").rstrip():
            sink.said.append(line)
            verb, address = line[:4].upper(), "".join(re.findall(r"<(.*)>", line))
            if verb == "EHLO":
                for word in sink.ehlo[:-1]:
                    self.say(f"250-{word}")
                self.say(f"250 {sink.ehlo[-1]}")
            elif verb == "AUTH" and sink.password:
                good = b64decode(line.split()[-1]).split(b"\0")[-1] == sink.password.encode()
                self.say("235 welcome" if good else "535 5.7.8 authentication failed")
            elif verb in ("MAIL", "RSET"):
                sender, recipients = address, []
                self.say(_asked(address, "m") or "250 ok")
            elif verb == "RCPT":
                refusal = _asked(address, "r")
                recipients += [] if refusal and not refusal.startswith("2") else [address]
                self.say(refusal or "250 ok")
                if refusal == "421 as asked":
                    return
            elif verb == "DATA":
                if not self.message(sender, recipients):
                    return
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("502 not here")

    def message(self, sender: str, recipients: list[str]) -> bool:
        """Read one message and do as its first recipient is called; False when the connection is over."""
        sink, name = self.server.sink, recipients[0].partition("@")[0]
        if name == "dropbefore":
            return False
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        if name == "hang":
            self.rfile.readline()
            return False
        if refusal := _asked(name, "d"):
            self.say(refusal)
            return not refusal.startswith("421")
        number = sink.keep(Received(sender, recipients, b"".join(lines)))
        if name == "dropafter":
            return False
        time.sleep(sink.wait)
        self.say(f"250 2.0.0 queued as {number:06d}")
        return not sink.cut_after_each

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


def _asked(address: str, place: str) -> str | None:
    code = re.match(rf"{place}(\d{{3}})(@|$)", address)
    return f"{code[1]} as asked" if code else None
