"""Random years keep every promise; `make fuzz` plays a thousand, this a sample. The look can find fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jaarring.ledger.due import Entry
from jaarring.occasions import Occasion
from tests.fuzz.years import Played, broken, play

WHAT = "2027/Q1/report/t0"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 112))
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
        quiet = replace(made, absences={}, runs={date(2027, 4, 1): 0})
        played = Played(quiet, entries={ask.key: Entry(ask, "done", None) for ask in asks})
        owner = next(iter(quiet.config.organisation.people.values())).mail
        played.mails = [(ask.due, ask.key, owner) for ask in asks]
        return played

    def test_a_calm_year_is_good(self, calm: Played) -> None:
        assert list(broken(calm)) == []

    def test_a_mail_on_sunday(self, calm: Played) -> None:
        calm.mails[0] = (date(2027, 4, 4), *calm.mails[0][1:])

        assert "closed day" in " ".join(broken(calm))

    def test_a_mail_after_the_hand_in(self, calm: Played) -> None:
        calm.handed_in[WHAT] = date(2027, 4, 14)

        assert "handed in on 2027-04-14" in " ".join(broken(calm))

    def test_a_step_twice(self, calm: Played) -> None:
        calm.mails.append(calm.mails[0])

        assert "went twice" in " ".join(broken(calm))

    def test_two_of_one_ladder_on_one_day(self, calm: Played) -> None:
        calm.mails[1] = (date(2027, 4, 19), *calm.mails[1][1:])

        assert "both went to" in " ".join(broken(calm))

    def test_an_escalation_without_its_notice(self, calm: Played) -> None:
        del calm.mails[1]

        assert "without" in " ".join(broken(calm))

    def test_an_escalation_too_soon_after_its_notice(self, calm: Played) -> None:
        calm.mails[1] = (date(2027, 4, 16), *calm.mails[1][1:])

        assert "too soon" in " ".join(broken(calm))

    def test_a_mail_to_somebody_absent(self, calm: Played) -> None:
        from jaarring.calendar import Period

        id = next(iter(calm.town.config.organisation.people))
        calm.town.absences[id] = [Period(date(2027, 4, 1), date(2027, 4, 2))]

        assert "who is absent" in " ".join(broken(calm))

    def test_a_step_that_was_never_taken(self, calm: Played) -> None:
        calm.town.runs.clear()
        calm.town.runs[date(2027, 4, 1)] = 1
        config = calm.town.config
        calm.town = replace(
            calm.town, config=replace(config, organisations=replace(config.organisations, later=()))
        )
        del calm.mails[2]

        assert "was never sent" in " ".join(broken(calm))
