"""The folder with a municipality's own templates: what stands in it, and what comes of each."""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jaarring
from jaarring.mail.render import Frame, Rendered
from jaarring.own.plain import Encoder

OURS = Path(__file__).resolve().parents[2] / "templates"
#: what every document may draw with
DRAWINGS = "_frames/charts.html"
#: of a file; ours have some thousands of characters
LONGEST = 200_000
WAIT = 40.0
"""Seconds by the clock on a busy machine; the child stops itself after 5 of the processor."""
#: what stands around every mail, and what every document uses
AROUND = {".mail": ("_frames/mail.txt", "_frames/mail.html"), ".html": ("_frames/macros.html",)}


@dataclass(frozen=True)
class Broken:
    """What is wrong with an own template, and where; Dutch, for who wrote it."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.remedy}"


@cache
def replaceable() -> frozenset[str]:
    """The names of our templates that a file of the municipality's own may stand in for: the words of letters
    and documents. Not the page around a document, its drawings, what a simulation shows, or the alarm about a
    broken one.
    """
    found = {
        str(file.relative_to(OURS)) for ending in (".mail", ".html") for file in OURS.rglob(f"*{ending}")
    }
    kept = {
        "_frames/page.html",
        DRAWINGS,
        *(name for name in found if name.startswith(("simulate/", "own/", "demo/"))),
    }
    return frozenset(found - kept | {"_frames/mail.txt"})


def read(folder: Path) -> tuple[dict[str, str], list[Broken]]:
    """The own templates by name, and what cannot be one: a link, another name than one of ours, no text.

    What has the name of one of ours breaks what comes of that one alone; see `strangers` for the others.
    """
    sources: dict[str, str] = {}
    wrong: list[Broken] = []
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_dir() and not file.is_symlink() or file.name.startswith(".") or file.name.endswith("~"):
            continue
        source = _source(file) if name in replaceable() else None
        if source is not None:
            sources[name] = source
        elif name in replaceable():
            said = "dit is geen gewoon tekstbestand", "bewaar het als tekst (UTF-8), korter dan 200 kB"
            wrong.append(Broken(f"{folder.name}/{name}", 1, *said))
        else:
            near = difflib.get_close_matches(name, sorted(replaceable()), 1, 0.5)
            remedy = f"bedoelt u {near[0]}?" if near else "geef het de naam van een van onze sjablonen"
            shown = "".join(c if c.isprintable() else "?" for c in name)[:120]
            wrong.append(Broken(f"{folder.name}/{shown}", 1, "dit vervangt geen sjabloon van ons", remedy))
    return sources, wrong


def strangers(folder: Path) -> list[Broken]:
    """The files that stand in for none of ours: a name mistaken, for then our words would go unnoticed."""
    return [one for one in read(folder)[1] if one.file.partition("/")[2] not in replaceable()]


def _source(file: Path) -> str | None:
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as stream:
            data = stream.read(LONGEST + 1) or b""
        return data.decode("utf-8-sig") if len(data) <= LONGEST else None
    except (OSError, UnicodeDecodeError):
        return None


def stands_in(sources: Mapping[str, str], template: str) -> bool:
    """Whether an own template has a part in what comes of this one: itself, what it includes, its frame."""
    return any(name in sources for name in parts(template))


def parts(template: str) -> tuple[str, ...]:
    """The names of all that has a part in what comes of a template."""
    ending = Path(template).suffix
    beside = (f"{template.partition('/')[0]}/parts.html",) if ending == ".html" else ()
    return (template, *beside, *AROUND[ending])


def _own(folder: Path, template: str) -> dict[str, str] | Broken | None:
    """What there is to make this one of, or which file of it cannot be read; None where it is all ours."""
    sources, wrong = read(folder)
    files = [f"{folder.name}/{name}" for name in parts(template)]
    if unreadable := next((one for one in wrong if one.file in files), None):
        return unreadable
    return sources if stands_in(sources, template) else None


def mail(folder: Path, template: str, given: Mapping[str, Any]) -> Rendered | Broken | None:
    """A mail in the municipality's own words, or what is wrong with them; None where it has none for it.

    `given`: what `across` made of its frame and values, now or when the template was still broken.
    """
    sources = _own(folder, template)
    if sources is None or isinstance(sources, Broken):
        return sources
    said = _asked(folder.name, sources, template, given)
    return said if isinstance(said, Broken) else Rendered(said["subject"], said["text"], said["html"])


def document(folder: Path, template: str, values: Mapping[str, Any]) -> str | Broken | None:
    """The HTML of a document from the municipality's own template; as `mail`."""
    sources = _own(folder, template)
    if sources is None or isinstance(sources, Broken):
        return sources
    said = _asked(folder.name, sources, template, across(None, values))
    if isinstance(said, Broken):
        return said
    return _no_document(folder, template, said["html"]) or said["html"]


def tried(
    folder: Path, sources: Mapping[str, str], template: str, example: Mapping[str, Any]
) -> Broken | None:
    """What is wrong when a template is rendered with an example: `frame` and `values`, as they go across."""
    said = _asked(folder.name, sources, template, example)
    if isinstance(said, Broken):
        return said
    return _no_document(folder, template, said["html"]) if template.endswith(".html") else None


def _no_document(folder: Path, template: str, html: str) -> Broken | None:
    from jaarring.document.html import DocumentError, tree

    try:
        tree(html)
    except DocumentError as error:
        what = f"wat hieruit komt is geen document: {error.mistakes[0]}"
        return Broken(f"{folder.name}/{template}", 1, what, "vergelijk het met ons sjabloon")
    return None


def across(frame: Frame | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a template gets, as it goes to the child: of every value only what one of our templates names."""
    encoder = Encoder(_named())
    shown = {name: encoder(value) for name, value in values.items()}
    return {"frame": encoder(frame), "values": shown}


@cache
def _named() -> frozenset[str]:
    words = (
        re.findall(r"[a-z_][a-z0-9_]*", (OURS / name).read_text("utf-8"))
        for name in (*replaceable(), DRAWINGS)
    )
    return frozenset(word for found in words for word in found if not word.startswith("_")) | {"opening"}


def _asked(
    folder: str, sources: Mapping[str, str], template: str, values: Mapping[str, Any]
) -> dict[str, str] | Broken:
    """What the child made; whatever became of it, one clear mistake."""
    job = {"folder": folder, "own": sources, "template": template, **values}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jaarring.own.child"],
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WAIT,
            text=True,
            encoding="utf-8",
            cwd=Path(jaarring.__file__).parent.parent,
            env={"LANG": "C.UTF-8"},  # whoever takes the child over finds no passwords in it
            check=True,
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        what, remedy = "dit vraagt te veel tijd of geheugen", "vergelijk het met ons sjabloon"
        return Broken(f"{folder}/{template}", 1, what, remedy)
    if "wrong" in said:
        return Broken(*said["wrong"])
    return said
