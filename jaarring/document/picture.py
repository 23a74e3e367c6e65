"""A drawing of a document as a picture, for a form that cannot show a drawing."""

import typst

from jaarring.document.pdf import fonts

#: twice what a screen shows
DOTS_PER_INCH = 192

_SHEET = """#set page(width: {width:.2f}mm, height: auto, margin: 0pt, fill: white)
#set text(font: "Source Sans 3", lang: "nl")
#image(bytes(sys.inputs.svg), format: "svg", width: 100%)"""


def png(svg: str, width: float) -> bytes:
    """The drawing as PNG of `width` millimetres, in the fonts of the house: the same bytes anywhere."""
    made = typst.compile(
        _SHEET.format(width=width).encode(),
        format="png",
        ppi=DOTS_PER_INCH,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"svg": svg},
    )
    assert isinstance(made, bytes), "it has no end, so it is one page"
    return made
