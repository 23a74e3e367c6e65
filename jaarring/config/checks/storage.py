"""Where everything is kept: the folder, the database beside its files, templates of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from jaarring.config.checks.names import ORGANISATION
from jaarring.config.mistakes import Mistake
from jaarring.config.reading import Reading

_EXAMPLE = "postgresql://jaarring:${env:DATABASEWACHTWOORD}@localhost/jaarring"


def storage(reading: Reading) -> Iterator[Mistake]:
    """A folder that can be one, and a database that we know how to use. Its address is never repeated."""
    if not (model := reading.organisation):
        return
    folder = reading.folder / model.storage
    if folder.resolve() == reading.folder.resolve():
        remedy = "kies een andere map, bijvoorbeeld ../var"
        yield reading.at(ORGANISATION, ("storage",), "is de map van deze bestanden zelf", remedy)
    elif folder.is_file():
        yield reading.at(ORGANISATION, ("storage",), "is een bestand", "noem een map, bijvoorbeeld ../var")
    journal = (folder / model.journal).resolve()
    if journal.is_dir():
        remedy = "noem een bestand, bijvoorbeeld journaal.jsonl"
        yield reading.at(ORGANISATION, ("journal",), "is een map", remedy)
    if model.templates is not None:
        yield from _templates(reading, reading.folder / model.templates)
    if model.database != "sqlite" and (said := _database(model.database)):
        yield reading.at(ORGANISATION, ("database",), *said)


def _templates(reading: Reading, folder: Path) -> Iterator[Mistake]:
    """A folder of files that each stand in for one of our templates; what is in them is for `own.check`."""
    from jaarring.own import templates

    if not folder.is_dir():
        remedy = "maak de map, of haal deze regel weg"
        yield reading.at(ORGANISATION, ("templates",), "deze map is er niet", remedy)
    elif folder.resolve() in (reading.folder.resolve(), *reading.folder.resolve().parents):
        remedy = "kies een map met alleen sjablonen, bijvoorbeeld eigen"
        yield reading.at(ORGANISATION, ("templates",), "is de map van deze bestanden zelf", remedy)
    else:
        for one in templates.strangers(folder):
            said = f"{one.file}: {one.what}"
            yield reading.at(ORGANISATION, ("templates",), said, one.remedy)


def _database(address: str) -> tuple[str, str] | None:
    """What is wrong with an address and what to write; None if nothing is."""
    from jaarring.mail.channels import REFERENCE, STAND_IN

    if REFERENCE.fullmatch(address):
        return None  # an address that is one whole secret is judged when it is opened
    try:
        parts = urlsplit(REFERENCE.sub(STAND_IN, address))
        _ = parts.port
    except ValueError:
        return "dit adres is niet te lezen", f"schrijf bijvoorbeeld {_EXAMPLE}"
    if parts.scheme != "postgresql":
        return "deze database kennen wij niet", f"schrijf sqlite, of bijvoorbeeld {_EXAMPLE}"
    if parts.password and STAND_IN not in parts.password:
        return "hier staat een wachtwoord", "schrijf in plaats daarvan ${env:NAAM} of ${file:pad}"
    if not parts.path.strip("/"):
        return "de naam van de database ontbreekt", f"zet die achteraan, zoals in {_EXAMPLE}"
    return None
