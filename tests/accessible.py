"""Axe, the rules of WCAG 2.2 as a program, run over a page in Chromium.

It brings axe-core along in the package `axe_playwright_python`; nothing is fetched. Contrast on charts axe
cannot judge: `test_document.py` computes the palette's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from playwright.sync_api import Page, sync_playwright

from tests import need

Scheme = Literal["light", "dark"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: `target-size` is of WCAG 2.2 and off unless asked for
ASKED = {"runOnly": {"type": "tag", "values": TAGS}, "rules": {"target-size": {"enabled": True}}}
#: width and height of a screen
DESK, PHONE = (1280, 900), (390, 844)


@dataclass(frozen=True)
class Seen:
    """What axe says of one page: each `rule: element`, and how many rules it tried on something."""

    violations: list[str]
    tried: int


@contextmanager
def browser() -> Iterator[Page]:
    """One window of Chromium, that nobody sees, with axe in it."""
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        opened = play.chromium.launch(executable_path=need.chromium(), args=options, timeout=120_000)
        window = opened.new_page()
        window.set_default_timeout(120_000)
        window.evaluate((files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        yield window
        opened.close()


def look(window: Page, html: str, scheme: Scheme = "light", screen: tuple[int, int] = DESK) -> Seen:
    """A page by the rules, as somebody with this colour scheme and screen gets it."""
    width, height = screen
    window.set_viewport_size({"width": width, "height": height})
    window.emulate_media(color_scheme=scheme)
    window.set_content(html)
    found: dict[str, Any] = window.evaluate("asked => axe.run(document, asked)", ASKED)
    wrong = [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]
    return Seen(wrong, len(found["passes"]) + len(found["violations"]))
