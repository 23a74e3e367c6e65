"""Which characters every document can draw, so that no text of a person ever stops a document.

PDF/A wants a real glyph for each character and typst refuses the whole document without one. A report must
not fail on a smiley that somebody pasted into a form: what cannot be drawn is printed by its number.
"""

import re
import struct
import unicodedata
from functools import cache

from jaarring.document.elements import FRAMES
from jaarring.document.house import FALLBACK, FONTS

#: Characters that only steer others (joiners, emoji selectors, soft hyphen): nothing is lost without them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff]")

_LINE_BREAKS = "\n\r\t"


def printable(text: str) -> str:
    """The text, composed (NFC), with each character that no document can draw written as `[U+1F600]`.

    What the first of our families has is what counts: it draws whatever another one lacks, so that a document
    has the same words in every house style.
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    known = _characters()
    return "".join(c if c in _LINE_BREAKS or ord(c) in known else f"[U+{ord(c):04X}]" for c in text)


@cache
def _characters() -> frozenset[int]:
    fonts = sorted((FRAMES / "fonts" / FONTS[FALLBACK]).glob("*.otf"))
    if not fonts:
        raise FileNotFoundError(f"templates/_frames/fonts/{FONTS[FALLBACK]}/*.otf")
    return frozenset.intersection(*(mapped_characters(font.read_bytes()) for font in fonts))


def mapped_characters(font: bytes) -> frozenset[int]:
    """The code points that an OpenType font maps to a glyph: its `cmap` table, formats 4 and 12.

    Source: the OpenType specification, chapter "cmap - Character to Glyph Index Mapping Table".
    """
    tables = struct.unpack_from(">H", font, 4)[0]
    entries = range(12, 12 + 16 * tables, 16)
    cmap = next(struct.unpack_from(">I", font, at + 8)[0] for at in entries if font[at : at + 4] == b"cmap")
    found: set[int] = set()
    for index in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">HHI", font, cmap + 4 + 8 * index)[2]
        match struct.unpack_from(">H", font, start)[0]:
            case 4:
                half = struct.unpack_from(">H", font, start + 6)[0] // 2
                ends = struct.unpack_from(f">{half}H", font, start + 14)
                starts = struct.unpack_from(f">{half}H", font, start + 16 + 2 * half)
                for first, last in zip(starts, ends, strict=True):
                    found.update(range(first, last + 1))
            case 12:
                for group in range(struct.unpack_from(">I", font, start + 12)[0]):
                    first, last, _ = struct.unpack_from(">III", font, start + 16 + 12 * group)
                    found.update(range(first, last + 1))
    return frozenset(found - {0xFFFF})
