"""Of what is confidential nothing leaves by a side door: what comes back by mail, alarms, the journal, chat,
agenda, failures, own templates, errors, backups, and the logs of a machine that logs everything.

Canaries stand in every field of the secret measure M10, and in what people wrote about it.
"""

from __future__ import annotations

import io
import logging
import re
import tempfile
import traceback
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from jaarring import cli, rounds, steps, verify
from jaarring.config.load import check
from jaarring.database import Store
from jaarring.forms.fill import fill
from jaarring.forms.rules import Key, Value
from jaarring.here import Here, municipality
from jaarring.ledger import events, outbox, undeliverable
from jaarring.own import templates
from jaarring.plans import records as plans
from jaarring.undelivered import actions as undelivered
from jaarring.watch import actions as watch
from tests.conftest import SHIPPED, copied
from tests.test_mailbox import OTHER, letter, put, reading
from tests.test_reports import FZH, blank
from tests.test_secrecy import SEEN, with_canaries
from tests.test_year import everything
from tests.webhook import Hook

#: what somebody wrote about it, in whatever place
OWN_WORDS = re.compile(r"grx[a-z]*")
#: how somebody called a file: that goes back to him, so that he knows which one is meant, and nowhere else
FILE_NAMES = re.compile(r"wjt[a-z]*")
READ, LATE, LATER = date(2027, 4, 8), date(2027, 4, 15), date(2027, 4, 22)
CHANNELS = {
    "haak": "json://127.0.0.1:{port}/haak",
    "mattermost": "mmost://127.0.0.1:{port}/${{file:sleutel.txt}}",
    "ntfy": "ntfy://127.0.0.1:{port}/beveiliging",
}
GOING_ON = {("maatregelen", id, "stand"): "op koers" for id in ("M07", "M08", "M09", "M11", "M12", "M22")}
#: of the secret one what a department says of it
SAID: dict[Key, Value | float] = {
    **GOING_ON,
    ("maatregelen", "M10", "stand"): "niet op koers",
    ("maatregelen", "M10", "toelichting"): "Grxtoelichting: de bewoners verhuizen.",
    ("maatregelen", "M10", "verwacht"): "2027-11-30",
}
HEAD = "hoofd.fzh@elzenwaard.example"
#: the same with something that cannot be read as what it must be
WRONG: dict[Key, Value | float] = {**SAID, ("maatregelen", "M10", "besteed"): "Grxbedrag 40.017"}


def at(day: date, hour: int = 8) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def canaries(said: str) -> list[str]:
    """Every canary in a text, however it is spelled there."""
    plain = " ".join(said.lower().replace("\u00a0", " ").split())
    return sorted({*(one.group() for one in SEEN.finditer(plain)), *OWN_WORDS.findall(plain)})


def within(raw: bytes) -> str:
    """A mail with all that goes along, unpacked, and its headers."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    parts = everything(mail) if mail.is_multipart() else [("", str(mail.get_content()))]
    headers = [f"{name}: {value}" for name, value in mail.items()]
    return "\n".join([*headers, *(words for _, words in parts)])


def secret_town(folder: Path) -> Path:
    """The configuration of Elzenwaard with the canaries in M10."""
    config = copied(SHIPPED, folder)
    with_canaries(config)
    return config


class Played:
    """Two weeks of a town with everything that can come in and go wrong; `said`: what each outlet said."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.said = folder, dict[str, str]()
        self.post, self.logged = folder / "post", io.StringIO()
        for name in ("new", "cur", "tmp"):
            (self.post / name).mkdir(parents=True)
        self.hook = stack.enter_context(Hook())
        self._log(stack)
        self.config = self._configured()
        with reading(self.config, f"address: maildir://{self.post}") as here:
            with here.store.write() as tx:
                plans.keep_framework(tx, 2027, here.framework, at(date(2026, 12, 8)))
            self._two_weeks(here)
            self._gather(here)

    def _log(self, stack: ExitStack) -> None:
        """All that any library says on any level, as where an administrator looks for a fault."""
        handler, root = logging.StreamHandler(self.logged), logging.getLogger()
        level = root.level
        handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        stack.callback(root.setLevel, level)
        engines = logging.getLogger("sqlalchemy.engine")
        stack.callback(engines.setLevel, engines.level)
        engines.setLevel(logging.DEBUG)
        stack.callback(root.removeHandler, handler)

    def _configured(self) -> Path:
        config = secret_town(self.folder)
        (config / "sleutel.txt").write_text("abcdefghijklmnopqrstuvwxyz", "utf-8")
        lines = ["channels:"]
        for name, url in CHANNELS.items():
            address = url.format(port=self.hook.port)
            lines += [f"  {name}:", f"    url: {address}", "    about: [overdue, escalate, alarm]"]
        with (config / "channels.yaml").open("a", encoding="utf-8") as file:
            file.write("\n" + "\n".join(lines) + "\n")
        with (config / "organisation.yaml").open("a", encoding="utf-8") as file:
            file.write("\ntemplates: eigen\n")
        broken = config / "eigen" / "reminders" / "overdue.mail"
        broken.parent.mkdir(parents=True)
        broken.write_text("{% block subject %}{{ stakes[subject_name] }}{{ 1 / 0 }}{% endblock %}", "utf-8")
        return config

    def _two_weeks(self, here: Here) -> None:
        steps.read_mail(here, READ, at(READ, 6))  # it looks at a box that is empty
        head = here.organisation.people["hoofd-fzh"].mail
        form = blank(here, FZH)
        put(self.post, letter(head, {"formulier.xlsx": fill(form, WRONG)}))
        put(self.post, letter(OTHER, {"wjtnaam.xlsx": fill(form, SAID)}))
        put(self.post, letter(head, {"wjtstuk.xlsx": fill(form, SAID)[:4000]}))
        put(self.post, letter(head, text="Grxbrief over M10: Zqxtitel wachters, 40.017 euro."))
        robot = {"Subject": "Grxrobot: Zqxtitel wachters", "Auto-Submitted": "auto-replied"}
        put(self.post, letter(head, headers=robot, text="Grxrobot is met vakantie."))
        put(self.post, letter("vreemd@elders.example", text="Grxvreemd Vlqeffect schilden"))
        steps.read_mail(here, READ, at(READ, 7))
        put(self.post, letter(head, {"formulier.xlsx": fill(form, SAID)}, text="Grxbegeleidend"))
        away = ["decide", "absence/hoofd-fzh", "record", "--body", "hoofd-fzh", "--date", "2027-04-08"]
        why = ["--until", "2027-04-12", "--reason", "Grxreden: in het ziekenhuis."]
        self.said["decide"] = self._command(*away, *why, "--as-of", str(READ))
        for day in (READ, LATE, LATER, date(2027, 5, 11)):
            steps.tick(here, day, at(day))
        with here.store.write() as tx:
            (one, *_) = [
                line for line in outbox.all_lines(tx) if line.state == "sent" and line.channel == "mail"
            ]
            undeliverable.bounced(tx, one.id, "550 5.1.1 no such user", at(LATER))
        undelivered.tell(here, at(LATER, 9))
        here.follow()

    def _gather(self, here: Here) -> None:
        with here.store.read() as tx:
            rows = tx.execute(
                text("select recipient, occasion, subject, reply, raw from message order by id")
            )
            found = list(rows)
        said = [
            "\n".join([to, occasion, subject, reply, within(raw)])
            for to, occasion, subject, reply, raw in found
        ]
        self.said["mails, receipts, refusals and failures"] = "\n".join(said)
        self.said["chat and webhooks"] = "\n".join(f"{one.path} {one.body}" for one in self.hook.heard)
        self.said["journal"] = here.journal.path.read_text("utf-8")
        rounds.ended(here.storage, date(2027, 4, 1))
        found_alarms = watch.look(here, at(LATE + timedelta(days=1)))
        watch.tell(here, found_alarms, at(LATE + timedelta(days=1)))
        watch.sign(here, at(date(2027, 6, 1)))
        laid = [within(path.read_bytes()) for path in (here.storage / "mail").rglob("*.eml")]
        self.said["alarms"] = "\n".join([*(one.sentence for one in found_alarms), *laid])
        self.said["verify"] = "\n".join([*verify.findings(here), *verify.returns(here)])
        log = "select seq, actor, on_behalf_of, kind, subject from event"
        with here.store.read() as tx:
            self.said["log, without its payloads"] = "\n".join(
                str(tuple(row)) for row in tx.execute(text(log))
            )
        for name, command in {
            "agenda": ["agenda", "--as-of", str(LATER)],
            "agenda as JSON": ["agenda", "--json", "--all", "--year", "2027", "--as-of", str(LATER)],
            "agenda held": ["agenda", "--held", "--as-of", str(LATER)],
            "agenda as calendar": ["agenda", "--ics", str(self.folder / "agenda.ics"), "--as-of", str(LATER)],
            "backup": ["backup", str(self.folder / "kopie.tar"), "--as-of", str(LATER)],
            "restore": ["restore", str(self.folder / "kopie.tar"), "--as-of", str(LATER)],
            "release": ["release", "--as-of", str(LATER)],
            "watch": ["watch"],
            "verify command": ["verify", "--documents"],
            "check": ["check", "--channels"],
        }.items():
            self.said[name] = self._command(*command)
        self.said["calendar"] = (self.folder / "agenda.ics").read_text("utf-8")
        self.said["logs"] = self.logged.getvalue()

    def _command(self, *arguments: str) -> str:
        heard = io.StringIO()
        with redirect_stdout(heard), redirect_stderr(heard):
            status = cli.main([*arguments, "--config", str(self.config)])
        return f"{status}\n{heard.getvalue()}"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("kanaries")
    (folder / "tijdelijk").mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(folder / "tijdelijk")
    with ExitStack() as stack:
        try:
            found = Played(folder, stack)
        finally:
            tempfile.tempdir = before
    return found


def test_the_control_the_store_and_what_came_in_have_every_canary(played: Played) -> None:
    with municipality(played.config) as here, here.store.read() as tx:
        rows = [
            str(tuple(row))
            for name in ("framework", "plan", "submission", "event_payload")
            for row in tx.execute(text(f"select * from {name}"))
        ]
    kept = canaries("\n".join(rows))
    assert {"zqxtitel", "wachters", "vlqeffect", "grxtoelichting", "grxreden"} <= set(kept)
    assert canaries("Zqxtitel, € 40.017, Grxbedrag")  # and a text that has one is found


def test_the_control_everything_happened(played: Played) -> None:
    said = played.said["mails, receipts, refusals and failures"]
    assert "M10" in said and "Wij kunnen dit niet" not in said
    assert said.count("mailbox/answer/") >= 3, "two refused forms and one that was cut"
    assert "undelivered/" in said and "eigen/reminders/overdue.mail" in said
    assert "Rappel" in played.said["chat and webhooks"] and len(played.hook.heard) >= len(CHANNELS)
    assert '"message"' in played.said["journal"] and "report.submitted" in played.said["journal"]
    assert "wachten 2 ongelezen" in played.said["agenda"] and "niet aangekomen" in played.said["alarms"]
    assert "INSERT INTO message" in played.said["logs"]


OUTLETS = (
    "mails, receipts, refusals and failures",
    "chat and webhooks",
    "journal",
    "alarms",
    "verify",
    "log, without its payloads",
    "agenda",
    "agenda as JSON",
    "agenda held",
    "agenda as calendar",
    "calendar",
    "decide",
    "backup",
    "restore",
    "release",
    "watch",
    "verify command",
    "check",
    "logs",
)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_no_outlet_says_a_word_of_it(played: Played, outlet: str) -> None:
    assert canaries(played.said[outlet]) == []


def test_the_name_of_a_file_goes_back_to_who_sent_it_and_nowhere_else(played: Played) -> None:
    with municipality(played.config) as here, here.store.read() as tx:
        rows = tx.execute(text("select recipient, occasion, raw from message")).all()
    told = {
        (to, occasion.rpartition("/")[0]): sorted(set(FILE_NAMES.findall(within(raw))))
        for to, occasion, raw in rows
        if FILE_NAMES.search(within(raw))
    }
    assert set(told) == {(OTHER, "mailbox/answer"), (HEAD, "mailbox/answer")}
    assert told[OTHER, "mailbox/answer"] == ["wjtnaam"] and told[HEAD, "mailbox/answer"] == ["wjtstuk"]
    others = [name for name in OUTLETS if name not in ("mails, receipts, refusals and failures", "alarms")]
    assert [name for name in others if FILE_NAMES.search(played.said[name])] == []


class TestErrors:
    """What goes wrong is said by key and field: the text of an exception ends up in logs and at Prefect."""

    SECRET = "Zqxtitel wachters"

    @pytest.mark.parametrize(
        "statement",
        [
            "insert into decision (id, subject) values (1, :said)",
            "update event set seq = :said",
            "insert into plan (id, subject, version, content) values (:said, :said, 1, :said)",
            "select * from event where seq = cast(:said as integer) / 0 and nonsense(:said)",
        ],
    )
    @pytest.mark.both_stores
    def test_a_database_that_refuses_repeats_no_value(self, store: Store, statement: str) -> None:
        with store.write() as tx:
            events.append(tx, at(READ), "noor", "test", "x", {"said": self.SECRET})
        with pytest.raises(DBAPIError) as raised, store.write() as tx:
            tx.execute(text(statement), {"said": self.SECRET})
        shown = "".join(traceback.format_exception(raised.value)).lower()
        assert canaries(f"{raised.value} {raised.value!r} {shown}") == []

    def test_not_even_a_log_of_every_statement_shows_what_was_read(
        self, store: Store, where: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """SQLAlchemy writes rows down where its engine is told to log on DEBUG. The control: statements."""
        caplog.set_level(logging.DEBUG, logger="sqlalchemy.engine")
        other = Store(where)
        try:
            with other.write() as tx:
                events.append(tx, at(READ), "noor", "test", "x", {"said": self.SECRET})
                assert self.SECRET in str(list(events.history(tx)))
        finally:
            other.close()
        assert "INSERT INTO event" in caplog.text
        assert canaries(caplog.text) == []

    def test_a_mistake_in_a_field_of_a_secret_measure_does_not_repeat_it(self, tmp_path: Path) -> None:
        """The control is the same in a public measure."""
        strategy = secret_town(tmp_path) / "strategy.yaml"
        whole = strategy.read_text("utf-8")
        for wrong in ("budget: 40017 zqxtitel", "start: Grxdatum", "indicator: Grxindicator"):
            field = wrong.partition(":")[0]
            before, after = whole.split("  M10:\n")
            line = re.search(rf"(?m)^    {field}: .*$", after)
            changed = after.replace(line.group(), f"    {wrong}", 1) if line else f"    {wrong}\n{after}"
            strategy.write_text(f"{before}  M10:\n{changed}", "utf-8")
            said = check(strategy.parent)[0]
            assert "strategy.yaml:" in said and canaries(said) == [], wrong
        strategy.write_text(whole.replace("    budget: 85000", "    budget: Grxbedrag", 1), "utf-8")
        assert canaries(check(strategy.parent)[0]) == ["grxbedrag"]

    def test_a_municipality_s_own_template_for_the_annex_that_breaks_says_nothing_of_what_it_got(
        self, tmp_path: Path
    ) -> None:
        """By the names that are computed from it, by division, by a filter, by what it includes."""
        config, name = secret_town(tmp_path), "council/annex.html"
        own = config / "eigen" / name
        own.parent.mkdir(parents=True)
        values = {"report": {"title": self.SECRET, "amount": "40017"}}
        for body in (
            "{{ report[report.title] }}",
            "{{ report.title / 2 }}",
            "{% include report.title %}",
            "{{ report.title | int(default=report.title) + 1 }}",
            "{{ report.title.nothing.at_all }}",
            "<p>{{ report.title }",
        ):
            own.write_text(body, "utf-8")
            said = templates.document(config / "eigen", name, values)
            assert isinstance(said, templates.Broken) and canaries(str(said)) == [], body


def test_every_outlet_is_looked_at(played: Played) -> None:
    assert set(OUTLETS) == set(played.said)


def test_nothing_lies_behind_in_the_folder_for_temporary_files(played: Played) -> None:
    left = [path for path in (played.folder / "tijdelijk").rglob("*") if path.is_file()]
    assert [path.name for path in left if canaries(path.read_bytes().decode("utf-8", "replace"))] == []
