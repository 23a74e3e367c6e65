"""A stored file that is flipped, cut or gone: told by name, never given out; whole again when it is made.

A letter that waits in the outbox has its attachments in its bytes: no file can change it any more. One that
is still to be written about a document that is damaged waits, and goes out once when the document is whole.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from random import Random

from jaarring import verify
from jaarring.files import DamagedFile
from jaarring.here import Here, municipality
from jaarring.ledger import documents
from tests.faults import town
from tests.faults.found import Found
from tests.faults.post import Post
from tests.smtp_sink import Received


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
    found, before = Found(), folder / "before"
    letters = list[tuple[Letter, date, str, Path]]()
    with Post() as post:
        config = town.founded(folder / "town", post.url)
        for number, (day, phase) in enumerate(town.phases(config)):
            kept_at = before / f"{number}"
            if phase in ("morning", "evening"):
                shutil.copytree(config.parent / "var", kept_at)
            town.play(config, day, phase)
            letters += [(one, day, phase, kept_at) for one in _with_documents(config, post.taken())]
        shutil.copytree(config.parent / "var", folder / "after")
        for letter, day, phase, kept_at in letters if sample is None else letters[:1]:
            shutil.rmtree(config.parent / "var")
            shutil.copytree(kept_at, config.parent / "var")
            _unwritten(config, letter, (day, phase), post, random, found)
        shutil.rmtree(config.parent / "var")
        shutil.copytree(folder / "after", config.parent / "var")
    if not letters:
        found.wrong.append("control: no letter of this piece has a stored document with it")
    found.runs.append(f"{len(letters)} letters with a stored document, damaged before they were written")
    with municipality(config) as here:
        with here.store.read() as tx:
            kept = documents.all_kept(tx)
        cases = [(one, how) for one in kept for how in DAMAGE]
        cases = cases if sample is None else random.sample(cases, min(sample, len(cases)))
        for document, how in cases:
            _damaged(here, document, how, random, found)
    found.runs.append(f"{len(cases)} stored documents flipped, cut or gone")
    return found


#: by whom and on what, and by its hash which stored document went with it
Letter = tuple[str, str]


def _with_documents(config: Path, came: Sequence[Received]) -> Iterator[Letter]:
    with municipality(config) as here, here.store.read() as tx:
        known = {one.sha256 for one in documents.all_kept(tx)}
    for one in came:
        mail = message_from_bytes(one.raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        for part in mail.iter_attachments():
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            if (hash := sha256(content).hexdigest()) in known:
                yield str(mail["X-Jaarring-Occasion"]), hash


def _unwritten(
    config: Path, letter: Letter, when: tuple[date, str], post: Post, random: Random, found: Found
) -> None:
    """The document that is to go with a letter is damaged before the letter is written."""
    occasion, hash = letter
    path = config.parent / "var" / "files" / hash[:2] / hash
    if not path.exists():
        return  # it is made in the same round
    whole = path.read_bytes()
    path.write_bytes(_flipped(whole, random))
    try:
        town.play(config, *when)
        found.wrong.append(f"{occasion}: written with a damaged document")
    except DamagedFile:
        pass
    if occasion in _occasions(post.taken()):
        found.wrong.append(f"{occasion}: went out with a damaged document")
    with municipality(config) as here:
        if hash[:8] not in (said := " ".join(verify.findings(here))) and "beschadigd" not in said:
            found.wrong.append(f"{occasion}: no alarm: {said[:200]}")
        here.files.put(whole)
    town.play(config, *when)
    town.play(config, *when)
    if (times := _occasions(post.taken()).count(occasion)) != 1:
        found.lost.append(f"{occasion}: went {times} times when its document was whole again")


def _occasions(came: Sequence[Received]) -> list[str]:
    return [str(message_from_bytes(one.raw)["X-Jaarring-Occasion"]) for one in came]


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
