"""What a drawing in a document may hold: shapes and words, nothing that runs, loads or hides."""

from collections.abc import Iterator

from lxml import etree

SVG = "{http://www.w3.org/2000/svg}"

SHAPES = frozenset(
    "svg g defs pattern rect circle ellipse line path polyline polygon text tspan title desc".split()
)
ATTRIBUTES = frozenset(
    "id role aria-labelledby viewBox width height x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform "
    "fill fill-opacity stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin opacity "
    "text-anchor dominant-baseline font-size font-weight patternUnits patternTransform".split()
)


def drawing_mistakes(svg: etree._Element) -> Iterator[str]:
    """Everything wrong with one `<svg>`: it needs a title (its alternative text), role img and a viewBox."""
    title = svg.find(SVG + "title")
    if title is None or not (title.text or "").strip():
        yield "<svg> heeft een <title> die zegt wat er te zien is"
    if svg.get("role") != "img":
        yield '<svg> heeft role="img"'
    if len((svg.get("viewBox") or "").split()) != 4:
        yield "<svg> heeft een viewBox van vier getallen"
    for node in svg.iter(etree.Element):
        if not node.tag.startswith(SVG) or node.tag.removeprefix(SVG) not in SHAPES:
            yield f"<{etree.QName(node).localname}> mag niet in een <svg> staan"
            continue
        for name, value in sorted((str(name), str(value)) for name, value in node.items()):
            if name not in ATTRIBUTES:
                yield f"<{node.tag.removeprefix(SVG)}> in een <svg> mag geen {name} hebben"
            elif "url(" in value.replace("url(#", ""):
                yield f"{name} in een <svg> verwijst naar buiten het document"


def alternative(svg: etree._Element) -> str:
    """The words that stand in for a drawing: its title, and its description when it has one."""
    words = (svg.findtext(SVG + name) for name in ("title", "desc"))
    return ". ".join(" ".join(word.split()).rstrip(".") for word in words if word and word.strip()) + "."
