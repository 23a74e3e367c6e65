"""Stored files under their own hash: written once, flushed to disk, checked at every read."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path


class DamagedFile(RuntimeError):
    """A stored file is missing or is no longer what it was; `args`: its hash."""


class Files:
    """A folder of files named by SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store the content, safe on disk when this returns; its hash."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not _holds(path, content):  # a damaged one is mended
            _make_folder(path.parent)
            write_safely(path, content)
        return digest

    def get(self, digest: str) -> bytes:
        """The content with this hash. Raises DamagedFile if it is gone or changed."""
        try:
            content = self._path(digest).read_bytes()
        except OSError:
            raise DamagedFile(digest) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise DamagedFile(digest)
        return content

    def all(self) -> Iterator[tuple[str, Path]]:
        """The hash and the place of every file, in the order of the hashes; whole or not."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/*")):
            if re.fullmatch(r"[0-9a-f]{64}", path.name):
                yield path.name, path

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def write_safely(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all: other name, flush, rename, flush the folder."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    flush(path.parent)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _make_folder(folder: Path) -> None:
    """Make a folder and what it stands in, each safe on disk: a file's name is no safer than its folder's."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        flush(folder.parent)


def flush(folder: Path) -> None:
    """Have on disk which files a folder holds: a file whose name is not may be gone after a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
