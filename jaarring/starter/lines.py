"""The lines of a file of the example, each with the field that it sets, and the help that stands by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "config"
#: blocks whose entries have names of the municipality's own
NAMED = ("goals", "indicators", "joint_objectives", "guidelines", "measures", "budgets", "withheld")
#: the comment lines above a field, and the comment beside it
Help = tuple[tuple[str, ...], str]


def help_of(name: str) -> dict[str, Help]:
    """The help of each field of a file, by its path with `*` for names: that of the first time it comes."""
    found: dict[str, Help] = {}
    above: list[str] = []
    for line in lines_of((EXAMPLE / name).read_text(encoding="utf-8")):
        if line.text.strip().startswith("#"):
            above.append(line.text.strip().removeprefix("#").strip())
        elif line.path and not line.path.endswith("]"):
            _, mark, beside = line.text.partition(" # ")
            pattern = pattern_of(line.path.split("."))
            if pattern not in found or found[pattern] == ((), ""):
                found[pattern] = tuple(above), beside.strip() if mark else ""
            above = []
        else:
            above = []
    return found


def pattern_of(path: Sequence[str]) -> str:
    """A path with `*` for the names that a municipality gives: goals.*.indicators.*.unit"""
    named = [part.partition("[")[0] for part in path]
    return ".".join("*" if at and named[at - 1] in NAMED else part for at, part in enumerate(named))


@dataclass(frozen=True)
class Line:
    """One line of a file. `path`: the field it sets, or "" for a comment, a blank or what goes on."""

    text: str
    path: str
    indent: int


def lines_of(text: str) -> Iterator[Line]:
    """Each line with the path of the field that it sets."""
    above: list[tuple[int, str]] = []
    items: dict[str, int] = {}
    for line in text.rstrip("\n").split("\n"):
        found = re.match(r"( *)(- )?(?:([\w&.-]+):(?= |$))?", line)
        assert found is not None, "every part of it may be empty"
        indent, item, key = len(found[1]), found[2], found[3]
        if line.strip().startswith("#") or not (item or key):
            yield Line(line, "", indent)
            continue
        above = [(deep, path) for deep, path in above if deep < indent]
        path = above[-1][1] if above else ""
        if item:
            number = items[path] = items.get(path, -1) + 1
            path = f"{path}[{number}]"
            above.append((indent, path))
            indent += 2
        if key:
            path = f"{path}.{key}" if path else key
            above.append((indent, path))
        yield Line(line, path, len(found[1]))
