"""Whatever comes by mail gets one clear sentence or is left to a person; there is no traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from jaarring.here import Here
from jaarring.ledger import events, outbox
from tests.nasty_mails import corpus
from tests.test_mailbox import answers, filled, flags, folder, handed_in, here, put, read, sent

__all__ = ["folder", "here", "sent"]  # fixtures


@pytest.mark.parametrize("title", [one.title for one in corpus(b"PK")])
def test_whatever_comes_gets_one_sentence_or_is_left(
    here: Here, folder: Path, sent: outbox.Sent, title: str
) -> None:
    """Only the form itself is believed, and only of whom we know."""
    nasty = next(one for one in corpus(filled(here)) if one.title == title)
    name = put(folder, nasty.raw)

    assert read(here) == {nasty.becomes: 1}

    assert len(handed_in(here)) == (nasty.becomes == "taken")
    assert (flags(folder)[name] == "") == (nasty.becomes == "left")
    assert len(answers(here)) == (nasty.becomes == "refused")
    if nasty.becomes == "refused":
        assert nasty.says in answers(here)[0] and answers(here)[0].count("•") == 1
    with here.store.read() as tx:
        assert events.verify(tx) is None
