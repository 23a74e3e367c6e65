"""The receipt of a form that was taken in, whatever it answers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    """That a form was taken in under a duty. `repeated`: the same file had come in before.

    `state` is that of the version: submitted, or what had become of it when the file came again.
    """

    duty: str
    about: str
    version: int
    late: bool
    by: str
    repeated: bool
    state: str

    @property
    def when(self) -> str:
        """Whether it came in time, in words."""
        return "na de datum" if self.late else "op tijd"
