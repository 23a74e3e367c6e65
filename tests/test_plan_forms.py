"""The plan as a form: what is imposed stands fast, the owner writes the measures, mistakes come by cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from jaarring import steps
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.forms.write import write
from jaarring.here import Here
from jaarring.ledger import decisions, due
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Duty
from jaarring.plans import actions, records
from jaarring.plans.pages import form_for
from jaarring.plans.rules import Plan
from jaarring.reports import actions as reports

from .conftest import Mailbox, at

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
    typed = {(M, "M1", "budget"): Decimal(15000), (M, "M1", "effect"): "U logt in met een pas."}

    said = hand_in(here, "2027/plan/ib", typed | own("IB27-1"), tmp_path)

    plan = plan_of(here, "ib")
    assert str(said).startswith("Ontvangen: jaarplan 2027 voor informatiebeveiliging, op tijd.")
    assert [(p.measure.id, p.measure.budget) for p in plan.measures] == [("M1", 15000), ("IB27-1", 5000)]
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

    assert isinstance(found, list) and "'bas' mag dit plan niet indienen" in str(found[0])
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
