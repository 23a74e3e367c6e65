"""Of a secret measure nothing travels but its number: no word, no amount, nothing it follows from."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring.forms.rules import Key, Value
from jaarring.here import Here
from jaarring.reports import records
from jaarring.reports.rules import DepartmentAccount
from tests.test_reports import FZH, blank, hand_in, opened


@pytest.fixture
def elzenwaard(tmp_path: Path) -> Iterator[Here]:
    """The example with its adopted plans; M10 of physical security is secret."""
    yield from opened(tmp_path, "direct")


def test_no_amount_from_which_a_secret_one_follows_stands_in_the_form_of_a_department(
    elzenwaard: Here,
) -> None:
    """FB has 245.000 euros, in public: the amounts of all its other measures would give that of M10 away.
    What was said of them before is kept where it is left empty; a mistake about it names no amount of ours.
    """
    second, day = "2027/Q2/account/fzh", date(2027, 7, 6)
    states: dict[Key, Value | float] = {
        ("maatregelen", id, "stand"): "op koers" for id in ("M07", "M08", "M10", "M11", "M12", "M22")
    }
    done: dict[Key, Value | float] = {
        ("maatregelen", "M09", "stand"): "klaar",
        ("maatregelen", "M09", "besteed"): 21_987,
    }
    hand_in(elzenwaard, {**states, **done}, FZH, date(2027, 4, 7))

    book = zipfile.ZipFile(io.BytesIO(blank(elzenwaard, second)))
    everything = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    for amount in ("85000", "60000", "22500", "30000", "7500", "21987"):
        assert f"<v>{amount}</v>" not in everything
    assert "<v>16500</v>" in everything, "the control: M22 is of another theme"

    less: dict[Key, Value | float] = {**states, ("maatregelen", "M09", "besteed"): 12_345}
    wrong = hand_in(elzenwaard, less, second, day)
    assert isinstance(wrong, list) and "minder dan de vorige opgave" in str(wrong[0])
    assert "21.987" not in str(wrong[0])
    hand_in(elzenwaard, states, second, day)
    with elzenwaard.store.read() as tx:
        account = records.of_year(tx, 2027)[second].account
    assert isinstance(account, DepartmentAccount)
    assert [one.spent for one in account.measures if one.measure == "M09"] == [Decimal(21_987)]
