"""Who writes a decision down: nobody judges his own by standing in for who should."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from jaarring.decide import Request, Terms, decide
from jaarring.governance import Organisations
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.refusal import Refused
from tests.conftest import at
from tests.test_reports import FB, GOOD, hand_in, kept, opened

pytestmark = pytest.mark.both_stores

OWNER, OTHER, LOCO = "teamleider-facilitair", "hoofd-jz", "loco-secretaris"
DAY = date(2027, 4, 15)


@pytest.fixture
def elzenwaard(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "direct")


def say(here: Here, key: str, verb: str, by: str, reason: str = "", terms: Terms | None = None) -> None:
    entry = Entry(key, verb, "secretaris", DAY, "", reason)
    decide(Request(here, key, verb, entry, by, at(here, DAY), terms or Terms()))


@pytest.mark.parametrize("verb", ["accept", "return", "move"])
def test_R17_an_owner_who_stands_in_for_his_judge_judges_nothing_of_his_own(
    elzenwaard: Here, verb: str
) -> None:
    """The secretary is away and the owner of FB acts for him: another's account he judges, his own not."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    away = Terms(end=date(2027, 5, 1), person=OWNER)
    say(elzenwaard, "absence/secretaris", "record", "secretaris", terms=away)
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk, ook niet als vervanger"):
        say(elzenwaard, FB, verb, OWNER, "zo is het goed", Terms(end=date(2027, 4, 29)))
    assert kept(elzenwaard)[0][1] == "submitted"


def changed(here: Here, **offices: object) -> Here:
    """The same with another coordinator, or another owner of FB, or another substitute of the secretary."""
    organisation = here.organisation
    if "substitute" in offices:
        secretary = replace(organisation.people["secretaris"], substitute=str(offices["substitute"]))
        organisation = replace(organisation, people={**organisation.people, "secretaris": secretary})
    if "owner" in offices:
        theme = replace(organisation.themes["fb"], owner=str(offices["owner"]))
        organisation = replace(organisation, themes={**organisation.themes, "fb": theme})
    return replace(here, config=replace(here.config, organisations=Organisations(organisation)))


def written(here: Here) -> list[tuple[str, str | None]]:
    """Who wrote a judgement down, and on whose behalf."""
    with here.store.read() as tx:
        kinds = ("decision.accept", "decision.return")
        return [(one.actor, one.on_behalf_of) for one in events.history(tx) if one.kind in kinds]


def test_R17_nor_does_the_substitute_whom_the_configuration_names(elzenwaard: Here) -> None:
    """While the secretary is away he may write down what he decides, but nothing about himself."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    here = changed(elzenwaard, substitute=OWNER)
    say(here, "absence/secretaris", "record", "secretaris", terms=Terms(end=date(2027, 5, 1)))
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk"):
        say(here, FB, "accept", OWNER)


def test_R17_a_substitute_acts_only_while_the_other_is_away(elzenwaard: Here) -> None:
    """Refused while the secretary is there, with what to do; written down on his behalf while he is away."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    with pytest.raises(Refused) as refused:
        say(elzenwaard, FB, "accept", LOCO)
    assert str(refused.value) == (
        f"'{LOCO}' vervangt de gemeentesecretaris alleen bij afwezigheid; laat de gemeentesecretaris dit "
        "doen, of leg eerst de afwezigheid vast: absence/secretaris record"
    )
    assert kept(elzenwaard)[0][1] == "submitted" and written(elzenwaard) == []

    say(elzenwaard, "absence/secretaris", "record", "secretaris", terms=Terms(end=date(2027, 5, 1)))
    say(elzenwaard, FB, "accept", LOCO)
    assert kept(elzenwaard)[0][1] == "accepted" and written(elzenwaard) == [(LOCO, "secretaris")]


def test_R17_nor_does_the_substitute_of_the_coordinator_write_down_while_he_is_there(
    elzenwaard: Here,
) -> None:
    stand_in = elzenwaard.organisation.people["coordinator"].substitute
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    with pytest.raises(Refused, match="alleen bij afwezigheid"):
        say(elzenwaard, FB, "accept", stand_in)
    say(elzenwaard, "absence/coordinator", "record", "coordinator", terms=Terms(end=date(2027, 5, 1)))
    say(elzenwaard, FB, "accept", stand_in)
    assert written(elzenwaard) == [(stand_in, "secretaris")]


def test_R17_who_was_appointed_for_those_days_acts_though_the_other_is_there(elzenwaard: Here) -> None:
    """A handover that says so; after its last day it says so no more."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    terms = Terms(end=date(2027, 4, 16), person=OTHER)
    entry = Entry("absence/secretaris", "appoint", "college", DAY, "", "")
    decide(Request(elzenwaard, entry.subject, "appoint", entry, "coordinator", at(elzenwaard, DAY), terms))
    late, on = at(elzenwaard, date(2027, 4, 19)), Entry(FB, "accept", "secretaris", DAY, "", "")
    with pytest.raises(Refused, match="legt dit besluit niet vast"):
        decide(Request(elzenwaard, FB, "accept", on, OTHER, late))
    say(elzenwaard, FB, "accept", OTHER)
    assert written(elzenwaard) == [(OTHER, "secretaris")]


@pytest.mark.parametrize("verb", ["accept", "return", "move", "waive"])
def test_R17_a_coordinator_who_owns_a_theme_writes_down_no_judgement_about_it(
    elzenwaard: Here, verb: str
) -> None:
    """Not on the secretary's word either: the secretary says it himself, and then it is so."""
    here = changed(elzenwaard, owner="coordinator")
    hand_in(here, GOOD, FB, date(2027, 4, 7))
    with pytest.raises(Refused) as refused:
        say(here, FB, verb, "coordinator", "zo is het goed", Terms(end=date(2027, 4, 29)))
    assert str(refused.value) == (
        "niemand beoordeelt zijn eigen werk, ook niet namens een ander; dit is aan een ander: "
        "gemeentesecretaris (secretaris), of het formulier dat gemeentesecretaris zelf invult"
    )
    assert kept(here)[0][1] == "submitted"
    say(here, FB, "accept", "secretaris")
    assert kept(here)[0][1] == "accepted"


def test_R17_of_another_theme_he_does_write_it_down(elzenwaard: Here) -> None:
    """The control: it is about his own and not about being the coordinator."""
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    say(elzenwaard, FB, "accept", "coordinator")
    assert written(elzenwaard) == [("coordinator", "secretaris")]


def test_R17_he_writes_down_what_the_judge_said_in_his_own_form(elzenwaard: Here) -> None:
    here = changed(elzenwaard, owner="coordinator")
    hand_in(here, GOOD, FB, date(2027, 4, 7))
    entry = Entry(FB, "accept", "secretaris", DAY, "", "")
    at_ten = at(here, DAY)
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk"):
        decide(Request(here, FB, "accept", entry, "coordinator", at_ten, form_of="coordinator"))
    decide(Request(here, FB, "accept", entry, "coordinator", at_ten, form_of="secretaris"))
    assert kept(here)[0][1] == "accepted"


def test_R17_nor_that_all_plans_cover_the_goals_while_his_own_is_among_them(elzenwaard: Here) -> None:
    """The check and the adoption judge every plan that waits, so his too."""
    here = changed(elzenwaard, owner="coordinator")
    with here.store.write() as tx:
        mine = plans.of_year(tx, 2027)["fb"]
        plans.add(tx, mine.plan, "submitted", at(here, DAY))
    for key, verb, body in (
        ("2027/plan/check", "accept", "secretaris"),
        ("2027/plan/adopt", "adopt", "college"),
    ):
        entry = Entry(key, verb, body, DAY, "2026-B-0521", "")
        with pytest.raises(Refused, match="niemand beoordeelt zijn eigen werk, ook niet namens een ander"):
            decide(Request(here, key, verb, entry, "coordinator", at(here, DAY)))


def test_R17_who_stands_in_for_the_judge_of_another_judges(elzenwaard: Here) -> None:
    hand_in(elzenwaard, GOOD, FB, date(2027, 4, 7))
    away = Terms(end=date(2027, 5, 1), person=OTHER)
    say(elzenwaard, "absence/secretaris", "record", "secretaris", terms=away)
    say(elzenwaard, FB, "accept", OTHER)
    assert kept(elzenwaard)[0][1] == "accepted"
