"""Every own template, rendered with the example data that is kept beside this module."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jaarring.own import templates
from jaarring.own.templates import Broken

Example = dict[str, Any]
EXAMPLES = Path(__file__).with_name("examples.json")


def check(folder: Path) -> list[Broken]:
    """What is wrong with the templates in `folder`: the first mistake of each, by file."""
    sources, wrong = templates.read(folder)
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8")) if sources else {}
    found = {one.file: one for one in _tried(folder, sources, examples)}
    found |= {one.file: one for one in wrong if one not in templates.strangers(folder)}
    return sorted(found.values(), key=lambda one: (one.file, one.line))


def _tried(
    folder: Path, sources: dict[str, str], examples: dict[str, list[dict[str, object]]]
) -> Iterator[Broken]:
    for name, listed in examples.items():
        if templates.stands_in(sources, name):
            for example in listed:
                broken = templates.tried(folder, sources, name, example)
                if broken:
                    yield broken
                    break
