"""Adjustments: proposed in an account, decided once by whom it is for, old and new visible in the plans."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring import steps
from jaarring.adjustments import actions, questions, records, rules, sheets
from jaarring.adjustments.rules import Adjustment
from jaarring.calendar import Quarter
from jaarring.decide import Request, Terms
from jaarring.decide import decide as run
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.goals.rules import Decision, Rating, Secrecy
from jaarring.governance import DIRECT, OIB
from jaarring.here import Here
from jaarring.ledger import decisions, documents, events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.plans.rules.deriving import derive
from jaarring.questions.rules import Question
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import IndicatorEntry, Proposal, ThemeAccount
from jaarring.signals import records as signals
from jaarring.signals.rules.seeing import signals as seen_in
from jaarring.tactical import records as tactical
from tests.a_year import stored
from tests.conftest import Mailbox, at
from tests.seen import tree

pytestmark = pytest.mark.both_stores

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
    """Owners of other themes get it too: no title, amount or date of it, and of the open ones no amount: what
    M1 gets and M3 gives would tell what M2 gives.
    """
    proposed(waterveen)
    secret(waterveen, "M2")
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    change(waterveen)
    mailbox.deliver(AUGUST)

    for person in ("noor", "bas", "lea", "hoofd"):
        text = mailbox.text(f"{person}@waterveen.example").replace("\u00a0", " ")
        assert "M2: een geheime maatregel, daarover schrijven wij niet in een bericht." in text
        assert not re.search(r"Nieuwe sloten|(?<!\d)10\.000", text)
        assert "M1 (" in text and "het bedrag verandert. Hoeveel, vertelt de coördinator u." in text
        assert "€" not in text


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


# ---- between quarters, by a form of its own, of several measures and of a target


def adopted(here: Here, day: date = JULY) -> None:
    morning = at(here, day)
    with here.store.write() as tx:
        plans.keep_framework(tx, 2027, here.framework, morning)
        for plan in derive(here.framework, here.organisation, 2027).plans:
            plans.add(tx, plan, "adopted", morning)


def propose(here: Here, body: str = "noor", **terms: object) -> None:
    """What `jaarring decide 2027/adjustment propose` does, on 24 June."""
    day = date(2027, 6, 24)
    key = "2027/adjustment"
    entry = Entry(key, "propose", body, day, "", "Wij nemen twee stappen tegelijk.")
    said = {"cause": "De eerste stap was te klein.", "consequence": "Dan halen wij het niet."} | terms
    here = here.on(day)
    run(Request(here, key, "propose", entry, "coordinator", at(here, day), Terms(**said)))  # type: ignore[arg-type]


def test_R16_a_proposal_can_be_made_between_quarters_without_any_account(waterveen: Here) -> None:
    adopted(waterveen)
    propose(waterveen, measure="M1", end=date(2027, 9, 30))
    with waterveen.store.read() as tx:
        (one,) = records.of_year(tx, 2027)
        assert [entry.kind for entry in events.history(tx, "BV-2027-01")] == [
            "decision.propose",
            "adjustment.proposed",
        ]
    assert (one.id, one.theme, one.proposed_in) == ("BV-2027-01", "ib", "2027/adjustment/ib/1")
    (asked,) = of_kind(waterveen, "decide")
    assert asked.asked_of == "secretaris", "without money and within one theme the mandate is enough"


@pytest.mark.parametrize(
    ("body", "terms", "sentence"),
    [
        ("lea", {"measure": "M2"}, "'lea' mag dit niet voorstellen"),
        ("noor", {"measure": "M9"}, "noemt geen maatregel of indicator uit de jaarplannen"),
        ("noor", {"measure": "M1", "cause": ""}, "in het voorstel staat niet wat de oorzaak is"),
        ("noor", {"targets": (("G1", Decimal(120)),)}, "het nieuwe doel voor G1 kan niet"),
    ],
)
def test_a_proposal_that_is_not_whole_is_refused_and_nothing_is_kept(
    waterveen: Here, body: str, terms: dict[str, object], sentence: str
) -> None:
    adopted(waterveen)
    with pytest.raises(Refused, match=sentence):
        propose(waterveen, body, **terms)
    with waterveen.store.read() as tx:
        assert records.of_year(tx, 2027) == []


def test_R16_a_target_can_change_and_old_and_new_stay_visible(waterveen: Here) -> None:
    """70% becomes 65%: milestones, forms and reports go by the new one, the plan shows both."""
    adopted(waterveen)
    propose(waterveen, targets=(("G1", Decimal(65)),))
    (asked,) = of_kind(waterveen, "decide")
    assert "G1: het doel voor 2027 is 70% en wordt 65%" in asked.details
    assert decide(waterveen, "accept", "secretaris").outcome == "accepted"
    with waterveen.store.read() as tx:
        first, second = plans.versions(tx, 2027, "ib")
        year = tactical.snapshot(tx, waterveen.organisation, 2027)
    (before,), (after,) = (version.plan.objectives[0].targets for version in (first, second))
    assert [before.target, after.target, after.was_target] == [70, 65, 70]
    assert [*after.milestones] == [Decimal("53.75"), Decimal("57.5"), Decimal("61.25"), 65]
    assert after.adjusted_by == ("BV-2027-01",)
    assert year and year.framework.goals[0].indicators[0].target(2027) == 65
    assert year.framework.goals[0].indicators[0].baseline(2027) == 50


def test_several_measures_change_in_one_decision(waterveen: Here) -> None:
    """M3 of another theme gives what M1 gets, so the board decides, and about budgets once more (R9b)."""
    adopted(waterveen)
    propose(
        waterveen,
        measure="M1",
        amount=Decimal(1500),
        sources=(("M3", Decimal(1500)),),
        end=date(2027, 8, 31),
    )
    (asked,) = of_kind(waterveen, "decide")
    told = " ".join(asked.details).replace("\u00a0", " ")
    assert asked.asked_of == "college" and asked.by == date(2027, 8, 31)
    assert "Budget informatiebeveiliging: nu € 20.000, dan € 21.500." in told
    assert "Budget personele veiligheid: nu € 6.000, dan € 4.500." in told
    decide(waterveen, "accept")
    assert budgets(waterveen) == {"ib": 21500, "fb": 10000, "pv": 4500}
    with waterveen.store.read() as tx:
        (shift,) = decisions.about(tx, "2027/frame/budgets")
    assert (shift.number, shift.body, shift.reason) == ("2027-B-7", "college", "Bijsturing BV-2027-01.")


def test_within_the_theme_there_is_no_new_decision_about_budgets(waterveen: Here) -> None:
    adopted(waterveen)
    propose(waterveen, measure="M1", end=date(2027, 8, 31))
    decide(waterveen, "accept", "secretaris")
    with waterveen.store.read() as tx:
        assert decisions.about(tx, "2027/frame/budgets") == []


def test_advice_is_asked_of_adviser_and_controller_and_told_to_who_decides(waterveen: Here) -> None:
    """Bas advises Noor's theme, Lea is the controller: there is money in it."""
    proposed(waterveen)
    actions.collect(waterveen, 2027, at(waterveen, JULY))
    assert [one.asked_of for one in of_kind(waterveen, "advise")] == ["bas", "lea"]
    entry = Entry("BV-2027-01", "advise", "lea", JULY, "", "Met minder kan het ook.")
    actions.advise(waterveen, "BV-2027-01", entry, "coordinator", at(waterveen, JULY))
    assert [one.asked_of for one in of_kind(waterveen, "advise")] == ["bas"]
    assert "Adviseur personeel adviseert: Met minder kan het ook." in of_kind(waterveen, "decide")[0].details
    with waterveen.store.read() as tx:
        one = records.get(tx, "BV-2027-01")
    assert one and one.state(advised=True) == "advised"


def test_the_measure_that_another_decision_needs_cannot_be_spent_twice(waterveen: Here) -> None:
    """A decision that takes more than a measure has left is refused, and nothing moves."""
    adopted(waterveen)
    propose(waterveen, measure="M1", amount=Decimal(1000), sources=(("M3", Decimal(6500)),))
    with pytest.raises(Refused, match="er gaat € 1000 naar M1, maar er komt € 6500 vandaan"):
        decide(waterveen, "accept")
    with pytest.raises(Refused, match="een maatregel zou minder dan nul euro overhouden"):
        decide(waterveen, "change", amount=Decimal(6500), sources=(("M3", Decimal(6500)),))
    assert budgets(waterveen) == {"ib": 20000, "fb": 10000, "pv": 6000}


def test_R16_the_form_of_a_proposal_comes_back_through_the_same_door(waterveen: Here, tmp_path: Path) -> None:
    """A red signal lays the form out; filled in it is a proposal, once, and answers the signal."""
    adopted(waterveen)
    day = date(2027, 6, 24)
    key = "2027/signal/Q2-ib-G1"
    here = waterveen.on(day)
    entry = Entry(key, "raise", "noor", day, "", "Het gaat te langzaam.")
    run(Request(here, key, "raise", entry, "coordinator", at(here, day)))
    with waterveen.store.read() as tx:
        kept = documents.newest(tx, "2027/adjustment/ib", "intern", "xlsx")
    assert kept is not None
    blank = waterveen.files.get(kept.sha256)

    half = tmp_path / "half.xlsx"
    half.write_bytes(fill(blank, {("waarom", "wijziging", "antwoord"): "Wij huren iemand in."}))
    wrong = steps.hand_in(here, half, "", at(here, day), day)
    assert isinstance(wrong, list) and "is niet ingevuld" in str(wrong[0])

    whole = tmp_path / "voorstel.xlsx"
    answers: dict[Key, Value] = {("waarom", id, "antwoord"): f"Over {id}." for id in sheets.QUESTIONS}
    answers |= {("maatregelen", "M1", "nieuw"): date(2027, 8, 31), ("doelen", "G1", "nieuw"): Decimal(66)}
    whole.write_bytes(fill(blank, answers))
    first = steps.hand_in(here, whole, "", at(here, day), day)
    again = steps.hand_in(here, whole, "", at(here, day), day)
    assert str(first).startswith("Ontvangen: voorstel BV-2027-01, bijsturing informatiebeveiliging.")
    assert "was al ontvangen" in str(again)

    with waterveen.store.read() as tx:
        (one,) = records.of_year(tx, 2027)
        signal = signals.get(tx, key)
    assert one.proposal == Proposal(
        "M1", "Over wijziging.", "Over oorzaak.", "Over gevolg.", Decimal(0), date(2027, 8, 31),
        targets=(("G1", Decimal(66)),),
    )  # fmt: skip
    assert signal and (signal.outcome, signal.ref) == ("proposed", "BV-2027-01")


def test_the_form_of_a_theme_has_no_row_for_a_secret_measure(waterveen: Here) -> None:
    adopted(waterveen)
    secret(waterveen, "M1")
    with waterveen.store.read() as tx:
        made = sheets.sheets(plans.of_year(tx, 2027)["ib"].plan)
    assert [sheet.id for sheet in made] == ["waarom", "doelen"]


def test_R9_the_case_of_elzenwaard_moves_18_000_euros_to_the_cent(tmp_path: Path) -> None:
    """BV-2027-01: M20 gets it, M11 and M25 give it, three themes move, the year target stays 24 hours."""
    here = stored(tmp_path, decided=False)
    day = date(2027, 8, 31)
    entry = Entry("BV-2027-01", "change", "college", day, "2027-B-0372", "Voor € 18.000 kan het ook.")
    actions.decide(
        here.on(day), "BV-2027-01", "change", entry, "coordinator", at(here, day),
        amount=Decimal(18000), sources=(("M11", Decimal(10000)), ("M25", Decimal(8000))),
    )  # fmt: skip

    with here.store.read() as tx:
        now = {subject: kept.plan for subject, kept in plans.of_year(tx, 2027).items()}
        kept = records.get(tx, "BV-2027-01")
        (shift,) = decisions.about(tx, "2027/frame/budgets")
        log = [one.kind for one in events.history(tx, "BV-2027-01")]
    money = {id: (int(plan.was_budget or plan.budget), int(plan.budget)) for id, plan in now.items()}
    assert money == {
        "ib": (237000, 237000), "fb": (245000, 235000), "pv": (83000, 83000),
        "bc": (140000, 158000), "pr": (45000, 37000),
    }  # fmt: skip
    assert sum(was for was, _ in money.values()) == sum(new for _, new in money.values()) == 750000
    moved = {p.measure.id: p for plan in now.values() for p in plan.measures if p.adjusted_by}
    assert {id: (int(p.was_budget or 0), int(p.measure.budget)) for id, p in moved.items()} == {
        "M20": (48000, 66000), "M11": (30000, 20000), "M25": (18000, 10000),
    }  # fmt: skip
    assert (moved["M20"].was_end, moved["M20"].measure.end) == (date(2027, 6, 30), date(2027, 9, 30))
    (target,) = [
        target for one in now["bc"].objectives for target in one.targets if target.indicator.id == "G5b"
    ]
    assert target.target == 24 and target.was_target is None
    assert kept and (kept.state(advised=True), kept.carried_out) == ("carried_out", day)
    assert (shift.number, shift.date) == ("2027-B-0372", day)
    assert log[-1] == "adjustment.carried_out"


def test_a_new_end_date_changes_what_is_expected_when(tmp_path: Path) -> None:
    """Before, M20 missed its end of 30 June; after the decision it has until 30 September."""
    here = stored(tmp_path, decided=False)
    with here.store.read() as tx:
        before = signals.known(tx, here.organisation, 2027, JULY)
    assert before is not None
    late = {one.subject: [r.kind for r in one.reasons] for one in seen_in(before, Quarter(2027, 2))}
    assert late["M20"] == ["owner", "milestone"]
    entry = Entry("BV-2027-01", "change", "college", AUGUST, "2027-B-0372", "")
    sources = (("M11", Decimal(10000)), ("M25", Decimal(8000)))
    actions.decide(
        here,
        "BV-2027-01",
        "change",
        entry,
        "coordinator",
        at(here, AUGUST),
        amount=Decimal(18000),
        sources=sources,
    )
    with here.store.read() as tx:
        after = signals.known(tx, here.organisation, 2027, AUGUST)
    assert after is not None
    late = {one.subject: [r.kind for r in one.reasons] for one in seen_in(after, Quarter(2027, 2))}
    assert late["M20"] == ["owner"]


def test_the_plan_shows_another_target_with_the_old_one_and_the_number(waterveen: Here) -> None:
    adopted(waterveen)
    propose(waterveen, targets=(("G1", Decimal(65)),))
    decide(waterveen, "accept", "secretaris")
    steps.lay_out_plans(waterveen, AUGUST, at(waterveen, AUGUST))
    page = next(waterveen.documents.glob("jaarplan*informatiebeveiliging.html")).read_text("utf-8")
    assert (
        "65%eerst: 70%BV-2027-01"
        in tree(page).xpath("//tr[th[starts-with(.,'maatregelen')]]")[0].text_content()
    )
