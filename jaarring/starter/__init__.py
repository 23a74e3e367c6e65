"""A configuration to start from: the shipped example, whole (`write`) or as a form to fill in (`begin`)."""

from __future__ import annotations

import shutil
from pathlib import Path

from jaarring.refusal import Refused
from jaarring.starter.form import form_of, varied
from jaarring.starter.lines import EXAMPLE
from jaarring.starter.places import FILL


def write(folder: Path, variant: str) -> None:
    """Copy the example into `folder`, which must be new or empty; raises Refused otherwise."""
    _make(folder)
    for file in sorted([*EXAMPLE.glob("*.yaml"), *EXAMPLE.glob("*.svg")]):
        shutil.copyfile(file, folder / file.name)
    organisation = folder / "organisation.yaml"
    organisation.write_text(varied(organisation.read_text(encoding="utf-8"), variant), encoding="utf-8")


def begin(folder: Path, variant: str, year: int) -> None:
    """Write a form of the four files for cycle year `year` into `folder`, as `write` does."""
    _make(folder)
    for name in FILL:
        text = form_of(name, (EXAMPLE / name).read_text(encoding="utf-8"), variant, year)
        (folder / name).write_text(text, encoding="utf-8")


def _make(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"de map {folder} is niet leeg", "noem een nieuwe map")
    folder.mkdir(parents=True, exist_ok=True)
    if (EXAMPLE / "schemas").is_dir():  # by which an editor completes
        shutil.copytree(EXAMPLE / "schemas", folder / "schemas")
