"""The requirements of the governance document, by number, with the tests that prove them.

    python -m tests.requirements            runs those tests and prints the table; last line: 35 of 35
    python -m tests.requirements --write    writes the names of the tests into REQUIREMENTS.md

A test proves a requirement by its name: `test_R14_an_adoption_is_told_down_up_and_across`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "REQUIREMENTS.md"
NUMBERS = (
    *(f"R{n}" for n in range(1, 24)),
    *(f"D{n}" for n in range(1, 7)),
    *(f"O{n}" for n in range(1, 7)),
)
_NUMBER = re.compile(r"(?<=_)[RDO]\d{1,2}(?=_)")
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


@dataclass(frozen=True)
class Requirement:
    """One row of the page: the number, what it asks, where it lives (paths), which tests prove it."""

    number: str
    asks: str
    lives: tuple[str, ...]
    tests: tuple[str, ...]


def numbers_in(name: str) -> tuple[str, ...]:
    """The requirements that a test names: test_O2_O3_a_joint_objective → O2, O3."""
    return tuple(number for number in _NUMBER.findall(name) if number in NUMBERS)


def on_the_page() -> dict[str, Requirement]:
    """What REQUIREMENTS.md says, by number."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and cells[0] in NUMBERS:
            lives, tests = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in cells[2:])
            found[cells[0]] = Requirement(cells[0], cells[1], lives, tests)
    return found


def in_the_tests() -> dict[str, tuple[str, ...]]:
    """By number the tests that name it, as `test_post.py::test_R14_…` in the order of the files."""
    found: dict[str, list[str]] = {number: [] for number in NUMBERS}
    for file in sorted((ROOT / "tests").glob("test_*.py")):
        for name in _TEST.findall(file.read_text(encoding="utf-8")):
            for number in numbers_in(name):
                found[number].append(f"{file.name}::{name}")
    return {number: tuple(tests) for number, tests in found.items()}


def written(page: str, tests: dict[str, tuple[str, ...]]) -> str:
    """The page with the names of the tests in its last column."""
    lines = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 4 and cells[0] in NUMBERS:
            cells[3] = "<br>".join(f"`{name}`" for name in tests[cells[0]])
            line = f"| {' | '.join(cells)} |"
        lines.append(line)
    return "\n".join(lines) + "\n"
