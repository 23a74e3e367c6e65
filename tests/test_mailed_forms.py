"""Every kind of form comes back by mail as from the intake folder: for whose it is, and for nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jaarring import cycle
from jaarring.adjustments import forms as adjustment_forms
from jaarring.adjustments import proposing
from jaarring.adjustments import records as adjustments
from jaarring.adjustments import sheets as adjustment_sheets
from jaarring.forms.fill import fill
from jaarring.here import Here
from jaarring.ledger import decisions, documents, due
from jaarring.occasions import Duty
from jaarring.plans import pages as plan_pages
from jaarring.plans import records as plans
from tests.conftest import SHIPPED, copied
from tests.test_mailbox import (
    DAY,
    OTHER,
    OWN,
    answers,
    filled,
    folder,
    letter,
    put,
    read,
    reading,
    subjects,
)
from tests.test_post import form_of, morning, row_about
from tests.test_reports import FB, mails, words

__all__ = ["folder"]
SECRETARY, ASKED = "secretaris@elzenwaard.example", date(2027, 4, 15)


@pytest.fixture
def here(tmp_path: Path, folder: Path) -> Iterator[Here]:
    """Elzenwaard in April 2027, all that went before is done."""
    with reading(copied(SHIPPED, tmp_path), f"address: maildir://{folder}") as opened:
        with opened.store.write() as tx:
            early = [e.occasion.key for e in due.of_year(tx, 2027) if e.occasion.due < date(2027, 1, 1)]
            due.done(tx, early, cycle.moment(opened, date(2026, 12, 8)))
        read(opened)
        yield opened


@pytest.fixture
def question(here: Here, folder: Path) -> bytes:
    """The form of the secretary's letter, filled in: he agrees with the account of FB."""
    put(folder, letter(files={"formulier.xlsx": filled(here)}))
    read(here)
    form = form_of(morning(here, ASKED).messages(SECRETARY)[-1])
    row = row_about(form, "verantwoording fysieke beveiliging")
    return fill(form, {("vragen", row, "keuze"): "Goedkeuren"})


def accepted(here: Here) -> int:
    with here.store.read() as tx:
        return len(decisions.about(tx, FB, "accept"))


def test_an_answer_to_questions_decides_when_it_comes_from_who_was_asked(
    here: Here, folder: Path, question: bytes
) -> None:
    put(folder, letter(SECRETARY, {"antwoord.xlsx": question}))

    assert read(here, ASKED, 9) == {"taken": 1}

    assert accepted(here) == 1
    assert (SECRETARY, "Ontvangen: uw antwoord") in subjects(here) and answers(here) == []


def test_from_anybody_else_it_decides_nothing_and_he_hears_whose_it_is(
    here: Here, folder: Path, question: bytes
) -> None:
    """Not from the owner himself, whose own account it is (R17)."""
    put(folder, letter(OWN, {"antwoord.xlsx": question}))

    assert read(here, ASKED, 9) == {"refused": 1}

    assert accepted(here) == 0
    (answer,) = answers(here)
    assert "u mag deze vragen niet beantwoorden; dit is aan:" in answer and "gemeentesecretaris" in answer
    assert "(secretaris)" not in answer


def test_a_plan_in_a_wrong_persons_mail_is_refused_naming_the_owner(here: Here, folder: Path) -> None:
    with here.store.read() as tx:
        form = plan_pages.attachment(here, tx, Duty("2027/plan/fb"))
    assert form
    put(folder, letter(OTHER, {"plan.xlsx": form.content}))

    assert read(here) == {"refused": 1}

    assert "u mag dit niet indienen; dit is aan: teamleider Facilitair" in answers(here)[0]
    with here.store.read() as tx:
        assert len(plans.versions(tx, 2027, "fb")) == 1


@pytest.mark.parametrize("sender", [OWN, OTHER])
def test_a_proposal_counts_from_the_owner_alone_and_each_hears_what_became_of_it(
    here: Here, folder: Path, sender: str
) -> None:
    with here.store.write() as tx:
        plan = proposing.plans_of(tx, 2027, adopted=True)["fb"]
        adjustment_forms._keep(here, tx, plan, DAY, cycle.moment(here, DAY))
    with here.store.read() as tx:
        kept = documents.newest(tx, "2027/adjustment/fb", "intern", "xlsx")
    assert kept
    why = {("waarom", row, "antwoord"): "De levering duurt 7 weken." for row in adjustment_sheets.QUESTIONS}
    form = fill(here.files.get(kept.sha256), {**why, ("maatregelen", "M08", "nieuw"): date(2027, 12, 1)})
    put(folder, letter(sender, {"bijsturing.xlsx": form}))

    read(here)

    with here.store.read() as tx:
        proposals = [(one.theme, one.proposed_by) for one in adjustments.of_year(tx, 2027)]
    (told,) = [words(mail) for mail in mails(here)]
    if sender == OWN:
        assert proposals == [("fb", "teamleider-facilitair")]
        assert "Ontvangen: voorstel BV-2027-01, bijsturing fysieke beveiliging" in told
    else:
        assert proposals == []
        assert "u mag dit niet voorstellen; dit is aan: teamleider Facilitair" in told
