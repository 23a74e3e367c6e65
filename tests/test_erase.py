"""What the law asks to destroy is destroyed, for good, by a decision that stays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from jaarring.cli import main
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.verify import findings, head
from tests.conftest import at

pytestmark = pytest.mark.both_stores

DAY = date(2027, 4, 14)


@pytest.fixture
def number(waterveen: Here) -> int:
    """An entry of which the content must go."""
    with waterveen.store.write() as tx:
        said = events.append(tx, at(waterveen, DAY), "noor", "absence.noted", "absence/bas", {"why": "rug"})
    return int(said.partition(":")[0])


def erase(here: Here, *arguments: str) -> int:
    return main(["erase", *arguments, "--config", str(here.config.folder), "--as-of", "2027-04-14"])


def test_the_content_is_gone_the_decision_stays_and_the_chain_is_whole(
    waterveen: Here, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = head(waterveen)
    assert erase(waterveen, str(number), "--ground", "AVG, artikel 17", "--by", "secretaris") == 0

    assert f"De inhoud van nummer {number} is vernietigd." in capsys.readouterr().out
    assert findings(waterveen, kept) == []
    with waterveen.store.read() as tx:
        gone, decision = events.get(tx, number), list(events.history(tx))[-1]
        stored = [body for body in tx.scalars(select(events.event_payload.c.body)) if "rug" in body]
    assert gone and gone.payload is None and stored == []
    assert (decision.kind, decision.subject, decision.actor) == ("payload.erased", str(number), "secretaris")
    assert decision.payload == {"ground": "AVG, artikel 17"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["{n}"], "de grond ontbreekt; schrijf met --ground welke wet het vraagt"),
        (["{n}", "--ground", "  "], "de grond ontbreekt"),
        (["{n}", "--ground", "AVG", "--by", "niemand"], "'niemand' staat niet in organisation.yaml"),
        (["9999", "--ground", "AVG"], "nummer 9999 staat niet in het logboek"),
    ],
)
def test_without_ground_or_by_a_stranger_nothing_is_destroyed(
    waterveen: Here,
    number: int,
    arguments: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = head(waterveen)
    assert erase(waterveen, *(one.format(n=number) for one in arguments)) == 1
    assert sentence in capsys.readouterr().err and head(waterveen) == before


def test_what_was_destroyed_and_the_proof_of_it_are_not_destroyed_again(
    waterveen: Here, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert erase(waterveen, str(number), "--ground", "AVG") == 0
    assert erase(waterveen, str(number), "--ground", "AVG") == 1
    assert "is al vernietigd" in capsys.readouterr().err
    last = head(waterveen).partition(":")[0]
    assert erase(waterveen, last, "--ground", "AVG") == 1
    assert "het bewijs van vernietiging blijft staan" in capsys.readouterr().err
