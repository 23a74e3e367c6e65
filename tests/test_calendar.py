"""Working days, meetings and quarters, on real Dutch dates 2024 to 2036 and on any date."""

from collections.abc import Iterator
from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaarring.calendar import Meetings, Period, Quarter, WorkingCalendar, public_holidays, quarters

YEARS = range(2024, 2037)
ONE_DAY = timedelta(days=1)

#: year: Goede Vrijdag, 2e Paasdag, Koningsdag, Hemelvaart, 2e Pinksterdag (Algemene termijnenwet art. 3 lid 1
#: and 2; Koningsdag on the 26th where the 27th is a Sunday). The other four stand on fixed days, see FIXED.
MOVABLE = {
    2024: ("03-29", "04-01", "04-27", "05-09", "05-20"),
    2025: ("04-18", "04-21", "04-26", "05-29", "06-09"),
    2026: ("04-03", "04-06", "04-27", "05-14", "05-25"),
    2027: ("03-26", "03-29", "04-27", "05-06", "05-17"),
    2028: ("04-14", "04-17", "04-27", "05-25", "06-05"),
    2029: ("03-30", "04-02", "04-27", "05-10", "05-21"),
    2030: ("04-19", "04-22", "04-27", "05-30", "06-10"),
    2031: ("04-11", "04-14", "04-26", "05-22", "06-02"),
    2032: ("03-26", "03-29", "04-27", "05-06", "05-17"),
    2033: ("04-15", "04-18", "04-27", "05-26", "06-06"),
    2034: ("04-07", "04-10", "04-27", "05-18", "05-29"),
    2035: ("03-23", "03-26", "04-27", "05-03", "05-14"),
    2036: ("04-11", "04-14", "04-26", "05-22", "06-02"),
}
FIXED = ("01-01", "05-05", "12-25", "12-26")
#: equated with a holiday by decree, 2026 to 2028
EQUATED = frozenset(
    {date(2026, 1, 2), date(2026, 5, 15), date(2027, 5, 7), date(2028, 4, 28), date(2028, 5, 26)}
)
DUTCH = WorkingCalendar(equated=EQUATED)


def days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


# --- holidays


@pytest.mark.parametrize("year", YEARS)
def test_each_year_has_exactly_the_holidays_of_the_act(year: int) -> None:
    """On weekdays nothing is closed but art. 3 of the Algemene termijnenwet, and Goede Vrijdag."""
    act = {date.fromisoformat(f"{year}-{day}") for day in (*MOVABLE[year], *FIXED)}

    closed = {day for day in days_of(year) if not WorkingCalendar().is_working_day(day)}

    assert {day for day in closed if day.weekday() < 5} == {day for day in act if day.weekday() < 5}
    assert {day for day in public_holidays(year) if day.weekday() != 6} == {
        day for day in act if day.weekday() != 6
    }


@pytest.mark.parametrize("year", YEARS)
def test_5_may_is_a_holiday_each_year(year: int) -> None:
    assert date(year, 5, 5) in public_holidays(year)


def test_control_the_package_by_itself_works_on_5_may_2027() -> None:
    """Why we ask for the category "optional": the default counts 5 May in lustrum years only."""
    default = {year for year in YEARS if date(year, 5, 5) in holidays.country_holidays("NL", years=year)}

    assert default == {2025, 2030, 2035}


@pytest.mark.parametrize("year", [2025, 2031, 2036])
def test_koningsdag_is_a_day_earlier_where_27_april_is_a_sunday(year: int) -> None:
    assert date(year, 4, 27).weekday() == 6
    assert date(year, 4, 26) in public_holidays(year)
    assert date(year, 4, 27) not in public_holidays(year)


def test_goede_vrijdag_is_the_municipality_s_choice() -> None:
    """Closed by default; the cao Gemeenten leaves it out, so one may work on it. Nothing else moves."""
    as_cao = WorkingCalendar(good_friday=False)

    assert not WorkingCalendar().is_working_day(date(2027, 3, 26))
    assert as_cao.is_working_day(date(2027, 3, 26))
    for year in YEARS:
        good_friday = date.fromisoformat(f"{year}-{MOVABLE[year][0]}")
        assert public_holidays(year) - public_holidays(year, good_friday=False) == {good_friday}


def test_a_day_equated_by_decree_is_closed_and_is_data() -> None:
    for day in EQUATED:
        assert WorkingCalendar().is_working_day(day)
        assert not DUTCH.is_working_day(day)


def test_a_closing_day_of_the_town_hall_is_no_working_day() -> None:
    closed = WorkingCalendar(closing_days=frozenset({date(2027, 12, 24)}))

    assert WorkingCalendar().is_working_day(date(2027, 12, 24))
    assert not closed.is_working_day(date(2027, 12, 24))


def test_recess_does_not_close_the_town_hall() -> None:
    summer = WorkingCalendar(recess=(Period(date(2027, 7, 17), date(2027, 8, 29)),))

    assert summer.is_working_day(date(2027, 7, 20))
    assert summer.in_recess(date(2027, 7, 17)) and summer.in_recess(date(2027, 8, 29))
    assert not summer.in_recess(date(2027, 7, 16)) and not summer.in_recess(date(2027, 8, 30))


# --- counting


def test_2027_has_253_working_days() -> None:
    assert sum(DUTCH.is_working_day(day) for day in days_of(2027)) == 253
    assert DUTCH.between(date(2026, 12, 31), date(2027, 12, 31)) == 253


def test_5_to_9_may_2027_is_a_gap_of_five_days() -> None:
    """5 May, Hemelvaart, the equated Friday and the weekend: whatever falls there moves around all of it."""
    gap = [date(2027, 5, day) for day in range(5, 10)]

    assert {DUTCH.on_or_after(day) for day in gap} == {date(2027, 5, 10)}
    assert {DUTCH.on_or_before(day) for day in gap} == {date(2027, 5, 4)}
    assert DUTCH.shift(date(2027, 5, 4), 1) == date(2027, 5, 10)
    assert DUTCH.shift(date(2027, 5, 10), -1) == date(2027, 5, 4)


def test_the_last_working_day_for_ensia_in_2028_is_26_april() -> None:
    """30 April is a Sunday after Koningsdag and an equated Friday."""
    assert DUTCH.on_or_before(date(2028, 4, 30)) == date(2028, 4, 26)


@pytest.mark.parametrize(
    ("begin", "days", "found"),
    [
        ("2027-03-31", 10, "2027-04-14"),  # end of a quarter + 10
        ("2027-06-30", 8, "2027-07-12"),
        ("2027-12-31", 1, "2028-01-03"),  # 1 January 2028 is a Saturday
        ("2027-04-14", -5, "2027-04-07"),
        ("2027-10-18", 0, "2027-10-18"),
        ("2027-10-17", 0, "2027-10-17"),  # 0 leaves a Sunday alone; on_or_after would not
        ("2027-10-17", 1, "2027-10-18"),
        ("2027-10-17", -1, "2027-10-15"),
    ],
)
def test_shifting_counts_working_days(begin: str, days: int, found: str) -> None:
    assert DUTCH.shift(date.fromisoformat(begin), days) == date.fromisoformat(found)


def test_between_leaves_the_first_day_out_and_counts_the_last() -> None:
    thursday, friday, monday = date(2027, 7, 1), date(2027, 7, 2), date(2027, 7, 5)

    assert DUTCH.between(thursday, friday) == 1
    assert DUTCH.between(thursday, monday) == 2
    assert DUTCH.between(thursday, thursday) == 0
    assert DUTCH.between(monday, thursday) == 0


# --- on any date

any_day = st.dates(date(2024, 1, 1), date(2036, 12, 31))
any_count = st.integers(-60, 60)
any_calendar = st.builds(
    WorkingCalendar,
    good_friday=st.booleans(),
    equated=st.just(EQUATED),
    closing_days=st.frozensets(any_day, max_size=30),
)


@given(any_calendar, any_day, any_count)
def test_a_shift_never_lands_on_a_closed_day(calendar: WorkingCalendar, day: date, n: int) -> None:
    assert calendar.shift(day, 0) == day
    if n:
        landed = calendar.shift(day, n)
        assert calendar.is_working_day(landed)
        assert (landed > day) == (n > 0)


@given(any_calendar, any_day, any_count, any_count)
def test_shifts_undo_and_add_up(calendar: WorkingCalendar, day: date, n: int, m: int) -> None:
    day = calendar.on_or_after(day)

    assert calendar.shift(calendar.shift(day, n), -n) == day
    assert calendar.shift(calendar.shift(day, n), m) == calendar.shift(day, n + m)


@given(any_calendar, any_day, any_day, any_count)
def test_a_later_day_never_shifts_to_an_earlier_one(
    calendar: WorkingCalendar, one: date, other: date, n: int
) -> None:
    early, late = sorted((one, other))

    assert calendar.shift(early, n) <= calendar.shift(late, n)
    assert calendar.on_or_after(early) <= calendar.on_or_after(late)
    assert calendar.on_or_before(early) <= calendar.on_or_before(late)
    assert calendar.shift(early, n) < calendar.shift(early, n + 1) or n in (-1, 0)


@given(any_calendar, any_day, st.integers(0, 60))
def test_between_counts_what_shift_walks(calendar: WorkingCalendar, day: date, n: int) -> None:
    assert calendar.between(day, calendar.shift(day, n)) == n
    worked = calendar.on_or_before(day)
    assert calendar.between(calendar.shift(worked, -n), worked) == n


@given(any_calendar, any_day, any_day, any_day)
def test_between_adds_up(calendar: WorkingCalendar, one: date, two: date, three: date) -> None:
    a, b, c = sorted((one, two, three))

    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(c, a) == 0


@given(any_calendar, any_day)
def test_a_date_moves_to_the_nearest_working_day_on_its_side(calendar: WorkingCalendar, day: date) -> None:
    """A deadline forwards, a reminder backwards; a working day stays; nothing worked is stepped over."""
    after, before = calendar.on_or_after(day), calendar.on_or_before(day)

    assert calendar.is_working_day(after) and calendar.is_working_day(before)
    assert before <= day <= after
    assert (before == day == after) == calendar.is_working_day(day)
    assert calendar.on_or_after(after) == after and calendar.on_or_before(before) == before
    assert calendar.between(before, after) == (0 if before == after else 1)


# --- meetings

RECESS_2027 = (
    Period(date(2027, 4, 24), date(2027, 5, 9)),
    Period(date(2027, 7, 17), date(2027, 8, 29)),
    Period(date(2027, 12, 25), date(2028, 1, 9)),
)
YEAR = WorkingCalendar(equated=EQUATED, recess=RECESS_2027)
BOARD = Meetings(weekday=1, papers=4)
COUNCIL = Meetings(dates=(date(2026, 6, 25), date(2028, 5, 18), date(2028, 5, 4)))


@pytest.mark.parametrize(
    ("ready", "meeting"),
    [
        ("2027-04-26", "2027-05-11"),  # Koningsdag, recess and the gap lie between
        ("2027-07-22", "2027-08-31"),  # the first Tuesday after summer
        ("2027-10-26", "2027-11-02"),
        ("2028-01-26", "2028-02-01"),  # the 4th working day before, that day included
    ],
)
def test_a_report_comes_to_the_first_board_with_papers_in_time(ready: str, meeting: str) -> None:
    assert BOARD.with_papers_by(date.fromisoformat(ready), YEAR) == date.fromisoformat(meeting)


def test_papers_a_day_too_late_wait_a_week() -> None:
    assert BOARD.with_papers_by(date(2028, 1, 27), YEAR) == date(2028, 2, 8)


def test_without_a_term_for_papers_the_day_itself_will_do() -> None:
    assert Meetings(weekday=1).with_papers_by(date(2027, 11, 2), YEAR) == date(2027, 11, 2)


def test_a_board_does_not_meet_on_a_holiday_in_recess_or_when_cancelled() -> None:
    cancelled = Meetings(weekday=1, cancelled=frozenset({date(2027, 11, 2)}))

    assert not BOARD.held_on(date(2027, 4, 27), WorkingCalendar())  # Koningsdag
    assert not BOARD.held_on(date(2027, 5, 4), YEAR)  # recess
    assert BOARD.held_on(date(2027, 5, 4), WorkingCalendar())
    assert BOARD.held_on(date(2027, 11, 2), YEAR) and not cancelled.held_on(date(2027, 11, 2), YEAR)
    assert cancelled.first_from(date(2027, 11, 1), YEAR) == date(2027, 11, 9)


def test_a_stated_meeting_is_held_in_recess_and_beside_the_weekday() -> None:
    """The municipality knows better: a stated date counts as it is, unless it is cancelled."""
    extra = date(2027, 7, 22)
    board = Meetings(weekday=1, dates=(extra,))

    assert board.held_on(extra, YEAR)
    assert list(board.days(date(2027, 7, 12), date(2027, 8, 31), YEAR)) == [
        date(2027, 7, 13),
        extra,
        date(2027, 8, 31),
    ]
    gone = Meetings(dates=(extra,), cancelled=frozenset({extra}))
    assert gone.first_from(date(2027, 7, 1), YEAR) is None and not gone.held_on(extra, YEAR)


def test_the_last_meeting_before_a_day_leaves_that_day_out() -> None:
    assert COUNCIL.last_before(date(2026, 7, 1), YEAR) == date(2026, 6, 25)
    assert COUNCIL.last_before(date(2026, 6, 25), YEAR) is None
    assert COUNCIL.first_from(date(2026, 6, 25), YEAR) == date(2026, 6, 25)


def test_a_list_of_meetings_that_stops_too_early_does_not_give_its_last() -> None:
    """Filled in to December, it does not know the last council before the summer of the next year."""
    filled = Meetings(dates=(date(2027, 11, 4), date(2027, 12, 16)))

    assert filled.last_before(date(2028, 7, 15), YEAR) is None
    assert filled.last_before(date(2028, 1, 20), YEAR) == date(2027, 12, 16)
    known = Meetings(dates=(*filled.dates, date(2028, 9, 21)))
    assert known.last_before(date(2028, 7, 15), YEAR) == date(2027, 12, 16)


def test_a_body_without_a_known_meeting_gives_none() -> None:
    """Stated dates run out: nothing is made up."""
    assert COUNCIL.first_from(date(2028, 5, 19), YEAR) is None
    assert COUNCIL.with_papers_by(date(2028, 5, 19), YEAR) is None
    assert COUNCIL.nth(3, 2028, 5, YEAR) is None


def test_the_nth_weekday_of_a_month_or_the_next_meeting_after_it() -> None:
    """The 2nd Tuesday of December 2026 is the 8th; if that one is off, the 15th."""
    off = Meetings(weekday=1, cancelled=frozenset({date(2026, 12, 8)}))

    assert BOARD.nth(2, 2026, 12, YEAR) == date(2026, 12, 8)
    assert off.nth(2, 2026, 12, YEAR) == date(2026, 12, 15)
    assert COUNCIL.nth(2, 2028, 5, YEAR) == date(2028, 5, 18)


def test_a_month_without_a_fifth_tuesday_has_none() -> None:
    """Not quietly the first of the next month."""
    assert BOARD.nth(5, 2026, 12, YEAR) == date(2026, 12, 29)
    assert BOARD.nth(5, 2027, 10, YEAR) is None


@given(any_day, st.integers(0, 4), st.integers(0, 10))
def test_papers_are_always_in_time_for_the_meeting_found(ready: date, weekday: int, papers: int) -> None:
    """And no earlier meeting would have done."""
    body = Meetings(weekday=weekday, papers=papers)
    found = body.with_papers_by(ready, YEAR)

    assert found is not None and found >= ready and found.weekday() == weekday
    assert YEAR.is_working_day(found) and not YEAR.in_recess(found)
    assert YEAR.shift(found, -papers) >= ready
    earlier = list(body.days(ready, found - ONE_DAY, YEAR))
    assert all(YEAR.shift(meeting, -papers) < ready for meeting in earlier)


@given(any_day, st.integers(0, 4))
def test_before_and_from_split_the_meetings(day: date, weekday: int) -> None:
    body = Meetings(weekday=weekday)
    before, after = body.last_before(day, YEAR), body.first_from(day, YEAR)

    assert before is not None and after is not None and before < day <= after
    assert list(body.days(before, after, YEAR)) == [before, after]


# --- quarters and periods


def test_a_year_has_four_quarters_that_join() -> None:
    assert [q.key for q in quarters(2027)] == ["2027/Q1", "2027/Q2", "2027/Q3", "2027/Q4"]
    assert [q.first for q in quarters(2027)] == [date(2027, month, 1) for month in (1, 4, 7, 10)]
    assert [q.last for q in quarters(2027)] == [
        date(2027, 3, 31),
        date(2027, 6, 30),
        date(2027, 9, 30),
        date(2027, 12, 31),
    ]
    assert quarters(2027)[3].next == Quarter(2028, 1)
    assert quarters(2028)[0].last == date(2028, 3, 31)


@given(any_day)
def test_every_day_lies_in_one_quarter_of_its_year(day: date) -> None:
    assert sum(q.first <= day <= q.last for q in quarters(day.year)) == 1


def test_a_quarter_or_period_that_cannot_be_is_refused_at_birth() -> None:
    with pytest.raises(ValueError, match="no such quarter: 5"):
        Quarter(2027, 5)
    with pytest.raises(ValueError, match="ends before it begins"):
        Period(date(2027, 7, 2), date(2027, 7, 1))
    assert date(2027, 7, 1) in Period(date(2027, 7, 1), date(2027, 7, 1))
