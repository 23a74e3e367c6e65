"""How Dutch readers write: dates, money, numbers, counts, people."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jaarring import dutch

DAY = date(2027, 4, 1)


def plain(text: str) -> str:
    """The text with its hard spaces shown as a tilde, so that a test sees them."""
    return text.replace("\u00a0", "~")


def test_a_date_has_no_leading_nought_and_no_capital() -> None:
    assert dutch.datum(DAY) == "1 april 2027"
    assert dutch.dag_datum(DAY) == "donderdag 1 april 2027"
    assert dutch.weekdag_maand(DAY) == "donderdag 1 april"


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("0", "€~0"),
        ("12500", "€~12.500"),
        ("1234567", "€~1.234.567"),
        ("12500.50", "€~12.500,50"),
        ("-27500", "€~-27.500"),
    ],
)
def test_money_has_dots_and_cents_only_where_there_are_any(amount: str, written: str) -> None:
    assert plain(dutch.euro(Decimal(amount))) == written


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        ("68", "%", "68%"),
        ("60.5", "%", "60,5%"),
        ("24", "uur", "24~uur"),
        ("100", "%", "100%"),
        (None, "uur", "niet gemeten"),
    ],
)
def test_a_value_has_its_unit_and_a_comma(value: str | None, unit: str, written: str) -> None:
    assert plain(dutch.maat(None if value is None else Decimal(value), unit)) == written


def test_what_was_not_measured_is_neither_nought_nor_empty() -> None:
    assert dutch.maat(None, "%") != dutch.maat(Decimal(0), "%") == "0%"


def test_small_counts_are_words_and_large_ones_figures() -> None:
    assert [dutch.telwoord(n) for n in (0, 1, 5, 12, 13, 1200)] == [
        "nul",
        "één",
        "vijf",
        "twaalf",
        "13",
        "1.200",
    ]


def test_the_word_goes_with_its_count() -> None:
    assert [dutch.meervoud(n, "doel", "doelen") for n in (0, 1, 2)] == ["doelen", "doel", "doelen"]


def test_a_row_of_words_ends_with_en() -> None:
    assert dutch.opsomming([]) == ""
    assert dutch.opsomming(["1 april"]) == "1 april"
    assert dutch.opsomming(["1 april", "7 april", "12 april"]) == "1 april, 7 april en 12 april"


def test_a_quarter_is_never_q1() -> None:
    assert dutch.kwartaal(1) == "1e kwartaal"
    assert dutch.maanden(4) == "oktober tot en met december"


def test_people_and_bodies_get_their_article_and_greeting() -> None:
    assert dutch.met_lidwoord("gemeentesecretaris") == "de gemeentesecretaris"
    assert dutch.met_lidwoord("hoofd Juridische Zaken") == "het hoofd Juridische Zaken"
    assert dutch.aanhef("mevrouw Noor") == "Geachte mevrouw Noor"
    assert dutch.aanhef("college van burgemeester en wethouders") == (
        "Geacht college van burgemeester en wethouders"
    )
