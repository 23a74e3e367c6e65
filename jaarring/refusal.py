"""What a person asked for and cannot have: told in one sentence, nothing changed."""

from __future__ import annotations

import re
from collections.abc import Sequence


class Refused(Exception):
    """A user's mistake: `what` is wrong, `remedy` is what to do instead; both in Dutch, without secrets."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy

    def to(self, who: str) -> Refused:
        """The same to `who` (a person's id) himself, as it stands in a letter: by functions, without ids."""
        what = re.sub(rf"^'{re.escape(who)}'", "u", self.what)
        return Refused(what, re.sub(r" \([a-z][a-z0-9_-]{0,39}\)", "", self.remedy))


def refuse(mistakes: Sequence[str]) -> None:
    """Raise Refused with every mistake, each a sentence of "what; remedy"; nothing if there is none."""
    if mistakes:
        what, _, remedy = "\n".join(mistakes).rpartition("; ")
        raise Refused(what, remedy)
