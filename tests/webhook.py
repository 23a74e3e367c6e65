"""A real HTTP server on loopback for tests, that keeps what it hears and answers with the status it is told.

    with Hook() as hook:
        hook.status = 429
        ...
        assert json.loads(hook.heard[0].body)["message"] == "…"

With a `certificate` (a PEM file and its key) it speaks HTTPS.
"""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Heard:
    """One request."""

    path: str
    headers: dict[str, str]
    body: str


class Hook:
    """The server. `status`: what it answers; `heard`: what it was sent."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.status, self.heard = 200, list[Heard]()
        hook = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                hook.heard.append(Heard(self.path, dict(self.headers), body))
                self.send_response(hook.status)
                if hook.status in (301, 302):
                    self.send_header("Location", "/elders")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_PUT = do_POST

            def log_message(self, *_: Any) -> None:
                """Nothing on the screen."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
