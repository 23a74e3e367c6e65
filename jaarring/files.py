"""Stored files under their own hash: written once, flushed to disk, checked at every read."""

from __future__ import annotations

import hashlib
import os
import tempfile
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
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
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

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def write_safely(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all: temporary name, flush, rename, flush the folder."""
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
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
