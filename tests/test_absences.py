"""Absence: who is away when, who acts, and what a person sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jaarring import letters
from jaarring.absences import actions, records
from jaarring.absences.icalendar import Event, events
from jaarring.absences.rules import Absences, Note, acting, chain
from jaarring.calendar import Period
from jaarring.cli import main
from jaarring.config.load import check, load
from jaarring.config.mistakes import Mistake
from jaarring.decide import Request, Terms, decide
from jaarring.governance import Organisation, Person
from jaarring.here import Here
from jaarring.ledger import events as log
from jaarring.ledger import outbox
from jaarring.ledger.decisions import Entry
from jaarring.refusal import Refused
from tests.conftest import SHIPPED, TESTS, Mailbox, at, copied

pytestmark = pytest.mark.both_stores

MONDAY, FRIDAY = date(2027, 4, 12), date(2027, 4, 16)
NOOR, BAS, LEA = "noor@waterveen.example", "bas@waterveen.example", "lea@waterveen.example"


def tell(
    here: Here,
    person: str,
    verb: str = "record",
    on: date = MONDAY,
    body: str = "secretaris",
    until: date | None = None,
    instead: str = "",
    reason: str = "",
    told_on: date = MONDAY,
) -> None:
    """As `jaarring decide absence/<person> <verb>`."""
    key = f"absence/{person}"
    entry = Entry(key, verb, body, on, "", reason)
    terms = Terms(end=until, person=instead)
    decide(Request(here, key, verb, entry, "coordinator", at(here, told_on), terms))


def acts(here: Here, person: str, day: date) -> str:
    return actions.who_acts(here, here.organisation.people[person], day).person.id


class TestThePeriod:
    def test_lasts_from_the_first_day_to_the_last_and_is_known_from_when_it_is_told(
        self, waterveen: Here
    ) -> None:
        tell(waterveen, "noor", until=FRIDAY)

        days = [MONDAY - timedelta(days=1), MONDAY, FRIDAY, FRIDAY + timedelta(days=1)]
        assert [acts(waterveen, "noor", day) for day in days] == ["noor", "lea", "lea", "noor"]

    def test_may_be_told_before_it_begins(self, waterveen: Here) -> None:
        tell(waterveen, "noor", on=FRIDAY, until=FRIDAY, told_on=MONDAY)

        assert acts(waterveen, "noor", FRIDAY) == "lea"

    def test_has_no_end_where_somebody_left_and_nobody_came(self, waterveen: Here) -> None:
        tell(waterveen, "noor")

        assert acts(waterveen, "noor", date(2031, 1, 1)) == "lea"

    def test_ends_early_when_somebody_is_back(self, waterveen: Here) -> None:
        tell(waterveen, "noor", until=FRIDAY)
        tell(waterveen, "noor", "end", on=date(2027, 4, 14))

        assert acts(waterveen, "noor", date(2027, 4, 13)) == "lea"
        assert acts(waterveen, "noor", date(2027, 4, 14)) == "noor"
        tell(waterveen, "noor", on=date(2027, 4, 15), until=FRIDAY)  # ill again
        assert acts(waterveen, "noor", FRIDAY) == "lea"

    def test_may_stand_in_the_configuration_and_end_by_a_decision(self, tmp_path: Path) -> None:
        from jaarring import cycle
        from jaarring.here import municipality

        config = copied(TESTS / "waterveen", tmp_path)
        file = config / "organisation.yaml"
        text = file.read_text(encoding="utf-8")
        away = "    absent: [{first: 2027-04-12, last: 2027-04-16}]\n"
        file.write_text(text.replace("    substitute: lea\n", f"    substitute: lea\n{away}"), "utf-8")
        with municipality(config) as here:
            assert acts(here, "noor", MONDAY) == "lea"
            tell(here, "noor", "end", on=date(2027, 4, 14))
            assert acts(here, "noor", FRIDAY) == "noor"
            assert cycle.next_turn(here, date(2027, 4, 1)) == MONDAY

    def test_the_wrong_way_round_is_a_mistake_of_the_configuration(self, tmp_path: Path) -> None:
        config = copied(SHIPPED, tmp_path)
        file = config / "organisation.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("last: 2026-08-07}", "last: 2026-07-07}"), encoding="utf-8")

        told, status = check(config)

        assert status == 1
        assert "people.beleidsadviseur.absent[1].last: ligt voor first; verbeter een van beide data" in told

    def test_without_a_last_day_is_for_good(self, tmp_path: Path) -> None:
        config = copied(SHIPPED, tmp_path)
        file = config / "organisation.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(", last: 2026-08-07}", "}"), encoding="utf-8")

        made, mistakes = load(config)

        assert made is not None, mistakes
        assert made.organisation.people["beleidsadviseur"].absent == (Period(date(2026, 7, 20), date.max),)


class TestTheSubstitute:
    def test_is_the_one_named_for_this_absence_before_the_one_of_the_configuration(
        self, waterveen: Here
    ) -> None:
        tell(waterveen, "noor", until=FRIDAY, instead="bas")

        assert acts(waterveen, "noor", FRIDAY) == "bas"
        tell(waterveen, "noor", on=date(2027, 6, 1), told_on=date(2027, 6, 1))
        assert acts(waterveen, "noor", date(2027, 6, 1)) == "lea", "named for that absence only"

    def test_may_be_appointed_for_somebody_by_who_stands_above_him(self, waterveen: Here) -> None:
        tell(waterveen, "bas", until=FRIDAY)
        assert acts(waterveen, "bas", FRIDAY) == "hoofd", "the control: he has none, so his head acts"

        tell(waterveen, "bas", "appoint", body="hoofd", instead="lea")

        assert acts(waterveen, "bas", FRIDAY) == "lea"

    def test_who_is_away_too_is_followed_by_his_own(self, waterveen: Here) -> None:
        tell(waterveen, "lea", until=FRIDAY, instead="bas")
        tell(waterveen, "noor", until=FRIDAY)

        found = actions.who_acts(waterveen, waterveen.organisation.people["noor"], FRIDAY)

        assert found.person.id == "bas"
        assert found.behalf_of == ("noor", "lea")

    def test_in_a_ring_comes_to_the_head_and_then_to_the_coordinator(self, waterveen: Here) -> None:
        tell(waterveen, "noor", until=FRIDAY, instead="bas")
        tell(waterveen, "bas", until=FRIDAY, instead="noor")

        assert acts(waterveen, "noor", FRIDAY) == "hoofd"
        tell(waterveen, "hoofd", until=FRIDAY)
        assert acts(waterveen, "noor", FRIDAY) == "coordinator"
        assert acts(waterveen, "secretaris", FRIDAY) == "secretaris"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("what", "told"),
        [
            ({"person": "piet"}, "'piet' staat niet in organisation.yaml"),
            ({"person": "noor", "until": date(2027, 4, 1)}, "eindigt op 1 april 2027 en begint daarna"),
            ({"person": "noor", "instead": "piet"}, "'piet' staat niet in organisation.yaml"),
            ({"person": "noor", "instead": "noor"}, "niemand vervangt zichzelf"),
            ({"person": "noor", "verb": "appoint"}, "de vervanger ontbreekt; noem met --person wie vervangt"),
            ({"person": "noor", "verb": "end"}, "is op 12 april 2027 niet afwezig"),
            (
                {"person": "noor", "body": "bas"},
                "'bas' mag dit niet melden; dit is aan: teamleider informatie",
            ),
            ({"person": "noor", "verb": "adopt"}, "'adopt' kan hier niet; kies record of end of appoint"),
        ],
    )
    def test_is_told_and_changes_nothing(self, waterveen: Here, what: dict[str, object], told: str) -> None:
        with pytest.raises(Refused) as refused:
            tell(waterveen, **what)  # type: ignore[arg-type]

        assert told in str(refused.value)
        with waterveen.store.read() as tx:
            assert records.known(tx).notes == ()

    def test_nobody_appoints_his_own_substitute_for_good(self, waterveen: Here) -> None:
        with pytest.raises(Refused, match="mag dit niet melden"):
            tell(waterveen, "noor", "appoint", body="noor", instead="bas")

        tell(waterveen, "noor", body="noor", until=FRIDAY)  # the control: he may tell that he is away

    def test_twice_the_same_is_said_to_be_known(self, waterveen: Here) -> None:
        tell(waterveen, "noor", until=FRIDAY)

        with pytest.raises(Refused, match="dit is al vastgelegd"):
            tell(waterveen, "noor", until=FRIDAY)


def test_why_somebody_is_away_stands_only_in_the_log_where_it_can_be_erased(waterveen: Here) -> None:
    """It may say something of somebody's health (AVG art. 9)."""
    tell(waterveen, "noor", until=FRIDAY, reason="gebroken been", body="hoofd")

    with waterveen.store.write() as tx:
        (entry,) = log.history(tx, "absence/noor")
        assert (entry.actor, entry.on_behalf_of, entry.kind) == ("coordinator", "hoofd", "absence.absent")
        assert entry.payload and entry.payload["reason"] == "gebroken been"
        log.erase(tx, entry.seq, at(waterveen, MONDAY), "coordinator", "AVG art. 17")
        assert log.verify(tx) is None
    with waterveen.store.read() as tx:
        everything = [str(row) for row in tx.exec_driver_sql("select * from absence")]
        everything += [str(row) for row in tx.exec_driver_sql("select * from event_payload")]
    assert "gebroken" not in " ".join(everything)
    assert acts(waterveen, "noor", FRIDAY) == "lea", "the absence itself still counts"


# --- whoever reads a letter


class TestALetter:
    def write(self, here: Here, to: str, day: date, key: str = "2027/x") -> outbox.NewMessage:
        organisation = here.organisation
        return letters.write(
            here,
            "plans/returned.mail",
            organisation.bodies.get(to) or organisation.people[to],
            key=key,
            at=at(here, day),
            thread="2027/plan/ib/request",
            year=2027,
            subject_name="informatiebeveiliging",
            returned_by="gemeentesecretaris",
            returned_on=day,
            deadline=FRIDAY,
            reason="het geld klopt niet",
            joint=False,
        )

    def test_goes_to_the_substitute_and_says_for_whom_it_is(self, waterveen: Here) -> None:
        tell(waterveen, "noor", until=FRIDAY)

        letter = self.write(waterveen, "noor", MONDAY)

        assert letter.recipient == LEA
        text = " ".join(letter.raw.decode().split())
        assert (
            "Geachte adviseur personeel, Dit bericht is voor de teamleider informatie, die afwezig is."
            in text
        )
        assert "U bent vervanger." in text

    def test_stands_in_the_thread_of_who_it_is_about(self, waterveen: Here) -> None:
        from email import message_from_bytes

        his_own = message_from_bytes(self.write(waterveen, "noor", MONDAY).raw)
        tell(waterveen, "noor", until=FRIDAY)
        for_another = message_from_bytes(self.write(waterveen, "noor", MONDAY).raw)

        assert for_another["In-Reply-To"] == his_own["In-Reply-To"]
        assert for_another["Message-ID"] != his_own["Message-ID"]

    def test_says_that_there_is_no_substitute_to_the_head_who_gets_it(self, waterveen: Here) -> None:
        tell(waterveen, "bas", until=FRIDAY)

        letter = self.write(waterveen, "bas", MONDAY)

        assert letter.recipient == "hoofd@waterveen.example"
        text = " ".join(letter.raw.decode().split())
        assert "Er is nu geen vervanger. Daarom krijgt u het." in text

    def test_written_on_saturday_goes_to_who_acts_on_monday(self, waterveen: Here) -> None:
        saturday = date(2027, 4, 10)
        tell(waterveen, "noor", on=MONDAY, until=FRIDAY, told_on=date(2027, 4, 9))

        assert self.write(waterveen, "noor", saturday).recipient == LEA
        assert self.write(waterveen, "noor", date(2027, 4, 9)).recipient == NOOR

    def test_that_the_substitute_gets_anyway_comes_once(self, waterveen: Here, mailbox: Mailbox) -> None:
        tell(waterveen, "noor", until=FRIDAY)
        both = [self.write(waterveen, to, MONDAY) for to in ("noor", "lea")]

        with waterveen.store.write() as tx:
            queued = [outbox.queue(tx, letter, at(waterveen, MONDAY)) for letter in both]

        assert queued == [True, False]
        mailbox.deliver(MONDAY)
        assert len(mailbox.subjects(LEA)) == 1

    def test_to_a_body_goes_to_its_address(self, waterveen: Here) -> None:
        assert self.write(waterveen, "college", MONDAY).recipient == "college@waterveen.example"


# --- files


def file(tmp_path: Path, text: str, name: str = "verlof.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


CSV = """\
persoon;eerste dag;laatste dag;vervanger
noor;12 april 2027;16-04-2027;
teamleider gebouwen;2027-04-12;;Adviseur Personeel
LEA@waterveen.example;1/6/2027;4 juni 2027;noor
"""


class TestATable:
    def test_is_taken_in_by_id_function_or_address_and_with_dutch_dates(
        self, waterveen: Here, tmp_path: Path
    ) -> None:
        outcome = actions.take_in(waterveen, file(tmp_path, CSV), "coordinator", at(waterveen, MONDAY))

        assert outcome == [
            Note("noor", "absent", MONDAY, FRIDAY),
            Note("bas", "absent", MONDAY, None, "lea"),
            Note("lea", "absent", date(2027, 6, 1), date(2027, 6, 4), "noor"),
        ]
        assert acts(waterveen, "bas", date(2028, 1, 1)) == "lea"

    def test_taken_in_twice_adds_nothing(self, waterveen: Here, tmp_path: Path) -> None:
        for expected in (3, 0):
            outcome = actions.take_in(waterveen, file(tmp_path, CSV), "coordinator", at(waterveen, MONDAY))
            assert len(outcome) == expected

    def test_with_mistakes_names_each_line_and_nothing_of_it_counts(
        self, waterveen: Here, tmp_path: Path
    ) -> None:
        text = CSV + "piet;morgen;;\nnoor;2027-05-02;2027-05-01;noor\nbas;31 april 2027;;\n"
        outcome = actions.take_in(waterveen, file(tmp_path, text), "coordinator", at(waterveen, MONDAY))

        assert [str(one) for one in outcome] == [
            "verlof.csv:5: persoon: 'piet' kennen wij niet; schrijf de korte naam, de functie of het "
            "mailadres uit organisation.yaml",
            "verlof.csv:5: eerste dag: 'morgen' is geen datum; schrijf een datum als 14 april 2027, "
            "14-04-2027 of 2027-04-14",
            "verlof.csv:6: vervanger: niemand vervangt zichzelf; noem iemand anders of laat de cel leeg",
            "verlof.csv:6: laatste dag: ligt voor de eerste dag; verbeter een van beide data",
            "verlof.csv:7: eerste dag: '31 april 2027' is geen datum; schrijf een datum als 14 april 2027, "
            "14-04-2027 of 2027-04-14",
        ]
        with waterveen.store.read() as tx:
            assert records.known(tx).notes == ()

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("naam;van;tot\nnoor;2027-04-12;\n", "verlof.csv:1: de eerste regel noemt niet de kolommen"),
            ("persoon;eerste dag;laatste dag\n", "verlof.csv:1: hier staat geen afwezigheid in"),
            ('persoon;eerste dag;laatste dag\n"noor;2027-04-12;\n', "deze regel is niet te lezen als tabel"),
        ],
    )
    def test_that_is_none_is_refused(self, waterveen: Here, tmp_path: Path, text: str, told: str) -> None:
        (mistake,) = actions.take_in(waterveen, file(tmp_path, text), "coordinator", at(waterveen, MONDAY))
        assert isinstance(mistake, Mistake) and told in str(mistake)

    def test_that_is_no_text_is_refused(self, waterveen: Here, tmp_path: Path) -> None:
        path = tmp_path / "verlof.csv"
        path.write_bytes(b"persoon;eerste dag;laatste dag\nco\xf6rdinator;2027-04-12;\n")
        (mistake,) = actions.take_in(waterveen, path, "coordinator", at(waterveen, MONDAY))
        assert "bewaar het bestand als tekst (UTF-8)" in str(mistake)


def calendar(*entries: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *entries, "END:VCALENDAR", ""])


def entry(*lines: str, uid: str = "1@x") -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


ALL_DAY = ("DTSTART;VALUE=DATE:20270412", "DTEND;VALUE=DATE:20270417")


class TestACalendarFile:
    def read(self, here: Here, tmp_path: Path, text: str) -> list[Note] | list[Mistake]:
        path = file(tmp_path, text, "verlof.ics")
        return actions.take_in(here, path, "coordinator", at(here, MONDAY))

    @pytest.mark.parametrize(
        "who",
        [
            'ATTENDEE;CN="Noor: de Vries";PARTSTAT=ACCEPTED:mailto:Noor@waterveen.example',
            "ORGANIZER:MAILTO:noor@waterveen.example",
            "SUMMARY:Vakantie Teamleider Informatie",
            "SUMMARY:afwezig\\, noor",
            "SUMMARY:Teamleider inf\r\n ormatie weg",
        ],
    )
    def test_says_whose_absence_it_is_by_address_function_or_id(
        self, waterveen: Here, tmp_path: Path, who: str
    ) -> None:
        outcome = self.read(waterveen, tmp_path, calendar(entry(who, *ALL_DAY)))

        assert outcome == [Note("noor", "absent", MONDAY, FRIDAY, uid="1@x")]

    @pytest.mark.parametrize(
        ("lines", "first", "last"),
        [
            (ALL_DAY, MONDAY, FRIDAY),
            (("DTSTART;VALUE=DATE:20270412",), MONDAY, MONDAY),
            (("DTSTART;VALUE=DATE:20270412", "DURATION:P1W"), MONDAY, date(2027, 4, 18)),
            (
                ("DTSTART;TZID=W. Europe Standard Time:20270412T083000", "DTEND:20270416T170000"),
                MONDAY,
                FRIDAY,
            ),
            (("DTSTART:20270411T220000Z", "DTEND:20270416T220000Z"), MONDAY, FRIDAY),  # midnight in summer
            (("DTSTART:20270412T090000", "DURATION:PT8H"), MONDAY, MONDAY),
        ],
    )
    def test_counts_the_days_that_it_touches_and_not_its_end(
        self, lines: tuple[str, ...], first: date, last: date
    ) -> None:
        (found,) = events(calendar(entry("SUMMARY:noor", *lines)), "Europe/Amsterdam")

        assert isinstance(found, Event)
        assert (found.first, found.last) == (first, last)

    def test_seen_before_is_not_doubled_and_a_change_takes_its_place(
        self, waterveen: Here, tmp_path: Path
    ) -> None:
        first = calendar(entry("SUMMARY:noor", *ALL_DAY))
        assert len(self.read(waterveen, tmp_path, first)) == 1
        assert self.read(waterveen, tmp_path, first) == []

        shorter = ("DTSTART;VALUE=DATE:20270412", "DTEND;VALUE=DATE:20270414")
        assert len(self.read(waterveen, tmp_path, calendar(entry("SUMMARY:noor", *shorter)))) == 1
        assert acts(waterveen, "noor", date(2027, 4, 13)) == "lea"
        assert acts(waterveen, "noor", FRIDAY) == "noor"

        gone = calendar(entry("SUMMARY:noor", "STATUS:CANCELLED", *shorter))
        assert len(self.read(waterveen, tmp_path, gone)) == 1
        assert acts(waterveen, "noor", MONDAY) == "noor"
        with waterveen.store.read() as tx:
            assert len(records.known(tx).notes) == 3, "what was told before stays"

    def test_with_what_cannot_be_read_names_each_line_and_nothing_of_it_counts(
        self, waterveen: Here, tmp_path: Path
    ) -> None:
        text = calendar(
            entry("SUMMARY:noor", *ALL_DAY),
            entry("SUMMARY:noor", "RRULE:FREQ=WEEKLY", *ALL_DAY, uid="2@x"),
            entry("SUMMARY:noor en bas", *ALL_DAY, uid="3@x"),
            entry("SUMMARY:noor", "DTSTART:20270230", uid="4@x"),
            "dit is geen regel",
        )

        outcome = self.read(waterveen, tmp_path, text)

        assert [(one.line, one.field) for one in outcome if isinstance(one, Mistake)] == [
            (12, "RRULE"),
            (16, "VEVENT"),
            (25, "DTSTART"),
            (27, ""),
        ]
        assert "zet elke periode apart in de agenda" in str(outcome[0])
        with waterveen.store.read() as tx:
            assert records.known(tx).notes == ()

    def test_cut_off_is_refused(self, waterveen: Here, tmp_path: Path) -> None:
        text = calendar(entry("SUMMARY:noor", *ALL_DAY)).removesuffix("END:VCALENDAR\r\n")
        (mistake,) = self.read(waterveen, tmp_path, text)
        assert "verlof.ics:1: BEGIN: er ontbreekt een END" in str(mistake)

    def test_with_alarms_and_zones_in_it_is_read_all_the_same(self, waterveen: Here, tmp_path: Path) -> None:
        rule = "BEGIN:STANDARD\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD"
        zone = f"BEGIN:VTIMEZONE\r\nTZID:x\r\n{rule}\r\nEND:VTIMEZONE"
        alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nUID:alarm\r\nEND:VALARM"
        outcome = self.read(waterveen, tmp_path, calendar(zone, entry("SUMMARY:noor", *ALL_DAY, alarm)))
        assert outcome == [Note("noor", "absent", MONDAY, FRIDAY, uid="1@x")]


PRINTABLE = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)


@given(
    st.dates(date(2026, 1, 1), date(2030, 12, 31)),
    st.integers(1, 60),
    PRINTABLE,
    st.booleans(),
)
def test_what_another_program_wrote_is_read_with_the_same_days_and_words(
    first: date, length: int, title: str, timed: bool
) -> None:
    """Folded lines, escapes and parameters as the library icalendar writes them."""
    from icalendar import Calendar, vCalAddress
    from icalendar import Event as Written

    made = Written()
    made.add("uid", "x@y")
    made.add("summary", title)
    last = first + timedelta(days=length - 1)
    if timed:
        made.add("dtstart", datetime.combine(first, time(8, 30), ZoneInfo("Europe/Amsterdam")))
        made.add("dtend", datetime.combine(last, time(17), ZoneInfo("Europe/Amsterdam")))
    else:
        made.add("dtstart", first)
        made.add("dtend", last + timedelta(days=1))
    guest = vCalAddress("mailto:noor@waterveen.example")
    guest.params["CN"] = "Noor; de Vries, afdeling: informatie"
    made.add("attendee", guest)
    whole = Calendar()
    whole.add_component(made)

    (found,) = events(whole.to_ical().decode(), "Europe/Amsterdam")

    assert isinstance(found, Event), found
    assert (found.first, found.last) == (first, last)
    assert found.attendees == ("noor@waterveen.example",)
    assert found.summary == title


def test_the_command_takes_a_list_in_and_says_what_it_understood(
    waterveen: Here, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config, path = str(waterveen.config.folder), str(file(tmp_path, CSV))

    assert main(["absences", path, "--config", config, "--as-of", "2027-04-12"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Teamleider informatie afwezig: 12 april 2027 tot en met 16 april 2027.",
        "Teamleider gebouwen afwezig: 12 april 2027 zonder einde; de adviseur personeel vervangt.",
        "Adviseur personeel afwezig: 1 juni 2027 tot en met 4 juni 2027; de teamleider informatie vervangt.",
    ]
    assert main(["absences", path, "--config", config, "--as-of", "2027-04-12"]) == 0
    assert capsys.readouterr().out == "Alles hiervan was al bekend.\n"
    bad = str(file(tmp_path, "persoon;eerste dag;laatste dag\npiet;2027-04-12;\n"))
    assert main(["absences", bad, "--config", config, "--as-of", "2027-04-12"]) == 1
    assert "verlof.csv:2: persoon: 'piet' kennen wij niet" in capsys.readouterr().err


# --- whatever the chain is


PEOPLE = [f"p{n}" for n in range(6)]


@st.composite
def towns(draw: st.DrawFn) -> tuple[Organisation, Absences, set[str]]:
    """Six people with substitutes at random, rings among them, and some of them away."""
    whom = st.sampled_from(["", *PEOPLE])
    people = {id: Person(id, id, f"{id}@x.example", substitute=draw(whom)) for id in PEOPLE}
    made, _ = load(SHIPPED)
    assert made is not None
    theme = replace(made.organisation.themes["ib"], owner="p0")
    department = replace(made.organisation.departments["ia"], head=draw(st.sampled_from(PEOPLE)))
    organisation = replace(
        made.organisation,
        people=people,
        themes={"ib": theme},
        departments={"ia": department},
        coordinator=draw(st.sampled_from(PEOPLE)),
        secretary=draw(st.sampled_from(PEOPLE)),
    )
    away = draw(st.sets(st.sampled_from(PEOPLE)))
    return organisation, Absences(tuple(Note(id, "absent", MONDAY, FRIDAY) for id in sorted(away))), away


@given(towns())
def test_nobody_absent_acts_while_anybody_of_chain_head_or_coordinator_is_there(
    town: tuple[Organisation, Absences, set[str]],
) -> None:
    organisation, absences, away = town
    owner = organisation.people["p0"]

    found = acting(organisation, absences, owner, MONDAY)

    whole_chain = [one.id for one in chain(organisation, absences, owner, MONDAY)]
    assert len(whole_chain) == len(set(whole_chain)), "a ring is gone round once"
    near = [*whole_chain, organisation.departments["ia"].head, organisation.coordinator]
    there = [id for id in near if id not in away]
    if there:
        assert found.person.id not in away
    if set(whole_chain) - away:
        assert found.person.id == next(id for id in whole_chain if id not in away)
        assert found.chosen
    assert ("p0" in found.behalf_of) == (found.person.id != "p0")
    assert all(id in away for id in found.behalf_of)


@given(towns(), st.sets(st.sampled_from(PEOPLE), max_size=3))
def test_it_never_comes_to_who_is_barred_while_anybody_else_is_there(
    town: tuple[Organisation, Absences, set[str]], barred: set[str]
) -> None:
    organisation, absences, away = town

    found = acting(organisation, absences, organisation.people["p0"], MONDAY, barred)

    last = {organisation.coordinator, organisation.secretary}
    if last - away - barred:
        assert found.person.id not in away | barred
