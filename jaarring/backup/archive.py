"""The file of a backup: a plain tar, its members in one order, nothing compressed, so that any tool opens it.

Reading trusts nothing: every member is checked against the list and its hash while it is copied to a folder
of ours, under a name of ours. What is no ordinary file (a link, a device, a folder) is refused.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from jaarring.backup import rules
from jaarring.backup.rules import MANIFEST, Manifest, Unfit

_BLOCK = 1 << 20


def hashed(path: Path) -> tuple[int, str]:
    """The size of a file and its SHA-256."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest()


def write(target: Path, manifest: Manifest, sources: Mapping[str, Path], at: datetime) -> None:
    """Write a backup: whole under its name or not there at all, and readable by this user only.

    `sources`: where the content of each member in the list is.
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")  # made as 0600
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                content = manifest.as_bytes()
                _add(tar, MANIFEST, len(content), at, BytesIO(content))
                for name, (size, _) in manifest.members.items():
                    with sources[name].open("rb") as source:
                        _add(tar, name, size, at, source)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _add(tar: tarfile.TarFile, name: str, size: int, at: datetime, content: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, int(at.timestamp())
    tar.addfile(info, content)


def unpack(file: Path, folder: Path) -> Manifest:
    """Check a backup and lay its members out in `folder`, an empty one of ours. Raises Unfit for anything
    that is not as the list says, OSError where the file cannot be read.
    """
    try:
        with tarfile.open(file, "r:") as tar:  # no compression: nothing unpacks to more than it is
            return _unpacked(tar, folder)
    except (tarfile.TarError, EOFError, ValueError):
        raise Unfit("dit bestand is geen reservekopie, of het is beschadigd") from None
    except (FileExistsError, NotADirectoryError):
        raise Unfit("in de reservekopie heten twee bestanden hetzelfde") from None


def _unpacked(tar: tarfile.TarFile, folder: Path) -> Manifest:
    first = tar.next()
    if first is None or first.name != MANIFEST:
        raise Unfit("dit bestand is geen reservekopie, of het is beschadigd")
    _check(first)
    manifest = rules.manifest(_content(tar, first).read())
    wanted = dict(manifest.members)
    while (member := tar.next()) is not None:
        _check(member)
        size, digest = wanted.pop(member.name, (-1, ""))
        if size < 0:
            raise Unfit("in de reservekopie zit een bestand dat er niet in hoort, of dat er twee keer in zit")
        place = folder / member.name
        place.parent.mkdir(parents=True, exist_ok=True)
        if member.size != size or _copied(_content(tar, member), place) != digest:
            raise Unfit("in de reservekopie is een bestand beschadigd of veranderd")
    if wanted:
        raise Unfit("in de reservekopie ontbreken bestanden: zij is niet heel")
    return manifest


def _check(member: tarfile.TarInfo) -> None:
    if not member.isreg() or member.issparse():
        raise Unfit("in de reservekopie zit iets dat geen gewoon bestand is")
    rules.check(member.name, member.size)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = tar.extractfile(member)
    assert content is not None, "an ordinary file has content"
    return content


def _copied(content: IO[bytes], place: Path) -> str:
    digest = hashlib.sha256()
    with place.open("xb") as file:
        while block := content.read(_BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()
