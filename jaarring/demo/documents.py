"""`make documents`: every document of the demo in every edition and form, both variants, behind one page."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from jaarring import cycle, shelf
from jaarring.demo.play import YEAR, Door, play
from jaarring.document import page
from jaarring.document.formats import FORMATS
from jaarring.here import Here, municipality
from jaarring.ledger import documents
from jaarring.ledger.documents import Document
from jaarring.refusal import Refused

INDEX = "index.html"
TITLES = {
    "direct": "Direct: de secretaris stuurt elk thema",
    "oib": "OIB: een overleg stuurt samen",
}


@dataclass(frozen=True)
class Form:
    """A form of a document, and where it lies under the page."""

    name: str
    path: str


@dataclass(frozen=True)
class Shown:
    title: str
    edition: str
    status: str
    forms: tuple[Form, ...]


def lay_out(configs: dict[str, Path], out: Path) -> Path:
    """Every document of played municipalities, by variant, in every form under `out`; the page to open."""
    out.mkdir(parents=True, exist_ok=True)
    variants = []
    for variant, config in configs.items():
        with municipality(config) as here:
            found = list(_documents(here, out, variant))
            house = replace(here.config.house, municipality=here.organisation.name)
        variants.append({"name": variant, "title": TITLES[variant], "documents": found})
    html = shelf.words("demo/documents.html", year=YEAR, variants=variants)
    title = "Alle documenten van Elzenwaard"
    (out / INDEX).write_text(
        page(html, title=title, description=f"{title}. Een verzonnen gemeente.", house=house), "utf-8"
    )
    return out / INDEX


def _documents(here: Here, out: Path, variant: str) -> Iterator[Shown]:
    with here.store.read() as tx:
        kept = [one for one in documents.all_kept(tx) if one.recipe]
    newest = {(one.key, one.edition): one for one in kept}
    for (_, edition), one in sorted(newest.items()):
        draft = json.loads(here.files.get(one.recipe))["draft"]
        yield Shown(draft["title"], edition, one.status, tuple(_forms(here, one, out, variant)))


def _forms(here: Here, one: Document, out: Path, variant: str) -> Iterator[Form]:
    at = cycle.moment(here, one.as_of)
    for format in FORMATS:
        made = shelf.in_form(here, one.key, one.edition, format, at)
        assert made, "it has a page, and so a recipe"
        place = Path(variant) / format / made.name
        (out / place).parent.mkdir(parents=True, exist_ok=True)
        (out / place).write_bytes(here.files.get(made.sha256))
        yield Form(format, place.as_posix())


def make(out: Path, door: Door) -> int:
    """Play both variants in a folder that is thrown away, and keep their documents in `out`; the exit status.

    Raises Refused for a folder that holds something else.
    """
    if out.exists() and not (out / INDEX).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise Refused(f"{out} is geen lege map", "noem een map die er nog niet is")
    with tempfile.TemporaryDirectory(prefix="jaarring-") as folder:
        played = {variant: Path(folder) / variant for variant in TITLES}
        for variant, place in played.items():
            if status := play(place, variant, door):
                return status
        if out.is_dir():
            shutil.rmtree(out)
        index = lay_out({variant: place / "config" for variant, place in played.items()}, out)
    print(f"Open {index}")
    return 0
