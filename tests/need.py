"""Programs that a test asks for: the path, or a skip with one sentence saying how to get it."""

import shutil

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


def _program(names: list[str], packages: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{names[0]} is missing; get it with: apt-get install --no-install-recommends {packages}")
