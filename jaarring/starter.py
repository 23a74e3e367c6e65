"""A configuration to start from: the shipped example, with the variant that was asked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from jaarring.refusal import Refused

EXAMPLE = Path(__file__).resolve().parent.parent / "config"


def write(folder: Path, variant: str) -> None:
    """Copy the example into `folder`, which must be new or empty; raises Refused otherwise."""
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"de map {folder} is niet leeg", "noem een nieuwe map")
    folder.mkdir(parents=True, exist_ok=True)
    for file in sorted(EXAMPLE.glob("*.yaml")):
        shutil.copyfile(file, folder / file.name)
    organisation = folder / "organisation.yaml"
    text = organisation.read_text(encoding="utf-8")
    organisation.write_text(re.sub(r"(?m)^variant: \w+", f"variant: {variant}", text), encoding="utf-8")
