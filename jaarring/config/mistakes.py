"""A mistake or warning in the configuration, as a value, and the list of them as a person reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jaarring.dutch import meervoud

WARNING = "waarschuwing"
SHOWN = 200
"""Mistakes that a person would read."""


@dataclass(frozen=True)
class Mistake:
    """`severity`: fout (nothing is done until it is mended) or waarschuwing (allowed, but look at it)."""

    file: str
    line: int
    field: str
    what: str
    remedy: str
    severity: str = "fout"

    def __str__(self) -> str:
        field = f" {self.field}:" if self.field else ""
        warning = "waarschuwing: " if self.severity == WARNING else ""
        return f"{self.file}:{self.line}:{field} {warning}{self.what}; {self.remedy}"


def shown(text: str, most: int = 40) -> str:
    """A user's text in a message: short, one line, nothing that a screen would obey."""
    flat = "".join(letter if letter.isprintable() else "?" for letter in " ".join(text.split()))
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def report(mistakes: Sequence[Mistake]) -> str:
    """All mistakes, then all warnings, a line each, not more than a person would read; and how many."""
    wrong = [mistake for mistake in mistakes if mistake.severity != WARNING]
    doubtful = [mistake for mistake in mistakes if mistake.severity == WARNING]
    counted = f"{len(wrong)} {meervoud(len(wrong), 'fout', 'fouten')}" if wrong else "Geen fouten"
    if doubtful:
        counted += f", {len(doubtful)} {meervoud(len(doubtful), 'waarschuwing', 'waarschuwingen')}"
    lines = [*map(str, wrong), *map(str, doubtful)]
    more = [f"… en nog {len(lines) - SHOWN}; verbeter eerst deze."] if len(lines) > SHOWN else []
    return "\n".join([*lines[:SHOWN], *more, f"{counted}."])
