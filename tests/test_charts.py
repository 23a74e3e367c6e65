"""Charts: what they draw is what is printed beside them, for whoever sees colours, signs or words alone."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from jaarring import charts
from jaarring.calendar import Quarter
from jaarring.charts.scale import WIDTH, lines, number, ticks
from jaarring.charts.states import SILENT
from jaarring.council import actions, rules
from jaarring.document import HouseStyle, document_environment, pdf, tree
from jaarring.document.house import RATINGS, READABLE, SHADE, WHITE, contrast
from jaarring.document.svg import SVG, drawing_mistakes
from jaarring.dutch import filters
from jaarring.here import TEMPLATES
from jaarring.tactical import rules as tactical
from tests import a_year
from tests.pdf_check import check
from tests.test_document import words

#: WCAG 2.2, 1.4.11: what shapes must have against what lies beside them
SEEN = 3.0
ROUND = Decimal("0.01")
FRAME = (
    '{{% import "_frames/charts.html" as charts %}}<article lang="nl"><header><h1>Kaart</h1></header>'
    "<figure>{{{{ charts.{macro}(drawn) }}}}<figcaption>Zo staat het</figcaption></figure></article>"
)


ENVIRONMENT = document_environment(TEMPLATES, filters())


def html(macro: str, drawn: Any) -> str:
    return ENVIRONMENT.from_string(FRAME.format(macro=macro)).render(drawn=drawn)


def svg(macro: str, drawn: Any) -> etree._Element:
    """The drawing, checked as every document checks it."""
    (found,) = tree(html(macro, drawn)).iter(SVG + "svg")
    return found


def said(drawing: etree._Element) -> list[str]:
    return [node.text or "" for node in drawing.iter(SVG + "text")]


def series(*values: str | None, direction: str = "up", unit: str = "%", **more: Any) -> charts.Series:
    return charts.Series(
        name="rechten op tijd ingetrokken",
        unit=unit,
        direction=direction,
        year=2027,
        baseline=Decimal(62),
        path=tuple(map(Decimal, (69, 76, 83, 90))),
        points=tuple(
            charts.Measured(None if one is None else Decimal(one), True, "aandacht") for one in values
        ),
        **more,
    )


# ---- an indicator and its way -----------------------------------------------------------------------------


def test_a_quarter_that_was_not_measured_is_a_gap_with_its_own_sign_and_words() -> None:
    """The line does not run on over it as if it were known."""
    drawn = charts.trajectory(series("66", None, "81.5", "90"))

    assert [stop.gap for stop in drawn.stops] == [(), (), ("niet", "gemeten"), (), ()]
    assert len(drawn.dots) == 3 and len(drawn.runs) == 1 and len(drawn.runs[0].split()) == 2
    texts = said(svg("trajectory", drawn))
    assert "-" in texts and "gemeten" in texts and "81,5%" in texts
    assert "2e kwartaal niet gemeten (pad 76%)" in drawn.desc


def test_an_account_that_never_came_is_another_gap() -> None:
    silent = charts.Measured(None, False)
    drawn = charts.trajectory(
        charts.Series("x", "%", "up", 2027, Decimal(1), tuple(map(Decimal, (2, 3, 4, 5))), (silent, silent))
    )

    assert [stop.gap for stop in drawn.stops][1:3] == [("niet", "ingevuld")] * 2
    assert "?" in said(svg("trajectory", drawn))
    assert drawn.dots == () and drawn.runs == ()


@pytest.mark.parametrize(
    ("direction", "better"),
    [("up", "hoger is beter"), ("down", "lager is beter"), ("hold", "gelijk blijven is goed")],
)
def test_which_way_is_better_is_told_in_words(direction: str, better: str) -> None:
    drawn = charts.trajectory(series("66", "70", direction=direction))

    assert drawn.better == better and drawn.desc.endswith(f"{better.capitalize()}.")


def test_the_sentence_has_every_figure_of_the_drawing() -> None:
    drawn = charts.trajectory(series("66", "70"))

    assert drawn.desc == (
        "Begin 2027 62%; 1e kwartaal 66% (pad 69%); 2e kwartaal 70% (pad 76%); doel 90%. Hoger is beter."
    )
    assert drawn.course == "66% (69%), 70% (76%)"
    assert [dot.text for dot in drawn.dots] == ["66%", "70%"]


def test_higher_stands_higher_and_alike_stands_alike() -> None:
    drawn = charts.trajectory(series("66", "90", "66"))
    first, second, third = drawn.dots

    assert second.y < first.y == third.y
    assert second.y == drawn.target_y, "what reached the target lies on its line"


# ---- states, money, the way gone, the ring ----------------------------------------------------------------


def test_each_thing_is_one_cell_and_the_worst_comes_first() -> None:
    drawn = charts.states(
        [charts.Tally("Privacy", (("goed", "klaar", 2), ("niet", "niet op koers", 1)), 1)], "maatregelen"
    )

    assert [cell.grade for cell in drawn.rows[0].cells] == ["niet", "goed", "goed", SILENT]
    assert [(key.grade, key.words) for key in drawn.keys] == [
        ("niet", "niet op koers"),
        ("goed", "klaar"),
        (SILENT, "niet ingevuld"),
    ]
    assert drawn.desc == "Privacy: 1 niet op koers, 2 klaar en 1 niet ingevuld."


def test_a_theme_without_anything_says_so() -> None:
    drawn = charts.states([charts.Tally("Privacy", ())], "maatregelen")

    assert "geen" in said(svg("states", drawn)) and drawn.desc == "Privacy: geen."


def test_a_key_stands_for_all_the_words_that_its_sign_has_here_and_no_other() -> None:
    """An edition without a measure that is late does not know the sign for it."""
    late = charts.Tally("a", (("goed", "op koers", 1), ("goed", "klaar", 1), ("niet", "niet op koers", 1)))
    fine = charts.Tally("a", (("goed", "op koers", 1),))

    assert [key.words for key in charts.states([late], "x").keys] == ["niet op koers", "op koers of klaar"]
    assert [key.words for key in charts.states([fine], "x").keys] == ["op koers"]
    assert "niet op koers" not in html("states", charts.states([fine], "x"))


def test_money_that_nobody_stated_is_not_nought() -> None:
    drawn = charts.money([("Privacy", Decimal(45_000), None), ("Zorg", Decimal(10_000), Decimal(0))], "Geld")

    assert [bar.spent for bar in drawn.bars] == [None, 0]
    assert said(svg("money", drawn))[1] == "niet ingevuld, van €\u00a045.000"


def test_who_spent_more_than_there_was_sticks_out() -> None:
    (bar,) = charts.money([("Privacy", Decimal(100), Decimal(120))], "Geld").bars

    assert bar.over and bar.spent is not None and bar.spent > bar.budget
    assert "meer dan begroot" in html(
        "money", charts.money([("Privacy", Decimal(100), Decimal(120))], "Geld")
    )


def reached(value: str | None, baseline: str = "60", target: str = "70", **more: Any) -> charts.Reached:
    shown = "" if value is None else f"{value}%"
    given: dict[str, Any] = {"said": True, "reached": False, "grade": "aandacht", **more}
    measured = None if value is None else Decimal(value)
    return charts.Reached("x", Decimal(baseline), Decimal(target), measured, shown, f"{target}%", **given)


@pytest.mark.parametrize(
    ("one", "where"),
    [
        (reached("60"), "start"),
        (reached("70"), "aim"),
        (reached("50"), "start"),  # the wrong way: nothing was gone
        (reached("99"), "end"),
        (reached("60", target="60", reached=True), "aim"),
        (reached("61", target="60"), "start"),
        (reached("30", baseline="36", target="30"), "aim"),  # down
    ],
)
def test_the_way_gone_is_from_the_beginning_to_the_target(one: charts.Reached, where: str) -> None:
    drawn = charts.progress([one], 2027)

    assert drawn.rows[0].end == getattr(drawn, where)


def test_what_was_not_measured_has_no_bar() -> None:
    drawn = charts.progress([reached(None, grade="ongemeten")], 2027)

    assert drawn.rows[0].end is None and "niet gemeten" in said(svg("progress", drawn))


def moments() -> list[charts.Moment]:
    return [
        charts.Moment(date(2026, 12, 8), "Het college stelt vast", True),
        charts.Moment(date(2027, 4, 14), "Verantwoording", False),
        charts.Moment(date(2027, 4, 1), "Uitvraag", True),
        charts.Moment(date(2027, 12, 31), "M01 klaar", False),
    ]


def test_the_ring_turns_with_the_clock_from_january_and_has_a_ring_a_year() -> None:
    drawn = charts.ring(moments(), date(2027, 5, 3), "cyclusjaar 2027")
    december, april, end = drawn.marks

    assert [year for _, year in drawn.circles] == [2026, 2027]
    assert april.x > WIDTH // 2 and april.state == "deels" and december.state == "klaar"
    assert end.x < WIDTH // 2 and end.y < drawn.middle and end.state == "komt"
    assert drawn.today is not None and drawn.today[0] > WIDTH // 2, "May lies on the right"
    assert drawn.desc.startswith("Gedaan op 3 mei 2027: 8 december 2026: Het college stelt vast; 1 april")


def test_today_is_the_date_of_the_document_and_not_that_of_the_clock() -> None:
    early, late = (charts.ring(moments(), day, "2027") for day in (date(2027, 1, 4), date(2027, 11, 30)))

    assert early.today != late.today and early.marks == late.marks
    assert charts.ring(moments(), date(2031, 1, 1), "2027").today is None


def test_no_two_marks_of_a_full_year_meet() -> None:
    days = [date(2027, month, day) for month in range(1, 13) for day in range(1, 29)]
    drawn = charts.ring([charts.Moment(day, "x", True) for day in days], days[0], "2027")

    assert len(drawn.marks) == 24
    gaps = [
        (one.x - other.x) ** 2 + (one.y - other.y) ** 2
        for at, one in enumerate(drawn.marks)
        for other in drawn.marks[at + 1 :]
    ]
    assert min(gaps) >= 18**2, "a mark is 18 across"


# ---- whatever comes in ------------------------------------------------------------------------------------

values = some.decimals(-(10**9), 10**9, places=2) | some.sampled_from(
    [Decimal(0), Decimal(100), Decimal(1), Decimal("999999.95"), Decimal(-(10**9)), Decimal(10**9)]
)
texts = some.text(some.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=80)
names = texts.filter(lambda text: text.strip() != "")
short = some.sampled_from(["68%", "24\u00a0uur", "12.345\u00a0medewerkers"])
grades = some.sampled_from([*RATINGS, ""])
all_series = some.builds(
    charts.Series,
    name=names,
    unit=some.sampled_from(["%", "uur", ""]),
    direction=some.sampled_from(["up", "down", "hold"]),
    year=some.just(2027),
    baseline=values,
    path=some.tuples(values, values, values, values),
    points=some.lists(
        some.builds(charts.Measured, some.none() | values, some.booleans(), grades), max_size=4
    ).map(tuple),
)
tallies = some.builds(
    charts.Tally,
    names,
    some.lists(
        some.tuples(
            some.sampled_from(list(RATINGS)),
            some.sampled_from(["klaar", "deels klaar"]),
            some.integers(0, 40),
        ),
        max_size=4,
    ).map(tuple),
    some.integers(0, 9),
)
reaches = some.builds(
    charts.Reached, names, values, values, some.none() | values, short, short, some.booleans(),
    some.booleans(), grades,
)  # fmt: skip
days = some.dates(date(2025, 1, 1), date(2030, 12, 31))
any_chart = some.one_of(
    all_series.map(lambda one: ("trajectory", charts.trajectory(one))),
    some.lists(tallies, min_size=1, max_size=8).map(lambda many: ("states", charts.states(many, "x"))),
    some.lists(some.tuples(names, values, some.none() | values), min_size=1, max_size=8).map(
        lambda many: ("money", charts.money(many, "Geld"))
    ),
    some.lists(reaches, min_size=1, max_size=8).map(lambda many: ("progress", charts.progress(many, 2027))),
    some.tuples(some.lists(some.builds(charts.Moment, days, names, some.booleans()), max_size=30), days).map(
        lambda given: ("ring", charts.ring(*given, "2027"))
    ),
)

PLACES = {"x": 0, "x1": 0, "x2": 0, "cx": 0, "y": 1, "y1": 1, "y2": 1, "cy": 1}


def outside(drawing: etree._Element) -> list[str]:
    """Every place of a drawing that lies outside of it, or is no number."""
    _, _, *room = map(int, (drawing.get("viewBox") or "").split())
    found = []
    for node in drawing.iter(etree.Element):
        for name, value in node.items():
            if str(name) in PLACES and not 0 <= int(value) <= room[PLACES[str(name)]]:
                found.append(f"{etree.QName(node).localname} {name!s}={value!s}")
        for x, y in (pair.split(",") for pair in (node.get("points") or "").split()):
            if not (0 <= int(x) <= room[0] and 0 <= int(y) <= room[1]):
                found.append(f"{x},{y}")
        if node.tag == SVG + "rect":
            right = int(node.get("x") or 0) + int(node.get("width") or 0)
            low = int(node.get("y") or 0) + int(node.get("height") or 0)
            if right > room[0] + 1 or low > room[1]:
                found.append(f"rect {right} {low}")
        if node.tag == SVG + "text":
            wide = 6 * len(node.text or "")  # a letter of ours is six units in the mean
            before = {"middle": wide // 2, "end": wide}.get(node.get("text-anchor") or "", 0)
            left = int(node.get("x") or 0) - before
            if left < -4 or left + wide > room[0] + 4:
                found.append(f"text {left} {left + wide}")
    return found


@settings(max_examples=150, deadline=None)
@given(any_chart)
def test_whatever_is_drawn_stays_within_its_frame_and_is_a_whole_number(chart: tuple[str, Any]) -> None:
    drawing = svg(*chart)

    assert outside(drawing) == []
    assert list(drawing_mistakes(drawing)) == []


def test_control_a_place_outside_the_frame_is_found() -> None:
    drawing = svg("money", charts.money([("a", Decimal(1), None)], "Geld"))
    next(drawing.iter(SVG + "rect")).set("width", "900")

    assert outside(drawing) != []


@given(some.lists(values, min_size=1, max_size=6))
def test_the_numbers_along_an_axis_are_round_few_and_around_the_values(given_values: list[Decimal]) -> None:
    found = ticks(given_values)

    assert 2 <= len(found) <= 5
    assert found[0] <= min(given_values) and max(given_values) <= found[-1]
    steps = {later - earlier for earlier, later in zip(found, found[1:], strict=False)}
    (step,) = steps
    assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))


@given(texts, some.integers(30, 400))
def test_words_over_lines_are_all_there(text: str, room: int) -> None:
    assert "".join("".join(lines(text, room)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("81.5", "%", "81,5%"),
        ("3", "uur", "3"),
        ("0", "%", "0%"),
        ("-4", "", "-4"),
        ("1234.56", "", "1.234,6"),
        ("1234567", "", "1,2\u00a0mln"),
    ],
)
def test_a_number_beside_a_point_is_written_as_the_dutch_do(value: str, unit: str, shown: str) -> None:
    assert number(Decimal(value), unit) == shown


# ---- who cannot see colours, or cannot see ----------------------------------------------------------------

EXAMPLES: list[tuple[str, Callable[[], Any]]] = [
    ("trajectory", lambda: charts.trajectory(series("66", None, "81.5", "90"))),
    ("states", lambda: charts.states([charts.Tally("a", tuple((g, g, 2) for g in RATINGS), 1)], "x")),
    ("money", lambda: charts.money([("a", Decimal(9), Decimal(8)), ("b", Decimal(9), Decimal(10))], "Geld")),
    ("progress", lambda: charts.progress([reached("66"), reached(None, grade="")], 2027)),
    ("ring", lambda: charts.ring(moments(), date(2027, 5, 3), "2027")),
]
each = pytest.mark.parametrize(("macro", "drawn"), EXAMPLES)


@each
def test_a_drawing_says_what_it_shows_and_has_no_id(macro: str, drawn: Callable[[], Any]) -> None:
    drawing = svg(macro, drawn())

    assert drawing.get("role") == "img"
    assert drawing.findtext(SVG + "title") and len(drawing.findtext(SVG + "desc") or "") > 20
    assert [node for node in drawing.iter(etree.Element) if node.get("id")] == []


@each
def test_words_in_a_drawing_are_large_enough_on_paper(macro: str, drawn: Callable[[], Any]) -> None:
    """680 units are 16,2 cm, or 459 points: at least 8 points a letter."""
    sizes = {float(node.get("font-size") or 0) for node in svg(macro, drawn()).iter(SVG + "text")}

    assert min(sizes) * 459 / 680 >= 8


@each
def test_a_drawing_is_as_wide_as_a_phone_or_nearly(macro: str, drawn: Callable[[], Any]) -> None:
    """On a screen of 360 points, 40 of them margin, letters are nine points or more."""
    drawing = svg(macro, drawn())
    smallest = min(float(node.get("font-size") or 0) for node in drawing.iter(SVG + "text"))

    assert smallest * min(1, 320 / int(drawing.get("width") or 0)) >= 9


@each
def test_inks_of_words_and_shapes_stand_out(macro: str, drawn: Callable[[], Any]) -> None:
    """Words 4,5 to 1 on what lies under them, shapes 3 to 1; hairlines and the ground of the ring are only
    to guide the eye.
    """
    guides = {"#c3c8cf"}
    drawing = svg(macro, drawn())
    grounds = {WHITE, SHADE}
    for node in drawing.iter(SVG + "text"):
        ink = node.get("fill") or ""
        under = {WHITE} if ink != WHITE else {it.ink for it in RATINGS.values() if it.sign in "✓✗"}
        assert min(contrast(ink, ground) for ground in under) >= READABLE
    for node in drawing.iter(SVG + "line", SVG + "polyline", SVG + "rect", SVG + "circle"):
        inks = {node.get("fill"), node.get("stroke")} - {None, "none"} - guides
        if inks - {WHITE}:
            assert max(contrast(str(ink), ground) for ink in inks for ground in grounds) >= SEEN


def test_the_colours_and_signs_of_the_drawings_are_those_of_the_house() -> None:
    source = (TEMPLATES / "_frames" / "charts.html").read_text(encoding="utf-8")
    inks, papers, signs = (
        dict(re.findall(r'"(\w+)": "([^"]+)"', re.search(rf"set {name} = {{(.*?)}}", source)[1]))  # type: ignore[index]
        for name in ("inks", "papers", "signs")
    )
    for grade, rating in RATINGS.items():
        assert (signs[grade], inks[grade], papers[grade]) == rating


def test_each_rating_has_a_shape_and_a_sign_of_its_own() -> None:
    """In grey or without colours nothing is lost."""
    drawing = svg("states", charts.states([charts.Tally("a", tuple((g, g, 1) for g in RATINGS), 1)], "x"))
    shapes = [
        (node.tag, node.get("fill") == WHITE, node.get("stroke-dasharray"), node.get("stroke") is None)
        for node in drawing.iter(SVG + "rect", SVG + "circle")
    ]
    signs = [text for text in said(drawing) if len(text) == 1 and text != "a"]

    assert len(set(shapes[:5])) == len(set(signs[:5])) == 5


@each
def test_a_drawing_in_a_pdf_keeps_its_words_and_breaks_no_rule(macro: str, drawn: Callable[[], Any]) -> None:
    """typst leaves out the words of a drawing that names no font."""
    made = drawn()
    file = pdf(
        html(macro, made),
        title="t",
        author="a",
        description="d",
        at=date(2028, 1, 1),
        house=HouseStyle("Elzenwaard", font="Lato"),
    )

    assert check(file).refused == []
    printed = words(file)
    for text in said(svg(macro, made)):
        assert text.replace("\u00a0", " ") in printed


# ---- the same everywhere ----------------------------------------------------------------------------------

TWIN = """
import sys
from tests.test_charts import EXAMPLES, html
sys.stdout.write("".join(html(macro, drawn()) for macro, drawn in EXAMPLES))
"""


def test_two_machines_draw_the_same_bytes() -> None:
    seen = [
        subprocess.run(
            [sys.executable, "-c", TWIN],
            env=os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            capture_output=True,
            check=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for zone, seed, locale in (("Asia/Tokyo", "1", "C.UTF-8"), ("America/Lima", "2", "C"))
    ]

    assert seen[0] == seen[1] != ""


def test_words_of_a_person_stay_words_in_a_drawing() -> None:
    drawn = charts.states([charts.Tally('<script>"&', ())], "x")

    assert said(svg("states", drawn))[0] == '<script>"&'


# ---- in the reports ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("joint", [False, True])
def test_the_council_gets_at_most_eight_pages_with_the_drawings_in_them(tmp_path: Path, joint: bool) -> None:
    config = a_year.municipality(tmp_path)
    organisation = a_year.jointly(config.organisation) if joint else config.organisation
    year = a_year.a_year(organisation, config.framework)
    for edition, view in (("openbaar", rules.public(year)), ("intern", rules.internal(year))):
        said = actions.html_of(view, edition)
        made = pdf(said, title="t", author="a", description="d", at=date(2028, 3, 21), house=config.house)
        assert len(list(tree(said).iter(SVG + "svg"))) == 2, edition
        with pikepdf.open(io.BytesIO(made)) as file:
            assert len(file.pages) <= 8, edition


def test_an_indicator_is_drawn_from_its_second_quarter_on(tmp_path: Path) -> None:
    """In the first there is one figure, and the table has it."""
    config = a_year.municipality(tmp_path)
    year = a_year.a_year(config.organisation, config.framework)
    drawn = [
        [one.chart is not None for theme in compiled.themes for one in theme.indicators]
        for compiled in (tactical.compile(year, Quarter(2027, number)) for number in (1, 2))
    ]

    assert not any(drawn[0]) and all(drawn[1]) and drawn[1]
