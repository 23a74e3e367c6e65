"""What an indicator says by itself: milestone, rating, forecast; first as in the case of Elzenwaard, 2027."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jaarring.config.load import load
from jaarring.goals.rules import Indicator, Rating, RatingRule, computed_rating, forecast, worst

RULE = RatingRule()
LETTER = {"g": Rating.ON_COURSE, "o": Rating.ATTENTION, "r": Rating.OFF_COURSE, "-": Rating.NOT_MEASURED}

#: id, direction, baseline end 2026, target 2027 / 2030, then Q1-Q4: milestones, values, ratings, forecasts.
#: "-": not measured. The ratings are the case's; the third of G5b is its owner's, for nothing was measured.
CASE = """
G1  | up   | 58 | 68 / 95   | 60.5 63 65.5 68   | 60 63 66 69   | g g g g | 66 68 68.7 69
G2  | up   | 22 | 35 / 60   | 25.25 28.5 31.75 35 | 25 31 34 38 | g g g g | 34 40 38 38
G3  | up   | 1  | 3 / 6     | 1 2 2 3           | 1 1 2 3       | g o g g | 3 2 3 3
G4a | up   | 61 | 75 / 95   | 64.5 68 71.5 75   | 64 70 73 77   | g g g g | 73 79 77 77
G4b | hold | 97 | 100 / 100 | 100 100 100 100   | 97 98 100 100 | o o g g | 97 98 100 100
G5a | up   | 2  | 6 / 12    | 2 4 5 6           | 2 3 4 5       | g o o o | 6 5 5 5
G5b | down | 36 | 24 / 12   | 33 30 27 24       | - 41 - 23     | - r o g | - 46 - 23
G6  | up   | 40 | 60 / 100  | 45 50 55 60       | 45 50 55 60   | g g g g | 60 60 60 60
"""
STEPS = {"G3": ("locaties", 6), "G5a": ("processen", 12)}
OWNER_S_WORD = ("G5b", 3)


def number(text: str) -> Decimal | None:
    return None if text == "-" else Decimal(text)


def indicator(
    direction: str = "up",
    points: str = "2026:0 2027:40",
    unit: str = "stuks",
    steps: str = "",
    out_of: int | None = None,
) -> Indicator:
    """An indicator from words: points "year:value …", steps "v v v v" for 2027."""
    pairs = [point.split(":") for point in points.split()]
    return Indicator(
        id="X",
        goal="G",
        theme="ib",
        name="voorbeeld",
        unit=unit,
        direction=direction,
        points=tuple((int(year), Decimal(value)) for year, value in pairs),
        between="steps" if steps else "linear",
        steps={2027: tuple(Decimal(value) for value in steps.split())} if steps else {},
        out_of=out_of,
    )


def rows() -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in CASE.strip().splitlines()]


def case_indicator(row: list[str]) -> Indicator:
    id, direction, baseline, targets, milestones = row[:5]
    first, last = targets.split(" / ")
    unit, out_of = STEPS.get(id, ("uur" if id == "G5b" else "%", None))
    stated = milestones if id in STEPS else ""
    points = f"2026:{baseline} 2027:{first} 2030:{last}"
    return replace(indicator(direction, points, unit, stated, out_of), id=id)


BY_QUARTER = [(row, quarter) for row in rows() for quarter in (1, 2, 3, 4)]
NAMES = [f"{row[0]} Q{quarter}" for row, quarter in BY_QUARTER]


# --- the case


@pytest.mark.parametrize(("row", "quarter"), BY_QUARTER, ids=NAMES)
def test_the_computed_rating_is_that_of_the_case(row: list[str], quarter: int) -> None:
    """Eight indicators, four quarters. Not measured is not computed: the owner's word stands."""
    value = number(row[5].split()[quarter - 1])
    stated = LETTER[row[6].split()[quarter - 1]]

    computed = computed_rating(case_indicator(row), 2027, quarter, value, RULE)

    if value is None:
        assert computed is None
        assert (stated is Rating.NOT_MEASURED) == ((row[0], quarter) != OWNER_S_WORD)
    else:
        assert computed is stated


@pytest.mark.parametrize(("row", "quarter"), BY_QUARTER, ids=NAMES)
def test_milestone_and_forecast_of_the_case(row: list[str], quarter: int) -> None:
    value = number(row[5].split()[quarter - 1])

    assert case_indicator(row).milestone(2027, quarter) == number(row[4].split()[quarter - 1])
    assert forecast(case_indicator(row), 2027, quarter, value) == number(row[7].split()[quarter - 1])


def test_the_shipped_framework_has_the_points_of_the_case() -> None:
    municipality, mistakes = load(Path(__file__).parent.parent / "config")
    assert municipality is not None, mistakes
    shipped = {found.id: found for found in municipality.framework.indicators}

    assert list(shipped) == [row[0] for row in rows()]
    for row in rows():
        wanted, found = case_indicator(row), shipped[row[0]]
        assert (found.direction, found.points, found.unit) == (wanted.direction, wanted.points, wanted.unit)
        assert (found.between, found.out_of) == (wanted.between, wanted.out_of)
        assert [found.milestone(2027, q) for q in (1, 2, 3, 4)] == [
            wanted.milestone(2027, q) for q in (1, 2, 3, 4)
        ]


# --- targets and milestones


def test_between_stated_points_the_target_is_interpolated() -> None:
    """G1: 68 at the end of 2027, 95 at the end of 2030, so 77 and 86 between; outside, the nearest."""
    g1 = case_indicator(rows()[0])

    assert [g1.target(year) for year in range(2025, 2032)] == [58, 58, 68, 77, 86, 95, 95]
    assert [g1.baseline(year) for year in (2027, 2028)] == [58, 68]
    assert g1.milestone(2028, 2) == Decimal("72.5")


def test_steps_are_those_stated_for_the_year_and_hold_asks_the_target_at_once() -> None:
    stepwise = indicator(points="2026:1 2027:3 2028:5", steps="1 2 2 3")
    hold = indicator("hold", "2026:97 2027:100")

    assert [stepwise.milestone(2027, q) for q in (1, 2, 3, 4)] == [1, 2, 2, 3]
    assert [hold.milestone(2027, q) for q in (1, 2, 3, 4)] == [100] * 4


def test_the_order_of_the_stated_points_does_not_matter() -> None:
    assert indicator(points="2030:100 2026:40 2027:60").target(2027) == 60


# --- ratings at their boundaries


def rated(found: Indicator, value: str, quarter: int = 4, rule: RatingRule = RULE) -> Rating | None:
    return computed_rating(found, 2027, quarter, Decimal(value), rule)


@pytest.mark.parametrize(
    ("value", "letter"),
    [
        ("32", "g"),
        ("31.9", "o"),
        ("20", "o"),
        ("19.9", "r"),
        ("40", "g"),
        ("55", "g"),
        ("0", "r"),
        ("-5", "r"),
    ],
)
def test_linear_is_on_course_from_80_percent_of_the_way_and_needs_attention_from_50(
    value: str, letter: str
) -> None:
    """From 0 to 40: 32 is 80% of the way, 20 is 50%."""
    assert rated(indicator(), value) is LETTER[letter]


@pytest.mark.parametrize(
    ("value", "letter"), [("26.4", "g"), ("26.5", "o"), ("30", "o"), ("30.1", "r"), ("41", "r"), ("20", "g")]
)
def test_down_is_rated_by_the_same_shares_of_the_way(value: str, letter: str) -> None:
    """From 36 down to 24: 26,4 is 80% of the way, 30 is 50%; 41 is the wrong way."""
    assert rated(indicator("down", "2026:36 2027:24"), value) is LETTER[letter]


def test_the_boundaries_are_the_municipality_s() -> None:
    strict = RatingRule(on_course=Decimal("0.90"), attention=Decimal("0.70"), tolerance=Decimal("0.01"))

    assert rated(indicator(), "32", rule=strict) is Rating.ATTENTION
    assert rated(indicator(), "27", rule=strict) is Rating.OFF_COURSE
    assert rated(indicator("hold", "2026:100 2027:100"), "98", rule=strict) is Rating.OFF_COURSE


@pytest.mark.parametrize(("value", "letter"), [("50", "g"), ("49.9", "o"), ("47.5", "o"), ("47.4", "r")])
def test_the_boundary_is_exact_where_the_milestone_is_a_third(value: str, letter: str) -> None:
    """G2 in 2029 goes from 43 1/3 to 51 2/3: 50 is 80% of that way and 47,5 is 50%, to the digit."""
    g2 = case_indicator(rows()[1])

    assert computed_rating(g2, 2029, 4, Decimal(value), RULE) is LETTER[letter]


@pytest.mark.parametrize(("value", "letter"), [("6", "g"), ("7", "g"), ("5", "o"), ("4", "r"), ("0", "r")])
def test_steps_are_on_the_milestone_one_behind_or_more(value: str, letter: str) -> None:
    assert rated(indicator(points="2026:2 2027:6", steps="2 4 5 6"), value) is LETTER[letter]


def test_steps_down_are_counted_the_other_way() -> None:
    """From 6 open findings to 2: 3 left is one step behind, 4 is more, 1 is ahead."""
    left = indicator("down", "2026:6 2027:2", steps="6 4 3 2")

    assert [rated(left, value) for value in "1234"] == [LETTER[letter] for letter in "ggor"]


@pytest.mark.parametrize(
    ("value", "letter"),
    [("200", "g"), ("190", "o"), ("189.9", "r"), ("210", "o"), ("210.1", "r"), ("0", "r")],
)
def test_hold_is_at_the_target_within_five_percent_of_it_or_outside_on_either_side(
    value: str, letter: str
) -> None:
    """Reports of aggression held at 200: many more is as much a signal as many fewer."""
    assert rated(indicator("hold", "2026:200 2027:200"), value) is LETTER[letter]


def test_hold_at_nothing_is_not_met_by_something() -> None:
    assert rated(indicator("hold", "2026:0 2027:0"), "0") is Rating.ON_COURSE
    assert rated(indicator("hold", "2026:0 2027:0"), "5") is Rating.OFF_COURSE


@pytest.mark.parametrize(
    ("direction", "value", "letter"),
    [("up", "90", "g"), ("up", "95", "g"), ("up", "89", "r"), ("down", "90", "g"), ("down", "91", "r")],
)
def test_where_there_is_no_way_to_go_it_is_reached_or_not(direction: str, value: str, letter: str) -> None:
    """Equal points: "at least" for up, "at most" for down. No division by nothing."""
    assert rated(indicator(direction, "2026:90 2027:90"), value) is LETTER[letter]


def test_an_early_quarter_asks_only_its_own_share() -> None:
    """10 of 40 is where Q1 must be, and half of where Q2 must be."""
    assert [rated(indicator(), "10", quarter) for quarter in (1, 2, 3, 4)] == [
        Rating.ON_COURSE,
        Rating.ATTENTION,
        Rating.OFF_COURSE,
        Rating.OFF_COURSE,
    ]


@pytest.mark.parametrize("direction", ["up", "down", "hold"])
def test_not_measured_is_neither_zero_nor_green(direction: str) -> None:
    """Nothing is computed, neither a rating nor a forecast; a measured 0 is a value."""
    found = indicator(direction, "2026:36 2027:24")

    assert computed_rating(found, 2027, 2, None, RULE) is None
    assert forecast(found, 2027, 2, None) is None
    assert computed_rating(found, 2027, 2, Decimal(0), RULE) is not None


# --- forecasts


def test_a_pace_in_the_wrong_direction_is_carried_on() -> None:
    """G5b, Q2: from 36 up to 41 hours in half a year: 46 at its end. The owner's 36 is another figure."""
    assert forecast(indicator("down", "2026:36 2027:24"), 2027, 2, Decimal(41)) == 46


def test_steps_keep_their_delay_and_hold_keeps_its_value() -> None:
    stepwise = indicator(points="2026:2 2027:6", steps="2 4 5 6")

    assert forecast(stepwise, 2027, 2, Decimal(3)) == 5
    assert forecast(stepwise, 2027, 2, Decimal(4)) == 6
    assert forecast(indicator("hold", "2026:97 2027:100"), 2027, 1, Decimal(97)) == 97


def test_a_forecast_is_rounded_to_a_decimal_more_than_whole() -> None:
    """58 to 66 in three quarters: 8 x 4/3 further is 68,67, printed 68,7."""
    g1 = case_indicator(rows()[0])

    assert str(forecast(g1, 2027, 3, Decimal(66))) == "68.7"
    assert str(forecast(replace(g1, decimals=2), 2027, 3, Decimal(66))) == "68.67"


def test_a_quick_start_does_not_forecast_the_impossible() -> None:
    """Not 137%, not 8 of 6 locations, not -12 hours. Without a known maximum the pace goes on."""
    percent = indicator(points="2026:61 2027:75", unit="%")
    locations = indicator(points="2026:1 2027:3", unit="locaties", steps="1 2 2 3", out_of=6)
    hours = indicator("down", "2026:36 2027:24", unit="uur")

    assert forecast(percent, 2027, 1, Decimal(80)) == 100
    assert forecast(locations, 2027, 1, Decimal(6)) == 6
    assert forecast(hours, 2027, 1, Decimal(24)) == 0
    assert forecast(indicator(points="2026:61 2027:75"), 2027, 1, Decimal(80)) == 137
    assert forecast(percent, 2027, 4, Decimal(103)) == 103


# --- together


def test_worst_counts_and_is_never_an_average() -> None:
    """Seven green and one red is red; what was not measured hides nothing and says nothing."""
    green, orange, red, none = (LETTER[letter] for letter in "gor-")

    assert worst([green] * 7 + [red]) is red
    assert worst([green, orange, green]) is orange
    assert worst([green, none]) is green
    assert worst([none, none]) is none
    assert worst([]) is none


@given(st.lists(st.sampled_from(Rating), min_size=1))
def test_worst_does_not_depend_on_order_or_number(ratings: list[Rating]) -> None:
    assert worst(ratings) is worst(ratings[::-1]) is worst(set(ratings))
    assert worst(ratings) in ratings
    assert all(worst(ratings).severity <= rating.severity for rating in ratings)


def test_a_rating_is_a_word_and_a_sign() -> None:
    assert [(rating.value, rating.sign) for rating in Rating] == [
        ("niet op koers", "✗"),
        ("vraagt aandacht", "!"),
        ("op koers", "✓"),
        ("niet gemeten", "-"),
    ]


# --- on any figures

figure = st.integers(0, 2000).map(lambda tenths: Decimal(tenths) / 10)
quarter_number = st.integers(1, 4)
TOP = 200


@st.composite
def rising(draw: st.DrawFn) -> Indicator:
    """An indicator that goes up, linear or in steps."""
    low, high = sorted((draw(figure), draw(figure)))
    between = (min(max(draw(figure), low), high) for _ in range(3))
    steps = " ".join(str(value) for value in (*sorted(between), high))
    stepwise = draw(st.booleans()) and low < high
    return indicator(points=f"2026:{low} 2027:{high}", steps=steps if stepwise else "")


def mirrored(found: Indicator) -> Indicator:
    """The same way seen in a mirror: down where the other goes up, from 200 - value."""
    return replace(
        found,
        direction="down",
        points=tuple((year, TOP - value) for year, value in found.points),
        steps={year: tuple(TOP - value for value in values) for year, values in found.steps.items()},
    )


@given(rising(), quarter_number, figure)
def test_down_mirrors_up(found: Indicator, quarter: int, value: Decimal) -> None:
    """The rating is the same; the forecast too, as far as both are possible and up to its rounding."""
    other = mirrored(found)
    ahead, behind = forecast(found, 2027, quarter, value), forecast(other, 2027, quarter, TOP - value)

    assert computed_rating(found, 2027, quarter, value, RULE) is computed_rating(
        other, 2027, quarter, TOP - value, RULE
    )
    assert ahead is not None and behind is not None
    assume(0 < ahead < TOP)
    assert abs(TOP - ahead - behind) <= Decimal("0.1")


@given(rising(), quarter_number, figure, figure)
def test_a_better_value_is_never_rated_or_forecast_worse(
    found: Indicator, quarter: int, one: Decimal, two: Decimal
) -> None:
    low, high = sorted((one, two))
    worse, better = (computed_rating(found, 2027, quarter, value, RULE) for value in (low, high))
    less, more = (forecast(found, 2027, quarter, value) for value in (low, high))

    assert worse is not None and better is not None and less is not None and more is not None
    assert worse.severity <= better.severity
    assert less <= more


@given(figure, figure, figure)
def test_nearer_to_what_must_be_held_is_never_worse(target: Decimal, one: Decimal, two: Decimal) -> None:
    hold = indicator("hold", f"2026:{target} 2027:{target}")
    far, near = sorted((one, two), key=lambda value: -abs(value - target))
    worse, better = (computed_rating(hold, 2027, 1, value, RULE) for value in (far, near))

    assert worse is not None and better is not None
    assert worse.severity <= better.severity


@given(rising(), quarter_number)
def test_on_the_milestone_is_on_course_and_ends_on_target(found: Indicator, quarter: int) -> None:
    milestone = found.milestone(2027, quarter)
    ahead = forecast(found, 2027, quarter, milestone)

    assert computed_rating(found, 2027, quarter, milestone, RULE) is Rating.ON_COURSE
    assert ahead is not None and abs(ahead - found.target(2027)) <= Decimal("0.05")
    assert found.milestone(2027, 4) == found.target(2027)
