"""What may be in a backup, under which name, how large; what its list says. Plain.

The list comes first and names every member with its size and hash, so that whoever reads the file can refuse
it before a byte of it has been put anywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

#: the form of the file; another one is another number
FORM = 1
MANIFEST, STORE, KEY = "inhoud.json", "jaarring.db", "form.key"
CONFIG, OWN, FILES = "config/", "own/", "files/"
#: in bytes: what no municipality comes near, and a hostile file must not go beyond
_LIMITS = (
    (MANIFEST, 64_000_000),
    (STORE, 16_000_000_000),
    (KEY, 32),
    (CONFIG, 20_000_000),
    (OWN, 20_000_000),
)
_FILE_LIMIT = 500_000_000
_WORDS = ("made_at", "municipality", "version", "revision", "head")
_YAML = r"(?:organisation|strategy|calendar|channels)\.yaml"
#: a name that neither leads elsewhere nor hides
_PART = r"[^/\\\x00-\x1f.][^/\\\x00-\x1f]{0,120}"
_OWN = rf"(?:{_PART}/){{0,6}}{_PART}"
_NAME = re.compile(rf"jaarring\.db|form\.key|files/[0-9a-f]{{64}}|config/(?:{_YAML}|{_PART}\.svg)|own/{_OWN}")


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself. `members`: size and SHA-256 of each by name, in the order of the file.

    `head`: the end of the event log in it. `damaged`: stored files that were damaged when it was made, and so
    are not in it.
    """

    made_at: str
    municipality: str
    version: str
    revision: str
    head: str
    members: Mapping[str, tuple[int, str]]
    damaged: Sequence[str] = ()
    templates: str = ""
    form: int = FORM

    def as_bytes(self) -> bytes:
        """The list as it stands in the file."""
        return json.dumps(asdict(self), indent=1).encode()


@dataclass
class Unfit(Exception):
    """Why a file is no backup of ours that can be put back, in one Dutch sentence without its remedy."""

    what: str
    args: tuple[object, ...] = field(default=(), init=False)


def manifest(content: bytes) -> Manifest:
    """Read a list. Raises Unfit for what is none, or names what cannot be in a backup."""
    try:
        raw = json.loads(content)
        if raw["form"] != FORM:
            raise Unfit("de reservekopie heeft een vorm die deze versie van Jaarring niet kent")
        members = {str(name): (int(size), str(digest)) for name, (size, digest) in raw["members"].items()}
        made_at, town, version, revision, head = (str(raw[name]) for name in _WORDS)
        damaged = tuple(str(one) for one in raw["damaged"])
        found = Manifest(made_at, town, version, revision, head, members, damaged, str(raw["templates"]))
        datetime.fromisoformat(found.made_at)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unfit("de inhoudsopgave van de reservekopie is niet te lezen") from None
    if STORE not in members:
        raise Unfit("de stand zit niet in de reservekopie")
    if found.templates and not re.fullmatch(_OWN, found.templates):
        raise Unfit("in de reservekopie staan eigen sjablonen op een plek die niet kan")
    if not re.fullmatch(r"\d{1,12}:[0-9a-f]{64}", found.head):
        raise Unfit("de inhoudsopgave van de reservekopie noemt geen einde van het logboek")
    for name, (size, digest) in members.items():
        check(name, size)
        if name.startswith(FILES) and name != f"{FILES}{digest}":
            raise Unfit("in de reservekopie heet een bestand anders dan het is")
    return found


def check(name: str, size: int) -> None:
    """Raises Unfit for a name that a backup of ours never has, or a size beyond all measure."""
    if name != MANIFEST and not _NAME.fullmatch(name):
        raise Unfit("in de reservekopie zit een bestand dat er niet in hoort")
    limit = next((limit for start, limit in _LIMITS if name.startswith(start)), _FILE_LIMIT)
    if not 0 <= size <= limit:
        raise Unfit("in de reservekopie zit een bestand dat te groot is")
