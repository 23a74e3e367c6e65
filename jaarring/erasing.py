"""Destroying what an entry of the event log says, where the law asks it: by a recorded decision, for good.

What remains is that there was an entry, of whom, about what, and a hash that nobody can find it back from.
Copies in backups are not reached: whoever destroys must know how long those are kept.
"""

from __future__ import annotations

from datetime import datetime

from jaarring.here import Here
from jaarring.ledger import events
from jaarring.refusal import Refused


def erase(here: Here, seq: int, ground: str, by: str, at: datetime) -> str:
    """Destroy the content of entry `seq`; the head of the log with the decision in it.

    `ground`: the law that asks it; it stands in the log, so nothing of what is destroyed. `by`: a person of
    the organisation. Raises Refused without a ground, by a stranger, for an entry that is not there or was
    destroyed before, and for the record of such a decision itself.
    """
    if not ground.strip():
        raise Refused("de grond ontbreekt", "schrijf met --ground welke wet het vraagt, als: AVG, artikel 17")
    if by not in here.organisation.people:
        raise Refused(f"'{by}' staat niet in organisation.yaml", "schrijf een persoon daaruit met --by")
    with here.store.write() as tx:
        entry = events.get(tx, seq)
        if entry is None:
            raise Refused(
                f"nummer {seq} staat niet in het logboek", "kijk met jaarring verify tot waar het gaat"
            )
        if entry.kind == events.ERASED:
            raise Refused(f"nummer {seq} is zelf zo'n besluit", "het bewijs van vernietiging blijft staan")
        if entry.payload is None:
            raise Refused(f"de inhoud van nummer {seq} is al vernietigd", "u hoeft niets te doen")
        return events.erase(tx, seq, at, by, ground.strip())
