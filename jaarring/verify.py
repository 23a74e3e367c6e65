"""Whether the record still is what it was: the event log's chain, and every stored document against its
hash.
"""

from __future__ import annotations

from jaarring.files import DamagedFile
from jaarring.here import Here
from jaarring.ledger import documents, events


def findings(here: Here) -> list[str]:
    """What does not hold; empty if all is well."""
    with here.store.read() as tx:
        broken = events.verify(tx)
        kept = documents.all_kept(tx)
    found = [f"event {broken.seq}: {broken.why}"] if broken else []
    for document in kept:
        try:
            here.files.get(document.sha256)
        except DamagedFile:
            found.append(
                f"document {document.key} ({document.edition}, {document.format}): damaged or missing"
            )
    return found


def head(here: Here) -> str:
    """The head of the event log, `seq:hash`: keep it elsewhere to check against later."""
    with here.store.read() as tx:
        return events.head(tx)
