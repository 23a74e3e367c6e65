"""Every requirement of the governance document is on the page, lives somewhere, and a test proves it."""

from __future__ import annotations

import pytest

from tests.requirements import NUMBERS, PAGE, ROOT, in_the_tests, numbers_in, on_the_page, written
from tests.requirements.__main__ import table


def test_the_page_has_all_thirty_five_and_each_lives_where_it_says() -> None:
    page = on_the_page()

    assert len(NUMBERS) == 35
    assert tuple(page) == NUMBERS
    missing = [path for one in page.values() for path in one.lives if not (ROOT / path).exists()]
    assert missing == []


@pytest.mark.parametrize("number", NUMBERS)
def test_a_test_proves_it_by_name(number: str) -> None:
    assert in_the_tests()[number], f"no test is called test_{number}_…"


def test_the_page_names_the_tests_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page == written(page, in_the_tests()), "run: python -m tests.requirements --write"


def test_a_name_tells_what_it_proves_and_nothing_else() -> None:
    assert numbers_in("test_O2_O3_a_joint_objective_is_signed_once") == ("O2", "O3")
    assert numbers_in("test_R14_is_told") == ("R14",)
    assert numbers_in("test_R99_is_no_requirement") == ()
    assert numbers_in("test_quarter_Q1_of_the_report") == ()


def test_one_failure_among_its_tests_is_a_requirement_not_met() -> None:
    """The control: the table cannot say met of what failed, or of what nobody tested."""
    lines, met = table({"R1": ["passed"], "R2": ["passed", "failed"], "R3": []})

    assert met == 1
    assert [line.split("  ")[0].strip() for line in lines[:3]] == ["R1  met".split("  ")[0], "R2", "R3"]
    assert "NOT MET" in lines[1] and "1 of 2" in lines[1]
    assert "NOT MET" in lines[2] and "no test" in lines[2]
