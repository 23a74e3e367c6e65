"""The house style of a municipality: name, logo, two colours and a font, refused at birth when nobody could
read them."""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

#: Where a document stands; None for a piece that is never adopted (a list, a receipt).
Status = Literal["concept", "vastgesteld"] | None

STATUS_WORDS: dict[Status, str] = {"concept": "Concept", "vastgesteld": "Vastgesteld"}

#: Contrast that WCAG 2.2 asks of ordinary text (success criterion 1.4.3, level AA).
READABLE = 4.5

WHITE = "#ffffff"

#: The paper of notes and of the contents list, a shade darker than white: what reads here reads everywhere.
SHADE = "#f2f4f7"


#: The families that we ship, by name, each in its folder of `templates/_frames/fonts`.
FONTS = {"Source Sans 3": "source-sans-3", "Lato": "lato"}

#: The family that has every character and sign of a document, and draws what another one lacks.
FALLBACK = "Source Sans 3"


class Rating(NamedTuple):
    """How a rating is seen: its sign, its ink and the paper behind it. Word and sign carry the meaning."""

    sign: str
    ink: str
    paper: str


#: By the class of `span.rating` in the documents.
RATINGS: dict[str, Rating] = {
    "goed": Rating("✓", "#17603a", "#e3f2e8"),
    "aandacht": Rating("!", "#7a4100", "#fdeccf"),
    "niet": Rating("✗", "#9c1616", "#fbe3e1"),
    "ongemeten": Rating("-", "#4a4f57", "#eceef1"),
}


def contrast(one: str, other: str) -> float:
    """How far two colours (`#rrggbb`) stand apart, from 1 (the same) to 21 (black on white).

    Source: WCAG 2.2, "contrast ratio" and "relative luminance".
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def too_light(colour: str) -> tuple[str, str]:
    """What is wrong with a colour that does not read on white, and the nearest one that does; Dutch."""
    found = contrast(colour, SHADE)
    what = f"is te licht om op wit te lezen: contrast {found:.1f} op 1, nodig is {READABLE} op 1"
    return what.replace(".", ","), f"kies een donkerder kleur, bijvoorbeeld {darkened(colour)}"


def darkened(colour: str) -> str:
    """The same tint, as much darker as it takes to read on white."""
    share = 100
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    while contrast(found := "#" + "".join(f"{part * share // 100:02x}" for part in parts), SHADE) < READABLE:
        share -= 1
    return found


@dataclass(frozen=True)
class HouseStyle:
    """How a municipality looks on paper and on screen.

    `colour` is the ink of headings and the ground of the title block (white text stands on it); `accent`
    marks links and *Concept*. Both are `#rrggbb` and must read on white. Raises ValueError if they do not.
    `mark`: a word that stands at the top of every page of every document (SIMULATIE); mostly none.
    """

    municipality: str
    colour: str = "#1f3a5f"
    accent: str = "#9a3412"
    mark: str = ""
    #: a line for the foot of the last page; mostly none
    foot: str = ""
    #: a line for the foot of every page, as why it is secret and who may lift that; mostly none
    notice: str = ""

    #: an `<svg>` as `logo.cleaned` made it, or nothing
    logo: str = ""
    #: one of FONTS
    font: str = FALLBACK

    def __post_init__(self) -> None:
        for name in ("colour", "accent"):
            value = getattr(self, name)
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
                raise ValueError(f"{name}: {value!r} is geen kleur; schrijf bijvoorbeeld #1f3a5f")
            if contrast(value, SHADE) < READABLE:
                what, remedy = too_light(value)
                raise ValueError(f"{name}: {value} {what}; {remedy}")
        if self.font not in FONTS:
            raise ValueError(f"font: {self.font!r} hebben wij niet; kies {' of '.join(FONTS)}")
        if self.logo and not self.logo.startswith("<svg "):
            raise ValueError("logo: dit is geen <svg>; geef wat logo.cleaned ervan maakte")

    @property
    def families(self) -> tuple[str, ...]:
        """The font, and the one that draws what it lacks."""
        return tuple(dict.fromkeys((self.font, FALLBACK)))

    @property
    def logo_words(self) -> str:
        """What stands in for the logo for who cannot see it."""
        return f"Logo van de gemeente {self.municipality}"
