"""Every form that a document can have, by its ending; a new form is a writer and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from jaarring.document.figures import About, as_csv, as_json
from jaarring.document.house import STATUS_WORDS, HouseStyle, Status

#: in which folder beside the pages each form is laid out: to read, to edit, to count with
FOLDERS: Mapping[str, str] = {
    "html": "",
    "pdf": "",
    "odt": "bewerken",
    "docx": "bewerken",
    "ods": "cijfers",
    "csv": "cijfers",
    "json": "cijfers",
}
FORMATS = tuple(FOLDERS)
#: the properties of an ODT or DOCX by which it is known when it comes back: key and edition, and its words
DOCUMENT, WORDS = "Jaarring", "Jaarring-tekst"
#: where the metadata for the archive lies
ARCHIVE = "archief"


@dataclass(frozen=True)
class Text:
    """A document before it has a form. `edition`: for whom; `key`: what it is, by which an edited copy is
    known when it comes back; `at`: the date of the document.
    """

    html: str
    title: str
    description: str
    edition: str
    key: str
    at: date
    status: Status = None


def made(format: str, text: Text, house: HouseStyle) -> bytes:
    """The document in one form: the same bytes for the same text, house style and tools.

    Raises DocumentError where the HTML breaks the rules of the house, KeyError for a form that is none.
    """
    return _WRITERS[format](text, house)


def _html(text: Text, house: HouseStyle) -> bytes:
    from jaarring.document.page import page

    said = page(text.html, title=text.title, description=text.description, house=house, status=text.status)
    return said.encode()


def _pdf(text: Text, house: HouseStyle) -> bytes:
    from jaarring.document.pdf import pdf

    return pdf(
        text.html,
        title=text.title,
        author=f"Gemeente {house.municipality}",
        description=text.description,
        at=text.at,
        house=house,
        status=text.status,
    )


def _odt(text: Text, house: HouseStyle) -> bytes:
    from jaarring.document.office import odt

    return _editable(odt, text, house)


def _docx(text: Text, house: HouseStyle) -> bytes:
    from jaarring.document.office import docx

    return _editable(docx, text, house)


def _editable(writer: Callable[..., bytes], text: Text, house: HouseStyle) -> bytes:
    known = {DOCUMENT: f"{text.key} {text.edition}", WORDS: sha256(text.html.encode()).hexdigest()}
    return writer(
        text.html,
        title=text.title,
        author=f"Gemeente {house.municipality}",
        description=text.description,
        at=text.at,
        house=house,
        status=text.status,
        properties=known,
    )


def _about(text: Text, house: HouseStyle) -> About:
    status = STATUS_WORDS.get(text.status, "").lower()
    return About(text.title, house.municipality, text.edition, status, text.at, house.mark)


def _ods(text: Text, house: HouseStyle) -> bytes:
    from jaarring.document.ods import ods

    return ods(text.html, _about(text, house))


def _csv(text: Text, house: HouseStyle) -> bytes:
    return as_csv(text.html, _about(text, house))


def _json(text: Text, house: HouseStyle) -> bytes:
    return as_json(text.html, _about(text, house))


_WRITERS: Mapping[str, Callable[[Text, HouseStyle], bytes]] = {
    "html": _html,
    "pdf": _pdf,
    "odt": _odt,
    "docx": _docx,
    "ods": _ods,
    "csv": _csv,
    "json": _json,
}
