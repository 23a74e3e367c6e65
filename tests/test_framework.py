"""Frame, framework and the board's three decisions as records; the register; an edit is an amendment."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring import cli, cycle, steps
from jaarring.calendar import Quarter
from jaarring.config.load import load
from jaarring.council import actions as council
from jaarring.council import rules
from jaarring.decide import Request, decide
from jaarring.goals.amendments import differences, merged
from jaarring.here import Here, municipality
from jaarring.ledger import decisions
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Occasion
from jaarring.plans import amendments, records, register
from jaarring.plans.questions import questions
from jaarring.refusal import Refused
from jaarring.tactical import rules as tactical
from jaarring.tactical.year import Taken

from . import a_year
from .conftest import SHIPPED, Mailbox, at, copied
from .test_plan_forms import SET, hand_in, plan_of, started, state_of

CHECKED, ADOPTED = date(2026, 11, 27), date(2026, 12, 8)
SPRING = date(2027, 3, 1)


def say(here: Here, key: str, verb: str, body: str, day: date, number: str = "", reason: str = "") -> None:
    """What `jaarring decide` does on a day."""
    here = here.on(day)
    decide(
        Request(here, key, verb, Entry(key, verb, body, day, number, reason), "coordinator", at(here, day))
    )


def adopted(here: Here, tmp_path: Path) -> Here:
    """Every theme handed in, all plans adopted."""
    here = started(here)
    for theme in here.organisation.themes:
        hand_in(here, f"2027/plan/{theme}", {}, tmp_path)
    say(here, "2027/plan/check", "accept", "secretaris", CHECKED)
    say(here, "2027/plan/adopt", "adopt", "college", ADOPTED, "2026-99")
    return here.on(SPRING)


def asked(here: Here, day: date) -> dict[str, str]:
    """What this room asks on a day: key → of whom."""
    with here.store.read() as tx:
        return {one.key: one.asked_of for one in questions(here.on(day), tx, day)}


# --- frame, framework, the board's three


def test_R23_the_council_sets_the_frame_before_the_first_plans(waterveen: Here) -> None:
    """The council is asked first; without its decision the board's framework is refused, and so is a plan."""
    assert asked(waterveen, date(2026, 6, 25)) == {"2027/ask/adopt/frame-council": "raad"}
    with pytest.raises(Refused, match="het kader van de raad is nog niet vastgelegd"):
        say(waterveen, "2027/frame/board", "adopt", "college", date(2026, 9, 15), "2026-88")

    say(waterveen, "2027/frame/council", "adopt", "raad", date(2026, 6, 25), "2026-11")

    with waterveen.store.read() as tx:
        frame = decisions.latest(tx, "2027/frame/council", "adopt")
    assert frame and (frame.body, frame.date, frame.number) == ("raad", date(2026, 6, 25), "2026-11")
    assert asked(waterveen, date(2026, 9, 15)) == {"2027/ask/adopt/frame-board": "college"}


def test_R8_no_plan_is_adopted_before_the_framework_is(waterveen: Here, tmp_path: Path) -> None:
    """The board adopts the framework with body, date and number; before that no plan is adopted."""
    with pytest.raises(Refused, match="het strategisch kader voor 2027 is niet vastgesteld; leg eerst"):
        say(waterveen, "2027/plan/adopt", "adopt", "college", ADOPTED, "2026-99")

    here = adopted(waterveen, tmp_path)

    with here.store.read() as tx:
        board = decisions.latest(tx, "2027/frame/board", "adopt")
        assert records.adopted_framework(tx, 2027) == here.framework
    assert board and (board.body, board.date, board.number) == ("college", date(2026, 9, 15), "2026-88")
    assert {state_of(here, theme) for theme in here.organisation.themes} == {"adopted"}


def test_R9_the_boards_three_decisions_are_records_with_date_and_number(
    waterveen: Here, tmp_path: Path
) -> None:
    """Responsibility with the mandate and accounting come with the framework, budgets with the plans."""
    here = adopted(waterveen, tmp_path)

    with here.store.read() as tx:
        three = {
            name: decisions.latest(tx, f"2027/frame/{name}", "adopt")
            for name in ("responsibility", "budgets", "accounting")
        }
    assert {name: (one.date, one.number) for name, one in three.items() if one} == {
        "responsibility": (date(2026, 9, 15), "2026-88"),
        "budgets": (ADOPTED, "2026-99"),
        "accounting": (date(2026, 9, 15), "2026-88"),
    }
    assert three["responsibility"] and "€\N{NO-BREAK SPACE}5.000" in three["responsibility"].reason


def test_R9_a_decision_that_is_stated_apart_is_asked_of_the_board(tmp_path: Path) -> None:
    """Accounting has another number than the framework: it is asked until it is recorded as stated."""
    config = copied(SHIPPED.parent / "tests" / "waterveen", tmp_path)
    strategy = config / "strategy.yaml"
    apart = "decisions:\n  accounting: {body: college, date: 2026-09-22, number: 2026-91}\n"
    strategy.write_text(strategy.read_text(encoding="utf-8") + apart, encoding="utf-8")
    with municipality(config) as here:
        begun(here)
        here = started(here)

        assert asked(here, SET)["2027/ask/adopt/frame-accounting"] == "college"
        with pytest.raises(Refused, match="dit is niet het besluit dat in strategy.yaml staat"):
            say(here, "2027/frame/accounting", "adopt", "college", date(2026, 9, 22), "2026-90")
        with pytest.raises(Refused, match="'secretaris' mag dit niet"):
            say(here, "2027/frame/accounting", "adopt", "secretaris", date(2026, 9, 22), "2026-91")
        say(here, "2027/frame/accounting", "adopt", "college", date(2026, 9, 22), "2026-91")

        assert "2027/ask/adopt/frame-accounting" not in asked(here, SET)


def test_R9_a_decision_recorded_twice_is_one_and_a_later_one_another(waterveen: Here) -> None:
    """Who was cut off before he heard that it was recorded says it again."""
    begun(waterveen)
    here = started(waterveen)

    def numbers() -> list[str]:
        with here.store.read() as tx:
            return [one.number for one in decisions.about(tx, "2027/frame/responsibility")]

    for number in ("2026-91", "2026-91", "2026-92"):
        say(here, "2027/frame/responsibility", "adopt", "college", date(2026, 9, 22), number)

    assert numbers() == ["2026-88", "2026-91", "2026-92"]


def begun(here: Here) -> None:
    """The cycle in its ledger."""
    cycle.schedule(here, date(2026, 6, 1), at(here, date(2026, 6, 1)))


def test_R9_a_later_decision_about_the_same_supersedes(waterveen: Here, tmp_path: Path) -> None:
    """The board divides the money again: both stay in the register, and it says which one stands."""
    here = adopted(waterveen, tmp_path)
    say(here, "2027/frame/budgets", "adopt", "college", SPRING, "2027-12")

    with here.store.read() as tx:
        lines = [one for one in register.of_year(tx, here.organisation, 2027) if "budgets" in one.subject]
    assert [(one.number, one.state) for one in lines] == [
        ("2026-99", "vervangen op 1 maart 2027, nummer 2027-12"),
        ("2027-12", "geldt"),
    ]


def test_the_register_says_body_date_number_and_what_in_dutch(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = adopted(waterveen, tmp_path)

    assert cli.main(["decisions", "--year", "2027", "--config", str(here.config.folder)]) == 0
    told = capsys.readouterr().out
    assert "kader van de raad voor 2027: vastgesteld; gemeenteraad, 2026-11" in told
    assert "jaarplan 2027 informatiebeveiliging: vastgesteld; college van burgemeester en wethouders" in told

    assert cli.main(["decisions", "--json", "--config", str(here.config.folder)]) == 0
    assert {"frame", "plan"} <= {one["subject"].split("/")[1] for one in json.loads(capsys.readouterr().out)}


def test_an_advice_stands_beside_another_and_a_return_takes_the_place_of_an_acceptance(
    waterveen: Here, tmp_path: Path
) -> None:
    here = started(waterveen)
    hand_in(here, "2027/plan/ib", {}, tmp_path)
    for body in ("bas", "lea"):
        say(here, "2027/plan/advice", "record", body, date(2026, 11, 13), reason="Doen.")
    say(here, "2027/plan/ib", "accept", "secretaris", date(2026, 11, 14))
    say(here, "2027/plan/ib", "return", "secretaris", date(2026, 11, 15), reason="Toch niet.")

    with here.store.read() as tx:
        found = decisions.register(tx, 2027)
    assert all(one.stands for one in found if one.entry.verb == "advise")
    assert [one.stands for one in found if one.entry.verb in ("accept", "return")] == [False, True]


# --- goals, themes, sources


def test_R12_each_goal_has_a_theme_and_each_theme_serves_a_goal(tmp_path: Path) -> None:
    """The shipped example does; a theme that serves nothing, and a goal that nobody serves, are refused."""
    config = copied(SHIPPED, tmp_path)
    made, found = load(config)
    assert made and not found
    goals = {theme for goal in made.framework.goals for theme in goal.themes}
    assert goals == set(made.organisation.themes)

    strategy = config / "strategy.yaml"
    text = strategy.read_text(encoding="utf-8")
    strategy.write_text(text.replace("themes: [pr]\n", "themes: []\n"), encoding="utf-8")
    told = [str(one) for one in load(config)[1]]
    assert any("goals.G6.themes" in one for one in told)

    strategy.write_text(text.replace("themes: [pr]\n", "themes: [ib]\n"), encoding="utf-8")
    told = [str(one) for one in load(config)[1]]
    assert any("themes.pr: dit thema draagt aan geen enkel doel bij" in one for one in told)


def test_R6_goals_and_measures_name_dated_sources_and_the_plan_shows_them(
    tmp_path: Path,
) -> None:
    """A source is data: title, date, address. The plan links it; an address that is none is a mistake."""
    config = copied(SHIPPED, tmp_path)
    with municipality(config) as here:
        begun(here)
        here = started(here)
        page = (here.documents / "jaarplan-2027-informatiebeveiliging.html").read_text(encoding="utf-8")
        physical = (here.documents / "jaarplan-2027-fysieke-beveiliging.html").read_text(encoding="utf-8")
    assert "BIO2 v1.3" in page
    assert 'href="https://zoek.officielebekendmakingen.nl/stcrt-2026-7416.html"' in page
    assert "(9 januari 2026)" in page
    assert "Risico-inventarisatie en -evaluatie van Elzenwaard" in physical

    strategy = config / "strategy.yaml"
    wrong = strategy.read_text(encoding="utf-8").replace("url: https://zoek", "url: http://zoek")
    strategy.write_text(wrong, encoding="utf-8")
    told = [str(one) for one in load(config)[1]]
    assert any("goals.G1.sources" in one and "https://" in one for one in told)


# --- amendments


def edited(here: Here, *changes: tuple[str, str]) -> Here:
    """The same municipality after somebody edited strategy.yaml."""
    strategy = here.config.folder / "strategy.yaml"
    text = strategy.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    strategy.write_text(text, encoding="utf-8")
    made, found = load(here.config.folder)
    assert made is not None, [str(one) for one in found]
    return Here(made, here.store, here.storage, SPRING)


TARGET = ("{year: 2027, value: 70}", "{year: 2027, value: 65}")
MEASURE = ("title: Nieuwe sloten", "title: Nieuwe sloten en sleutels")


def test_an_edit_after_adoption_is_a_proposal_and_nothing_adopted_moves(
    waterveen: Here, tmp_path: Path
) -> None:
    """Target and title edited: one amendment, old and new in Dutch, asked of the board; plans stay."""
    here = adopted(waterveen, tmp_path)
    before = plan_of(here, "ib")
    here = edited(here, TARGET, MEASURE)

    assert amendments.collect(here, SPRING, at(here, SPRING)) == ["AM-2027-01"]
    assert amendments.collect(here, SPRING, at(here, SPRING)) == []

    with here.store.read() as tx:
        [one] = records.amendments(tx, 2027)
        assert records.adopted_framework(tx, 2027) != here.framework
    assert [change.line for change in one.changes] == [
        "Indicator G1 (maatregelen op orde): doel 2027 was 70%, wordt 65%",
        "Maatregel M2: titel was ‘Nieuwe sloten’, wordt ‘Nieuwe sloten en sleutels’",
    ]
    assert plan_of(here, "ib") == before
    assert asked(here, SPRING)["2027/ask/decide/AM-2027-01"] == "college"


def test_an_adopted_amendment_gives_framework_and_plans_a_new_version(
    waterveen: Here, tmp_path: Path
) -> None:
    """From the date of the decision; only the theme that it touches, with old and new in its document."""
    here = edited(adopted(waterveen, tmp_path), TARGET)
    amendments.collect(here, SPRING, at(here, SPRING))

    say(here, "AM-2027-01", "adopt", "college", date(2027, 3, 9), "2027-20")

    with here.store.read() as tx:
        assert records.adopted_framework(tx, 2027, date(2027, 3, 8)) != here.framework
        newest = records.adopted_framework(tx, 2027, date(2027, 3, 9))
        versions = {s: records.versions(tx, 2027, s)[-1] for s in ("ib", "fb")}
    assert newest and newest.goals == here.framework.goals
    assert (versions["ib"].because, versions["ib"].state) == ("AM-2027-01", "adopted")
    assert versions["fb"].because == ""
    target = versions["ib"].plan.objectives[0].targets[0]
    assert target.target == 65
    assert versions["ib"].plan.measures == plan_of(here, "ib").measures
    steps.lay_out_plans(here, date(2027, 3, 9), at(here, date(2027, 3, 9)))
    page = (here.documents / "jaarplan-2027-informatiebeveiliging.html").read_text(encoding="utf-8")
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "AM-2027-01: Indicator G1 (maatregelen op orde): doel 2027 was 70%, wordt 65%." in words
    assert amendments.collect(here, SPRING, at(here, SPRING)) == []


def test_an_edit_taken_back_is_withdrawn_and_a_further_one_takes_its_place(
    waterveen: Here, tmp_path: Path
) -> None:
    here = adopted(waterveen, tmp_path)

    def states(now: Here) -> dict[str, str]:
        amendments.collect(now, SPRING, at(now, SPRING))
        with now.store.read() as tx:
            return {one.id: one.state for one in records.amendments(tx, 2027)}

    assert states(edited(here, TARGET)) == {"AM-2027-01": "proposed"}
    assert states(edited(here, TARGET[::-1])) == {"AM-2027-01": "withdrawn"}
    assert states(edited(here, TARGET)) == {"AM-2027-01": "proposed"}
    assert states(edited(here, MEASURE)) == {"AM-2027-01": "superseded", "AM-2027-02": "proposed"}


def test_an_edit_of_before_another_was_adopted_is_another_amendment_that_says_all_it_changes(
    waterveen: Here, tmp_path: Path
) -> None:
    """An old copy of the file, with its own edit, comes back after the target was changed: it would put the
    old target back, so that is in what the board is asked.
    """
    here = adopted(waterveen, tmp_path)
    edited(here, MEASURE)
    amendments.collect(edited(here), SPRING, at(here, SPRING))  # AM-2027-01: the title alone
    now = edited(here, MEASURE[::-1], TARGET)
    assert amendments.collect(now, SPRING, at(now, SPRING)) == ["AM-2027-02"]
    say(now, "AM-2027-02", "adopt", "college", SPRING, "2027-20")

    old = edited(here, TARGET[::-1], MEASURE)

    assert amendments.collect(old, SPRING, at(old, SPRING)) == ["AM-2027-03"]
    with old.store.read() as tx:
        found = {one.id: one for one in records.amendments(tx, 2027)}
    assert [change.line for change in found["AM-2027-03"].changes] == [
        "Indicator G1 (maatregelen op orde): doel 2027 was 65%, wordt 70%",
        "Maatregel M2: titel was ‘Nieuwe sloten’, wordt ‘Nieuwe sloten en sleutels’",
    ]
    assert asked(old, SPRING)["2027/ask/decide/AM-2027-03"] == "college", (
        "and not the secretary, in his mandate"
    )


def test_a_refused_amendment_stays_in_the_list_and_is_not_asked_again(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = edited(adopted(waterveen, tmp_path), TARGET)
    amendments.collect(here, SPRING, at(here, SPRING))
    before = plan_of(here, "ib")

    say(here, "AM-2027-01", "refuse", "college", SPRING, "2027-21")

    assert amendments.collect(here, SPRING, at(here, SPRING)) == []
    assert not [key for key in asked(here, SPRING) if "AM-2027" in key]
    assert plan_of(here, "ib") == before
    assert cli.main(["amendments", "--config", str(here.config.folder), "--as-of", "2027-03-02"]) == 0
    assert "AM-2027-01 geweigerd" in capsys.readouterr().out


def test_within_a_measure_and_the_mandate_the_secretary_decides(waterveen: Here, tmp_path: Path) -> None:
    """A title is his to decide; a target is the board's."""
    here = edited(adopted(waterveen, tmp_path), MEASURE)
    amendments.collect(here, SPRING, at(here, SPRING))

    assert asked(here, SPRING)["2027/ask/decide/AM-2027-01"] == "secretaris"
    say(here, "AM-2027-01", "adopt", "secretaris", SPRING, "MB 2027-3")
    assert plan_of(here, "fb").measures[0].measure.title == "Nieuwe sloten en sleutels"

    here = edited(here, TARGET)
    amendments.collect(here, SPRING, at(here, SPRING))
    with pytest.raises(Refused, match="'secretaris' mag hierover niet besluiten"):
        say(here, "AM-2027-02", "adopt", "secretaris", SPRING, "MB 2027-4")


def test_the_agenda_names_what_is_proposed(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = edited(adopted(waterveen, tmp_path), TARGET)

    assert cli.main(["agenda", "--config", str(here.config.folder), "--as-of", "2027-03-01"]) == 0

    told = capsys.readouterr().out
    assert "Voorgestelde wijziging AM-2027-01, 1 maart 2027: Indicator G1 (maatregelen op orde)" in told


def test_an_amendment_is_asked_by_mail_and_told_to_whom_it_touches(waterveen: Here, tmp_path: Path) -> None:
    """The board gets it as a question with old and new; once decided, the owner of the theme hears of it."""
    here = edited(adopted(waterveen, tmp_path), TARGET)
    steps.post(here, SPRING, at(here, SPRING))
    box = Mailbox(here, set())
    box.deliver(SPRING)
    assert "doel 2027 was 70%, wordt 65%" in box.text("college@waterveen.example")

    decided = date(2027, 3, 9)
    say(here, "AM-2027-01", "adopt", "college", decided, "2027-20")
    steps.post(here.on(decided), decided, at(here, decided))
    box.deliver(decided)
    assert "AM-2027-01" in box.text("noor@waterveen.example")


def test_what_belongs_to_next_year_is_no_amendment_of_this_one(waterveen: Here, tmp_path: Path) -> None:
    """A budget and a measure for 2028 are prepared in the same file."""
    here = adopted(waterveen, tmp_path)
    later = (
        "measures:\n",
        "measures:\n  M9: {title: Sloten, theme: fb, department: bv, goal: G2, budget: 1, start: 2028-01-01, "
        "end: 2028-02-01, effect: Een pas.}\n",
    )
    budget = ("budgets:\n", "budgets:\n  2028: {total: 1, themes: {ib: 0, fb: 1, pv: 0}}\n")
    assert amendments.collect(edited(here, later, budget), SPRING, at(here, SPRING)) == []


def test_once_adopted_an_edit_differs_no_more_whatever_it_changed() -> None:
    """Every kind of edit has its line, and the framework with the edit in it has none left."""
    made, _ = load(SHIPPED)
    assert made
    old = made.framework
    goal = old.goals[0]
    edits: dict[str, object] = {
        "vision": {"vision": "Anders."},
        "goal": {"goals": (replace(goal, frameworks=("BIO2 v1.4",)), *old.goals[1:])},
        "joint": {"joint_objectives": old.joint_objectives[1:]},
        "guideline": {"guidelines": (replace(old.guidelines[0], text="Anders."), *old.guidelines[1:])},
        "rule": {"roll_up": "all", "withheld": {}},
        "measures": {"measures": old.measures[1:]},
        "budget": {"budgets": {2027: replace(old.budgets[2027], total=Decimal(1))}},
    }
    for kind, edit in edits.items():
        new = replace(old, **edit)  # type: ignore[arg-type]
        assert kind in {change.kind for change in differences(old, new, 2027)}
        assert differences(merged(old, new, 2027), new, 2027) == ()


def test_of_a_secret_measure_an_amendment_says_the_number_only() -> None:
    made, _ = load(SHIPPED)
    assert made
    framework = made.framework
    secret = next(one for one in framework.measures if one.secrecy)
    moved = tuple(
        replace(one, title="Kogelvrij glas", budget=one.budget + 1234) if one is secret else one
        for one in framework.measures
    )
    [change] = differences(framework, replace(framework, measures=moved), 2027)
    assert change.line == f"Maatregel {secret.id}: gewijzigd (geheim)"


# --- what the account to the council shows of it


@pytest.mark.parametrize("edition", ["intern", "openbaar"])
def test_R9_R6_the_council_report_shows_the_three_decisions_and_the_sources(
    tmp_path: Path, edition: str
) -> None:
    """With body, date, number and whether each stands; a goal names frameworks and dated sources."""
    made = a_year.municipality(tmp_path)
    year = a_year.a_year(made.organisation, made.framework)
    three = [
        Taken("2027/frame/responsibility", "adopt", "college", date(2026, 9, 15), "2026-B-0388"),
        Taken("2027/frame/budgets", "adopt", "college", date(2026, 12, 8), "2026-B-0521"),
        Taken("2027/frame/accounting", "adopt", "college", date(2026, 9, 15), "2026-B-0388"),
        Taken("2027/frame/budgets", "adopt", "college", date(2027, 8, 31), "2027-B-0372"),
    ]
    year = replace(year, decisions=(*year.decisions, *three))
    report = rules.internal(year) if edition == "intern" else rules.public(year)

    words = " ".join(re.sub(r"<[^>]+>", " ", council.html_of(report, edition)).split())

    assert "Besluiten waarop 2027 rust" in words
    assert "Verdeling van verantwoordelijkheid en het mandaat voor 2027: vastgesteld" in words
    assert "2026-B-0521 Vervangen op 31 augustus 2027, nummer 2027-B-0372" in words
    assert "2027-B-0372 Geldt" in words
    assert "Staatscourant 2026, 7416 (9 januari 2026)" in words


def test_R9_the_tactical_report_shows_the_decisions_as_known_by_its_meeting(tmp_path: Path) -> None:
    """The second division of the money, of 31 August, is not known yet in the report over the 1st quarter."""
    made = a_year.municipality(tmp_path)
    year = a_year.a_year(made.organisation, made.framework)
    two = [
        Taken("2027/frame/budgets", "adopt", "college", date(2026, 12, 8), "2026-B-0521"),
        Taken("2027/frame/budgets", "adopt", "college", date(2027, 8, 31), "2027-B-0372"),
    ]
    meetings = tuple(
        Occasion(day, f"2027/Q{number}/tactical/board", "decision")
        for number, day in ((1, date(2027, 5, 11)), (2, date(2027, 8, 31)))
    )
    year = replace(year, decisions=tuple(two), occasions=meetings)

    first, second = (tactical.compile(year, Quarter(2027, number)) for number in (1, 2))

    assert [one.state for one in first.decisions] == ["geldt"]
    assert [one.state for one in second.decisions] == [
        "vervangen op 31 augustus 2027, nummer 2027-B-0372",
        "geldt",
    ]
