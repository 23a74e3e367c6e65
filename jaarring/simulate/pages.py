"""What a simulated year leaves in its folder: the summary, the list of messages, plans, reports, agenda."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from jaarring import agenda, shelf, steps
from jaarring.config.load import load
from jaarring.config.mistakes import WARNING
from jaarring.document import page
from jaarring.simulate import assume, view
from jaarring.simulate.play import MARK, Played

OVERVIEW, LETTERS, AGENDA = "overzicht.html", "berichten.html", "agenda.txt"


def lay_out(played: Played, out: Path) -> Path:
    """Put everything where a person looks; the page to open first."""
    files = _documents(played, out)
    here = played.here
    _, mistakes = load(here.config.folder)
    warnings = [
        f"{one.file}, regel {one.line}: {one.field} {one.what}; {one.remedy}"
        for one in mistakes
        if one.severity == WARNING
    ]
    shown = view.overview(played, warnings, files)
    title = f"Simulatie van cyclusjaar {played.year}"
    _page(played, out / OVERVIEW, title, shelf.words("simulate/overview.html", it=shown))
    letters = [(one, view.name_of(here, one.to), view.subject(one)) for one in played.mailbox.letters]
    words = shelf.words("simulate/letters.html", year=played.year, letters=letters)
    _page(played, out / LETTERS, f"Berichten in cyclusjaar {played.year}", words)
    steps.lay_out_agenda(here, played.last)
    if (made := here.storage / "agenda").is_dir():
        shutil.copytree(made, out / "kalenders", ignore=shutil.ignore_patterns(".*"))
    lines = agenda.lines(here, played.year, played.last)
    text = "\n".join([f"{MARK}, geen echte agenda", *agenda.as_text(here, lines)])
    (out / AGENDA).write_text(text + "\n", encoding="utf-8")
    assume.write(out / assume.NAME, played.assumed, here.config.organisation.variant)
    return out / OVERVIEW


def _documents(played: Played, out: Path) -> list[Path]:
    """Plans and reports in folders of their own, as in the demo; where each now lies."""
    laid = []
    for made in sorted(played.here.documents.glob("*")):
        folder = out / ("plannen" if made.name.startswith(("jaarplan", "gezamenlijk")) else "rapportages")
        folder.mkdir(exist_ok=True)
        laid.append(Path(shutil.copy(made, folder)))
    return laid


def _page(played: Played, path: Path, title: str, words: str) -> None:
    here = played.here
    house = replace(here.config.house, mark=MARK)
    path.write_text(
        page(words, title=title, description=f"{title}. Niets is echt.", house=house), encoding="utf-8"
    )
