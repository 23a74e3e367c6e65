"""Of a secret measure nothing travels but its number: no word, no amount, nothing it follows from."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from jaarring import starter, steps
from jaarring.config.load import load
from jaarring.decide import Request, Terms, decide
from jaarring.forms.rules import Key, Value
from jaarring.goals.amendments import differences
from jaarring.goals.rules import Framework
from jaarring.here import Here
from jaarring.ledger.decisions import Entry
from jaarring.plans import records as plans
from jaarring.post import records as post
from jaarring.questions.rules import Question
from jaarring.reports import records
from jaarring.reports.questions import questions
from jaarring.reports.rules import DepartmentAccount
from jaarring.signals import questions as signals
from jaarring.signals.records import advices
from tests import played
from tests.conftest import at
from tests.test_reports import CONFIG, FB, FZH, GOOD, blank, hand_in, opened
from tests.test_year import dump, everything, messages


@pytest.fixture
def elzenwaard(tmp_path: Path) -> Iterator[Here]:
    """The example with its adopted plans; M10 of physical security is secret."""
    yield from opened(tmp_path, "direct")


def test_the_form_of_a_department_has_no_amount_from_which_a_secret_one_follows(
    elzenwaard: Here,
) -> None:
    """FB has 245.000 euros, in public: the amounts of all its other measures would give that of M10 away.
    What was said of them before is kept where it is left empty; a mistake about it names no amount of ours.
    """
    second, day = "2027/Q2/account/fzh", date(2027, 7, 6)
    states: dict[Key, Value | float] = {
        ("maatregelen", id, "stand"): "op koers" for id in ("M07", "M08", "M10", "M11", "M12", "M22")
    }
    done: dict[Key, Value | float] = {
        ("maatregelen", "M09", "stand"): "klaar",
        ("maatregelen", "M09", "besteed"): 21_987,
    }
    hand_in(elzenwaard, {**states, **done}, FZH, date(2027, 4, 7))

    book = zipfile.ZipFile(io.BytesIO(blank(elzenwaard, second)))
    everything = b"".join(book.read(name) for name in book.namelist()).decode("utf-8", "replace")
    for amount in ("85000", "60000", "22500", "30000", "7500", "21987"):
        assert f"<v>{amount}</v>" not in everything
    assert "<v>16500</v>" in everything, "the control: M22 is of another theme"

    less: dict[Key, Value | float] = {**states, ("maatregelen", "M09", "besteed"): 12_345}
    wrong = hand_in(elzenwaard, less, second, day)
    assert isinstance(wrong, list) and "minder dan de vorige opgave" in str(wrong[0])
    assert "21.987" not in str(wrong[0])
    hand_in(elzenwaard, states, second, day)
    with elzenwaard.store.read() as tx:
        asked = [line for one in questions(elzenwaard, tx, day) for line in one.details if "M09" in line]
    assert asked and not any("€" in line for line in asked), "nor does the letter to who must judge it"
    with elzenwaard.store.read() as tx:
        account = records.of_year(tx, 2027)[second].account
    assert isinstance(account, DepartmentAccount)
    assert [one.spent for one in account.measures if one.measure == "M09"] == [Decimal(21_987)]


def test_an_edit_that_moves_money_of_a_secret_measure_names_no_amount() -> None:
    """What the others give or get would tell what it gets or gives. The control: the same without secrecy."""
    loaded, _ = load(CONFIG)
    assert loaded
    adopted = loaded.framework
    changed = {"M07": Decimal(90_000), "M10": Decimal(35_123)}
    plain = replace(adopted, measures=tuple(replace(m, secrecy=None) for m in adopted.measures))

    def lines(old: Framework) -> str:
        moved = tuple(replace(m, budget=changed.get(m.id, m.budget)) for m in old.measures)
        budget = old.budgets[2027]
        more = replace(budget, total=budget.total + 123, themes={**budget.themes, "fb": Decimal(245_123)})
        new = replace(old, measures=moved, budgets={2027: more})
        return "\n".join(one.line for one in differences(old, new, 2027)).replace("\u00a0", " ")

    assert "€" not in lines(adopted) and "Maatregel M07: bedrag gewijzigd" in lines(adopted)
    assert "M07: bedrag was € 85.000, wordt € 90.000" in lines(plain) and "€ 245.123" in lines(plain)


def test_what_is_asked_and_advised_about_a_secret_measure_goes_by_no_mail(elzenwaard: Here) -> None:
    """The question stands in the store, where the coordinator reads it; the control is one about M09."""
    states: dict[Key, Value | float] = {
        ("maatregelen", id, "stand"): "op koers" for id in ("M07", "M08", "M11", "M12", "M22")
    }
    for id in ("M09", "M10"):
        states["maatregelen", id, "stand"] = "niet op koers"
        states["maatregelen", id, "toelichting"] = "dat zeggen wij niet"
    with elzenwaard.store.write() as tx:
        plans.keep_framework(tx, 2027, elzenwaard.framework, at(elzenwaard, date(2026, 12, 8)))
    hand_in(elzenwaard, states, FZH, date(2027, 4, 7))
    day, head = date(2027, 4, 8), "hoofd-fzh"
    steps.signal(elzenwaard, day, at(elzenwaard, day))
    for id in ("M09", "M10"):
        say(elzenwaard, f"2027/signal/Q1-fb-{id}", "advise", head, day, f"Zqx {id} huisadres?")
    asked = {one.subject: " ".join(one.details) for one in waiting(elzenwaard, day)}
    assert "Zqx M09" in asked["AV-2027-01"] and "Zqx" not in asked["AV-2027-02"]

    for number in (1, 2):
        say(elzenwaard, f"AV-2027-0{number}", "answer", "beveiligingsadviseur", day, f"Wyv {number} hek.")
    with elzenwaard.store.read() as tx:
        told = [text for (text,) in tx.execute(select(post.notice.c.text))]
        kept = [one.answer for one in advices(tx, 2027)]
    assert any("Wyv 1" in text for text in told) and not any("Wyv 2" in text for text in told)
    assert kept == ["Wyv 1 hek.", "Wyv 2 hek."]


def waiting(here: Here, day: date) -> list[Question]:
    with here.store.read() as tx:
        return list(signals.questions(here, tx, day))


def say(here: Here, key: str, verb: str, body: str, day: date, reason: str = "") -> None:
    entry = Entry(key, verb, body, day, "", reason)
    decide(Request(here, key, verb, entry, body, at(here, day), Terms()))


#: what M10 says in a played year, in every field; and how an amount or day may look in a mail or a form
CANARIES = {
    "title: Persoonsbeveiliging bestuurders": "title: Zqxtitel wachters",
    "effect: Bestuurders kunnen hun werk veilig doen.": "effect: Vlqeffect schilden staan.\n"
    "    sources: [{title: Wxbron nota, date: 2026-02-17}]",
    "budget: 40000": "budget: 40017",
    "start: 2027-01-01": "start: 2027-02-03",
    "end: 2027-12-31": "end: 2027-11-19",
    "number: 2026-B-0522": "number: 2026-B-9977",
    "fb: 245000": "fb: 245017",
    "total: 750000": "total: 750017",
}
SEEN = re.compile(
    r"zqxtitel|wachters|vlqeffect|schilden|wxbron|b-9977|40\.?017|2027-02-03|2027-11-19"
    r"|3 februari 2027|19 november 2027|<v>(46421|46710)</v>"
)


#: of those, what can stand in no other text by chance
CONFIDENTIAL = re.compile(r"zqxtitel|vlqeffect|wxbron|2026-b-9977")


def with_canaries(config: Path) -> None:
    """Put the canaries in M10 of a configuration."""
    strategy = config / "strategy.yaml"
    before, after = strategy.read_text("utf-8").split("  M10:\n")
    for old, new in CANARIES.items():
        assert old in after
        after = after.replace(old, new, 1)
    strategy.write_text(f"{before}  M10:\n{after}", "utf-8")


@pytest.mark.slow
def test_in_a_played_year_no_field_of_a_secret_measure_travels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plans, two quarters with accounts, signals, reports and decisions: mails with all that goes along, and
    calendar files. The control: the store has every canary.
    """
    shipped = starter.write

    def written(folder: Path, variant: str) -> None:
        shipped(folder, variant)
        with_canaries(folder)

    monkeypatch.setattr(starter, "write", written)
    demo = played.year(tmp_path / "demo", until=date(2027, 7, 31))

    sent = [(str(mail["X-Jaarring-Occasion"]), everything(mail)) for mail in messages(demo)]
    texts = [(key, " ".join(text.lower().split())) for key, found in sent for _, text in found]
    texts += [(file.name, file.read_text("utf-8").lower()) for file in (demo.out / "var").rglob("*.ics")]
    assert len(texts) > 500 and any("m10" in text for _, text in texts)
    assert [key for key, text in texts if SEEN.search(text.replace("\u00a0", " "))] == []
    kept = "\n".join(dump(demo)).lower()
    for canary in ("zqxtitel", "vlqeffect", "wxbron", "b-9977", "40017", "2027-02-03", "2027-11-19"):
        assert canary in kept


def test_a_mistake_in_a_proposal_repeats_nothing_where_a_secret_measure_can_be_chosen(
    elzenwaard: Here,
) -> None:
    """The control is the sheet about money of the same form."""
    wrong: dict[Key, Value | float] = {
        **GOOD,
        ("bijsturing", "voorstel", "maatregel"): "M10",
        ("bijsturing", "voorstel", "bedrag"): "43219 euro voor het huis",
        ("geld", "thema", "besteed"): "31x500",
    }
    found = hand_in(elzenwaard, wrong, FB, date(2027, 4, 7))
    assert isinstance(found, list)
    told = {mistake.split(",")[0]: mistake for mistake in found}
    assert "43219" not in told["Blad Bijsturing"] and "huis" not in told["Blad Bijsturing"]
    assert "31x500" in told["Blad Geld"]
