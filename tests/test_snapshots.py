"""The words of every document are those that were last looked at."""

from __future__ import annotations

import pytest

from tests.documents import FOLDER, texts

REMEDY = "Look at the difference; if it is meant: python -m tests.documents --write"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return texts()


@pytest.fixture(scope="module")
def kept() -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in FOLDER.glob("*.txt")}


def test_every_document_has_its_words_as_a_file(made: dict[str, str], kept: dict[str, str]) -> None:
    assert sorted(kept) == sorted(made), REMEDY


@pytest.mark.parametrize("name", sorted(file.name for file in FOLDER.glob("*.txt")))
def test_the_words_of_a_document_are_those_of_its_file(
    name: str, made: dict[str, str], kept: dict[str, str]
) -> None:
    assert made[name].splitlines() == kept[name].splitlines(), REMEDY


def test_only_what_is_closed_or_of_the_board_has_the_words_of_the_secret_measure(
    kept: dict[str, str],
) -> None:
    """Its title; that the search finds it where it is, shows that the search sees."""
    telling = {name for name, text in kept.items() if "Persoonsbeveiliging bestuurders" in text}
    assert {name.partition(".")[0] for name in telling} == {
        "jaarplan-besloten",
        "raadsrapportage-besloten",
        "raadsrapportage-intern",
    }
