"""Whether the record still is what it was: the event log's chain, every stored document against its hash."""

from __future__ import annotations

from jaarring.files import DamagedFile
from jaarring.here import Here
from jaarring.ledger import documents, events
from jaarring.refusal import Refused


def findings(here: Here, against: str = "") -> list[str]:
    """What does not hold; empty if all is well. `against`: a head (`seq:hash`) that was kept elsewhere.

    Raises Refused if `against` is no head.
    """
    with here.store.read() as tx:
        try:
            broken = events.verify(tx, against)
        except ValueError:
            raise Refused(f"'{against}' is geen kop van het logboek", "schrijf nummer:hash") from None
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
