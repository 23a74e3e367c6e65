"""The table of nasty files and their sentences, `corpus.txt`: handed in anew, compared, written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.hostile import inside, outside, scenes
from tests.hostile.scenes import Nasty, Scene

TABLE = Path(__file__).with_suffix(".txt")
LONG = 12
"""Sentences of one file that stand in the table; how many more there are stands below them."""


def answers() -> Iterator[tuple[Nasty, list[str], bool]]:
    """Each file, what its sender reads, and whether anything changed but for a mail about it."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name in ("lente", "herfst", "post"):
            (place / name).mkdir()
        with scenes.spring(place / "lente") as scene:
            listed = [*outside.files(scene.forms), *inside.spring(scene.forms)]
            yield from _each(scene, listed, place / "post")
        with scenes.autumn(place / "herfst") as scene:
            yield from _each(scene, list(inside.autumn(scene.forms)), place / "post")


def _each(scene: Scene, listed: list[Nasty], folder: Path) -> Iterator[tuple[Nasty, list[str], bool]]:
    before = scenes.stored(scene.here)
    for one in listed:
        said = scenes.answer(scene, one, folder)
        after = scenes.stored(scene.here)
        yield one, said, after != before
        before = after


def told(one: Nasty, said: list[str]) -> list[str]:
    """A file as it stands in the table."""
    *lines, mail = said
    more = [f"> … en nog {len(lines) - LONG} regels"] if len(lines) > LONG else []
    by = f", door {one.by}" if one.by else ""
    kept = [f"> {line[:400]}" for line in lines[:LONG]]
    return [f"== {one.title}{by}", *kept, *more, f"  {mail}"]


def table() -> str:
    """The whole table as it is today."""
    return "\n\n".join("\n".join(told(one, said)) for one, said, _ in answers()) + "\n"
