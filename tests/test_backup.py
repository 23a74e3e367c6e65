"""A backup is one file with everything; putting it back loses nothing that was there, and sends nothing."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jaarring.backup import restoring
from jaarring.backup.actions import backup
from jaarring.backup.rules import MANIFEST, STORE
from jaarring.cli import main
from jaarring.database import Store
from jaarring.doubts import records as doubts
from jaarring.here import Here, municipality
from jaarring.ledger import events
from jaarring.refusal import Refused
from tests.conftest import at

pytestmark = pytest.mark.both_stores

MONDAY = date(2027, 4, 12)


def with_own(here: Here) -> Here:
    """The municipality with templates of its own, in the folder `eigen` of its configuration."""
    return replace(here, config=replace(here.config, templates=here.config.folder.resolve() / "eigen"))


def entry(here: Here, subject: str = "2027/Q1/report/fb", day: date = MONDAY) -> str:
    with here.store.write() as tx:
        return events.append(tx, at(here, day), "noor", "report.submitted", subject, {"woord": "geheim"})


def head(here: Here) -> str:
    with here.store.read() as tx:
        return events.head(tx)


def made(here: Here, name: str = "kopie.tar") -> Path:
    target = here.config.folder.parent / name
    backup(here, target, at(here, MONDAY))
    return target


def restored(here: Here, file: Path) -> restoring.Restored:
    return restoring.restore(here.config.folder, file, "", at(here, MONDAY))


def everything(storage: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(storage)): path.read_bytes()
        for path in sorted(storage.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


class TestBackup:
    """One file, whole or not there, the same each time."""

    def test_it_holds_the_store_the_files_the_key_and_the_configuration(self, waterveen: Here) -> None:
        kept = waterveen.files.put(b"een formulier")
        own = waterveen.config.folder / "eigen" / "reports"
        own.mkdir(parents=True)
        (own / "receipt van ons.mail").write_text("eigen woorden")
        (own / ".receipt.mail.swp").write_text("van de editor")
        file = made(with_own(waterveen))

        with tarfile.open(file, "r:") as tar:
            names = tar.getnames()
        assert names == [
            "inhoud.json",
            "jaarring.db",
            "form.key",
            "config/organisation.yaml",
            "config/strategy.yaml",
            "config/calendar.yaml",
            "config/channels.yaml",
            "config/logo.svg",
            "own/reports/receipt van ons.mail",
            f"files/{kept}",
        ]
        assert file.stat().st_mode & 0o777 == 0o600
        assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []

    def test_its_list_says_what_it_is_and_where_the_log_ended(self, waterveen: Here) -> None:
        last = entry(waterveen)
        with tarfile.open(made(waterveen), "r:") as tar:
            content = tar.extractfile(MANIFEST)
            assert content is not None
            told = json.loads(content.read())

        assert told["head"] == last and told["municipality"] == "Waterveen"
        assert told["made_at"] == "2027-04-12T07:00:00+02:00" and told["revision"] == "0001"
        assert "geheim" not in str(told)

    def test_beside_a_writer_it_holds_one_moment(self, waterveen: Here) -> None:
        """Half of somebody's transaction is not in it, and all that was committed before is."""
        before = entry(waterveen)
        with waterveen.store.write() as tx:
            events.append(tx, at(waterveen, MONDAY), "noor", "test", "half", {})
            file = made(waterveen)
        with tarfile.open(file, "r:") as tar:
            tar.extract(STORE, file.parent / "uit", filter="data")
        copy = Store.open(file.parent / "uit" / STORE)
        with copy.read() as tx:
            assert events.head(tx) == before and events.verify(tx, before) is None
        copy.close()

    def test_a_damaged_file_is_named_and_the_rest_is_kept(
        self, waterveen: Here, capsys: pytest.CaptureFixture[str]
    ) -> None:
        good, bad = waterveen.files.put(b"goed"), waterveen.files.put(b"slecht")
        (waterveen.storage / "files" / bad[:2] / bad).write_bytes(b"anders")
        file = waterveen.config.folder.parent / "kopie.tar"

        assert main(["backup", str(file), "--config", str(waterveen.config.folder)]) == 1
        assert f"want beschadigd: {bad}" in capsys.readouterr().out
        with tarfile.open(file, "r:") as tar:
            assert f"files/{good}" in tar.getnames() and f"files/{bad}" not in tar.getnames()

    def test_a_folder_that_is_not_there_is_refused(self, waterveen: Here) -> None:
        with pytest.raises(Refused, match="bestaat niet; maak haar eerst"):
            backup(waterveen, waterveen.storage / "nergens" / "x.tar", at(waterveen, MONDAY))


class TestRestore:
    """What was there is kept; what comes is whole."""

    def test_the_store_is_as_it_was_and_says_that_it_is_an_older_one(self, waterveen: Here) -> None:
        before = entry(waterveen)
        file = made(waterveen)
        entry(waterveen, "2027/Q1/report/bc")

        result = restored(waterveen, file)

        with waterveen.store.read() as tx:
            told = list(events.history(tx))
            assert events.verify(tx, before) is None
            held = doubts.standing(tx)
        assert [one.kind for one in told[-2:]] == ["store.restored", "sending.held"]
        assert told[-3].hash == before.partition(":")[2]
        assert [one.reason for one in held] == [
            "de reservekopie van 12 april 2027 is teruggezet; wat daarna kwam, is verloren"
        ]
        assert result.beside and result.beside.name == "jaarring.db.voor-terugzetten-1"
        kept = Store(result.beside)
        with kept.read() as tx:
            assert [one.subject for one in events.history(tx)][-1] == "2027/Q1/report/bc"
        kept.close()

    def test_a_store_that_no_database_can_read_any_more_is_put_beside(self, waterveen: Here) -> None:
        """The very day on which a backup is needed."""
        if waterveen.store.file is None:  # what a server has lost is restored by its administrator
            return
        last = entry(waterveen)
        file = made(waterveen)
        waterveen.store.close()
        for end in ("-wal", "-shm"):
            waterveen.store.file.with_name(f"jaarring.db{end}").unlink(missing_ok=True)
        waterveen.store.file.write_bytes(b"geen database" * 500)

        result = restored(waterveen, file)

        assert result.beside and result.beside.read_bytes().startswith(b"geen database")
        with waterveen.store.read() as tx:
            assert events.verify(tx, last) is None

    def test_files_that_are_gone_or_damaged_come_back(self, waterveen: Here) -> None:
        gone, bad = waterveen.files.put(b"weg"), waterveen.files.put(b"stuk")
        file = made(waterveen)
        shutil.rmtree(waterveen.storage / "files" / gone[:2])
        (waterveen.storage / "files" / bad[:2] / bad).write_bytes(b"?")

        restored(waterveen, file)

        assert waterveen.files.get(gone) == b"weg" and waterveen.files.get(bad) == b"stuk"

    def test_ids_go_on_behind_the_last_that_came_back(self, waterveen: Here) -> None:
        """A database that numbers rows itself must not hand out a number twice."""
        from jaarring.ledger import decisions

        def decide() -> None:
            said = decisions.Entry("2027/plan/fb", "accept", "secretaris", MONDAY, "", "")
            with waterveen.store.write() as tx:
                decisions.record(tx, said, "coordinator", at(waterveen, MONDAY))

        decide()
        file = made(waterveen)
        decide()
        restored(waterveen, file)
        decide()

        with waterveen.store.read() as tx:
            assert len(decisions.about(tx, "2027/plan/fb")) == 2

    def test_on_an_empty_machine_the_configuration_comes_along(self, waterveen: Here, tmp_path: Path) -> None:
        last = entry(waterveen)
        kept = waterveen.files.put(b"een formulier")
        secret = waterveen.form_secret
        (waterveen.config.folder / "eigen").mkdir()
        (waterveen.config.folder / "eigen" / "a.mail").write_text("eigen woorden")
        file = made(with_own(waterveen))
        other = tmp_path / "nieuw" / "config"
        result = restoring.restore(other, file, "", at(waterveen, MONDAY))

        assert bool(result.beside) == (waterveen.store.file is None)  # a server keeps what it had
        assert not result.journal
        assert (other / "eigen" / "a.mail").read_text() == "eigen woorden"
        logo = (waterveen.config.folder / "logo.svg").read_bytes()
        assert (other / "logo.svg").read_bytes() == logo, "without it the configuration would not be read"
        with municipality(other) as here, here.store.read() as tx:
            assert events.verify(tx, last) is None
            assert here.files.get(kept) == b"een formulier" and here.form_secret == secret

    def test_a_configuration_that_is_there_is_left_and_what_differs_is_told(self, waterveen: Here) -> None:
        file = made(waterveen)
        strategy = waterveen.config.folder / "strategy.yaml"
        strategy.write_text(strategy.read_text() + "\n# later\n")

        result = restored(waterveen, file)

        assert result.differing == ("strategy.yaml",) and strategy.read_text().endswith("# later\n")
        said = "\n".join(restoring.words(result))
        assert "strategy.yaml is nu anders dan in de reservekopie" in said


def rewritten(file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """The same backup with something done to its members; their hashes in the list follow."""
    members = []
    with tarfile.open(file, "r:") as tar:
        for info in tar:
            content = tar.extractfile(info)
            members.append((info, content.read() if content else b""))
    change(members)
    bad = file.with_name("slecht.tar")
    with tarfile.open(bad, "w") as tar:
        for info, held in members:
            info.size = len(held)
            tar.addfile(info, io.BytesIO(held))
    return bad


def listed(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """Let the list say what is there: who forges a backup forges its list too."""
    told = json.loads(members[0][1])
    told["members"] = {
        info.name: (len(content), hashlib.sha256(content).hexdigest()) for info, content in members[1:]
    }
    members[0] = (members[0][0], json.dumps(told).encode())


def extra(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Any:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        members.append((info, b"" if kind != tarfile.REGTYPE else b"x"))
        listed(members)

    return change


def store_with(statement: str) -> Any:
    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        place = next(n for n, (info, _) in enumerate(members) if info.name == STORE)
        with closing(sqlite3.connect(":memory:")) as bare:
            bare.deserialize(members[place][1].replace(b"\x02\x02", b"\x01\x01", 1))
            bare.executescript(statement)
            members[place] = (members[place][0], bytes(bare.serialize()))
        listed(members)

    return change


def unlisted(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members[-1] = (members[-1][0], members[-1][1] + b" ")


def short(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    members.pop()


def key(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    place = next(n for n, (info, _) in enumerate(members) if info.name == "form.key")
    members[place] = (members[place][0], b"kort")
    listed(members)


def other_form(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    told = json.loads(members[0][1])
    members[0] = (members[0][0], json.dumps({**told, "form": 2}).encode())


def elsewhere(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    told = json.loads(members[0][1])
    members[0] = (members[0][0], json.dumps({**told, "templates": "../x"}).encode())


def misnamed(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    extra(f"files/{'a' * 64}")(members)


BAD = {
    "a path up": (extra("../x"), "een bestand dat er niet in hoort"),
    "a path up below a good name": (extra("own/../../x"), "een bestand dat er niet in hoort"),
    "an absolute path": (extra("/etc/x"), "een bestand dat er niet in hoort"),
    "a hidden template": (extra("own/.x"), "een bestand dat er niet in hoort"),
    "own templates elsewhere": (elsewhere, "eigen sjablonen op een plek die niet kan"),
    "a link": (extra("own/x", tarfile.SYMTYPE, "/etc/passwd"), "geen gewoon bestand"),
    "a hard link": (extra("own/x", tarfile.LNKTYPE, "form.key"), "geen gewoon bestand"),
    "a device": (extra("own/x", tarfile.CHRTYPE), "geen gewoon bestand"),
    "a folder": (extra("own/x", tarfile.DIRTYPE), "geen gewoon bestand"),
    "a pipe": (extra("own/x", tarfile.FIFOTYPE), "geen gewoon bestand"),
    "a file under another name": (misnamed, "heet een bestand anders dan het is"),
    "a changed file": (unlisted, "beschadigd of veranderd"),
    "a missing file": (short, "ontbreken bestanden"),
    "a short key": (key, "sleutel van de formulieren"),
    "a form of later": (other_form, "een vorm die deze versie van Jaarring niet kent"),
    "a trigger": (
        store_with("create trigger t after insert on hold begin delete from event; end"),
        "iets dat er niet in hoort",
    ),
    "a table of nobody": (store_with("create table van_niemand (x)"), "onbekende tabel: van_niemand"),
    "a forged log": (store_with("update event set actor = 'x' where seq = 1"), "logboek in de reservekopie"),
    "a log that was cut": (
        store_with("delete from event_payload where seq = 2; delete from event where seq = 2"),
        "logboek in de reservekopie",
    ),
    "a newer store": (store_with("update alembic_version set version_num = '0099'"), "nieuwere versie"),
    "no store": (store_with("drop table event"), "beschadigd"),
}


class TestRefusal:
    """A backup that cannot be trusted changes nothing, and says so in one sentence."""

    @pytest.mark.parametrize("which", BAD)
    def test_a_forged_backup_is_refused(self, waterveen: Here, which: str) -> None:
        change, sentence = BAD[which]
        entry(waterveen)
        bad = rewritten(made(waterveen), change)
        before, log = everything(waterveen.storage), head(waterveen)

        with pytest.raises(Refused, match=sentence) as refused:
            restored(waterveen, bad)

        assert "\n" not in str(refused.value) and head(waterveen) == log
        assert {**everything(waterveen.storage), "jaarring.db": b""} == {**before, "jaarring.db": b""}

    @pytest.mark.parametrize("cut", [0, 1, 700, 100_000])
    def test_a_cut_backup_is_refused(self, waterveen: Here, cut: int) -> None:
        file = made(waterveen)
        file.write_bytes(file.read_bytes()[:cut])
        with pytest.raises(Refused, match="reservekopie"):
            restored(waterveen, file)

    def test_a_packed_backup_is_refused(self, waterveen: Here, tmp_path: Path) -> None:
        """What unpacks to more than it is could fill the disk."""
        import gzip

        packed = tmp_path / "kopie.tar.gz"
        packed.write_bytes(gzip.compress(made(waterveen).read_bytes()))
        with pytest.raises(Refused, match="geen reservekopie"):
            restored(waterveen, packed)

    def test_control_the_same_backup_unchanged_is_put_back(self, waterveen: Here) -> None:
        last = entry(waterveen)
        again = rewritten(made(waterveen), listed)

        assert restored(waterveen, again).manifest.head == last
