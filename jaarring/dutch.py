"""How Dutch readers write dates, money, numbers and counts. Plain text out; spaces that must hold are
U+00A0.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()
WEEKDAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
HARD_SPACE = "\u00a0"
WORDS = "nul één twee drie vier vijf zes zeven acht negen tien elf twaalf".split()


def datum(day: date) -> str:
    """1 april 2027"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def dag_datum(day: date) -> str:
    """woensdag 14 april 2027"""
    return f"{WEEKDAYS[day.weekday()]} {datum(day)}"


def dag_maand(day: date) -> str:
    """14 april"""
    return f"{day.day} {MONTHS[day.month - 1]}"


def weekdag_maand(day: date) -> str:
    """woensdag 14 april"""
    return f"{WEEKDAYS[day.weekday()]} {dag_maand(day)}"


def kwartaal(number: int) -> str:
    """1e kwartaal"""
    return f"{number}e kwartaal"


def maanden(number: int) -> str:
    """The months of a quarter: januari tot en met maart."""
    return f"{MONTHS[3 * number - 3]} tot en met {MONTHS[3 * number - 1]}"


def euro(amount: Decimal | int) -> str:
    """€ 12.500, with cents only where there are any: € 12.500,50"""
    value = Decimal(amount)
    sign = "-" if value < 0 else ""
    return f"€{HARD_SPACE}{sign}{getal(abs(value), 0 if value == value.to_integral_value() else 2)}"


def getal(value: Decimal | int, decimals: int | None = None) -> str:
    """A number with Dutch separators; as many decimals as it has, or as many as asked."""
    number = Decimal(value)
    if decimals is None:
        decimals = max(0, -int(number.normalize().as_tuple().exponent))
    text = f"{number:,.{decimals}f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def maat(value: Decimal | int | None, unit: str, decimals: int | None = None) -> str:
    """A value with its unit: 68%, 24 uur, 3 locaties; "niet gemeten" where there is none."""
    if value is None:
        return "niet gemeten"
    return f"{getal(value, decimals)}%" if unit == "%" else f"{getal(value, decimals)}{HARD_SPACE}{unit}"


def telwoord(number: int) -> str:
    """Words up to twelve, figures above: vijf, 13."""
    return WORDS[number] if 0 <= number < len(WORDS) else getal(number)


def meervoud(number: int, one: str, many: str) -> str:
    """The word that goes with a count: 1 doel, 2 doelen."""
    return one if number == 1 else many


def opsomming(parts: Sequence[str]) -> str:
    """a, b en c"""
    return " en ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))


def _neuter(function: str) -> bool:
    return function.lower().startswith(
        ("hoofd", "afdelingshoofd", "lid ", "overleg", "college", "bestuurssecretariaat")
    )


def met_lidwoord(function: str) -> str:
    """A function or body with its article: de gemeentesecretaris, het hoofd Juridische Zaken, het college."""
    return f"{'het' if _neuter(function) else 'de'} {function}"


def aanhef(name: str) -> str:
    """How a letter begins: Geachte mevrouw Noor, Geachte gemeentesecretaris, Geacht college."""
    return f"{'Geacht' if _neuter(name) else 'Geachte'} {name}"


def hoofdletter(text: str) -> str:
    """The text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def plek(name: str) -> str:
    """A stable place for a text, from the name of what it is about: personele-veiligheid-3f2a1c. Names alike
    in letters and figures are told apart.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    return f"{slug or 'x'}-{sha256(name.encode()).hexdigest()[:6]}"


def filters() -> Mapping[str, Callable[..., Any]]:
    """Every filter that templates may use, by name."""
    return {
        "datum": datum,
        "dag_datum": dag_datum,
        "dag_maand": dag_maand,
        "weekdag_maand": weekdag_maand,
        "kwartaal": kwartaal,
        "maanden": maanden,
        "euro": euro,
        "getal": getal,
        "maat": maat,
        "telwoord": telwoord,
        "meervoud": meervoud,
        "opsomming": opsomming,
        "met_lidwoord": met_lidwoord,
        "plek": plek,
        "hoofdletter": hoofdletter,
    }
