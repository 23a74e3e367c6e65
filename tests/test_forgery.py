"""Forged logs, whose makers know how the chain is made: each is found against a head that left the server.

A sample; `python -m tests.forgery` makes a thousand.
"""

from __future__ import annotations

from pathlib import Path

from jaarring.database import Store
from jaarring.ledger import events
from tests import forgery


def test_every_forged_log_of_a_sample_is_found_against_an_earlier_head() -> None:
    found = forgery.run(60, seed=7)

    assert found.missed == []
    assert set(found.by_sort) == {sort.__name__ for sort in forgery.SORTS}


def test_control_without_a_head_the_forged_log_looks_whole(tmp_path: Path) -> None:
    """So it is the head that finds it, and not something that the forger forgot."""
    import random

    store = Store.open(tmp_path / "jaarring.db")
    log = forgery.entries(random.Random(3))
    with store.write() as tx:
        forgery.written(tx, log)
        head = events.head(tx)
        forgery.written(tx, forgery.rewrite(log, 1, random.Random(4)))
        assert events.verify(tx) is None and events.verify(tx, head) is not None
    store.close()
