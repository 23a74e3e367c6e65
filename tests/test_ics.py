"""Calendar files: read by two parsers that are not the writer, and by one real calendar program."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from jaarring import cycle, ics, steps
from jaarring.agenda import SENDS
from jaarring.decide import Request, Terms, decide
from jaarring.here import Here, municipality
from jaarring.ledger import due
from jaarring.ledger.decisions import Entry
from jaarring.mail.message import Address, Attachment, compose
from jaarring.moments import Moment, Outside
from jaarring.occasions import Occasion
from tests import need
from tests.conftest import SHIPPED

FB = "2027/Q1/report/fb"
DAY = date(2027, 4, 6)


def decided(here: Here, verb: str, key: str = FB, until: date | None = None, day: date = DAY) -> None:
    entry = Entry(key, verb, "secretaris", day, "", "het passysteem was een week niet bereikbaar")
    decide(Request(here.on(day), key, verb, entry, "coordinator", cycle.moment(here, day), Terms(end=until)))


def feed(here: Here, person: str = "") -> bytes:
    return ics.feed(here.on(DAY), [2027], person)


def by_vobject(content: bytes) -> dict[str, Any]:
    """The events by UID, as the first parser reads them; it also checks what must be there."""
    found = vobject.readOne(content.decode())
    found.validate(raiseException=True)
    return {event.uid.value: event for event in found.contents.get("vevent", ())}


def by_ical(content: bytes) -> dict[str, Any]:
    """The same by the second one."""
    found = IcsCalendarStream.calendar_from_ics(content.decode())
    return {event.uid or "": event for event in found.events}


def event(here: Here, key: str, person: str = "") -> Any:
    return by_ical(feed(here, person))[f"{key}@waterveen.example"]


class TestTheFile:
    def test_two_parsers_read_every_occasion_on_its_date(self, waterveen_oib: Here) -> None:
        with waterveen_oib.store.read() as tx:
            known = [e.occasion for e in due.of_year(tx, 2027) if e.occasion.kind not in SENDS]
        dates = {f"{one.key}@waterveen.example": one.due for one in known}

        first, second = by_vobject(feed(waterveen_oib)), by_ical(feed(waterveen_oib))

        assert {uid: found.dtstart.value for uid, found in first.items()} == dates
        assert {uid: found.dtstart for uid, found in second.items()} == dates
        assert {uid: found.dtend for uid, found in second.items()} == {
            uid: day + timedelta(days=1) for uid, day in dates.items()
        }
        assert {uid: found.summary.value for uid, found in first.items()} == {
            uid: found.summary for uid, found in second.items()
        }
        assert len(dates) > 50

    def test_says_in_dutch_what_happens_without_a_key(self, waterveen: Here) -> None:
        titles = [found.summary for found in by_ical(feed(waterveen)).values()]

        assert "Uiterste datum verantwoording 1e kwartaal 2027: fysieke beveiliging" in titles
        assert "Het college stelt de jaarplannen vast (2027)" in titles
        assert "ENSIA: de zelfevaluatie begint" in titles
        assert not [title for title in titles if "/" in title or "Bericht" in title]

    def test_is_the_same_bytes_for_the_same_ledger(self, waterveen: Here) -> None:
        assert ics.feed(waterveen.on(DAY), [2027]) == ics.feed(waterveen.on(date(2027, 9, 1)), [2027])

    def test_has_lines_of_at_most_75_octets_that_end_as_they_must(self, waterveen_oib: Here) -> None:
        content = feed(waterveen_oib)
        lines = content.split(b"\r\n")

        assert max(len(line) for line in lines) <= 75
        assert content.count(b"\n") == len(lines) - 1 and content.endswith(b"END:VCALENDAR\r\n")

    def test_asks_nobody_anything(self, waterveen: Here) -> None:
        """Requests, reminders and escalations come by mail; a calendar full of them is not looked at."""
        uids = " ".join(by_ical(feed(waterveen)))

        assert not [word for word in ("/request", "/reminder", "/overdue", "/escalate") if word in uids]


class TestUpdates:
    def test_a_moved_duty_replaces_itself(self, waterveen: Here) -> None:
        """The same UID on the new date, with a higher SEQUENCE and a later stamp."""
        before = event(waterveen, f"{FB}/due")
        decided(waterveen, "move", until=date(2027, 4, 22))
        after = event(waterveen, f"{FB}/due")

        assert (before.dtstart, after.dtstart) == (date(2027, 4, 14), date(2027, 4, 22))
        assert (before.sequence, after.sequence) == (0, 1)
        assert after.last_modified > before.last_modified and after.dtstamp == after.last_modified

    def test_what_is_waived_says_that_it_is_cancelled(self, waterveen: Here) -> None:
        decided(waterveen, "waive")
        found = event(waterveen, f"{FB}/due")

        assert str(found.status) == "CANCELLED" or found.status.value == "CANCELLED"
        assert found.summary.startswith("Vervallen: Uiterste datum")
        assert found.sequence == 1 and not found.alarm

    def test_a_moved_meeting_takes_along_what_follows(self, waterveen: Here) -> None:
        decided(waterveen, "move", "2027/plan/adopt", date(2026, 12, 15), day=date(2026, 11, 30))

        assert event(waterveen, "2027/plan/adopt").dtstart == date(2026, 12, 15)
        assert event(waterveen, "2027/plan/announce").sequence == 1
        assert event(waterveen, "2027/plan/check").sequence == 0

    def test_what_is_handed_in_warns_no_more(self, waterveen: Here) -> None:
        assert event(waterveen, f"{FB}/due").alarm
        with waterveen.store.write() as tx:
            due.close_duty(tx, FB, cycle.moment(waterveen, date(2027, 4, 12)))
        after = event(waterveen, f"{FB}/due")

        assert not after.alarm and after.last_modified.date() == date(2027, 4, 12)


class TestWhoseItIs:
    def test_a_person_sees_what_he_owes_and_where_he_meets(self, waterveen_oib: Here) -> None:
        uids = set(by_ical(feed(waterveen_oib, "bas")))
        mine = {uid.partition("@")[0] for uid in uids}

        assert {f"{FB}/due", "2027/plan/fb/due", "2027/Q1/meeting", "2027/plan/advice"} <= mine
        assert not mine & {"2027/Q1/report/ib/due", "2027/Q1/account/bv/due", "2027/plan/check"}

    def test_the_board_has_its_own_and_the_coordinator_every_moment(self, waterveen: Here) -> None:
        board, coordinator = by_ical(feed(waterveen, "college")), by_ical(feed(waterveen, "coordinator"))

        assert {uid.split("/")[1] for uid in board} >= {"frame", "plan", "Q1", "council"}
        assert set(board) < set(coordinator)
        assert not [uid for uid in coordinator if "/report/" in uid]

    def test_the_files_are_laid_out_once_and_again_when_something_changed(self, waterveen: Here) -> None:
        first = ics.lay_out(waterveen.on(DAY), DAY)
        again = ics.lay_out(waterveen.on(DAY), DAY)
        decided(waterveen, "move", until=date(2027, 4, 22))
        moved = steps.lay_out_agenda(waterveen, DAY)

        assert "alles.ics" in first and "personen/bas.ics" in first
        assert again == []
        assert sorted(moved) == ["alles.ics", "personen/bas.ics"]
        kept = (waterveen.storage / "agenda" / "personen" / "bas.ics").read_bytes()
        assert by_ical(kept)[f"{FB}/due@waterveen.example"].dtstart == date(2027, 4, 22)


class TestWhatItDoesNotSay:
    def test_no_measure_and_no_reason_stands_in_any_calendar(self, tmp_path: Path) -> None:
        """Elzenwaard has a secret measure; the delay has a reason that is not everybody's."""
        shutil.copytree(SHIPPED, tmp_path / "config")
        with municipality(tmp_path / "config") as here:
            cycle.schedule(here, DAY, cycle.moment(here, DAY))
            decided(here, "move", until=date(2027, 4, 22))
            ics.lay_out(here.on(DAY), DAY)
            texts = [path.read_bytes() for path in (here.storage / "agenda").rglob("*.ics")]
            measures = here.framework.measures
            names = [
                *(m.title for m in measures),
                "het passysteem was een week niet bereikbaar",
                "M10",
                "geheim",
            ]

            read = [str(by_vobject(text)) + unfolded(text) for text in texts]

        assert len(texts) > 10 and any(m.secrecy for m in measures)
        assert not [name for name in names for text in read if name in text]
        assert any("fysieke beveiliging" in text for text in read), "the control: themes are named"


def unfolded(content: bytes) -> str:
    return content.decode().replace("\r\n ", "")


class TestTheInvitation:
    def invitation(self, here: Here, duty: str) -> Attachment:
        with here.store.read() as tx:
            entry = due.get(tx, f"{duty}/due")
        assert entry is not None
        return ics.dated(here, entry)

    def test_has_the_due_date_and_warns_the_working_day_before(self, waterveen: Here) -> None:
        """Due on Monday 12 July 2027: it warns on Friday at nine, not on Sunday."""
        made = self.invitation(waterveen, "2027/Q2/report/fb")
        (found,) = by_ical(made.content).values()
        (same,) = by_vobject(made.content).values()

        assert found.dtstart == same.dtstart.value == date(2027, 7, 12)
        assert [alarm.trigger for alarm in found.alarm] == [timedelta(days=-3, hours=9)]
        assert b"METHOD:PUBLISH\r\n" in made.content
        assert found.summary == "Uiterste datum verantwoording 2e kwartaal 2027: fysieke beveiliging"

    def test_is_the_event_of_the_file_so_that_either_replaces_the_other(self, waterveen: Here) -> None:
        (uid,) = by_ical(self.invitation(waterveen, FB).content)

        assert uid in by_ical(feed(waterveen, "bas"))

    def test_of_a_simulation_says_so_and_never_replaces_a_real_one(self, waterveen: Here) -> None:
        """Somebody may open an attachment of a simulated mail: his own date stays what it is."""
        (real,) = by_ical(self.invitation(waterveen, FB).content)
        ((uid, found),) = by_ical(self.invitation(replace(waterveen, mark="SIMULATIE"), FB).content).items()

        assert uid != real and uid.endswith("@simulatie.waterveen.example")
        assert found.summary.startswith("SIMULATIE: Uiterste datum")

    def test_says_in_the_mail_what_it_is(self, waterveen: Here) -> None:
        sender = Address("Jaarring", "jaarring@waterveen.example")
        raw = compose(
            sender=sender,
            recipient=sender,
            reply_to=None,
            subject="x",
            text="x",
            html="<p>x</p>",
            at=cycle.moment(waterveen, DAY),
            message_id="<1@waterveen.example>",
            in_reply_to=None,
            occasion=f"{FB}/request",
            attachments=[self.invitation(waterveen, FB)],
        )
        (part,) = message_from_bytes(raw, policy=policy.default).iter_attachments()

        assert part.get_content_type() == "text/calendar"
        assert part["Content-Type"].params["method"] == "PUBLISH"
        assert part.get_filename() == "uiterste-datum.ics"
        assert by_ical(part.get_content().encode())


# --- whatever it says

#: what the configuration lets through as one line of text
words = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=300).map(
    lambda text: " ".join(text.split())
)


@pytest.fixture(scope="module")
def elzenwaard(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("any")
    shutil.copytree(SHIPPED, folder / "config")
    with municipality(folder / "config") as here:
        yield here


@given(words.filter(bool), st.dates(date(2026, 1, 1), date(2029, 12, 31)))
@settings(max_examples=60)
def test_whatever_it_says_both_parsers_read_the_same_words(elzenwaard: Here, text: str, day: date) -> None:
    """Commas, semicolons, backslashes, accents, emoji, three hundred characters of them."""
    outside = {"x": Outside(Moment(), text, text)}
    here = Here(
        replace(elzenwaard.config, schedule=replace(elzenwaard.schedule, outside=outside)),
        elzenwaard.store,
        elzenwaard.storage,
    )
    content = ics.calendar(
        here, [due.Entry(Occasion(day, "2027/outside/x", "outside"), "open", None)], "Jaarring"
    )

    (first,), (second,) = by_vobject(content).values(), by_ical(content).values()
    assert first.summary.value == second.summary == text
    assert second.description == f"Bron: {text}"
    assert first.dtstart.value == second.dtstart == day
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


# --- a real calendar program


def test_a_calendar_program_shows_the_right_dates(waterveen_oib: Here, tmp_path: Path) -> None:
    """calcurse reads the file with a parser of its own and lists the days."""
    program, file, home = need.calcurse(), tmp_path / "alles.ics", tmp_path / "calcurse"
    decided(waterveen_oib, "move", until=date(2027, 4, 22))
    file.write_bytes(feed(waterveen_oib))
    home.mkdir()
    subprocess.run(
        [program, "-q", "-D", str(home), "-i", str(file)], check=True, capture_output=True, timeout=60
    )

    shown = subprocess.run(
        [program, "-q", "-D", str(home), "-Q", "--from", "04/06/2027", "--days", "40"]
        + ["--output-datefmt", "%Y-%m-%d", "--format-event", " * %m\\n"],
        check=True,
        capture_output=True,
        timeout=60,
        text=True,
    ).stdout

    days = {block.splitlines()[0]: block.splitlines()[1:] for block in shown.strip().split("\n\n")}
    assert " * Uiterste datum verantwoording 1e kwartaal 2027: fysieke beveiliging" in days["2027-04-22:"]
    assert " * Overleg Integrale Beveiliging: 1e kwartaal 2027" in days["2027-04-22:"]
    assert days["2027-05-11:"] == [" * Tactische rapportage in het college: 1e kwartaal 2027"]
    assert not [line for line in days["2027-04-14:"] if "fysieke beveiliging" in line]
