"""What makes us doubt whether mail may go out: a clock, a gap or a store that cannot be right.

Ours (reliability promise 5): after a long silence, with a wrong clock or on an old backup, what is due by the
calendar may long have been asked, answered or overtaken. A person can see that; we cannot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jaarring.dutch import datum

#: days without a tick after which somebody must look first
GAP = 14
#: what the evidence of a journal that is gone begins with; what follows is the entry up to which it went
JOURNAL = "journal"


@dataclass(frozen=True)
class Doubt:
    """One reason to hold. `evidence`: by which the same doubt is known again, so that it is settled once."""

    evidence: str
    sentence: str


@dataclass(frozen=True)
class Signs:
    """What there is to go by; None where nothing is known yet. Dates are those of the municipality.

    `round`: the last day for which a tick ended. `event`: the last day in the event log. `journal`: the last
    entry that the journal has of it, `seq:hash`; `known`: whether the store has that one too. `missing`: the
    last entry that the journal had, where it has that one no more; else 0.
    """

    today: date
    round: date | None
    event: date | None
    journal: str = ""
    known: bool = True
    missing: int = 0


def doubt(signs: Signs) -> Doubt | None:
    """The gravest reason to hold, None if there is none."""
    if not signs.known:
        return Doubt(
            f"store/{signs.journal}",
            f"de stand mist nummer {signs.journal.partition(':')[0]} van het journaal: er is een oude "
            "reservekopie teruggezet, of er is mee geknoeid",
        )
    if signs.missing:
        return Doubt(
            f"{JOURNAL}/{signs.missing}",
            f"het journaal is weg of korter dan het was: het ging tot nummer {signs.missing} van het logboek",
        )
    if signs.event and signs.today < signs.event:
        return Doubt(
            f"clock/{signs.event}",
            f"de klok staat op {datum(signs.today)}, en het laatste is vastgelegd op {datum(signs.event)}",
        )
    if signs.round is None:
        return None
    silent = signs.today - signs.round
    since = f"sinds {datum(signs.round)} heeft Jaarring niet gedraaid"
    if silent > timedelta(days=GAP):
        return Doubt(f"gap/{signs.round}", f"{since}: langer dan {GAP} dagen")
    if silent > timedelta(days=1) and signs.round.year < signs.today.year:
        return Doubt(f"gap/{signs.round}", f"{since}, en ondertussen ging een jaar voorbij")
    return None
