"""Whether a name that is referred to exists, and what to write if it does not."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from jaarring.config.mistakes import Mistake, shown
from jaarring.config.reading import Reading
from jaarring.config.yamlfile import Path

ORGANISATION, STRATEGY = "organisation.yaml", "strategy.yaml"
CALENDAR, CHANNELS = "calendar.yaml", "channels.yaml"


#: as many names as can still be read in one sentence
FEW = 12


def nearest(name: str, known: Collection[str]) -> str:
    """The name that was probably meant, or nothing."""
    return next(iter(difflib.get_close_matches(name, sorted(known), 1, 0.75)), "")


def suggestion(name: str, known: Collection[str], otherwise: str) -> str:
    """What to write for a name that does not exist: the nearest one, else all if they are few."""
    near = nearest(name, known)
    if near:
        return f"bedoelt u {shown(near)}?"
    return f"kies uit {', '.join(map(shown, sorted(known)))}" if 0 < len(known) <= FEW else otherwise


def unknown(
    reading: Reading, file: str, path: Path, name: str, block: str, home: str = ORGANISATION
) -> Iterator[Mistake]:
    """A mistake if `name`, at `path`, is not one of the entries of `block` in the file `home`.

    Another file may name what comes with a change, or what goes with it: it speaks of more than one year.
    """
    known = reading.names(home, block) if home == file else reading.names_ever(home, block)
    if known is None or name in known or not name:
        return
    place = block if home == file else f"{block} in {home}"
    yield reading.at(
        file, path, f"'{shown(name)}' staat niet onder {place}", suggestion(name, known, "voeg het daar toe")
    )


def repeated(reading: Reading, file: str, path: Path, names: Sequence[object]) -> Iterator[Mistake]:
    """A mistake for each entry of a list that stands there a second time."""
    for n, name in enumerate(names):
        if name in names[:n]:
            yield reading.at(file, (*path, n), "staat twee keer in deze lijst", "laat er één staan")
