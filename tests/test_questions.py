"""The ledger of questions: each is asked once, with a term, and closes whichever way it was answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jaarring import cycle, doorstep
from jaarring import steps as steps_of_the_day
from jaarring.absences import actions as absences
from jaarring.here import Here
from jaarring.ledger import due, outbox
from jaarring.ledger.decisions import Entry
from jaarring.questions import records
from jaarring.questions.rules import Choice, Question
from jaarring.reports import records as reports
from jaarring.reports.rules import ThemeAccount
from tests.conftest import at

pytestmark = pytest.mark.both_stores

CHOICES = (Choice("accept", "Goedkeuren"), Choice("return", "Teruggeven", needs=("reason",)))
JUDGE = Question(
    "2027/ask/judge/Q1-report-pv-1", "2027/Q1/report/pv", "secretaris", "Keurt u dit goed?", CHOICES
)
DAY = date(2027, 4, 15)


def ask(here: Here, *wanted: Question, on: date = DAY) -> list[str]:
    with here.store.write() as tx:
        return records.reconcile(tx, wanted, on, here.schedule, "coordinator", at(here, on))


def asked(here: Here) -> list[tuple[str, str]]:
    with here.store.read() as tx:
        return [(one.key, one.state) for one in records.all_of(tx)]


def steps(here: Here, key: str = JUDGE.key) -> dict[str, tuple[date, str]]:
    with here.store.read() as tx:
        entries = due.of_duty(tx, key)
    return {e.occasion.key.removeprefix(f"{key}/"): (e.occasion.due, e.state) for e in entries}


def test_a_question_is_asked_once_and_has_the_term_of_its_kind(waterveen: Here) -> None:
    """A judgement may take five working days: asked on 15 April 2027 it is due on the 22nd."""
    assert ask(waterveen, JUDGE) == [JUDGE.key]
    assert ask(waterveen, JUDGE) == []
    assert steps(waterveen) == {
        "request": (date(2027, 4, 15), "open"),
        "reminder/-2": (date(2027, 4, 20), "open"),
        "due": (date(2027, 4, 22), "open"),
        "overdue/+1": (date(2027, 4, 23), "open"),
        "escalate/+3": (date(2027, 4, 28), "open"),
    }


@pytest.mark.parametrize(
    ("term", "reminded"),
    [
        (10, {"reminder/-2": date(2027, 4, 28)}),
        (5, {"reminder/-2": date(2027, 4, 20)}),
        (3, {"reminder/-2": date(2027, 4, 16)}),
        (2, {"reminder/-1": date(2027, 4, 16)}),
        (1, {}),
    ],
)
def test_every_question_is_reminded_of_once_before_its_end_however_short_its_term(
    waterveen: Here, term: int, reminded: dict[str, date]
) -> None:
    """Asked on Thursday 15 April 2027. Of one that is due the next day the request is reminder enough."""
    answers = replace(waterveen.schedule.answers, terms={"judge": term})
    short = replace(waterveen.schedule, answers=answers)
    here = replace(waterveen, config=replace(waterveen.config, schedule=short))
    ask(here, JUDGE)
    assert {key: day for key, (day, _) in steps(here).items() if key.startswith("reminder")} == reminded


def test_a_municipality_that_reminds_nobody_reminds_nobody_of_a_question(waterveen: Here) -> None:
    answers = replace(waterveen.schedule.answers, reminders=())
    never = replace(waterveen.schedule, answers=answers)
    here = replace(waterveen, config=replace(waterveen.config, schedule=never))
    ask(here, JUDGE)
    assert not [key for key in steps(here) if key.startswith("reminder")]


def test_what_belongs_to_a_meeting_is_due_on_its_day(waterveen: Here) -> None:
    ask(waterveen, replace(JUDGE, since=date(2027, 4, 20), by=date(2027, 5, 11)))
    found = steps(waterveen)
    assert (found["request"][0], found["due"][0]) == (date(2027, 4, 20), date(2027, 5, 11))


def test_on_a_closed_day_nothing_is_asked(waterveen: Here) -> None:
    """17 April 2027 is a Saturday."""
    ask(waterveen, JUDGE, on=date(2027, 4, 17))
    assert steps(waterveen)["request"][0] == date(2027, 4, 19)


def test_what_no_longer_waits_is_closed_and_nobody_is_asked_again(waterveen: Here) -> None:
    ask(waterveen, JUDGE)
    ask(waterveen)

    assert asked(waterveen) == [(JUDGE.key, "closed")]
    assert {state for _, state in steps(waterveen).values()} == {"superseded", "done"}


def test_what_waits_again_before_it_was_answered_is_asked_again(waterveen: Here) -> None:
    """Else it would stay unanswered: a plan went back, so its check was not needed, and came in again."""
    ask(waterveen, JUDGE)
    ask(waterveen)
    again = f"{JUDGE.key}-2"
    assert ask(waterveen, JUDGE, on=date(2027, 4, 19)) == [again]
    assert ask(waterveen, JUDGE, on=date(2027, 4, 20)) == []
    assert steps(waterveen, again)["request"] == (date(2027, 4, 19), "open")


def test_a_new_version_is_a_new_question(waterveen: Here) -> None:
    again = replace(JUDGE, key="2027/ask/judge/Q1-report-pv-2")
    ask(waterveen, JUDGE)
    assert ask(waterveen, again, on=date(2027, 4, 19)) == [again.key]
    assert asked(waterveen) == [(JUDGE.key, "closed"), (again.key, "open")]


def test_an_answered_question_stays_answered_while_the_state_still_shows_it(waterveen: Here) -> None:
    ask(waterveen, JUDGE)
    with waterveen.store.write() as tx:
        records.answered(tx, JUDGE.key, "{}", "secretaris", at(waterveen, DAY))
    ask(waterveen, JUDGE)
    assert asked(waterveen) == [(JUDGE.key, "answered")]


def test_the_coordinator_is_not_asked_to_help_himself(waterveen: Here) -> None:
    ask(waterveen, replace(JUDGE, asked_of="coordinator"))
    assert not [key for key in steps(waterveen) if key.startswith("escalate")]


def test_a_question_is_asked_of_who_holds_the_place_now(waterveen: Here) -> None:
    ask(waterveen, JUDGE)
    ask(waterveen, replace(JUDGE, asked_of="voorzitter"))
    with waterveen.store.read() as tx:
        (one,) = records.all_of(tx)
    assert (one.question.asked_of, one.state) == ("voorzitter", "open")


def test_the_calendar_leaves_questions_alone(waterveen: Here) -> None:
    """Dating the year anew neither withdraws nor repeats what the calendar does not have."""
    ask(waterveen, JUDGE)
    before = steps(waterveen)
    cycle.schedule(waterveen, DAY, at(waterveen, DAY))
    assert steps(waterveen) == before
    ask(waterveen)
    settled = steps(waterveen)
    cycle.schedule(waterveen, DAY, at(waterveen, DAY))
    assert steps(waterveen) == settled


def test_what_another_letter_asked_counts_as_asked_when_that_letter_was_sent(waterveen: Here) -> None:
    rung = "2027/Q1/report/pv/escalate/+3"
    choose = replace(JUDGE, key="2027/ask/choose/Q1-report-pv-escalate-3", carried_by=rung)
    ask(waterveen, choose)
    assert {name: state for name, (_, state) in steps(waterveen, choose.key).items()} == {
        "request": "done",
        "due": "open",
    }, "asked once: the ladder of the account itself goes on"
    with waterveen.store.read() as tx:
        assert outbox.sent_on(tx, f"{choose.key}/request") is None
    with waterveen.store.write() as tx:
        letter = outbox.NewMessage(rung, "hoofd@waterveen.example", "<1@waterveen.example>", "x", b"x")
        outbox.queue(tx, letter, at(waterveen, DAY))
        tx.exec_driver_sql("update message set state = 'sent', sent_at = queued_at")
    with waterveen.store.read() as tx:
        assert outbox.sent_on(tx, f"{choose.key}/request") is not None


def test_R17_whoever_handed_an_account_in_is_not_asked_to_judge_it_for_another(waterveen: Here) -> None:
    """The head brought it for the owner, and stands in for the secretary: it comes to the coordinator."""
    duty, day = "2027/Q1/report/fb", date(2027, 4, 16)
    with waterveen.store.write() as tx:
        reports.add(
            tx,
            duty,
            ThemeAccount((), (), None),
            on=DAY,
            late=False,
            by="hoofd",
            on_behalf_of="bas",
            file="0" * 64,
            at=at(waterveen, DAY),
        )
    entry = Entry("absence/secretaris", "record", "secretaris", DAY, "", "")
    absences.tell(waterveen, "secretaris", entry, "secretaris", at(waterveen, DAY), substitute="hoofd")
    cycle.schedule(waterveen, day, at(waterveen, day))
    steps_of_the_day.post(waterveen, day, at(waterveen, day))

    with waterveen.store.read() as tx:
        assert outbox.reached(tx, "2027/ask/judge/Q1-report-fb-1") == {"coordinator@waterveen.example"}


@pytest.mark.parametrize("waiting", [True, False])
def test_a_day_on_which_something_is_to_be_asked_is_not_quiet(waterveen: Here, waiting: bool) -> None:
    day = date(2027, 3, 10)
    with waterveen.store.write() as tx:
        early = [one.key for one in due.due(tx, day)]
        due.superseded(tx, early, at(waterveen, day), by="test")
    ask(waterveen, *([JUDGE] if waiting else []), on=day)
    cycle.schedule(waterveen, day, at(waterveen, day))
    config = waterveen.config.folder
    doorstep.leave(config, day, waterveen.config.time_zone, waterveen.store.file, waterveen.intake)

    note = doorstep.note(config)
    if waterveen.store.file:  # a store on a server is asked by the long way
        assert note is not None and note.is_quiet(day) is not waiting
    assert cycle.work(waterveen, day, at(waterveen, day)).post is waiting
