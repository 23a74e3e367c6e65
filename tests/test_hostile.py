"""Bad input: nasty files get one Dutch sentence, damaged configurations a place, and nothing changes."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from jaarring.config.mistakes import Mistake
from jaarring.dutch import HARD_SPACE
from tests.conftest import SHIPPED, copied
from tests.hostile import configurations, corpus
from tests.hostile.scenes import Nasty

#: to whom the forms were sent that the corpus is made of; nobody else hears of what is wrong with them
MEANT = {
    "teamleider.facilitair@elzenwaard.example",
    "secretaris@elzenwaard.example",
    "teammanager.benc@elzenwaard.example",
    "noor@waterveen.example",
}
CHECK = "import sys; from jaarring.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(scope="module")
def handed_in() -> list[tuple[Nasty, list[str], bool]]:
    """Every file of the corpus, handed in once."""
    return list(corpus.answers())


class TestFiles:
    def test_each_nasty_file_gets_its_sentence(self, handed_in: list[tuple[Nasty, list[str], bool]]) -> None:
        """The table is to be read by a person; `python -m tests.hostile --write` writes it anew."""
        assert len(handed_in) >= 60
        table = "\n\n".join("\n".join(corpus.told(one, said)) for one, said, _ in handed_in) + "\n"
        assert table == corpus.TABLE.read_text(encoding="utf-8")

    def test_it_changes_nothing_and_nobody_else_hears_of_it(
        self, handed_in: list[tuple[Nasty, list[str], bool]]
    ) -> None:
        """Not one row of the store but for the mail about it; the two good files are the control."""
        for one, said, changed in handed_in:
            assert changed is one.taken, one.title
            mailed = set(said[-1].removeprefix("bericht aan: ").split(", ")) - {"niemand"}
            assert one.taken or mailed <= MEANT, one.title
        assert sum(one.taken for one, _, _ in handed_in) == 2

    def test_each_sentence_says_where_what_and_what_to_do(
        self, handed_in: list[tuple[Nasty, list[str], bool]]
    ) -> None:
        for one, said, _ in handed_in:
            for line in () if one.taken else said[:-1]:
                assert (
                    line.replace(HARD_SPACE, " ").isprintable() and "; " in line and "Traceback" not in line
                ), (one.title, line)


class TestConfigurations:
    @pytest.mark.parametrize("kind", configurations.KINDS)
    def test_of_whatever_stands_in_it_each_mistake_has_its_place(self, kind: str) -> None:
        """A sample; `python -m tests.hostile` tries 10,000 of each."""
        tally = configurations.tried(kind, 50, seed=5)
        assert tally.wrong == []
        assert tally.refused > 10 and len(tally.sentences) > 5, "the control"

    def test_an_unclear_sentence_would_be_found(self, tmp_path: Path) -> None:
        folder = copied(SHIPPED, tmp_path)
        for wrong in (
            Mistake("organisation.yaml", 9_999, "x", "is leeg", "schrijf een tekst"),
            Mistake("organisation.yaml", 1, "x", "Input should be a valid string", "schrijf een tekst"),
            Mistake("organisation.yaml", 1, "x", "is leeg\x1b[2J", "schrijf een tekst"),
            Mistake("organisation.yaml", 1, "x", "is leeg", ""),
        ):
            assert list(configurations.unclear(wrong, folder, 300))

    @pytest.mark.parametrize(
        "bomb",
        [
            "a: &a [x,x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}]\n" for n in range(20)),
            "[" * 400_000,
            "a: " + "{a: " * 200_000,
            "- " * 300_000,
            "? " * 300_000,
            "".join(f"n{n}: 1\n" for n in range(90_000)),
            "a: |\n" + " x\n" * 300_000,
            "x" * 2_000_000,
            '"' + "\\x00" * 200_000 + '"',
            "a: " + "9" * 900_000,
            "people:\n" + "".join(f"  p{n}: {{function: f, mail: a}}\n" for n in range(20_000)),
        ],
        ids=[
            "aliases",
            "brackets",
            "braces",
            "dashes",
            "keys",
            "names",
            "text",
            "large",
            "nul",
            "figures",
            "people",
        ],
    )
    def test_a_bomb_is_refused_in_bounded_time_and_memory(self, bomb: str, tmp_path: Path) -> None:
        """Half a gigabyte and a minute of the processor would do for a configuration hundreds of times as
        large as any; the check ends with a sentence, not by being killed.
        """
        folder = copied(SHIPPED, tmp_path)
        (folder / "organisation.yaml").write_text(bomb, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", CHECK, "check", "--config", str(folder)],
            capture_output=True,
            text=True,
            timeout=300,
            preexec_fn=_limited,
        )
        assert done.returncode == 1 and done.stderr == ""
        assert done.stdout.startswith("organisation.yaml:")


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
