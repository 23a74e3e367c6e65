"""Making a backup: the store at one moment, then every file that it may name, in one file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from jaarring.backup import archive
from jaarring.backup.rules import CONFIG, FILES, KEY, OWN, STORE, Manifest
from jaarring.config.reading import FILES as YAML
from jaarring.database import REVISION, Store
from jaarring.files import DamagedFile
from jaarring.here import Here
from jaarring.ledger import events
from jaarring.refusal import Refused


def backup(here: Here, target: Path, at: datetime) -> Manifest:
    """Write all of a municipality to `target`, one file; what stands in it. Works beside a running tick.

    The store is copied at one moment, the files after it: whatever it names is on disk before its row is, so
    nothing can be missing. A stored file that is damaged is named (`damaged`) and left out. Raises Refused
    where `target` is no file in a folder that exists.
    """
    target = target.absolute()
    if not target.parent.is_dir():
        raise Refused(f"de map {target.parent} bestaat niet", "maak haar eerst, of kies een andere map")
    if target.is_dir():
        raise Refused(f"{target} is een map", "noem een bestand, bijvoorbeeld reservekopie.tar")
    secret = here.form_secret  # made now if there was none yet: forms that go out later need the same
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".jaarring-") as folder:
        copy = Path(folder) / STORE
        here.store.copy(copy)
        (Path(folder) / KEY).write_bytes(secret)
        head = _head(copy)
        files, damaged = _files(here)
        config = dict(_config(here, Path(folder)))
        sources = {STORE: copy, KEY: Path(folder) / KEY, **config, **files}
        manifest = Manifest(
            at.isoformat(timespec="seconds"),
            here.organisation.name,
            version("jaarring"),
            REVISION,
            head,
            {name: archive.hashed(path) for name, path in sources.items()},
            damaged,
            _place(here),
        )
        archive.write(target, manifest, sources, at)
    return manifest


def _head(copy: Path) -> str:
    store = Store(copy)
    try:
        with store.read() as tx:
            return events.head(tx)
    finally:
        store.close()


def _config(here: Here, copies: Path) -> Iterator[tuple[str, Path]]:
    """Configuration, logo and own templates by name, each file copied first: somebody may be editing it."""
    folder, own = here.config.folder, here.config.templates
    logos = sorted(path.name for path in folder.glob("*.svg") if _is_own(path, folder))
    found = [(f"{CONFIG}{name}", folder / name) for name in (*YAML, *logos)]
    if own:
        inside = sorted(path for path in own.rglob("*") if _is_own(path, own))
        found += [(f"{OWN}{path.relative_to(own).as_posix()}", path) for path in inside]
    for name, path in found:
        copy = copies / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        yield name, copy


def _is_own(path: Path, folder: Path) -> bool:
    """Whether it is a file of theirs: not a link, and not what an editor or a mail program hides."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not path.is_symlink() and not hidden


def _place(here: Here) -> str:
    """Where own templates go on an empty machine: where they are, or below the configuration."""
    own, folder = here.config.templates, here.config.folder.resolve()
    if own is None:
        return ""
    return own.relative_to(folder).as_posix() if own.is_relative_to(folder) else own.name


def _files(here: Here) -> tuple[dict[str, Path], tuple[str, ...]]:
    """Every stored file by name, and the hashes of those that are damaged."""
    found, damaged = {}, []
    for digest, path in here.files.all():
        try:
            here.files.get(digest)
        except DamagedFile:
            damaged.append(digest)
        else:
            found[f"{FILES}{digest}"] = path
    return found, tuple(damaged)
