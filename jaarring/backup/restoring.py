"""Putting a backup back: all of it is checked first, all that was there is kept, one switch, old or new."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, inspect
from sqlalchemy.exc import DatabaseError

from jaarring.backup import archive
from jaarring.backup.rules import CONFIG, FILES, KEY, OWN, STORE, Manifest, Unfit
from jaarring.config.reading import FILES as YAML
from jaarring.database import NewerStore, Store, metadata, unusable
from jaarring.doubts import records as doubts
from jaarring.doubts.rules import Doubt
from jaarring.dutch import datum, meervoud
from jaarring.files import Files, write_safely
from jaarring.here import Here, configured, database_of
from jaarring.laying import laid
from jaarring.ledger import documents, events, switch
from jaarring.ledger.journal import Journal
from jaarring.recovery import actions as recovery
from jaarring.recovery.rules import Lost
from jaarring.recovery.rules import words as recovered
from jaarring.refusal import Refused
from jaarring.stores import sqlite

REMEDY = "neem een andere reservekopie; er is niets veranderd"
#: the file of a configuration that is looked for first
YAML_FIRST = next(iter(YAML))


@dataclass(frozen=True)
class Restored:
    """What was put back. `beside`: where what was there is kept, None if there was nothing; `differing`:
    files of the configuration that are not as in the backup, and were left; `lost`: what came after the
    backup; `journal`: whether there was a journal to tell so.
    """

    manifest: Manifest
    beside: Path | None
    differing: tuple[str, ...]
    lost: tuple[Lost, ...]
    journal: bool


def restore(folder: Path, file: Path, by: str, at: datetime) -> Restored:
    """Put the backup in `file` back for the municipality configured in `folder`, whichever database it uses.

    A configuration that is there is left as it is; where there is none, that of the backup is put in place.
    Nothing goes out until the coordinator has looked. Stopped at any moment, the store is the old or the new.
    Raises Refused for a backup that cannot be put back: then nothing has changed.
    """
    file, folder = file.absolute(), folder.absolute()
    with tempfile.TemporaryDirectory(prefix="jaarring-") as unpacked:
        manifest = _checked(file, Path(unpacked))
        differing = _configuration(folder, Path(unpacked), manifest)
        config = configured(folder)
        coordinator = config.organisation.coordinator
        config.storage.mkdir(parents=True, exist_ok=True)
        _put_files(config.storage, Path(unpacked), manifest)
        journal = Journal(config.storage / config.journal, config.journal)
        story = journal.story()
        staged = Path(unpacked) / STORE
        with switch.at_work(config.storage), _opened(database_of(config), config.storage) as (store, beside):
            switch.finish(config.storage, store)  # what an earlier one began that was stopped
            because, lost, head = _prepared(staged, journal, manifest, by or coordinator, at)
            beside = _keep(store, config.storage) if beside is None else beside
            if (kept := Path(unpacked) / KEY).exists():
                switch.prepare(config.storage, kept.read_bytes(), head)
            store.replace(staged)
            switch.finish(config.storage, store)
            with store.read() as tx:
                if story.log:
                    journal.back(tx, at, because)
                journal.follow(tx, anew=not story.log)
            _lay_out(Here(config, store, config.storage))
    return Restored(manifest, beside, differing, tuple(lost), bool(story.log))


def _checked(file: Path, folder: Path) -> Manifest:
    """The list of a backup, with all that it names laid out in `folder`."""
    try:
        manifest = archive.unpack(file, folder)
        _check_store(folder / STORE, manifest)
    except Unfit as unfit:
        raise Refused(unfit.what, REMEDY) from None
    key = folder / KEY
    if key.exists() and key.stat().st_size != 32:
        raise Refused("de sleutel van de formulieren in de reservekopie is niet heel", REMEDY)
    return manifest


def _check_store(path: Path, manifest: Manifest) -> None:
    """Raises Unfit for a store that is damaged, of a newer program, or whose log is not whole."""
    if not sqlite.is_whole(path):
        raise Unfit("de stand in de reservekopie is beschadigd")
    if sqlite.acts_by_itself(path):
        raise Unfit("de stand in de reservekopie bevat iets dat er niet in hoort")
    try:
        with _store(path) as store, store.read() as tx:
            if unknown := set(inspect(tx).get_table_names()) - {*metadata.tables, "alembic_version"}:
                raise Unfit(f"de stand in de reservekopie heeft een onbekende tabel: {min(unknown)[:40]}")
            broken = events.verify(tx, manifest.head)
            if broken or events.head(tx) != manifest.head:
                raise Unfit("het logboek in de reservekopie is niet heel, of niet dat van haar inhoudsopgave")
    except NewerStore:
        raise Unfit("de reservekopie is gemaakt met een nieuwere versie van Jaarring") from None
    except (DatabaseError, ValueError, LookupError):
        raise Unfit("de stand in de reservekopie is beschadigd") from None


@contextmanager
def _store(path: Path) -> Iterator[Store]:
    """A store in a folder of ours, brought up to date."""
    store = Store.open(path)
    try:
        yield store
    finally:
        store.close()


def _configuration(folder: Path, unpacked: Path, manifest: Manifest) -> tuple[str, ...]:
    """Put a configuration in place where there is none, the file that is looked for first as the last; which
    files of one that is there differ.
    """
    named = {name: name[len(CONFIG) :] for name in manifest.members if name.startswith(CONFIG)}
    own = manifest.templates
    named |= {name: f"{own}/{name[len(OWN) :]}" for name in manifest.members if own and name.startswith(OWN)}
    there = (folder / YAML_FIRST).exists()
    differing = []
    for name, place in sorted(named.items(), key=lambda one: (one[1] == YAML_FIRST, one[1])):
        target, content = folder / place, (unpacked / name).read_bytes()
        if not there:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_safely(target, content)
        elif not target.is_file() or target.read_bytes() != content:
            differing.append(place)
    return tuple(differing)


def _put_files(storage: Path, unpacked: Path, manifest: Manifest) -> None:
    """Bring back the stored files that are gone or damaged: each is named by what it holds, so none can be in
    the way.
    """
    files = Files(storage / "files")
    for name in manifest.members:
        if name.startswith(FILES):
            files.put((unpacked / name).read_bytes())


def _prepared(
    staged: Path, journal: Journal, manifest: Manifest, by: str, at: datetime
) -> tuple[str, list[Lost], str]:
    """Record in the store that is to come that it is an older one, and hold its post: with the switch all of
    that is so, or nothing. By what it is known, what was lost, and the end of its log.
    """
    story, last = journal.story(), journal.last()
    made = datetime.fromisoformat(manifest.made_at)
    sentence = f"de reservekopie van {datum(made.date())} is teruggezet"
    with _store(staged) as store, store.write() as tx:
        because = f"store/{last.head if last else manifest.head}"
        doubt = Doubt(because, f"{sentence}; wat daarna kwam, is verloren")
        if doubts.is_known(tx, doubt):
            because = f"{because[:140]}/{events.head(tx).partition(':')[0]}"
            doubt = Doubt(because, doubt.sentence)
        lost = recovery.record(tx, story, because, by, at)
        doubts.add(tx, doubt, at)
        return because, lost, events.head(tx)


@contextmanager
def _opened(where: Path | URL, storage: Path) -> Iterator[tuple[Store, Path | None]]:
    """The store that is there, made if there is none. A file that no database can read any more is put
    beside, and that is the second value.
    """
    beside = None
    try:
        store = Store.open(where, storage)
    except DatabaseError as error:
        if not isinstance(where, Path) or not unusable(error):
            raise
        beside = switch.free(storage, where.name)
        for end in ("-wal", "-shm"):
            if (left := where.with_name(where.name + end)).exists():
                left.rename(beside.with_name(beside.name + end))
        where.rename(beside)
        store = Store.open(where, storage)
    try:
        yield store, beside
    finally:
        store.close()


def _keep(store: Store, storage: Path) -> Path | None:
    """A whole copy of what is there, beside it; None where nothing is."""
    with store.read() as tx:
        if events.head(tx).startswith("0:"):
            return None
    beside = switch.free(storage, STORE)
    unfinished = storage / f".{beside.name}.{os.getpid()}"
    store.copy(unfinished)
    unfinished.chmod(0o600)
    os.replace(unfinished, beside)
    return beside


def _lay_out(here: Here) -> None:
    """Lay the documents out that the store has as the last ones."""
    with here.store.read() as tx:
        newest = {(one.key, one.edition, one.format): one for one in documents.all_kept(tx)}
    for one in newest.values():
        laid(here, one)


def words(restored: Restored, again: int = 0) -> Iterator[str]:
    """What was done and what is left to do, for who does it and for the coordinator."""
    made = datetime.fromisoformat(restored.manifest.made_at)
    yield f"Teruggezet: de reservekopie van {datum(made.date())}, {made:%H:%M} uur."
    if restored.beside:
        yield f"Wat er stond, is bewaard in {restored.beside}."
    for name in restored.differing:
        yield f"Niet teruggezet: {name} is nu anders dan in de reservekopie. Bekijk het verschil."
    for digest in restored.manifest.damaged:
        yield f"Dit bestand was al beschadigd toen de reservekopie werd gemaakt: {digest[:10]}."
    if not restored.journal:
        yield "Er is geen journaal: wat er na de reservekopie is verstuurd en ontvangen, is niet bekend."
    elif not restored.lost:
        yield "Volgens het journaal is er na de reservekopie niets gebeurd."
    yield from recovered(restored.lost)
    if again:
        letters = f"{again} {meervoud(again, 'brief die het', 'brieven die het')} opnieuw"
        yield f"Klaar om te gaan: {letters} {meervoud(again, 'vraagt', 'vragen')}."
    yield "Er gaat geen post uit tot de coördinator dit heeft bekeken."
    yield "Laat alles daarna gaan met: jaarring release"
