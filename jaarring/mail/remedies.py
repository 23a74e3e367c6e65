"""What is wrong with a channel, and what to do, from how it answered: for whoever looks after the server."""

from __future__ import annotations

import re

from jaarring.mail.message import Outcome

_REACH = "controleer de naam en de poort in channels.yaml, en of de firewall dit toelaat"
#: what the answer looks like → what is wrong, what to do; the first that fits
_KNOWN: tuple[tuple[str, str, str], ...] = (
    (
        r"53[0458]\b|zonder versleuteling doen wij niet",
        "de server weigert de naam of het wachtwoord",
        "zet het juiste wachtwoord in de omgevingsvariabele of het bestand dat channels.yaml noemt, "
        "en schrijf jmails:// als de server versleuteling vraagt",
    ),
    (
        r".*STARTTLS",
        "de server kan geen versleuteling (STARTTLS)",
        "vraag de beheerder naar de juiste poort, meestal 587",
    ),
    (
        r".*certificaat",
        "het certificaat van de server klopt niet",
        "vraag de beheerder om een geldig certificaat; is het van uw eigen organisatie, wijs het dan aan met "
        "de omgevingsvariabele SSL_CERT_FILE",
    ),
    (r"5\d\d\b", "de server weigert ons", "vraag de beheerder om het adres van de afzender toe te laten"),
    (r"4\d\d\b", "de server kan nu niet", "probeer het over een kwartier opnieuw"),
)


def verdict(name: str, outcome: Outcome) -> str:
    """One Dutch line on a channel that was tried: `mail: in orde`, or what is wrong and what to do."""
    if outcome.kind in ("sent", "unknown"):
        return f"{name}: {'in orde' if outcome.kind == 'sent' else 'niet te proberen'}; {outcome.reply}."
    for pattern, what, remedy in _KNOWN:
        if re.match(pattern, outcome.reply):
            return f"{name}: niet in orde: {what}; {remedy}. Antwoord: {outcome.reply}"
    if outcome.kind == "temporary":
        return f"{name}: niet in orde: de server is niet te bereiken; {_REACH}. Antwoord: {outcome.reply}"
    return f"{name}: niet in orde: {outcome.reply}. Vergelijk deze regel met het voorbeeld in channels.yaml."
