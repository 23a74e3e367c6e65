"""The plan as a form: what is imposed stands fast, the owner writes the measures, mistakes come by cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jaarring import cycle, steps
from jaarring.decide import Request, decide
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.forms.write import write
from jaarring.here import Here, municipality
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import actions, division, records
from jaarring.plans.pages import form_for
from jaarring.plans.questions import questions
from jaarring.plans.rules import JOINT, Plan
from jaarring.plans.rules.findings import Finding, findings
from jaarring.refusal import Refused
from jaarring.reports import actions as reports
from jaarring.reports.pages import form_for as report_form

from .conftest import SHIPPED, Mailbox, at, copied

SET, DIVIDED, DUE = date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 30)


def started(here: Here, until: date = SET) -> Here:
    """Framed, adopted, and derived on its days."""
    frame, adoption = here.framework.council_frame, here.framework.adoption
    for do, one in ((actions.record_frame, frame), (actions.adopt_framework, adoption)):
        do(here, 2027, Entry("", "", one.body, one.date, one.number, ""), "coordinator", at(here, one.date))
    for day in sorted({SET, until}):
        steps.derive_plans(here, day, at(here, day))
    return here.on(until)


def themes_of(here: Here) -> list[str]:
    return list(here.organisation.themes)


def sent_form(here: Here, duty: str) -> bytes:
    with here.store.read() as tx:
        form = form_for(here, tx, Duty(duty))
    assert form is not None
    return write(form, here.form_secret)


def hand_in(
    here: Here, duty: str, typed: Mapping[Key, Value], tmp_path: Path, day: date = DUE, by: str = ""
) -> object:
    file = tmp_path / "formulier.xlsx"
    file.write_bytes(fill(sent_form(here, duty), typed))
    return reports.take_in(here, file, by, at(here, day), day)


def plan_of(here: Here, subject: str) -> Plan:
    with here.store.read() as tx:
        return records.of_year(tx, 2027)[subject].plan


def state_of(here: Here, subject: str) -> str:
    with here.store.read() as tx:
        return records.of_year(tx, 2027)[subject].state


M = "maatregelen"


def own(id: str, **changed: Value) -> dict[Key, Value]:
    """A measure of the owner's own, typed into an empty row."""
    said: dict[str, Value] = {
        "maatregel": "Kasten op slot",
        "effect": "U bergt papier op aan het eind van de dag.",
        "afdeling": "BV",
        "doel": "G1",
        "budget": Decimal(5000),
        "begin": date(2027, 2, 1),
        "einde": date(2027, 5, 31),
        "keuze": "gaat door",
    }
    return {(M, id, column): value for column, value in (said | changed).items()}


def test_D4_the_owner_writes_the_measures_and_they_become_the_plan(waterveen: Here, tmp_path: Path) -> None:
    """Noor cheapens one measure and adds her own: a new version, handed in; the old one is kept."""
    here = started(waterveen)
    typed: dict[Key, Value] = {
        (M, "M1", "budget"): Decimal(15000),
        (M, "M1", "effect"): "U logt in met een pas.",
    }

    said = hand_in(here, "2027/plan/ib", typed | own("IB27-1"), tmp_path)

    plan = plan_of(here, "ib")
    assert str(said).startswith("Ontvangen: jaarplan 2027 voor informatiebeveiliging, op tijd.")
    assert [(p.measure.id, p.measure.budget) for p in plan.measures] == [
        ("M1", Decimal(15000)),
        ("IB27-1", Decimal(5000)),
    ]
    assert plan.measures[0].measure.effect == "U logt in met een pas."
    assert plan.objectives[0].measures == ("M1", "IB27-1")
    assert state_of(here, "ib") == "submitted"
    with here.store.read() as tx:
        first = records.versions(tx, 2027, "ib")[0]
        assert first.plan.measures[0].measure.budget == 20000
        assert [one.body for one in decisions.about(tx, "2027/plan/ib", "submit")] == ["noor"]
        entry = due.get(tx, "2027/plan/ib/due")
    assert entry is not None and entry.state == "done"


def test_the_receipt_says_what_was_read_and_what_stands_out(
    waterveen: Here, mailbox: Mailbox, tmp_path: Path
) -> None:
    here = started(waterveen)
    hand_in(here, "2027/plan/ib", {(M, "M1", "keuze"): "vervalt"}, tmp_path)
    mailbox.deliver(DUE)

    text = mailbox.text("noor@waterveen.example")
    assert "M1 Inloggen in twee stappen: vervalt" in text
    assert "Bij doelstelling IB-G1 staat geen maatregel." in text
    assert mailbox.subjects("coordinator@waterveen.example")[-1].startswith("Ontvangen: jaarplan 2027")


def test_what_is_wrong_is_told_by_cell_and_nothing_is_taken_in(
    waterveen: Here, mailbox: Mailbox, tmp_path: Path
) -> None:
    """No department, no word for the organisation, an end before its begin: all at once, by cell."""
    here = started(waterveen)
    wrong = own("IB27-1", afdeling=None, effect=None, einde=date(2027, 1, 10))

    found = hand_in(here, "2027/plan/ib", wrong, tmp_path)

    assert isinstance(found, list)
    assert [str(mistake) for mistake in found] == [
        "Blad Maatregelen, cel D6: is niet ingevuld; schrijf in één zin wat de organisatie hiervan merkt",
        "Blad Maatregelen, cel E6: is niet ingevuld; kies de ene afdeling die de maatregel uitvoert",
        "Blad Maatregelen, cel I6: ligt voor het begin (1 februari 2027); verbeter een van beide data",
    ]
    assert state_of(here, "ib") == "draft"
    mailbox.deliver(DUE)
    assert mailbox.subjects("noor@waterveen.example")[-1].startswith("Graag verbeteren: jaarplan 2027")


def test_R13_R15_a_measure_needs_one_department_and_a_word_for_the_organisation(
    waterveen: Here, tmp_path: Path
) -> None:
    """Emptied in a measure that was known: refused; filled in: exactly one department, one sentence."""
    here = started(waterveen)
    emptied: dict[Key, Value] = {(M, "M1", "afdeling"): None, (M, "M1", "effect"): None}

    found = hand_in(here, "2027/plan/ib", emptied, tmp_path)

    assert isinstance(found, list) and len(found) == 2
    assert not isinstance(hand_in(here, "2027/plan/ib", {}, tmp_path), list)
    for planned in plan_of(here, "ib").measures:
        assert planned.measure.department == "bv"
        assert planned.measure.effect == "U logt in met een code."


def test_dates_outside_the_year_are_refused(waterveen: Here, tmp_path: Path) -> None:
    here = started(waterveen)

    found = hand_in(here, "2027/plan/ib", own("IB27-1", einde=date(2028, 1, 1)), tmp_path)

    assert isinstance(found, list) and "cel I6" in str(found[0])


def test_more_than_the_theme_has_is_refused_to_the_euro(waterveen: Here, tmp_path: Path) -> None:
    here = started(waterveen)

    found = hand_in(here, "2027/plan/ib", own("IB27-1", budget=Decimal(1)), tmp_path)

    assert [str(one) for one in found] == [  # type: ignore[attr-defined]
        "Blad Geld, cel D5: de maatregelen kosten samen €\N{NO-BREAK SPACE}20.001, het thema heeft "
        "€\N{NO-BREAK SPACE}20.000; verlaag een bedrag of laat een maatregel vervallen"
    ]


def test_the_same_file_twice_is_one_plan_and_a_better_one_takes_its_place(
    waterveen: Here, tmp_path: Path
) -> None:
    here = started(waterveen)
    file = tmp_path / "plan.xlsx"
    file.write_bytes(fill(sent_form(here, "2027/plan/ib"), {(M, "M1", "budget"): Decimal(1000)}))

    reports.take_in(here, file, "", at(here, DUE), DUE)
    again = reports.take_in(here, file, "", at(here, DUE), DUE)

    assert str(again).startswith("Dit bestand was al ontvangen")
    old = file.read_bytes()
    file.write_bytes(fill(old, {(M, "M1", "budget"): Decimal(2000)}))  # the form of before, filled in anew
    assert not isinstance(reports.take_in(here, file, "", at(here, DUE), DUE), list)
    assert plan_of(here, "ib").measures[0].measure.budget == 2000
    with here.store.read() as tx:
        assert len(records.versions(tx, 2027, "ib")) == 3


def test_a_form_is_not_taken_in_before_it_is_asked_nor_after_it_is_accepted(
    waterveen: Here, tmp_path: Path
) -> None:
    here = started(waterveen)
    hand_in(here, "2027/plan/ib", {}, tmp_path)
    accepted = Entry("2027/plan/ib", "accept", "secretaris", date(2026, 11, 2), "", "")
    actions.accept(here, "2027/plan/ib", accepted, "secretaris", at(here, accepted.date))

    found = hand_in(here, "2027/plan/ib", {(M, "M1", "budget"): Decimal(1)}, tmp_path, date(2026, 11, 3))

    assert isinstance(found, list) and "akkoord bevonden" in str(found[0])
    assert plan_of(here, "ib").measures[0].measure.budget == 20000


def test_somebody_else_cannot_hand_in_the_plan_of_a_theme(waterveen: Here, tmp_path: Path) -> None:
    """R17: the owner, his substitute, or the coordinator for him."""
    here = started(waterveen)

    found = hand_in(here, "2027/plan/ib", {}, tmp_path, by="bas")

    assert isinstance(found, list) and "u mag dit niet indienen" in str(found[0])
    assert not isinstance(hand_in(here, "2027/plan/ib", {}, tmp_path, by="lea"), list)


def test_what_is_imposed_cannot_be_changed_by_who_fills_in(waterveen: Here, tmp_path: Path) -> None:
    here = started(waterveen)
    file = tmp_path / "plan.xlsx"
    file.write_bytes(fill(sent_form(here, "2027/plan/ib"), {("doelstellingen", "G1", "eind"): "60%"}))

    found = reports.take_in(here, file, "", at(here, DUE), DUE)

    assert isinstance(found, list) and "staat vast en is gewijzigd" in str(found[0])


def test_a_plan_also_comes_in_as_yaml(waterveen: Here, tmp_path: Path) -> None:
    here = started(waterveen)
    file = tmp_path / "plan.yaml"
    file.write_text(
        "formulier: 2027/plan/fb\nMaatregelen:\n  M2:\n    maatregel: Nieuwe sloten\n    effect: Een pas\n"
        "    afdeling: BV\n    doel: G2\n    budget: 9000\n    begin: 2027-04-01\n    einde: 2027-09-30\n"
        "    keuze: gaat door\nGeld:\n  thema:\n    toelichting: 1.000 over voor reparaties\n",
        encoding="utf-8",
    )

    said = reports.take_in(here, file, "", at(here, DUE), DUE)

    assert not isinstance(said, list), [str(one) for one in said]
    assert plan_of(here, "fb").measures[0].measure.budget == 9000
    assert plan_of(here, "fb").money_note == "1.000 over voor reparaties"


# --- what the owner is told when it is imposed


def test_D1_each_owner_hears_what_is_imposed_by_whom_and_from_which_goal(
    waterveen: Here, mailbox: Mailbox
) -> None:
    """On the day of derivation, in the request for the plan, with the form beside it."""
    steps.remind(started(waterveen), SET, at(waterveen, SET))
    mailbox.deliver(SET)

    text = mailbox.text("bas@waterveen.example")
    assert "De gemeentesecretaris heeft fysieke beveiliging voor 2027 deze doelstellingen opgelegd" in text
    assert "G2 ‘Onze gebouwen zijn veilig’. Veilige locaties (van 3 locaties): van 1 naar 3." in text
    names = [part.get_filename() for part in mailbox.messages("bas@waterveen.example")[-1].iter_attachments()]
    assert "jaarplan-2027-fysieke-beveiliging-formulier.xlsx" in names


def test_D3_a_late_or_returned_theme_never_blocks_another(waterveen: Here, tmp_path: Path) -> None:
    """Physical security is returned and personnel security is late: information security is adopted."""
    here = started(waterveen)
    for theme in ("ib", "fb"):
        hand_in(here, f"2027/plan/{theme}", {}, tmp_path)
    returned = Entry("", "", "secretaris", date(2026, 11, 20), "", "de sloten kunnen eerder")
    actions.send_back(here, "2027/plan/fb", returned, "secretaris", at(here, returned.date))

    check, adopt = date(2026, 11, 27), date(2026, 12, 8)
    actions.check(here, 2027, Entry("", "", "secretaris", check, "", ""), "secretaris", at(here, check))
    moved = actions.adopt(
        here, 2027, Entry("", "", "college", adopt, "2026-99", ""), "coordinator", at(here, adopt)
    )

    assert moved == ("ib",)
    assert [state_of(here, theme) for theme in ("ib", "fb", "pv")] == ["adopted", "draft", "draft"]


def test_D2_the_secretary_sees_every_goal_without_a_plan_and_every_line_without_a_goal(
    waterveen: Here, tmp_path: Path
) -> None:
    """In the question about the cover of all goals, and in the document of the plan."""
    here = started(waterveen)
    hand_in(here, "2027/plan/ib", {(M, "M1", "keuze"): "vervalt"}, tmp_path)
    with here.store.write() as tx:  # work that was carried over has no goal here any more
        kept = records.of_year(tx, 2027)["fb"]
        stray = replace(kept.plan.measures[0].measure, id="M8", goal="G9")
        lines = (*kept.plan.measures, replace(kept.plan.measures[0], measure=stray))
        records.add(tx, replace(kept.plan, measures=lines), "accepted", at(here, DUE))

    day = date(2026, 11, 27)
    entry = Entry("2027/plan/ib", "accept", "secretaris", DUE, "", "")
    decide(Request(here, entry.subject, "accept", entry, "coordinator", at(here, DUE)))
    with here.store.read() as tx:
        check = next(one for one in questions(here.on(day), tx, day) if one.kind == "check")

    assert check.asked_of == "secretaris"
    assert "Bij doelstelling IB-G1 staat geen maatregel." in check.details
    assert "Maatregel M8 hoort bij geen doelstelling van dit plan." in check.details
    steps.lay_out_plans(here, day, at(here, day))
    page = (here.documents / "jaarplan-2027-fysieke-beveiliging.html").read_text(encoding="utf-8")
    assert "Maatregel M8 hoort bij geen doelstelling van dit plan." in page


def test_the_secretary_is_asked_per_plan_and_the_adviser_before_him(waterveen: Here, tmp_path: Path) -> None:
    """Each plan by itself under direct lines; what the adviser said stands in the question."""
    here = started(waterveen)
    hand_in(here, "2027/plan/ib", {}, tmp_path)

    def asked() -> dict[str, tuple[str, ...]]:
        with here.store.read() as tx:
            return {f"{one.key} {one.asked_of}": one.details for one in questions(here, tx, DUE)}

    assert {key for key in asked() if "plan-ib" in key} == {
        "2027/ask/advise/plan-ib-2 bas",
        "2027/ask/accept/plan-ib-2 secretaris",
    }
    advice = Entry("2027/plan/ib", "advise", "bas", DUE, "", "Begin met de balie.")
    decide(Request(here, "2027/plan/ib", "advise", advice, "coordinator", at(here, DUE)))
    told = asked()
    assert "2027/ask/advise/plan-ib-2 bas" not in told
    accept = told["2027/ask/accept/plan-ib-2 secretaris"]
    assert "Advies van de teamleider gebouwen: Begin met de balie." in accept


def test_the_moment_for_advice_has_been_when_every_plan_has_had_it(waterveen: Here) -> None:
    here = started(waterveen)

    def advise(theme: str, adviser: str) -> str:
        entry = Entry(f"2027/plan/{theme}", "advise", adviser, DUE, "", "Doen.")
        decide(Request(here, entry.subject, "advise", entry, "coordinator", at(here, DUE)))
        with here.store.read() as tx:
            found = due.get(tx, "2027/plan/advice")
        return found.state if found else ""

    assert [advise("ib", "bas"), advise("fb", "noor"), advise("pv", "bas")] == ["open", "open", "done"]


def test_the_check_is_asked_when_every_plan_is_judged_and_the_adoption_after_the_check(
    waterveen: Here, tmp_path: Path
) -> None:
    """Two plans handed in, the third late: it holds nobody up (D3), and nothing is asked too early."""
    here = started(waterveen)
    for theme in ("ib", "fb"):
        hand_in(here, f"2027/plan/{theme}", {}, tmp_path)

    def kinds() -> set[str]:
        with here.store.read() as tx:
            return {one.kind for one in questions(here.on(CHECKED), tx, CHECKED)} & {"check", "adopt"}

    def judged(key: str, body: str = "secretaris") -> None:
        entry = Entry(key, "accept", body, CHECKED, "", "")
        decide(Request(here.on(CHECKED), key, "accept", entry, "coordinator", at(here, CHECKED)))

    assert kinds() == set()
    judged("2027/plan/ib")
    assert kinds() == set(), "one judgement is still open"
    judged("2027/plan/fb")
    assert kinds() == {"check"}
    judged("2027/plan/check")
    assert kinds() == {"adopt"}


# --- the joint body


def divided(here: Here, tmp_path: Path, **typed: str) -> object:
    """The chair sends the division back."""
    with here.store.read() as tx:
        form = division.form_for(here, tx, 2027)
    assert form is not None
    file = tmp_path / "verdeling.xlsx"
    answers: dict[Key, Value] = {
        ("verdeling", row.replace("_", "."), "maatregelen"): said for row, said in typed.items()
    }
    file.write_bytes(fill(write(form, here.form_secret), answers))
    return reports.take_in(here, file, "", at(here, SET), SET)


def test_O2_the_body_divides_joint_objectives_over_the_themes(waterveen_oib: Here, tmp_path: Path) -> None:
    """The form comes back: goal, joint objective, theme objective and measure hang together as divided."""
    here = started(waterveen_oib)
    said = divided(here, tmp_path, J1_fb="M2", J1_pv="")
    assert "J1: informatiebeveiliging met M1; fysieke beveiliging met M2" in str(said)

    steps.derive_plans(here, DIVIDED, at(here, DIVIDED))

    [objective] = plan_of(here, "fb").objectives
    assert (objective.joint, objective.goal, objective.measures) == (("J1",), "G2", ("M2",))
    assert plan_of(here, "pv").objectives[0].joint == ()
    assert plan_of(here, "ib").set_by == "oib" and plan_of(here, JOINT).set_by == "secretary"
    found = divided(here, tmp_path, J1_fb="")
    assert isinstance(found, list) and "de thema's hebben hun doelstellingen al" in str(found[0])


def test_O2_a_joint_objective_without_any_theme_is_reported(waterveen_oib: Here, tmp_path: Path) -> None:
    here = started(waterveen_oib)
    divided(here, tmp_path, J1_ib="", J1_pv="")
    steps.derive_plans(here, DIVIDED, at(here, DIVIDED))

    with here.store.read() as tx:
        framework = records.adopted_framework(tx, 2027)
        assert framework is not None
        plans = [kept.plan for kept in records.of_year(tx, 2027).values()]
    found = findings(framework, here.organisation, 2027, plans)
    assert Finding("joint-without-part", "J1") in found


def test_a_measure_of_another_theme_cannot_be_divided(waterveen_oib: Here, tmp_path: Path) -> None:
    """All by cell, told to the chair by mail as well, and nothing changes."""
    found = divided(started(waterveen_oib), tmp_path, J1_fb="M1, M9")

    assert [str(one) for one in found] == [  # type: ignore[attr-defined]
        "Blad Verdeling, cel D6: M1 en M9 horen niet bij dit thema; kies uit: M2"
    ]
    mailbox = Mailbox(waterveen_oib, set())
    mailbox.deliver(SET)
    assert mailbox.subjects("voorzitter@waterveen.example")[-1].startswith("Graag verbeteren: verdeling")
    assert plan_of(waterveen_oib, JOINT).joint[0].parts == (("ib", ("M1",)), ("pv", ("M3",)))


def test_the_chair_hears_what_is_imposed_with_the_form_to_divide(waterveen_oib: Here) -> None:
    mailbox = Mailbox(waterveen_oib, set())
    started(waterveen_oib)
    mailbox.deliver(SET)

    letter = mailbox.messages("voorzitter@waterveen.example")[-1]
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert "verdeling-van-de-gezamenlijke-doelstellingen-2027.xlsx" in names
    assert "Klopt zij? Dan hoeft u niets te doen." in mailbox.text("voorzitter@waterveen.example")


MEETING = "OIB 19 november 2026"
AGREED, CHECKED, ADOPTED = date(2026, 11, 19), date(2026, 11, 27), date(2026, 12, 8)


def all_in(here: Here, tmp_path: Path) -> Here:
    here = started(here, DIVIDED)
    for theme in themes_of(here):
        hand_in(here, f"2027/plan/{theme}", {}, tmp_path, date(2026, 11, 6))
    return here


def test_O4_the_body_agrees_in_a_meeting_before_adoption_and_one_plan_goes_out(
    waterveen_oib: Here, tmp_path: Path
) -> None:
    """Who was there and when is recorded, before adoption; the one plan has every theme in it."""
    here = all_in(waterveen_oib, tmp_path)
    with pytest.raises(Refused, match="nog niet zover|de plannen gaan samen"):
        actions.check(here, 2027, Entry("", "", "secretaris", CHECKED, "", ""), "x", at(here, CHECKED))

    said = Entry("", "", "oib", AGREED, MEETING, "afwezig: FB")
    actions.agree(here, 2027, said, "voorzitter", at(here, AGREED))
    actions.check(here, 2027, Entry("", "", "secretaris", CHECKED, "", ""), "secretaris", at(here, CHECKED))
    actions.adopt(here, 2027, Entry("", "", "college", ADOPTED, "2026-99", ""), "x", at(here, ADOPTED))

    with here.store.read() as tx:
        entry = decisions.latest(tx, "2027/plan/agree", "agree")
    assert entry and (entry.number, entry.date) == (MEETING, AGREED)
    assert entry.reason == (
        "Aanwezig: teamleider informatie (IB), adviseur personeel (PV). Afwezig: teamleider gebouwen (FB)."
    )
    steps.lay_out_plans(here, ADOPTED, at(here, ADOPTED))
    page = (here.documents / "jaarplan-2027-overleg-integrale-beveiliging.html").read_text(encoding="utf-8")
    themes = ("informatiebeveiliging", "fysieke beveiliging", "personele veiligheid")
    assert "Afwezig: teamleider gebouwen (FB)." in page
    assert all(f"Deel {number}: {theme}" in page for number, theme in enumerate(themes, 1))
    annex = (here.documents / "jaarplan-2027-fysieke-beveiliging.html").read_text(encoding="utf-8")
    assert "Bijlage bij het gezamenlijke jaarplan." in annex


def test_a_word_that_names_no_theme_does_not_say_who_was_missing(waterveen_oib: Here, tmp_path: Path) -> None:
    here = all_in(waterveen_oib, tmp_path)
    said = Entry("", "", "oib", AGREED, MEETING, "afwezig: iedereen")

    with pytest.raises(Refused, match="dit zegt niet wie er ontbraken"):
        actions.agree(here, 2027, said, "voorzitter", at(here, AGREED))


def test_where_the_body_does_not_agree_the_secretary_decides(waterveen_oib: Here, tmp_path: Path) -> None:
    """The reason reaches him in his question; he may accept what was handed in, and the board adopts."""
    here = all_in(waterveen_oib, tmp_path)
    said = Entry("", "", "oib", AGREED, MEETING, "te weinig geld voor fysieke beveiliging")
    actions.disagree(here, 2027, said, "voorzitter", at(here, AGREED))

    with here.store.read() as tx:
        check = next(one for one in questions(here.on(CHECKED), tx, CHECKED) if one.kind == "check")
    assert check.asked_of == "secretaris"
    assert "te weinig geld voor fysieke beveiliging U beslist." in check.details[0]
    moved = actions.check(
        here, 2027, Entry("", "", "secretaris", CHECKED, "", ""), "secretaris", at(here, CHECKED)
    )
    assert moved == ("oib", "ib", "fb", "pv")


def test_O3_a_joint_objective_is_the_bodys_rated_and_signed_once(waterveen_oib: Here, tmp_path: Path) -> None:
    """It stands in the report of the body alone, with no theme's name on it as owner."""
    here = all_in(waterveen_oib, tmp_path)

    day = date(2027, 4, 22)
    with here.store.read() as tx:
        asked = {s: report_form(here, tx, Duty(f"2027/Q1/report/{s}")) for s in (JOINT, *themes_of(here))}
    rows = {s: [row.id for sheet in form.sheets for row in sheet.rows] for s, form in asked.items() if form}
    assert rows[JOINT] == ["J1"]
    assert all("J1" not in rows.get(theme, []) for theme in themes_of(here))
    assert plan_of(here, JOINT).joint[0].objective.id == "J1"

    form = asked[JOINT]
    assert form is not None
    file = tmp_path / "oib.xlsx"
    rated: dict[Key, Value] = {("gezamenlijk", "J1", "oordeel"): "op koers"}
    file.write_bytes(fill(write(form, here.form_secret), rated))
    said = reports.take_in(here.on(day), file, "", at(here, day), day)
    assert not isinstance(said, list), [str(one) for one in said]
    signed = Entry("2027/Q1/report/oib", "accept", "secretaris", day, "", "")
    reports.accept(here.on(day), "2027/Q1/report/oib", signed, "secretaris", at(here, day))
    with pytest.raises(Refused, match="al goedgekeurd"):
        reports.accept(here.on(day), "2027/Q1/report/oib", signed, "secretaris", at(here, day))


# --- a secret measure


def test_of_a_secret_measure_the_form_has_the_number_only_and_no_amount_beside_it(tmp_path: Path) -> None:
    """Elzenwaard's M10: no title, no effect, no department; and nothing to find by subtraction."""
    config = copied(SHIPPED, tmp_path)
    with municipality(config) as here:
        cycle.schedule(here, date(2026, 6, 1), at(here, date(2026, 6, 1)))
        here = started(here)
        secret = plan_of(here, "fb").measure("M10")
        assert secret is not None
        with here.store.read() as tx:
            form = form_for(here, tx, Duty("2027/plan/fb"))
        assert form is not None
        measures = next(sheet for sheet in form.sheets if sheet.id == M)
        row = next(row for row in measures.rows if row.id == "M10")
        assert dict(row.cells) == {"nummer": "M10", "maatregel": "geheime maatregel"}
        assert not [column for column in measures.columns if measures.asked(row, column)]
        assert all("budget" not in row.cells for row in measures.rows)
        whole = str(form)
        assert secret.measure.title not in whole and secret.measure.effect not in whole

        said = hand_in(here, "2027/plan/fb", {(M, "M12", "budget"): Decimal(7000)}, tmp_path)

        assert "M10, geheime maatregel: ongewijzigd" in str(said)
        assert secret.measure.title not in str(said)
        assert plan_of(here, "fb").measure("M10") == secret
        assert sum(p.measure.budget for p in plan_of(here, "fb").measures) == 244_500
        mailbox = Mailbox(here, set())
        mailbox.deliver(DUE)
        for message in mailbox.messages():
            assert secret.measure.title not in message.as_string()
