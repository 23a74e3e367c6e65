"""A mistake or warning in the configuration, as a value."""

from __future__ import annotations

from dataclasses import dataclass


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
        warning = "waarschuwing: " if self.severity == "waarschuwing" else ""
        return f"{self.file}:{self.line}:{field} {warning}{self.what}; {self.remedy}"
