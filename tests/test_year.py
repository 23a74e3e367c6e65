"""The whole year of Elzenwaard: what was sent follows from calendar and case, and what came out is right."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from subprocess import run
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from jaarring import cycle, decide
from jaarring.absences.records import known
from jaarring.absences.rules import acting
from jaarring.adjustments import rules
from jaarring.cli import main
from jaarring.decide import Request
from jaarring.demo import case
from jaarring.demo.case import HandIn
from jaarring.demo.play import Demo
from jaarring.governance import Organisation
from jaarring.here import municipality
from jaarring.ledger.decisions import Entry
from jaarring.occasions import ASKS, Duty, Occasion
from jaarring.occasions.year import occasions
from jaarring.questions import records as questions
from jaarring.rights import holders, thing_of, voice
from tests import need, played

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
#: words of the secret measure's title and of what it is about
SECRET = ("persoonsbeveiliging", "bestuurders")

Post = Counter[tuple[date, str]]


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return played.year(tmp_path_factory.mktemp("direct") / "demo")


@pytest.fixture(scope="module")
def oib(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return played.year(tmp_path_factory.mktemp("oib") / "demo", "oib")


@pytest.fixture(params=["direct", "oib"])
def demo(request: pytest.FixtureRequest) -> Demo:
    made: Demo = request.getfixturevalue(request.param)
    return made


def messages(demo: Demo) -> list[EmailMessage]:
    files = sorted((demo.out / "mails").glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def day_of(message: EmailMessage) -> date:
    return datetime.strptime(str(message["Date"]), "%a, %d %b %Y %H:%M:%S %z").astimezone(AMSTERDAM).date()


def is_letter(message: EmailMessage) -> bool:
    """Whether it is somebody's one letter of a day, with what is asked and told."""
    return re.fullmatch(r"ask/[^/]+/[0-9-]{10}", str(message["X-Jaarring-Occasion"])) is not None


def about_answers(message: EmailMessage) -> bool:
    """Whether it is such a letter, or the receipt of an answer to one."""
    return str(message["X-Jaarring-Occasion"]).startswith("ask/")


def sent(demo: Demo) -> Post:
    """What was really sent, but for letters that ask and tell: day and address of every message."""
    return Counter(
        (day_of(message), message["To"].addresses[0].addr_spec)
        for message in messages(demo)
        if not about_answers(message)
    )


def letters(demo: Demo) -> Post:
    """The letters of the day: day and address of each."""
    return Counter(
        (day_of(message), message["To"].addresses[0].addr_spec)
        for message in messages(demo)
        if is_letter(message)
    )


class Expected:
    """What must be sent, worked out from the calendar, the lines and the case alone."""

    def __init__(self, demo: Demo) -> None:
        with municipality(demo.config) as here:
            self.organisation: Organisation = here.organisation
            self.calendar = here.schedule.calendar
            self.dated = occasions(here.organisation, here.schedule, 2027)
            self.theme_of = {measure.id: measure.theme for measure in here.framework.measures}
            self.department_of = {measure.id: measure.department for measure in here.framework.measures}
        self.case = case.read(demo.variant)
        self.joint = demo.variant == "oib"

    def mail(self, person: str) -> str:
        return self.organisation.people[person].mail

    def owner(self, duty: Duty) -> str:
        if duty.kind == "account":
            return self.organisation.departments[duty.subject].head
        theme = self.organisation.themes.get(duty.subject)
        return theme.owner if theme else "directeur-bedrijfsvoering"

    def handed_in(self) -> dict[str, tuple[date, str]]:
        """For each duty the day and way of its first hand-in."""
        first: dict[str, tuple[date, str]] = {}
        for form in self.case.hand_ins:
            first.setdefault(form.duty, (form.on, form.way))
        for command in self.case.commands:
            if command.words[2] == "submit":
                first.setdefault(command.words[1], (command.on, "submit"))
        return first

    def asks(self) -> Post:
        """Requests, reminders, notices and escalations to whoever had not handed in that morning."""
        post: Post = Counter()
        first = self.handed_in()
        for one in self.dated:
            if one.kind not in ASKS:
                continue
            on, way = first[one.duty]
            if one.due < on or (one.due == on and way == "submit"):
                for person in self.asked(one):
                    post[one.due, self.mail(person)] += 1
        return post

    def asked(self, one: Occasion) -> list[str]:
        duty = Duty(one.duty)
        owner = self.owner(duty)
        if one.kind != "escalate":
            return [owner]
        if duty.kind == "account":
            return ["secretaris", owner]
        head = self.organisation.departments[self.organisation.themes[duty.subject].department].head
        ladder = [head, "directeur-bedrijfsvoering", "secretaris"] if self.joint else [head, "secretaris"]
        return [ladder[{3: 0, 5: 1, 7: 2}[one.offset]], owner]

    def receipts(self) -> Post:
        """A receipt for each form, to who owed it; of a plan to the coordinator too. Of an account he reads
        in his letter that it came.
        """
        post: Post = Counter()
        for form in self.case.hand_ins:
            duty = Duty(form.duty)
            for person in (self.acting(form) or self.owner(duty), *(["coordinator"][duty.kind != "plan" :])):
                post[form.on, self.mail(person)] += 1
        return post

    def away(self) -> list[tuple[str, date, date, str]]:
        """Who was said to be away, when that was told, until when, and who stands in."""
        absent = [one for one in self.case.commands if one.words[1].startswith("absence/")]
        told = [one for one in absent if one.words[2] == "record"]
        return [
            (
                one.words[1].removeprefix("absence/"),
                one.on,
                date.fromisoformat(one.words[one.words.index("--until") + 1]),
                one.words[one.words.index("--person") + 1],
            )
            for one in told
        ]

    def acting(self, form: HandIn) -> str:
        """Who stands in for who owes it, and so gets the post about it; empty where nobody does."""
        owner = self.owner(Duty(form.duty))
        away = self.away()
        return next((other for who, on, to, other in away if who == owner and on < form.on <= to), "")

    def handovers(self) -> Post:
        """Whoever comes to stand in is asked, the working day after, for what has not come."""
        post: Post = Counter()
        asked = {one.duty: one.due for one in self.dated if one.kind == "request"}
        for who, on, to, other in self.away():
            for form in self.case.hand_ins:
                if self.owner(Duty(form.duty)) == who and asked[form.duty] <= on < form.on <= to:
                    post[self.calendar.shift(on, 1), self.mail(other)] += 1
        return post

    def decisions(self) -> Post:
        """What the decisions of the case cause: a form returned, an adjustment asked and decided, reports."""
        post: Post = Counter()
        (back,) = [one for one in self.case.replies if one.choice == "return"]
        post[back.on, self.mail(self.owner(Duty(back.about)))] += 1
        touched = {"M20", "M11", "M25"}
        people = {self.organisation.themes[self.theme_of[id]].owner for id in touched}
        people |= {self.organisation.departments[self.department_of[id]].head for id in touched}
        for person in people:
            post[date(2027, 8, 31), self.mail(person)] += 1
        post[date(2028, 3, 29), self.organisation.bodies["raad"].mail] += 1
        if self.joint:
            post[date(2026, 10, 1), self.mail("directeur-bedrijfsvoering")] += 1
        return post

    def all(self) -> Post:
        return self.asks() + self.handovers() + self.receipts() + self.decisions()


def test_number_dates_and_addressees_of_all_mails_follow_from_calendar_and_case(demo: Demo) -> None:
    expected = Expected(demo).all()

    assert sent(demo) == expected
    assert sum(expected.values()) > 130, "the control: a year has many"


class TestTheLettersOfTheDay:
    """What is asked and told goes in one letter a person a day; each has its cause, and its day."""

    def test_R5_nobody_gets_two_on_one_day(self, demo: Demo) -> None:
        assert max(letters(demo).values()) == 1 and sum(letters(demo).values()) > 100

    def test_R5_every_question_was_asked_of_who_must_answer_on_its_day(self, demo: Demo) -> None:
        """On the day on which it came up, or the working day after where that morning was past."""
        with municipality(demo.config) as here:
            with here.store.read() as tx:
                asked = {one.key: one for one in questions.all_of(tx)}
                carried = tx.exec_driver_sql("select occasion, message from carried").all()
        came = {str(message["X-Jaarring-Occasion"]): message for message in messages(demo)}
        first = {key: came[by] for key, by in carried if key.endswith("/request") and by in came}
        found = 0
        for key, one in asked.items():
            if f"{key}/request" not in first:
                assert one.state != "open", f"{key} is open and was never asked"
                continue
            day = day_of(first[f"{key}/request"])
            assert one.on <= day <= here.schedule.calendar.shift(one.on, 1), key
            found += 1
        assert found > 50, "the control: a year asks much"

    def test_R5_after_an_answer_nobody_is_asked_again(self, demo: Demo) -> None:
        with municipality(demo.config) as here, here.store.read() as tx:
            answered = {one.key: one.answered_at for one in questions.all_of(tx) if one.answered_at}
            carried = tx.exec_driver_sql("select occasion, message from carried").all()
        days = {str(message["X-Jaarring-Occasion"]): day_of(message) for message in messages(demo)}
        for occasion, message in carried:
            for key, at in answered.items():
                if occasion.startswith(f"{key}/"):
                    assert days[message] <= at.astimezone(AMSTERDAM).date(), occasion
        assert len(answered) > 30, "the control: the year is decided by forms"

    def test_R5_every_choice_that_was_offered_can_be_recorded(self, demo: Demo) -> None:
        with municipality(demo.config) as here:
            with here.store.read() as tx:
                asked = questions.all_of(tx)
            for one in asked:
                for choice in one.question.choices:
                    subject = one.question.subject
                    entry = Entry(subject, choice.verb, one.question.asked_of, date(2027, 1, 1), "", "")
                    at = cycle.moment(here, date(2027, 1, 1))
                    decide._route(Request(here, subject, choice.verb, entry, "x", at))  # else Refused
        assert {one.question.kind for one in asked} >= {
            "judge",
            "adopt",
            "note",
            "advise",
            "decide",
            "choose",
        }

    def test_R14_every_decision_was_told_down_up_and_across_and_it_is_known_when(self, demo: Demo) -> None:
        with municipality(demo.config) as here, here.store.read() as tx:
            rows = tx.exec_driver_sql(
                "select d.subject, n.direction, n.message, m.sent_at from notice n "
                "join decision d on d.id = n.decision left join message m on m.occasion = n.message"
            ).all()
        waiting = [subject for subject, _, message, sent_at in rows if not (message and sent_at)]
        assert waiting == []
        directions: dict[str, set[str]] = {}
        for subject, direction, _, _ in rows:
            directions.setdefault(subject, set()).add(direction)
        for subject in (
            "2027/frame/board",
            "2027/plan/adopt",
            "2027/Q1/tactical/board",
            "2027/council/adopt",
        ):
            assert directions[subject] == {"down", "up", "across"}, subject
        assert directions["BV-2027-01"] >= {"up"}, "those whom it touches have a letter of its own"

    def test_R14_what_only_informs_comes_at_most_once_a_week(self, demo: Demo) -> None:
        """On its last working day; but for what is about somebody's own work, which goes at once."""
        with municipality(demo.config) as here, here.store.read() as tx:
            calendar = here.schedule.calendar
            rows = tx.exec_driver_sql("select message, title from notice").all()
        own = {str(message) for message, title in rows if not str(title).startswith(self.NEWS)}
        news = [
            message
            for message in messages(demo)
            if str(message["Subject"]).startswith("Ter informatie")
            and str(message["X-Jaarring-Occasion"]) not in own
        ]
        days = [day_of(message) for message in news]
        assert [day for day in days if day != calendar.last_of_week(day)] == []
        assert len(news) > 50, "the control: a year tells much"

    #: how the titles begin of what is told to many
    NEWS = ("kader", "strategisch kader", "jaarplannen 2027", "tactische", "raadsrapportage", "signaal bij")


def test_nobody_gets_a_mail_on_a_closed_day(demo: Demo) -> None:
    with municipality(demo.config) as here:
        days = {day_of(message) for message in messages(demo)}
        closed = [day for day in days if not here.schedule.calendar.is_working_day(day)]
    assert closed == []


def test_R18_no_mail_about_a_plan_or_account_reaches_who_may_not_see_it(demo: Demo) -> None:
    """Whoever got one, draft or not, sees it by the lines, or acts that day for somebody who does."""
    with municipality(demo.config) as here, here.store.read() as tx:
        mails = "select occasion, recipient, sent_at from message where state = 'sent'"
        away, wrong, about = known(tx), [], Counter[str]()
        for occasion, to, sent_at in tx.exec_driver_sql(mails):
            thing = thing_of(occasion)
            if thing.kind not in ("plan", "report", "account", "joint"):
                continue
            day = date.fromisoformat(str(sent_at)[:10])
            organisation = here.on(day).organisation
            people = organisation.people
            seen = [voice(organisation, id) for id in holders(organisation, "see", thing)]
            seeing = [people[id] for id in seen if id in people]
            acts = {acting(organisation, away, person, day).person.mail for person in seeing}
            about[thing.kind] += 1
            if to not in acts | {person.mail for person in seeing}:
                wrong.append((occasion, to))
    assert wrong == []
    assert {"plan", "report", "account"} <= set(about) and about.total() > 100


def test_every_message_asks_for_no_answer_of_a_machine_and_can_be_answered_by_a_person(demo: Demo) -> None:
    for message in messages(demo):
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["Reply-To"].addresses[0].addr_spec == "integrale.beveiliging@elzenwaard.example"
        assert len(message["To"].addresses) == 1


class TestTheLateOwner:
    """FB in the third quarter: nothing on 14 October, handed in on the 22nd by the substitute."""

    def about(self, demo: Demo) -> list[tuple[date, str]]:
        found = []
        for message in messages(demo):
            key = str(message["X-Jaarring-Occasion"])
            if key.startswith("2027/Q3/report/fb/") and "receipt" not in key:
                day = datetime.strptime(str(message["Date"]), "%a, %d %b %Y %H:%M:%S %z")
                found.append((day.astimezone(AMSTERDAM).date(), message["To"].addresses[0].username))
        return sorted(found)

    OWNER, HEAD = "teamleider.facilitair", "hoofd.fzh"

    def test_is_asked_reminded_and_escalated_to_head_and_secretary(self, direct: Demo) -> None:
        assert [one for one in self.about(direct) if one[0] < date(2027, 10, 22)] == [
            (date(2027, 10, 1), self.OWNER),
            (date(2027, 10, 7), self.OWNER),
            (date(2027, 10, 12), self.OWNER),
            (date(2027, 10, 15), self.OWNER),
            (date(2027, 10, 19), self.HEAD),
            (date(2027, 10, 19), self.OWNER),
            (date(2027, 10, 21), "secretaris"),
            (date(2027, 10, 21), self.OWNER),
        ]

    def test_goes_to_the_chair_under_the_joint_body_and_never_reaches_the_secretary(self, oib: Demo) -> None:
        told = [who for _, who in self.about(oib)]
        chair = Expected(oib).mail("directeur-bedrijfsvoering").split("@")[0]
        assert chair in told
        assert "secretaris" not in told

    def test_has_a_substitute_from_the_day_one_was_named(self, demo: Demo) -> None:
        """Named on 21 October: asked the day after, and in January the owner reads who can stand in."""
        asked = {
            str(one["X-Jaarring-Occasion"]): " ".join(one.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
            for one in messages(demo)
        }
        assert "huisvesting" not in asked["2027/Q3/report/fb/request"].lower()
        handed_over = asked["2027/Q3/report/fb/handover/medewerker-huisvesting"]
        assert "voor teamleider Facilitair" in handed_over or "voor de teamleider Facilitair" in handed_over
        assert "senior medewerker huisvesting" in asked["2027/Q4/report/fb/request"]

    def test_is_handed_in_for_by_the_substitute_and_told_so(self, demo: Demo) -> None:
        receipt = next(
            one for one in messages(demo) if one["X-Jaarring-Occasion"] == "2027/Q3/report/fb/receipt/1"
        )
        body = receipt.get_body(("plain",))
        assert body is not None
        assert "senior medewerker huisvesting" in " ".join(body.get_content().split())

    def test_counts_as_four_of_five_in_time_without_a_name(self, direct: Demo) -> None:
        text = words(direct, "tactische-rapportage-2027-3e-kwartaal")
        assert "kwamen 4 van 5 verantwoordingen op tijd binnen. Eén kwam te laat." in text


class TestReports:
    def test_there_are_four_tactical_reports_in_two_forms(self, demo: Demo) -> None:
        names = sorted(file.name for file in (demo.out / "rapportages").glob("tactische*"))
        assert names == [
            f"tactische-rapportage-2027-{quarter}e-kwartaal.{form}"
            for quarter in (1, 2, 3, 4)
            for form in ("html", "pdf")
        ]

    def test_the_second_quarter_spent_318_400(self, demo: Demo) -> None:
        text = words(demo, "tactische-rapportage-2027-2e-kwartaal")
        assert "Besteed is € 318.400 van € 750.000." in text
        assert "Wij vragen u een besluit over bijsturingsvoorstel BV-2027-01." in text
        assert "Advies Concerncontroller: Met € 18.000 kan het ook" in text

    def test_the_council_reads_750_000_and_722_500_on_the_page_and_in_the_pdf(self, demo: Demo) -> None:
        for text in (
            words(demo, "raadsrapportage-2027-openbaar"),
            pdf(demo, "raadsrapportage-2027-openbaar"),
        ):
            assert "€ 722.500" in text and "€ 750.000" in text and "€ 27.500" in text
            assert "Wij haalden in 2027 vijf van onze zes doelen." in text

    def test_the_council_report_has_at_most_eight_pages_before_the_annex(self, demo: Demo) -> None:
        """Who gets more, reads less (domain page, trap 14); the closed annex is a paper of its own."""
        for edition in ("openbaar", "intern"):
            with pikepdf.open(demo.out / "rapportages" / f"raadsrapportage-2027-{edition}.pdf") as file:
                assert 4 <= len(file.pages) <= 8, edition

    def test_the_council_report_is_the_adopted_one_with_its_decision(self, demo: Demo) -> None:
        text = words(demo, "raadsrapportage-2027-openbaar")
        assert "21 maart 2028, nr. 2028-B-0097" in text
        assert "Concept" not in text

    def test_the_plan_shows_the_adjustment_old_and_new(self, demo: Demo) -> None:
        text = words(demo, "jaarplan-2027-bedrijfscontinuiteit", "plannen")
        assert "BV-2027-01" in text
        for amount in ("€ 140.000", "€ 158.000", "€ 48.000", "€ 66.000"):
            assert amount in text, amount
        assert "30 juni 2027" in text and "30 september 2027" in text

    def test_every_figure_of_the_council_report_stands_in_a_form_or_a_decision(self, direct: Demo) -> None:
        """The theme figures are those that the owners stated in their last account."""
        text = words(direct, "raadsrapportage-2027-openbaar")
        stated = [
            form.answers["geld", "thema", "besteed"]
            for form in case.read("direct").hand_ins
            if form.duty.startswith("2027/Q4/report/")
        ]
        assert len(stated) == 5
        for amount in stated:
            assert f"€ {amount:,}".replace(",", ".") in text


class TestSecrecy:
    def test_no_message_says_a_word_of_the_secret_measure(self, demo: Demo) -> None:
        leaks = [
            f"{message['X-Jaarring-Occasion']}: {name}"
            for message in messages(demo)
            for name, text in everything(message)
            if any(word in text.lower() for word in SECRET)
        ]
        assert leaks == []

    def test_a_plan_with_a_secret_measure_in_it_does_not_travel_by_mail(self, demo: Demo) -> None:
        """Only its form, which has the number alone; the control is the plan of another theme, which does."""
        carried = {}
        for message in messages(demo):
            key = str(message["X-Jaarring-Occasion"])
            if key in ("2027/plan/fb/request", "2027/plan/ib/request"):
                carried[key] = sorted(str(part.get_filename()) for part in message.iter_attachments())
        assert carried == {
            "2027/plan/fb/request": [
                "jaarplan-2027-fysieke-beveiliging-formulier.xlsx",
                "uiterste-datum.ics",
            ],
            "2027/plan/ib/request": [
                "jaarplan-2027-informatiebeveiliging-formulier.xlsx",
                "jaarplan-2027-informatiebeveiliging.html",
                "uiterste-datum.ics",
            ],
        }

    def test_the_public_report_has_neither_number_nor_gap(self, demo: Demo) -> None:
        for text in (
            words(demo, "raadsrapportage-2027-openbaar"),
            pdf(demo, "raadsrapportage-2027-openbaar"),
        ):
            assert not any(word in text.lower() for word in SECRET)
            assert "M10" not in text and "€ 40.000" not in text and "€ 38.600" not in text
            assert "Van de 24 maatregelen in deze versie" in text

    def test_the_search_is_not_blind(self, demo: Demo) -> None:
        """The control: the closed annex does name it."""
        text = words(demo, "raadsrapportage-2027-besloten")
        assert all(word in text.lower() for word in SECRET)
        assert "2026-B-0522" in text


class TestTheNextMorning:
    """The store as it stood on 18 October 2027, and the tick of the 19th twice."""

    @pytest.mark.slow
    @pytest.mark.prefect
    def test_escalates_fb_once_and_then_sends_and_writes_nothing(self, tmp_path: Path) -> None:
        demo = played.year(tmp_path / "demo", until=date(2027, 10, 18))
        before = sent(demo)
        command = ["run", "tick", "--config", str(demo.config), "--as-of", "2027-10-19"]

        assert main(command) == 0
        new = sent(demo) - before
        assert new == {
            (date(2027, 10, 19), "hoofd.fzh@elzenwaard.example"): 1,
            (date(2027, 10, 19), "teamleider.facilitair@elzenwaard.example"): 1,
        }
        stored = dump(demo)

        assert main(command) == 0
        assert sent(demo) == before + new
        assert dump(demo) == stored


class TestVariants:
    def test_one_line_of_the_configuration_changes_who_does_what(self, direct: Demo, oib: Demo) -> None:
        """Line by line, the table of lines of the domain reference, as the year shows it."""
        assert self.lines(direct) == {
            "sets objectives for": "gemeentesecretaris",
            "agrees": "niemand",
            "accepts": "gemeentesecretaris",
            "adopts": "college van burgemeester en wethouders",
            "plans": 5,
            "is responsible for": "elk thema voor zijn eigen deel",
            "accepts the account of a theme": {"gemeentesecretaris"},
            "accepts the account of a department": {"gemeentesecretaris"},
            "decides an adjustment within a theme": "secretary",
            "decides an adjustment across themes": "college",
            "asks on behalf of": "de gemeentesecretaris",
            "escalates beyond the head to": "gemeentesecretaris",
            "meets": 0,
            "joint judgement": False,
            "accounts": "thema’s → gemeentesecretaris → "
            "college van burgemeester en wethouders → gemeenteraad",
        }
        assert self.lines(oib) == {
            "sets objectives for": "Overleg Integrale Beveiliging",
            "agrees": "Overleg Integrale Beveiliging",
            "accepts": "gemeentesecretaris",
            "adopts": "college van burgemeester en wethouders",
            "plans": 6,
            "is responsible for": "de thema’s samen",
            "accepts the account of a theme": {"directeur Bedrijfsvoering"},
            "accepts the account of a department": {"gemeentesecretaris"},
            "decides an adjustment within a theme": "oib",
            "decides an adjustment across themes": "college",
            "asks on behalf of": "de voorzitter van het Overleg Integrale Beveiliging",
            "escalates beyond the head to": "directeur Bedrijfsvoering",
            "meets": 4,
            "joint judgement": True,
            "accounts": "thema’s → Overleg Integrale Beveiliging → voorzitter → gemeentesecretaris → "
            "college van burgemeester en wethouders → gemeenteraad",
        }

    def test_the_joint_body_has_a_chapter_of_its_own_and_no_other_changes(
        self, direct: Demo, oib: Demo
    ) -> None:
        for name, extra in (
            ("tactische-rapportage-2027-2e-kwartaal", "Gezamenlijk oordeel"),
            ("raadsrapportage-2027-openbaar", "Wat bereikten we samen?"),
        ):
            jointly = chapters(oib, name)
            assert extra in jointly
            assert [one for one in jointly if one != extra] == chapters(direct, name)

    def lines(self, demo: Demo) -> dict[str, object]:
        plan = words(demo, "jaarplan-2027-fysieke-beveiliging", "plannen")
        council = words(demo, "raadsrapportage-2027-openbaar")
        tactical = words(demo, "tactische-rapportage-2027-2e-kwartaal")
        request = next(m for m in messages(demo) if m["X-Jaarring-Occasion"] == "2027/Q1/report/fb/request")
        further = next(
            m for m in messages(demo) if str(m["X-Jaarring-Occasion"]).endswith("Q3/report/fb/escalate/+5")
        )
        body = request.get_body(("plain",))
        assert body is not None
        asked = re.search(r"namens (.*?),", " ".join(body.get_content().split()))
        with municipality(demo.config) as here, here.store.read() as tx:
            rows = tx.exec_driver_sql("select verb, body from decision where subject like '2027/plan/%'")
            decided = {str(row.verb): str(row.body) for row in rows}
            meetings = tx.exec_driver_sql(
                "select count(*) from decision where subject like '%/meeting'"
            ).scalar()
            accepted = tx.exec_driver_sql("select subject, body from decision where verb = 'accept'").all()
            organisation = here.organisation
        account = re.search(r"Zo loopt de verantwoording: (.*?)\.", council)
        set_by = re.search(r"Opgelegd door (gemeentesecretaris|Overleg Integrale Beveiliging)", plan)
        assert asked and account and set_by

        def named(verb: str) -> str:
            id = decided.get(verb)
            if id is None:
                return "niemand"
            if id == "oib":
                return organisation.joint_body.name if organisation.joint_body else ""
            return (
                organisation.bodies[id].name
                if id in organisation.bodies
                else organisation.people[id].function
            )

        def accepter(pattern: str) -> set[str]:
            return {organisation.people[body].function for key, body in accepted if re.search(pattern, key)}

        def decider(amount: int, *sources: str) -> str:
            theme_of = {"M19": "bc", "M11": "fb"}
            return rules.decider(organisation, "bc", Decimal(amount), sources, theme_of)

        return {
            "is responsible for": "de thema’s samen"
            if "De thema’s zijn samen verantwoordelijk in het Overleg Integrale Beveiliging" in council
            else "elk thema voor zijn eigen deel"
            if "Elk thema is verantwoordelijk voor zijn eigen deel" in council
            else "",
            "accepts the account of a theme": accepter(r"Q\d/report/(?!oib)"),
            "accepts the account of a department": accepter(r"Q\d/account/"),
            "decides an adjustment within a theme": decider(5000, "M19"),
            "decides an adjustment across themes": decider(5000, "M11"),
            "sets objectives for": set_by[1],
            "agrees": named("agree"),
            "accepts": named("accept"),
            "adopts": named("adopt"),
            "plans": sum(
                not file.stem.endswith(("-openbaar", "-besloten"))
                for file in (demo.out / "plannen").glob("*.html")
            ),
            "asks on behalf of": asked[1],
            "escalates beyond the head to": further["To"].addresses[0].display_name,
            "meets": meetings,
            "joint judgement": "Gezamenlijk oordeel" in tactical,
            "accounts": account[1],
        }


class TestTheCase:
    """The people of the case hand in what the domain reference tells of them."""

    def test_the_indicators_are_those_of_the_table(self) -> None:
        table = {
            "G1": "60 63 66 69",
            "G2": "25 31 34 38",
            "G3": "1 1 2 3",
            "G4a": "64 70 73 77",
            "G4b": "97 98 100 100",
            "G5a": "2 3 4 5",
            "G5b": "- 41 - 23",
            "G6": "45 50 55 60",
        }
        assert {id: " ".join(self.cells(id, "stand")) for id in table} == table

    def test_the_ratings_are_those_of_the_table(self) -> None:
        table = {
            "G1": "g g g g",
            "G2": "g g g g",
            "G3": "g o g g",
            "G4a": "g g g g",
            "G4b": "o o g g",
            "G5a": "g o o o",
            "G5b": "- r o g",
            "G6": "g g g g",
        }
        short = {"op koers": "g", "vraagt aandacht": "o", "niet op koers": "r", "niet gemeten": "-"}
        found = {id: " ".join(short[word] for word in self.cells(id, "oordeel")) for id in table}
        assert found == table

    def test_the_theme_figures_add_up(self) -> None:
        def spent(quarter: int) -> list[int]:
            return [
                int(str(form.answers["geld", "thema", "besteed"]))
                for form in self.last(quarter).values()
                if "/report/" in form.duty
            ]

        assert sum(spent(2)) == 318400
        assert sorted(spent(4)) == [35100, 79200, 156900, 219800, 231500]

    def last(self, quarter: int) -> dict[str, HandIn]:
        forms = [one for one in case.read("direct").hand_ins if one.duty.startswith(f"2027/Q{quarter}/")]
        return {form.duty: form for form in forms}

    def cells(self, indicator: str, column: str) -> list[str]:
        found = []
        for quarter in (1, 2, 3, 4):
            answers = {
                key: value for form in self.last(quarter).values() for key, value in form.answers.items()
            }
            found.append(str(answers.get(("indicatoren", indicator, column), "-")))
        return found


def words(demo: Demo, name: str, folder: str = "rapportages") -> str:
    """The words of a page as a reader sees them, on one line, with plain spaces."""
    html = (demo.out / folder / f"{name}.html").read_text(encoding="utf-8")
    body = re.sub(r"(?s)<(style|title)[ >].*?</\1>", " ", html)
    text = re.sub(r"<[^>]+>", " ", body).replace("\u00a0", " ").replace("\u00ad", "")
    return re.sub(r" ([.,;:])", r"\1", " ".join(text.split())).replace("&amp;", "&")


def chapters(demo: Demo, name: str) -> list[str]:
    """The headings of a report, in order."""
    html = (demo.out / "rapportages" / f"{name}.html").read_text(encoding="utf-8")
    return re.findall(r"<h2[^>]*>(.*?)</h2>", html)


def pdf(demo: Demo, name: str) -> str:
    """The words of a PDF, on one line."""
    file = demo.out / "rapportages" / f"{name}.pdf"
    done = run([need.poppler().replace("pdftoppm", "pdftotext"), file, "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().replace("\u00a0", " ").replace("\u00ad", "").split())


def everything(message: EmailMessage) -> list[tuple[str, str]]:
    """Every text in a message: headers, both bodies, and what is in its attachments, unpacked."""
    found = [(name, str(value)) for name, value in message.items()]
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_content()
        name = part.get_filename() or part.get_content_type()
        if isinstance(content, str):
            found.append((name, content))
        elif content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                found += [
                    (f"{name}/{one}", archive.read(one).decode("utf-8", "replace"))
                    for one in archive.namelist()
                ]
        elif content.startswith(b"%PDF"):
            tool = need.poppler().replace("pdftoppm", "pdftotext")
            done = run([tool, "-", "-"], input=content, capture_output=True, check=True)
            found.append((name, done.stdout.decode()))
        else:
            raise AssertionError(f"an attachment nobody looked into: {name}")
    return found


def dump(demo: Demo) -> list[str]:
    """Every row of the store."""
    import sqlite3

    connection = sqlite3.connect(demo.out / "var" / "jaarring.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
