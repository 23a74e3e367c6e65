"""What did not arrive: told at once to two people, never counted as asked, never a reason to escalate."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jaarring.agenda import as_text
from jaarring.cli import main
from jaarring.governance import Organisations
from jaarring.here import Here
from jaarring.ledger import events, outbox, pauses, undeliverable
from jaarring.ledger.unworded import Broken
from jaarring.plans import records as plans
from jaarring.reminders.actions import Around, queue_due
from jaarring.signals import records as signals
from jaarring.tactical import records as tactical
from jaarring.undelivered import actions as undelivered
from tests.conftest import Mailbox, at
from tests.test_reminders import hand_in_all

pytestmark = pytest.mark.both_stores

NOOR, BAS, LEA = "noor@waterveen.example", "bas@waterveen.example", "lea@waterveen.example"
HOOFD, SECRETARIS = "hoofd@waterveen.example", "secretaris@waterveen.example"
COORDINATOR = "coordinator@waterveen.example"
REQUESTS, OVERDUE = date(2027, 4, 1), date(2027, 4, 15)
FB = "2027/Q1/report/fb"


def round(here: Here, mailbox: Mailbox, day: date) -> None:
    """Ask and send, and tell of what did not arrive, as a tick does."""
    queue_due(here, day, at(here, day), Around())
    mailbox.deliver(day)
    while undelivered.tell(here, at(here, day)):
        mailbox.deliver(day)


def every_day(here: Here, mailbox: Mailbox, first: date, last: date) -> None:
    for n in range((last - first).days + 1):
        round(here, mailbox, first + timedelta(days=n))


def occasions(here: Here, to: str = "") -> list[str]:
    """The keys of what was really sent, to one address or to all."""
    with here.store.read() as tx:
        lines = outbox.all_lines(tx)
    return [one.occasion for one in lines if one.state == "sent" and to in ("", one.recipient)]


def moved(here: Here, mail: str) -> Here:
    """Bas at another address."""
    now = here.organisation
    people = {**now.people, "bas": replace(now.people["bas"], mail=mail)}
    organisations = Organisations(replace(now, people=people))
    return replace(here, config=replace(here.config, organisations=organisations))


class TestATold:
    def test_coordinator_and_next_in_line_are_told_in_the_same_round(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """Bas has no substitute, so the head of his department is told; each in words for him."""
        mailbox.refused = {BAS}
        round(waterveen, mailbox, REQUESTS)

        for reader in (COORDINATOR, HOOFD):
            assert mailbox.subjects(reader)[-1] == "Niet aangekomen: bericht aan de teamleider gebouwen"
        text = mailbox.text(COORDINATOR)
        assert "Aan: teamleider gebouwen, bas@waterveen.example" in text
        assert "Onderwerp: Graag uiterlijk woensdag 14 april 2027" in text
        assert "De mailserver weigerde het. Het antwoord was: • 550 no such user" in text
        assert "Het telt daarom niet als gevraagd. Ook volgt er geen escalatie op." in text
        assert "jaarring release message/" in text
        passed_on = "De teamleider gebouwen weet dit dus misschien niet. Wilt u het doorgeven?"
        assert passed_on in mailbox.text(HOOFD)
        assert "jaarring release" not in mailbox.text(HOOFD)

    def test_the_substitute_is_told_where_there_is_one(self, waterveen: Here, mailbox: Mailbox) -> None:
        mailbox.refused = {NOOR}
        round(waterveen, mailbox, REQUESTS)
        assert mailbox.subjects(LEA)[-1] == "Niet aangekomen: bericht aan de teamleider informatie"
        assert not [one for one in occasions(waterveen, HOOFD) if one.startswith("undelivered/")]

    def test_it_is_told_once(self, waterveen: Here, mailbox: Mailbox) -> None:
        mailbox.refused = {BAS}
        round(waterveen, mailbox, REQUESTS)
        before = occasions(waterveen)
        round(waterveen, mailbox, REQUESTS)
        assert occasions(waterveen) == before
        assert len([one for one in before if one.startswith("undelivered/")]) == 2

    def test_text_and_html_say_the_same(self, waterveen: Here, mailbox: Mailbox) -> None:
        mailbox.refused = {BAS}
        round(waterveen, mailbox, REQUESTS)
        html = mailbox.messages(COORDINATOR)[-1].get_body(("html",))
        assert html is not None
        assert "<li>550 no such user</li>" in html.get_content()
        assert 'lang="nl"' in html.get_content()

    def test_where_the_coordinator_cannot_be_reached_the_next_one_hears_it(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """Never a failure without a reader, and no message twice to an address that says no."""
        mailbox.refused = {BAS, COORDINATOR, HOOFD}
        round(waterveen, mailbox, REQUESTS)
        told = [one for one in mailbox.subjects(SECRETARIS) if "teamleider gebouwen" in one]
        assert told == ["Niet aangekomen: bericht aan de teamleider gebouwen"]
        with waterveen.store.read() as tx:
            assert undeliverable.untold(tx) == []

    def test_where_nobody_can_be_reached_the_round_still_ends(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        mailbox.refused = {person.mail for person in waterveen.organisation.people.values()}
        round(waterveen, mailbox, REQUESTS)
        assert occasions(waterveen) == []
        assert [line for line in as_text(waterveen, []) if line.startswith("Niet verstuurd")]

    def test_a_broken_template_does_not_stop_it(
        self, waterveen: Here, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its words are built in."""
        mailbox.refused = {BAS}
        queue_due(waterveen, REQUESTS, at(waterveen, REQUESTS), Around())
        monkeypatch.setattr("jaarring.letters._environment", lambda: 1 / 0)
        monkeypatch.setattr("jaarring.mail.render.mail_environment", lambda *_: 1 / 0)
        mailbox.deliver(REQUESTS)
        assert undelivered.tell(waterveen, at(waterveen, REQUESTS)) == 1
        mailbox.deliver(REQUESTS)
        assert "Niet aangekomen" in mailbox.subjects(COORDINATOR)[-1]

    def test_what_failed_stands_in_the_log_by_its_key(self, waterveen: Here, mailbox: Mailbox) -> None:
        mailbox.refused = {BAS}
        round(waterveen, mailbox, REQUESTS)
        with waterveen.store.read() as tx:
            found = [one for one in events.history(tx) if one.kind == "message.failed"]
        assert [one.subject for one in found] == [f"{FB}/request"]
        assert found[0].payload is not None and set(found[0].payload) == {"message"}

    @pytest.mark.parametrize(
        ("state", "was_sent", "attempts", "words"),
        [
            ("failed", False, 9, "Drie dagen lang lukte het niet."),
            ("failed", True, 1, "De mailserver stuurde het terug."),
            ("uncertain", False, 5, "Wij weten dus niet of het is aangekomen."),
        ],
    )
    def test_each_way_of_not_arriving_has_its_words(
        self, waterveen: Here, mailbox: Mailbox, state: str, was_sent: bool, attempts: int, words: str
    ) -> None:
        day = at(waterveen, REQUESTS)
        queue_due(waterveen, REQUESTS, day, Around())
        with waterveen.store.write() as tx:
            mine = outbox.message.c.occasion == f"{FB}/request"
            sent = day if was_sent else None
            changed = {"state": state, "attempts": attempts, "sent_at": sent, "reply": "wat de server zei"}
            tx.execute(outbox.message.update().where(mine).values(**changed))
        assert undelivered.tell(waterveen, day) == 1
        mailbox.deliver(REQUESTS)
        assert words in mailbox.text(COORDINATOR) and "wat de server zei" in mailbox.text(COORDINATOR)


class TestWhoLeft:
    """Between the writing of a letter and its sending somebody leaves, or gets another address."""

    def test_gets_nothing_and_who_does_it_now_is_asked(self, waterveen: Here, mailbox: Mailbox) -> None:
        queue_due(waterveen, REQUESTS, at(waterveen, REQUESTS), Around())
        now = moved(waterveen, "bas@elders.example")
        assert undelivered.strand(waterveen, at(waterveen, REQUESTS)) == 0, "the control: all are there"

        assert undelivered.strand(now, at(now, REQUESTS)) == 1
        assert undelivered.strand(now, at(now, REQUESTS)) == 0
        undelivered.tell(now, at(now, REQUESTS))
        mailbox.deliver(REQUESTS)
        following = REQUESTS + timedelta(days=1)
        queue_due(now, following, at(now, following), Around())
        mailbox.deliver(following)

        assert mailbox.subjects(BAS) == []
        assert occasions(now, "bas@elders.example") == [f"{FB}/handover/bas"]
        told = mailbox.text(COORDINATOR)
        assert "staat niet meer in organisation.yaml" in told and "sjabloon" not in told
        assert f"Niet verstuurd: bericht aan {BAS}" in mailbox.subjects(COORDINATOR)


class TestTheLadder:
    """From the request to the last rung, over the first quarter."""

    LAST = date(2027, 5, 28)

    def test_no_escalation_ever_rests_on_what_did_not_arrive(self, waterveen: Here, mailbox: Mailbox) -> None:
        """Bas never got a thing, so nobody hears that he is late; the control comes next."""
        hand_in_all(waterveen, but=FB)
        mailbox.refused = {BAS}
        every_day(waterveen, mailbox, REQUESTS, self.LAST)
        assert not [one for one in occasions(waterveen) if one.startswith(f"{FB}/escalate")]
        assert [one for one in occasions(waterveen) if one.startswith("undelivered/")]

    def test_the_same_ladder_goes_up_where_everything_arrived(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        hand_in_all(waterveen, but=FB)
        every_day(waterveen, mailbox, REQUESTS, self.LAST)
        up = [one.rpartition("/")[2] for one in occasions(waterveen) if "/escalate/" in one]
        assert list(dict.fromkeys(up)) == ["+3", "+5"]

    def working_days_until_it_went_up(self, here: Here, since: date) -> int:
        with here.store.read() as tx:
            up = [one for one in outbox.all_lines(tx) if one.occasion.startswith(f"{FB}/escalate")]
        assert up and up[0].sent_at is not None
        return here.schedule.calendar.between(since, up[0].sent_at.date())

    def test_an_address_that_was_mended_is_asked_and_then_has_its_time(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """He is told on 21 April; two working days later, as the calendar has it, it may go up."""
        hand_in_all(waterveen, but=FB)
        mailbox.refused = {BAS}
        every_day(waterveen, mailbox, REQUESTS, date(2027, 4, 20))
        here = moved(waterveen, "b.bas@waterveen.example")
        every_day(here, mailbox, date(2027, 4, 21), self.LAST)

        asked = occasions(here, "b.bas@waterveen.example")
        assert asked and asked[0].startswith(f"{FB}/handover")
        assert self.working_days_until_it_went_up(here, date(2027, 4, 21)) == 2

    def test_a_message_sent_again_by_the_coordinators_word_counts_from_then(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        hand_in_all(waterveen, but=FB)
        mailbox.refused = {BAS}
        every_day(waterveen, mailbox, REQUESTS, date(2027, 4, 20))
        mailbox.refused = set()
        with waterveen.store.read() as tx:
            failed = [one.id for one in outbox.not_sent(tx)]
        for number in failed:
            assert undelivered.again(waterveen, number, "coordinator", at(waterveen, date(2027, 4, 21)))
        every_day(waterveen, mailbox, date(2027, 4, 21), self.LAST)
        assert self.working_days_until_it_went_up(waterveen, date(2027, 4, 21)) == 2
        assert not undelivered.again(waterveen, failed[0], "coordinator", at(waterveen, self.LAST))


def test_release_sends_a_message_again_and_refuses_what_did_not_fail(
    waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    mailbox.refused = {BAS}
    round(waterveen, mailbox, REQUESTS)
    with waterveen.store.read() as tx:
        (failed,) = [one.id for one in outbox.not_sent(tx)]
    command = ["release", "--config", str(waterveen.config.folder), "--as-of", "2027-04-02"]

    assert main([*command, f"message/{failed}"]) == 0
    assert main([*command, f"message/{failed}"]) == 1
    assert f"'message/{failed}' is geen bericht dat niet aankwam" in capsys.readouterr().err
    mailbox.refused = set()
    mailbox.deliver(date(2027, 4, 5))
    assert len(mailbox.subjects(BAS)) == 1


def test_in_the_reports_who_was_never_asked_is_not_silent(waterveen: Here, mailbox: Mailbox) -> None:
    """Bas got nothing, Noor her request; neither handed in. Once he was asked he is as she."""
    mailbox.refused = {BAS}
    with waterveen.store.write() as tx:
        plans.keep_framework(tx, 2027, waterveen.framework, at(waterveen, date(2026, 12, 8)))
    every_day(waterveen, mailbox, REQUESTS, date(2027, 4, 16))

    def unasked() -> tuple[set[str], set[str]]:
        """By the tactical report, and by the signals."""
        with waterveen.store.read() as tx:
            year = tactical.snapshot(tx, waterveen.organisation, 2027)
            seen = signals.known(tx, waterveen.organisation, 2027, date(2027, 5, 1))
        assert year and seen and "2027/Q1/report/ib" in seen.silent
        return set(year.unasked), set(seen.unasked)

    assert unasked() == ({FB}, {FB})
    with waterveen.store.read() as tx:
        failed = [one.id for one in outbox.not_sent(tx) if one.recipient == BAS]
    assert undelivered.again(waterveen, failed[0], "coordinator", at(waterveen, date(2027, 4, 19)))
    mailbox.refused = set()
    mailbox.deliver(date(2027, 4, 20))
    assert unasked() == (set(), set())


class TestSettled:
    """What failed did arrive after all: the coordinator says so, and nobody else."""

    def settle(self, here: Here, day: date, *more: str) -> int:
        with here.store.read() as tx:
            failed = [one for one in outbox.all_lines(tx) if one.occasion == f"{FB}/request"]
        command = ["settle", f"message/{failed[0].id}", "--config", str(here.config.folder)]
        return main([*command, "--as-of", day.isoformat(), *more])

    def asked_at(self, here: Here) -> date | None:
        with here.store.read() as tx:
            sent = outbox.sent_on(tx, f"{FB}/request")
        return sent and sent.date()

    def failed(self, here: Here, mailbox: Mailbox) -> None:
        mailbox.refused = {BAS}
        round(here, mailbox, REQUESTS)
        mailbox.refused = set()

    def test_it_counts_as_sent_on_the_day_it_was_sent_and_its_ladder_goes_up(
        self, waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Word of it stands in the log, by the coordinator, with that day; the overdue notices follow."""
        hand_in_all(waterveen, but=FB)
        self.failed(waterveen, mailbox)
        assert "settle message/" in mailbox.text(COORDINATOR)
        assert self.asked_at(waterveen) is None, "the control: what failed was not asked"

        assert self.settle(waterveen, date(2027, 4, 5), "--arrived") == 0
        assert "Het telt als verstuurd op 1 april 2027." in capsys.readouterr().out
        assert self.asked_at(waterveen) == REQUESTS
        with waterveen.store.read() as tx:
            (said,) = [one for one in events.history(tx) if one.kind == "message.arrived"]
        assert (said.actor, said.subject) == ("coordinator", f"{FB}/request")
        assert list(as_text(waterveen, [])) == ["Er staat niets in de agenda."]
        every_day(waterveen, mailbox, date(2027, 4, 5), date(2027, 4, 20))
        assert [one for one in occasions(waterveen) if one.startswith(f"{FB}/escalate")]
        assert self.settle(waterveen, date(2027, 4, 6), "--arrived") == 1, "said twice, nothing happens"

    def test_of_one_that_bounced_and_of_one_that_nobody_is_sure_of(
        self, waterveen: Here, mailbox: Mailbox
    ) -> None:
        """The day of the first yes of the server; the day of the last try."""
        round(waterveen, mailbox, REQUESTS)
        with waterveen.store.write() as tx:
            (one,) = [line for line in outbox.all_lines(tx) if line.occasion == f"{FB}/request"]
            undeliverable.bounced(tx, one.id, "5.1.1", at(waterveen, date(2027, 4, 3)))
        assert self.settle(waterveen, date(2027, 4, 6), "--arrived") == 0
        assert self.asked_at(waterveen) == REQUESTS

        with waterveen.store.write() as tx:
            outbox.queue(
                tx, outbox.NewMessage("x", BAS, "<x@waterveen.example>", "x", b"x"), at(waterveen, REQUESTS)
            )
            for n in range(outbox.COPIES):
                day = at(waterveen, REQUESTS + timedelta(days=n))
                claimed = outbox.claim(tx, "one", day)
                assert claimed
                outbox.settle(tx, claimed, "one", "unknown", "no answer", day)
            last = outbox.all_lines(tx)[-1]
            assert last.state == "uncertain" and undeliverable.went_at(tx, last.id) == at(
                waterveen, date(2027, 4, 5)
            )

    def test_the_coordinator_may_name_a_day_on_which_it_can_have_come(
        self, waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.failed(waterveen, mailbox)
        for day in ("2027-03-31", "2027-04-07"):
            assert self.settle(waterveen, date(2027, 4, 6), "--arrived", "--on", day) == 1
        assert "kies een dag van 1 april 2027 tot en met 6 april 2027" in capsys.readouterr().err
        assert self.settle(waterveen, date(2027, 4, 6), "--arrived", "--on", "2027-04-05") == 0
        assert self.asked_at(waterveen) == date(2027, 4, 5)

    def test_that_day_is_not_one_on_which_it_was_still_held_back(
        self, waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Else somebody would count as asked, and be late, before anything had left for him."""
        new = outbox.NewMessage(f"{FB}/request", BAS, "<x@waterveen.example>", "x", b"x")
        tried = at(waterveen, date(2027, 4, 5))
        with waterveen.store.write() as tx:
            outbox.queue(tx, new, at(waterveen, REQUESTS))
            claimed = outbox.claim(tx, "one", tried)
            assert claimed and outbox.settle(tx, claimed, "one", "permanent", "5.1.1", tried)
        assert self.settle(waterveen, date(2027, 4, 6), "--arrived", "--on", "2027-04-02") == 1
        assert "kies een dag van 5 april 2027 tot en met 6 april 2027" in capsys.readouterr().err
        assert self.settle(waterveen, date(2027, 4, 6), "--arrived", "--on", "2027-04-05") == 0

    def test_it_can_be_sent_again_instead(self, waterveen: Here, mailbox: Mailbox) -> None:
        self.failed(waterveen, mailbox)
        assert self.settle(waterveen, date(2027, 4, 5), "--again") == 0
        mailbox.deliver(date(2027, 4, 6))
        assert len(mailbox.subjects(BAS)) == 1 and self.asked_at(waterveen) == date(2027, 4, 6)

    def test_nobody_but_the_coordinator_or_who_acts_for_him_may_say_so(
        self, waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Not who is late, whose escalation it would bring on or off; nor may he release it."""
        self.failed(waterveen, mailbox)
        for way in (["--arrived"], ["--again"]):
            assert self.settle(waterveen, date(2027, 4, 5), *way, "--by", "bas") == 1
        with waterveen.store.read() as tx:
            (number,) = [one.id for one in outbox.all_lines(tx) if one.state == "failed"]
        command = ["release", f"message/{number}", "--config", str(waterveen.config.folder), "--by", "bas"]
        assert main([*command, "--as-of", "2027-04-05"]) == 1
        assert "dit is aan de coördinator integrale beveiliging (coordinator)" in capsys.readouterr().err
        assert self.asked_at(waterveen) is None

    def test_what_never_went_out_cannot_have_arrived(
        self, waterveen: Here, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """One whose template is broken has failed before it could go."""
        broken = Broken("regel 3: fout", "reminders/request.mail", "{}")
        new = outbox.NewMessage(f"{FB}/request", BAS, "<x@waterveen.example>", "x", b"x", broken=broken)
        with waterveen.store.write() as tx:
            outbox.queue(tx, new, at(waterveen, REQUESTS))
        assert "settle" not in "".join(as_text(waterveen, [])), "nor does the agenda offer it"
        assert self.settle(waterveen, date(2027, 4, 5), "--arrived") == 1
        assert "is nooit verstuurd; verstuur het met jaarring release" in capsys.readouterr().err


def test_a_script_that_reads_the_agenda_gets_what_did_not_arrive_with_the_server_s_words(
    waterveen: Here, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the coordinator does who reads it as text; by the key that `release` takes."""
    mailbox.refused = {BAS}
    round(waterveen, mailbox, REQUESTS)
    with waterveen.store.write() as tx:
        pauses.pause(tx, "mail", "535 wrong password", at(waterveen, REQUESTS), "jmail://")
        (failed,) = [one.id for one in outbox.all_lines(tx) if one.state == "failed"]
    command = ["agenda", "--config", str(waterveen.config.folder), "--as-of", "2027-04-02"]
    assert main([*command, "--json"]) == 0
    found = {one["key"]: one for one in json.loads(capsys.readouterr().out)}

    assert found[f"message/{failed}"] == {
        "due": None,
        "key": f"message/{failed}",
        "kind": "message",
        "state": "failed",
        "title": "Graag uiterlijk woensdag 14 april 2027: uw verantwoording over het 1e kwartaal",
        "note": "550 no such user",
        "concerns": ["bas"],
        "since": "2027-04-01",
        "occasion": f"{FB}/request",
        "recipient": BAS,
        "channel": "mail",
    }
    assert found["channel/mail"]["state"] == "resting"
    assert found["channel/mail"]["note"] == "535 wrong password"
    assert main(command) == 0
    assert "550 no such user" in capsys.readouterr().out, "the control: the text has it too"
