"""What a person asked for and cannot have: told in one sentence, nothing changed."""

from __future__ import annotations


class Refused(Exception):
    """A user's mistake: `what` is wrong and what to do instead (`remedy`), both in Dutch, no secret in either."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy
