"""One letter a person a day, with one small form: asked, told, answered, chased."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from jaarring import asking, cycle, steps
from jaarring.absences import actions as absences
from jaarring.cli import main
from jaarring.decide import Request, Terms, decide
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Occasion
from jaarring.post import records as post
from jaarring.post import sheets
from jaarring.post.rules import Item, News, letter
from jaarring.questions import records as questions
from jaarring.questions.rules import Asked, Choice, Question
from jaarring.refusal import Refused
from jaarring.reports import actions as reports
from jaarring.reports import records as accounts
from tests import test_reports
from tests.conftest import Mailbox
from tests.test_reports import GOOD, blank

pytestmark = pytest.mark.both_stores

FB, FZH = "2027/Q1/report/fb", "2027/Q1/account/fzh"
#: the accounts were due on the 14th; the morning after the secretary is asked, with five working days
IN, ASKED, DUE = date(2027, 4, 13), date(2027, 4, 15), date(2027, 4, 22)
SECRETARY = "secretaris@elzenwaard.example"
COORDINATOR = "integrale.beveiliging@elzenwaard.example"
#: of the theme FB
ADVISER, ADVISER_MAIL = "beveiligingsadviseur", "beveiligingsadviseur@elzenwaard.example"
FZH_GOOD: Mapping[Key, Value | float] = {
    ("maatregelen", f"M{number:02d}", column): value
    for number in (7, 8, 9, 10, 11, 12, 22)
    for column, value in (
        ("stand", "op koers"),
        ("besteed", "€ 1.234"),
        ("toelichting", "Persoonlijk toezicht"),
    )
}


def opened(tmp_path: Path, variant: str) -> Iterator[Here]:
    """Elzenwaard with its adopted plans; all that went before them is done, but for telling of them."""
    for house in test_reports.opened(tmp_path, variant):
        at = cycle.moment(house, date(2026, 12, 8))
        with house.store.write() as tx:
            early = [e.occasion for e in due.of_year(tx, 2027) if e.occasion.due < date(2027, 1, 1)]
            before = [one.key for one in early if not one.key.endswith("/announce")]
            due.done(tx, before, at)
        yield house


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "direct")


@pytest.fixture
def oib(tmp_path: Path) -> Iterator[Here]:
    yield from opened(tmp_path, "oib")


def morning(here: Here, day: date) -> Mailbox:
    """The post of a morning: asked, written, sent."""
    at = cycle.moment(here, day)
    cycle.schedule(here, day, at)
    steps.post(here, day, at)
    box = Mailbox(here, set())
    box.deliver(day)
    return box


def hand_in(here: Here, duty: str, cells: Mapping[Key, Value | float], day: date = IN) -> None:
    path = here.storage / f"{duty.replace('/', '-')}-{day}.xlsx"
    path.write_bytes(fill(blank(here, duty), cells))
    outcome = reports.take_in(here, path, "", cycle.moment(here, day), day)
    assert isinstance(outcome, reports.AccountReceipt), outcome


def handed_in(here: Here) -> None:
    """Two accounts that wait for the secretary: of the theme FB and of its department."""
    hand_in(here, FB, GOOD)
    hand_in(here, FZH, FZH_GOOD)


def form_of(message: EmailMessage) -> bytes:
    return next(
        bytes(part.get_content())
        for part in message.iter_attachments()
        if part.get_filename() == "antwoord.xlsx"
    )


def rows(form: bytes) -> dict[str, str]:
    """Of each question in a form its row."""
    page = openpyxl.load_workbook(io.BytesIO(form))["Vragen"]
    found = {}
    for line in page.iter_rows(min_row=4, values_only=True):
        if line[0] and str(line[0]).isdigit():
            found[str(line[2])] = str(line[0])
    return found


def row_about(form: bytes, words: str) -> str:
    (number,) = [row for what, row in rows(form).items() if words in what]
    return number


def answer(
    here: Here, form: bytes, said: Mapping[tuple[str, str], Value | float], day: date = ASKED, by: str = ""
) -> asking.Answered | list[str]:
    """Hand in the form with what was said: by words of the question and column."""
    cells = {("vragen", row_about(form, words), column): value for (words, column), value in said.items()}
    path = here.storage / "antwoord.xlsx"
    path.write_bytes(fill(form, cells))
    outcome = steps.hand_in(here, path, by, cycle.moment(here, day), day)
    assert isinstance(outcome, (asking.Answered, list))
    return outcome if isinstance(outcome, asking.Answered) else [str(mistake) for mistake in outcome]


def state(here: Here, duty: str) -> str:
    with here.store.read() as tx:
        return accounts.versions(tx, duty)[-1].state


def record(
    here: Here,
    key: str,
    verb: str,
    body: str,
    day: date,
    number: str = "",
    reason: str = "",
) -> None:
    entry = Entry(key, verb, body, day, number, reason)
    decide(Request(here.on(day), key, verb, entry, "coordinator", cycle.moment(here, day), Terms()))


def notices(here: Here, subject: str) -> dict[str, set[str]]:
    """Whom the decisions about a subject were told to, by direction."""
    found: dict[str, set[str]] = {}
    with here.store.read() as tx:
        rows = tx.exec_driver_sql("select id from decision where subject = ?", (subject,)).scalars().all()
        for number in rows:
            for one, _ in post.of_decision(tx, number):
                found.setdefault(one.direction, set()).add(one.person)
    return found


FB_WORDS, FZH_WORDS = "verantwoording fysieke beveiliging", "Facilitaire Zaken"


class TestAsking:
    def test_R5_what_is_asked_comes_in_one_letter_with_one_form(self, here: Here) -> None:
        """Two accounts, one letter: subject and first line say what, by when and what to do."""
        handed_in(here)
        box = morning(here, ASKED)

        assert box.subjects(SECRETARY) == [
            "Graag uiterlijk donderdag 22 april 2027: uw oordeel over 2 verantwoordingen"
        ]
        assert (
            "Wilt u uiterlijk donderdag 22 april 2027 over 2 verantwoordingen oordelen? Vul het formulier in "
            "de bijlage in en stuur het terug als antwoord op dit bericht."
        ) in box.text(SECRETARY)
        assert len(rows(form_of(box.messages(SECRETARY)[0]))) == 2

    def test_nobody_is_asked_before_the_accounts_are_due(self, here: Here) -> None:
        handed_in(here)
        assert morning(here, date(2027, 4, 14)).subjects(SECRETARY) == []

    def test_run_twice_it_asks_once(self, here: Here) -> None:
        handed_in(here)
        morning(here, ASKED)
        assert len(morning(here, ASKED).subjects(SECRETARY)) == 1

    def test_what_comes_up_later_on_a_day_waits_for_the_next(self, here: Here) -> None:
        """At most one such letter a person a day."""
        hand_in(here, FB, GOOD)
        morning(here, ASKED)
        hand_in(here, FZH, FZH_GOOD, ASKED)
        assert len(morning(here, ASKED).subjects(SECRETARY)) == 1

        box = morning(here, date(2027, 4, 16))
        assert len(box.subjects(SECRETARY)) == 2
        assert "In hetzelfde formulier staat ook een vraag die wij u eerder stelden." in box.text(SECRETARY)

    def test_nobody_gets_post_on_a_closed_day(self, here: Here) -> None:
        """17 April 2027 is a Saturday."""
        handed_in(here)
        assert morning(here, date(2027, 4, 17)).subjects(SECRETARY) == []

    def test_of_a_secret_measure_letter_and_form_say_its_number_only(self, here: Here) -> None:
        handed_in(here)
        (message,) = morning(here, ASKED).messages(SECRETARY)
        book = openpyxl.load_workbook(io.BytesIO(form_of(message)))
        cells = [
            str(cell) for page in book for line in page.iter_rows(values_only=True) for cell in line if cell
        ]
        about = [text for text in cells if "M10" in text]
        assert about == ["Maatregelen: M10, geheime maatregel: ontvangen, wij herhalen hier niets"]
        assert any("1.234" in text for text in cells), "the control: of others the amount is shown"

    def test_of_whoever_is_away_the_substitute_is_asked_on_his_behalf(self, here: Here) -> None:
        handed_in(here)
        away = Entry("absence/secretaris", "record", "coordinator", date(2027, 4, 12), "", "")
        at = cycle.moment(here, date(2027, 4, 12))
        absences.tell(here, "secretaris", away, "coordinator", at, until=date(2027, 4, 30))
        box = morning(here, ASKED)

        assert box.subjects(SECRETARY) == []
        (message,) = box.messages("loco-secretaris@elzenwaard.example")
        assert all(what.startswith("Namens de gemeentesecretaris: ") for what in rows(form_of(message)))
        outcome = answer(here, form_of(message), {(FB_WORDS, "keuze"): "Goedkeuren"})
        assert isinstance(outcome, asking.Answered) and state(here, FB) == "accepted"
        with here.store.read() as tx:
            log = [one for one in events.history(tx) if one.kind == "decision.accept"]
        assert [(one.actor, one.on_behalf_of) for one in log] == [("loco-secretaris", "secretaris")]

    def test_whoever_comes_to_stand_in_is_asked_what_another_was_asked(self, here: Here) -> None:
        """The secretary was asked on the 15th; told on the 19th that he is away, the substitute is asked."""
        handed_in(here)
        morning(here, ASKED)
        day = date(2027, 4, 19)
        away = Entry("absence/secretaris", "record", "coordinator", day, "", "")
        absences.tell(
            here, "secretaris", away, "coordinator", cycle.moment(here, day), until=date(2027, 4, 30)
        )

        assert cycle.work(here, day, cycle.moment(here, day)).post
        substitute = "loco-secretaris@elzenwaard.example"
        assert morning(here, day).subjects(substitute) == [
            "Graag uiterlijk donderdag 22 april 2027: uw oordeel over 2 verantwoordingen"
        ]
        assert len(morning(here, date(2027, 4, 20)).subjects(substitute)) == 1

    def test_R17_with_everybody_away_no_stand_in_gets_the_letter_about_what_is_his_own(
        self, here: Here
    ) -> None:
        """The adviser of FB stands in for the coordinator, to whom it falls: it waits for the coordinator."""
        handed_in(here)
        day, last = date(2027, 4, 12), date(2027, 4, 30)
        gone = ("secretaris", "loco-secretaris", "medewerker-huisvesting", "coordinator")
        for id, substitute in zip(gone, ("", "", "", ADVISER), strict=True):
            away = Entry(f"absence/{id}", "record", "secretaris", day, "", "")
            at = cycle.moment(here, day)
            absences.tell(here, id, away, "coordinator", at, until=last, substitute=substitute)
        box = morning(here, ASKED)

        assert not any(FB_WORDS in what for what in rows(form_of(box.messages(ADVISER_MAIL)[0])))
        (message,) = box.messages(COORDINATOR)
        assert any(FB_WORDS in what for what in rows(form_of(message)))

    def test_under_the_joint_body_its_chair_judges_the_themes(self, oib: Here) -> None:
        handed_in(oib)
        box = morning(oib, ASKED)
        chair = "directeur.bedrijfsvoering@elzenwaard.example"
        asked = "Graag uiterlijk donderdag 22 april 2027: uw oordeel over de verantwoording"
        assert box.subjects(chair) == [f"{asked} fysieke beveiliging"]
        assert box.subjects(SECRETARY) == [
            f"{asked} over de maatregelen van Facilitaire Zaken en Huisvesting"
        ]


class TestAnswering:
    @pytest.fixture
    def form(self, here: Here) -> bytes:
        handed_in(here)
        return form_of(morning(here, ASKED).messages(SECRETARY)[0])

    def test_R5_a_form_accepts_one_account_and_returns_another(self, here: Here, form: bytes) -> None:
        outcome = answer(
            here,
            form,
            {
                (FB_WORDS, "keuze"): "Goedkeuren",
                (FZH_WORDS, "keuze"): "Teruggeven",
                (FZH_WORDS, "toelichting"): "M08 mist een datum",
            },
        )
        assert isinstance(outcome, asking.Answered)
        assert (state(here, FB), state(here, FZH)) == ("accepted", "returned")
        with here.store.read() as tx:
            assert decisions.about(tx, FZH) == [
                Entry(FZH, "return", "secretaris", ASKED, "", "M08 mist een datum")
            ]
        box = Mailbox(here, set())
        box.deliver(ASKED)
        assert box.subjects(SECRETARY)[-1] == "Ontvangen: uw antwoord op 2 vragen"
        assert "M08 mist een datum" in box.text("hoofd.fzh@elzenwaard.example")

    def test_a_row_left_empty_stays_open(self, here: Here, form: bytes) -> None:
        answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"})
        assert (state(here, FB), state(here, FZH)) == ("accepted", "submitted")
        with here.store.read() as tx:
            assert [one.question.subject for one in questions.all_of(tx, state="open")] == [FZH]

    def test_the_same_form_twice_is_one_answer(self, here: Here, form: bytes) -> None:
        said = {(FB_WORDS, "keuze"): "Goedkeuren"}
        answer(here, form, said)
        again = answer(here, form, said, date(2027, 4, 16))
        assert isinstance(again, asking.Answered) and again.repeated
        more = answer(here, form, {**said, (FZH_WORDS, "keuze"): "Goedkeuren"}, date(2027, 4, 19))
        assert isinstance(more, asking.Answered), "what was said before may stand in it"
        with here.store.read() as tx:
            assert len(decisions.about(tx, FB)) == len(decisions.about(tx, FZH)) == 1

    def test_another_answer_comes_too_late_and_hears_by_whom_and_when(self, here: Here, form: bytes) -> None:
        answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"})
        late = {(FB_WORDS, "keuze"): "Teruggeven", (FB_WORDS, "toelichting"): "toch niet"}
        (mistake,) = answer(here, form, late, date(2027, 4, 19))  # type: ignore[misc]
        assert mistake.endswith(
            "deze vraag is op 15 april 2027 al beantwoord door de gemeentesecretaris; maak deze regel leeg"
        )

    def test_what_was_decided_by_command_closes_the_question_too(self, here: Here, form: bytes) -> None:
        record(here, FB, "accept", "secretaris", ASKED)
        steps.ask(here, ASKED, cycle.moment(here, ASKED))
        late = {(FB_WORDS, "keuze"): "Teruggeven", (FB_WORDS, "toelichting"): "toch niet"}
        (mistake,) = answer(here, form, late, date(2027, 4, 19))  # type: ignore[misc]
        assert "deze vraag is op 15 april 2027 al beantwoord door de gemeentesecretaris" in mistake

    def test_of_a_form_with_a_mistake_nothing_is_recorded_and_all_mistakes_are_told_by_cell(
        self, here: Here, form: bytes
    ) -> None:
        found = answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren", (FZH_WORDS, "keuze"): "Teruggeven"})
        number = row_about(form, FZH_WORDS)
        assert isinstance(found, list) and len(found) == 1
        assert f"G{3 + int(number)}" in found[0] or "cel " in found[0]
        assert "ontbreekt bij ‘Teruggeven’; schrijf in één of twee zinnen waarom" in found[0]
        assert (state(here, FB), state(here, FZH)) == ("submitted", "submitted")
        box = Mailbox(here, set())
        box.deliver(ASKED)
        assert box.subjects(SECRETARY)[-1] == "Graag verbeteren: uw antwoord van 15 april"
        assert "ontbreekt bij ‘Teruggeven’" in box.text(SECRETARY)

    def test_what_is_wrong_with_a_form_handed_in_by_command_is_mailed_at_once(
        self, here: Here, form: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As a receipt is: whoever sent it in need not wait for the tick to hear that it was refused."""
        path = here.storage / "fout.xlsx"
        path.write_bytes(fill(form, {("vragen", row_about(form, FZH_WORDS), "keuze"): "Teruggeven"}))
        folder = str(here.storage.parent / "config")

        assert main(["submit", str(path), "--config", folder, "--as-of", str(ASKED)]) == 1

        assert "ontbreekt bij ‘Teruggeven’" in capsys.readouterr().err
        assert Mailbox(here, set()).subjects(SECRETARY)[-1] == "Graag verbeteren: uw antwoord van 15 april"

    def test_what_the_decision_itself_refuses_undoes_the_whole_form(self, here: Here, form: bytes) -> None:
        """FB was handed in anew and accepted meanwhile: the other row is not recorded either."""
        hand_in(here, FB, {**GOOD, ("geld", "thema", "besteed"): "€ 31.600"}, ASKED)
        record(here, FB, "accept", "secretaris", ASKED)
        found = answer(here, form, {(FZH_WORDS, "keuze"): "Goedkeuren", (FB_WORDS, "keuze"): "Goedkeuren"})
        assert isinstance(found, list) and "is al goedgekeurd" in found[0]
        assert state(here, FZH) == "submitted"

    def test_an_empty_form_is_asked_back(self, here: Here, form: bytes) -> None:
        (mistake,) = answer(here, form, {})  # type: ignore[misc]
        assert "er is nog niets gekozen" in mistake

    def test_a_remark_without_a_choice_is_asked_back(self, here: Here, form: bytes) -> None:
        (mistake,) = answer(here, form, {(FB_WORDS, "toelichting"): "prima"})  # type: ignore[misc]
        assert "is niet ingevuld; kies ‘Goedkeuren’ en ‘Teruggeven’" in mistake

    def test_a_wrong_person_is_refused_and_hears_who_may(self, here: Here, form: bytes) -> None:
        with pytest.raises(Refused) as refused:
            answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"}, by="hoofd-fzh")
        assert refused.value.what == "'hoofd-fzh' mag deze vragen niet beantwoorden"
        assert "gemeentesecretaris (secretaris)" in refused.value.remedy
        assert state(here, FB) == "submitted"

    def test_R17_a_substitute_answers_by_form_only_while_the_other_is_away(
        self, here: Here, form: bytes
    ) -> None:
        """Refused while the secretary is there; taken in, on his behalf, once he is away."""
        said, loco = {(FB_WORDS, "keuze"): "Goedkeuren"}, "loco-secretaris"
        with pytest.raises(Refused) as refused:
            answer(here, form, said, by=loco)
        assert refused.value.what == f"'{loco}' vervangt de gemeentesecretaris alleen bij afwezigheid"
        assert state(here, FB) == "submitted"

        away = Entry("absence/secretaris", "record", "secretaris", ASKED, "", "")
        at = cycle.moment(here, ASKED)
        decide(Request(here, away.subject, "record", away, "coordinator", at, Terms(end=DUE)))
        answer(here, form, said, by=loco)
        with here.store.read() as tx:
            log = [one for one in events.history(tx) if one.kind == "decision.accept"]
        assert [(one.actor, one.on_behalf_of) for one in log] == [(loco, "secretaris")]

    def test_R17_what_was_sent_to_the_substitute_he_may_still_answer_when_the_other_is_back(
        self, here: Here
    ) -> None:
        """The letter handed it over to him; what the other was not asked for is his own again."""
        at = cycle.moment(here, ASKED)
        away = Entry("absence/secretaris", "record", "secretaris", ASKED, "", "")
        decide(Request(here, away.subject, "record", away, "coordinator", at, Terms(end=date(2027, 4, 16))))
        handed_in(here)
        loco = here.organisation.people["loco-secretaris"].mail
        form = form_of(morning(here, ASKED).messages(loco)[-1])
        outcome = answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"}, date(2027, 4, 19))
        assert isinstance(outcome, asking.Answered) and state(here, FB) == "accepted"

    def test_the_coordinator_answers_on_behalf_of_who_was_asked(self, here: Here, form: bytes) -> None:
        answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"}, by="coordinator")
        with here.store.read() as tx:
            log = [one for one in events.history(tx) if one.kind == "decision.accept"]
        assert [(one.actor, one.on_behalf_of) for one in log] == [("coordinator", "secretaris")]

    def test_somebody_elses_form_is_not_ours(self, here: Here, form: bytes) -> None:
        """A form with another key than was ever sent, and the control: the same form as it was sent."""
        book = openpyxl.load_workbook(io.BytesIO(form))
        book["Uitleg"]["A2"] = "ask/hoofd-ia/2027-04-15"
        path = here.storage / "vreemd.xlsx"
        book.save(path)
        outcome = steps.hand_in(here, path, "", cycle.moment(here, ASKED), ASKED)
        assert isinstance(outcome, list) and "is niet van gemeente Elzenwaard" in str(outcome[0])
        assert isinstance(answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"}), asking.Answered)

    def test_R5_a_form_in_the_intake_folder_is_taken_in_by_the_tick(self, here: Here, form: bytes) -> None:
        cells = {("vragen", row_about(form, FB_WORDS), "keuze"): "Goedkeuren"}
        (here.intake / "antwoord.xlsx").write_bytes(fill(form, cells))
        counts = steps.take_in(here, ASKED, cycle.moment(here, ASKED))
        assert counts == {"ontvangen": 1} and state(here, FB) == "accepted"


class TestChasing:
    def test_who_does_not_answer_is_told_that_it_is_late_and_then_the_coordinator_is_asked_to_help(
        self, here: Here
    ) -> None:
        handed_in(here)
        for day in (ASKED, date(2027, 4, 23), date(2027, 4, 26)):
            box = morning(here, day)
        assert box.subjects(SECRETARY)[1:] == ["Te laat: uw oordeel over 2 verantwoordingen"]
        box = morning(here, date(2027, 4, 28))

        assert box.subjects(COORDINATOR)[-1:] == ["Uw hulp gevraagd: 2 antwoorden zijn te laat"]
        assert "aan: de gemeentesecretaris" in box.text(COORDINATOR)
        assert len(box.subjects(SECRETARY)) == 3, "who is asked has it in his own letter of that day"
        form = form_of(box.messages(COORDINATOR)[-1])
        outcome = answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren"}, date(2027, 4, 29))
        assert isinstance(outcome, asking.Answered) and state(here, FB) == "accepted"

    def test_the_coordinator_is_asked_only_after_the_notice_was_really_sent(self, here: Here) -> None:
        handed_in(here)
        morning(here, ASKED)
        at = cycle.moment(here, date(2027, 4, 23))
        steps.post(here, date(2027, 4, 23), at)
        box = Mailbox(here, {SECRETARY})
        box.deliver(date(2027, 4, 23))
        found = morning(here, date(2027, 4, 28)).subjects(COORDINATOR)
        assert not [one for one in found if one.startswith("Uw hulp")]

    def test_after_an_answer_nobody_is_chased(self, here: Here) -> None:
        handed_in(here)
        form = form_of(morning(here, ASKED).messages(SECRETARY)[0])
        answer(here, form, {(FB_WORDS, "keuze"): "Goedkeuren", (FZH_WORDS, "keuze"): "Goedkeuren"})
        asked = [s for s in morning(here, date(2027, 4, 23)).subjects(SECRETARY) if "verantwoording" in s]
        assert asked == ["Graag uiterlijk donderdag 22 april 2027: uw oordeel over 2 verantwoordingen"]

    def test_after_an_outage_the_newest_step_is_asked_and_the_others_give_way(self, here: Here) -> None:
        handed_in(here)
        steps.ask(here, IN, cycle.moment(here, IN))
        box = morning(here, date(2027, 4, 26))
        assert box.subjects(SECRETARY) == ["Te laat: uw oordeel over 2 verantwoordingen"]
        key = "2027/ask/judge/Q1-report-fb-1"
        with here.store.read() as tx:
            states = {e.occasion.kind: e.state for e in due.of_duty(tx, key)}
        gave_way = {"request": "superseded", "reminder": "superseded"}
        assert states == {**gave_way, "due": "open", "overdue": "done", "escalate": "open"}

    def test_an_ask_in_a_letter_about_more_counts_as_sent_when_the_letter_was(self, here: Here) -> None:
        handed_in(here)
        steps.post(here, ASKED, cycle.moment(here, ASKED))
        key = "2027/ask/judge/Q1-report-fb-1/request"
        with here.store.read() as tx:
            assert outbox.sent_on(tx, key) is None
        Mailbox(here, set()).deliver(ASKED)
        with here.store.read() as tx:
            sent = outbox.sent_on(tx, key)
        assert sent is not None and sent.date() == ASKED


class TestTelling:
    """R14: down to the departments, up to secretary and board, across to the other themes."""

    def test_R14_an_acceptance_is_told_to_who_accounted(self, here: Here) -> None:
        hand_in(here, FB, GOOD)
        record(here, FB, "accept", "secretaris", date(2027, 4, 20))
        box = morning(here, date(2027, 4, 21))
        owner = "teamleider.facilitair@elzenwaard.example"
        assert box.subjects(owner)[-1] == "Ter informatie: verantwoording fysieke beveiliging goedgekeurd"
        assert (
            "De gemeentesecretaris heeft op 20 april 2027 de verantwoording fysieke beveiliging over het 1e "
            "kwartaal 2027 goedgekeurd. U hoeft niets te doen."
        ) in box.text(owner)
        assert box.subjects(SECRETARY) == [], "nobody is told what he decided himself"

    @pytest.mark.parametrize("variant", ["here", "oib"])
    def test_R14_an_adoption_is_told_down_up_and_across(
        self, variant: str, request: pytest.FixtureRequest
    ) -> None:
        """Direct: to each department a line a discipline; with the joint body one policy (O4)."""
        house: Here = request.getfixturevalue(variant)
        day = date(2026, 12, 8)
        with house.store.write() as tx:
            entry = Entry("2027/plan/adopt", "adopt", "college", day, "2026-B-0521", "")
            decisions.record(tx, entry, "coordinator", cycle.moment(house, day))
            for theme in house.organisation.themes:
                each = Entry(f"2027/plan/{theme}", "adopt", "college", day, "2026-B-0521", "")
                decisions.record(tx, each, "coordinator", cycle.moment(house, day))
        box = morning(house, date(2026, 12, 9))

        told = notices(house, "2027/plan/adopt")
        assert told["down"] == {one.head for one in house.organisation.departments.values()}
        assert told["across"] == {one.owner for one in house.organisation.themes.values()} - told["up"]
        assert "secretaris" in told["up"] and "college" not in told["up"]
        assert notices(house, "2027/plan/fb") == {}, "it is told once, for all plans together"
        head = "hoofd.fzh@elzenwaard.example"
        assert box.subjects(head) == [], "the organisation hears of it on the day of the announcement"

        box = morning(house, date(2026, 12, 11))
        assert box.subjects("privacy@elzenwaard.example") == ["Ter informatie: jaarplannen 2027 vastgesteld"]
        text = box.text(head)
        if variant == "oib":
            assert text.count("vastgesteld (nr. 2026-B-0521)") == 1
            assert "Het Overleg Integrale Beveiliging meldt" in text and "één beleid" in text
        else:
            assert text.count("vastgesteld (nr. 2026-B-0521)") == 5
            assert "Fysieke beveiliging: het jaarplan 2027" in text
        assert "maatregelen M07, M08, M09, M10, M11 en M12" in text or "M10" in text
        assert "ersoonsbeveiliging" not in text, "of a secret measure the number only"

    def test_R14_who_was_told_when_is_known(self, here: Here) -> None:
        hand_in(here, FB, GOOD)
        record(here, FB, "accept", "secretaris", date(2027, 4, 20))
        day = date(2027, 4, 21)
        at = cycle.moment(here, day)
        steps.post(here, day, at)
        with here.store.read() as tx:
            (number,) = tx.exec_driver_sql("select id from decision where verb = 'accept'").scalars().all()
            ((one, message),) = post.of_decision(tx, number)
            assert one.person == "teamleider-facilitair"
            assert outbox.sent_on(tx, f"2027/told/{number}") is None
        Mailbox(here, set()).deliver(day)
        with here.store.read() as tx:
            sent = outbox.sent_on(tx, f"2027/told/{number}")
            assert sent == outbox.sent_on(tx, message) and sent is not None and sent.date() == day
            entry = due.get(tx, f"2027/told/{number}")
        assert entry is not None and entry.state == "done"

    def test_R14_a_decision_is_told_once(self, here: Here) -> None:
        hand_in(here, FB, GOOD)
        record(here, FB, "accept", "secretaris", date(2027, 4, 20))
        owner = "teamleider.facilitair@elzenwaard.example"
        before = len(morning(here, date(2027, 4, 21)).subjects(owner))
        assert len(morning(here, date(2027, 4, 22)).subjects(owner)) == before

    def test_R14_what_only_informs_comes_once_a_week_in_one_letter(self, here: Here) -> None:
        """Decided on Monday 12 and Tuesday 13 April: told together on Friday, once."""
        owner = "teammanager.po@elzenwaard.example"
        for day, key in ((12, "2027/frame/board"), (13, "2027/frame/budgets")):
            with here.store.write() as tx:
                entry = Entry(key, "adopt", "college", date(2027, 4, day), f"2027-B-{day}", "")
                decisions.record(tx, entry, "coordinator", cycle.moment(here, date(2027, 4, day)))
            box = morning(here, date(2027, 4, day + 1))
            assert box.subjects(owner) == []
        box = morning(here, date(2027, 4, 16))
        assert box.subjects(owner) == [
            "Ter informatie: strategisch kader voor 2027 vastgesteld en een ander bericht"
        ]
        assert "2027-B-12" in box.text(owner) and "2027-B-13" in box.text(owner)
        assert len(morning(here, date(2027, 4, 23)).subjects(owner)) == 1

    def test_R14_where_the_municipality_wants_it_news_goes_the_next_working_day(self, here: Here) -> None:
        """The control: one line of calendar.yaml."""
        with here.store.write() as tx:
            entry = Entry("2027/frame/board", "adopt", "college", date(2027, 4, 12), "2027-B-12", "")
            decisions.record(tx, entry, "coordinator", cycle.moment(here, date(2027, 4, 12)))
        answers = replace(here.schedule.answers, weekly=False)
        schedule = replace(here.schedule, answers=answers)
        daily = replace(here, config=replace(here.config, schedule=schedule))
        box = morning(daily, date(2027, 4, 13))
        assert box.subjects("teammanager.po@elzenwaard.example") == [
            "Ter informatie: strategisch kader voor 2027 vastgesteld"
        ]

    def test_R14_what_was_decided_after_the_post_of_friday_waits_for_the_next_week(self, here: Here) -> None:
        """So that nobody gets two letters that only inform in one week."""
        friday = date(2027, 4, 16)
        with here.store.write() as tx:
            entry = Entry("2027/frame/board", "adopt", "college", friday, "2027-B-12", "")
            decisions.record(tx, entry, "coordinator", cycle.moment(here, friday))
        steps.ask(here, friday, cycle.moment(here, friday))
        owner = "teammanager.po@elzenwaard.example"
        assert morning(here, date(2027, 4, 19)).subjects(owner) == []
        assert len(morning(here, date(2027, 4, 23)).subjects(owner)) == 1

    def test_R14_that_a_report_goes_to_the_board_is_told_with_what_the_board_made_of_it(
        self, here: Here
    ) -> None:
        """The board meets on Tuesday 11 May: departments and themes hear both that Friday."""
        day, owner = date(2027, 4, 26), "teammanager.po@elzenwaard.example"
        steps.ask(here, day, cycle.moment(here, day))
        cycle.schedule(here, day, cycle.moment(here, day))
        for key, body, on in (("", "secretaris", day), ("/board", "college", date(2027, 5, 11))):
            with here.store.write() as tx:
                entry = Entry(f"2027/Q1/tactical{key}", "adopt", body, on, "", "")
                decisions.record(tx, entry, "coordinator", cycle.moment(here, on))
            assert morning(here, here.schedule.calendar.shift(on, 1)).subjects(owner) == []
        assert morning(here, date(2027, 5, 14)).subjects(owner) == [
            "Ter informatie: tactische rapportage 1e kwartaal 2027 vastgesteld en een ander bericht"
        ]

    def test_R14_what_is_asked_and_what_is_told_come_in_one_letter(self, here: Here) -> None:
        """The secretary is asked to judge, and hears below it what the board did."""
        handed_in(here)
        with here.store.write() as tx:
            entry = Entry("2027/council/adopt", "adopt", "college", date(2027, 4, 14), "2027-B-1", "")
            decisions.record(tx, entry, "coordinator", cycle.moment(here, date(2027, 4, 14)))
        box = morning(here, ASKED)
        assert len(box.subjects(SECRETARY)) == 1
        text = box.text(SECRETARY)
        assert "Ter informatie. Hiervoor hoeft u niets te doen: • Het college" in text
        assert text.index("oordelen?") < text.index("Ter informatie")


class TestChoosing:
    """Where something does not come, whoever it goes up to chooses (R5)."""

    LATE, UP = date(2027, 4, 15), date(2027, 4, 19)
    HEAD = "hoofd.fzh@elzenwaard.example"

    @pytest.fixture
    def form(self, here: Here) -> bytes:
        for day in (date(2027, 4, 1), self.LATE, self.UP):
            at = cycle.moment(here, day)
            cycle.schedule(here, day, at)
            steps.remind(here, day, at)
            steps.post(here, day, at)
            Mailbox(here, set()).deliver(day)
        about = [m for m in Mailbox(here, set()).messages(self.HEAD) if "fysieke beveiliging" in m["Subject"]]
        return form_of(about[-1])

    def test_R5_the_letter_that_goes_up_has_the_form_and_nobody_is_asked_twice(
        self, here: Here, form: bytes
    ) -> None:
        subjects = Mailbox(here, set()).subjects(self.HEAD)
        assert subjects[-1] == "Uw hulp gevraagd: verantwoording fysieke beveiliging is te laat"
        assert not [one for one in subjects if "uw keuze" in one]
        assert list(rows(form)) == [
            "Wat moet er gebeuren met de verantwoording voor fysieke beveiliging over het 1e kwartaal 2027?"
        ]

    def test_R5_the_head_gives_time(self, here: Here, form: bytes) -> None:
        outcome = answer(
            here,
            form,
            {
                ("fysieke", "keuze"): "Ik geef tijd tot een nieuwe datum",
                ("fysieke", "tot"): date(2027, 4, 28),
                ("fysieke", "toelichting"): "De meting loopt nog.",
            },
            date(2027, 4, 20),
        )
        assert isinstance(outcome, asking.Answered), outcome
        with here.store.read() as tx:
            entry = due.get(tx, f"{FB}/due")
        assert entry is not None and entry.occasion.due == date(2027, 4, 28)

    def give(self, here: Here, body: str, day: date, until: date) -> None:
        entry = Entry(FB, "move", body, day, "", "De meting loopt nog.")
        at = cycle.moment(here, day)
        decide(Request(here, FB, "move", entry, "coordinator", at, Terms(end=until)))

    def went_up_again(self, here: Here) -> EmailMessage:
        """The head gave time to 28 April, and nothing came: the letter that goes up to him once more."""
        self.give(here, "hoofd-fzh", date(2027, 4, 20), date(2027, 4, 28))
        for day in (date(2027, 4, 29), date(2027, 5, 3)):
            at = cycle.moment(here, day)
            cycle.schedule(here, day, at)
            steps.remind(here, day, at)
            steps.post(here, day, at)
            Mailbox(here, set()).deliver(day)
        found = Mailbox(here, set()).messages(self.HEAD)
        return [one for one in found if "fysieke beveiliging is te laat" in one["Subject"]][-1]

    def test_a_duty_that_went_up_gets_more_time_once_and_then_no_more(self, here: Here, form: bytes) -> None:
        """Not asked again in the letter or the form, and refused to whoever asks for it in another way."""
        body = self.went_up_again(here).get_body(("plain",))
        assert body is not None
        assert "U kunt een vervanger aanwijzen. Meer tijd geven kan niet nog eens." in " ".join(
            body.get_content().split()
        )
        with here.store.read() as tx:
            asked = [one.question for one in questions.all_of(tx, state="open") if "/choose/" in one.key]
        (ours,) = [one for one in asked if one.subject == FB]
        assert [choice.verb for choice in ours.choices] == ["appoint"]
        for who in ("hoofd-fzh", "secretaris"):
            with pytest.raises(Refused) as refused:
                self.give(here, who, date(2027, 5, 4), date(2027, 5, 14))
            assert str(refused.value) == (
                "voor 2027/Q1/report/fb kan maar één keer meer tijd worden gegeven nadat om hulp is "
                "gevraagd; wijs een vervanger aan met appoint, of leg vast dat het niet komt met missing "
                "of waive"
            )
        with here.store.read() as tx:
            entry = due.get(tx, f"{FB}/due")
        assert entry is not None and entry.occasion.due == date(2027, 4, 28)

    def test_how_often_is_the_municipalitys_own(self, here: Here, form: bytes) -> None:
        twice = replace(here.schedule, more_time_at_most=2)
        here = replace(here, config=replace(here.config, schedule=twice))
        self.went_up_again(here)
        self.give(here, "secretaris", date(2027, 5, 4), date(2027, 5, 14))
        with pytest.raises(Refused, match="kan maar 2 keer meer tijd worden gegeven"):
            self.give(here, "secretaris", date(2027, 5, 14), date(2027, 5, 21))

    def test_time_that_was_agreed_before_it_was_late_takes_no_later_time_away(self, here: Here) -> None:
        """The secretary gave a week in March; the head may still give time when it does not come."""
        cycle.schedule(here, date(2027, 4, 1), cycle.moment(here, date(2027, 4, 1)))
        self.give(here, "secretaris", date(2027, 4, 2), date(2027, 4, 21))
        for day in (date(2027, 4, 2), date(2027, 4, 22), date(2027, 4, 26)):
            at = cycle.moment(here, day)
            cycle.schedule(here, day, at)
            steps.remind(here, day, at)
            Mailbox(here, set()).deliver(day)
        assert any("is te laat" in one for one in Mailbox(here, set()).subjects(self.HEAD))
        self.give(here, "hoofd-fzh", date(2027, 4, 28), date(2027, 5, 3))
        with here.store.read() as tx:
            entry = due.get(tx, f"{FB}/due")
        assert entry is not None and entry.occasion.due == date(2027, 5, 3)

    def test_R5_the_head_has_somebody_stand_in(self, here: Here, form: bytes) -> None:
        outcome = answer(
            here,
            form,
            {
                ("fysieke", "keuze"): "Ik wijs een vervanger aan",
                ("fysieke", "persoon"): "senior medewerker huisvesting",
                ("fysieke", "tot"): date(2027, 4, 30),
            },
            date(2027, 4, 20),
        )
        assert isinstance(outcome, asking.Answered), outcome
        owner = here.organisation.people["teamleider-facilitair"]
        assert absences.who_acts(here, owner, date(2027, 4, 21)).person.id == "medewerker-huisvesting"

    def test_a_name_that_we_do_not_know_is_asked_back(self, here: Here, form: bytes) -> None:
        said: dict[tuple[str, str], Value | float] = {
            ("fysieke", "keuze"): "Ik wijs een vervanger aan",
            ("fysieke", "persoon"): "senior medewerker huisvestng",
            ("fysieke", "tot"): date(2027, 4, 30),
        }
        (mistake,) = answer(here, form, said, date(2027, 4, 20))  # type: ignore[misc]
        assert "kennen wij niet; bedoelt u senior medewerker huisvesting?" in mistake

    def test_the_report_goes_on_without_it_by_the_secretarys_word_and_the_chase_ends(
        self, here: Here, form: bytes
    ) -> None:
        with pytest.raises(Refused):
            record(here, FB, "missing", "hoofd-fzh", date(2027, 4, 20))
        record(here, FB, "missing", "secretaris", date(2027, 4, 20))
        with here.store.read() as tx:
            open_asks = [e for e in due.of_duty(tx, FB) if e.state == "open" and e.occasion.kind != "due"]
        assert open_asks == []
        hand_in(here, FB, GOOD, date(2027, 4, 22))
        assert state(here, FB) == "submitted", "it is still welcome"


# ---- the words alone


def question(kind: str = "judge", ref: str = "a", details: tuple[str, ...] = ()) -> Asked:
    made = Question(
        f"2027/ask/{kind}/{ref}", "2027/x", "secretaris", f"Vraag {ref}?", (Choice("accept", "Ja"),), details
    )
    return Asked(made, ASKED, DUE)


def item(kind: str = "judge", ref: str = "a", ask: str = "request", details: tuple[str, ...] = ()) -> Item:
    one = question(kind, ref, details)
    return Item(one, Occasion(ASKED, f"{one.key}/{ask}", ask, one.key))


@pytest.mark.parametrize(
    ("items", "subject"),
    [
        ([item()], "Graag uiterlijk donderdag 22 april 2027: uw oordeel over een verantwoording"),
        ([item(), item("decide", "b")], "Graag uiterlijk donderdag 22 april 2027: uw antwoord op 2 vragen"),
        ([item("advise")], "Graag uiterlijk donderdag 22 april 2027: uw advies"),
        (
            [item(ask="reminder")],
            "Herinnering: graag uiterlijk donderdag 22 april 2027: uw oordeel over een verantwoording",
        ),
    ],
)
def test_the_subject_says_what_and_by_when(items: list[Item], subject: str) -> None:
    assert letter(items, [], ASKED, date(2027, 4, 16)).subject == subject


def test_what_is_too_much_for_a_letter_stands_in_the_form() -> None:
    much = item(details=tuple(f"regel {n}" for n in range(13)))
    said = letter([much], [], ASKED, date(2027, 4, 16))
    assert said.questions[0].details == () and "blad Ter lezing" in " ".join(said.opening)
    little = letter([item(details=("regel",))], [], ASKED, date(2027, 4, 16))
    assert little.questions[0].details == ("regel",)


def test_what_was_asked_before_is_not_told_again_beside_what_is_new() -> None:
    """It stands in the form, on the sheet to read; alone it is told in the letter, too."""
    new, old = item(details=("nieuw",)), replace(item("decide", "b", details=("oud",)), ask=None)
    said = letter([new, old], [], ASKED, date(2027, 4, 16))
    assert [one.details for one in said.questions] == [("nieuw",), ()]
    assert "blad Ter lezing" in " ".join(said.opening)


def test_a_letter_about_one_thing_has_it_in_its_subject() -> None:
    about = replace(question().question, title="oordeel over de verantwoording privacy")
    one = replace(item(), asked=replace(question(), question=about))
    said = letter([one], [], ASKED, ASKED)
    assert said.subject.endswith(": uw oordeel over de verantwoording privacy")
    assert "over de verantwoording privacy oordelen?" in said.opening[0]
    assert letter([one] * 2, [], ASKED, ASKED).subject.endswith(": uw oordeel over 2 verantwoordingen")


def test_a_letter_that_only_tells_says_so_in_its_subject() -> None:
    one = [News("jaarplannen 2027 vastgesteld", "Het college stelde vast.")]
    assert letter([], one, ASKED, ASKED).subject == "Ter informatie: jaarplannen 2027 vastgesteld"
    assert letter([], one * 3, ASKED, ASKED).subject.endswith(" en 2 andere berichten")


def test_a_form_is_kept_in_the_same_bytes_by_every_process() -> None:
    """What is not asked in a row has an order: that of a set is another one in each process."""
    plain, more = item(), item(ref="b")
    wide = replace(more.asked.question, choices=(Choice("adopt", "Ja", ("date", "number", "until")),))
    more = replace(more, asked=replace(more.asked, question=wide))
    made = sheets.form("ask/noor/2027-04-14", [plain, more], "gemeente", IN, "coördinator")
    left_out = [row.locked for sheet in made.sheets for row in sheet.rows if row.locked]
    assert left_out and all(one == tuple(sorted(one)) for one in left_out)
