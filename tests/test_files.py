"""Stored files: named by what they hold, whole or not there, and what was damaged says so."""

import hashlib
import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from jaarring.files import DamagedFile, Files, write_safely

CONTENT = b"Jaarverslag veiligheid 2027\n"


@pytest.fixture
def kept(tmp_path: Path) -> Files:
    return Files(tmp_path / "var" / "files")


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_is_named_by_its_hash_and_comes_back_as_it_was(kept: Files) -> None:
    digest = kept.put(CONTENT)

    assert digest == hashlib.sha256(CONTENT).hexdigest()
    assert kept.get(digest) == CONTENT
    assert [path.name for path in on_disk(kept.folder)] == [digest]


def test_the_same_content_is_kept_once_and_not_written_again(kept: Files) -> None:
    kept.put(CONTENT)
    (path,) = on_disk(kept.folder)
    before = path.stat()

    kept.put(CONTENT)

    assert path.stat().st_ino == before.st_ino and path.stat().st_mtime_ns == before.st_mtime_ns
    assert on_disk(kept.folder) == [path]


@pytest.mark.parametrize(
    "damage",
    [b"", CONTENT[:-1], CONTENT + b" ", CONTENT.replace(b"2027", b"2028")],
    ids=["emptied", "cut off", "longer", "one figure"],
)
def test_a_damaged_file_is_found_when_it_is_read(kept: Files, damage: bytes) -> None:
    digest = kept.put(CONTENT)
    on_disk(kept.folder)[0].write_bytes(damage)

    with pytest.raises(DamagedFile) as raised:
        kept.get(digest)

    assert raised.value.args == (digest,)  # its hash, nothing of what it holds


def test_a_file_that_is_gone_is_damaged_too(kept: Files) -> None:
    digest = kept.put(CONTENT)
    on_disk(kept.folder)[0].unlink()

    with pytest.raises(DamagedFile):
        kept.get(digest)


def test_a_damaged_file_is_mended_when_the_content_comes_again(kept: Files) -> None:
    digest = kept.put(CONTENT)
    on_disk(kept.folder)[0].write_bytes(b"")

    kept.put(CONTENT)

    assert kept.get(digest) == CONTENT


def die(folder: Path, step: str) -> None:
    """Puts a file and is killed at one step of it."""

    def kill(*_: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(os, step, kill)
    Files(folder).put(CONTENT)


@pytest.mark.parametrize("step", ["fdopen", "fsync", "replace"])
def test_whoever_is_killed_while_writing_leaves_nothing_under_the_name(kept: Files, step: str) -> None:
    kept.put(b"another")
    before = on_disk(kept.folder)
    process = multiprocessing.get_context("spawn").Process(target=die, args=(kept.folder, step))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL

    left = [path for path in on_disk(kept.folder) if path not in before]
    assert all(path.name.startswith(".new-") for path in left)
    digest = hashlib.sha256(CONTENT).hexdigest()
    with pytest.raises(DamagedFile):
        kept.get(digest)
    assert kept.put(CONTENT) == digest and kept.get(digest) == CONTENT


def test_content_is_flushed_before_it_gets_its_name_and_every_folder_after(
    kept: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut cannot take what was acknowledged, nor leave a name without content."""
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def seen_fsync(handle: int) -> None:
        target = Path(os.readlink(f"/proc/self/fd/{handle}"))
        steps.append("file" if target.is_file() else f"folder {target.name}")
        fsync(handle)

    def seen_replace(source: Any, target: Any) -> None:
        steps.append("name")
        replace(source, target)

    kept.folder.parent.mkdir()
    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(os, "replace", seen_replace)
    digest = kept.put(CONTENT)

    assert steps == ["folder var", "folder files", "file", "name", f"folder {digest[:2]}"]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "form.key"
    write_safely(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_safely(path, b"new")

    assert path.read_bytes() == b"old"
    assert on_disk(tmp_path) == [path]


def test_what_is_written_is_for_this_user_only(tmp_path: Path) -> None:
    write_safely(tmp_path / "form.key", b"key")

    assert (tmp_path / "form.key").stat().st_mode & 0o077 == 0
