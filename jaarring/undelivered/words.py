"""The words of this room, built in: they must be there when a template is broken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from textwrap import fill

from jaarring.dutch import aanhef, dag_datum, hoofdletter, met_lidwoord
from jaarring.governance import Person
from jaarring.undelivered.rules import Reader, Undelivered

_WIDTH = 72
_WHY = {
    "refused": "De mailserver weigerde het. Het antwoord was:",
    "limit": "Drie dagen lang lukte het niet. Het laatste antwoord was:",
    "bounced": "De mailserver stuurde het terug. Het antwoord was:",
    "unsure": "De mailserver kreeg het, maar bevestigde het niet. Wij weten dus niet of het is aangekomen. "
    "Het laatste antwoord was:",
    "left": "De reden is:",
    "template": "De reden is een fout in uw eigen sjabloon:",
}


def subject(one: Undelivered) -> str:
    """One line, without a word of the message itself."""
    begin = {
        "unsure": "Misschien niet aangekomen",
        "template": "Niet verstuurd",
        "left": "Niet verstuurd",
    }.get(one.why, "Niet aangekomen")
    return f"{begin}: bericht aan {_whom(one)}"


def paragraphs(one: Undelivered, to: Reader) -> Iterator[str]:
    """The body; a paragraph that begins with "• " is an item of a list."""
    yield aanhef(to.person.name or to.person.function)
    begins = {
        "unsure": "Van dit bericht is niet zeker of het is aangekomen:",
        "template": "Dit bericht is niet verstuurd:",
        "left": "Dit bericht is niet verstuurd:",
    }
    yield begins.get(one.why, "Dit bericht is niet aangekomen:")
    yield f"• Aan: {one.whom + ', ' if one.whom else ''}{one.address}"
    yield f"• Onderwerp: {_plain(one.subject)}"
    yield f"• Van: {dag_datum(one.queued_on)}"
    yield _WHY[one.why]
    yield f"• {_plain(one.words) or 'geen'}"
    if one.asks:
        yield "Het telt daarom niet als gevraagd. Ook volgt er geen escalatie op."
    if to.mends and one.why == "template":
        yield "Wat kunt u doen?"
        yield (
            "• Verbeter het sjabloon en controleer het met: jaarring check. In de volgende ronde gaat dit "
            "bericht dan vanzelf weg, als het nog nodig is."
        )
        yield f"• Of verstuur dit bericht nu in onze woorden, met: jaarring release message/{one.number}"
        yield "• Is er haast? Neem dan zelf contact op."
    elif to.mends and one.why == "left":
        yield "Wat kunt u doen?"
        yield "• Wat nog openstaat, vragen wij vanzelf van wie het nu doet."
        yield "• Stond er iets anders in dat iemand moet weten? Geef het zelf door."
    elif to.mends:
        yield "Wat kunt u doen?"
        yield (
            "• Klopt het adres niet? Verbeter het in organisation.yaml. Dan vragen wij wat nog openstaat "
            "op het nieuwe adres."
        )
        yield (
            "• Klopt het adres wel? Laat de mailserver nakijken. Stuur het bericht daarna opnieuw, met: "
            f"jaarring release message/{one.number}"
        )
        yield (
            "• Is het bericht toch aangekomen? Leg dat dan vast, met: "
            f"jaarring settle message/{one.number} --arrived"
        )
        yield "• Is er haast? Neem dan zelf contact op."
    else:
        yield (
            f"{hoofdletter(_whom(one))} weet dit dus misschien niet. Wilt u het doorgeven? "
            "De coördinator zoekt uit waarom het bericht niet aankwam."
        )


def as_text(body: Sequence[str], signed: str, municipality: str, contact: str) -> str:
    """The whole mail for a reader of plain text."""
    lines = [
        fill(line, _WIDTH, subsequent_indent="  " if line.startswith("• ") else "", break_long_words=False,
             break_on_hyphens=False)
        for line in body
    ]  # fmt: skip
    text = lines[0]
    for before, line in zip(lines, lines[1:], strict=False):
        text += ("\n" if before.startswith("• ") and line.startswith("• ") else "\n\n") + line
    return (
        f"{text}\n\nMet vriendelijke groet,\n{signed}\n{municipality}\n\n-- \n"
        f"Dit bericht is automatisch gemaakt voor de {municipality}.\nVragen? {contact}\n"
    )


def as_html(body: Sequence[str], signed: str, municipality: str, contact: str) -> str:
    """The same as a page that needs nothing from elsewhere."""
    made, in_list = [], False
    for line in body:
        item = line.startswith("• ")
        if item != in_list:
            made.append("<ul>" if item else "</ul>")
        made.append(f"<li>{escape(line[2:])}</li>" if item else f"<p>{escape(line)}</p>")
        in_list = item
    made.append("</ul>" if in_list else "")
    closing = "<br>".join(escape(one) for one in ("Met vriendelijke groet,", signed, municipality))
    foot = f"Dit bericht is automatisch gemaakt voor de {municipality}. Vragen? {contact}"
    return (
        '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Niet aangekomen</title></head>'
        '<body style="font-family: sans-serif; line-height: 1.5; max-width: 40em; margin: 1em auto">'
        f"{''.join(made)}<p>{closing}</p><p><small>{escape(foot)}</small></p></body></html>"
    )


def _whom(one: Undelivered) -> str:
    return met_lidwoord(one.whom) if one.whom else one.address


def _plain(text: str) -> str:
    """A server's words as one line that shows what it is."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:500]


def greeted(person: Person) -> str:
    """By which name somebody stands in the header of a mail."""
    return person.name or person.function
