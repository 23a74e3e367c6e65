"""The zip that an `.xlsx` or `.ods` file is: looked at before anything reads it. Runs in the child."""

from __future__ import annotations

import io
import zipfile
import zlib

ENTRY_LIMIT = 1_000
UNPACKED_LIMIT = 50 * 2**20
"""Bytes that all entries together may unpack to; counted while unpacking, never believed."""

_MACROS = ("vbaproject", "/macrosheets/", "/activex/", "basic/", "scripts/")
_FOREIGN = ("/externallinks/", "/embeddings/", "objectreplacements/", "object 1/")


class Refused(Exception):
    """A file that is not read further: `what` is wrong and the `remedy`, in Dutch. Stays in the child."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


AGAIN = "vul het formulier in dat u van ons kreeg, bewaar het als .xlsx of .ods en stuur het opnieuw"


def unpacked(data: bytes) -> dict[str, bytes]:
    """Name and content of every entry, names as they stand. Raises `Refused` for what a form never has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _names_fit(entries)
            return _contents(archive, [entry for entry in entries if not entry.is_dir()])
    except Refused:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OSError):
        raise Refused("het bestand is beschadigd", AGAIN) from None


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """A new zip of what was looked at, so that the reader sees exactly that and nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), body)
    target.seek(0)
    return target


def _names_fit(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > ENTRY_LIMIT:
        raise Refused(f"het bestand heeft meer dan {ENTRY_LIMIT} onderdelen", AGAIN)
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename.casefold()
        if name in seen:
            raise Refused("het bestand heeft twee onderdelen met dezelfde naam", AGAIN)
        seen.add(name)
        if name.startswith("/") or "\\" in name or "\0" in name or ".." in name.split("/"):
            raise Refused("het bestand heeft een onderdeel met een verboden naam", AGAIN)
        if entry.flag_bits & 0x1:
            raise Refused("het bestand is versleuteld", "bewaar het zonder wachtwoord en stuur het opnieuw")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("het bestand is op een onbekende manier ingepakt", AGAIN)
        rooted = "/" + name
        if any(word in rooted for word in _MACROS):
            raise Refused(
                "het bestand bevat macro's", "bewaar het als gewone .xlsx of .ods en stuur het opnieuw"
            )
        if any(word in rooted for word in _FOREIGN):
            raise Refused(
                "het bestand bevat een ingevoegd bestand of een koppeling naar een ander bestand",
                "haal die weg en stuur het opnieuw",
            )


def _contents(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    left = UNPACKED_LIMIT
    contents: dict[str, bytes] = {}
    for entry in entries:
        with archive.open(entry) as stream:
            body = stream.read(left + 1)
        left -= len(body)
        if left < 0:
            raise Refused(f"het bestand is uitgepakt groter dan {UNPACKED_LIMIT // 2**20} MB", AGAIN)
        if len(body) != entry.file_size:  # it lies about itself
            raise Refused("het bestand is beschadigd", AGAIN)
        contents[entry.filename] = body
    return contents
