"""Our own check of a PDF against the rules of `documents.md`: tagged, archivable, with nothing hidden in it.

No full validator of PDF/UA or PDF/A is to be had from the registries we use. What passes here is "checked
against our rules", never "certified". Each check has a control in `test_document.py` that it must refuse.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Pdf

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdfaExtension": "http://www.aiim.org/pdfa/ns/extension/",
    "pdfaSchema": "http://www.aiim.org/pdfa/ns/schema#",
}

Check = Callable[[Pdf], Iterator[str]]
CHECKS: list[Check] = []


@dataclass(frozen=True)
class Outcome:
    """How many checks were done, how many things they looked at, and each `check: what is wrong`."""

    done: int
    looked_at: dict[str, int]
    refused: list[str]


def check(pdf: bytes) -> Outcome:
    """Every rule of ours against one PDF."""
    refused: list[str] = []
    with pikepdf.open(BytesIO(pdf)) as file:
        for rule in CHECKS:
            refused += [f"{rule.__name__}: {reason}" for reason in rule(file)]
        tags = [str(tag.S) for tag in _tags(file)]
        looked_at = {
            "pages": len(file.pages),
            "fonts": len(list(_fonts(file))),
            **{tag: tags.count(f"/{tag}") for tag in ("Table", "TH", "Figure", "Note", "Link", "H1", "H2")},
        }
    return Outcome(len(CHECKS), looked_at, refused)


def _rule(function: Check) -> Check:
    CHECKS.append(function)
    return function


@_rule
def language(pdf: Pdf) -> Iterator[str]:
    if not str(pdf.Root.get("/Lang", "")).startswith("nl"):
        yield "Lang is not nl"


@_rule
def marked(pdf: Pdf) -> Iterator[str]:
    if not _dictionary(pdf.Root, "/MarkInfo").get("/Marked", False) or "/StructTreeRoot" not in pdf.Root:
        yield "not a tagged PDF"


@_rule
def display_title(pdf: Pdf) -> Iterator[str]:
    if not _dictionary(pdf.Root, "/ViewerPreferences").get("/DisplayDocTitle", False):
        yield "the window shows the file name, not the title"


@_rule
def bookmarks(pdf: Pdf) -> Iterator[str]:
    if "/First" not in _dictionary(pdf.Root, "/Outlines"):
        yield "no bookmarks"


@_rule
def identifier(pdf: Pdf) -> Iterator[str]:
    if "/ID" not in pdf.trailer:
        yield "no ID in the trailer"


@_rule
def output_intent(pdf: Pdf) -> Iterator[str]:
    for intent in pdf.Root.get("/OutputIntents", Array()):
        profile = intent.DestOutputProfile.read_bytes() if "/DestOutputProfile" in intent else b""
        # an ICC profile says "RGB " at 16 and its signature "acsp" at 36
        if profile[16:20] == b"RGB " and profile[36:40] == b"acsp" and "sRGB" in str(intent.get("/Info", "")):
            return
    yield "no sRGB output intent"


@_rule
def metadata(pdf: Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "no XMP"
        return
    xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
    for name, value in (("pdfuaid:part", "1"), ("pdfaid:part", "2"), ("pdfaid:conformance", "A")):
        if _property(xmp, name) != value:
            yield f"{name} is not {value}"
    if not (xmp.findtext(".//dc:title/rdf:Alt/rdf:li", namespaces=NAMESPACES) or "").strip():
        yield "no title"
    schemas = xmp.findall(".//pdfaExtension:schemas//pdfaSchema:namespaceURI", namespaces=NAMESPACES)
    if NAMESPACES["pdfuaid"] not in [schema.text for schema in schemas]:
        yield "pdfuaid is used but not declared"


@_rule
def links(pdf: Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, 1):
        found = [note for note in page.get("/Annots", Array()) if note.get("/Subtype") == "/Link"]
        if found and page.get("/Tabs") != "/S":
            yield f"page {number}: tab order is not the order of reading"
        if any(not str(link.get("/Contents", "")).strip() for link in found):
            yield f"page {number}: a link without words"
        if any(not int(link.get("/F", 0)) & 4 for link in found):
            yield f"page {number}: a link that is not printed"


@_rule
def fonts(pdf: Pdf) -> Iterator[str]:
    for font in _fonts(pdf):
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        descriptor = _dictionary(inner, "/FontDescriptor")
        if font.Subtype != "/Type3" and not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")):
            yield "a font that is not embedded"
        if "/ToUnicode" not in font:
            yield "a font without ToUnicode"


@_rule
def content_is_tagged(pdf: Pdf) -> Iterator[str]:
    painters = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "Do", "sh", "BI"}
    for number, page in enumerate(pdf.pages, 1):
        depth = 0
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            depth += (name in ("BDC", "BMC")) - (name == "EMC")
            if name in painters and not depth:
                yield f"page {number}: something is drawn outside marked content"
                break


@_rule
def figures(pdf: Pdf) -> Iterator[str]:
    for tag in _tags(pdf, "/Figure", "/Formula"):
        if not str(tag.get("/Alt", "")).strip():
            yield "a figure without Alt"


@_rule
def notes(pdf: Pdf) -> Iterator[str]:
    names = [str(tag.get("/ID", "")) for tag in _tags(pdf, "/Note")]
    if "" in names or len(set(names)) < len(names):
        yield "a note without an ID of its own"


@_rule
def tables(pdf: Pdf) -> Iterator[str]:
    for table in _tags(pdf, "/Table"):
        heads = [cell for cell in _below(table) if cell.S == "/TH"]
        if not heads:
            yield "a table without TH"
        if any(not any("/Scope" in part for part in _attributes(cell)) for cell in heads):
            yield "a TH without Scope"


@_rule
def headings(pdf: Pdf) -> Iterator[str]:
    levels = [int(str(tag.S)[2:]) for tag in _tags(pdf) if re.fullmatch(r"/H[1-6]", str(tag.S))]
    if levels[:1] != [1]:
        yield "the first heading is not H1"
    if any(after > before + 1 for before, after in zip(levels, levels[1:], strict=False)):
        yield "a heading level is skipped"


@_rule
def scripts(pdf: Pdf) -> Iterator[str]:
    names = _dictionary(pdf.Root, "/Names")
    if "/JavaScript" in names or "/OpenAction" in pdf.Root or "/AA" in pdf.Root:
        yield "something runs when it is opened"
    if any("/JS" in thing for thing in pdf.objects if isinstance(thing, Dictionary)):
        yield "JavaScript"


@_rule
def attachments(pdf: Pdf) -> Iterator[str]:
    if "/EmbeddedFiles" in _dictionary(pdf.Root, "/Names") or "/AF" in pdf.Root or len(pdf.attachments):
        yield "a file inside the file"


@_rule
def layers(pdf: Pdf) -> Iterator[str]:
    if "/OCProperties" in pdf.Root:
        yield "layers that can be switched off"


@_rule
def encryption(pdf: Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"


def _dictionary(thing: pikepdf.Object, key: str) -> pikepdf.Object:
    return thing.get(key, Dictionary())


def _property(xmp: etree._Element, name: str) -> str | None:
    """A property of XMP, which may stand as an element or as an attribute."""
    prefix, local = name.split(":")
    full = f"{{{NAMESPACES[prefix]}}}{local}"
    texts = [node.text if node.tag == full else node.get(full) for node in xmp.iter(etree.Element)]
    return next((str(text) for text in texts if text is not None), None)


def _fonts(pdf: Pdf) -> Iterator[pikepdf.Object]:
    for thing in pdf.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == "/Font":
            # the inner half of a composite font is judged with its outer half
            if str(thing.get("/Subtype", "")) not in ("/CIDFontType0", "/CIDFontType2"):
                yield thing


def _tags(pdf: Pdf, *kinds: str) -> Iterator[pikepdf.Object]:
    """Every tag of the structure tree in the order of reading, roles of the file resolved."""
    if "/StructTreeRoot" in pdf.Root:
        for tag in _below(pdf.Root.StructTreeRoot):
            if not kinds or str(tag.S) in kinds:
                yield tag


def _below(tag: pikepdf.Object) -> Iterator[pikepdf.Object]:
    children = tag.get("/K", Array())
    for child in children if isinstance(children, Array) else [children]:
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from _below(child)


def _attributes(tag: pikepdf.Object) -> list[pikepdf.Object]:
    held = tag.get("/A", Array())
    return [part for part in (held if isinstance(held, Array) else [held]) if isinstance(part, Dictionary)]
