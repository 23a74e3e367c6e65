"""Bad input: nasty files get one Dutch sentence, damaged configurations a place, and nothing changes."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xlsxwriter

from jaarring import letters
from jaarring.config.load import load
from jaarring.config.mistakes import Mistake
from jaarring.dutch import HARD_SPACE
from jaarring.forms.rules import Column, Form, Row, Sheet
from jaarring.forms.write import write
from jaarring.here import municipality
from jaarring.importing import books
from jaarring.mail.message import Address, compose
from tests.conftest import SHIPPED, TESTS, at, copied
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


RUNS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c calc'!A1", "{=1}", "https://kwaad.example")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def loaded(xlsx: bytes) -> Iterator[str]:
    """Every cell that a spreadsheet would run, now or when somebody edits it: by part and name."""
    book = zipfile.ZipFile(io.BytesIO(xlsx))
    shared = [
        "".join(text.text or "" for text in one.iter(f"{MAIN}t"))
        for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    ]
    styles = ElementTree.fromstring(book.read("xl/styles.xml"))
    as_text = {one.get("numFmtId") for one in styles.iter(f"{MAIN}numFmt") if one.get("formatCode") == "@"}
    looks = next(styles.iter(f"{MAIN}cellXfs"))
    disarmed = [one.get("quotePrefix") == "1" or one.get("numFmtId") in as_text for one in looks]
    for name in book.namelist():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for cell in ElementTree.fromstring(book.read(name)).iter(f"{MAIN}c"):
            value = cell.findtext(f"{MAIN}v") or ""
            text = shared[int(value)] if cell.get("t") == "s" else ""
            armed = (
                text.startswith(("=", "+", "-", "@", "\t", "\r")) and not disarmed[int(cell.get("s", "0"))]
            )
            if armed or cell.find(f"{MAIN}f") is not None:
                yield f"{name} {cell.get('r')} {text}"


class TestSpreadsheetsOut:
    @pytest.mark.parametrize("text", RUNS)
    def test_no_cell_of_a_form_runs(self, text: str) -> None:
        """Wherever words of people may come: title, instruction, intro, heading, help, cell, choice."""
        columns = (
            Column("a", text, "text", 20, False),
            Column("b", text, "text", 20, True, help=text),
            Column("c", text, "choice", 20, True, choices=(text, "nee")),
        )
        row = Row("r", {"a": text, "b": text, "c": text})
        narrow = Row("r", {"a": text})
        sheets = (
            Sheet("een", "=blad", text, columns, (row,)),
            Sheet("twee", "@b", text, columns[:1], (narrow,)),
        )
        assert list(loaded(write(Form("x/y", 1, text, (text,), sheets, text), b"sleutel"))) == []

    @pytest.mark.parametrize("text", RUNS)
    def test_no_cell_of_an_exported_strategy_runs(self, text: str) -> None:
        made, _ = load(SHIPPED)
        assert made is not None
        goals = tuple(replace(goal, title=text) for goal in made.framework.goals)
        measures = tuple(replace(one, title=text, effect=text) for one in made.framework.measures)
        framework = replace(made.framework, vision=text, goals=goals, measures=measures)
        assert list(loaded(books.export(framework, made.organisation))) == []

    def test_a_cell_that_runs_would_be_found(self) -> None:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        page = book.add_worksheet()
        page.write_string(0, 0, "=1+1")
        page.write_formula(0, 1, "=1+1")
        book.close()
        assert len(list(loaded(target.getvalue()))) == 2


class TestNamesInMail:
    @pytest.mark.parametrize("field", ["function: teamleider informatie", "name: mevrouw Noor"])
    @pytest.mark.parametrize(
        "name",
        [
            r"Noor\r\nBcc: x@kwaad.example", r"Noor\nSubject: niets", r"Noor\0", r"Noor\x0b", r"Noor\x1b[2J",
            r"Noor\u2028Bcc: x", r"Noor\u202Enov", r"Noor\u200b", "Noor <x@kwaad.example>",
            "Noor; x@kwaad.example", "Noor, x@kwaad.example", "Vries, J. de", r"\"Noor\" x@kwaad.example",
            "Noor (x)", "=?utf-8?q?Noor=0D=0ABcc=3A_x?=", "Noor: x@kwaad.example", r"Noor\\",
            "x@kwaad.example",
        ],
    )  # fmt: skip
    def test_a_name_makes_no_other_recipient_and_no_other_header(
        self, field: str, name: str, tmp_path: Path
    ) -> None:
        """It is refused with its line, or it is one name before one address, and the headers are the same."""
        config = copied(TESTS / "waterveen", tmp_path)
        file, key = config / "organisation.yaml", field.partition(":")[0]
        text = file.read_text("utf-8")
        line = text[: text.index(field)].count("\n") + 1
        file.write_text(text.replace(field, f'{key}: "{name}"'), "utf-8")
        here, mistakes = load(config)
        if here is None:
            assert [(one.line, one.field) for one in mistakes] == [(line, f"people.noor.{key}")]
            return
        headers, to = _headers(config)
        assert to == ["noor@waterveen.example"]
        assert headers == _headers(copied(TESTS / "waterveen", tmp_path / "goed"))[0]

    def test_a_coded_word_in_a_subject_is_shown_and_not_read(self) -> None:
        """A theme may be called anything; no mail program turns its name into line ends (RFC 2047)."""
        coded, noor = "=?utf-8?q?x=0D=0ABcc=3A_x?=", Address("Noor", "noor@waterveen.example")
        raw = compose(
            sender=noor, recipient=noor, reply_to=None, subject=coded, text="x", html="<p>x</p>",
            at=datetime(2027, 4, 1, tzinfo=UTC), message_id="<1@x>", in_reply_to=None, occasion="x",
        )  # fmt: skip
        assert message_from_bytes(raw, policy=policy.default)["Subject"] == "= ?utf-8?q?x=0D=0ABcc=3A_x?="


def _headers(config: Path) -> tuple[list[str], list[str]]:
    """Which headers a letter to Noor has, and to which addresses it goes."""
    with municipality(config) as here:
        noor = here.organisation.people["noor"]
        morning = at(here, date(2027, 4, 1))
        raw = letters.write(here, "post/receipt.mail", noor, key="x", at=morning, lines=["x"], left=0).raw
    mail = message_from_bytes(raw, policy=policy.default)
    everybody = [
        one for name in ("To", "Cc", "Bcc") for found in mail.get_all(name, []) for one in found.addresses
    ]
    return mail.keys(), [one.addr_spec for one in everybody]


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
