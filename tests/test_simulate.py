"""`jaarring simulate`: a whole cycle year before it happens, and nothing real touched."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from email import message_from_bytes, policy
from hashlib import sha256
from pathlib import Path

import pytest

from jaarring import cycle, starter
from jaarring.cli import main
from jaarring.here import municipality
from jaarring.simulate import assume, pages, play, view
from jaarring.simulate.play import Played
from jaarring.simulate.rules import Assumptions
from tests import accessible, newcomer
from tests.conftest import TESTS, copied
from tests.seen import section, tree, words

README = Path(__file__).parents[1] / "README.md"
YEAR = 2027
#: the theme that is late, the one that is off course, and who is away when Q2 is due
ASSUMED = Assumptions(
    late={"fb": 6},
    absent=assume.periods([("noor", date(2027, 7, 1), date(2027, 7, 20))]),
    off_course=frozenset({"ib"}),
)


def played(config: Path, out: Path, year: int, assumed: Assumptions, variant: str = "") -> Played:
    play.prepare(out)
    with play.opened(config, out, year, assumed, variant) as here:
        one = play.play(here, out, year, assumed)
        pages.lay_out(one, out)
    return one


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("simulated")


@pytest.fixture(
    scope="module", params=[pytest.param(one, marks=pytest.mark.slow) for one in ("direct", "oib")]
)
def year(request: pytest.FixtureRequest, cache: Path) -> tuple[Played, Path]:
    """Waterveen under both variants, with somebody late, somebody away and a theme off course.

    It has a real store beside it, which the configuration names by its full path.
    """
    folder = cache / request.param
    config = copied(TESTS / "waterveen", folder)
    newcomer.changed(config / "organisation.yaml", "storage: ../var", f"storage: {folder}/var")
    day = date(2026, 10, 1)
    with municipality(config) as here:
        cycle.schedule(here, day, cycle.moment(here, day))
    before = _stood(folder)
    one = played(config, folder / "uit", YEAR, ASSUMED, request.param)
    (folder / "stood.json").write_text(json.dumps(before))
    return one, folder / "uit"


def test_its_pages_keep_nobody_out(year: tuple[Played, Path]) -> None:
    """The overview and the list of messages by the rules of WCAG 2.2."""
    _, out = year
    with accessible.browser() as chromium:
        for name in (pages.OVERVIEW, pages.LETTERS):
            seen = accessible.look(chromium, (out / name).read_text("utf-8"))
            assert seen.violations == [] and seen.tried > 15, name


def mails(out: Path) -> Iterator[str]:
    for file in sorted((out / "mails").glob("*.eml")):
        yield str(message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"])


def test_a_year_goes_from_frame_to_council_with_nothing_left_undone(year: tuple[Played, Path]) -> None:
    one, out = year
    text = section((out / "overzicht.html").read_text(), "Bevindingen")
    assert one.people.register.refused == {} and one.people.not_taken == {}
    assert "Niet gelukt" not in text and "Niet gedaan" not in text and "Nooit gekomen" not in text
    assert [path.name for path in sorted((out / "rapportages").glob("raads*openbaar.*"))] == [
        "raadsrapportage-2027-openbaar.html",
        "raadsrapportage-2027-openbaar.pdf",
    ]
    assert len(list((out / "rapportages").glob("tactische*.pdf"))) == 4


def test_every_mail_and_every_page_says_that_it_is_a_simulation(year: tuple[Played, Path]) -> None:
    _, out = year
    subjects = list(mails(out))
    assert len(subjects) > 50 and all(subject.startswith("SIMULATIE: ") for subject in subjects)
    documents = [*out.glob("*.html"), *out.glob("*/*.html")]
    assert len(documents) > 8
    for page in documents:
        seen = tree(page.read_text())
        assert seen.xpath("string(//body/p[@class='merk'])") == "SIMULATIE", page.name
        assert seen.xpath("string(//title)").startswith("SIMULATIE: "), page.name


def test_who_is_late_is_chased_up_the_ladder_and_the_summary_says_how(year: tuple[Played, Path]) -> None:
    one, out = year
    late = next(iter(one.assumed.late))
    name = one.here.config.organisation.themes[late].name
    text = section((out / "overzicht.html").read_text(), "Wat te laat komt")
    assert f"Verantwoording {name}, 1e kwartaal" in text
    assert "15 april: rappel" in text and "19 april: naar" in text
    assert f"{name.capitalize()} levert 6 werkdagen te laat." in words((out / "overzicht.html").read_text())


def test_a_theme_off_course_asks_for_time_and_gets_a_decision(year: tuple[Played, Path]) -> None:
    one, _ = year
    from jaarring.adjustments import records
    from jaarring.database import Store

    store = Store.open(one.here.storage / "jaarring.db")
    try:
        with store.read() as tx:
            made = records.of_year(tx, YEAR)
    finally:
        store.close()
    assert [adjustment.id for adjustment in made][:1] == ["BV-2027-01"]
    assert all(adjustment.verdict for adjustment in made)


def test_the_summary_counts_what_lies_in_the_folder(year: tuple[Played, Path]) -> None:
    _, out = year
    page = tree((out / "overzicht.html").read_text())
    number = len(list((out / "mails").glob("*.eml")))
    assert f"gaan er {number} berichten" in words((out / "overzicht.html").read_text())
    counts = page.xpath("//table[caption[starts-with(., 'Ontvangers')]]/tbody/tr/td[1]/text()")
    assert sum(map(int, counts)) == number
    for link in page.xpath("//a/@href"):
        assert link.startswith(("#", "./")) and (link[0] == "#" or (out / link).is_file()), link


def test_the_summary_names_the_papers_as_people_write_them(year: tuple[Played, Path]) -> None:
    _, out = year
    text = words((out / "overzicht.html").read_text())
    assert "Jaarplan 2027 fysieke beveiliging (HTML)" in text


def test_a_paper_whose_file_has_no_accents_is_named_with_them() -> None:
    file = Path("plannen/jaarplan-2027-bedrijfscontinuiteit.html")
    assert view._file(file, ["continuïteit", "bedrijfscontinuïteit"]) == (
        "plannen",
        "jaarplan-2027-bedrijfscontinuiteit.html",
        "Jaarplan 2027 bedrijfscontinuïteit (HTML)",
    )


def test_the_same_assumptions_give_the_same_year(year: tuple[Played, Path], cache: Path) -> None:
    """Also from the file that was written beside the result, in which they stand in full."""
    one, out = year
    assumed, variant = assume.read(out / assume.NAME)
    assert (assumed, variant) == (one.assumed, one.here.config.organisation.variant)


def test_the_real_store_is_never_opened(year: tuple[Played, Path]) -> None:
    """Not one byte and no time of it changes, nor of the configuration."""
    one, out = year
    before = json.loads((out.parent / "stood.json").read_text())
    assert "var/jaarring.db" in before and "config/organisation.yaml" in before
    assert _stood(out.parent) == before
    assert one.here.storage == out / "opslag" and (out / "opslag" / "jaarring.db").is_file()


def _stood(folder: Path) -> dict[str, list[int | str]]:
    """Every file of the municipality itself, with its time and content."""
    return {
        str(file.relative_to(folder)): [file.stat().st_mtime_ns, sha256(file.read_bytes()).hexdigest()]
        for part in ("config", "var")
        for file in sorted((folder / part).rglob("*"))
        if file.is_file()
    }


def test_a_folder_with_something_else_in_it_is_not_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "uit").mkdir()
    (tmp_path / "uit" / "brief.txt").write_text("van mij")
    config = copied(TESTS / "waterveen", tmp_path)
    assert main(["simulate", "2027", "--config", str(config), "--out", str(tmp_path / "uit")]) == 1
    assert "is niet leeg en niet van een simulatie; noem met --out een nieuwe map" in capsys.readouterr().err
    assert (tmp_path / "uit" / "brief.txt").read_text() == "van mij"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--late", "wegen=3"], "late: 'wegen' is geen thema of afdeling; kies uit"),
        (["--absent", "niemand=2027-07-01..2027-07-02"], "absent: 'niemand' staat niet bij people"),
        (["--off-course", "wegen"], "off_course: 'wegen' is geen thema; kies uit"),
        (["--absent", "noor=2027-07-02..2027-07-01"], "eindigt voor zij begint; verbeter een van beide data"),
    ],
)
def test_an_assumption_about_somebody_unknown_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    config = copied(TESTS / "waterveen", tmp_path)
    words = ["simulate", "2027", "--config", str(config), "--out", str(tmp_path / "uit")]
    assert main([*words, *given]) == 1
    assert said in capsys.readouterr().err


def test_a_year_without_budget_is_refused_with_the_years_that_have_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = copied(TESTS / "waterveen", tmp_path)
    assert main(["simulate", "2031", "--config", str(config), "--out", str(tmp_path / "uit")]) == 1
    assert "voor 2031 staat er geen begroting in strategy.yaml; voeg onder budgets" in capsys.readouterr().err


def test_every_mistake_in_a_file_of_assumptions_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "aannamen.yaml"
    file.write_text(
        "late: {fb: veel}\nabsent:\n  - {person: noor, first: morgen, last: 2027-07-02}\nwie: ik\n"
    )
    with pytest.raises(Exception) as refused:
        assume.read(file)
    assert [line.split(": ")[0:2] for line in str(refused.value).split("\n")] == [
        ["aannamen.yaml:1", "late.fb"],
        ["aannamen.yaml:3", "absent[1].first"],
        ["aannamen.yaml:4", "wie"],
    ]


@pytest.mark.slow
def test_R3_eight_themes_and_three_closing_days_are_simulated_without_a_touch_of_code(tmp_path: Path) -> None:
    """From `init`, filled in by editing text alone, to the council's report."""
    config, year = tmp_path / "config", 2028
    starter.begin(config, "oib", year)
    newcomer.fill_in(config, year)
    newcomer.eight_themes(config, year)

    one = played(config, tmp_path / "uit", year, Assumptions())

    assert one.people.register.refused == {} and one.people.not_taken == {}
    plans = [path.stem for path in (tmp_path / "uit" / "plannen").glob("jaarplan-2028-*.html")]
    assert len([name for name in plans if not name.endswith(("-openbaar", "-besloten"))]) == 9
    assert (tmp_path / "uit" / "rapportages" / "raadsrapportage-2028-openbaar.pdf").is_file()
    closed = {date(2027, 12, 24), date(2028, 4, 28), date(2028, 12, 27)}
    assert not [letter.on for letter in one.mailbox.letters if letter.on in closed]


LINES = {
    "the coordinator is the one above": "lines: {escalates_to: [head, coordinator]}",
    "themes account to the secretary, the body agrees": "lines: {agrees_plan: [oib]}",
    "the body agrees and meets, the rest is direct": "lines: {agrees_plan: [oib], meets: [oib]}",
}


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_R3_mixed_lines_are_simulated_as_well(tmp_path: Path, line: str) -> None:
    config = copied(TESTS / "waterveen", tmp_path)
    with (config / "organisation.yaml").open("a") as file:
        file.write(f"\n{line}\n")
    one = played(config, tmp_path / "uit", YEAR, Assumptions())
    assert one.people.register.refused == {} and one.people.not_taken == {}


@pytest.mark.slow
def test_without_secret_measure_and_joint_objective_a_year_goes_round_too(tmp_path: Path) -> None:
    config = copied(TESTS / "waterveen", tmp_path)
    strategy = config / "strategy.yaml"
    text = re.sub(r"(?m)^    secrecy:\n(      .*\n)+", "", strategy.read_text())
    strategy.write_text(re.sub(r"(?m)^joint_objectives:\n((  .*)?\n)+", "", text))
    one = played(config, tmp_path / "uit", YEAR, Assumptions())
    assert one.people.register.refused == {} and one.people.not_taken == {}


@pytest.mark.slow
def test_R5_the_run_of_a_newcomer_works_as_the_readme_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands of "Your own municipality", typed one by one; between them only text is edited."""
    monkeypatch.chdir(tmp_path)
    block = README.read_text().split("## Your own municipality\n\n")[1].split("\n\n")[0]
    commands = [line.split()[1:] for line in block.split("\n")]
    assert [words[0] for words in commands] == ["init", "import", "import", "check", "simulate", "up"]
    init, template, bring_in, check, simulate, _ = commands

    assert main(init) == 0
    assert main(check) == 1
    assert "nog niet ingevuld; schrijf" in capsys.readouterr().out
    assert main(template) == 0
    newcomer.spreadsheet(tmp_path / "strategie.xlsx", 2028)
    assert main(bring_in) == 0
    newcomer.fill_in(tmp_path / "gemeente" / "config", 2028)
    newcomer.changed(
        tmp_path / "gemeente" / "config" / "strategy.yaml", "measures: [M01, M02]", "measures: [M01]"
    )
    assert main(check) == 0, capsys.readouterr().out
    assert main(simulate) == 0
    assert not (tmp_path / "gemeente" / "var").exists()
    assert "Open eerst gemeente/2028/overzicht.html" in capsys.readouterr().out
    text = words((tmp_path / "gemeente" / "2028" / "overzicht.html").read_text())
    assert "Simulatie van cyclusjaar 2028" in text and "Gemeente Zandhaven" in text
