"""Bringing a store to the newest revision, one transaction a revision, with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from jaarring.database import NewerStore, Store


def upgrade(store: Store) -> None:
    """Bring `store` up to date. Raises NewerStore if its revision is unknown to this program."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = store.revision()
    if found is not None and found not in known:
        raise NewerStore(found)
    with store.write() as tx:
        config.attributes["connection"] = tx
        command.upgrade(config, "head")
