"""What a chapter found: how much was tried, and every promise that was broken, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Found:
    """`runs`: how much was tried, in the words of the chapter. The lists hold one sentence a breach."""

    runs: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    #: state, log and outbox that do not agree with the twin's, and what else a promise excludes
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Found) -> None:
        self.runs += other.runs
        self.lost += other.lost
        self.doubled += other.doubled
        self.wrong += other.wrong

    @property
    def all(self) -> list[str]:
        return [
            *(f"lost: {one}" for one in self.lost),
            *(f"doubled: {one}" for one in self.doubled),
            *(f"wrong: {one}" for one in self.wrong),
        ]
