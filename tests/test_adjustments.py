"""Adjustments: proposed in an account, decided once by whom it is for, old and new visible in the plans."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jaarring.adjustments import actions, questions, records, rules
from jaarring.adjustments.rules import Adjustment
from jaarring.goals.rules import Decision, Rating, Secrecy
from jaarring.governance import DIRECT, OIB
from jaarring.here import Here
from jaarring.ledger import decisions, events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.plans.rules import derive
from jaarring.questions.rules import Question
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import IndicatorEntry, Proposal, ThemeAccount
from tests.conftest import Mailbox, at

JULY, AUGUST = date(2027, 7, 9), date(2027, 8, 31)
PROPOSAL = Proposal(
    measure="M1",
    change="Tweede oefening in november.",
    cause="De levering kwam later.",
    consequence="Dan halen wij het doel niet.",
    amount=Decimal(9000),
    end=date(2027, 9, 30),
)


def proposed(here: Here, proposal: Proposal = PROPOSAL, duty: str = "2027/Q2/report/ib") -> None:
    """Adopted plans, and an account of Noor with a proposal in it."""
    morning = at(here, JULY)
    with here.store.write() as tx:
        if not plans.of_year(tx, 2027):
            for plan in derive(here.framework, here.organisation, 2027).plans:
                plans.add(tx, plan, "adopted", morning)
        entry = IndicatorEntry("G1", Decimal(52), "meting", Rating.OFF_COURSE, "loopt achter")
        account = ThemeAccount((entry,), (), Decimal(9000), proposal=proposal)
        reports.add(
            tx,
            duty,
            account,
            on=JULY,
            late=False,
            by="noor",
            on_behalf_of="",
            file=f"{len(reports.versions(tx, duty)):064}",
            at=morning,
        )


def decide(here: Here, verb: str, body: str = "college", **money: object) -> Adjustment:
    entry = Entry("BV-2027-01", verb, body, AUGUST, "2027-B-7", "")
    return actions.decide(here, "BV-2027-01", verb, entry, "coordinator", at(here, AUGUST), **money)  # type: ignore[arg-type]


def change(here: Here, body: str = "college") -> Adjustment:
    sources = (("M2", Decimal(4000)), ("M3", Decimal(3000)))
    return decide(here, "change", body, amount=Decimal(7000), sources=sources)


def of_kind(here: Here, kind: str, day: date = JULY) -> list[Question]:
    """What this room asks on a day, of one kind."""
    with here.store.read() as tx:
        return [one for one in questions.questions(here, tx, day) if one.kind == kind]


def budgets(here: Here) -> dict[str, Decimal]:
    with here.store.read() as tx:
        return {subject: kept.plan.budget for subject, kept in plans.of_year(tx, 2027).items()}


def test_a_proposal_in_an_account_gets_a_number_once(waterveen: Here, mailbox: Mailbox) -> None:
    proposed(waterveen)

    assert actions.collect(waterveen, 2027, at(waterveen, JULY)) == ["BV-2027-01"]
    assert actions.collect(waterveen, 2027, at(waterveen, JULY)) == []

    (asked,) = of_kind(waterveen, "decide")
    assert asked.asked_of == "college" and asked.subject == "BV-2027-01"
    assert asked.what == "Besluit gevraagd: bijsturing BV-2027-01, informatiebeveiliging."
    assert {choice.verb for choice in asked.choices} == {"accept", "change", "refuse"}
    told = " ".join(asked.details).replace("\u00a0", " ")
    assert "Wat verandert er? Tweede oefening in november." in told
    assert "M1: € 9.000 extra en klaar op 30 september 2027" in told


def test_a_new_version_of_the_account_rewords_an_undecided_proposal(waterveen: Here) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    newer = Proposal(**{**PROPOSAL.__dict__, "amount": Decimal(8000)})
    proposed(waterveen, newer)

    assert actions.collect(waterveen, 2027, at(waterveen, JULY)) == []
    with waterveen.store.read() as tx:
        (one,) = records.of_year(tx, 2027)
        assert one.proposal.amount == 8000
        assert reports.versions(tx, "2027/Q2/report/ib")[0].account.proposal == PROPOSAL  # type: ignore[union-attr]


def test_a_decided_adjustment_moves_money_and_date_and_keeps_the_sum(
    waterveen: Here, mailbox: Mailbox
) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))

    decided = change(waterveen)

    assert (decided.outcome, decided.state(advised=False)) == ("changed", "decided")
    with waterveen.store.read() as tx:
        kept = records.get(tx, "BV-2027-01")
    assert kept and (kept.state(advised=False), kept.carried_out) == ("carried_out", AUGUST)
    assert budgets(waterveen) == {"ib": 27000, "fb": 6000, "pv": 3000}
    assert sum(budgets(waterveen).values()) == 36000
    with waterveen.store.read() as tx:
        first, second = plans.versions(tx, 2027, "ib")
        moved = second.plan.measure("M1")
        assert decisions.about(tx, "BV-2027-01")[0].number == "2027-B-7"
        assert events.verify(tx) is None
    assert first.plan.budget == 20000, "the plan as adopted stays as it was"
    assert moved is not None
    assert (moved.was_budget, moved.measure.budget) == (Decimal(20000), Decimal(27000))
    assert (moved.was_end, moved.measure.end) == (date(2027, 6, 30), date(2027, 9, 30))
    assert second.because == "BV-2027-01"


def test_everybody_whom_the_decision_touches_is_told_old_and_new(waterveen: Here, mailbox: Mailbox) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    change(waterveen)
    mailbox.deliver(AUGUST)

    told = "Besluit over bijsturing BV-2027-01: aangenomen met een wijziging"
    for person in ("noor", "bas", "lea", "hoofd"):
        assert told in mailbox.subjects(f"{person}@waterveen.example")
    text = mailbox.text("bas@waterveen.example").replace("\u00a0", " ")
    assert "het college van burgemeester en wethouders op 31 augustus 2027, nummer 2027-B-7" in text
    assert "M2 (Nieuwe sloten): het bedrag was € 10.000 en wordt € 6.000." in text
    assert "De einddatum was 30 juni 2027 en wordt 30 september 2027." in text


def secret(here: Here, measure: str) -> None:
    """Put one measure of the plans under secrecy."""
    decision = Decision("college", date(2026, 12, 8), "2026-B-9")
    with here.store.write() as tx:
        for kept in plans.of_year(tx, 2027).values():
            measures = tuple(
                replace(p, measure=replace(p.measure, secrecy=Secrecy(decision, "e en h", "college")))
                if p.measure.id == measure
                else p
                for p in kept.plan.measures
            )
            plans.add(tx, replace(kept.plan, measures=measures), kept.state, at(here, JULY), because="geheim")


def test_a_letter_about_money_from_a_secret_measure_says_nothing_of_it(
    waterveen: Here, mailbox: Mailbox
) -> None:
    """Owners of other themes get it too: no title, amount or date of it; of the open ones all."""
    proposed(waterveen)
    secret(waterveen, "M2")
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    change(waterveen)
    mailbox.deliver(AUGUST)

    for person in ("noor", "bas", "lea", "hoofd"):
        text = mailbox.text(f"{person}@waterveen.example").replace("\u00a0", " ")
        assert "M2: een geheime maatregel, daarover schrijven wij niet in een bericht." in text
        assert not re.search(r"Nieuwe sloten|(?<!\d)10\.000", text)
        assert "M1 (" in text and "wordt € 27.000" in text


def test_a_letter_about_a_proposal_for_a_secret_measure_does_not_tell_the_proposal(
    waterveen: Here, mailbox: Mailbox
) -> None:
    proposed(waterveen)
    secret(waterveen, "M1")
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    asked = [" ".join(one.details) for one in [*of_kind(waterveen, "decide"), *of_kind(waterveen, "advise")]]
    decide(waterveen, "change", amount=Decimal(7000), sources=(("M2", Decimal(7000)),))
    mailbox.deliver(AUGUST)

    for text in (*asked, mailbox.text("noor@waterveen.example")):
        assert "een geheime maatregel" in text
        for told in ("Tweede oefening", "levering", "9.000", "20.000", "27.000", "30 september"):
            assert told not in text


def test_a_decision_of_before_the_proposal_or_to_another_year_is_a_slip(waterveen: Here) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    early = Entry("BV-2027-01", "refuse", "college", date(2026, 8, 31), "2027-B-7", "")

    with pytest.raises(Refused, match="van 31 augustus 2026, maar BV-2027-01 is pas op 9 juli 2027"):
        actions.decide(waterveen, "BV-2027-01", "refuse", early, "coordinator", at(waterveen, AUGUST))
    twice = (("M2", Decimal(4000)), ("M2", Decimal(3000)))
    with pytest.raises(Refused, match="staat er twee keer als bron"):
        decide(waterveen, "change", amount=Decimal(7000), sources=twice)
    with pytest.raises(Refused, match="de einddatum 31 december 1927 ligt niet in 2027 of 2028"):
        decide(
            waterveen,
            "change",
            amount=Decimal(7000),
            sources=(("M2", Decimal(7000)),),
            end=date(1927, 12, 31),
        )
    assert budgets(waterveen) == {"ib": 20000, "fb": 10000, "pv": 6000}


def test_an_adviser_may_advise_while_nothing_is_decided(waterveen: Here) -> None:
    """Lea is the controller of Waterveen; Hoofd advises nobody, Noor not about her own."""
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))

    def advise(body: str, words: str) -> None:
        entry = Entry("BV-2027-01", "advise", body, JULY, "", words)
        actions.advise(waterveen, "BV-2027-01", entry, "coordinator", at(waterveen, JULY))

    advise("lea", "Het kan met minder.")
    for nobody in ("hoofd", "noor"):
        with pytest.raises(Refused, match=f"'{nobody}' is geen adviseur; dit is aan: .*lea"):
            advise(nobody, "Niet doen.")
    with pytest.raises(Refused, match="het advies zelf ontbreekt"):
        advise("lea", " ")
    change(waterveen)
    with pytest.raises(Refused, match="is al besloten"):
        advise("lea", "Te laat.")

    with waterveen.store.read() as tx:
        assert [one.reason for one in decisions.about(tx, "BV-2027-01", "advise")] == ["Het kan met minder."]


def test_a_refused_proposal_moves_nothing(waterveen: Here) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))

    assert decide(waterveen, "refuse").outcome == "refused"
    assert budgets(waterveen) == {"ib": 20000, "fb": 10000, "pv": 6000}


@pytest.mark.parametrize(
    ("verb", "body", "taken", "sentence"),
    [
        ("change", "secretaris", {"M2": 7000}, "'secretaris' mag hierover niet besluiten"),
        ("change", "college", {"M2": 4000}, "er gaat € 7000 naar M1, maar er komt € 4000 vandaan"),
        ("change", "college", {"M9": 7000}, "M9 staat in geen jaarplan"),
        ("change", "college", {"M1": 7000}, "M1 kan zo geen geld geven"),
        ("change", "college", {"M3": 7000}, "een maatregel zou minder dan nul euro overhouden"),
        ("accept", "college", {"M2": 7000}, "het besluit wijkt af van het voorstel"),
        ("adopt", "college", {"M2": 7000}, "'adopt' kan hier niet"),
    ],
)
def test_what_does_not_add_up_is_refused_in_one_sentence_and_changes_nothing(
    waterveen: Here, verb: str, body: str, taken: dict[str, int], sentence: str
) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    sources = tuple((measure, Decimal(amount)) for measure, amount in taken.items())

    with pytest.raises(Refused, match=sentence):
        decide(waterveen, verb, body, amount=Decimal(7000), sources=sources)

    assert budgets(waterveen) == {"ib": 20000, "fb": 10000, "pv": 6000}
    with waterveen.store.read() as tx:
        assert decisions.about(tx, "BV-2027-01") == []


def test_a_proposal_is_decided_once(waterveen: Here) -> None:
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    change(waterveen)

    with pytest.raises(Refused, match="over BV-2027-01 is al besloten"):
        decide(waterveen, "refuse")


def test_within_one_theme_and_the_mandate_the_lines_name_who_decides(waterveen: Here) -> None:
    """The mandate of Waterveen is € 5.000."""
    themes = {"M1": "ib", "M2": "fb", "M4": "ib"}
    within = (Decimal(5000), ("M4",))
    across = (Decimal(5000), ("M2",))
    above = (Decimal(5001), ("M4",))
    nothing = (Decimal(0), ())

    def party(lines: object, amount: Decimal, sources: tuple[str, ...]) -> str:
        organisation = type(waterveen.organisation)(**{**waterveen.organisation.__dict__, "lines": lines})
        return rules.decider(organisation, "ib", amount, sources, themes)

    assert [party(DIRECT, *case) for case in (within, across, above, nothing)] == [
        "secretary",
        "college",
        "college",
        "secretary",
    ]
    assert [party(OIB, *case) for case in (within, across)] == ["oib", "college"]
