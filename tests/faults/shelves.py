"""A stored file that is flipped, cut or gone: told by name, never given out; whole again when it is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from jaarring import verify
from jaarring.files import DamagedFile
from jaarring.here import Here, municipality
from jaarring.ledger import documents
from tests.faults import town
from tests.faults.found import Found
from tests.faults.post import Post


def _flipped(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << random.randrange(8))]) + content[place + 1 :]


def _cut(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content))]


DAMAGE: dict[str, Callable[[bytes, Random], bytes | None]] = {
    "flipped": _flipped,
    "cut": _cut,
    "gone": lambda content, random: None,
}


def run(folder: Path, random: Random, sample: int | None) -> Found:
    """Every document of a piece of a year, in every way; `sample`: so many of them."""
    found = Found()
    with Post() as post:
        config = town.founded(folder, post.url)
        for day, phase in town.phases(config):
            town.play(config, day, phase)
    with municipality(config) as here:
        with here.store.read() as tx:
            kept = documents.all_kept(tx)
        cases = [(one, how) for one in kept for how in DAMAGE]
        cases = cases if sample is None else random.sample(cases, min(sample, len(cases)))
        for document, how in cases:
            _damaged(here, document, how, random, found)
    found.runs.append(f"{len(cases)} stored documents flipped, cut or gone")
    return found


def _damaged(here: Here, document: documents.Document, how: str, random: Random, found: Found) -> None:
    path = here.files.folder / document.sha256[:2] / document.sha256
    whole = path.read_bytes()
    wrong = DAMAGE[how](whole, random)
    path.unlink() if wrong is None else path.write_bytes(wrong)
    said = " ".join(verify.findings(here))
    if document.key not in said:
        found.wrong.append(f"{document.key} ({document.format}) {how}: not told by verify: {said[:200]}")
    try:
        here.files.get(document.sha256)
        found.wrong.append(f"{document.key} ({document.format}) {how}: given out all the same")
    except DamagedFile:
        pass
    here.files.put(whole)
    if verify.findings(here):
        found.wrong.append(f"{document.key} ({document.format}) {how}: not mended by the same content")
