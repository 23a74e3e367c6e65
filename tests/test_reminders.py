"""Asking: whom, when, once, and never unfairly."""

from __future__ import annotations

from datetime import date, timedelta

from jaarring import steps
from jaarring.here import Here
from jaarring.ledger import due, events
from jaarring.reminders.actions import Around, Asked, queue_due
from tests.conftest import Mailbox, at

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
