"""A real Postfix on loopback for the tests: its own configuration, queue and port, as the relay of a town.

    with Dovecot({"noor": "woord"}) as dovecot:
        with Postoffice("elzenwaard.example", dovecot, {"noor@elzenwaard.example": "noor"}) as postoffice:
            Channels.open({"mail": postoffice.url})

It takes every address of its domain and delivers to the boxes of Dovecot: an address has the box that `boxes`
says, with plus addresses; to any other it sends back a bounce a moment later, as a real relay would. Postfix
starts as root only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

from tests import need
from tests.dovecot import Dovecot, answers, free_ports

_SERVICES = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postoffice:
    """The relay. `url` is what stands in channels.yaml; `log` what it says of its work."""

    def __init__(self, domain: str, dovecot: Dovecot, boxes: Mapping[str, str]) -> None:
        need.postfix()
        self.folder = Path(tempfile.mkdtemp(prefix="jaarring-pf-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.domain, self.boxes, self._dovecot = domain, boxes, dovecot
        (self.port,) = free_ports(1)
        self.log = self.folder / "log"
        self._configure()

    @property
    def url(self) -> str:
        return f"jmail://localhost:{self.port}?mode=insecure"

    @property
    def encrypted(self) -> str:
        """The same with STARTTLS, for who starts with SSL_CERT_FILE set to the authority of Dovecot."""
        return f"jmails://localhost:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._do("start")
        self.wait(lambda: answers(self.port), "it does not answer")

    def stop(self) -> None:
        self._do("stop", may_fail=True)

    def wait(self, until: Callable[[], bool], otherwise: str = "nothing came", seconds: float = 120) -> None:
        """Wait until something is so: a relay delivers a moment after it has said yes."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise AssertionError(f"{otherwise}: {self.log.read_text() if self.log.exists() else ''}")
            time.sleep(0.05)

    def count(self, pattern: str) -> int:
        """How often something stands in its log."""
        return len(re.findall(pattern, self.log.read_text())) if self.log.exists() else 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _configure(self) -> None:
        for name, user in (("queue", "root"), ("data", "postfix")):
            (self.folder / name).mkdir()
            shutil.chown(self.folder / name, user)
        mail, owner = self._dovecot.folder_of("x").parent.parent, self._dovecot.owner
        (self.folder / "boxes").write_text(
            "".join(f"{address} {user}/Maildir/\n" for address, user in self.boxes.items())
        )
        (self.folder / "master.cf").write_text(_SERVICES.format(port=f"127.0.0.1:{self.port}").lstrip())
        (self.folder / "main.cf").write_text(
            f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
maillog_file = {self.log}
maillog_file_prefixes = /tmp
import_environment = MAIL_CONFIG TZ
myhostname = mx.{self.domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
default_transport = error:nothing leaves this machine
recipient_delimiter = +
virtual_mailbox_domains = {self.domain}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{self.folder}/boxes
virtual_uid_maps = static:{owner.pw_uid}
virtual_gid_maps = static:{owner.pw_gid}
virtual_minimum_uid = 1
virtual_mailbox_limit = 0
message_size_limit = 102400000
smtpd_reject_unlisted_recipient = no
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = {self._dovecot.folder}/server.pem
smtpd_tls_key_file = {self._dovecot.folder}/server.key
biff = no
""".lstrip()
        )

    def _do(self, order: str, may_fail: bool = False) -> None:
        command = ["postfix", "-c", str(self.folder), order]
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, env={**os.environ, "LC_ALL": "C"}
        )
        if done.returncode and not may_fail:
            raise RuntimeError(f"postfix {order}: {done.stderr!r} {done.stdout!r}")
