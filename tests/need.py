"""Programs that a test asks for: the path, or a skip with one sentence saying how to get it."""

import os
import shutil
from pathlib import Path

import pytest


def libreoffice() -> str:
    """LibreOffice, which opens and recalculates a form as a person's would."""
    return _program(["soffice", "libreoffice"], "libreoffice-calc libreoffice-writer")


def chromium() -> str:
    """A browser, to take a picture of a page."""
    return _program(["chromium", "chromium-browser", "google-chrome"], "chromium")


def poppler() -> str:
    """`pdftoppm`, to take a picture of a PDF; `pdftotext` comes with it."""
    return _program(["pdftoppm"], "poppler-utils")


def calcurse() -> str:
    """A calendar program with a reader of its own."""
    return _program(["calcurse"], "calcurse")


def postgresql() -> Path:
    """The folder with `initdb` and `pg_ctl`; Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else Path(_program(["initdb"], "postgresql")).resolve().parent


def dovecot() -> str:
    """A mail server to read mail from; Debian keeps it off the path of an ordinary user."""
    found = Path("/usr/sbin/dovecot")
    return str(found) if found.exists() else _program(["dovecot"], "dovecot-core dovecot-imapd")


def postfix() -> str:
    """A mail server that relays; it starts as root only."""
    if os.geteuid():
        pytest.skip("postfix starts as root only: run this test as root")
    found = Path("/usr/sbin/postfix")
    return str(found) if found.exists() else _program(["postfix"], "postfix")


def _program(names: list[str], packages: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{names[0]} is missing; get it with: apt-get install --no-install-recommends {packages}")
