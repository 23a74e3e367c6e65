"""Random years keep every promise; `make fuzz` plays a thousand, this a sample. The look can find fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring.delays import Dispensation
from jaarring.ledger.due import Entry
from jaarring.occasions import Occasion
from tests.fuzz.played import Carried, Decided, Handed, Heard, Played, Settled
from tests.fuzz.towns import YEAR
from tests.fuzz.years import broken, play

WHAT = "2027/Q1/report/t0"
APRIL = date(2027, 4, 1)
#: small towns in which themes split, come together and go up in others, people leave and the server is off
SAMPLE = (1093, 1123, 1164, 1165, 1191)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SAMPLE)
def test_a_random_year_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    assert list(broken(play(seed, tmp_path))) == []


def test_the_same_seed_is_the_same_year(tmp_path: Path) -> None:
    from random import Random

    from tests.fuzz.towns import town

    assert town(Random(5), tmp_path) == town(Random(5), tmp_path)
    assert town(Random(5), tmp_path) != town(Random(6), tmp_path)


class TestTheLookFindsFault:
    """The control: a year that breaks a promise is told, each promise apart."""

    @pytest.fixture
    def calm(self, tmp_path: Path) -> Played:
        from random import Random

        from tests.fuzz.towns import town

        asks = [
            Occasion(date(2027, 4, 1), f"{WHAT}/request", "request", WHAT),
            Occasion(date(2027, 4, 15), f"{WHAT}/overdue/+1", "overdue", WHAT),
            Occasion(date(2027, 4, 19), f"{WHAT}/escalate/+3", "escalate", WHAT),
        ]
        made = town(Random(5), tmp_path)
        one_stage = replace(made.config, organisations=replace(made.config.organisations, later=()))
        quiet = replace(made, config=one_stage, absences={}, words=(), runs={date(2027, 4, 1): 0})
        played = Played(quiet, entries={ask.key: Entry(ask, "done", None) for ask in asks})
        owner = played.oracle.owes(WHAT, date(2027, 4, 1))
        up = sorted(played.oracle.rungs(WHAT, date(2027, 4, 1)))[0]
        to = [owner, owner, up]
        played.mails = [(ask.due, ask.key, played.oracle.mail(id)) for ask, id in zip(asks, to, strict=True)]
        return played

    def test_a_calm_year_is_good(self, calm: Played) -> None:
        assert list(broken(calm)) == []

    def test_a_mail_on_sunday(self, calm: Played) -> None:
        calm.mails[0] = (date(2027, 4, 4), *calm.mails[0][1:])

        assert "closed day" in " ".join(broken(calm))

    def test_a_mail_after_the_hand_in(self, calm: Played) -> None:
        calm.handed_in[WHAT] = [date(2027, 4, 14)]

        assert "handed in on 2027-04-14" in " ".join(broken(calm))

    def test_a_step_twice(self, calm: Played) -> None:
        calm.mails.append(calm.mails[0])

        assert "went twice" in " ".join(broken(calm))

    def test_two_of_one_ladder_on_one_day(self, calm: Played) -> None:
        calm.mails[1] = (date(2027, 4, 19), calm.mails[1][1], calm.mails[2][2])

        assert "both went to" in " ".join(broken(calm))

    def test_an_escalation_without_its_notice(self, calm: Played) -> None:
        del calm.mails[1]

        assert "without" in " ".join(broken(calm))

    def test_an_escalation_too_soon_after_its_notice(self, calm: Played) -> None:
        calm.mails[1] = (date(2027, 4, 16), *calm.mails[1][1:])

        assert "too soon" in " ".join(broken(calm))

    def test_a_mail_to_somebody_absent(self, calm: Played) -> None:
        from jaarring.calendar import Period

        id = calm.oracle.owes(WHAT, date(2027, 4, 1))
        calm.town.absences[id] = [Period(date(2027, 4, 1), date(2027, 4, 2))]

        assert "who is absent" in " ".join(broken(calm))

    def test_a_step_that_was_never_taken(self, calm: Played) -> None:
        calm.town.runs.clear()
        calm.town.runs[date(2027, 4, 1)] = 1
        del calm.mails[2]

        assert "was never sent" in " ".join(broken(calm))

    # ---- letters of the day and what they ask

    def test_two_letters_of_the_day(self, calm: Played) -> None:
        calm.mails += [(APRIL, f"ask/{who}/2027-04-01", "iemand@town.example") for who in ("a", "b")]

        assert "got 2 letters" in " ".join(broken(calm))

    def judged(self, calm: Played, **other: str) -> Carried:
        """A question after a judgement, as a letter carried it to who acts for the secretary."""
        question = "2027/ask/judge/Q1-report-t0-1"
        to = calm.oracle.mail(calm.oracle.acts("secretaris", APRIL))
        asked = Carried(
            APRIL, question, f"{question}/request", "ask/secretaris/2027-04-01", to, "secretaris", WHAT
        )
        calm.versions = [Handed(WHAT, 1, calm.oracle.owes(WHAT, APRIL), date(2027, 3, 31))]
        calm.carried.append(replace(asked, **other))  # type: ignore[arg-type]
        return asked

    def test_a_question_that_is_asked_rightly_is_good(self, calm: Played) -> None:
        self.judged(calm)

        assert list(broken(calm)) == []

    def test_a_question_asked_twice(self, calm: Played) -> None:
        self.judged(calm)
        self.judged(calm, letter="ask/secretaris/2027-04-02")

        assert "was asked in 2 letters" in " ".join(broken(calm))

    def test_a_question_to_somebody_else(self, calm: Played) -> None:
        self.judged(calm, recipient="burgemeester@town.example")

        assert "went to burgemeester@town.example" in " ".join(broken(calm))

    def test_a_question_after_it_was_answered(self, calm: Played) -> None:
        asked = self.judged(calm)
        calm.questions = [Settled(asked.question, "answered", datetime(2027, 4, 1, 5, tzinfo=UTC))]
        calm.forms = [(datetime(2027, 4, 2, 5, tzinfo=UTC), "ask/x/2027-04-02", (asked.question,))]

        assert "which was answered" in " ".join(broken(calm))

    def test_a_question_that_whoever_is_asked_may_not_answer(self, calm: Played) -> None:
        calm.refused = [(APRIL, "2027/ask/judge/Q1-report-t0-1", "dit is niet aan u")]

        assert "could not be answered" in " ".join(broken(calm))

    def test_a_judgement_asked_of_who_handed_it_in(self, calm: Played) -> None:
        asked = self.judged(calm)
        calm.versions = [Handed(WHAT, 1, asked.recipient.partition("@")[0], date(2027, 3, 31))]

        assert "who handed it in" in " ".join(broken(calm))

    def test_a_judgement_by_who_handed_it_in(self, calm: Played) -> None:
        calm.versions = [Handed(WHAT, 1, "controller", date(2027, 3, 31))]
        calm.decided = [Decided(1, WHAT, "accept", "controller", "coordinator", APRIL)]

        assert "controller judged" in " ".join(broken(calm))

    # ---- proposals

    def proposal(self, calm: Played, *verdicts: str, by: str = "secretaris") -> None:
        """The owner proposed to adjust something, and it was decided so."""
        calm.decided = [Decided(1, "BV-2027-01", "propose", "eigenaar0", "eigenaar0", APRIL)]
        for number, verb in enumerate(verdicts, 2):
            calm.decided.append(Decided(number, "BV-2027-01", verb, by, "coordinator", APRIL))

    def test_a_proposal_that_is_taken_and_moves_a_plan_is_good(self, calm: Played) -> None:
        self.proposal(calm, "accept")
        calm.carried_out = {"", "BV-2027-01"}

        assert list(broken(calm)) == []

    def test_a_proposal_decided_by_who_made_it(self, calm: Played) -> None:
        self.proposal(calm, "refuse", by="eigenaar0")

        assert "which he proposed" in " ".join(broken(calm))

    def test_a_proposal_decided_twice(self, calm: Played) -> None:
        self.proposal(calm, "refuse", "refuse")

        assert "was decided 2 times" in " ".join(broken(calm))

    def test_a_proposal_that_was_taken_and_moves_nothing(self, calm: Played) -> None:
        self.proposal(calm, "accept")

        assert "no plan moved" in " ".join(broken(calm))

    @pytest.mark.parametrize(("id", "said"), [("BV-2027-01", "was not taken"), ("AM-2027-01", "not adopted")])
    def test_a_plan_moved_by_what_was_not_decided(self, calm: Played, id: str, said: str) -> None:
        self.proposal(calm, "refuse")
        calm.carried_out = {id}

        assert said in " ".join(broken(calm))

    def test_a_proposal_that_whoever_is_asked_may_not_decide(self, calm: Played) -> None:
        calm.refused = [(APRIL, "2027/ask/decide/BV-2027-01", "dit is niet aan u")]

        assert "could not be answered" in " ".join(broken(calm))

    # ---- what was decided

    def test_a_decision_told_twice(self, calm: Played) -> None:
        calm.decided = [Decided(1, "2027/plan/adopt", "adopt", "college", "coordinator", APRIL)]
        calm.heard = [
            Heard(1, "controller", "x", letter, "2027/told/1")
            for letter in ("ask/controller/2027-04-01", "ask/controller/2027-04-02")
        ]

        assert "was told 2 times" in " ".join(broken(calm))
        assert "in 2 letters" in " ".join(broken(calm))

    @pytest.mark.parametrize("who", ["secretaris", "coordinator"])
    def test_a_decision_told_to_who_took_it_or_wrote_it_down(self, calm: Played, who: str) -> None:
        calm.decided = [Decided(1, "2027/plan/check", "accept", "secretaris", "coordinator", APRIL)]
        calm.heard = [Heard(1, who, "x", "ask/x/2027-04-01", "2027/told/1")]

        assert "of his own decision" in " ".join(broken(calm))

    # ---- steps to whom, and by which date

    def test_a_step_to_somebody_else(self, calm: Played) -> None:
        calm.mails[1] = (*calm.mails[1][:2], "burgemeester@town.example")

        assert "not to eigenaar" in " ".join(broken(calm))

    def test_a_step_up_to_somebody_outside_the_line(self, calm: Played) -> None:
        calm.mails[2] = (*calm.mails[2][:2], "controller@town.example")

        assert "not to one of" in " ".join(broken(calm))

    def test_a_step_to_two_people(self, calm: Played) -> None:
        calm.mails.append((*calm.mails[1][:2], "burgemeester@town.example"))

        assert "went to 2 people" in " ".join(broken(calm))

    @pytest.mark.parametrize(
        ("verb", "until", "said"),
        [
            ("move", date(2027, 5, 3), "by the date from before"),
            ("pause", date(2027, 5, 3), "in the pause"),
            ("waive", None, "waived on"),
        ],
    )
    def test_a_step_of_what_was_moved_paused_or_waived(
        self, calm: Played, verb: str, until: date | None, said: str
    ) -> None:
        calm.given = [
            Dispensation(1, WHAT, verb, until, date(2027, 4, 14), date(2027, 4, 13), "college", "x")
        ]

        assert said in " ".join(broken(calm))

    def test_an_account_asked_of_a_theme_that_is_gone(self, calm: Played) -> None:
        organisations = calm.town.config.organisations
        first = organisations.first
        gone = {id: theme for id, theme in first.themes.items() if id != "t0"}
        stage = replace(first, themes=gone, ended={"t0": first.themes["t0"]}, successors={"t0": "t1"})
        later = replace(organisations, later=((date(2027, 2, 1), stage),))
        calm.town = replace(calm.town, config=replace(calm.town.config, organisations=later))

        assert "of a theme that ended" in " ".join(broken(calm))

    def test_money_that_got_lost_when_themes_were_merged(self, calm: Played) -> None:
        total = calm.town.config.framework.budgets[YEAR].total
        calm.sums = [total, total - Decimal("0.01")]

        assert "together, of" in " ".join(broken(calm))
