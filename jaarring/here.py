"""The municipality at work: its checked configuration, its store, its files. What every action is handed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from jaarring.config.load import load
from jaarring.config.mistakes import Mistake
from jaarring.config.municipality import Municipality
from jaarring.config.reading import FILES
from jaarring.database import Store, was_busy
from jaarring.files import Files, write_safely
from jaarring.goals.rules import Framework
from jaarring.governance import Organisation
from jaarring.ledger import switch
from jaarring.ledger.journal import Journal
from jaarring.occasions.schedule import Schedule
from jaarring.refusal import Refused

if TYPE_CHECKING:
    from sqlalchemy import URL

KEY_LENGTH = 32
TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class BadConfiguration(Exception):
    """The configuration has mistakes; nothing was done. `mistakes` holds all of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes in the configuration; run `jaarring check`")
        self.mistakes = mistakes


@dataclass
class Here:
    """One municipality, opened. `storage` is the folder with its store, files, intake and documents.

    `day`: the date to work for, which says how the municipality is organised; None: as it begins.
    """

    config: Municipality
    store: Store
    storage: Path
    day: date | None = None
    #: a word on every mail and document of what is not real (SIMULATIE); a real municipality has none
    mark: str = ""

    def on(self, day: date) -> Here:
        """The same municipality as it is on `day`."""
        return self if self.day == day else replace(self, day=day)

    @property
    def organisation(self) -> Organisation:
        """Who stands where on `day`."""
        return self.config.organisations.on(self.day) if self.day else self.config.organisation

    @property
    def framework(self) -> Framework:
        """The framework as the configuration has it now. What was adopted stands in the store."""
        return self.config.framework

    @property
    def schedule(self) -> Schedule:
        return self.config.schedule

    @cached_property
    def files(self) -> Files:
        return Files(self.storage / "files")

    @cached_property
    def journal(self) -> Journal:
        """What happened, beside the store: by number, hash and key."""
        return Journal(self.storage / self.config.journal, self.config.journal)

    def follow(self, anew: bool = False) -> None:
        """Have the journal follow the event log, and the store know how far it goes; see `Journal.follow`."""
        with self.store.read() as tx:
            self.journal.follow(tx, anew)
            seq = self.journal.unkept(tx)
        if seq:
            try:
                with self.store.write() as tx:
                    self.journal.keep(tx, seq)
            except DBAPIError as error:
                if not was_busy(error):  # the next one records it: what was asked of us is done
                    raise

    @property
    def intake(self) -> Path:
        """Where forms that came back are put, by a person or a mail program."""
        return self.storage / "intake"

    @property
    def documents(self) -> Path:
        """Where the last version of every document is laid out for people to open."""
        return self.storage / "documents"

    @cached_property
    def form_secret(self) -> bytes:
        """The key that forms are sealed with; made once, readable by this user only.

        Raises Refused for a key that is not whole: anybody could make a form that fits an empty one.
        """
        path = self.storage / switch.KEY
        if not path.exists():
            _write_once(path, secrets.token_bytes(KEY_LENGTH))
        key = path.read_bytes()
        if len(key) != KEY_LENGTH:
            raise Refused(
                f"{path} is beschadigd",
                "zet het terug uit de reservekopie, want daarmee zijn de verstuurde formulieren gemaakt",
            )
        return key


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that nobody else has written meanwhile; whoever was first is right."""
    mine = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    write_safely(mine, content)
    try:
        os.link(mine, path)
    except FileExistsError:
        pass
    finally:
        mine.unlink()


def _stamp(folder: Path) -> tuple[bytes, ...]:
    """What the four files hold now; a file that cannot be read counts as empty and is told by `load`."""
    found = []
    for name in FILES:
        try:
            found.append(sha256((folder / name).read_bytes()).digest())
        except OSError:
            found.append(b"")
    return tuple(found)


@lru_cache(maxsize=32)
def _loaded(folder: Path, stamp: tuple[bytes, ...]) -> tuple[Municipality | None, list[Mistake]]:
    """The configuration, read and checked once for each content of its files."""
    return load(folder)


def configured(folder: Path) -> Municipality:
    """The configuration in `folder`, its store not opened. Raises BadConfiguration."""
    config, mistakes = _loaded(folder.resolve(), _stamp(folder))
    if config is None:
        raise BadConfiguration([mistake for mistake in mistakes if mistake.severity == "fout"])
    return config


def database_of(config: Municipality) -> Path | URL:
    """Where the store is: a file in the storage folder, or a database on a server.

    Raises ChannelError, which names what is missing, for a secret that cannot be found.
    """
    if config.database == "sqlite":
        return config.storage / "jaarring.db"
    from sqlalchemy import make_url

    from jaarring.mail.channels import with_secrets

    return make_url(with_secrets(config.database, config.folder, os.environ))


@contextmanager
def municipality(folder: Path) -> Iterator[Here]:
    """The municipality configured in `folder`. Raises BadConfiguration if there is a mistake in it."""
    config = configured(folder)
    store = Store.open(database_of(config), config.storage)
    try:
        switch.settle(config.storage, store)
        here = Here(config, store, config.storage)
        yield here
        here.follow()
    finally:
        store.close()
