"""A municipality's own templates: they stand in for ours file by file and reach their values alone."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from jaarring import cycle, rounds, steps, verify
from jaarring.config.load import check as check_all
from jaarring.here import Here, municipality
from jaarring.ledger import due, outbox, undeliverable
from jaarring.own import templates
from jaarring.own.check import EXAMPLES, check
from jaarring.own.templates import OURS, replaceable
from jaarring.undelivered import actions as undelivered
from jaarring.undelivered import mending
from tests.conftest import TESTS, Mailbox, at, copied

REQUEST = "reminders/request_report.mail"
ASKED, FRIDAY = date(2027, 4, 1), date(2027, 4, 2)
REQUESTS = [f"2027/Q1/report/{theme}/request" for theme in ("fb", "ib", "pv")]
WORDS = "{% block subject %}Vraag{% endblock %}\n{% block body %}\nBeste collega,\n\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "config" / "eigen"
    copied(TESTS / "waterveen", tmp_path)
    folder.mkdir()
    organisation = tmp_path / "config" / "organisation.yaml"
    organisation.write_text(organisation.read_text("utf-8") + "\ntemplates: eigen\n", "utf-8")
    return folder


def put(own: Path, name: str, text: str) -> None:
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text(text, "utf-8")


def checked(own: Path) -> list[str]:
    """What `jaarring check` says, a line each, without the count and the warnings."""
    return [line for line in check_all(own.parent)[0].splitlines()[:-1] if "waarschuwing" not in line]


def test_every_template_that_may_be_replaced_has_examples() -> None:
    """Else `check` would find nothing in one that stands in for it. Of a new template: `python -m
    tests.own_examples test_room`, with the tests in which it is written.
    """
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    parts = ("_frames/macros.html", "_frames/mail.html", "_frames/mail.txt", "plans/decisions.html")
    whole = {name for name in replaceable() if not name.endswith("parts.html") and name not in parts}
    assert whole <= examples.keys()
    assert len(examples) > 30


def test_ours_themselves_pass_as_a_municipalitys_own(own: Path) -> None:
    """What somebody copies to change a word in works as it is, from plain values in the sandbox."""
    for name in ("reminders/escalate.mail", "post/letter.mail", "tactical/parts.html", "council/parts.html"):
        put(own, name, (OURS / name).read_text("utf-8"))
    assert check(own) == []


def test_an_own_template_says_the_same_as_ours_with_its_own_words(own: Path, mailbox_of: Path) -> None:
    text = (
        (OURS / REQUEST)
        .read_text("utf-8")
        .replace("{% block body %}", "{% block body %}\nHoi, hier is Waterveen.\n")
    )
    put(own, REQUEST, text)
    before, after = asked(mailbox_of), asked(own.parent)
    assert "Hoi, hier is Waterveen." in after and "Hoi" not in before
    assert after.replace("Hoi, hier is Waterveen. ", "") == before


@pytest.fixture
def mailbox_of(tmp_path: Path) -> Path:
    """The same municipality with our templates."""
    (tmp_path / "ons").mkdir()
    return copied(TESTS / "waterveen", tmp_path / "ons")


def asked(config: Path) -> str:
    """The first letter that asks Noor for her account."""
    with municipality(config) as here:
        start(here)
        box = Mailbox(here, set())
        box.deliver(ASKED)
        return box.text("noor@waterveen.example", 0)


def start(here: Here) -> None:
    from jaarring.plans import records as plans
    from jaarring.plans.rules.deriving import derive

    cycle.schedule(here, date(2026, 6, 1), at(here, date(2026, 6, 1)))
    with here.store.write() as tx:
        for plan in derive(here.framework, here.organisation, 2027).plans:
            plans.add(tx, plan, "adopted", at(here, date(2026, 12, 8)))
    steps.remind(here, ASKED, at(here, ASKED))


TOO_MUCH = "dit vraagt te veel tijd of geheugen; haal de herhaling of de verwijzing naar zichzelf weg"
FORBIDDEN = "dit mag een sjabloon niet; gebruik alleen de gegevens die ons sjabloon gebruikt"
ABSENT = "het sjabloon dat hier wordt ingevoegd is er niet; noem een van onze sjablonen, zonder .. of /"


@pytest.mark.parametrize(
    ("attack", "sentence"),
    [
        ("{{ ''.__class__ }}", FORBIDDEN),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", FORBIDDEN),
        ("{{ ''['__class__'] }}", FORBIDDEN),
        ("{{ '' | attr('__class__') }}", FORBIDDEN),
        ("{{ [''] | map(attribute='__class__') | first }}", FORBIDDEN),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", FORBIDDEN),
        ("{{ self.__init__.__globals__ }}", FORBIDDEN),
        ("{{ frame.__dict__ }}", FORBIDDEN),
        ("{{ quarter.__init__.__globals__ }}", FORBIDDEN),
        ("{{ '{0.__class__}'.format('') }}", FORBIDDEN),
        ("{{ [].append(1) }}", FORBIDDEN),
        ("{% set x = {} %}{{ x.update(a=1) }}", FORBIDDEN),
        ("{% for i in range(999999999) %}{% endfor %}", TOO_MUCH),
        (
            "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
            TOO_MUCH,
        ),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", TOO_MUCH),
        ("{{ 'x' * 10 ** 9 }}", TOO_MUCH),
        ("{{ 9 ** 9 ** 9 }}", TOO_MUCH),
        ("{% set n = namespace(x='xxxxxx') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
         TOO_MUCH),
        ("{{ 'x' | center(900000000) }}", TOO_MUCH),
        ("{{ '%0900000000d' % 1 }}", TOO_MUCH),
        ("{% include '../../../etc/passwd' %}", ABSENT),
        ("{% include '/etc/passwd' %}", ABSENT),
        ("{% include 'organisation.yaml' %}", ABSENT),
        ("{% import '../organisation.yaml' as x %}", ABSENT),
        ("{{ open('/etc/passwd') }}", "'open' is er niet; gebruik een naam die in ons sjabloon staat"),
        ("{{ geheim }}", "'geheim' is er niet; gebruik een naam die in ons sjabloon staat"),
        ("{{ quarter.secret }}", "'secret' is er niet; gebruik een naam die in ons sjabloon staat"),
        ("{{ 1 | wis }}", "dit filter of deze toets kennen wij niet; kies er een die in ons sjabloon staat"),
        ("{% if %}", "een opdracht tussen {% %} of {{ }} klopt niet; vergelijk de regel met ons sjabloon"),
        ("{{ 1 / 0 }}", "deze regel gaat niet samen met de gegevens; vergelijk de regel met ons sjabloon"),
    ],
)  # fmt: skip
def test_what_a_template_may_not_gives_file_and_line_and_one_sentence(
    attack: str, sentence: str, own: Path
) -> None:
    put(own, REQUEST, f"{WORDS}{attack}\n{{% endblock %}}\n")
    assert checked(own) == [f"eigen/{REQUEST}:5: {sentence}"]


def test_what_is_no_template_of_ours_is_told(own: Path) -> None:
    """A wrong name, a link out of the folder, no text, a block left out, a document that is none."""
    put(own, "reminders/remindr.mail", "x")
    (own / "reminders/overdue.mail").symlink_to("/etc/passwd")
    (own / "reminders/copy.mail").write_bytes(b"\xff\xfe")
    no_text = "dit is geen gewoon tekstbestand; bewaar het als tekst (UTF-8), korter dan 200 kB"
    unknown = "dit vervangt geen sjabloon van ons; bedoelt u reminders/reminder.mail?"
    (named,) = checked(own)
    assert named.partition(": templates: eigen/reminders/")[2] == f"remindr.mail: {unknown}"
    (own / "reminders/remindr.mail").unlink()
    assert checked(own) == [
        f"eigen/reminders/copy.mail:1: {no_text}",
        f"eigen/reminders/overdue.mail:1: {no_text}",
    ]
    shutil.rmtree(own / "reminders")
    put(own, REQUEST, "Beste collega, wilt u het formulier invullen?")
    put(own, "council/annex.html", "<p>alles</p>")
    block, document = checked(own)
    assert document == (
        f"eigen/{REQUEST}:1: het blok subject ontbreekt; schrijf {{% block subject %}} … {{% endblock %}}"
    )
    assert block.startswith("eigen/council/annex.html:1: wat hieruit komt is geen document: ")


def test_a_folder_that_is_not_there_is_told(own: Path) -> None:
    own.rmdir()
    (line,) = checked(own)
    assert line.endswith(" templates: deze map is er niet; maak de map, of haal deze regel weg")


def test_a_broken_template_stops_its_own_letter_and_no_other(own: Path) -> None:
    """It has failed with file and line, the coordinator is told in built-in words, the others go."""
    put(own, REQUEST, f"{WORDS}{{{{ geheim }}}}\n{{% endblock %}}\n")
    with municipality(own.parent) as here:
        start(here)
        day = at(here, ASKED)
        with here.store.read() as tx:
            rows = tx.exec_driver_sql("select occasion, state, reply from message order by id").all()
        broken = {key for key, state, _ in rows if state == "failed"}
        assert broken == {f"2027/Q1/report/{theme}/request" for theme in here.organisation.themes}
        assert {said for _, state, said in rows if state == "failed"} == {
            f"eigen/{REQUEST}:5: 'geheim' is er niet; gebruik een naam die in ons sjabloon staat"
        }
        assert undelivered.tell(here, day) == len(broken)
        box = Mailbox(here, set())
        box.deliver(ASKED)
        told = box.text("coordinator@waterveen.example")
        assert f"eigen/{REQUEST}:5: 'geheim' is er niet" in told and "jaarring check" in told
        sent = {str(one["X-Jaarring-Occasion"]) for one in box.messages()}
        assert any("/account/" in key for key in sent) and not broken & sent


def test_a_template_that_is_no_text_stops_its_own_letter_and_no_other(own: Path) -> None:
    """Somebody saved it with a word processor: our words in its place would go unnoticed."""
    (own / REQUEST).parent.mkdir()
    (own / REQUEST).write_text("Beste collega", "utf-16")
    with municipality(own.parent) as here:
        start(here)
        with here.store.read() as tx:
            failed = {one.occasion: one.reply for one in undeliverable.untold(tx)}
            others = [one for one in outbox.all_lines(tx) if one.state == "queued"]
        assert set(failed) == set(REQUESTS) and others
        assert set(failed.values()) == {
            f"eigen/{REQUEST}:1: dit is geen gewoon tekstbestand; "
            "bewaar het als tekst (UTF-8), korter dan 200 kB"
        }


def test_once_more_by_the_coordinators_word_it_goes_in_our_words(own: Path) -> None:
    put(own, REQUEST, f"{WORDS}{{{{ geheim }}}}\n{{% endblock %}}\n")
    with municipality(own.parent) as here:
        start(here)
        with here.store.read() as tx:
            number = tx.exec_driver_sql("select min(id) from message where state = 'failed'").scalar_one()
        assert undelivered.again(here, number, "coordinator", at(here, ASKED))
        box = Mailbox(here, set())
        box.deliver(ASKED)
        assert any("verantwoording" in str(one["Subject"]) for one in box.messages())


def broken(own: Path, name: str = REQUEST) -> None:
    put(own, name, f"{WORDS}{{{{ geheim }}}}\n{{% endblock %}}\n")


def mended(own: Path, name: str = REQUEST) -> None:
    text = (OURS / name).read_text("utf-8")
    put(own, name, text.replace("{% block body %}", "{% block body %}\nHoi, hier is Waterveen.\n"))


def went(here: Here) -> list[str]:
    """The requests for an account of a theme that went out, in the order in which they did."""
    with here.store.read() as tx:
        rows = tx.exec_driver_sql("select occasion from message where state = 'sent' order by id").scalars()
        return [key for key in rows if "/report/" in key and key.endswith("/request")]


def sent_on(here: Here, day: date) -> Counter[str]:
    return steps.send(here, at(here, day))


class TestMended:
    """A letter that was kept back goes by itself when its template is mended, in that template's words."""

    @pytest.fixture
    def here(self, own: Path) -> Iterator[Here]:
        broken(own)
        channels = own.parent / "channels.yaml"
        text = channels.read_text("utf-8")
        channels.write_text(re.sub(r"(?m)^mail: .*$", "mail: jbox://../mail", text), "utf-8")
        with municipality(own.parent) as here:
            start(here)
            rounds.ended(here.storage, ASKED)
            sent_on(here, ASKED)
            yield here

    def test_goes_once_with_its_attachments_and_the_date_of_that_day(self, here: Here, own: Path) -> None:
        sent_on(here, FRIDAY)
        assert went(here) == [], "the control: it is still broken"
        mended(own)
        assert cycle.work(here, FRIDAY, at(here, FRIDAY)).mail, "the tick has something to send"
        sent_on(here, FRIDAY)
        sent_on(here, FRIDAY)
        assert went(here) == REQUESTS
        box = Mailbox(here, set())
        letter = box.messages("noor@waterveen.example")[-1]
        assert "Hoi, hier is Waterveen." in box.text("noor@waterveen.example")
        assert str(letter["Date"]).startswith("Fri, 02 Apr 2027")
        names = [part.get_filename() or "" for part in letter.iter_attachments()]
        assert sorted(name.rpartition(".")[2] for name in names) == ["ics", "xlsx"]
        with here.store.read() as tx:
            kinds = tx.exec_driver_sql("select kind from event where kind like 'message.%' order by seq")
            assert list(kinds.scalars()) == ["message.failed"] * 3 + ["message.worded"] * 3
        assert verify.findings(here) == []

    def test_of_what_came_meanwhile_nothing_is_asked(self, here: Here, own: Path) -> None:
        with here.store.write() as tx:
            due.close_duty(tx, "2027/Q1/report/ib", at(here, ASKED))
        mended(own)
        sent_on(here, FRIDAY)
        assert went(here) == [key for key in REQUESTS if "/ib/" not in key]

    def test_where_a_reminder_went_meanwhile_the_request_does_not_come_after_it(
        self, here: Here, own: Path
    ) -> None:
        reminded = date(2027, 4, 7)
        steps.remind(here, reminded, at(here, reminded))
        sent_on(here, reminded)
        mended(own)
        sent_on(here, reminded)
        assert went(here) == []

    def test_who_left_gets_nothing(self, here: Here, own: Path) -> None:
        organisation = own.parent / "organisation.yaml"
        text = organisation.read_text("utf-8")
        organisation.write_text(text.replace("noor@waterveen.example", "nora@waterveen.example"), "utf-8")
        mended(own)
        with municipality(own.parent) as later:
            sent_on(later, FRIDAY)
            assert Mailbox(later, set()).messages("noor@waterveen.example") == []
            assert went(later)

    def test_after_two_weeks_it_waits_for_the_coordinators_word(self, here: Here, own: Path) -> None:
        mended(own)
        assert mending.mend(here, at(here, ASKED + timedelta(days=15))) == 0
        assert mending.mend(here, at(here, ASKED + timedelta(days=14))) == 3

    def test_another_mistake_is_the_one_that_shows(self, here: Here, own: Path) -> None:
        put(own, REQUEST, f"{WORDS}\n\n{{{{ anders }}}}\n{{% endblock %}}\n")
        sent_on(here, FRIDAY)
        with here.store.read() as tx:
            said = {one.reply for one in outbox.not_sent(tx)}
        assert said == {f"eigen/{REQUEST}:7: 'anders' is er niet; gebruik een naam die in ons sjabloon staat"}

    def test_without_a_template_of_their_own_it_goes_in_our_words(self, here: Here, own: Path) -> None:
        (own / REQUEST).unlink()
        sent_on(here, FRIDAY)
        assert went(here) == REQUESTS
        assert "Hoi" not in Mailbox(here, set()).text("noor@waterveen.example")


def test_a_document_waits_until_its_template_is_mended(own: Path) -> None:
    """The coordinator hears of it once, in words that no template can break."""
    put(own, "plans/plan.html", "{{ geheim }}")
    with municipality(own.parent) as here:
        from jaarring import shelf
        from jaarring.ledger.decisions import Entry
        from jaarring.plans import actions as plans

        cycle.schedule(here, date(2026, 6, 1), at(here, date(2026, 6, 1)))
        frame, adoption = here.framework.council_frame, here.framework.adoption
        for do, one in ((plans.record_frame, frame), (plans.adopt_framework, adoption)):
            do(
                here,
                2027,
                Entry("", "", one.body, one.date, one.number, ""),
                "coordinator",
                at(here, one.date),
            )
        day = date(2026, 10, 1)
        steps.derive_plans(here, day, at(here, day))
        assert not list(here.documents.glob("jaarplan-2027-*.html"))
        steps.derive_plans(here, day, at(here, day))
        box = Mailbox(here, set())
        box.deliver(day)
        (number,) = [
            n
            for n, subject in enumerate(box.subjects("coordinator@waterveen.example"))
            if subject == "Uw eigen sjabloon heeft een fout"
        ]
        told = box.text("coordinator@waterveen.example", number)
        assert "eigen/plans/plan.html:1: 'geheim' is er niet" in told
        with pytest.raises(shelf.BrokenTemplate, match="eigen/plans/plan.html:1: 'geheim' is er niet"):
            shelf.words("plans/plan.html", own, plan=None)
        put(own, "plans/plan.html", (OURS / "plans/plan.html").read_text("utf-8"))
        steps.derive_plans(here, day, at(here, day))
        assert list(here.documents.glob("jaarplan-2027-*.html"))


def test_without_own_templates_no_child_is_started(waterveen: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a child was started")

    monkeypatch.setattr(templates.subprocess, "run", never)  # type: ignore[attr-defined]
    start(waterveen)
    box = Mailbox(waterveen, set())
    box.deliver(ASKED)
    assert box.messages()


def test_of_a_secret_measure_no_letter_template_gets_more_than_its_number() -> None:
    """What a template is given was cut before: the examples are of a year with a secret measure in it."""
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    for name, listed in examples.items():
        if name.endswith(".mail"):
            assert "ersoonsbeveiliging" not in json.dumps(listed, ensure_ascii=False), name
