"""What an archive wants to know of a document: metadata by MDTO, as files that lie beside it.

MDTO ("Metagegevens voor Duurzaam Toegankelijke Overheidsinformatie", Nationaal Archief, XML schema 1.0.1) has
one XML file for the document as a whole (`informatieobject`) and one for each of its files (`bestand`). How
long it is kept is for the municipality's archivist: the selection list of municipalities decides, not we.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

NAMESPACE = "https://www.nationaalarchief.nl/mdto"
#: the file type of each form, by the words and the code of the PRONOM registry
PRONOM: Mapping[str, tuple[str, str]] = {
    "html": ("Hypertext Markup Language 5", "fmt/471"),
    "pdf": ("Acrobat PDF/A - Portable Document Format 2a", "fmt/477"),
    "odt": ("OpenDocument Text 1.3", "fmt/1756"),
    "docx": ("Microsoft Word for Windows 2007 onwards", "fmt/412"),
    "ods": ("OpenDocument Spreadsheet 1.3", "fmt/1755"),
    "csv": ("Comma Separated Values", "x-fmt/18"),
    "json": ("JSON Data Interchange Format", "fmt/817"),
}


@dataclass(frozen=True)
class File:
    """One form of a document as it is stored. `sha256`: its hash; `size` in bytes."""

    name: str
    format: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Record:
    """A document for the archive. `key`: its key with edition and version, unique in the municipality.

    `first`, `last`: the days that it speaks of; `restriction`: who may read it, in words, with its ground.
    """

    key: str
    title: str
    description: str
    municipality: str
    status: str
    made: date
    first: date
    last: date
    restriction: tuple[str, str]
    files: tuple[File, ...]


def informatieobject(record: Record) -> bytes:
    """The XML file for the document as a whole; elements in the order of the schema."""
    root, body = _begun("informatieobject", record.key, record.title, record.municipality)
    _begrip(body, "aggregatieniveau", "Archiefstuk", "Begrippenlijst Aggregatieniveaus MDTO")
    _add(body, "trefwoord", "integrale beveiliging")
    _add(body, "omschrijving", record.description)
    period = _add(body, "dekkingInTijd")
    _begrip(period, "dekkingInTijdType", "Heeft betrekking op", "Begrippenlijst DekkingInTijdTypen MDTO")
    _add(period, "dekkingInTijdBegindatum", record.first.isoformat())
    _add(period, "dekkingInTijdEinddatum", record.last.isoformat())
    _add(body, "taal", "nl")
    event = _add(body, "event")
    what = "Vaststelling" if record.status == "vastgesteld" else "Creatie"
    _begrip(event, "eventType", what, "Begrippenlijst EventTypen MDTO")
    _add(event, "eventTijd", record.made.isoformat())
    _begrip(body, "waardering", "Nader te bepalen met de selectielijst gemeenten", "Jaarring")
    for file in record.files:
        _verwijzing(body, "heeftRepresentatie", file.name, f"{record.key}/{file.format}", record.municipality)
    _verwijzing(body, "archiefvormer", f"Gemeente {record.municipality}")
    limit = _add(body, "beperkingGebruik")
    kind, ground = record.restriction
    _begrip(limit, "beperkingGebruikType", kind, "Begrippenlijst BeperkingGebruikTypen MDTO")
    if ground:
        _add(limit, "beperkingGebruikNadereBeschrijving", ground)
    return _written(root)


def bestand(record: Record, file: File) -> bytes:
    """The XML file for one form: its size, its type, its hash, and of which document it is a form."""
    root, body = _begun("bestand", f"{record.key}/{file.format}", file.name, record.municipality)
    _add(body, "omvang", str(file.size))
    label, code = PRONOM[file.format]
    _begrip(body, "bestandsformaat", label, "PRONOM-register", code)
    checksum = _add(body, "checksum")
    _begrip(checksum, "checksumAlgoritme", "SHA-256", "Begrippenlijst ChecksumAlgoritmen MDTO")
    _add(checksum, "checksumWaarde", file.sha256)
    _add(checksum, "checksumDatum", f"{record.made.isoformat()}T12:00:00")
    _verwijzing(body, "isRepresentatieVan", record.title, record.key, record.municipality)
    return _written(root)


def side_files(record: Record, name: str) -> Sequence[tuple[str, bytes]]:
    """Every XML file of a document with the name under which it lies beside it."""
    return [
        (f"{name}.mdto.xml", informatieobject(record)),
        *((f"{file.name}.bestand.mdto.xml", bestand(record, file)) for file in record.files),
    ]


def _begun(kind: str, key: str, title: str, municipality: str) -> tuple[etree._Element, etree._Element]:
    root = etree.fromstring(f'<MDTO xmlns="{NAMESPACE}"/>')
    body = _add(root, kind)
    _identified(body, "identificatie", key, municipality)
    _add(body, "naam", title)
    return root, body


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _identified(parent: etree._Element, name: str, key: str, municipality: str) -> None:
    known = _add(parent, name)
    _add(known, "identificatieKenmerk", key)
    _add(known, "identificatieBron", f"Jaarring, gemeente {municipality}")


def _begrip(parent: etree._Element, name: str, label: str, source: str, code: str = "") -> None:
    """A term from a list: its word, its code where it has one, and which list."""
    term = _add(parent, name)
    _add(term, "begripLabel", label)
    if code:
        _add(term, "begripCode", code)
    _verwijzing(term, "begripBegrippenlijst", source)


def _verwijzing(parent: etree._Element, name: str, to: str, key: str = "", municipality: str = "") -> None:
    reference = _add(parent, name)
    _add(reference, "verwijzingNaam", to)
    if key:
        _identified(reference, "verwijzingIdentificatie", key, municipality)


def _written(root: etree._Element) -> bytes:
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
