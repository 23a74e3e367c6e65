"""Who may do what in Elzenwaard, as a text that a person can review: `rights_matrix.txt`.

    python -m tests.rights_matrix      writes it anew; look at the difference

Action × thing × function, in three forms of organisation. A test compares it (tests/test_rights.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from jaarring.config.load import load
from jaarring.governance import DIRECT, OIB, JointBody, Organisation
from jaarring.rights import TABLE, Thing, holders, named

SHIPPED = Path(__file__).resolve().parent.parent / "config"
MATRIX = Path(__file__).with_suffix(".txt")

#: action → what the column is called; pause goes with waive
ACTIONS = {
    "see": "zien",
    "set": "opleggen",
    "raise": "aandragen",
    "hand_in": "indienen",
    "deliver": "aanleveren",
    "agree": "instemmen",
    "advise": "adviseren",
    "check": "toetsen",
    "accept": "goedkeuren",
    "return": "terugsturen",
    "decide": "besluiten",
    "adopt": "vaststellen",
    "note": "kennisnemen",
    "choose": "kiezen",
    "move": "verplaatsen",
    "waive": "ontheffen",
    "appoint": "aanwijzen",
    "record": "vastleggen",
}
#: how each row is called beside its function
ROLES = {
    "raad": "",
    "college": "",
    "burgemeester": "bestuurlijk portefeuillehouder",
    "secretaris": "",
    "coordinator": "",
    "concerncontroller": "",
    "oib": "",
    "directeur-bedrijfsvoering": "voorzitter in o",
    "teamleider-facilitair": "eigenaar FB",
    "hoofd-fzh": "",
    "beveiligingsadviseur": "adviseur FB",
    "privacy-officer": "eigenaar PR",
    "hoofd-jz": "",
    "fg": "adviseur PR",
    "medewerker-huisvesting": "zonder plaats",
}
WITHIN, ABOVE = Decimal(5_000), Decimal(15_000)
THINGS = (
    ("Kader van de raad", Thing("frame")),
    ("Strategisch kader", Thing("framework")),
    ("Doelstellingen van fysieke beveiliging", Thing("objectives", "fb")),
    ("Gezamenlijke doelstellingen", Thing("objectives", "oib")),
    ("Jaarplan fysieke beveiliging", Thing("plan", "fb")),
    ("Gezamenlijk jaarplan", Thing("plan", "oib")),
    ("Alle jaarplannen samen", Thing("plans")),
    ("Verantwoording fysieke beveiliging", Thing("report", "fb")),
    ("Verantwoording van de afdeling FZH", Thing("account", "fzh")),
    ("Gezamenlijk oordeel van het overleg", Thing("joint", "oib")),
    ("Signaal: fysieke beveiliging ligt niet op koers", Thing("signal", "fb")),
    ("Adviesvraag van fysieke beveiliging", Thing("advice", "fb")),
    ("Bijsturing fysieke beveiliging, binnen het mandaat", Thing("adjustment", "fb", WITHIN)),
    ("Bijsturing fysieke beveiliging, boven het mandaat", Thing("adjustment", "fb", ABOVE)),
    ("Bijsturing over thema's heen", Thing("adjustment", "fb", WITHIN, crosses=True)),
    ("Bijsturing van een gezamenlijke doelstelling", Thing("adjustment", "oib", WITHIN)),
    ("Tactische rapportage", Thing("tactical")),
    ("Raadsrapportage", Thing("council")),
    ("Afwezigheid van de teamleider Facilitair", Thing("absence", "teamleider-facilitair")),
    ("Afwezigheid van het hoofd FZH", Thing("absence", "hoofd-fzh")),
    ("Voorzitter van het overleg", Thing("chair")),
    ("Dat iets is meegedeeld of besproken", Thing("moment")),
    ("Register: een besluit van het college", Thing("register", "college")),
    ("Register: een besluit van de gemeentesecretaris", Thing("register", "secretaris")),
)
HEAD = """\
Wie mag wat? Elzenwaard als voorbeeld, gemaakt door: python -m tests.rights_matrix

  d  directe aansturing          o  aansturing door het overleg, met een aangewezen voorzitter
  s  het overleg, met de gemeentesecretaris als voorzitter
  Een hoofdletter: wie wij het als eerste vragen. Geen letter: mag het niet.
  verplaatsen: meer tijd geven. ontheffen: de taak stilleggen of laten vervallen.
  aanleveren: het formulier brengen, ook voor een ander. kiezen: uitstel, iemand anders, of 'ontbreekt'.
"""


def elzenwaard() -> dict[str, Organisation]:
    """The shipped example in three forms, by letter."""
    config, mistakes = load(SHIPPED)
    assert config is not None, mistakes
    organisation = config.organisations.on(date(2027, 4, 1))
    assert organisation.joint_body
    joint = replace(organisation, variant="oib", lines=OIB)
    return {
        "d": replace(organisation, variant="direct", lines=DIRECT),
        "o": joint,
        "s": replace(joint, joint_body=JointBody(organisation.joint_body.name, organisation.secretary)),
    }


def matrix() -> str:
    """The whole text."""
    forms = elzenwaard()
    blocks = [HEAD, *(_block(forms, title, thing) for title, thing in THINGS), _hats(forms)]
    return "\n".join(blocks)


def _block(forms: dict[str, Organisation], title: str, thing: Thing) -> str:
    known = {rule.action for rule in TABLE if thing.kind in rule.kinds.split()}
    actions = [action for action in ACTIONS if action in known]
    head = ["", *(ACTIONS[action] for action in actions)]
    rows = [[_role(forms["o"], id), *(_cell(forms, id, action, thing) for action in actions)] for id in ROLES]
    return "\n".join([f"== {title}", *_columns([head, *rows]), ""])


def _role(organisation: Organisation, id: str) -> str:
    return f"{named(organisation, id)}{f' ({ROLES[id]})' if ROLES[id] else ''}"


def _cell(forms: dict[str, Organisation], id: str, action: str, thing: Thing) -> str:
    letters = ""
    for letter, organisation in forms.items():
        known = holders(organisation, action, thing)
        letters += letter.upper() if known[:1] == (id,) else letter if id in known else "."
    return letters.replace(".", " ")


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


HATS = (
    ("De gemeentesecretaris is ook eigenaar van FB", {"owner": "secretaris"}),
    ("Het hoofd FZH is ook eigenaar van FB", {"owner": "hoofd-fzh"}),
    ("De voorzitter van het overleg is ook eigenaar van FB", {"owner": "directeur-bedrijfsvoering"}),
    ("De voorzitter van het overleg is ook adviseur van FB", {"adviser": "directeur-bedrijfsvoering"}),
    ("De gemeentesecretaris is ook adviseur van FB", {"adviser": "secretaris"}),
    ("De concerncontroller is ook eigenaar van FB", {"owner": "concerncontroller"}),
)
JUDGED = (
    ("jaarplan goedkeuren", "accept", Thing("plan", "fb")),
    ("verantwoording goedkeuren", "accept", Thing("report", "fb")),
    ("bijsturing besluiten", "decide", Thing("adjustment", "fb", WITHIN)),
    ("adviseren", "advise", Thing("adjustment", "fb", WITHIN)),
    ("kiezen als het uitblijft", "choose", Thing("report", "fb")),
)


def _hats(forms: dict[str, Organisation]) -> str:
    """Who has two functions does nothing about his own; the next on the line does."""
    lines = ["== Wie twee functies heeft: wie doet het dan, in volgorde van vragen", ""]
    for title, changed in HATS:
        rows = [
            (name if letter == "d" else "", form, _first(_changed(forms[letter], changed), action, thing))
            for name, action, thing in JUDGED
            for letter, form in (("d", "direct"), ("o", "overleg"))
        ]
        lines += [title, *_columns([(f"  {name}", form, who) for name, form, who in rows]), ""]
    return "\n".join(lines)


def _changed(organisation: Organisation, changed: dict[str, str]) -> Organisation:
    theme = replace(organisation.themes["fb"], **changed)
    return replace(organisation, themes={**organisation.themes, "fb": theme})


def _first(organisation: Organisation, action: str, thing: Thing) -> str:
    """The first three who may."""
    found = [named(organisation, id) for id in holders(organisation, action, thing)]
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


if __name__ == "__main__":
    MATRIX.write_text(matrix(), encoding="utf-8")
