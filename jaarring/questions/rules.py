"""What is asked of a person that can be answered by a choice: a decision, a judgement, an advice.

Which questions are open follows from the state of things (an account that nobody has judged, a proposal that
nobody has decided): each room says which it sees, and the ledger of questions is brought in line with that.
So a question can be asked once, and closes whichever way it was answered: by the form, or by `jaarring
decide`.
"""

from __future__ import annotations

from dataclasses import dataclass

#: what an answer may have beside the choice itself, as a column of the form
FIELDS = ("date", "number", "amount", "sources", "until", "person", "reason")


@dataclass(frozen=True)
class Choice:
    """One way to answer. `verb`: as `jaarring decide` has it; `label`: Dutch, up to 40 characters, no comma.

    `needs`: fields that this answer must have; `takes`: fields that it may have. Both from FIELDS.
    """

    verb: str
    label: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """Something asked of one person or body. Everything in it may travel by mail: nothing secret.

    `key`: `2027/ask/<kind>/<ref>`, a duty in the ledger; `subject`: the key under which `jaarring decide`
    takes
    the answer. `asked_of`: the id of a person or body. `what`: one Dutch sentence, with what it is about.
    `details`: lines to read before one answers. `document`: the key of a stored document to send along.
    """

    key: str
    subject: str
    asked_of: str
    what: str
    choices: tuple[Choice, ...]
    details: tuple[str, ...] = ()
    document: str = ""

    @property
    def kind(self) -> str:
        """judge, accept, agree, check, adopt, advise, decide, choose, signal, note, appoint."""
        return self.key.split("/")[2]

    @property
    def year(self) -> int:
        return int(self.key.split("/", 1)[0])
