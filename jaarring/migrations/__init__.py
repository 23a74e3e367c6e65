"""Bringing a store to the newest revision with Alembic: one transaction a revision, a backup before each."""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from jaarring.database import NewerStore, Store, revision_of

HERE = Path(__file__).parent


def upgrade(store: Store, scripts: Path = HERE) -> None:
    """Bring `store` up to date. Raises NewerStore if its revision is unknown to this program.

    What a store held before stays beside it as `jaarring.db.0001`. A revision that fails leaves the store at
    the one before. Another process may be doing the same: then this one waits, and finds it done.
    """
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    directory = ScriptDirectory.from_config(config)
    following = {script.down_revision: script.revision for script in directory.walk_revisions()}
    while (found := store.revision()) != directory.get_current_head():
        if found is not None:
            if found not in following:
                raise NewerStore(found)
            _back_up(store, found)
        with store.write() as tx:
            if revision_of(tx) == found:
                config.attributes["connection"] = tx
                command.upgrade(config, following[found])


def _back_up(store: Store, revision: str) -> None:
    """A whole copy, whatever the write-ahead log holds; a copy of the file alone could miss all of that."""
    copy = store.folder / f"jaarring.db.{revision}"
    unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
    store.copy(unfinished)
    os.replace(unfinished, copy)
