"""When to raise an alarm, from what was seen; plain values, so that every limit can be tried.

Ours (reliability promise 10). Words are built in: no template of anybody can break an alarm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jaarring.dutch import meervoud

#: a tick is once a day; two hours are for a slow machine and the change of the clock
SILENCE = timedelta(hours=26)
#: of the disk that holds the storage, in bytes
ROOM = 500_000_000
#: a message that has waited so long is not on its way
WAITS = timedelta(days=1)
#: an alarm that goes on is repeated after this
AGAIN = timedelta(days=1)


@dataclass(frozen=True)
class Seen:
    """What `jaarring watch` saw. `round`: when the last tick ended, None if none ever did. `free`: bytes.

    `failed`: messages of this week that could not be delivered; `oldest`: since when the oldest message waits
    that may go. `broken`: what does not hold in the record. `held`: why no post goes out. `closed`: the boxes
    of the sender that cannot be read, each in a sentence.
    """

    round: datetime | None
    free: int
    failed: int
    oldest: datetime | None
    broken: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alarm:
    """Something that a person must look at now; `kind` so that it is not told again every hour."""

    kind: str
    sentence: str


def alarms(seen: Seen, now: datetime) -> Iterator[Alarm]:
    """What is wrong, gravest first."""
    for sentence in seen.broken:
        yield Alarm("record", f"{sentence}. Kijk met: jaarring verify")
    for sentence in seen.held:
        yield Alarm("held", f"Er gaat geen post uit: {sentence}. Kijk met: jaarring agenda --held")
    if seen.round is None:
        yield Alarm("tick", "Jaarring heeft hier nog nooit gedraaid. Start het met: jaarring up")
    elif now - seen.round > SILENCE:
        hours = int((now - seen.round) / timedelta(hours=1))
        yield Alarm("tick", f"Jaarring heeft al {hours} uur niet gedraaid. Kijk of de dienst nog werkt")
    for sentence in seen.closed:
        yield Alarm("mailbox", f"{sentence} Kijk met: jaarring check --channels")
    if seen.free < ROOM:
        yield Alarm("disk", f"De schijf is bijna vol: nog {seen.free // 1_000_000} MB vrij. Maak ruimte")
    if seen.failed:
        what = meervoud(seen.failed, "bericht is", "berichten zijn")
        yield Alarm("mail", f"{seen.failed} {what} niet aangekomen. Kijk met: jaarring agenda")
    if seen.oldest and now - seen.oldest > WAITS and not seen.held:
        yield Alarm("mail", "Er wacht een bericht langer dan een dag. Kijk met: jaarring check --channels")


def to_tell(found: list[Alarm], told: dict[str, datetime], now: datetime) -> list[Alarm]:
    """Those of which nobody heard within a day. `told`: when each kind was last told."""
    return [one for one in found if one.kind not in told or now - told[one.kind] >= AGAIN]


@dataclass(frozen=True)
class Month:
    """What a month was, for the sign of life: counts of messages, what is late, what comes next."""

    sent: int
    failed: int
    late: tuple[str, ...]
    next: tuple[str, ...]
    head: str


def sign_of_life(month: Month) -> str:
    """The words of the monthly sign of life to monitor and secretary: sent, late, failed, next; and the head.

    The head of the log is in it so that it has left this server: who rewrites the log afterwards is found.
    """
    lines = [
        f"Verstuurd in de afgelopen maand: {month.sent} {meervoud(month.sent, 'bericht', 'berichten')}.",
        f"Niet aangekomen: {month.failed}.",
        "",
        "Te laat:" if month.late else "Er is niets te laat.",
        *(f"- {one}" for one in month.late),
        "",
        "Wat er komt:" if month.next else "De komende weken staat er niets in de agenda.",
        *(f"- {one}" for one in month.next),
        "",
        "Bewaar dit bericht. Aan het controlegetal hieronder is later te zien of het dossier nog klopt:",
        month.head,
    ]
    return "\n".join(lines)
