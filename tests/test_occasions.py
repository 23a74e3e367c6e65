"""A cycle year as dated occasions: every fixed date of 2027, and what holds for any year and any rules."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jaarring.calendar import Meetings, Period, Quarter, WorkingCalendar
from jaarring.config.load import Municipality, load
from jaarring.governance import PRESETS, Organisation
from jaarring.ledger import due
from jaarring.moments import Moment, NoMeeting, Outside
from jaarring.occasions import Duty, Occasion
from jaarring.occasions.schedule import Asking, Schedule, report_due
from jaarring.occasions.year import occasions, undated

#: Every fixed date of cycle year 2027: what, key, date in direct, date in oib. `fb` stands for every theme,
#: `fzh` for every department, `Q*` for the four quarters (those of Q4 fall in 2028). "-": does not exist.
TABLE = """
Council sets the frame                 | frame/council              | Thu 25 Jun 2026   | same
Board adopts framework, mandate, chair | frame/board                | Tue 15 Sep 2026   | same
Objectives derived and imposed         | objectives                 | Thu 1 Oct 2026    | same
Joint body divides them over the themes | joint/parts                | -                 | Thu 8 Oct 2026
Themes are asked for a plan            | plan/fb/request            | Thu 1 Oct 2026    | Thu 8 Oct 2026
                                       | plan/fb/reminder/-5        | Fri 23 Oct 2026   | Fri 30 Oct 2026
                                       | plan/fb/reminder/-2        | Wed 28 Oct 2026   | Wed 4 Nov 2026
Draft plans due                        | plan/fb/due                | Fri 30 Oct 2026   | Fri 6 Nov 2026
                                       | plan/fb/overdue/+1         | Mon 2 Nov 2026    | Mon 9 Nov 2026
Department head                        | plan/fb/escalate/+3        | Wed 4 Nov 2026    | Wed 11 Nov 2026
Secretary; in oib the chair            | plan/fb/escalate/+5        | Fri 6 Nov 2026    | Fri 13 Nov 2026
In oib the secretary                   | plan/fb/escalate/+7        | -                 | Tue 17 Nov 2026
Advice of advisers recorded            | plan/advice                | Fri 13 Nov 2026   | same
Joint body agrees                      | plan/agree                 | -                 | Thu 19 Nov 2026
Secretary checks the cover of all goals | plan/check                 | Fri 27 Nov 2026   | same
Board adopts plans and allots budgets  | plan/adopt                 | Tue 8 Dec 2026    | same
Plans told to the organisation         | plan/announce              | Fri 11 Dec 2026   | same
Letter to the council, public edition  | plan/letter                | Thu 17 Dec 2026   | same

Request for accounts of departments    | Q*/account/fzh/request     | 1 Apr / 1 Jul / 1 Oct / 3 Jan     | same
A-2; in Q2 too near the request        | Q*/account/fzh/reminder/-2 | 7 Apr / - / 7 Oct / 7 Jan         | same
Accounts of departments due, A = D-3   | Q*/account/fzh/due         | 9 Apr / 7 Jul / 11 Oct / 11 Jan   | same
A+1                                    | Q*/account/fzh/overdue/+1  | 12 Apr / 8 Jul / 12 Oct / 12 Jan  | same
A+3: secretary                         | Q*/account/fzh/escalate/+3 | 14 Apr / 12 Jul / 14 Oct / 14 Jan | same
Request for accounts of themes         | Q*/report/fb/request       | 1 Apr / 1 Jul / 1 Oct / 3 Jan     | same
D-5; in Q2 5 July is too near          | Q*/report/fb/reminder/-5   | 7 Apr / - / 7 Oct / 7 Jan         | same
D-2                                    | Q*/report/fb/reminder/-2   | 12 Apr / 8 Jul / 12 Oct / 12 Jan  | same
Accounts of themes due, D              | Q*/report/fb/due           | 14 Apr / 12 Jul / 14 Oct / 14 Jan | same
Overdue notice                         | Q*/report/fb/overdue/+1    | 15 Apr / 13 Jul / 15 Oct / 17 Jan | same
Department head                        | Q*/report/fb/escalate/+3   | 19 Apr / 15 Jul / 19 Oct / 19 Jan | same
Secretary; in oib the chair            | Q*/report/fb/escalate/+5   | 21 Apr / 19 Jul / 21 Oct / 21 Jan | same
In oib the secretary                   | Q*/report/fb/escalate/+7   | - | 23 Apr / 21 Jul / 25 Oct / 25 Jan
Joint body is asked for its judgement  | Q*/report/oib/request      | - | 15 Apr / 13 Jul / 15 Oct / 17 Jan
Joint judgement; over Q4 of the year too | Q*/report/oib/due          | - | 22 Apr / 15 Jul / 22 Oct / 24 Jan
Joint body meets                       | Q*/meeting                 | - | 22 Apr / 15 Jul / 22 Oct / 24 Jan
Talks of the secretary with the owners | Q*/talks                   | 22 Apr / 15 Jul / 22 Oct / 24 Jan | -
Secretary adopts the tactical report   | Q*/tactical/secretary      | 26 Apr / 22 Jul / 26 Oct / 26 Jan | same
Tactical report in the board           | Q*/tactical/board          | 11 May / 31 Aug / 2 Nov / 1 Feb   | same

Draft council report                   | council/draft              | Fri 11 Feb 2028   | same
Review by advisers, classification     | council/review             | Fri 25 Feb 2028   | same
Board adopts, imposes secrecy          | council/adopt              | Tue 21 Mar 2028   | same
To the council clerk; public edition   | council/offer              | Wed 29 Mar 2028   | same
Committee                              | council/committee          | Thu 11 May 2028   | same
Council takes note                     | council/note               | Thu 18 May 2028   | same

Council adopts the budget              | outside/budget_council     | Thu 5 Nov 2026    | same
Budget to the province, before 15 Nov  | outside/budget_province    | Fri 13 Nov 2026   | same
Text for the midyear report, end May   | outside/text_midyear       | Mon 31 May 2027   | same
Text for the budget, mid September     | outside/text_budget        | Wed 15 Sep 2027   | same
ENSIA questionnaires, 1 July           | outside/ensia_begin        | Thu 1 Jul 2027    | same
to 31 December                         | outside/ensia_end          | Fri 31 Dec 2027   | same
ENSIA declaration adopted              | outside/ensia_declaration  | Tue 18 Apr 2028   | same
in the tool by 30 April: a Sunday      | outside/ensia_tool         | Wed 26 Apr 2028   | same
Annual accounts in the council         | outside/accounts_council   | Thu 29 Jun 2028   | same
to the province, before 15 July        | outside/accounts_province  | Fri 14 Jul 2028   | same
"""

CONFIG = Path(__file__).parent.parent / "config"


@cache
def shipped() -> Municipality:
    municipality, mistakes = load(CONFIG)
    assert municipality is not None, mistakes
    return municipality


def elzenwaard(variant: str = "direct") -> Organisation:
    """The organisation of the shipped configuration, in either variant."""
    return replace(shipped().organisation, variant=variant, lines=PRESETS[variant])


def rules() -> Schedule:
    """The shipped calendar."""
    return shipped().schedule


def expected(column: int) -> dict[str, str]:
    """The table as {key: date in words}, column 2 for direct and 3 for oib."""
    dates: dict[str, str] = {}
    for line in filter(None, TABLE.splitlines()):
        cells = [cell.strip() for cell in line.split("|")]
        found = cells[2] if cells[column] == "same" else cells[column]
        if not cells[1].startswith("Q*"):
            dates[f"2027/{cells[1]}"] = found
            continue
        four = found.split(" / ") if "/" in found else [found] * 4
        for number, day in enumerate(four, start=1):
            year = 2028 if number == 4 else 2027
            dates[f"2027/Q{number}{cells[1][2:]}"] = "-" if day == "-" else f"{day} {year}"
    return {key: day for key, day in dates.items() if day != "-"}


def in_words(day: date, like: str) -> str:
    words = f"{day.day} {day:%b %Y}"
    return f"{day:%a} {words}" if like[0].isalpha() else words


def one_of_each(found: tuple[Occasion, ...]) -> dict[str, date]:
    """The occasions of one theme and one department, and all that belong to neither."""
    others = "|".join({*elzenwaard().themes, *elzenwaard().departments} - {"fb", "fzh"})
    return {o.key: o.due for o in found if not re.search(rf"/(plan|report|account)/({others})/", o.key)}


# --- the year 2027


@pytest.mark.parametrize(("variant", "column"), [("direct", 2), ("oib", 3)])
def test_every_fixed_date_of_2027_is_the_table_s(variant: str, column: int) -> None:
    """Both columns of the default calendar: each date, and nothing beyond the table."""
    table = expected(column)

    found = one_of_each(occasions(elzenwaard(variant), rules(), 2027))

    assert {key: in_words(day, table.get(key, "?")) for key, day in found.items()} == table


def test_control_a_date_that_moves_is_noticed() -> None:
    """One more closing day, and the comparison with the table fails."""
    calendar = replace(rules().calendar, closing_days=frozenset({date(2027, 4, 14)}))

    found = one_of_each(occasions(elzenwaard("direct"), replace(rules(), calendar=calendar), 2027))

    assert in_words(found["2027/Q1/report/fb/due"], "14") == "15 Apr 2027"
    assert expected(2)["2027/Q1/report/fb/due"] == "14 Apr 2027"


@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_all_themes_share_their_dates_and_so_do_all_departments(variant: str) -> None:
    by_rule: dict[str, set[tuple[date, str]]] = {}
    count: dict[str, int] = {}
    for occasion in occasions(elzenwaard(variant), rules(), 2027):
        rule = re.sub(r"/(plan|report|account)/(?!oib/)(\w+)/(?=\w+(/|$))", r"/\1/*/", occasion.key)
        by_rule.setdefault(rule, set()).add((occasion.due, occasion.kind))
        count[rule] = count.get(rule, 0) + 1

    assert all(len(dates) == 1 for dates in by_rule.values())
    assert {n for rule, n in count.items() if "*" in rule} == {5}
    assert {n for rule, n in count.items() if "*" not in rule} == {1}


@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_outside_dates_are_seen_and_nobody_is_asked_for_them(variant: str) -> None:
    """P&C and ENSIA stand in the same list, as a kind that no flow acts upon; which ones is configuration."""
    found = occasions(elzenwaard(variant), rules(), 2027)
    fewer = occasions(elzenwaard(variant), replace(rules(), outside={}, talks={}), 2027)

    others = {o.key for o in found} - {o.key for o in fewer}
    assert {o.kind for o in found if o.key in others} == {"outside"}
    assert len([key for key in others if "/outside/" in key]) == 10
    assert "outside" not in due.ACTING
    assert all(one.title and one.source for one in rules().outside.values())


@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_R23_the_council_comes_before_the_first_plans_and_after_the_year(variant: str) -> None:
    """It sets the frame before anybody is asked for a plan, and takes note of the account after the year."""
    found = {o.key: o.due for o in occasions(elzenwaard(variant), rules(), 2027)}
    asked = min(day for key, day in found.items() if re.search(r"/plan/\w+/request$", key))

    assert found["2027/frame/council"] < asked and found["2027/frame/council"] == date(2026, 6, 25)
    assert found["2027/council/note"] > date(2027, 12, 31)
    assert found["2027/council/adopt"] < found["2027/council/offer"] < found["2027/council/note"]


def test_no_reminder_comes_within_three_working_days_of_the_request() -> None:
    """In Q2 of 2027 the request goes out on 1 July: 5 July (2 working days) is too near, 8 July is not."""
    keys = {occasion.key for occasion in occasions(elzenwaard(), rules(), 2027)}

    assert "2027/Q2/report/fb/reminder/-5" not in keys
    assert "2027/Q2/account/fzh/reminder/-2" not in keys
    assert "2027/Q2/report/fb/reminder/-2" in keys
    eager = {o.key for o in occasions(elzenwaard(), replace(rules(), no_reminder_within=0), 2027)}
    assert {re.sub(r"\w+/(?=reminder)", "", key) for key in eager - keys} == {
        "2027/Q2/report/reminder/-5",
        "2027/Q2/account/reminder/-2",
    }


@pytest.mark.parametrize(("within", "reminded"), [(1, True), (2, False), (3, False)])
def test_within_n_working_days_counts_the_nth_day(within: int, reminded: bool) -> None:
    """5 July 2027 is the 2nd working day after 1 July: "within 2" leaves it out, "within 1" does not."""
    found = occasions(elzenwaard(), replace(rules(), no_reminder_within=within), 2027)

    assert any(o.key == "2027/Q2/report/fb/reminder/-5" for o in found) == reminded


@pytest.mark.parametrize("year", [2026, 2027, 2028])
@pytest.mark.parametrize("variant", ["direct", "oib"])
def test_the_shipped_calendar_dates_three_cycle_years(variant: str, year: int) -> None:
    """Three cycle years can be open at once; each is complete and its keys are its own."""
    found = occasions(elzenwaard(variant), rules(), year)

    assert {occasion.year for occasion in found} == {year}
    assert {o.due.year for o in found} == {year - 1, year, year + 1}


# --- keys


def test_keys_are_fixed_ids_and_offsets() -> None:
    """No name, no ordinal, no date: what an occasion is called survives a move of its date."""
    known = {*elzenwaard().themes, *elzenwaard().departments, *rules().outside, "oib", "outside"}
    words = {"frame", "objectives", "joint", "parts", "plan", "council", "board", "secretary", "tactical"}
    words |= {"report", "account", "request", "reminder", "due", "overdue", "escalate", "meeting"}
    words |= {"advice", "agree", "check", "adopt", "announce", "letter"}
    words |= {"draft", "review", "offer", "committee", "note", "2027", "Q1", "Q2", "Q3", "Q4"}
    for occasion in occasions(elzenwaard("oib"), rules(), 2027):
        parts = occasion.key.split("/")
        assert all(part in words | known or re.fullmatch(r"[+-]\d+", part) for part in parts), occasion.key


def test_an_occasion_tells_its_duty_and_offset() -> None:
    found = {o.key: o for o in occasions(elzenwaard("oib"), rules(), 2027)}
    reminder, adopt = found["2027/Q1/report/fb/reminder/-5"], found["2027/plan/adopt"]

    assert (reminder.duty, reminder.kind, reminder.offset) == ("2027/Q1/report/fb", "reminder", -5)
    assert found["2027/Q1/report/fb/escalate/+7"].offset == 7
    assert found["2027/Q1/report/fb/due"].offset == 0
    assert (adopt.duty, adopt.kind, adopt.year) == ("", "decision", 2027)


def test_a_duty_is_read_from_its_key() -> None:
    report, plan, account = Duty("2027/Q1/report/fb"), Duty("2027/plan/fb"), Duty("2027/Q4/account/fzh")

    assert (report.kind, report.subject, report.quarter) == ("report", "fb", Quarter(2027, 1))
    assert (plan.kind, plan.subject, plan.quarter, plan.year) == ("plan", "fb", None, 2027)
    assert (account.kind, account.subject, account.quarter) == ("account", "fzh", Quarter(2027, 4))


# --- who stands where changes what happens


def escalations(organisation: Organisation, theme: str = "fb") -> list[str]:
    found = occasions(organisation, rules(), 2027)
    prefix = f"2027/Q1/report/{theme}/escalate/"
    return [o.key.removeprefix(prefix) for o in found if o.key.startswith(prefix)]


def test_a_secretary_who_chairs_makes_the_ladder_a_rung_shorter() -> None:
    """O6: the chair is asked at D+5; at D+7 there is nobody left to ask."""
    oib = elzenwaard("oib")
    assert oib.joint_body is not None
    chairing = replace(oib, joint_body=replace(oib.joint_body, chair=oib.secretary))

    assert escalations(oib) == ["+3", "+5", "+7"]
    assert escalations(chairing) == ["+3", "+5"]


def test_an_owner_who_heads_the_department_is_not_escalated_to() -> None:
    """His rung falls away for his own theme; the other themes keep theirs."""
    fb = elzenwaard().themes["fb"]
    heading = replace(fb, owner=elzenwaard().departments[fb.department].head)
    organisation = replace(elzenwaard("direct"), themes={**elzenwaard().themes, "fb": heading})

    assert escalations(organisation) == ["+3"]
    assert escalations(organisation, "ib") == ["+3", "+5"]


def test_a_mix_of_variants_dates_what_its_lines_say() -> None:
    """Steered by the secretary, but the plans are agreed on, and met about, in the joint body."""
    mixed = replace(
        elzenwaard(), lines=PRESETS["direct"].changed({"agrees_plan": ("oib",), "meets": ("oib",)})
    )

    found = {o.key: o.due for o in occasions(mixed, rules(), 2027)}

    assert found["2027/plan/agree"] == date(2026, 11, 19)
    assert found["2027/Q1/meeting"] == date(2027, 4, 22)
    assert found["2027/plan/fb/due"] == date(2026, 10, 30)
    assert not {"2027/joint/parts", "2027/Q1/report/oib/due"} & set(found)


# --- dates on closed days, dates that are missing


def test_a_deadline_on_a_closed_day_moves_on_and_a_reminder_back() -> None:
    """The last day of Q1 of 2029 is a Saturday before Easter: an offset of 0 asks on Tuesday 3 April."""
    schedule = replace(rules(), request=dict.fromkeys(range(1, 5), 0))
    closed = replace(rules().calendar, closing_days=frozenset({date(2027, 4, 12)}))

    asked = {o.key: o.due for o in occasions(elzenwaard(), by_weekday(schedule), 2029)}
    moved = {o.key: o.due for o in occasions(elzenwaard(), replace(rules(), calendar=closed), 2027)}

    assert asked["2029/Q1/report/fb/request"] == date(2029, 4, 3)
    assert moved["2027/Q1/report/fb/due"] == date(2027, 4, 15)
    assert moved["2027/Q1/report/fb/reminder/-2"] == date(2027, 4, 13)
    assert moved["2027/Q1/report/fb/reminder/-5"] == date(2027, 4, 7)


def test_a_date_stated_for_one_year_counts_there_only() -> None:
    """A stated deadline on a Saturday moves to Monday; a stated meeting is held when it is held."""
    moments = dict(rules().moments)
    moments["plan_due"] = replace(moments["plan_due"], stated={2027: date(2026, 10, 24)})
    moments["council_note"] = replace(moments["council_note"], stated={2027: date(2028, 5, 20)})
    schedule = replace(rules(), moments=moments)

    found = {o.key: o.due for o in occasions(elzenwaard(), schedule, 2027)}
    other = {o.key: o.due for o in occasions(elzenwaard(), schedule, 2026)}

    assert found["2027/plan/fb/due"] == date(2026, 10, 26)
    assert found["2027/council/note"] == date(2028, 5, 20)  # a Saturday
    assert other["2026/plan/fb/due"] == date(2025, 10, 31)


# --- a meeting that is not known yet


def without_council(*years: int) -> Schedule:
    """The shipped calendar with the council's meetings of these years not known yet."""
    council = rules().meetings["council"]
    kept = replace(council, dates=tuple(day for day in council.dates if day.year not in years))
    return replace(rules(), meetings={**rules().meetings, "council": kept})


def test_a_moment_without_a_meeting_stays_undated_and_all_else_goes_on() -> None:
    """The council has no dates for 2028 yet: two moments wait, every other date is what it was."""
    all_known = {o.key: o.due for o in occasions(elzenwaard(), rules(), 2027)}

    found = {o.key: o.due for o in occasions(elzenwaard(), without_council(2028, 2029), 2027)}
    waiting = undated(elzenwaard(), without_council(2028, 2029), 2027)

    assert [one.key for one in waiting] == ["2027/council/note", "2027/outside/accounts_council"]
    assert waiting[0].why == NoMeeting("council", date(2028, 5, 12))
    assert len(found) == len(all_known) - 2
    assert found == {key: day for key, day in all_known.items() if key in found}
    assert undated(elzenwaard(), rules(), 2027) == ()


def test_what_is_counted_from_an_undated_moment_waits_with_it() -> None:
    """Who makes plans only after the council's frame is not asked for one before its date is known."""
    moments = dict(rules().moments)
    moments["objectives"] = Moment(after="frame_council", working_days=5)
    schedule = replace(without_council(2025, 2026), moments=moments)

    keys = {o.key for o in occasions(elzenwaard(), schedule, 2027)}
    waiting = {one.key: one for one in undated(elzenwaard(), schedule, 2027)}

    assert waiting["2027/objectives"].after == "frame_council"
    assert waiting["2027/plan/fb/due"].why == waiting["2027/frame/council"].why
    assert not [key for key in keys if "/plan/fb/" in key]
    assert "2027/Q1/report/fb/due" in keys and "2027/plan/adopt" in keys


def test_a_board_that_is_not_known_leaves_only_its_own_moments_open() -> None:
    """The accounts are asked for, the tactical report is made; only the date in the board is not known."""
    schedule = replace(rules(), meetings={**rules().meetings, "board": Meetings()})

    keys = {o.key for o in occasions(elzenwaard(), schedule, 2027)}
    waiting = {one.key: one for one in undated(elzenwaard(), schedule, 2027)}

    assert waiting["2027/Q1/tactical/board"].why == NoMeeting("board", date(2027, 4, 26))
    assert waiting["2027/plan/announce"].after == "plan_adopt"
    assert {"2027/Q1/report/fb/due", "2027/Q1/tactical/secretary", "2027/plan/fb/due"} <= keys


# --- recess, and dates of others


def test_the_joint_body_meets_after_a_recess_where_the_configuration_says_so() -> None:
    """22 October 2027 lies in the autumn recess: the meeting goes to Monday 25 October, its judgement too."""
    away = {o.key: o.due for o in occasions(elzenwaard("oib"), replace(rules(), meets_in_recess=False), 2027)}

    assert away["2027/Q3/meeting"] == away["2027/Q3/report/oib/due"] == date(2027, 10, 25)
    assert away["2027/Q3/tactical/secretary"] == date(2027, 10, 26)
    assert away["2027/Q1/meeting"] == date(2027, 4, 22)


def test_the_secretary_s_report_waits_for_a_meeting_that_a_long_recess_moved() -> None:
    long = replace(rules().calendar, recess=(Period(date(2027, 10, 16), date(2027, 10, 31)),))
    found = occasions(elzenwaard("oib"), replace(rules(), calendar=long, meets_in_recess=False), 2027)
    dates = {o.key: o.due for o in found}

    assert dates["2027/Q3/meeting"] == dates["2027/Q3/tactical/secretary"] == date(2027, 11, 1)
    assert dates["2027/Q3/tactical/board"] == date(2027, 11, 9)


def test_a_date_of_others_may_be_counted_from_ours() -> None:
    own = Outside(Moment(after="plan_adopt", working_days=1), "De ondernemingsraad krijgt de plannen", "WOR")
    found = occasions(elzenwaard(), replace(rules(), outside={"or": own}), 2027)

    assert {o.key: o.due for o in found}["2027/outside/or"] == date(2026, 12, 9)


def test_a_moment_that_was_moved_takes_along_what_is_counted_from_it() -> None:
    """The board adopts the plans a week later: telling them and the letter to the council follow."""
    moved = {"2027/plan/adopt": date(2026, 12, 15)}
    found = {o.key: o.due for o in occasions(elzenwaard(), rules(), 2027, moved)}

    assert found["2027/plan/adopt"] == date(2026, 12, 15)
    assert found["2027/plan/announce"] == date(2026, 12, 18)
    assert found["2027/plan/letter"] == date(2026, 12, 17)


def test_what_was_moved_to_a_day_that_became_a_closing_day_comes_after_it() -> None:
    """But for a meeting: it is held when it is held."""
    closed = replace(rules().calendar, closing_days=frozenset({date(2026, 12, 15), date(2027, 4, 28)}))
    moved = dict.fromkeys(("2027/plan/adopt", "2027/plan/announce"), date(2026, 12, 15))
    moved["2027/Q1/tactical/secretary"] = date(2027, 4, 28)
    schedule = replace(rules(), calendar=closed)
    found = {o.key: o.due for o in occasions(elzenwaard(), schedule, 2027, moved)}

    assert found["2027/plan/adopt"] == date(2026, 12, 15)
    assert found["2027/plan/announce"] == date(2026, 12, 16)
    assert found["2027/Q1/tactical/secretary"] == date(2027, 4, 29)


# --- any year, any rules

MOST = 12  # closing days; fewer than would fill October


def by_weekday(schedule: Schedule) -> Schedule:
    """The shipped schedule with bodies that meet weekly, so that any year has meetings."""
    thursday = Meetings(weekday=3, papers=0)
    return replace(schedule, meetings={**schedule.meetings, "council": thursday, "committee": thursday})


@st.composite
def any_year(draw: st.DrawFn) -> tuple[Organisation, Schedule, int]:
    year = draw(st.integers(2025, 2035))
    days = st.dates(date(year - 1, 1, 1), date(year + 1, 12, 31))
    calendar = WorkingCalendar(
        good_friday=draw(st.booleans()),
        closing_days=draw(st.frozensets(days, max_size=MOST)),
        recess=tuple(
            Period(first, first + timedelta(days=draw(st.integers(0, 45))))
            for first in draw(st.lists(days, max_size=4))
        ),
    )

    def asking() -> Asking:
        reminders = draw(st.sets(st.integers(-8, -1), max_size=3))
        escalate = draw(st.sets(st.integers(3, 12), min_size=3, max_size=3))
        return Asking(tuple(sorted(reminders)), draw(st.integers(1, 2)), tuple(sorted(escalate)))

    def each_quarter(low: int, high: int) -> dict[int, int]:
        return {number: draw(st.integers(low, high)) for number in range(1, 5)}

    schedule = replace(
        by_weekday(rules()),
        calendar=calendar,
        request=each_quarter(0, 1),
        report_due=each_quarter(6, 15),
        account_before_report=draw(st.integers(0, 4)),
        meeting=each_quarter(2, 8),
        joint_request=draw(st.integers(0, 1)),
        tactical=each_quarter(0, 15),
        plan=asking(),
        report=asking(),
        account=asking(),
        no_reminder_within=draw(st.integers(0, 5)),
    )
    return elzenwaard(draw(st.sampled_from(["direct", "oib"]))), schedule, year


@given(any_year())
@settings(max_examples=60)
def test_any_year_is_in_order(case: tuple[Organisation, Schedule, int]) -> None:
    """Keys are unique, dates in order, and everything falls on a working day."""
    organisation, schedule, year = case
    found = occasions(organisation, schedule, year)

    assert len({o.key for o in found}) == len(found)
    assert list(found) == sorted(found)
    assert all(schedule.calendar.is_working_day(o.due) for o in found)
    assert {o.year for o in found} == {year}


@given(any_year())
@settings(max_examples=60)
def test_any_duty_is_asked_for_in_the_right_order(case: tuple[Organisation, Schedule, int]) -> None:
    """Request, reminders, due date, overdue notice, escalations; each as far from the due date as it says."""
    organisation, schedule, year = case
    found = occasions(organisation, schedule, year)
    between = schedule.calendar.between
    kinds = ["request", "reminder", "due", "overdue", "escalate"]
    for duty in {o.duty for o in found if o.duty}:
        of_duty = [o for o in found if o.duty == duty]
        asked, due = (next(o.due for o in of_duty if o.kind == kind) for kind in ("request", "due"))
        assert [o.kind for o in of_duty] == sorted((o.kind for o in of_duty), key=kinds.index)
        dates = [o.due for o in of_duty]
        assert all(early < late for early, late in zip(dates, dates[1:], strict=False))
        for o in of_duty:
            if o.offset:
                assert between(due, o.due) - between(o.due, due) == o.offset
            if o.kind == "reminder":
                assert between(asked, o.due) > schedule.no_reminder_within


@given(any_year())
@settings(max_examples=60)
def test_any_tactical_report_reaches_a_board_that_meets(case: tuple[Organisation, Schedule, int]) -> None:
    """Never in recess, never on a holiday, always with the papers in time."""
    organisation, schedule, year = case
    calendar, board = schedule.calendar, schedule.meetings["board"]
    found = {o.key: o.due for o in occasions(organisation, schedule, year)}
    for number in range(1, 5):
        ready = found[f"{year}/Q{number}/tactical/secretary"]
        meeting = found[f"{year}/Q{number}/tactical/board"]
        assert meeting.weekday() == 1 and calendar.is_working_day(meeting)
        assert not calendar.in_recess(meeting)
        assert calendar.shift(meeting, -board.papers) >= ready
        assert ready >= report_due(schedule, Quarter(year, number))


@given(any_year(), st.sets(st.sampled_from(["board", "council", "committee"])), st.integers(2024, 2036))
@settings(max_examples=60)
def test_meetings_that_are_not_known_yet_never_break_a_year(
    case: tuple[Organisation, Schedule, int], bodies: set[str], known_to: int
) -> None:
    """Every occasion has its date or is named as undated, whichever list stops wherever."""
    organisation, schedule, year = case
    whole = {o.key for o in occasions(organisation, schedule, year)}
    days = [date(2024, 1, 4) + timedelta(weeks=n) for n in range(52 * (known_to - 2024))]
    stops = {body: Meetings(dates=tuple(days), papers=2) for body in bodies}
    partly = replace(schedule, meetings={**schedule.meetings, **stops})

    found = occasions(organisation, partly, year)
    waiting = undated(organisation, partly, year)

    without = tuple(one.key.removesuffix("/due") for one in waiting)
    gone = whole - {o.key for o in found}
    assert gone <= {key for key in whole if key.startswith(without)} if without else not gone
    assert not {o.key for o in found} & {one.key for one in waiting}
    assert {one.why.body for one in waiting} <= bodies
    assert list(found) == sorted(found)
    assert bodies or not waiting


@given(any_year())
@settings(max_examples=40)
def test_recess_and_closing_days_move_dates_but_never_rename_anything(
    case: tuple[Organisation, Schedule, int],
) -> None:
    """Recess moves meetings only, never a deadline; a key does not depend on a date."""
    organisation, schedule, year = case
    without_recess = replace(schedule, calendar=replace(schedule.calendar, recess=()))
    always_open = replace(schedule, calendar=WorkingCalendar())

    found = occasions(organisation, schedule, year)
    calm = {o.key: o.due for o in occasions(organisation, without_recess, year)}
    plain = occasions(organisation, always_open, year)

    of_quarters = [o for o in found if o.duty and "/Q" in o.duty]
    assert all(calm[o.key] == o.due for o in of_quarters)
    assert {o.key for o in found if o.kind != "reminder"} == {o.key for o in plain if o.kind != "reminder"}


def test_the_table_s_own_dates_are_real_weekdays() -> None:
    """The day of the week that the table names is the day of that date."""
    for column in (2, 3):
        for text in expected(column).values():
            pattern = "%a %d %b %Y" if text[0].isalpha() else "%d %b %Y"
            day = datetime.strptime(text, pattern).date()
            assert in_words(day, text) == text and day.weekday() < 5
