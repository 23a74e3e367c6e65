"""Who writes a decision down: nobody judges his own by standing in for who should."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jaarring.decide import Request, Terms, decide
from jaarring.governance import Organisations
from jaarring.here import Here
from jaarring.ledger.decisions import Entry
from jaarring.refusal import Refused
from tests.conftest import at
from tests.test_reports import FB, GOOD, hand_in, kept, opened

OWNER, OTHER = "teamleider-facilitair", "hoofd-jz"
DAY = date(2027, 4, 15)


@pytest.fixture
def elzenwaard(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "direct")


def say(here: Here, key: str, verb: str, by: str, reason: str = "", terms: Terms | None = None) -> None:
    entry = Entry(key, verb, "secretaris", DAY, "", reason)
    decide(Request(here, key, verb, entry, by, at(here, DAY), terms or Terms()))


@pytest.mark.parametrize("verb", ["accept", "return", "move"])
def test_R17_an_owner_who_stands_in_for_his_judge_judges_nothing_of_his_own(
    elzenwaard: Here, verb: str
) -> None:
    """The secretary is away and the owner of FB acts for him: another's account he judges, his own not."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    away = Terms(end=date(2027, 5, 1), person=OWNER)
    say(elzenwaard, "absence/secretaris", "record", "secretaris", terms=away)
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk, ook niet als vervanger"):
        say(elzenwaard, FB, verb, OWNER, "zo is het goed", Terms(end=date(2027, 4, 29)))
    assert kept(elzenwaard)[0][1] == "submitted"


def test_R17_nor_does_the_substitute_whom_the_configuration_names(elzenwaard: Here) -> None:
    """He may write down what the secretary decides, but nothing about himself."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    organisation = elzenwaard.organisation
    secretary = replace(organisation.people["secretaris"], substitute=OWNER)
    named = replace(organisation, people={**organisation.people, "secretaris": secretary})
    here = replace(elzenwaard, config=replace(elzenwaard.config, organisations=Organisations(named)))
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk"):
        say(here, FB, "accept", OWNER)


def test_R17_who_stands_in_for_the_judge_of_another_judges(elzenwaard: Here) -> None:
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    away = Terms(end=date(2027, 5, 1), person=OTHER)
    say(elzenwaard, "absence/secretaris", "record", "secretaris", terms=away)
    say(elzenwaard, FB, "accept", OTHER)
    assert kept(elzenwaard)[0][1] == "accepted"
