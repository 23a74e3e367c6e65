"""Delay and dispensation: a duty moved, paused or waived with a reason, by whom the lines allow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jaarring import cycle, shelf
from jaarring.calendar import WorkingCalendar
from jaarring.config.load import load
from jaarring.config.municipality import Municipality
from jaarring.decide import Request, Terms, decide
from jaarring.delays import Dispensation, applied, is_duty, moved, standing
from jaarring.governance import PRESETS
from jaarring.here import Here
from jaarring.ledger import decisions, dispensations, due, events
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Occasion
from jaarring.occasions.schedule import Schedule
from jaarring.occasions.year import occasions
from jaarring.refusal import Refused
from jaarring.reminders import actions as reminders
from jaarring.reports import pages
from jaarring.tactical import rules as tactical
from tests import a_year
from tests.conftest import SHIPPED, Mailbox

pytestmark = pytest.mark.both_stores

FB, IB = "2027/Q1/report/fb", "2027/Q1/report/ib"


@cache
def shipped() -> Municipality:
    municipality, mistakes = load(Path(SHIPPED))
    assert municipality is not None, mistakes
    return municipality


def year(variant: str = "direct") -> tuple[Occasion, ...]:
    organisation = replace(shipped().organisation, variant=variant, lines=PRESETS[variant])
    return occasions(organisation, shipped().schedule, 2027)


def one(
    verb: str, until: str = "", on: str = "2027-04-06", subject: str = FB, number: int = 7
) -> Dispensation:
    """A delay or dispensation of physical security's first account, as it stands in the register."""
    last = date.fromisoformat(until) if until else None
    return Dispensation(
        number, subject, verb, last, date(2027, 4, 14), date.fromisoformat(on), "secretaris", "storing"
    )


def steps_of(found: Sequence[Occasion], duty: str = FB) -> dict[str, str]:
    """The steps of a duty: the end of the key → the date."""
    return {o.key.removeprefix(f"{duty}/"): o.due.isoformat() for o in found if o.duty == duty}


def laid_over(*given_: Dispensation, schedule: Schedule | None = None) -> dict[str, str]:
    return steps_of(applied(given_, schedule or shipped().schedule, year()))


class TestMoved:
    def test_everything_is_counted_from_the_new_date(self) -> None:
        """Two weeks later: reminders, overdue notice and escalations go along, as steps of their own."""
        assert laid_over(one("move", "2027-04-22")) == {
            "request": "2027-04-01",
            "move/7/reminder/-5": "2027-04-15",
            "move/7/reminder/-2": "2027-04-20",
            "due": "2027-04-22",
            "move/7/overdue/+1": "2027-04-23",
            "move/7/escalate/+3": "2027-04-28",
            "move/7/escalate/+5": "2027-04-30",
        }

    def test_nobody_is_reminded_on_the_day_of_the_decision_or_before(self) -> None:
        """Decided on the 15th: the reminder of that day would be of the past."""
        assert "move/7/reminder/-5" not in laid_over(one("move", "2027-04-22", on="2027-04-15"))

    def test_another_theme_and_the_moments_keep_their_dates(self) -> None:
        found = applied([one("move", "2027-04-22")], shipped().schedule, year())
        others = [o for o in found if o.duty != FB]

        assert others == sorted(o for o in year() if o.duty != FB)

    def test_the_last_of_two_counts_and_its_steps_are_new_ones(self) -> None:
        found = laid_over(one("move", "2027-04-22"), one("move", "2027-04-20", number=9))

        assert found["due"] == "2027-04-20" and found["move/9/overdue/+1"] == "2027-04-21"
        assert not [key for key in found if key.startswith("move/7")]

    def test_a_date_that_became_a_closing_day_goes_to_the_next(self) -> None:
        closed = replace(shipped().schedule.calendar, closing_days=frozenset({date(2027, 4, 22)}))
        found = laid_over(one("move", "2027-04-22"), schedule=replace(shipped().schedule, calendar=closed))

        assert found["due"] == "2027-04-23"

    def test_the_account_of_the_joint_body_is_asked_for_once_whatever_the_date(self) -> None:
        duty = "2027/Q1/report/oib"
        given_ = one("move", "2027-04-30", subject=duty)
        found = steps_of(applied([given_], shipped().schedule, year("oib")), duty)

        assert found == {"request": "2027-04-15", "due": "2027-04-30"}

    def test_a_moment_goes_to_its_new_date_and_takes_along_what_follows(self) -> None:
        given_ = [one("move", "2026-12-15", subject="2027/plan/adopt")]
        organisation = replace(shipped().organisation, variant="direct", lines=PRESETS["direct"])
        found = {o.key: o.due for o in occasions(organisation, shipped().schedule, 2027, moved(given_))}

        assert found["2027/plan/adopt"] == date(2026, 12, 15)
        assert found["2027/plan/announce"] == date(2026, 12, 18)


class TestPaused:
    def test_what_falls_inside_comes_the_working_day_after(self) -> None:
        """A pause to 9 April: the reminder of the 7th would come on the 12th, where one is; one is left."""
        assert laid_over(one("pause", "2027-04-09")) == {
            "request": "2027-04-01",
            "reminder/-2": "2027-04-12",
            "due": "2027-04-14",
            "overdue/+1": "2027-04-15",
            "escalate/+3": "2027-04-19",
            "escalate/+5": "2027-04-21",
        }

    def test_a_due_date_inside_comes_after_and_what_is_behind_keeps_its_distance(self) -> None:
        found = laid_over(one("pause", "2027-04-16", on="2027-04-13"))

        assert found["due"] == "2027-04-19" and found["overdue/+1"] == "2027-04-20"
        assert found["escalate/+3"] == "2027-04-22" and found["escalate/+5"] == "2027-04-26"
        assert found["reminder/-5"] == "2027-04-07"  # went out before the pause

    def test_escalations_inside_wait_for_its_end(self) -> None:
        """Too late already, and paused from the 16th to the 20th: the head is asked on the 21st."""
        found = laid_over(one("pause", "2027-04-20", on="2027-04-16"))

        assert (found["due"], found["overdue/+1"]) == ("2027-04-14", "2027-04-15")
        assert (found["escalate/+3"], found["escalate/+5"]) == ("2027-04-21", "2027-04-23")

    def test_who_was_not_asked_yet_gets_the_whole_term(self) -> None:
        found = laid_over(one("pause", "2027-04-09", on="2027-03-30"))

        assert found["request"] == "2027-04-12" and found["due"] == "2027-04-23"


class TestWaived:
    def test_nothing_of_it_is_asked(self) -> None:
        assert laid_over(one("waive")) == {}

    def test_a_new_date_brings_it_back(self) -> None:
        assert laid_over(one("waive"), one("move", "2027-05-14", number=8))["due"] == "2027-05-14"

    def test_only_the_last_counts_in_the_reports(self) -> None:
        first, last = one("pause", "2027-04-09"), one("waive", number=8)
        assert standing([first, one("move", "2027-05-14", subject=IB), last]) == [
            last,
            one("move", "2027-05-14", subject=IB),
        ]


def test_a_key_tells_whether_it_is_of_a_duty() -> None:
    duties = [FB, "2027/plan/fb", "2027/Q4/account/fzh", "2027/Q1/report/oib"]
    others = ["2027/plan/adopt", "2027/Q1/meeting", "2027/Q1/tactical/board", "2027/council/note", "2027/x"]

    assert all(is_duty(key) for key in duties) and not any(is_duty(key) for key in others)


# --- any delay

KINDS = ["request", "reminder", "due", "overdue", "escalate"]


@st.composite
def any_delays(draw: st.DrawFn) -> tuple[list[Dispensation], Schedule, str]:
    days = st.dates(date(2027, 3, 25), date(2027, 7, 30))
    closing = draw(st.frozensets(days, max_size=10))
    calendar = WorkingCalendar(closing_days=closing, recess=shipped().schedule.calendar.recess)
    subject = draw(st.sampled_from([FB, "2027/Q1/account/fzh", "2027/Q2/report/ib"]))
    found = []
    for number in range(draw(st.integers(1, 4))):
        on = draw(days)
        until = on + timedelta(days=draw(st.integers(1, 60)))
        verb = draw(st.sampled_from(["move", "pause", "waive"]))
        found.append(
            Dispensation(number + 1, subject, verb, None if verb == "waive" else until, on, on, "x", "x")
        )
    return found, replace(shipped().schedule, calendar=calendar), subject


@given(any_delays())
@settings(max_examples=150)
def test_any_delay_keeps_the_order_and_never_asks_on_a_closed_day(
    case: tuple[list[Dispensation], Schedule, str],
) -> None:
    """Request, reminders, due date, overdue notice, escalations: in that order, each on a day of its own."""
    given_, schedule, subject = case
    organisation = replace(shipped().organisation, variant="direct", lines=PRESETS["direct"])
    plain = occasions(organisation, schedule, 2027)
    found = applied(given_, schedule, plain)
    mine = [o for o in found if o.duty == subject]

    assert [o for o in found if o.duty != subject] == [o for o in plain if o.duty != subject]
    assert all(schedule.calendar.is_working_day(o.due) for o in mine)
    assert [o.kind for o in mine] == sorted((o.kind for o in mine), key=KINDS.index)
    assert all(a.due < b.due for a, b in zip(mine, mine[1:], strict=False))
    assert len({o.key for o in found}) == len(found)
    assert (mine == []) == (given_[-1].verb == "waive" or not mine)
    last = given_[-1]
    if last.verb == "move" and last.until:
        assert next(o.due for o in mine if o.kind == "due") == schedule.calendar.on_or_after(last.until)
    if last.verb == "pause" and last.until:
        assert not [o for o in mine if last.decided_on <= o.due <= last.until]


# --- given, in the store

BAS, NOOR = "bas@waterveen.example", "noor@waterveen.example"


def dispense(
    here: Here,
    verb: str,
    key: str = FB,
    until: str = "",
    body: str = "secretaris",
    day: date = date(2027, 4, 6),
    reason: str = "het passysteem was een week niet bereikbaar",
) -> None:
    last = date.fromisoformat(until) if until else None
    entry = Entry(key, verb, body, day, "", reason)
    decide(Request(here.on(day), key, verb, entry, "coordinator", cycle.moment(here, day), Terms(end=last)))


def dates(here: Here, duty: str = FB, *states: str) -> dict[str, str]:
    with here.store.read() as tx:
        found = [e.occasion for e in due.of_duty(tx, duty) if e.state in (states or due.WAITS)]
    return steps_of(sorted(found), duty)


def asked_each_day(here: Here, mailbox: Mailbox, first: date, last: date) -> list[tuple[str, str]]:
    """What physical security's owner is asked from `first` to `last`: date, subject."""
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        before = len(mailbox.subjects(BAS))
        cycle.schedule(here, day, cycle.moment(here, day))
        reminders.queue_due(here.on(day), day, cycle.moment(here, day), reminders.Around())
        mailbox.deliver(day)
        found += [(f"{day.day}-{day.month}", subject) for subject in mailbox.subjects(BAS)[before:]]
    return found


class TestGiving:
    def test_R17_who_reads_the_account_gives_delay_and_nobody_else(self, waterveen: Here) -> None:
        for body in ("bas", "coordinator", "noor"):
            with pytest.raises(Refused, match="mag hiervan geen uitstel geven"):
                dispense(waterveen, "move", until="2027-04-22", body=body)
        dispense(waterveen, "move", until="2027-04-22")

        assert dates(waterveen)["due"] == "2027-04-22"

    def test_stands_in_the_register_and_in_the_log_with_its_reason(self, waterveen: Here) -> None:
        dispense(waterveen, "move", until="2027-04-22")

        with waterveen.store.read() as tx:
            given_ = dispensations.of_year(tx, 2027)
            entry = decisions.latest(tx, FB, "move")
            logged = [e for e in events.history(tx, FB) if e.kind == "dispensation.move"]
        assert given_ == [
            Dispensation(
                1,
                FB,
                "move",
                date(2027, 4, 22),
                date(2027, 4, 14),
                date(2027, 4, 6),
                "secretaris",
                "het passysteem was een week niet bereikbaar",
            )
        ]
        assert entry is not None and (entry.body, entry.reason) == (
            "secretaris",
            "het passysteem was een week niet bereikbaar",
        )
        assert logged[0].payload == {"number": 1, "until": "2027-04-22", "was": "2027-04-14"}
        assert logged[0].on_behalf_of == "secretaris"

    @pytest.mark.parametrize(
        ("verb", "key", "until", "told"),
        [
            ("move", FB, "", "de nieuwe datum ontbreekt; schrijf haar met --until"),
            (
                "move",
                FB,
                "2027-04-06",
                "6 april 2027 kan hier niet; kies een dag vanaf woensdag 7 april 2027",
            ),
            (
                "move",
                FB,
                "2027-05-05",
                "woensdag 5 mei 2027 is geen werkdag; kies bijvoorbeeld maandag 10 mei",
            ),
            ("move", FB, "2029-01-08", "8 januari 2029 kan hier niet"),
            ("move", "2027/Q2/report/fb", "2027-07-01", "1 juli 2027 is niet na de uitvraag op 1 juli 2027"),
            ("waive", FB, "2027-05-03", "een ontheffing heeft geen datum"),
            ("move", "2027/Q1/report/xx", "2027-04-22", "'2027/Q1/report/xx' staat niet in de agenda"),
            ("move", "2027/outside/ensia_tool", "2027-04-22", "staat niet in de agenda"),
            ("pause", "2027/Q2/tactical/board", "2027-05-20", "kan alleen naar een andere datum"),
            ("waive", "2027/Q2/tactical/secretary", "", "kan alleen naar een andere datum"),
            (
                "move",
                "2027/Q2/tactical/board",
                "2027-07-20",
                "op dinsdag 20 juli 2027 is er geen vergadering; kies dinsdag 31 augustus 2027",
            ),
        ],
    )
    def test_what_cannot_be_is_refused_with_what_can(
        self, waterveen: Here, verb: str, key: str, until: str, told: str
    ) -> None:
        before = dates(waterveen)
        with pytest.raises(Refused) as refused:
            dispense(waterveen, verb, key, until)

        assert told in str(refused.value)
        assert dates(waterveen) == before
        with waterveen.store.read() as tx:
            assert dispensations.of_year(tx, 2027) == []

    def test_without_a_reason_there_is_no_delay(self, waterveen: Here) -> None:
        with pytest.raises(Refused, match="de reden ontbreekt"):
            dispense(waterveen, "move", until="2027-04-22", reason=" ")

    def test_given_twice_it_counts_once(self, waterveen: Here) -> None:
        dispense(waterveen, "move", until="2027-04-22")
        with pytest.raises(Refused, match="dit is al vastgelegd op 6 april 2027"):
            dispense(waterveen, "move", until="2027-04-22")

        with waterveen.store.read() as tx:
            assert len(dispensations.of_year(tx, 2027)) == 1

    def test_what_is_handed_in_is_moved_no_more(self, waterveen: Here) -> None:
        with waterveen.store.write() as tx:
            due.close_duty(tx, FB, cycle.moment(waterveen, date(2027, 4, 6)))

        with pytest.raises(Refused, match="is al gedaan of ingetrokken"):
            dispense(waterveen, "move", until="2027-04-22")

    def test_the_board_s_adoption_goes_to_another_meeting(self, waterveen: Here) -> None:
        """A week later; telling the organisation follows."""
        day = date(2026, 11, 30)
        dispense(waterveen, "move", "2027/plan/adopt", "2026-12-15", day=day)

        with waterveen.store.read() as tx:
            adopt, told = due.get(tx, "2027/plan/adopt"), due.get(tx, "2027/plan/announce")
        assert adopt and told
        assert (adopt.occasion.due, told.occasion.due) == (date(2026, 12, 15), date(2026, 12, 18))
        assert (adopt.sequence, adopt.state) == (1, "open")

    def test_the_meeting_of_the_joint_body_may_be_left_out(self, waterveen_oib: Here) -> None:
        dispense(waterveen_oib, "waive", "2027/Q1/meeting")

        with waterveen_oib.store.read() as tx:
            meeting = due.get(tx, "2027/Q1/meeting")
        assert meeting and meeting.state == "withdrawn"


class TestAsking:
    def test_an_owner_is_asked_by_the_new_date_though_the_old_one_was_chased(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """Too late on the 15th; on the 16th the secretary gives time to the 29th: a new ladder from there."""
        before = asked_each_day(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 15))
        dispense(waterveen, "move", until="2027-04-29", day=date(2027, 4, 16))
        after = asked_each_day(waterveen, mailbox, date(2027, 4, 16), date(2027, 5, 14))

        assert [day for day, _ in before] == ["1-4", "7-4", "12-4", "15-4"]
        assert [day for day, _ in after] == ["21-4", "26-4", "30-4", "4-5", "11-5"]
        assert after[1][1].startswith("Herinnering") and after[2][1].startswith("Te laat")
        assert "29 april 2027" in mailbox.text(BAS, number=5)
        hoofd = mailbox.subjects("hoofd@waterveen.example")
        assert sum("fysieke beveiliging" in subject for subject in hoofd) == 1

    def test_nothing_is_asked_in_a_pause(self, waterveen: Here, mailbox: Mailbox) -> None:
        asked_each_day(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 5))
        dispense(waterveen, "pause", until="2027-04-30", day=date(2027, 4, 6))

        assert asked_each_day(waterveen, mailbox, date(2027, 4, 6), date(2027, 4, 30)) == []
        assert dates(waterveen)["due"] == "2027-05-03"

    def test_what_is_waived_is_asked_no_more_and_stands_withdrawn(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        asked_each_day(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 5))
        dispense(waterveen, "waive", day=date(2027, 4, 6))

        assert asked_each_day(waterveen, mailbox, date(2027, 4, 6), date(2027, 5, 14)) == []
        assert "due" in dates(waterveen, FB, "withdrawn")
        dispense(waterveen, "move", until="2027-05-21", day=date(2027, 5, 12))
        assert dates(waterveen)["due"] == "2027-05-21"

    def test_a_second_look_at_the_calendar_writes_nothing(self, waterveen: Here) -> None:
        dispense(waterveen, "move", until="2027-04-22")
        with waterveen.store.read() as tx:
            head = events.head(tx)
        cycle.schedule(waterveen, date(2027, 4, 7), cycle.moment(waterveen, date(2027, 4, 7)))

        with waterveen.store.read() as tx:
            assert events.head(tx) == head


class TestWhatCameBack:
    def test_has_a_date_of_its_own_that_can_be_moved(self, waterveen: Here) -> None:
        """Sent back on 16 April, to be mended by the 21st; the secretary gives time to the 29th."""
        back, day = cycle.moment(waterveen, date(2027, 4, 16)), date(2027, 4, 19)
        with waterveen.store.write() as tx:
            due.close_duty(tx, FB, back)
            decisions.record(
                tx,
                Entry(FB, "return", "secretaris", date(2027, 4, 16), "", "zonder bron"),
                "coordinator",
                back,
            )
        cycle.schedule(waterveen, date(2027, 4, 16), back)
        before = dates(waterveen)["return/1/due"]
        dispense(waterveen, "move", until="2027-04-29", day=day)

        assert before == "2027-04-21"
        assert dates(waterveen) == {
            "return/1/move/1/reminder/-2": "2027-04-26",
            "return/1/due": "2027-04-29",
            "return/1/move/1/overdue/+1": "2027-04-30",
            "return/1/move/1/escalate/+3": "2027-05-04",
            "return/1/move/1/escalate/+5": "2027-05-11",
        }
        with waterveen.store.read() as tx:
            (given_,) = dispensations.of_year(tx, 2027)
        assert (given_.subject, given_.ladder) == (FB, f"{FB}/return/1")

    def test_is_waived_without_touching_what_was_handed_in(self, waterveen: Here) -> None:
        back = cycle.moment(waterveen, date(2027, 4, 16))
        with waterveen.store.write() as tx:
            due.close_duty(tx, FB, back)
            decisions.record(
                tx,
                Entry(FB, "return", "secretaris", date(2027, 4, 16), "", "zonder bron"),
                "coordinator",
                back,
            )
        cycle.schedule(waterveen, date(2027, 4, 16), back)
        dispense(waterveen, "waive", day=date(2027, 4, 19))

        assert dates(waterveen) == {}
        assert dates(waterveen, FB, "done") == {"due": "2027-04-14"}


class TestInTheReports:
    def test_delay_and_dispensation_stand_in_the_tactical_report_with_their_reason(self) -> None:
        """What was waived counts as not asked, so it is no finding that it did not come."""
        plain = a_year.a_year(shipped().organisation, shipped().framework)
        missing = a_year.with_account(plain, "2027/Q2/report/fb", None)
        given_ = one("waive", subject="2027/Q2/report/fb", on="2027-07-05")
        later = one("move", "2027-07-20", subject="2027/Q2/report/pr", on="2027-07-06", number=8)

        without = tactical.compile(missing, a_year.Q2)
        report = tactical.compile(replace(missing, delays=(given_, later)), a_year.Q2)
        text = " ".join(re.sub(r"<[^>]+>", " ", shelf.words("tactical/report.html", report=report)).split())

        assert any(f.kind == "no-account" for f in without.findings)
        assert not any(f.kind == "no-account" for f in report.findings)
        assert (without.handed[0].owed, report.handed[0].owed) == (5, 4)
        assert "Uitstel en ontheffing" in text
        assert "Verantwoording 2e kwartaal 2027: fysieke beveiliging Hoeft niet." in text
        assert "Verantwoording 2e kwartaal 2027: privacy Van 14 april 2027 naar 20 juli 2027." in text
        assert "Gemeentesecretaris, 6 juli 2027. storing" in text
        assert "Uitstel en ontheffing" not in shelf.words("tactical/report.html", report=without)

    def test_what_was_handed_in_by_the_new_date_is_in_time(self, waterveen: Here) -> None:
        dispense(waterveen, "move", until="2027-04-22")

        with waterveen.store.read() as tx:
            assert pages.due_date(tx, FB) == date(2027, 4, 22)
