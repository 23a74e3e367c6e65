"""Answers by form: the rows of the newest letter's form that are about what somebody decides, filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jaarring.demo.case import Reply
from jaarring.demo.mailbox import Letter, Mailbox
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.here import Here
from jaarring.post import records as post
from jaarring.post.actions import addressee
from jaarring.post.sheets import CHOICE, SHEET
from jaarring.questions import records as questions


@dataclass(frozen=True)
class Filled:
    """A form filled in: its name for the folder, its bytes, and who hands it in."""

    name: str
    content: bytes


def answered(here: Here, mailbox: Mailbox, replies: Sequence[Reply]) -> Iterator[Filled]:
    """One form a letter, with all that its reader answers in it. Raises LookupError where nobody asked."""
    found: dict[str, tuple[Letter, dict[Key, Value]]] = {}
    for reply in replies:
        letter, cells = _row(here, mailbox, reply)
        found.setdefault(letter.occasion, (letter, {}))[1].update(cells)
    for occasion, (letter, cells) in found.items():
        assert letter.form is not None, "only letters with a form are looked at"
        yield Filled(f"{occasion.replace('/', '-')}.xlsx", fill(letter.form, cells))


def _row(here: Here, mailbox: Mailbox, reply: Reply) -> tuple[Letter, Mapping[Key, Value]]:
    """The newest letter that asks this, and the cells of its row."""
    to = addressee(here.organisation, reply.by)
    assert to is not None, "the case names people and bodies of the example"
    with here.store.read() as tx:
        for letter in mailbox.questions(to.mail):
            sent = post.sent_form(tx, letter.occasion)
            for row, key in sent.questions.items() if sent else ():
                one = questions.get(tx, key)
                if one and one.state == "open" and one.question.subject == reply.about:
                    label = next(c.label for c in one.question.choices if c.verb == reply.choice)
                    cells = {(SHEET, row, column): value for column, value in reply.cells.items()}
                    return letter, {(SHEET, row, CHOICE): label, **cells}
    raise LookupError(f"nobody asked {reply.by} about {reply.about}")
