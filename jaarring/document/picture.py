"""A drawing of a document as a picture, for a form that cannot show a drawing."""

import typst

from jaarring.document.house import FALLBACK
from jaarring.document.pdf import fonts

#: twice what a screen shows
DOTS_PER_INCH = 192

_SHEET = """#set page(width: {width:.2f}mm, height: auto, margin: 0pt, fill: white)
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""


def png(svg: str, width: float, font: str = FALLBACK) -> bytes:
    """The drawing as PNG of `width` millimetres, in a font of the house: the same bytes anywhere."""
    # a drawing does not take the font of the sheet: without a family its words are not drawn at all
    families = ", ".join(f"'{name}'" for name in dict.fromkeys((font, FALLBACK)))
    made = typst.compile(
        _SHEET.format(width=width).encode(),
        format="png",
        ppi=DOTS_PER_INCH,
        font_paths=fonts(font),
        ignore_system_fonts=True,
        sys_inputs={"svg": svg.replace("<svg ", f'<svg font-family="{families}" ', 1)},
    )
    assert isinstance(made, bytes), "it has no end, so it is one page"
    return made
