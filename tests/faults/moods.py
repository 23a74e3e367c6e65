"""A mail server in moods: from round to round it refuses, hangs, cuts the line before or after its yes."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from random import Random

from jaarring import cycle, steps
from jaarring.here import municipality
from jaarring.ledger import outbox
from tests.faults import town, twins
from tests.faults.found import Found
from tests.faults.post import MOODS, Post, identities

#: when the pauses of the day's tries are over; the server is calm again and takes what is left
NIGHT = time(23, 30)


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """The piece with a mood a phase and its twin with none; `sample`: so many phases of it."""
    found = Found()
    with Post() as calm:
        twin = town.founded(folder / "twin", calm.url)
        parts = town.phases(twin)[:sample]
        for day, phase in parts:
            town.play(twin, day, phase)
        theirs = identities(calm.taken())
    with Post(patience=1) as post:
        config = town.founded(folder / "town", post.url)
        (folder / "town/var/form.key").write_bytes((folder / "twin/var/form.key").read_bytes())
        moods = [random.choice(MOODS) for _ in parts]
        for (day, phase), mood in zip(parts, moods, strict=True):
            post.be(mood)
            town.play(config, day, phase)
            if phase == "last":
                post.be("calm")
                with municipality(config) as here:
                    steps.send(here, cycle.moment(here, day, NIGHT))
        post.be("calm")
        mine = identities(post.taken())
    _compare(config, twin, mine, theirs, found)
    counts = ", ".join(f"{mood} {moods.count(mood)}" for mood in MOODS)
    found.runs.append(
        f"{len(parts)} phases ({counts}), {len(mine)} mails and {mine.total() - len(mine)} copies"
    )
    return found


def _compare(config: Path, twin: Path, mine: twins.Mails, theirs: twins.Mails, found: Found) -> None:
    with municipality(config) as here, municipality(twin) as there:
        with here.store.read() as tx:
            lines = outbox.all_lines(tx)
        # a copy for each time that no answer came, and never one more
        tries = sum(one.attempts for one in lines)
        found.wrong += [f"moods: {one}" for one in twins.unproven(here)]
        found.wrong += [f"moods: {one}" for one in twins.differences(twins.state(here), twins.state(there))]
        found.lost += [
            f"moods: {one.occasion} to {one.recipient} is {one.state}" for one in lines if one.state != "sent"
        ]
    twins.compare_mail(mine, theirs, tries - len(lines), "moods", found)
