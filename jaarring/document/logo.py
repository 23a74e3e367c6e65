"""The logo of a municipality: an SVG that somebody else drew, taken in only as shapes and colours.

What is let through is on a list. Nothing that runs, loads, animates or speaks another language (a style
sheet, HTML) comes in, no words, which would need a font of its own, and no photograph, which does not scale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from jaarring.document.svg import SVG

#: bytes; a logo of shapes is some thousands
LARGEST = 100_000
#: width to height: narrower or wider does not fit above a title
NARROWEST, WIDEST = 0.25, 8.0

SHAPES = frozenset(
    "svg g defs title desc path rect circle ellipse line polyline polygon linearGradient radialGradient stop "
    "clipPath".split()
)
ATTRIBUTES = frozenset(
    "id version role viewBox width height x y x1 y1 x2 y2 cx cy r rx ry fx fy d points transform fill "
    "fill-opacity fill-rule clip-rule clip-path clipPathUnits stroke stroke-width stroke-opacity "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray opacity color offset stop-color "
    "stop-opacity gradientUnits gradientTransform spreadMethod preserveAspectRatio".split()
)
_EXPORT = "bewaar het logo als gewone SVG, met kleuren als kenmerken van de vormen"
_REMEDIES = {
    "script": "haal het script eruit",
    "style": "bewaar de SVG met kleuren als kenmerken (presentatie-attributen), niet als stijlblad",
    "text": "zet de letters om in lijnen (paden)",
    "image": "teken het logo met vormen; een foto of plaatje kan niet",
    "use": "laat de vormen uitschrijven in plaats van verwijzen",
    "foreignObject": "haal dit eruit",
}


class LogoError(ValueError):
    """A file that cannot be a logo: which line of it, what is wrong, and what to do; Dutch."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(f"regel {line}: {what}; {remedy}")
        self.line, self.what, self.remedy = line, what, remedy


def cleaned(data: bytes) -> str:
    """The drawing as it goes into documents, without what a drawing program left in it.

    Its ids get a prefix of their own and so never meet one of a document. Raises LogoError for the first
    thing that may not be in it.
    """
    if len(data) > LARGEST:
        raise LogoError(1, f"het bestand is groter dan {LARGEST // 1000} kB", "vereenvoudig de vormen")
    root = _parsed(data)
    for mistake in _mistakes(root):
        raise mistake
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    for node in list(root.iter(etree.Element)):
        _plain(node)
    box = _box(root)
    if not NARROWEST <= box[2] / box[3] <= WIDEST:
        raise LogoError(1, "het logo is te smal of te breed", "kies een vorm van 1 bij 4 tot 8 bij 1")
    shapes = "".join(etree.tostring(child, encoding="unicode", with_tail=False) for child in root)
    shapes = shapes.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    shapes = re.sub(r' xmlns:\w+="[^"]*"', "", shapes)
    frame = " ".join(f"{number:g}" for number in box)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{frame}">{shapes}</svg>'


def ratio(logo: str) -> float:
    """Width over height of a logo that `cleaned` made."""
    _, _, width, height = _box(etree.fromstring(logo))
    return width / height


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = error.position[0] if isinstance(error, etree.XMLSyntaxError) else 1
        raise LogoError(max(line, 1), "dit is geen SVG", _EXPORT) from None
    if root.tag != SVG + "svg":
        raise LogoError(1, "dit is geen SVG", _EXPORT)
    if b"<!ENTITY" in data or any(True for _ in root.iter(etree.Entity)):
        raise LogoError(1, "er staan eigen tekens (ENTITY) in", _EXPORT)
    return root


def _mistakes(root: etree._Element) -> Iterator[LogoError]:
    for node in root.iter(etree.Element):
        line, name = int(str(node.sourceline or 1)), etree.QName(node).localname
        if etree.QName(node).namespace != SVG[1:-1]:
            continue  # what a drawing program keeps for itself; it goes out
        if name == "metadata":
            continue
        if name not in SHAPES:
            yield LogoError(line, f"<{name}> mag niet in een logo staan", _REMEDIES.get(name, _EXPORT))
        for key, value in sorted((str(key), str(value)) for key, value in node.items()):
            if key.startswith("{"):
                if key.endswith("}href"):
                    yield LogoError(line, "een verwijzing (href) mag niet in een logo", _REMEDIES["use"])
            elif key == "style":
                yield LogoError(line, f"<{name}> heeft een stijl (style)", _REMEDIES["style"])
            elif key.startswith("on"):
                yield LogoError(line, f"<{name}> heeft een opdracht ({key})", _REMEDIES["script"])
            elif key in ATTRIBUTES and "url(" in re.sub(r"url\(\s*#", "", value):
                yield LogoError(line, f"{key} verwijst naar buiten het logo", "haal die verwijzing weg")


def _plain(node: etree._Element) -> None:
    """Only what is on the list stays; ids and what points at them move to a place of their own."""
    namespace, name = etree.QName(node).namespace, etree.QName(node).localname
    if namespace != SVG[1:-1] or name in ("metadata", "title", "desc"):
        if (parent := node.getparent()) is not None:
            parent.remove(node)
        return
    node.text = node.tail = None
    for key, value in list(node.items()):
        if str(key) not in ATTRIBUTES:
            del node.attrib[key]
        elif key == "id":
            node.set("id", f"_logo-{value!s}")
        else:
            node.set(key, re.sub(r"url\(\s*#", "url(#_logo-", str(value)))


def _box(root: etree._Element) -> tuple[float, float, float, float]:
    """The part of the drawing that is shown: its viewBox, or else its width and height."""
    said = re.findall(r"-?[\d.]+(?:e-?\d+)?", root.get("viewBox") or "")
    if len(said) != 4:
        sizes = [re.match(r"[\d.]+", root.get(side) or "") for side in ("width", "height")]
        said = ["0", "0", *(size[0] for size in sizes if size)]
    try:
        x, y, width, height = map(float, said)
    except ValueError:
        raise LogoError(1, "het logo heeft geen afmetingen", "bewaar het met een viewBox") from None
    if not (0 < width < 100_000 and 0 < height < 100_000):
        raise LogoError(1, "het logo heeft geen afmetingen", "bewaar het met een viewBox")
    return x, y, width, height
