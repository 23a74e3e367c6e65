"""Nothing of what is secret reaches any form of any public document: not a byte, not a name, not a size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jaarring.council.rules import for_everybody
from jaarring.document.formats import FORMATS
from jaarring.here import Here
from jaarring.reports.rules import Proposal
from tests import interference
from tests.interference import Hidden
from tests.test_editions import ENTRY, SECRET

CHANGE = Proposal(
    "M10", "Meer bewaking.", "Een dreiging.", "Dan gaat het mis.", Decimal(5000), date(2027, 12, 1)
)
EVERYTHING = Hidden(SECRET, ENTRY, CHANGE, Decimal(4321))


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Here:
    return interference.opened(tmp_path_factory.mktemp("elzenwaard"))


def made(here: Here, said: Hidden, *formats: str) -> dict[str, bytes]:
    return interference.files(here, interference.a_year_with(here.config, True, said), formats)


@pytest.mark.slow
def test_years_alike_but_for_what_is_secret_give_the_same_files() -> None:
    """Ten pairs, in every form with what an archive is told; a thousand are tried by hand."""
    count, compared = interference.tried(10, 6)
    assert count == 10 and compared > 10 * 90


def test_the_pairs_hold_what_they_say(here: Here) -> None:
    """The control of the drawing: each secret really is in the year, and shows inside."""
    year = interference.a_year_with(here.config, False, EVERYTHING)
    assert [one.measure.title for one in year.secret()] == [SECRET.title]
    assert [one.id for one in year.adjustments] == ["BV-2027-00", "BV-2027-01"]
    assert year.plans["fb"] != interference.a_year_with(here.config, False, Hidden()).plans["fb"]


@pytest.mark.parametrize("format", FORMATS)
def test_control_one_that_slips_through_is_seen_in_every_form(
    here: Here, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the rule that picks the open measures let the secret one through, the report would differ."""
    without = made(here, Hidden(), format)
    assert interference.differing(made(here, EVERYTHING, format), without) == []

    monkeypatch.setattr(for_everybody, "open_measures", lambda year: list(year.planned()))
    found = interference.differing(made(here, EVERYTHING, format), without)
    assert any(name.startswith(f"council.{format}") for name in found)
    assert f"council.{format}.bestand.mdto.xml" in found, "its hash and size tell too"


def test_control_a_difference_in_one_member_of_an_archive_is_named(here: Here) -> None:
    one = made(here, Hidden(), "odt")
    other = made(here, Hidden(replace(SECRET, secrecy=None)), "odt")
    found = interference.differing(one, other)
    assert {"council.odt", "council.odt!content.xml"} <= set(found)
    assert "council.odt!styles.xml" not in found
