"""Signals: what is off course is seen in time, and ends in one of four ways, never in nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring import steps
from jaarring.adjustments import records as adjustments
from jaarring.calendar import Quarter
from jaarring.decide import Request, Terms, decide
from jaarring.forms.fill import fill
from jaarring.goals.rules import Decision, Rating, RatingRule, Secrecy
from jaarring.governance import OIB
from jaarring.here import Here
from jaarring.ledger import decisions, events
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.plans.rules import Plan
from jaarring.plans.rules.deriving import derive
from jaarring.questions.rules import Question
from jaarring.refusal import Refused
from jaarring.reports import records as reports
from jaarring.reports.rules import (
    Account,
    AdviceWanted,
    DepartmentAccount,
    IndicatorEntry,
    JointAccount,
    JointEntry,
    MeasureEntry,
    MeasureState,
    ObjectiveEntry,
    Proposal,
    Received,
    ThemeAccount,
)
from jaarring.signals import actions, advising, questions, records, rules, words
from jaarring.signals.rules import Known, Signal, line, seeing
from tests.conftest import Mailbox, at

pytestmark = pytest.mark.both_stores

Q2, Q4 = Quarter(2027, 2), Quarter(2027, 4)
JUNE, JULY, AFTER = date(2027, 6, 24), date(2027, 7, 12), date(2027, 7, 22)
RED, FINE = Rating.OFF_COURSE, Rating.ON_COURSE
IB, BV = "2027/Q2/report/ib", "2027/Q2/account/bv"
PROPOSAL = Proposal("M1", "Wij huren iemand in.", "Te weinig mensen.", "Dan lukt het niet.", Decimal(0), None)


def theme(value: int | None = 60, rating: Rating = FINE, **more: object) -> ThemeAccount:
    """What Noor says of her one indicator: from 50% to 70% this year, 60% at the end of June."""
    entry = IndicatorEntry("G1", None if value is None else Decimal(value), "meting", rating, "zo staat het")
    return replace(ThemeAccount((entry,), (), Decimal(9000)), **more)  # type: ignore[arg-type]


def measure(id: str = "M1", state: MeasureState = MeasureState.DONE, **more: object) -> DepartmentAccount:
    entry = MeasureEntry(id, state, Decimal(100), None, "zo staat het")
    return DepartmentAccount((replace(entry, **more),))  # type: ignore[arg-type]


def known(here: Here, **accounts: Account) -> Known:
    """The plans of 2027 with these accounts over the second quarter: ib, fb, pv, oib, bv."""
    derived = {plan.subject: plan for plan in derive(here.framework, here.organisation, 2027).plans}
    duties = {id: f"2027/Q2/{'account' if id == 'bv' else 'report'}/{id}" for id in accounts}
    came = {
        duties[id]: Received(duties[id], 1, "submitted", JULY, False, "x", "", "", account)
        for id, account in accounts.items()
    }
    return Known(here.organisation, 2027, RatingRule(), derived, came)


def kinds(found: tuple[Signal, ...]) -> dict[str, list[str]]:
    """What is off course, with the reasons why."""
    return {signal.matter: [reason.kind for reason in signal.reasons] for signal in found}


# ---- what is off course


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (theme(60, FINE), []),
        (theme(60, RED), ["owner"]),
        (theme(52, FINE), ["computed", "forecast"]),
        (theme(57, FINE), ["forecast"]),
        (theme(52, RED), ["owner", "forecast"]),
        (theme(None, Rating.NOT_MEASURED), []),
    ],
)
def test_R16_an_indicator_off_course_is_one_signal_with_all_its_reasons(
    waterveen: Here, account: ThemeAccount, why: list[str]
) -> None:
    found = kinds(seeing.signals(known(waterveen, ib=account), Q2))
    assert found == ({"ib-G1": why} if why else {})


def test_R16_the_forecast_warns_before_the_year_is_lost_and_not_after(waterveen: Here) -> None:
    """57% halfway gives 64% at the end, where 70% is the target; at the end of the year it is no forecast."""
    half = known(waterveen, ib=theme(57, FINE))
    (signal,) = seeing.signals(half, Q2)
    assert (signal.reasons[0].value, signal.reasons[0].aim) == (Decimal("64.0"), Decimal(70))
    over = replace(
        half, accounts={"2027/Q4/report/ib": Received("", 1, "x", JULY, False, "x", "", "", theme(65, FINE))}
    )
    assert seeing.signals(over, Q4) == ()


def test_an_objective_off_course_joins_the_signal_of_its_indicator(waterveen: Here) -> None:
    said = (ObjectiveEntry("ib-G1", RED, "te traag"),)
    red = kinds(seeing.signals(known(waterveen, ib=theme(60, RED, objectives=said)), Q2))
    fine = kinds(seeing.signals(known(waterveen, ib=theme(60, FINE, objectives=said)), Q2))
    assert red == {"ib-G1": ["owner", "objective"]}
    assert fine == {"ib-G1": ["owner"]}


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (measure(), []),
        (measure(state=MeasureState.OFF_COURSE, expected_end=date(2027, 6, 30)), ["owner", "milestone"]),
        (measure(state=MeasureState.ON_COURSE), ["milestone"]),
        (measure("M2", MeasureState.ON_COURSE), []),
        (measure("M2", MeasureState.ON_COURSE, expected_end=date(2027, 10, 1)), ["milestone"]),
        (measure("M2", MeasureState.ON_COURSE, spent=Decimal(10001)), ["overspent"]),
        (measure("M2", MeasureState.ON_COURSE, spent=Decimal(10000)), []),
    ],
)
def test_R22_a_missed_milestone_of_a_measure_is_a_signal_to_its_department(
    waterveen: Here, account: DepartmentAccount, why: list[str]
) -> None:
    """M1 ends on 30 June, M2 on 30 September with € 10.000."""
    found = seeing.signals(known(waterveen, bv=account), Q2)
    assert list(kinds(found).values()) == ([why] if why else [])
    assert [line.owner(waterveen.organisation, one, "bv") for one in found] == ["hoofd"] * len(found)


@pytest.mark.parametrize(
    ("spent", "why"), [(12000, []), (12001, ["pace"]), (20000, ["pace"]), (20001, ["overspent"])]
)
def test_a_theme_that_spends_too_much_or_too_fast_is_a_signal(
    waterveen: Here, spent: int, why: list[str]
) -> None:
    """€ 20.000 for the year; well over half of it by June."""
    found = kinds(seeing.signals(known(waterveen, ib=theme(spent=Decimal(spent))), Q2))
    assert found == ({"ib-geld": why} if why else {})


def test_a_department_without_a_measure_is_not_blamed_for_an_account_nobody_asked(waterveen: Here) -> None:
    """The control is a department that has measures, and said nothing of them."""
    duties = {"2027/Q2/account/bv", "2027/Q2/account/leeg"}
    silent = replace(known(waterveen), silent=frozenset(duties))
    assert kinds(seeing.signals(silent, Q2)) == {"bv-maatregelen": ["silent"]}
    (unasked,) = seeing.signals(replace(silent, unasked=silent.silent), Q2)
    assert words.reasons({}, unasked) == (
        "Er kwam geen verantwoording, want onze vraag daarom is niet aangekomen.",
    ), "and who never got our request is not blamed"


def test_what_is_joint_is_a_signal_to_the_body_and_told_to_the_secretary(waterveen_oib: Here) -> None:
    account = JointAccount((JointEntry("J1", RED, "loopt achter"),))
    (found,) = seeing.signals(known(waterveen_oib, oib=account), Q2)
    organisation = waterveen_oib.organisation
    assert (found.key, line.owner(organisation, found)) == ("2027/signal/Q2-oib-J1", "voorzitter")
    assert line.line(organisation, found, "voorzitter") == ("secretaris", "college")


def test_R22_the_line_goes_by_the_chair_where_a_joint_body_stands_between(waterveen: Here) -> None:
    (found,) = seeing.signals(known(waterveen, ib=theme(60, RED)), Q2)
    assert line.line(waterveen.organisation, found, "noor") == ("secretaris", "college")
    oib = replace(waterveen.organisation, variant="oib", lines=OIB)
    assert line.line(oib, found, "noor") == ("voorzitter", "secretaris", "college")


# ---- in the store


def adopted(here: Here) -> None:
    """Adopted plans and framework of 2027."""
    morning = at(here, date(2026, 12, 8))
    with here.store.write() as tx:
        plans.keep_framework(tx, 2027, here.framework, morning)
        for plan in derive(here.framework, here.organisation, 2027).plans:
            plans.add(tx, plan, "adopted", morning)


def hand_in(here: Here, duty: str, account: Account, day: date = JULY) -> None:
    with here.store.write() as tx:
        version = len(reports.versions(tx, duty))
        reports.add(
            tx, duty, account, on=day, late=False, by="noor", on_behalf_of="",
            file=f"{duty}{version}"[-64:], at=at(here, day),
        )  # fmt: skip
    steps.number_proposals(here, day, at(here, day))


@pytest.fixture
def red(waterveen: Here) -> Here:
    """Waterveen with a red rating of Noor, handed in on 12 July."""
    adopted(waterveen)
    hand_in(waterveen, IB, theme(52, RED))
    return waterveen


KEY = "2027/signal/Q2-ib-G1"


def kept(here: Here, key: str = KEY) -> rules.Kept:
    with here.store.read() as tx:
        found = records.get(tx, key)
    assert found is not None
    return found


def asked(here: Here, day: date = JULY) -> list[Question]:
    with here.store.read() as tx:
        return list(questions.questions(here, tx, day))


def say(here: Here, verb: str, body: str, reason: str = "", key: str = KEY, **terms: object) -> None:
    entry = Entry(key, verb, body, JULY, "", reason)
    here = here.on(JULY)
    decide(Request(here, key, verb, entry, "coordinator", at(here, JULY), Terms(**terms)))  # type: ignore[arg-type]


def test_R22_a_red_rating_asks_its_owner_what_happens_now(red: Here) -> None:
    (question,) = asked(red)
    assert (question.asked_of, question.subject) == ("noor", KEY)
    assert question.what == "Bijsturing nodig: G1 maatregelen op orde."
    assert [choice.verb for choice in question.choices] == ["advise", "accept", "none"]
    told = " ".join(question.details)
    assert "De stand is 52%; het doel voor 2027 is 70%." in told
    assert "Over uw uitleg besluit de gemeentesecretaris." in told
    with red.store.read() as tx:
        assert [entry.kind for entry in events.history(tx, KEY)] == ["signal.seen"]


def test_R22_a_signal_is_seen_once_however_often_one_looks(red: Here) -> None:
    assert actions.see(red, JULY, at(red, JULY)) == []
    later = date(2027, 7, 21)
    assert actions.see(red, later, at(red, later)) == []


def test_R22_the_mail_of_the_next_day_asks_with_a_form_for_a_proposal(red: Here, mailbox: Mailbox) -> None:
    day = date(2027, 7, 13)
    steps.post(red, day, at(red, day))
    mailbox.deliver(day)
    text = mailbox.text("noor@waterveen.example")
    assert "Bijsturing nodig: G1 maatregelen op orde." in text
    assert "27 juli 2027" in mailbox.subjects("noor@waterveen.example")[-1]
    names = [
        part.get_filename() for part in mailbox.messages("noor@waterveen.example")[-1].iter_attachments()
    ]
    assert names == ["antwoord.xlsx", "bijsturing-informatiebeveiliging.xlsx"]


def test_R22_a_reminder_has_with_it_what_it_says_is_there(red: Here, mailbox: Mailbox) -> None:
    for day in (date(2027, 7, 13), date(2027, 7, 23)):
        steps.post(red, day, at(red, day))
        mailbox.deliver(day)
    (*_, subject) = mailbox.subjects("noor@waterveen.example")
    assert subject.startswith("Herinnering: graag uiterlijk dinsdag 27 juli 2027: uw keuze bij")
    letter = mailbox.messages("noor@waterveen.example")[-1]
    assert "het formulier bijsturing in de bijlage" in mailbox.text("noor@waterveen.example")
    assert "bijsturing-informatiebeveiliging.xlsx" in [a.get_filename() for a in letter.iter_attachments()]


def test_R22_nothing_changes_is_an_answer_only_when_the_line_confirms_it(red: Here) -> None:
    with pytest.raises(Refused, match="de reden ontbreekt"):
        say(red, "none", "noor")
    say(red, "none", "noor", "In augustus halen wij het in.")
    assert kept(red).state == "said"
    (question,) = asked(red)
    assert question.asked_of == "secretaris" and "In augustus halen wij het in." in " ".join(question.details)
    with pytest.raises(Refused, match="niemand bevestigt zijn eigen antwoord"):
        say(red, "confirm", "noor")
    say(red, "confirm", "secretaris")
    assert (kept(red).state, kept(red).outcome) == ("ended", "none")
    assert asked(red) == []


def test_R22_an_answer_that_the_line_sends_back_is_asked_again_under_another_key(red: Here) -> None:
    (first,) = asked(red)
    say(red, "none", "noor", "Het komt goed.")
    say(red, "disagree", "secretaris", "Hoe dan?")
    (again,) = asked(red)
    assert again.key != first.key and "Hoe dan?" in again.details[0]


def test_R22_a_deviation_is_accepted_by_who_may_decide_and_by_nobody_else(red: Here) -> None:
    with pytest.raises(Refused, match="'bas' mag hierover niet besluiten"):
        say(red, "accept", "bas", "Goed zo.")
    say(red, "accept", "secretaris", "Dit jaar is 60% genoeg.")
    assert (kept(red).state, kept(red).outcome) == ("ended", "accepted")
    with red.store.read() as tx:
        assert [entry.verb for entry in decisions.about(tx, KEY)] == ["accept"]
    with pytest.raises(Refused, match="is al afgehandeld: afwijking geaccepteerd"):
        say(red, "none", "noor", "Toch niet.")


def test_an_accepted_deviation_stands_for_the_year_unless_there_is_another_reason(red: Here) -> None:
    say(red, "accept", "secretaris", "Dit jaar is 60% genoeg.")
    october = date(2027, 10, 12)
    hand_in(red, "2027/Q3/report/ib", theme(55, RED), october)
    with red.store.read() as tx:
        assert len(records.of_year(tx, 2027)) == 1
    hand_in(red, "2027/Q3/report/ib", theme(55, RED, objectives=(ObjectiveEntry("ib-G1", RED, ""),)), october)
    with red.store.read() as tx:
        assert [one.signal.key for one in records.of_year(tx, 2027)] == [KEY, "2027/signal/Q3-ib-G1"]


def test_R16_advice_and_adjustment_are_two_outcomes_and_advice_has_its_own_number(red: Here) -> None:
    say(red, "advise", "noor", "Is dit haalbaar?")
    assert (kept(red).outcome, kept(red).ref) == ("advice", "AV-2027-01")
    (question,) = asked(red)
    assert (question.asked_of, question.subject, question.by) == ("bas", "AV-2027-01", AFTER)
    assert "vraagt de teamleider informatie: Is dit haalbaar?" in question.details[0]
    with red.store.read() as tx:
        assert adjustments.of_year(tx, 2027) == []


def test_R16_a_proposal_that_comes_with_the_red_rating_answers_it_at_once(waterveen: Here) -> None:
    adopted(waterveen)
    hand_in(waterveen, IB, theme(52, RED, proposal=PROPOSAL))
    assert (kept(waterveen).state, kept(waterveen).outcome, kept(waterveen).ref) == (
        "ended", "proposed", "BV-2027-01",
    )  # fmt: skip
    assert asked(waterveen) == []
    hand_in(waterveen, BV, measure(state=MeasureState.OFF_COURSE), date(2027, 7, 13))
    late = kept(waterveen, "2027/signal/Q2-ib-M1")
    assert (late.outcome, late.ref) == ("proposed", "BV-2027-01"), "what serves the same goal is answered too"


def test_R16_a_signal_can_be_raised_between_quarters_and_gathers_what_comes_later(waterveen: Here) -> None:
    adopted(waterveen)
    entry = Entry(KEY, "raise", "noor", JUNE, "", "De meting van 22 juni valt tegen.")
    here = waterveen.on(JUNE)
    decide(Request(here, KEY, "raise", entry, "coordinator", at(here, JUNE)))
    assert kept(waterveen).seen_on == JUNE
    hand_in(waterveen, IB, theme(52, RED))
    assert [reason.kind for reason in kept(waterveen).signal.reasons] == ["raised", "owner", "forecast"]
    hand_in(waterveen, IB, theme(60, FINE))
    assert kept(waterveen).state == "open", "what somebody said is answered, not forgotten"


@pytest.mark.parametrize(
    ("key", "body", "reason", "sentence"),
    [
        (KEY, "noor", " ", "de reden ontbreekt"),
        ("2027/signal/Q2-ib-M9", "noor", "Zo is het.", "'Q2-ib-M9' is geen indicator, doel of maatregel"),
        (KEY, "burgemeester", "Zo is het.", "'burgemeester' mag dit signaal niet geven"),
    ],
)
def test_a_signal_about_nothing_or_by_anybody_is_refused_and_nothing_is_kept(
    waterveen: Here, key: str, body: str, reason: str, sentence: str
) -> None:
    adopted(waterveen)
    with pytest.raises(Refused, match=sentence):
        say(waterveen, "raise", body, reason, key)
    with waterveen.store.read() as tx:
        assert records.of_year(tx, 2027) == [] and decisions.about(tx, key) == []


def test_an_account_that_was_mended_ends_its_signal_by_itself(red: Here) -> None:
    hand_in(red, IB, theme(60, FINE))
    assert (kept(red).state, kept(red).outcome) == ("ended", "gone")
    assert asked(red) == []


def test_R22_an_account_that_never_came_is_a_signal_when_the_report_is_made(waterveen: Here) -> None:
    adopted(waterveen)
    day_before = date(2027, 7, 21)
    assert actions.see(waterveen, day_before, at(waterveen, day_before)) == []
    seen = actions.see(waterveen, AFTER, at(waterveen, AFTER))
    assert "2027/signal/Q2-ib-verantwoording" in seen and "2027/signal/Q2-bv-maatregelen" in seen
    whose = {one.subject.rsplit("/")[-1]: one.asked_of for one in asked(waterveen, AFTER)}
    assert whose["Q2-ib-verantwoording"] == "noor" and whose["Q2-bv-maatregelen"] == "hoofd"
    hand_in(waterveen, IB, theme(60, FINE), AFTER)
    assert kept(waterveen, "2027/signal/Q2-ib-verantwoording").outcome == "gone"


def test_of_a_secret_measure_a_question_says_its_number_and_nothing_more(waterveen: Here) -> None:
    adopted(waterveen)
    secrecy = Secrecy(Decision("college", date(2026, 12, 8), "2026-B-9"), "e en h", "college")

    def hidden(plan: Plan) -> Plan:
        secret = tuple(replace(p, measure=replace(p.measure, secrecy=secrecy)) for p in plan.measures)
        return replace(plan, measures=secret)

    with waterveen.store.write() as tx:
        for one in plans.of_year(tx, 2027).values():
            plans.add(tx, hidden(one.plan), "adopted", at(waterveen, JUNE), because="geheim")
    account = measure(state=MeasureState.OFF_COURSE, spent=Decimal(98765), expected_end=date(2027, 9, 13))
    hand_in(waterveen, BV, account)
    (question,) = asked(waterveen)
    said = " ".join((question.what, *question.details))
    assert "M1 geheime maatregel" in said
    for told in ("Inloggen", "98.765", "13 september", "niet op koers", "besteed"):
        assert told not in said


# ---- advice


def test_R16_anybody_in_the_cycle_may_ask_advice_of_an_adviser_and_the_answer_is_kept(
    waterveen: Here,
) -> None:
    say(waterveen, "ask", "hoofd", "Mag dit?", "2027/advice", person="noor")
    (question,) = asked(waterveen)
    assert (question.key, question.asked_of) == ("2027/ask/advise/AV-2027-01", "noor")
    with pytest.raises(Refused, match="'bas' is dit niet gevraagd; dit is aan: teamleider informatie"):
        say(waterveen, "answer", "bas", "Ja.", "AV-2027-01")
    say(waterveen, "answer", "noor", "Ja, dat mag.", "AV-2027-01")
    assert asked(waterveen) == []
    with waterveen.store.read() as tx:
        (one,) = records.advices(tx, 2027)
    assert (one.answer, one.answered_on) == ("Ja, dat mag.", JULY)
    with pytest.raises(Refused, match="AV-2027-01 is al beantwoord"):
        say(waterveen, "answer", "noor", "Toch niet.", "AV-2027-01")


@pytest.mark.parametrize(
    ("body", "person", "reason", "sentence"),
    [
        ("hoofd", "burgemeester", "Mag dit?", "'burgemeester' is geen adviseur; kies met --person uit:"),
        ("noor", "noor", "Mag dit?", "niemand vraagt zichzelf om advies"),
        ("noor", "bas", "", "de vraag zelf ontbreekt"),
        ("raad", "bas", "Mag dit?", "'raad' mag geen advies vragen"),
    ],
)
def test_advice_of_nobody_or_about_nothing_is_refused(
    waterveen: Here, body: str, person: str, reason: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        say(waterveen, "ask", body, reason, "2027/advice", person=person)
    with waterveen.store.read() as tx:
        assert records.advices(tx, 2027) == []


def test_R16_advice_that_is_asked_in_an_account_gets_its_number_once(waterveen: Here) -> None:
    adopted(waterveen)
    wanted = AdviceWanted("teamleider gebouwen", "Kan dit ook later?")
    hand_in(waterveen, IB, theme(60, FINE, advice=wanted))
    hand_in(waterveen, IB, theme(61, FINE, advice=wanted))
    with waterveen.store.read() as tx:
        (one,) = records.advices(tx, 2027)
    assert (one.id, one.asked_of, one.question) == ("AV-2027-01", "bas", "Kan dit ook later?")
    assert one.until == date(2027, 7, 22), "eight working days"
    assert advising.KIND in waterveen.schedule.answers.terms


# ---- who hears of it


def test_R22_the_line_hears_of_a_signal_within_two_working_days(red: Here, mailbox: Mailbox) -> None:
    day = date(2027, 7, 13)
    steps.post(red, day, at(red, day))
    mailbox.deliver(day)
    text = mailbox.text("secretaris@waterveen.example")
    assert "Signaal van 12 juli 2027: G1 maatregelen op orde." in text
    assert "De teamleider informatie is gevraagd wat er nu gebeurt." in text
    assert not mailbox.subjects("bas@waterveen.example"), "another theme has no part in it"


def test_R16_who_asked_advice_is_told_the_answer(waterveen: Here, mailbox: Mailbox) -> None:
    adopted(waterveen)
    say(waterveen, "ask", "noor", "Mag dit?", "2027/advice", person="bas")
    say(waterveen, "answer", "bas", "Ja, dat mag.", "AV-2027-01")
    day = date(2027, 7, 13)
    steps.post(waterveen, day, at(waterveen, day))
    mailbox.deliver(day)
    assert "De teamleider gebouwen antwoordt op uw adviesvraag AV-2027-01: Ja, dat mag." in mailbox.text(
        "noor@waterveen.example"
    )
    assert not mailbox.subjects("bas@waterveen.example"), "what was answered is not asked any more"


def test_whose_signal_it_was_hears_that_the_line_agreed(red: Here, mailbox: Mailbox) -> None:
    say(red, "none", "noor", "In augustus halen wij het in.")
    say(red, "confirm", "secretaris")
    day = date(2027, 7, 13)
    steps.post(red, day, at(red, day))
    mailbox.deliver(day)
    text = mailbox.text("noor@waterveen.example")
    agreed = "De gemeentesecretaris gaat akkoord met het antwoord bij G1 maatregelen op orde"
    assert f"{agreed}: er verandert niets." in text


def test_a_delay_that_was_answered_is_no_news_until_it_grows(waterveen: Here) -> None:
    adopted(waterveen)
    late = measure("M2", MeasureState.ON_COURSE, expected_end=date(2027, 11, 15))
    hand_in(waterveen, BV, late)
    key = "2027/signal/Q2-fb-M2"
    say(waterveen, "advise", "hoofd", "Kan dit sneller?", key, person="noor")
    october = date(2027, 10, 12)
    hand_in(waterveen, "2027/Q3/account/bv", late, october)
    with waterveen.store.read() as tx:
        assert [one.signal.key for one in records.of_year(tx, 2027)] == [key]
    later = measure("M2", MeasureState.ON_COURSE, expected_end=date(2027, 12, 15))
    hand_in(waterveen, "2027/Q3/account/bv", later, october)
    assert kept(waterveen, "2027/signal/Q3-fb-M2").is_open


def test_a_proposal_about_a_measure_of_a_joint_objective_answers_for_the_body(waterveen_oib: Here) -> None:
    adopted(waterveen_oib)
    hand_in(waterveen_oib, "2027/Q2/report/oib", JointAccount((JointEntry("J1", RED, "loopt achter"),)))
    assert kept(waterveen_oib, "2027/signal/Q2-oib-J1").is_open
    hand_in(waterveen_oib, IB, theme(52, RED, proposal=PROPOSAL))
    assert kept(waterveen_oib, "2027/signal/Q2-oib-J1").ref == "BV-2027-01"


def test_a_signal_by_number_alone_finds_its_theme(waterveen: Here) -> None:
    adopted(waterveen)
    say(waterveen, "raise", "hoofd", "Dit loopt achter.", "2027/signal/Q2-M2")
    assert kept(waterveen, "2027/signal/Q2-fb-M2").signal.theme == "fb"
    assert [one.asked_of for one in asked(waterveen)] == ["hoofd"]


def test_R22_a_signal_is_answered_by_the_form_in_the_mail(
    red: Here, mailbox: Mailbox, tmp_path: Path
) -> None:
    """Noor chooses in the form that nothing changes, the secretary agrees in his: no terminal is needed."""
    answers = {"noor": "Er verandert niets", "secretaris": "Akkoord"}
    for day, person in ((date(2027, 7, 13), "noor"), (date(2027, 7, 14), "secretaris")):
        steps.post(red, day, at(red, day))
        mailbox.deliver(day)
        (form, *_) = mailbox.messages(f"{person}@waterveen.example")[-1].iter_attachments()
        file = tmp_path / f"{person}.xlsx"
        file.write_bytes(
            fill(
                form.get_content(),
                {
                    ("vragen", "1", "keuze"): answers[person],
                    ("vragen", "1", "toelichting"): "In augustus klaar.",
                },
            )
        )
        outcome = steps.hand_in(red, file, "", at(red, day), day)
        assert "Ontvangen en vastgelegd" in str(outcome), outcome
    assert (kept(red).state, kept(red).outcome, kept(red).reason) == ("ended", "none", "In augustus klaar.")


def test_a_measure_that_a_proposal_says_nothing_of_keeps_its_own_signal(waterveen: Here) -> None:
    adopted(waterveen)
    hand_in(waterveen, BV, measure("M3", MeasureState.OFF_COURSE))
    hand_in(waterveen, IB, theme(52, RED, proposal=PROPOSAL))
    assert kept(waterveen).ref == "BV-2027-01"
    assert kept(waterveen, "2027/signal/Q2-pv-M3").is_open


def test_R22_an_account_that_is_sent_back_ends_no_signal_and_a_mended_one_that_turns_red_again_is_asked(
    red: Here,
) -> None:
    (first,) = asked(red)
    with red.store.write() as tx:
        reports.decide(tx, IB, 1, "returned", "bron ontbreekt")
    actions.see(red, JULY, at(red, JULY))
    assert kept(red).state == "open", "silence is no good news"
    hand_in(red, IB, theme(60, FINE))
    assert kept(red).outcome == "gone"
    hand_in(red, IB, theme(52, RED))
    (again,) = asked(red)
    assert kept(red).state == "open" and again.key != first.key


def test_R22_a_signal_of_before_ends_only_when_the_next_account_no_longer_says_it(red: Here) -> None:
    october = date(2027, 10, 4)
    assert actions.see(red, october, at(red, october)) == []
    assert kept(red).state == "open", "nobody has accounted for the third quarter yet"
    hand_in(red, "2027/Q3/report/ib", theme(65, FINE), date(2027, 10, 12))
    assert kept(red).outcome == "gone"


def test_the_line_reads_of_the_proposal_where_there_is_one_already(waterveen: Here, mailbox: Mailbox) -> None:
    adopted(waterveen)
    hand_in(waterveen, IB, theme(52, RED, proposal=PROPOSAL))
    day = date(2027, 7, 13)
    steps.post(waterveen, day, at(waterveen, day))
    mailbox.deliver(day)
    text = mailbox.text("secretaris@waterveen.example")
    assert "G1 maatregelen op orde." in text and "Er ligt een voorstel tot bijsturing: BV-2027-01." in text
    assert "is gevraagd" not in text


def test_a_signal_and_the_form_that_answers_it_are_kept_together_or_not_at_all(
    waterveen: Here, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that died between the two would have asked for an answer without its form, for good."""
    adopted(waterveen)

    def dies(*_: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as cut, pytest.raises(RuntimeError):
        cut.setattr("jaarring.adjustments.forms.lay_out", dies)
        hand_in(waterveen, IB, theme(52, RED))
    with waterveen.store.read() as tx:
        assert records.get(tx, KEY) is None

    steps.number_proposals(waterveen, JULY, at(waterveen, JULY))
    day = date(2027, 7, 13)
    steps.post(waterveen, day, at(waterveen, day))
    mailbox.deliver(day)
    letter = mailbox.messages("noor@waterveen.example")[-1]
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == ["antwoord.xlsx", "bijsturing-informatiebeveiliging.xlsx"]
