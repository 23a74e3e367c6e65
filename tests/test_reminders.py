"""Asking: whom, when, once, and never unfairly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaarring import cycle, steps
from jaarring.absences import records as absences
from jaarring.absences.handovers import asked_for, handovers
from jaarring.absences.rules import Acting, Note
from jaarring.calendar import WorkingCalendar
from jaarring.database import Store
from jaarring.decide import Request, Terms, decide
from jaarring.governance import Organisation, Organisations, Person, Rung
from jaarring.here import Here
from jaarring.ledger import decisions, due, events, outbox
from jaarring.ledger.decisions import Entry
from jaarring.occasions import Occasion
from jaarring.occasions.asking import mend_by
from jaarring.reminders.actions import Around, Asked, queue_due
from jaarring.reminders.rules import choose, next_in_line
from tests.conftest import Mailbox, at
from tests.fuzz.towns import town

pytestmark = pytest.mark.both_stores

NOOR, BAS, LEA = "noor@waterveen.example", "bas@waterveen.example", "lea@waterveen.example"
HOOFD, SECRETARIS = "hoofd@waterveen.example", "secretaris@waterveen.example"


def ask(here: Here, mailbox: Mailbox, day: date) -> Asked:
    asked = queue_due(here, day, at(here, day), Around())
    mailbox.deliver(day)
    return asked


def every_day(here: Here, mailbox: Mailbox, first: date, last: date) -> None:
    for n in range((last - first).days + 1):
        ask(here, mailbox, first + timedelta(days=n))


def handed_in(here: Here, duty: str, day: date) -> None:
    with here.store.write() as tx:
        due.close_duty(tx, duty, at(here, day))


def hand_in_all(here: Here, but: str, day: date = date(2027, 4, 1)) -> None:
    """Everybody hands in the plan and the accounts over the first quarter, but for one duty."""
    for kind, subjects in {"plan": "ib fb pv", "Q1/report": "ib fb pv", "Q1/account": "bv"}.items():
        for subject in subjects.split():
            if (duty := f"2027/{kind}/{subject}") != but:
                handed_in(here, duty, day)


class TestTheRequest:
    def test_goes_to_the_theme_owner_on_the_first_working_day_after_the_quarter(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        hand_in_all(waterveen, but="2027/Q1/report/ib", day=date(2027, 3, 31))
        ask(waterveen, mailbox, date(2027, 4, 1))

        assert mailbox.subjects(NOOR) == [
            "Graag uiterlijk woensdag 14 april 2027: uw verantwoording over het 1e kwartaal"
        ]
        text = mailbox.text(NOOR)
        assert "Geachte mevrouw Noor," in text
        assert "het thema informatiebeveiliging" in text
        assert "januari tot en met maart 2027" in text
        assert "Dan kan de adviseur personeel dit voor u doen." in text
        assert "namens de gemeentesecretaris" in text

    def test_says_which_theme_where_somebody_owns_two(self, waterveen: Here, mailbox: Mailbox) -> None:
        """Else two letters of one day have the same subject."""
        now = waterveen.organisation
        themes = {
            id: replace(one, owner="noor") if id in ("ib", "fb") else one for id, one in now.themes.items()
        }
        two = Organisations(replace(now, themes=themes))
        ask(
            replace(waterveen, config=replace(waterveen.config, organisations=two)), mailbox, date(2027, 4, 1)
        )
        asked = [one for one in mailbox.subjects(NOOR) if "verantwoording" in one]
        assert len(asked) == len(set(asked)) == 2
        assert all(now.themes[id].name in " ".join(asked) for id in ("ib", "fb"))

    def test_has_the_same_words_in_text_and_html(self, waterveen: Here, mailbox: Mailbox) -> None:
        ask(waterveen, mailbox, date(2027, 4, 1))

        html = mailbox.messages(NOOR)[-1].get_body(("html",))
        assert html is not None
        assert "Vul per indicator de stand op 31 maart in, met de bron." in html.get_content()

    def test_is_made_on_behalf_of_the_chair_where_a_joint_body_stands_between(
        self, waterveen_oib: Here
    ) -> None:
        mailbox = Mailbox(waterveen_oib, set())
        ask(waterveen_oib, mailbox, date(2027, 4, 1))

        text = mailbox.text(NOOR)
        assert "namens de voorzitter van het Overleg Integrale Beveiliging" in text

    def test_for_the_measures_goes_to_the_head_of_the_department(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        ask(waterveen, mailbox, date(2027, 4, 1))

        assert mailbox.subjects(HOOFD) == [
            "Graag uiterlijk vrijdag 9 april 2027: de maatregelen van uw afdeling, 1e kwartaal"
        ]

    def test_for_the_joint_judgement_goes_to_the_chair(self, waterveen_oib: Here) -> None:
        mailbox = Mailbox(waterveen_oib, set())
        ask(waterveen_oib, mailbox, date(2027, 4, 15))

        assert mailbox.subjects("voorzitter@waterveen.example") == [
            "Graag uiterlijk donderdag 22 april 2027: het gezamenlijke oordeel over het 1e kwartaal"
        ]


class TestOnce:
    def test_a_second_run_asks_nothing_and_writes_nothing(self, waterveen: Here, mailbox: Mailbox) -> None:
        ask(waterveen, mailbox, date(2027, 4, 1))
        with waterveen.store.read() as tx:
            head = events.head(tx)
        sent = mailbox.subjects()

        ask(waterveen, mailbox, date(2027, 4, 1))

        assert mailbox.subjects() == sent
        with waterveen.store.read() as tx:
            assert events.head(tx) == head

    def test_whoever_has_handed_in_is_not_asked_again(self, waterveen: Here, mailbox: Mailbox) -> None:
        ask(waterveen, mailbox, date(2027, 4, 1))
        handed_in(waterveen, "2027/Q1/report/ib", date(2027, 4, 6))

        every_day(waterveen, mailbox, date(2027, 4, 2), date(2027, 5, 1))

        assert len(mailbox.subjects(NOOR)) == 1
        assert len(mailbox.subjects(BAS)) > 1, "the control: who has not handed in is asked again"

    def test_after_an_outage_only_the_newest_reminder_goes_out(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """A server that was off from 1 to 11 April 2027 asks the theme owner once, not three times."""
        hand_in_all(waterveen, but="2027/Q1/report/ib", day=date(2027, 3, 31))
        asked = ask(waterveen, mailbox, date(2027, 4, 12))

        assert mailbox.subjects(NOOR) == [
            "Herinnering: uw verantwoording over het 1e kwartaal, nog 2 werkdagen"
        ]
        assert asked.superseded == ["2027/Q1/report/ib/request", "2027/Q1/report/ib/reminder/-5"]

    def test_on_a_closed_day_nobody_is_asked(self, waterveen: Here, mailbox: Mailbox) -> None:
        """A server that comes back on a Saturday waits for Monday."""
        hand_in_all(waterveen, but="2027/Q1/report/ib", day=date(2027, 3, 31))
        saturday, monday = date(2027, 4, 3), date(2027, 4, 5)

        assert ask(waterveen, mailbox, saturday).sent == []
        assert mailbox.subjects() == []

        assert ask(waterveen, mailbox, monday).sent == ["2027/Q1/report/ib/request"]

    def test_what_is_more_than_two_weeks_late_is_held_and_not_sent(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """Whoever starts Jaarring in May mails nobody about the plans of last autumn or the quarter
        before.
        """
        asked = ask(waterveen, mailbox, date(2027, 5, 20))

        assert mailbox.subjects() == []
        assert "2027/Q1/report/ib/request" in asked.held
        assert "2027/plan/ib/request" in asked.held

    def test_what_is_held_goes_out_after_the_word_of_the_coordinator(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        day = date(2027, 5, 20)
        ask(waterveen, mailbox, day)
        with waterveen.store.write() as tx:
            assert due.release(tx, "2027/Q1/report/ib/overdue/+1", "coordinator", at(waterveen, day))
            assert not due.release(tx, "2027/frame/board", "coordinator", at(waterveen, day))

        ask(waterveen, mailbox, day)

        assert mailbox.subjects() == ["Te laat: uw verantwoording over het 1e kwartaal"]

    def test_a_plan_that_waits_for_a_late_adoption_is_not_held(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """The board adopts the framework in November: the plans are then derived, and nobody need release
        them.
        """
        ask(waterveen, mailbox, date(2026, 11, 20))

        with waterveen.store.read() as tx:
            entry = due.get(tx, "2027/objectives")
        assert entry is not None and entry.state == "open"


class TestEscalation:
    def late(self, here: Here, mailbox: Mailbox, until: date) -> None:
        """Bas hands in nothing; everybody else has."""
        hand_in_all(here, but="2027/Q1/report/fb", day=date(2027, 3, 31))
        every_day(here, mailbox, date(2027, 4, 1), until)

    def test_goes_to_the_head_with_a_copy_to_the_owner(self, waterveen: Here, mailbox: Mailbox) -> None:
        self.late(waterveen, mailbox, date(2027, 4, 19))

        assert mailbox.subjects(HOOFD) == ["Uw hulp gevraagd: verantwoording fysieke beveiliging is te laat"]
        text = mailbox.text(HOOFD)
        assert "Wij stuurden berichten op 1 april, 7 april, 12 april en 15 april." in text
        assert "Zonder bericht gaat dit op 21 april naar de gemeentesecretaris." in text
        assert mailbox.subjects(BAS)[-1] == "Kopie: uw verantwoording over het 1e kwartaal is gemeld"
        assert "het hoofd Bedrijfsvoering gevraagd" in mailbox.text(BAS)

    def test_goes_on_to_the_secretary_two_working_days_later(self, waterveen: Here, mailbox: Mailbox) -> None:
        self.late(waterveen, mailbox, date(2027, 4, 21))

        assert mailbox.subjects(SECRETARIS) == [
            "Besluit gevraagd: verantwoording fysieke beveiliging ontbreekt"
        ]
        text = mailbox.text(SECRETARIS)
        assert "Het hoofd Bedrijfsvoering kreeg bericht op 19 april." in text
        assert "namens" not in text, "the secretary is not written to on his own behalf"

    def test_goes_to_the_chair_before_the_secretary_where_a_joint_body_stands_between(
        self, waterveen_oib: Here
    ) -> None:
        mailbox = Mailbox(waterveen_oib, set())
        self.late(waterveen_oib, mailbox, date(2027, 4, 23))

        assert "Besluit gevraagd: verantwoording fysieke beveiliging ontbreekt" in mailbox.subjects(
            "voorzitter@waterveen.example"
        )
        assert mailbox.subjects(SECRETARIS) == [
            "Besluit gevraagd: verantwoording fysieke beveiliging ontbreekt"
        ]

    def test_waits_until_the_notice_before_it_was_really_sent_and_has_had_its_time(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """A server that was off until 21 April first tells Bas that he is late, and nobody else on that
        day.
        """
        hand_in_all(waterveen, but="2027/Q1/report/fb", day=date(2027, 3, 31))
        asked = ask(waterveen, mailbox, date(2027, 4, 21))
        assert mailbox.subjects() == ["Te laat: uw verantwoording over het 1e kwartaal"]
        assert asked.sent == ["2027/Q1/report/fb/overdue/+1"]

        asked = ask(waterveen, mailbox, date(2027, 4, 22))
        assert asked.waiting == ["2027/Q1/report/fb/escalate/+3", "2027/Q1/report/fb/escalate/+5"]

        ask(waterveen, mailbox, date(2027, 4, 23))
        assert mailbox.subjects(HOOFD) == ["Uw hulp gevraagd: verantwoording fysieke beveiliging is te laat"]
        assert mailbox.subjects(SECRETARIS) == []

    def test_does_not_rest_on_a_notice_that_the_server_refused(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        mailbox.refused.add(BAS)
        self.late(waterveen, mailbox, date(2027, 4, 29))

        assert mailbox.subjects(HOOFD) == []


class TestPlans:
    def test_are_not_asked_while_there_is_none(self, waterveen: Here, mailbox: Mailbox) -> None:
        """The board has not adopted the framework yet: nobody is asked to finish a plan that is not there."""
        day = date(2026, 10, 8)
        asked = steps.remind(waterveen, day, at(waterveen, day))

        assert asked.sent == []
        assert "2027/plan/ib/request" in asked.waiting

    def test_are_asked_reminded_and_chased_like_accounts(self, waterveen: Here, mailbox: Mailbox) -> None:
        every_day(waterveen, mailbox, date(2026, 10, 1), date(2026, 11, 6))

        assert mailbox.subjects(NOOR) == [
            "Graag uiterlijk vrijdag 30 oktober 2026: uw jaarplan 2027 voor informatiebeveiliging",
            "Herinnering: uw jaarplan 2027 voor informatiebeveiliging, nog 5 werkdagen",
            "Herinnering: uw jaarplan 2027 voor informatiebeveiliging, nog 2 werkdagen",
            "Te laat: uw jaarplan 2027 voor informatiebeveiliging",
            "Kopie: uw jaarplan 2027 voor informatiebeveiliging is gemeld",
            "Kopie: uw jaarplan 2027 voor informatiebeveiliging is gemeld",
        ]


def test_no_subject_has_two_spaces_and_no_line_begins_with_one(waterveen: Here, mailbox: Mailbox) -> None:
    """A long subject with an accent is folded, and a reader still sees one space; so in the words
    themselves.
    """
    every_day(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 21))

    assert not [subject for subject in mailbox.subjects() if "  " in subject]
    for message in mailbox.messages():
        body = message.get_body(("plain",))
        assert body is not None
        lines = body.get_content().splitlines()
        assert not [line for line in lines if line.startswith(" ") and not line.startswith("  ")]


FB = "2027/Q1/report/fb"
ASKED_OF_BAS = (date(2027, 4, 1), date(2027, 4, 7), date(2027, 4, 12))
CHAIR = "voorzitter@waterveen.example"


def away(
    here: Here,
    person: str,
    first: date,
    last: date | None = None,
    instead: str = "",
    told: date | None = None,
) -> None:
    """Somebody told, on `first` unless said otherwise, that a person is away."""
    with here.store.write() as tx:
        note = Note(person, "absent", first, last, instead)
        absences.add(tx, [note], "coordinator", at(here, told or first))


def days(mailbox: Mailbox, to: str, about: str = FB) -> list[tuple[date, str]]:
    """When somebody got which step of asking for a duty."""
    found = []
    for message in mailbox.messages(to):
        key = str(message["X-Jaarring-Occasion"])
        if key.startswith(f"{about}/"):
            found.append((message["Date"].datetime.date(), key.removeprefix(f"{about}/")))
    return found


class TestWhoActs:
    """Bas owes the account of physical security; everybody else has handed in."""

    def chased(self, here: Here, mailbox: Mailbox, first: date, last: date) -> None:
        hand_in_all(here, but=FB, day=date(2027, 3, 31))
        every_day(here, mailbox, first, last)

    def test_gets_what_falls_in_the_absence(self, waterveen: Here, mailbox: Mailbox) -> None:
        away(waterveen, "bas", date(2027, 4, 6), date(2027, 4, 9), "lea", told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 15))

        assert days(mailbox, LEA) == [(date(2027, 4, 6), "handover/lea"), (date(2027, 4, 7), "reminder/-5")]
        assert days(mailbox, BAS) == [
            (date(2027, 4, 1), "request"),
            (date(2027, 4, 12), "reminder/-2"),
            (date(2027, 4, 15), "overdue/+1"),
        ]

    def test_is_asked_once_with_the_real_date_and_told_for_whom(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 8))
        away(waterveen, "bas", date(2027, 4, 9), date(2027, 4, 30), "lea")
        every_day(waterveen, mailbox, date(2027, 4, 9), date(2027, 4, 9))
        ask(waterveen, mailbox, date(2027, 4, 9))

        (subject,) = mailbox.subjects(LEA)
        assert subject == (
            "Nu aan u: verantwoording fysieke beveiliging over het 1e kwartaal, graag uiterlijk woensdag 14 "
            "april 2027"
        )
        text = mailbox.text(LEA)
        assert "Dit bericht is voor de teamleider gebouwen, die afwezig is. U bent vervanger." in text
        assert "Wij vroegen dit eerder aan de teamleider gebouwen. Nu vragen wij het u." in text
        with waterveen.store.read() as tx:
            (entry,) = events.history(tx, f"{FB}/handover/lea")
        assert (entry.kind, entry.on_behalf_of) == ("asked.handover", "bas")

    def test_gets_no_second_letter_on_the_day_of_a_step(self, waterveen: Here, mailbox: Mailbox) -> None:
        """The absence begins on the day of a reminder: that letter hands the duty over."""
        away(waterveen, "bas", date(2027, 4, 7), date(2027, 4, 30), "lea", told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 9))

        assert days(mailbox, LEA) == [(date(2027, 4, 7), "reminder/-5")]
        assert mailbox.subjects(LEA)[0].startswith("Nu aan u: verantwoording fysieke beveiliging")

    def test_is_not_asked_again_when_the_other_is_away_again(self, waterveen: Here, mailbox: Mailbox) -> None:
        for first, last in ((date(2027, 4, 2), date(2027, 4, 2)), (date(2027, 4, 6), date(2027, 4, 6))):
            away(waterveen, "bas", first, last, "lea", told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 6))

        assert days(mailbox, LEA) == [(date(2027, 4, 2), "handover/lea")]
        assert days(mailbox, BAS) == [(date(2027, 4, 1), "request")]

    def test_nothing_is_handed_over_that_nobody_was_asked_for(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        away(waterveen, "bas", date(2027, 3, 30), date(2027, 4, 5), "lea", told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 3, 29), date(2027, 4, 1))

        assert days(mailbox, LEA) == [(date(2027, 4, 1), "request")]

    def test_is_only_escalated_about_after_he_was_really_asked(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """The case of the domain reference: told on the 19th that Bas is away; his head hears it then."""
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 19))
        assert days(mailbox, HOOFD) == [(date(2027, 4, 19), "escalate/+3")]
        away(waterveen, "bas", date(2027, 4, 1), date(2027, 4, 30), "lea", told=date(2027, 4, 19))
        every_day(waterveen, mailbox, date(2027, 4, 19), date(2027, 4, 23))

        assert days(mailbox, LEA) == [(date(2027, 4, 20), "handover/lea"), (date(2027, 4, 22), "escalate/+5")]
        assert days(mailbox, SECRETARIS) == [(date(2027, 4, 22), "escalate/+5")], "and not on the 21st"
        assert "de datum was woensdag 14 april 2027" in mailbox.subjects(LEA)[0]
        assert mailbox.subjects(LEA)[1].startswith("Kopie: uw verantwoording")

    def test_who_heads_the_department_and_acts_himself_is_not_asked_to_help(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """Bas has no substitute, so his head acts; then the next of the ladder is asked, once."""
        away(waterveen, "bas", date(2027, 3, 30), date(2027, 5, 30), told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 30))

        assert [step for _, step in days(mailbox, HOOFD)] == [
            "request",
            "reminder/-5",
            "reminder/-2",
            "overdue/+1",
            "escalate/+3",
        ]
        assert mailbox.subjects(HOOFD)[-1].startswith("Kopie: ")
        assert days(mailbox, SECRETARIS) == [(date(2027, 4, 19), "escalate/+3")]
        assert days(mailbox, BAS) == []

    def test_a_rung_that_is_away_is_stood_in_for_but_not_by_who_owes_it(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        away(waterveen, "hoofd", date(2027, 4, 15), date(2027, 5, 30), "bas", told=date(2027, 3, 1))
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 19))

        assert days(mailbox, HOOFD) == []
        assert [step for _, step in days(mailbox, BAS)][-1] == "escalate/+3", "the copy"
        assert mailbox.subjects("coordinator@waterveen.example") == [
            "Uw hulp gevraagd: verantwoording fysieke beveiliging is te laat"
        ]

    def test_nothing_more_goes_out_after_it_was_handed_in(self, waterveen: Here, mailbox: Mailbox) -> None:
        self.chased(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 8))
        handed_in(waterveen, FB, date(2027, 4, 8))
        away(waterveen, "bas", date(2027, 4, 9), date(2027, 4, 30), "lea")
        every_day(waterveen, mailbox, date(2027, 4, 9), date(2027, 4, 23))

        assert days(mailbox, LEA) == []

    def test_the_letter_to_who_acts_names_no_substitute_that_is_himself(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        away(waterveen, "noor", date(2027, 4, 1), date(2027, 4, 30), told=date(2027, 3, 1))
        ask(waterveen, mailbox, date(2027, 4, 1))

        assert any("Dit bericht is voor de teamleider informatie" in text for text in texts(mailbox, LEA))
        assert not any("Dan kan de adviseur personeel dit" in text for text in texts(mailbox, LEA))


def test_the_superior_is_asked_who_stands_in_until_somebody_does(waterveen: Here, mailbox: Mailbox) -> None:
    """Bas was asked, and went away without a substitute: his head names one on the form of his letter."""
    hand_in_all(waterveen, but=FB, day=date(2027, 3, 31))
    every_day(waterveen, mailbox, date(2027, 4, 1), date(2027, 4, 1))
    away(waterveen, "bas", date(2027, 4, 2), date(2027, 4, 30))
    for day in (date(2027, 4, 2), date(2027, 4, 5)):
        steps.post(waterveen, day, at(waterveen, day))
        mailbox.deliver(day)

    what = "Wie vervangt de teamleider gebouwen, die afwezig is tot en met 30 april 2027?"
    asked = [text for text in texts(mailbox, HOOFD) if what in text]
    assert len(asked) == 1

    key, day = "absence/bas", date(2027, 4, 6)
    entry = Entry(key, "appoint", "hoofd", day, "", "")
    decide(Request(waterveen, key, "appoint", entry, "hoofd", at(waterveen, day), Terms(person="lea")))
    steps.post(waterveen, day, at(waterveen, day))

    with waterveen.store.read() as tx:
        assert [
            e for e in due.of_year(tx, 2027) if "/ask/appoint/" in e.occasion.key and e.state == "open"
        ] == []
    ask(waterveen, mailbox, day)
    assert days(mailbox, LEA) == [(day, "handover/lea")]


def texts(mailbox: Mailbox, to: str) -> list[str]:
    return [mailbox.text(to, n) for n in range(len(mailbox.messages(to)))]


class TestAChangeOfOrganisation:
    """Who owes it changes on a date, and what was asked goes over."""

    def after(self, here: Here, since: date, change: Organisation) -> Here:
        now = here.config.organisation
        return replace(
            here, config=replace(here.config, organisations=Organisations(now, ((since, change),)))
        )

    def play(self, here: Here, mailbox: Mailbox, but: str, last: date) -> None:
        hand_in_all(here, but=but, day=date(2027, 3, 31))
        for n in range((last - date(2027, 4, 1)).days + 1):
            day = date(2027, 4, 1) + timedelta(days=n)
            ask(here.on(day), mailbox, day)

    def test_of_owner_hands_over_to_the_new_one(self, waterveen: Here, mailbox: Mailbox) -> None:
        now = waterveen.organisation
        theme = replace(now.themes["fb"], owner="lea")
        here = self.after(waterveen, date(2027, 4, 8), replace(now, themes={**now.themes, "fb": theme}))

        self.play(here, mailbox, FB, date(2027, 4, 12))

        assert days(mailbox, BAS) == [(date(2027, 4, 1), "request"), (date(2027, 4, 7), "reminder/-5")]
        assert days(mailbox, LEA) == [(date(2027, 4, 8), "handover/lea"), (date(2027, 4, 12), "reminder/-2")]
        assert "die afwezig is" not in mailbox.text(LEA, 0)

    def test_of_head_hands_over_what_the_department_owes(self, waterveen: Here, mailbox: Mailbox) -> None:
        now, account = waterveen.organisation, "2027/Q1/account/bv"
        department = replace(now.departments["bv"], head="lea")
        here = self.after(waterveen, date(2027, 4, 8), replace(now, departments={"bv": department}))

        self.play(here, mailbox, account, date(2027, 4, 8))

        assert days(mailbox, LEA, account) == [(date(2027, 4, 8), "handover/lea")]

    def test_of_chair_hands_over_the_joint_judgement(self, waterveen_oib: Here) -> None:
        mailbox, joint = Mailbox(waterveen_oib, set()), "2027/Q1/report/oib"
        now = waterveen_oib.organisation
        assert now.joint_body
        changed = replace(now, joint_body=replace(now.joint_body, chair="secretaris"))
        here = self.after(waterveen_oib, date(2027, 4, 19), changed)

        self.play(here, mailbox, joint, date(2027, 4, 20))

        assert days(mailbox, CHAIR, joint) == [(date(2027, 4, 15), "request")]
        assert days(mailbox, SECRETARIS, joint) == [(date(2027, 4, 19), "handover/secretaris")]

    def test_a_theme_that_goes_up_in_another_is_owed_by_its_owner_and_keeps_its_name(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        now = waterveen.organisation
        left = {id: theme for id, theme in now.themes.items() if id != "fb"}
        change = replace(now, themes=left, ended={"fb": now.themes["fb"]}, successors={"fb": "pv"})
        here = self.after(waterveen, date(2027, 4, 8), change)

        self.play(here, mailbox, FB, date(2027, 4, 21))

        assert [step for _, step in days(mailbox, LEA)] == [
            "handover/lea",
            "reminder/-2",
            "overdue/+1",
            "escalate/+3",
            "escalate/+5",
        ]
        assert "verantwoording fysieke beveiliging" in mailbox.subjects(LEA)[0]
        assert days(mailbox, CHAIR) == [], "and never falls to the chair"
        assert days(mailbox, HOOFD) == [(date(2027, 4, 19), "escalate/+3")]

    def test_a_theme_without_successor_is_asked_of_nobody(self, waterveen: Here, mailbox: Mailbox) -> None:
        now = waterveen.organisation
        left = {id: theme for id, theme in now.themes.items() if id != "fb"}
        here = self.after(
            waterveen, date(2027, 4, 8), replace(now, themes=left, ended={"fb": now.themes["fb"]})
        )

        self.play(here, mailbox, FB, date(2027, 4, 21))

        every = [str(message["X-Jaarring-Occasion"]) for message in mailbox.messages()]
        assert [key for key in every if key.startswith(FB)] == [f"{FB}/request", f"{FB}/reminder/-5"]


class TestWhatCameBack:
    """The account of Bas is sent back on 15 April: three working days to mend it, then it is chased."""

    BACK = date(2027, 4, 15)

    def returned(self, here: Here, mailbox: Mailbox, until: date, again: date | None = None) -> None:
        hand_in_all(here, but="", day=date(2027, 4, 1))
        for n in range((until - self.BACK).days + 1):
            day = self.BACK + timedelta(days=n)
            if day in (self.BACK, again):
                with here.store.write() as tx:
                    decisions.record(
                        tx,
                        Entry(FB, "return", "secretaris", day, "", "vul aan"),
                        "coordinator",
                        at(here, day),
                    )
            cycle.schedule(here, day, at(here, day))
            ask(here, mailbox, day)
            if again and day == date(2027, 4, 19):
                handed_in(here, FB, day)

    def test_is_chased_from_its_new_date_like_any_duty(self, waterveen: Here, mailbox: Mailbox) -> None:
        with waterveen.store.read() as tx:
            assert not [entry for entry in due.of_duty(tx, FB) if "/return/" in entry.occasion.key]
        self.returned(waterveen, mailbox, date(2027, 4, 30))

        with waterveen.store.read() as tx:
            entries = [entry.occasion for entry in due.of_duty(tx, FB)]
        steps_of_return = [
            (one.due, one.key.removeprefix(f"{FB}/")) for one in entries if "return" in one.key
        ]
        assert steps_of_return == [
            (date(2027, 4, 20), "return/1/due"),
            (date(2027, 4, 21), "return/1/overdue/+1"),
            (date(2027, 4, 23), "return/1/escalate/+3"),
            (date(2027, 4, 28), "return/1/escalate/+5"),
        ]
        assert [day for day, _ in days(mailbox, BAS)] == [
            date(2027, 4, 21),
            date(2027, 4, 23),
            date(2027, 4, 28),
        ]
        assert "Te laat: uw verbeterde verantwoording over het 1e kwartaal" in mailbox.subjects(BAS)
        assert "Uw hulp gevraagd: verbeterde verantwoording fysieke beveiliging is te laat" in (
            mailbox.subjects(HOOFD)
        )
        assert "verbeterde verantwoording fysieke beveiliging ontbreekt" in mailbox.subjects(SECRETARIS)[-1]

    def test_is_no_more_asked_for_when_it_is_mended_and_begins_anew_when_it_comes_back_again(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        self.returned(waterveen, mailbox, date(2027, 5, 10), again=date(2027, 4, 26))

        keys = [key for _, key in days(mailbox, BAS)]
        assert keys == ["return/2/overdue/+1", "return/2/escalate/+3"]
        assert days(mailbox, BAS)[0][0] == date(2027, 5, 3), "the day after the new date"

    def test_need_never_be_mended_before_it_was_due_at_first(self) -> None:
        """Handed in early and sent back on 6 April: the 14th stays the last day."""
        assert mend_by(CALENDAR, date(2027, 4, 6), date(2027, 4, 14)) == date(2027, 4, 14)
        assert mend_by(CALENDAR, date(2027, 4, 15), date(2027, 4, 14)) == date(2027, 4, 20)

    def test_goes_over_to_who_acts_with_the_new_date(self, waterveen: Here, mailbox: Mailbox) -> None:
        from jaarring.ledger.outbox import NewMessage

        with waterveen.store.write() as tx:
            letter = NewMessage(f"{FB}/returned/1", BAS, "<terug@x>", "Graag aanvullen", b"x")
            outbox.queue(tx, letter, at(waterveen, self.BACK))
        away(waterveen, "bas", date(2027, 4, 16), date(2027, 4, 30), "lea", told=self.BACK)
        self.returned(waterveen, mailbox, date(2027, 4, 21))

        assert days(mailbox, LEA) == [
            (date(2027, 4, 16), "return/1/handover/lea"),
            (date(2027, 4, 21), "return/1/overdue/+1"),
        ]
        assert mailbox.subjects(LEA)[0] == (
            "Nu aan u: verbeterde verantwoording fysieke beveiliging over het 1e kwartaal, graag uiterlijk "
            "dinsdag 20 april 2027"
        )


def test_the_chair_is_asked_as_chair_and_named_as_such_by_the_others(waterveen_oib: Here) -> None:
    mailbox = Mailbox(waterveen_oib, set())
    hand_in_all(waterveen_oib, but=FB, day=date(2027, 3, 31))
    every_day(waterveen_oib, mailbox, date(2027, 4, 1), date(2027, 4, 23))

    about = [text for text in texts(mailbox, CHAIR) if "fysieke beveiliging" in text]
    assert "Wij vragen u dit als voorzitter van het Overleg Integrale Beveiliging." in about[-1]
    assert "gaat dit op 21 april naar de voorzitter van het Overleg Integrale Beveiliging." in (
        mailbox.text(HOOFD)
    )
    assert "De voorzitter van het Overleg Integrale Beveiliging kreeg bericht op 21 april." in (
        mailbox.text(SECRETARIS)
    )
    assert "Wij vragen u dit als" not in mailbox.text(SECRETARIS)


# --- whatever was asked when


CALENDAR = WorkingCalendar()
DUE = date(2027, 4, 14)
DAYS = st.integers(0, 30).map(lambda n: date(2027, 4, 1) + timedelta(days=n))


@given(st.dictionaries(st.sampled_from([1, 3, 5, 7]), DAYS), DAYS, DAYS)
def test_no_escalation_goes_before_its_notice_had_its_time_or_who_acts_was_asked(
    told: dict[int, date], asked_on: date, as_of: date
) -> None:
    kinds = {1: "overdue", 3: "escalate", 5: "escalate", 7: "escalate"}
    asks = [Occasion(CALENDAR.shift(DUE, n), f"{FB}/{kind}/+{n}", kind, FB) for n, kind in kinds.items()]
    sent = {ask.key: told[ask.offset] for ask in asks if ask.offset in told}
    now = [ask for ask in asks if ask.offset not in told and ask.due <= as_of and ask.kind == "escalate"]

    choice = choose(asks, now, sent, CALENDAR, as_of, asked_on)

    if choice.send:
        notice = asks[asks.index(choice.send) - 1]
        wait = choice.send.offset - notice.offset
        assert CALENDAR.between(sent[notice.key], as_of) >= wait
        assert CALENDAR.between(asked_on, as_of) >= wait
    assert choose(asks, now, sent, CALENDAR, as_of, date.max).send is None, (
        "who was not asked is not reported"
    )


@given(st.data())
def test_nobody_is_asked_twice_nor_to_help_himself(data: st.DataObject) -> None:
    people = [Person(f"p{n}", f"p{n}", f"p{n}@x.example") for n in range(5)]
    ladder = [Rung("head", person) for person in data.draw(st.permutations(people))[:4]]
    readers = {person.id: data.draw(st.sampled_from(people)) for person in people}
    owing = {"p0", readers["p0"].id}
    told: set[str] = set()

    for taken in range(len(ladder)):
        place = next_in_line(ladder, taken, told, owing, lambda person: Acting(readers[person.id]))
        if place is None:
            break
        reader = readers[ladder[place].person.id]
        assert place >= taken
        assert reader.mail not in told
        assert not {reader.id, ladder[place].person.id} & owing
        told.add(reader.mail)


def test_after_every_tick_who_acts_was_asked_and_nobody_twice(tmp_path: Path) -> None:
    """A spring of random municipalities, whoever is away and whatever changes meanwhile."""
    went_over = [key for seed in range(6) for key in handed_over(seed, tmp_path / str(seed))]

    assert went_over, "the control: in some of them something went over"


def handed_over(seed: int, folder: Path) -> list[str]:
    """Play it with a tick a day; the keys of what was handed over."""
    folder.mkdir()
    played, store = town(Random(seed), folder), Store.open(folder / "jaarring.db")
    for n in range(56):
        day = date(2027, 3, 25) + timedelta(days=n)
        here = Here(played.config, store, folder, day)
        cycle.schedule(here, day, at(here, day))
        queue_due(here, day, at(here, day), Around())
        if here.schedule.calendar.is_working_day(day):
            Mailbox(here, set()).deliver(day)
            assert unasked(here, day) == [], "whoever acts was asked, but for what another was asked today"
    with store.read() as tx:
        keys = [line.occasion for line in outbox.all_lines(tx) if "/handover/" in line.occasion]
    store.close()
    assert len(keys) == len(set(keys))
    return keys


def unasked(here: Here, day: date) -> list[str]:
    """What waits to be handed over though nobody was asked for it on that day."""
    morning = at(here, day)
    with here.store.read() as tx:
        return [
            one.due.key
            for one in handovers(tx, here.organisation, day)
            if not any(told.queued_at == morning for told in asked_for(tx, one.due))
        ]
