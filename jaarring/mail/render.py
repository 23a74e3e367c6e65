"""From template to words: one file holds subject and body, the house style stands once in `_frames/`.

A mail's template is the words alone, in two blocks:

    {% block subject %}Herinnering: uw verantwoording, nog {{ days }} werkdagen{% endblock %}
    {% block body %}
    Het formulier zit nog eens in de bijlage.
    Stuur het ingevuld terug als antwoord op dit bericht.

    U kunt:
    • de thema-eigenaar tijd geven,
    • een vervanger aanwijzen.
    {% endblock %}

A blank line ends a paragraph, a line that begins with "• " or "1. " is an item of a list, other line breaks
mean nothing. From these words the text and the HTML are both made, so they cannot differ. Greeting, closing
and footer come from the frames. A value is put in as one line: whatever somebody typed into a form, it cannot
begin a paragraph, an item or a header of its own. What stands outside the two blocks is not rendered.
"""

import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from css_inline import CSSInliner
from jinja2 import BaseLoader, Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from jaarring.mail.message import UNSEEN

_LINK = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]")
_ITEM = re.compile(r"• |\d{1,2}\. ")
_SPACE = " \t\r"  # not every space: a no-break space stays
_WIDTH = 72  # characters; RFC 3676 asks for under 78, and a reply adds "> "


@dataclass(frozen=True)
class Frame:
    """What stands around the words of every mail."""

    municipality: str  #: as in a sentence: "gemeente Elzenwaard"
    salutation: str  #: "Geachte mevrouw De Vries"
    on_behalf_of: str | None  #: "de gemeentesecretaris"; None in a mail to the principal himself
    signed: str  #: "coördinator integrale beveiliging"
    contact: str  #: where to ask: a mail address or telephone number
    opening: str = ""  #: what comes before the words of the mail itself: for whom it is; empty: nothing


@dataclass(frozen=True)
class Rendered:
    """One mail in words: a subject of one line, and the same body as text and as an HTML document."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Paragraph:
    """A piece of a body: running text (one line) or a list (a line an item, without its mark)."""

    kind: Literal["text", "bullets", "numbers"]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class MailEnvironment:
    """Two views of the templates: words are plain and take values as one line, frames escape for HTML."""

    words: Environment
    frames: Environment


def mail_environment(
    templates: Path | BaseLoader,
    filters: Mapping[str, Callable[..., Any]] | None = None,
    kind: type[Environment] = Environment,
) -> MailEnvironment:
    """The templates of a folder, with the Dutch `filters`; a name that is missing is an error."""
    loader = templates if isinstance(templates, BaseLoader) else FileSystemLoader(templates)

    def environment(**options: Any) -> Environment:
        made = kind(
            loader=loader,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            **options,
        )
        made.filters.update(filters or {})
        return made

    words = environment(autoescape=False, finalize=one_line)
    frames = environment(autoescape=lambda name: bool(name) and name.endswith(".html"))
    frames.filters["links"] = with_links
    return MailEnvironment(words, frames)


def render(environment: MailEnvironment, template_name: str, frame: Frame, **context: Any) -> Rendered:
    """Subject, text and HTML of one mail; `frame` and `context` are what the template may name."""
    template = environment.words.get_template(template_name)
    values = template.new_context({**context, "frame": frame})
    subject, body = ("".join(template.blocks[block](values)) for block in ("subject", "body"))
    subject = str(one_line(subject)).strip()
    body = f"{one_line(frame.opening)}\n\n{body}"
    around = {
        "subject": subject,
        "frame": frame,
        "paragraphs": paragraphs(body),
        "text": as_text(paragraphs(body)),
    }
    text = environment.frames.get_template("_frames/mail.txt").render(around)
    html = environment.frames.get_template("_frames/mail.html").render(around)
    return Rendered(subject, text.strip() + "\n", _inliner().inline(html))


def one_line(value: Any) -> Any:
    """A text without line breaks or unseen characters (a no-break space stays); other values as they are."""
    return re.sub(rf"[ {UNSEEN}]+", " ", value) if isinstance(value, str) else value


def paragraphs(body: str) -> list[Paragraph]:
    """The structure of a body: see the top of this module."""
    blocks = re.split(r"\n[ \t\r]*\n", body.strip())
    return [
        paragraph
        for block in blocks
        if block.strip()
        for paragraph in _paragraphs_of_block(block.strip("\r\n"))
    ]


def _paragraphs_of_block(block: str) -> list[Paragraph]:
    """A sentence with the list below it are two paragraphs, though no blank line stands between them."""
    found: list[Paragraph] = []
    for line in (line.strip(_SPACE) for line in block.split("\n")):
        mark = _ITEM.match(line)
        if not mark and found:  # a sentence or an item that goes on
            *before, last = found[-1].lines
            found[-1] = Paragraph(found[-1].kind, (*before, f"{last} {line}"))
            continue
        kind: Literal["text", "bullets", "numbers"] = "text"
        if mark:
            kind, line = "bullets" if mark[0] == "• " else "numbers", line[mark.end() :]
        if mark and found and found[-1].kind == kind:
            found[-1] = Paragraph(kind, (*found[-1].lines, line))
        else:
            found.append(Paragraph(kind, (line,)))
    return found


def as_text(body: list[Paragraph]) -> str:
    """The body for a reader of plain text: wrapped, lists with their marks, links whole."""
    return "\n\n".join(_paragraph_as_text(paragraph) for paragraph in body)


def _paragraph_as_text(paragraph: Paragraph) -> str:
    if paragraph.kind == "text":
        return _wrap(paragraph.lines[0], "")
    marks = ["• " if paragraph.kind == "bullets" else f"{n}. " for n in range(1, len(paragraph.lines) + 1)]
    return "\n".join(_wrap(line, mark) for mark, line in zip(marks, paragraph.lines, strict=True))


def _wrap(line: str, mark: str) -> str:
    return textwrap.fill(
        line,
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def with_links(line: str) -> Markup:
    """The line for HTML: escaped, and each web address a link that shows where it goes."""
    made, at = Markup(), 0
    for link in _LINK.finditer(line):
        made += escape(line[at : link.start()])
        made += Markup('<a href="{0}">{0}</a>').format(link[0])
        at = link.end()
    return made + escape(line[at:])


@cache
def _inliner() -> CSSInliner:
    # Mail readers drop style sheets; the rules for dark screens and narrow ones must stay a sheet.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
