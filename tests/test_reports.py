"""Gathering: forms go out with what is known and come back as accounts, or with everything that is wrong."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from jaarring.absences import actions as absences
from jaarring.cycle import waiting_forms
from jaarring.dutch import datum
from jaarring.forms.fill import fill
from jaarring.forms.opened import look
from jaarring.forms.read import read
from jaarring.forms.rules import Answers, Key, Value
from jaarring.forms.write import write
from jaarring.goals.rules import Rating
from jaarring.here import Here, municipality
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions import ASKS, Duty
from jaarring.occasions.year import occasions
from jaarring.plans import records as plans
from jaarring.plans.rules.changing import Move, moved
from jaarring.plans.rules.deriving import derive
from jaarring.post import records as post
from jaarring.refusal import Refused
from jaarring.reports import actions, pages, questions, records
from jaarring.reports.accounts import account, values
from jaarring.reports.rules import (
    Account,
    DepartmentAccount,
    IndicatorEntry,
    JointAccount,
    JointEntry,
    MeasureEntry,
    MeasureState,
    ObjectiveEntry,
    Proposal,
    ThemeAccount,
    YearPart,
)
from jaarring.reports.sheets import SECRET_TITLE
from tests import need

pytestmark = pytest.mark.both_stores

CONFIG = Path(__file__).resolve().parent.parent / "config"
FB, FZH, BC = "2027/Q1/report/fb", "2027/Q1/account/fzh", "2027/Q2/report/bc"
OWNER, HEAD, COORDINATOR = "teamleider-facilitair", "hoofd-fzh", "coordinator"
IN_TIME, LATE = date(2027, 4, 13), date(2027, 4, 22)
GOOD: dict[Key, Value | float] = {
    ("indicatoren", "G3", "stand"): 1,
    ("indicatoren", "G3", "bron"): "schouw van 29 maart",
    ("indicatoren", "G3", "oordeel"): "op koers",
    ("doelstellingen", "fb-G3", "oordeel"): "op koers",
    ("doelstellingen", "fb-G4", "oordeel"): "vraagt aandacht",
    ("doelstellingen", "fb-G4", "toelichting"): "De levering duurt 7 weken langer.",
    ("geld", "thema", "besteed"): "€ 31.500",
}
ACCOUNT = ThemeAccount(
    (IndicatorEntry("G3", Decimal(1), "schouw van 29 maart", Rating.ON_COURSE),),
    (
        ObjectiveEntry("fb-G3", Rating.ON_COURSE),
        ObjectiveEntry("fb-G4", Rating.ATTENTION, "De levering duurt 7 weken langer."),
    ),
    Decimal(31500),
)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def opened(folder: Path, variant: str) -> Iterator[Here]:
    """Elzenwaard with its adopted plans for 2027, in a folder of its own."""
    shutil.copytree(CONFIG, folder / "config")
    organisation = folder / "config/organisation.yaml"
    text = organisation.read_text("utf-8").replace("variant: direct", f"variant: {variant}")
    organisation.write_text(text, "utf-8")
    with municipality(folder / "config") as here:
        adopted = at(date(2026, 12, 8))
        with here.store.write() as tx:
            due.schedule(tx, 2027, occasions(here.organisation, here.schedule, 2027), adopted)
            for plan in derive(here.framework, here.organisation, 2027).plans:
                plans.add(tx, plan, "adopted", adopted)
        here.intake.mkdir()
        yield here


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "direct")


@pytest.fixture
def oib(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "oib")


def blank(here: Here, duty: str) -> bytes:
    with here.store.read() as tx:
        form = pages.attachment(here, tx, Duty(duty))
    assert form is not None
    return form.content


def file(here: Here, content: bytes, name: str = "formulier.xlsx") -> Path:
    path = here.storage / name
    path.write_bytes(content)
    return path


def hand_in(
    here: Here,
    cells: Mapping[Key, Value | float],
    duty: str = FB,
    on: date = IN_TIME,
    by: str = "",
    form: bytes | None = None,
) -> actions.AccountReceipt | list[str]:
    """Fill a form in, hand it in: the receipt, or the mistakes as their reader sees them."""
    path = file(here, fill(form or blank(here, duty), cells))
    outcome = actions.take_in(here, path, by, at(on), on)
    assert isinstance(outcome, actions.AccountReceipt | list), "an account was handed in"
    return outcome if isinstance(outcome, actions.AccountReceipt) else [str(mistake) for mistake in outcome]


def kept(here: Here, duty: str = FB) -> list[tuple[int, str, bool, str, str]]:
    """Every version in the store: number, state, late, by, on behalf of."""
    with here.store.read() as tx:
        return [(r.version, r.state, r.late, r.by, r.on_behalf_of) for r in records.versions(tx, duty)]


def mails(here: Here) -> list[EmailMessage]:
    with here.store.read() as tx:
        raws = tx.execute(select(outbox.message.c.raw).order_by(outbox.message.c.id)).scalars().all()
    found = [message_from_bytes(raw, policy=policy.default) for raw in raws]
    assert all(isinstance(mail, EmailMessage) for mail in found)
    return [mail for mail in found if isinstance(mail, EmailMessage)]


def news(here: Here) -> list[tuple[str, str, date]]:
    """What waits for a letter: to whom, what, and by when it goes by itself."""
    with here.store.read() as tx:
        tells = {one.key: one.due for one in due.due(tx, date.max, ("tell",))}
        waiting = post.waiting(tx, list(tells))
    return [(one.notice.person, one.notice.text, tells[one.occasion]) for one in waiting]


def words(mail: EmailMessage) -> str:
    """The plain text of a mail, its lines joined."""
    body = mail.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def state(here: Here) -> list[object]:
    """All that a refused form must leave as it was."""
    with here.store.read() as tx:
        return [events.head(tx), due.of_year(tx, 2027), records.of_year(tx, 2027)]


def entry(verb: str, duty: str = FB, body: str = "secretaris", reason: str = "", on: date = LATE) -> Entry:
    return Entry(duty, verb, body, on, "", reason)


# What goes out


def test_the_form_of_a_theme_shows_what_is_known_and_asks_the_rest(here: Here) -> None:
    """Name, unit, baseline, target and milestone stand in it; dates and helpers on the first sheet."""
    with here.store.read() as tx:
        form = pages.form_for(here, tx, Duty(FB))
        attachment = pages.attachment(here, tx, Duty(FB))
    assert form and attachment
    assert attachment.name == "verantwoording-fysieke-beveiliging-2027-1e-kwartaal.xlsx"
    assert form.title == "Verantwoording fysieke beveiliging, 1e kwartaal 2027"
    assert [sheet.name for sheet in form.sheets] == [
        "Indicatoren",
        "Doelstellingen",
        "Geld",
        "Bijsturing",
        "Adviesvraag",
    ]
    assert "uiterlijk op woensdag 14 april 2027" in form.instructions[1]
    assert "Vraag het aan de beveiligingsadviseur" in form.instructions[-1] and len(form.instructions) == 5
    (row,) = form.sheets[0].rows
    assert dict(row.cells) == {
        "indicator": "locaties met zonering op niveau",
        "eenheid": "locaties, van 6",
        "nulwaarde": 1,
        "doel": 3,
        "mijlpaal": 1,
        "vorige": None,
    }
    assert form.sheets[2].rows[0].cells["begroot"] == 245_000


def test_no_secret_title_stands_in_a_form_or_its_mail(here: Here) -> None:
    """A secret measure is a number and five words: no title, amount or date travels by mail."""
    for duty in (FB, FZH):
        book = zipfile.ZipFile(io.BytesIO(blank(here, duty)))
        everything = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
        assert "ersoonsbeveiliging" not in everything and SECRET_TITLE in everything
    with here.store.read() as tx:
        form = pages.form_for(here, tx, Duty(FZH))
    assert form
    secret = next(row for row in form.sheets[0].rows if row.id == "M10")
    assert set(secret.cells) == {"nummer", "maatregel", "thema"}
    rows = {row.id: row for row in form.sheets[0].rows}
    assert rows["M09"].cells["maatregel"] == "Alarmknoppen balies vernieuwen"
    assert rows["M22"].cells["budget"] == 16_500, "the control: a theme without a secret measure"


def test_the_form_of_a_department_has_its_measures_from_all_themes(here: Here) -> None:
    """FZH answers for M22 of continuity too; what begins later is filled in as not started."""
    with here.store.read() as tx:
        form = pages.form_for(here, tx, Duty(FZH))
    assert form
    rows = {row.id: row for row in form.sheets[0].rows}
    assert list(rows) == ["M07", "M08", "M09", "M10", "M11", "M12", "M22"]
    assert rows["M22"].cells["thema"] == "bedrijfscontinuïteit"
    assert rows["M22"].cells["stand"] == "nog niet gestart" and "stand" not in rows["M08"].cells


def test_the_joint_body_rates_its_own_objectives_once(oib: Here) -> None:
    """In oib the chair is asked for J1 to J3, with who contributes; in direct nobody is."""
    duty = "2027/Q1/report/oib"
    with oib.store.read() as tx:
        form = pages.form_for(oib, tx, Duty(duty))
    assert form and [row.id for row in form.sheets[0].rows] == ["J1", "J2", "J3"]
    assert "fysieke beveiliging: M08" in str(form.sheets[0].rows[0].cells["delen"])
    cells: dict[Key, Value | float] = {("gezamenlijk", j, "oordeel"): "op koers" for j in ("J1", "J2", "J3")}
    receipt = hand_in(oib, cells, duty, date(2027, 4, 22))
    assert isinstance(receipt, actions.AccountReceipt) and not receipt.late
    assert mails(oib)[0]["To"] == "directeur Bedrijfsvoering <directeur.bedrijfsvoering@elzenwaard.example>"
    with oib.store.read() as tx:
        joint = records.of_year(tx, 2027)[duty].account
    assert joint == JointAccount(tuple(JointEntry(j, Rating.ON_COURSE) for j in ("J1", "J2", "J3")))


def test_nobody_is_asked_what_is_not_there(here: Here) -> None:
    """No form for a plan, for the joint body in direct, for a year without plans or an unknown theme."""
    with here.store.read() as tx:
        for duty in ("2027/plan/fb", "2027/Q1/report/oib", "2028/Q1/report/fb", "2027/Q1/report/xx"):
            assert pages.form_for(here, tx, Duty(duty)) is None
            assert pages.attachment(here, tx, Duty(duty)) is None


def test_an_adjustment_and_the_last_account_show_in_the_next_form(here: Here) -> None:
    """After BV-2027-01 budget and end date of M20 are the new ones; last quarter's stand is there."""
    hand_in(here, GOOD)
    adjust(here)
    with here.store.read() as tx:
        theme = pages.form_for(here, tx, Duty("2027/Q2/report/fb"))
        department = pages.form_for(here, tx, Duty("2027/Q3/account/ia"))
    assert theme and department
    assert theme.sheets[0].rows[0].cells["vorige"] == 1
    assert theme.sheets[2].rows[0].cells["eerder"] == 31_500
    m20 = next(row for row in department.sheets[0].rows if row.id == "M20")
    assert (m20.cells["budget"], m20.cells["einde"]) == (66_000, date(2027, 9, 30))


def adjust(here: Here) -> None:
    """€ 18.000 from M11 and M25 to M20, and its end to 30 September."""
    moves = [
        Move("M20", Decimal(18000), date(2027, 9, 30)),
        Move("M11", Decimal(-10000)),
        Move("M25", Decimal(-8000)),
    ]
    with here.store.write() as tx:
        for one in plans.of_year(tx, 2027).values():
            new = moved(one.plan, moves, "BV-2027-01")
            if new is not one.plan:
                plans.add(tx, new, "adopted", at(date(2027, 8, 31)), "BV-2027-01")


# What comes back


def test_a_good_form_becomes_an_account_with_a_receipt(here: Here) -> None:
    """It is kept, the owner reads back every value with its name, and the coordinator hears that it came."""
    receipt = hand_in(here, GOOD)
    assert isinstance(receipt, actions.AccountReceipt)
    assert str(receipt).startswith(
        "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027, versie 1, op"
    )
    assert kept(here) == [(1, "submitted", False, OWNER, "")]
    with here.store.read() as tx:
        assert records.of_year(tx, 2027)[FB].account == ACCOUNT
        assert here.files.get(*records.files(tx, FB)) == (here.storage / "formulier.xlsx").read_bytes()
        (event,) = events.history(tx, FB)
    assert (event.kind, event.actor, event.on_behalf_of) == ("report.submitted", OWNER, "")

    (mail,) = mails(here)
    assert mail["To"].addresses[0].addr_spec == "teamleider.facilitair@elzenwaard.example"
    assert mail["Subject"] == "Ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027"
    text = words(mail)
    assert "Locaties met zonering op niveau. Stand: 1 locaties; bron: schouw van 29 maart;" in text
    assert "vraagt aandacht; toelichting: De levering duurt 7 weken langer" in text
    assert "Besteed tot en met 31 maart 2027: € 31.500" in text
    assert "Bijsturing: • Niets ingevuld" in text
    assert "U hoeft nu niets te doen" in text
    about = f"Ontvangen op {datum(IN_TIME)}: verantwoording fysieke beveiliging, 1e kwartaal 2027."
    assert news(here) == [("coordinator", about, date(2027, 4, 16))], "with the news of the week"


def test_every_mistake_is_told_at_once_by_cell_and_nothing_changes(here: Here) -> None:
    """The owner gets one mail with every cell and what to write; the state is as it was."""
    before = state(here)
    told = hand_in(
        here,
        {
            ("indicatoren", "G3", "stand"): "4l",
            ("indicatoren", "G3", "oordeel"): "groen",
            ("doelstellingen", "fb-G3", "oordeel"): "op koers",
            ("geld", "thema", "besteed"): -5,
            ("bijsturing", "voorstel", "einddatum"): "31-2-2027",
        },
    )
    assert told == [
        "Blad Indicatoren, cel H5: '4l' is geen getal; schrijf bijvoorbeeld 41",
        "Blad Indicatoren, cel J5: 'groen' staat niet in de lijst; kies uit: op koers, vraagt aandacht, "
        "niet op koers, niet gemeten",
        "Blad Doelstellingen, cel D6: is niet ingevuld; kies uit: op koers, vraagt aandacht, niet op koers, "
        "niet gemeten",
        "Blad Geld, cel D5: -5 past hier niet; schrijf een bedrag vanaf 0",
        "Blad Bijsturing, cel G5: de datum '…' bestaat niet; schrijf dag, maand en jaar, "
        "bijvoorbeeld 12-4-2027",
    ]
    assert state(here) == before and kept(here) == []
    (mail,) = mails(here)
    assert mail["To"].addresses[0].addr_spec == "teamleider.facilitair@elzenwaard.example"
    assert mail["Subject"] == "Graag verbeteren: verantwoording fysieke beveiliging, 1e kwartaal 2027"
    assert all(line in words(mail) for line in told)
    assert "De datum blijft woensdag 14 april 2027." in words(mail)


def test_cells_that_do_not_fit_together_are_told_by_cell(here: Here) -> None:
    """Ratings against values, silence about red, half a proposal, figures beyond all that is known."""
    told = hand_in(
        here,
        {
            ("indicatoren", "G5a", "stand"): 2,
            ("indicatoren", "G5a", "oordeel"): "niet gemeten",
            ("indicatoren", "G5b", "stand"): 410,
            ("indicatoren", "G5b", "oordeel"): "niet op koers",
            ("doelstellingen", "bc-G5", "oordeel"): "niet op koers",
            ("geld", "thema", "besteed"): 2_000_000,
            ("bijsturing", "voorstel", "wijziging"): "tweede oefening in november",
        },
        BC,
        date(2027, 7, 8),
    )
    assert told == [
        "Blad Indicatoren, cel J5: 'niet gemeten' past niet bij een stand die is ingevuld; "
        "kies een ander oordeel, of maak de stand leeg",
        "Blad Indicatoren, cel H6: 410 is meer dan 10 keer het doel en de vorige stand; "
        "verbeter het getal; klopt het, schrijf dan een toelichting",
        "Blad Indicatoren, cel K6: bij 'niet op koers' hoort een toelichting; "
        "schrijf in een of twee zinnen wat er aan de hand is",
        "Blad Doelstellingen, cel E5: bij 'niet op koers' hoort een toelichting; "
        "schrijf in een of twee zinnen wat er aan de hand is",
        "Blad Geld, cel D5: €\xa02.000.000 is meer dan 10 keer het budget; "
        "verbeter het bedrag; klopt het, schrijf dan een toelichting",
        *(
            f"Blad Bijsturing, cel {cell}5: dit ontbreekt in uw voorstel; "
            f"{remedy}, of maak het hele voorstel leeg"
            for cell, remedy in (
                ("B", "kies het nummer van de maatregel"),
                ("D", "schrijf wat de oorzaak is"),
                ("E", "schrijf wat er gebeurt als we niets doen"),
                ("F", "schrijf het bedrag dat u extra vraagt, of 0"),
            )
        ),
    ]
    assert kept(here, BC) == []


def test_a_doubtful_figure_is_taken_once_it_is_explained(here: Here) -> None:
    """A value that looks absurd is accepted with a word about it: it was meant."""
    cells: dict[Key, Value | float] = {
        ("indicatoren", "G5a", "stand"): 3,
        ("indicatoren", "G5a", "oordeel"): "vraagt aandacht",
        ("indicatoren", "G5b", "stand"): 410,
        ("indicatoren", "G5b", "oordeel"): "niet op koers",
        ("indicatoren", "G5b", "toelichting"): "De oefening liep twee weken door.",
        ("doelstellingen", "bc-G5", "oordeel"): "vraagt aandacht",
    }
    assert isinstance(hand_in(here, cells, BC, date(2027, 7, 8)), actions.AccountReceipt)


def test_spending_that_shrinks_is_asked_back(here: Here) -> None:
    """Less than last quarter was counted from April instead of January."""
    hand_in(here, GOOD)
    cells = {**GOOD, ("geld", "thema", "besteed"): 20_000}
    told = hand_in(here, cells, "2027/Q2/report/fb", date(2027, 7, 8))
    assert told == [
        "Blad Geld, cel D5: €\xa020.000 is minder dan de vorige opgave (€\xa031.500); "
        "tel alles op vanaf 1 januari; klopt het, schrijf dan een toelichting"
    ]


def test_a_formula_is_refused(here: Here) -> None:
    """A formula would be read as nought: its cell is named and what was meant is asked."""
    book = openpyxl.load_workbook(io.BytesIO(fill(blank(here, FB), GOOD)))
    book["Indicatoren"]["H5"] = "=1+1"
    target = io.BytesIO()
    book.save(target)
    told = actions.take_in(here, file(here, target.getvalue()), "", at(IN_TIME), IN_TIME)
    assert isinstance(told, list)
    assert [str(one) for one in told] == [
        "Blad Indicatoren, cel H5: bevat een formule; typ de uitkomst als getal"
    ]


@pytest.mark.parametrize("key", ["2027/Q1/report/ib", "2027/Q2/report/fb"])
def test_a_form_with_another_key_in_it_is_refused(here: Here, key: str) -> None:
    """Of another theme or another quarter: the seal does not fit, and nobody is written to."""
    book = openpyxl.load_workbook(io.BytesIO(fill(blank(here, FB), GOOD)))
    assert book["Uitleg"]["A2"].value == FB
    book["Uitleg"]["A2"] = key
    target = io.BytesIO()
    book.save(target)
    later = date(2027, 7, 8)
    told = actions.take_in(here, file(here, target.getvalue()), "", at(later), later)
    assert isinstance(told, list)
    assert [str(one) for one in told] == [
        "Bestand formulier.xlsx: het kenmerk van dit formulier klopt niet; "
        "gebruik het formulier zoals u het van ons kreeg"
    ]
    assert mails(here) == [] and kept(here, key) == []


def test_a_form_of_another_municipality_or_of_nobody_is_only_told(here: Here) -> None:
    """A key we never asked under, and a file that is no form: a list, no mail."""
    text = b"formulier: 2031/Q1/report/fb\n"
    told = actions.take_in(here, file(here, text, "vreemd.yaml"), "", at(IN_TIME), IN_TIME)
    assert isinstance(told, list) and str(told[0]).startswith(
        "Bestand vreemd.yaml: dit formulier hoort bij geen verantwoording van gemeente Elzenwaard;"
    )
    plan = actions.take_in(here, file(here, b"formulier: 2027/plan/zz\n", "p.yaml"), "", at(IN_TIME), IN_TIME)
    assert isinstance(plan, list) and "hoort bij geen jaarplan" in str(plan[0])
    assert isinstance(actions.take_in(here, file(here, b"PK\x03\x04"), "", at(IN_TIME), IN_TIME), list)
    assert mails(here) == []


def test_a_closed_or_future_account_is_refused_and_the_owner_told(here: Here) -> None:
    """What was accepted is closed; what has not been asked yet cannot be handed in."""
    hand_in(here, GOOD)
    actions.accept(here, FB, entry("accept"), COORDINATOR, at(LATE))
    told = hand_in(here, {**GOOD, ("geld", "thema", "besteed"): 1}, on=LATE)
    assert told == [
        "Bestand formulier.xlsx: deze verantwoording is al goedgekeurd en daarmee gesloten; "
        "geef een wijziging door aan coördinator integrale beveiliging, "
        "integrale.beveiliging@elzenwaard.example"
    ]
    assert mails(here)[-1]["Subject"] == "Niet verwerkt: verantwoording fysieke beveiliging, 1e kwartaal 2027"
    early = hand_in(
        here, {**GOOD, ("geld", "thema", "besteed"): 40_000}, "2027/Q2/report/fb", date(2027, 6, 30)
    )
    assert early == [
        "Bestand formulier.xlsx: deze verantwoording vragen wij pas op 1 juli 2027; "
        "stuur het formulier vanaf die dag"
    ]
    assert len(kept(here)) == 1 and kept(here, "2027/Q2/report/fb") == []


def test_a_year_that_the_board_has_accounted_for_is_closed(here: Here) -> None:
    """After the council report is adopted no account of that year comes in any more."""
    day = date(2028, 3, 22)
    with here.store.write() as tx:
        due.done(tx, ["2027/council/adopt"], at(day))
    told = hand_in(here, GOOD, on=day)
    assert isinstance(told, list) and "het jaar 2027 is afgesloten" in told[0]


def test_a_second_form_before_acceptance_is_a_second_version(here: Here) -> None:
    """The same downloaded form, corrected and sent again, is version 2; the first is kept."""
    sent = blank(here, FB)
    hand_in(here, GOOD, form=sent)
    second = hand_in(here, {**GOOD, ("geld", "thema", "besteed"): 32_000}, form=sent)
    assert isinstance(second, actions.AccountReceipt) and second.version == 2
    with here.store.read() as tx:
        first, last = records.versions(tx, FB)
    assert isinstance(first.account, ThemeAccount) and first.account.spent == 31_500
    assert isinstance(last.account, ThemeAccount) and last.account.spent == 32_000
    assert "Dit is versie 2." in words(mails(here)[-1])


def test_the_same_file_twice_is_one_version(here: Here) -> None:
    """It is said that the file was there already; nothing is kept or sent again."""
    sent = blank(here, FB)
    hand_in(here, GOOD, form=sent)
    before = state(here)
    again = hand_in(here, GOOD, form=sent)
    assert str(again) == (
        "Dit bestand was al ontvangen: verantwoording fysieke beveiliging, 1e kwartaal 2027, versie 1."
    )
    assert len(kept(here)) == len(mails(here)) == 1 and state(here) == before


def test_a_late_form_is_welcome_and_marked_late(here: Here) -> None:
    """Whom the head appointed hands in on 22 April: kept as late, for the owner, and the receipt says so."""
    appointed = Entry(f"absence/{OWNER}", "appoint", HEAD, LATE, "", "")
    absences.tell(here, OWNER, appointed, COORDINATOR, at(LATE), substitute="medewerker-huisvesting")
    receipt = hand_in(here, GOOD, on=LATE, by="medewerker-huisvesting")
    assert isinstance(receipt, actions.AccountReceipt) and receipt.late
    assert kept(here) == [(1, "submitted", True, "medewerker-huisvesting", OWNER)]
    text = words(mails(here)[0])
    assert "De datum was 14 april 2027. Het formulier kwam later binnen" in text
    assert "ingestuurd door de senior medewerker huisvesting, namens u." in text
    with here.store.read() as tx:
        (event,) = events.history(tx, FB)
    assert (event.actor, event.on_behalf_of) == ("medewerker-huisvesting", OWNER)
    ((who, came, on),) = [one for one in news(here) if one[0] == "coordinator"]
    assert on == LATE, "the coordinator, who chases it, hears it with the next post"
    assert came.endswith(
        "De datum was 14 april 2027. Ingestuurd door de senior medewerker huisvesting, namens de teamleider "
        "Facilitair."
    )


def test_on_the_day_itself_is_in_time(here: Here) -> None:
    """14 April is the date: handed in that day is not late, a day later is."""
    hand_in(here, GOOD, on=date(2027, 4, 14))
    fzh = {("maatregelen", id, "stand"): "op koers" for id in ("M08", "M09", "M10")}
    hand_in(here, fzh, FZH, date(2027, 4, 12))
    assert kept(here)[0][2] is False and kept(here, FZH)[0][2] is True


def test_who_has_handed_in_is_not_asked_again(here: Here) -> None:
    """After the hand-in no ask of that duty is open; those of others are."""
    hand_in(here, GOOD)
    with here.store.read() as tx:
        open_asks = {occasion.duty for occasion in due.due(tx, date(2027, 5, 1), ASKS)}
        met = [one.state for one in due.of_duty(tx, FB) if one.occasion.kind == "due"]
    assert FB not in open_asks and FZH in open_asks and met == ["done"]


def test_a_form_sent_before_an_adjustment_is_good_after_it(here: Here) -> None:
    """What it shows is what we said on its day; a budget that somebody changed himself is refused."""
    sent = blank(here, "2027/Q2/account/ia")
    hand_in(here, GOOD)
    adjust(here)
    cells = {("maatregelen", f"M{n:02d}", "stand"): "op koers" for n in (1, 2, 3, 4, 5, 6, 20)}
    assert blank(here, "2027/Q2/account/ia") != sent
    own = openpyxl.load_workbook(io.BytesIO(fill(sent, cells)))
    row = next(r for r in range(5, 15) if own["Maatregelen"].cell(r, 2).value == "M20")
    own["Maatregelen"].cell(row, 5).value = 999
    target = io.BytesIO()
    own.save(target)
    told = actions.take_in(here, file(here, target.getvalue()), "", at(LATE), date(2027, 9, 1))
    assert isinstance(told, list)
    assert [str(one) for one in told] == [
        f"Blad Maatregelen, cel E{row}: deze cel staat vast en is gewijzigd; "
        "gebruik het formulier zoals u het van ons kreeg"
    ]
    assert isinstance(
        hand_in(here, cells, "2027/Q2/account/ia", date(2027, 9, 1), form=sent), actions.AccountReceipt
    )


def test_nothing_of_a_secret_measure_stands_in_a_mail(here: Here) -> None:
    """Not in the receipt, not in the list of mistakes, not in the form that goes back."""
    cells: dict[Key, Value | float] = {("maatregelen", id, "stand"): "op koers" for id in ("M08", "M09")}
    secret: dict[Key, Value | float] = {
        ("maatregelen", "M10", "stand"): "vraagt aandacht",
        ("maatregelen", "M10", "besteed"): 12_345,
        ("maatregelen", "M10", "toelichting"): "bewaking woonhuis",
    }
    wrong = {**cells, **secret, ("maatregelen", "M10", "stand"): "bewaking woonhuis"}
    told = hand_in(here, wrong, FZH, date(2027, 4, 7))
    assert isinstance(told, list) and told[0].startswith(
        "Blad Maatregelen, cel I8: '…' staat niet in de lijst"
    )
    hand_in(here, {**cells, **secret}, FZH, date(2027, 4, 7))
    actions.send_back(here, FZH, entry("return", FZH, reason="M08 mist"), COORDINATOR, at(LATE))
    for mail in mails(here):
        everything = mail.as_bytes().decode() + words(mail)
        assert not re.search(r"woonhuis|12\.?345|ersoonsbeveiliging", everything)
        for part in mail.iter_attachments():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            if part.get_content_type() == "text/calendar":
                assert not re.search(rb"woonhuis|12345|ersoonsbeveiliging", content)
                continue
            book = zipfile.ZipFile(io.BytesIO(content))
            assert not any(
                re.search(rb"woonhuis|12345|ersoonsbeveiliging", book.read(n)) for n in book.namelist()
            )
    assert "M10, geheime maatregel: ontvangen, wij herhalen hier niets" in words(mails(here)[1])
    with here.store.read() as tx:  # the control: it was taken in
        department = records.versions(tx, FZH)[0].account
    assert isinstance(department, DepartmentAccount)
    m10 = department.measure("M10")
    assert m10 and m10.spent == 12_345 and m10.explanation == "bewaking woonhuis"


LEAKING_YAML = """\
formulier: 2027/Q1/account/fzh
Maatregelen:
  "M10 it's Persoonsbeveiliging bestuurders": {stand: klaar}
  M10:
    stand: "'t is Persoonsbeveiliging"
    besteed: "12' Persoonsb"
    Persoonsbeveiliging: 12345
"""


def test_no_apostrophe_and_no_made_up_name_brings_a_secret_into_the_mail_about_mistakes(here: Here) -> None:
    """What was typed is left out whatever it holds; what the form itself calls its fields is said."""
    told = actions.take_in(here, file(here, LEAKING_YAML.encode(), "fzh.yaml"), "", at(IN_TIME), IN_TIME)
    assert isinstance(told, list)
    (mail,) = mails(here)
    assert not re.search(r"ersoonsb|12\.?345", words(mail))
    assert "regel 5: Maatregelen.M10.stand: '…' staat niet in de lijst" in words(mail)
    assert "regel 3: Maatregelen: rij '…' staat niet in het formulier" in words(mail)


def test_text_from_a_form_cannot_make_a_mail_of_its_own(here: Here) -> None:
    """Line breaks, tags and headers typed in a field stay text in the receipt."""
    cells = {**GOOD, ("indicatoren", "G3", "bron"): "x\n\nBcc: a@b.example\n• <b>Geachte</b> {{ 7*7 }}"}
    hand_in(here, cells)
    mail = mails(here)[0]
    html = mail.get_body(("html",))
    assert html is not None and mail["Bcc"] is None
    assert "&lt;b&gt;Geachte&lt;/b&gt; {{ 7*7 }}" in html.get_content()


YAML = """\
formulier: 2027/Q1/report/fb
Indicatoren:
  G3: {stand: 1, bron: schouw van 29 maart, oordeel: op koers}
Doelstellingen:
  fb-G3: {oordeel: op koers}
  fb-G4: {oordeel: vraagt aandacht, toelichting: De levering duurt 7 weken langer.}
Geld:
  thema: {besteed: "31.500"}
"""


def test_a_script_hands_in_the_same_as_yaml(here: Here) -> None:
    """The YAML form gives the same account; a mistake in it is told by line."""
    wrong = YAML.replace("oordeel: vraagt aandacht", "oordeel: geel")
    told = actions.take_in(here, file(here, wrong.encode(), "fb.yaml"), "", at(IN_TIME), IN_TIME)
    assert isinstance(told, list) and len(mails(here)) == 1
    assert str(told[0]).startswith(
        "Bestand fb.yaml, regel 6: Doelstellingen.fb-G4.oordeel: 'geel' staat niet"
    )
    actions.take_in(here, file(here, YAML.encode(), "fb.yaml"), "", at(IN_TIME), IN_TIME)
    with here.store.read() as tx:
        assert records.of_year(tx, 2027)[FB].account == ACCOUNT


@pytest.mark.slow
def test_a_form_that_was_saved_by_libreoffice_is_read_the_same(here: Here, tmp_path: Path) -> None:
    """.xlsx → LibreOffice → .ods gives the same account."""
    office = need.libreoffice()
    path = file(here, fill(blank(here, FB), GOOD))
    command = [office, f"-env:UserInstallation={(tmp_path / 'lo').as_uri()}", "--headless"]
    subprocess.run([*command, "--convert-to", "ods", "--outdir", tmp_path, path], check=True, timeout=120)
    outcome = actions.take_in(here, tmp_path / "formulier.ods", "", at(IN_TIME), IN_TIME)
    assert isinstance(outcome, actions.AccountReceipt), outcome
    with here.store.read() as tx:
        assert records.of_year(tx, 2027)[FB].account == ACCOUNT


def test_the_year_part_comes_with_the_fourth_quarter(here: Here) -> None:
    """Q4 asks for lessons, risks and a look ahead; what nobody wrote is empty."""
    duty, day = "2027/Q4/report/fb", date(2028, 1, 13)
    cells = {
        **GOOD,
        ("indicatoren", "G3", "stand"): 3,
        ("jaardeel", "lessen", "antwoord"): "Regel vervanging op tijd.",
    }
    hand_in(here, cells, duty, day)
    with here.store.read() as tx:
        made = records.of_year(tx, 2027)[duty].account
    assert isinstance(made, ThemeAccount) and made.year_part == YearPart("Regel vervanging op tijd.", "", "")
    text = words(mails(here)[0])
    assert "Welke lessen trekt u uit dit jaar? Regel vervanging op tijd." in text
    assert "Welke risico's blijven er over? Niets ingevuld" in text


def test_the_intake_folder_is_emptied_and_nothing_is_overwritten(here: Here) -> None:
    """Good forms move to verwerkt, bad ones to geweigerd; run again there is nothing; other files stay."""
    good = fill(blank(here, FB), GOOD)
    (here.intake / "fb.xlsx").write_bytes(good)
    (here.intake / "leeg.xlsx").write_bytes(blank(here, FB))
    (here.intake / "brief.pdf").write_bytes(b"%PDF-")
    assert waiting_forms(here)
    outcomes = dict(actions.intake(here, at(IN_TIME), IN_TIME))
    assert isinstance(outcomes["fb.xlsx"], actions.AccountReceipt) and isinstance(outcomes["leeg.xlsx"], list)
    assert not waiting_forms(here) and actions.intake(here, at(IN_TIME), IN_TIME) == []

    (here.intake / "fb.xlsx").write_bytes(good)
    ((_, again),) = actions.intake(here, at(IN_TIME), IN_TIME)
    assert isinstance(again, actions.AccountReceipt) and again.repeated
    found = sorted(str(p.relative_to(here.intake)) for p in here.intake.rglob("*") if p.is_file())
    assert found == ["brief.pdf", "geweigerd/leeg.xlsx", "verwerkt/fb-2.xlsx", "verwerkt/fb.xlsx"]
    assert kept(here) == [(1, "submitted", False, OWNER, "")]


def test_a_form_is_read_once_so_that_what_is_kept_is_what_was_read(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a pipe (`jaarring submit <(…)`) a second reading gives nothing; from a folder perhaps another."""
    good = fill(blank(here, FB), GOOD)
    path, really = file(here, good), look

    def and_then_it_is_another(asked: Path) -> object:
        seen = really(asked)
        path.write_bytes(b"")
        return seen

    monkeypatch.setattr(actions, "look", and_then_it_is_another)
    assert isinstance(actions.take_in(here, path, "", at(IN_TIME), IN_TIME), actions.AccountReceipt)
    with here.store.read() as tx:
        (digest,) = records.files(tx, FB)
    assert here.files.get(digest) == good


def test_a_form_that_is_still_being_written_is_left_until_it_is_whole(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a file is refused by nobody: it stays, and the next run takes it in."""
    good, path = fill(blank(here, FB), GOOD), here.intake / "fb.xlsx"
    path.write_bytes(good[:4000])
    really = look

    def while_it_grows(file: Path) -> object:
        seen = really(file)
        file.write_bytes(good)
        return seen

    monkeypatch.setattr(actions, "look", while_it_grows)
    assert actions.intake(here, at(IN_TIME), IN_TIME) == [] and waiting_forms(here) == [path]
    monkeypatch.undo()
    ((_, outcome),) = actions.intake(here, at(IN_TIME), IN_TIME)
    assert isinstance(outcome, actions.AccountReceipt)


def test_a_form_that_somebody_else_takes_in_at_this_moment_is_his(
    here: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = here.intake / "fb.xlsx"
    path.write_bytes(fill(blank(here, FB), GOOD))
    really = actions.take_in

    def and_then_it_was_gone(*asked: Any) -> object:
        outcome = really(*asked)
        path.unlink()
        return outcome

    monkeypatch.setattr(actions, "take_in", and_then_it_was_gone)
    assert actions.intake(here, at(IN_TIME), IN_TIME) == []
    assert len(kept(here)) == 1


def test_a_file_name_that_is_as_long_as_it_can_be_finds_a_place_twice(here: Here) -> None:
    name = "é" * 125 + ".xlsx"
    for _ in range(2):
        (here.intake / name).write_bytes(b"PK no form")
        assert len(actions.intake(here, at(IN_TIME), IN_TIME)) == 1
    assert len(list((here.intake / "geweigerd").iterdir())) == 2 and not waiting_forms(here)


# Accepted, or sent back


def test_what_is_sent_back_comes_with_the_reason_and_the_form_again(here: Here) -> None:
    """PR in Q1: the source is missing; three working days, the answers still in the form; then accepted."""
    duty = "2027/Q1/report/pr"
    cells: dict[Key, Value | float] = {
        ("indicatoren", "G6", "stand"): 45,
        ("indicatoren", "G6", "oordeel"): "op koers",
        ("doelstellingen", "pr-G6", "oordeel"): "op koers",
    }
    hand_in(here, cells, duty)
    reason = "Bij de indicator ontbreekt de bron."
    when = date(2027, 4, 15)
    actions.send_back(here, duty, entry("return", duty, "secretaris", reason, when), COORDINATOR, at(when))
    mail = mails(here)[-1]
    assert mail["Subject"] == "Graag aanvullen: verantwoording privacy, 1e kwartaal 2027"
    assert "De gemeentesecretaris las uw formulier en kan het nog niet goedkeuren." in words(mail)
    assert "De reden: Bij de indicator ontbreekt de bron. Wilt u" in words(mail)
    assert "uiterlijk op dinsdag 20 april 2027" in words(mail)

    part, dated = mail.iter_attachments()
    assert b"DTSTART;VALUE=DATE:20270420" in (dated.get_payload(decode=True) or b"")
    assert part.get_filename() == "verantwoording-privacy-2027-1e-kwartaal.xlsx"
    again = part.get_payload(decode=True)
    assert isinstance(again, bytes)
    outcome = hand_in(here, {("indicatoren", "G6", "bron"): "register"}, duty, date(2027, 4, 19), form=again)
    assert isinstance(outcome, actions.AccountReceipt) and not outcome.late
    actions.accept(
        here, duty, entry("accept", duty, "secretaris", on=date(2027, 4, 20)), COORDINATOR, at(LATE)
    )
    assert [(v, s) for v, s, *_ in kept(here, duty)] == [(1, "returned"), (2, "accepted")]
    with here.store.read() as tx:
        made = records.of_year(tx, 2027)[duty].account
        said = [(one.verb, one.body, one.reason) for one in decisions.about(tx, duty)]
        kinds = [event.kind for event in events.history(tx, duty)]
        assert events.verify(tx) is None
    assert isinstance(made, ThemeAccount) and made.indicators[0].value == 45
    assert made.indicators[0].source == "register"
    assert said == [("return", "secretaris", reason), ("accept", "secretaris", "")]
    assert kinds == [
        "report.submitted",
        "decision.return",
        "report.returned",
        "report.submitted",
        "decision.accept",
        "report.accepted",
    ]


def test_decisions_that_cannot_be_are_refused_in_dutch_and_change_nothing(here: Here) -> None:
    """Nothing handed in, one's own, somebody without a say, no reason, decided before."""

    def refused(action: str, made: Entry) -> str:
        before = state(here)
        with pytest.raises(Refused) as caught:
            getattr(actions, action)(here, made.subject, made, COORDINATOR, at(LATE))
        assert state(here) == before
        return str(caught.value)

    assert refused("accept", entry("accept")).startswith(f"voor {FB} is nog niets ingestuurd;")
    hand_in(here, GOOD)
    assert refused("accept", entry("accept", body=OWNER)).startswith("niemand beoordeelt zijn eigen")
    assert refused("accept", entry("accept", body="college")) == (
        "'college' beoordeelt deze verantwoording niet; dit is aan: gemeentesecretaris (secretaris)"
    )
    assert refused("send_back", entry("return")).startswith("de reden ontbreekt;")
    actions.accept(here, FB, entry("accept"), COORDINATOR, at(LATE))
    assert refused("accept", entry("accept")).startswith(
        "Verantwoording fysieke beveiliging, 1e kwartaal 2027 is al goedgekeurd;"
    )


def test_what_nobody_can_hand_in_again_is_asked_to_be_accepted_and_cannot_go_back(here: Here) -> None:
    """There are no plans of 2028 to make a form from; the control is an account that has its form."""
    without = "2028/Q1/report/fb"
    with here.store.write() as tx:
        for duty in (without, FB):
            records.add(
                tx, duty, ACCOUNT, on=IN_TIME, late=False, by=OWNER, on_behalf_of="", file="", at=at(IN_TIME)
            )
        asked = {one.subject: [c.label for c in one.choices] for one in questions.questions(here, tx, LATE)}
    assert asked == {without: ["Goedkeuren"], FB: ["Goedkeuren", "Teruggeven"]}

    sent = entry("return", without, reason="Te kort.")
    with pytest.raises(Refused, match="kan niet terug: er is geen formulier meer voor; keur"):
        actions.send_back(here, without, sent, COORDINATOR, at(LATE))
    actions.accept(here, without, entry("accept", without), COORDINATOR, at(LATE))
    assert [one[1] for one in kept(here, without)] == ["accepted"]


def test_the_chair_of_a_joint_body_that_the_lines_do_not_know_accepts_nothing(here: Here) -> None:
    """The configuration names one for the other variant; under direct lines he has no say."""
    hand_in(here, GOOD)
    assert here.organisation.joint_body and here.organisation.joint_body.chair == "directeur-bedrijfsvoering"
    with pytest.raises(Refused, match=r"dit is aan: gemeentesecretaris \(secretaris\)$"):
        actions.accept(here, FB, entry("accept", body="directeur-bedrijfsvoering"), COORDINATOR, at(LATE))


def test_an_account_is_accepted_by_whom_the_line_says_it_is_made_to(oib: Here) -> None:
    """Under the joint body a theme accounts to the OIB, so the secretary does not accept it himself."""
    hand_in(oib, GOOD)
    who = r"Overleg Integrale Beveiliging \(oib\) of directeur Bedrijfsvoering \(directeur-bedrijfsvoering\)"
    with pytest.raises(Refused, match=f"dit is aan: {who}$"):
        actions.accept(oib, FB, entry("accept", body="secretaris"), COORDINATOR, at(LATE))

    actions.accept(oib, FB, entry("accept", body="directeur-bedrijfsvoering"), COORDINATOR, at(LATE))


def test_nothing_is_accepted_or_sent_back_before_it_came(here: Here) -> None:
    hand_in(here, GOOD)
    early = date(2026, 4, 20)
    with pytest.raises(Refused, match="van 20 april 2026, maar de verantwoording kwam pas op"):
        actions.accept(here, FB, entry("accept", on=early), COORDINATOR, at(LATE))
    with pytest.raises(Refused, match="kwam pas op"):
        actions.send_back(here, FB, entry("return", reason="Te kort.", on=early), COORDINATOR, at(LATE))


def test_nobody_accepts_his_own(oib: Here) -> None:
    """The chair owes the joint account and is a reader of others: not of this one."""
    duty = "2027/Q1/report/oib"
    hand_in(oib, {("gezamenlijk", j, "oordeel"): "op koers" for j in ("J1", "J2", "J3")}, duty, LATE)
    with pytest.raises(Refused, match="niemand beoordeelt zijn eigen verantwoording"):
        actions.accept(oib, duty, entry("accept", duty, "directeur-bedrijfsvoering"), COORDINATOR, at(LATE))
    actions.accept(oib, duty, entry("accept", duty, "secretaris"), COORDINATOR, at(LATE))
    assert kept(oib, duty)[0][1] == "accepted"


def test_an_unknown_person_hands_nothing_in(here: Here) -> None:
    """Who hands in is named in the log, so it is somebody we know."""
    with pytest.raises(Refused, match="staat niet in organisation.yaml"):
        hand_in(here, GOOD, by="iemand")


# There and back

RATED = st.sampled_from(list(Rating))
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=60).map(str.strip)
WORDS = TEXT.filter(bool)
EUROS = st.integers(0, 200_000).map(Decimal)


@st.composite
def theme_accounts(draw: st.DrawFn) -> ThemeAccount:
    """An account of continuity over Q4 that fits together."""

    def explained(rating: Rating) -> str:
        return draw(WORDS if rating is Rating.OFF_COURSE else TEXT)

    def indicator(id: str, most: int) -> IndicatorEntry:
        value = draw(st.none() | st.integers(0, most).map(Decimal))
        rating = draw(RATED if value is None else RATED.filter(lambda r: r is not Rating.NOT_MEASURED))
        ahead = draw(st.none() | st.integers(0, most).map(Decimal))
        return IndicatorEntry(id, value, draw(TEXT), rating, explained(rating), draw(TEXT), ahead)

    rating = draw(RATED)
    day = st.none() | st.dates(date(2027, 10, 1), date(2030, 1, 1))
    proposal = st.builds(Proposal, st.sampled_from(["M18", "M20"]), WORDS, WORDS, WORDS, EUROS, day)
    return ThemeAccount(
        (indicator("G5a", 12), indicator("G5b", 360)),
        (ObjectiveEntry("bc-G5", rating, explained(rating)),),
        draw(st.none() | EUROS),
        draw(TEXT),
        draw(st.none() | proposal),
        YearPart(draw(TEXT), draw(TEXT), draw(TEXT)),
    )


@st.composite
def department_accounts(draw: st.DrawFn) -> DepartmentAccount:
    def measure(id: str) -> MeasureEntry:
        stand = draw(st.sampled_from(list(MeasureState)))
        end = draw(st.none() | st.dates(date(2027, 1, 1), date(2030, 1, 1)))
        told = draw(WORDS if stand is MeasureState.OFF_COURSE else TEXT)
        return MeasureEntry(id, stand, draw(st.none() | st.integers(0, 60_000).map(Decimal)), end, told)

    return DepartmentAccount(tuple(measure(id) for id in ("M07", "M08", "M09", "M10", "M11", "M12", "M22")))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=theme_accounts() | department_accounts())
def test_an_account_typed_into_a_form_is_read_as_itself(here: Here, made: Account) -> None:
    """values → fill → read → account is the account, whatever it says."""
    duty = "2027/Q4/report/bc" if isinstance(made, ThemeAccount) else "2027/Q4/account/fzh"
    with here.store.read() as tx:
        form = pages.form_for(here, tx, Duty(duty))
    assert form
    path = file(here, fill(write(form, here.form_secret), values(made)))
    answers = read(path, form, here.form_secret)
    assert isinstance(answers, Answers), [str(one) for one in answers]
    assert account(form, answers) == made
