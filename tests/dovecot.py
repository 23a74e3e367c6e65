"""A real Dovecot on loopback for the tests: its own configuration, ports, certificate and folders.

    with Dovecot({"beveiliging": "geheim"}) as dovecot:
        dovecot.deliver("beveiliging", raw)
        url = dovecot.url("beveiliging")          # imaps://beveiliging:geheim@localhost:PORT/INBOX

Its certificate is signed by an authority made for the occasion. Whoever is to trust it starts with the
environment variable SSL_CERT_FILE set to `dovecot.authority`, as an administrator would with his own.
As root it reads mail as `nobody`, for it refuses to do that as root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import quote

from tests import need

_NUMBERS = count(1)


class Dovecot:
    """The server. `words`: user → password. Mail is kept in `folder_of(user)`, a maildir."""

    def __init__(self, words: dict[str, str]) -> None:
        self._program, self.words = need.dovecot(), words
        self.folder = Path(
            tempfile.mkdtemp(prefix="jaarring-dc-", dir="/tmp")
        )  # its sockets need a short path
        self.folder.chmod(0o755)
        me = pwd.getpwuid(os.geteuid())
        self.owner = pwd.getpwnam("nobody") if me.pw_uid == 0 else me
        self.ports = free_ports(2)
        self.authority = self.folder / "authority.pem"
        _certificate(self.folder)
        for user in words:
            for name in ("", "new", "cur", "tmp"):
                (self.folder_of(user) / name).mkdir(parents=True, exist_ok=True)
        mail = self.folder / "mail"
        for path in (mail, *mail.rglob("*")):
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        users = "".join(f"{user}:{{PLAIN}}{word}\n" for user, word in words.items())
        (self.folder / "users").write_text(users, encoding="utf-8")
        self.config = self.folder / "dovecot.conf"
        self.config.write_text(self._configuration(), encoding="utf-8")
        self._server: subprocess.Popen[bytes] | None = None

    def folder_of(self, user: str) -> Path:
        """The maildir of a user; mail that is put there by a mail server is in his inbox."""
        return self.folder / "mail" / user / "Maildir"

    def url(self, user: str, *, tls: bool = True, word: str | None = None, box: str = "INBOX") -> str:
        """The address of a box, with the password in it."""
        password = quote(self.words[user] if word is None else word, safe="")
        port, scheme = (self.ports[1], "imaps") if tls else (self.ports[0], "imap")
        return f"{scheme}://{quote(user, safe='')}:{password}@localhost:{port}/{box}"

    def deliver(self, user: str, raw: bytes) -> None:
        """Put a message in somebody's inbox, as a mail server would."""
        name = f"{time.monotonic_ns()}.{next(_NUMBERS)}.tests"
        path = self.folder_of(user) / "tmp" / name
        path.write_bytes(raw)
        os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
        path.rename(self.folder_of(user) / "new" / name)

    def doveadm(self, *arguments: str) -> str:
        """What `doveadm` says: another mail program than ours, to look at what is in a box."""
        command = [need.dovecot().replace("sbin/dovecot", "bin/doveadm"), "-c", str(self.config), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def flags(self, user: str, *query: str) -> list[str]:
        """The flags of each message that answers to a query (all of them), as another program sees them."""
        said = self.doveadm("fetch", "-u", user, "flags", "mailbox", "INBOX", *query)
        return [
            line.removeprefix("flags:").strip() for line in said.splitlines() if line.startswith("flags:")
        ]

    def start(self) -> None:
        """Start it and wait until it answers."""
        with open(self.folder / "out", "wb") as out:
            command = [self._program, "-F", "-c", str(self.config)]
            self._server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + 120
        while not all(answers(port) for port in self.ports):
            if self._server.poll() is not None or time.monotonic() > until:
                log = self.folder / "log"
                said = (self.folder / "out").read_text() + (log.read_text() if log.exists() else "")
                raise RuntimeError(f"dovecot does not start: {said}")
            time.sleep(0.05)

    def stop(self) -> None:
        """As an administrator does."""
        if self._server:
            self._server.terminate()
            self._server.wait(60)
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _configuration(self) -> str:
        said = subprocess.run([self._program, "--version"], check=True, capture_output=True, text=True).stdout
        of_2_3 = said.startswith("2.3")
        certificate, key = self.folder / "server.pem", self.folder / "server.key"
        home = f"{self.folder}/mail/%{{user}}"
        who = f"uid={self.owner.pw_uid} gid={self.owner.pw_gid} home={home}"
        if of_2_3:
            differs = f"""
protocols = imap
ssl_cert = <{certificate}
ssl_key = <{key}
disable_plaintext_auth = no
mail_location = maildir:~/Maildir
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = {who}
}}
"""
        else:
            fields = "\n".join(f"    {one.replace('=', ' = ')}" for one in who.split())
            differs = f"""
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols {{
  imap = yes
}}
ssl_server_cert_file = {certificate}
ssl_server_key_file = {key}
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = ~/Maildir
passdb passwd-file {{
  passwd_file_path = {self.folder}/users
}}
userdb static {{
  fields {{
{fields}
  }}
}}
"""
        return f"""{differs.lstrip()}
base_dir = {self.folder}/run
log_path = {self.folder}/log
listen = 127.0.0.1
ssl = yes
default_vsz_limit = 512M
first_valid_uid = 1
service imap-login {{
  inet_listener imap {{
    port = {self.ports[0]}
  }}
  inet_listener imaps {{
    port = {self.ports[1]}
    ssl = yes
  }}
}}
{self._as_nobody_in_particular()}"""

    def _as_nobody_in_particular(self) -> str:
        """Started by an ordinary user it can change to no other, nor lock itself up."""
        if os.geteuid() == 0:
            return ""
        group = subprocess.run(["id", "-gn"], check=True, capture_output=True, text=True).stdout.strip()
        chroot = "".join(f"service {name} {{\n  chroot =\n}}\n" for name in ("imap-login", "anvil", "stats"))
        me = self.owner.pw_name
        return (
            f"default_internal_user = {me}\ndefault_login_user = {me}\n"
            f"default_internal_group = {group}\n{chroot}"
        )


def free_ports(number: int) -> list[int]:
    """Ports on loopback that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def answers(port: int) -> bool:
    with closing(socket.socket()) as one:
        one.settimeout(5)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _certificate(folder: Path) -> None:
    """An authority, and a certificate of it for localhost."""
    (folder / "ext").write_text("subjectAltName = DNS:localhost, IP:127.0.0.1\n")

    def openssl(*arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    new_key = ("-newkey", "rsa:2048", "-nodes", "-sha256")
    subject = ("-subj", "/CN=authority of a test", "-days", "3650")
    openssl("req", "-x509", *new_key, *subject, "-keyout", "authority.key", "-out", "authority.pem")
    openssl("req", *new_key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    by = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-days", "3650")
    openssl("x509", "-req", "-in", "server.csr", *by, "-sha256", "-extfile", "ext", "-out", "server.pem")
