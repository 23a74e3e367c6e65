"""What a value in the configuration may look like. Each type reads text, or refuses it in Dutch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A block of the configuration: unknown names are refused, contents stay out of pydantic's errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse(what: str, remedy: str, value: str = "") -> PydanticCustomError:
    """A mistake as pydantic carries it; `reading.py` gets it out, and says `value` unless secret."""
    return PydanticCustomError("jaarring", "{what}", {"what": what, "remedy": remedy, "value": value})


def _reader(
    pattern: str, read: Callable[[str], Any], what: str, remedy: str, editor: Any = None
) -> BeforeValidator:
    """`editor`: what an editor may take it for beside a text of that pattern; a number needs no quotes."""
    text: Any = Annotated[str, Field(pattern=f"^(?:{pattern})$")]

    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("hier staat een lijst of blok", remedy)
        text = value.strip()
        if not text:
            raise refuse("is leeg", remedy)
        if not re.fullmatch(pattern, text, re.ASCII):
            raise refuse(f"is {what}", remedy, text)
        try:
            return read(text)
        except (ValueError, KeyError, OSError):
            raise refuse("bestaat niet", remedy, text) from None

    return BeforeValidator(validate, json_schema_input_type=text if editor is None else text | editor)


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2027-{text}")
    return day.month, day.day


#: Unicode's kinds of what nobody sees: control, direction and hidden, half a pair, private, no character
_UNSEEN_KINDS = ("Cc", "Cf", "Cs", "Co", "Cn")


def _is_unseen(text: str) -> bool:
    """Whether it holds what cannot be seen, apart from spaces and line ends: those become one space."""
    return any(unicodedata.category(c) in _UNSEEN_KINDS and not c.isspace() for c in text)


def _one_line(value: Any) -> Any:
    """One line, so that a text can stand in a mail's header or a table."""
    if not isinstance(value, str):
        raise refuse("hier staat een lijst of blok", "schrijf een tekst")
    if not value.strip():
        raise refuse("is leeg", "schrijf een tekst")
    if _is_unseen(value):
        raise refuse("bevat een onzichtbaar teken", "typ de tekst opnieuw")
    return " ".join(value.split())


def _addressed(value: Any) -> Any:
    """One line that can stand before a mail address: `<`, `>` and `;` would make another address of it."""
    name = _one_line(value)
    if re.search("[<>;]", name):
        raise refuse("bevat een teken dat in een adres iets anders betekent (< > ;)", "laat het weg")
    if len(name) > NAME_LIMIT:
        raise refuse("is te lang", f"schrijf ten hoogste {NAME_LIMIT} tekens")
    return name


def _time_zone(text: str) -> str:
    return str(ZoneInfo(text))


NAME_LIMIT = 120
WEEKDAY_NAMES = {"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4}

#: what an editor may take a text for: a number without quotes is a text to us
_SCALAR: Any = str | int | float
Text = Annotated[str, BeforeValidator(_one_line, json_schema_input_type=_SCALAR)]
#: of whom or what messages go to or come from
Name = Annotated[str, BeforeValidator(_addressed)]
Id = Annotated[
    str, _reader(r"[a-z][a-z0-9_-]{0,39}", str, "geen korte naam", "gebruik kleine letters, cijfers, - en _")
]
Code = Annotated[
    str, _reader(r"[A-Za-z][A-Za-z0-9&-]{0,11}", str, "geen code", "schrijf een code als G1, M01 of I&A")
]
Day = Annotated[
    date, _reader(r"\d{4}-\d\d-\d\d", date.fromisoformat, "geen datum", "schrijf een datum als 2027-04-12")
]
MonthDay = Annotated[
    tuple[int, int],
    _reader(r"\d\d-\d\d", _month_day, "geen dag van het jaar", "schrijf maand-dag, zoals 09-15"),
]
Euro = Annotated[
    Decimal,
    _reader(r"\d{1,12}", Decimal, "geen bedrag in hele euro's", "schrijf alleen cijfers, zoals 45000", int),
]
Number = Annotated[
    Decimal,
    _reader(
        r"-?\d{1,12}(\.\d{1,4})?", Decimal, "geen getal", "schrijf een getal als 41 of 41.5", int | float
    ),
]
Count = Annotated[
    int, _reader(r"\d{1,9}", int, "geen heel getal", "schrijf alleen cijfers, zoals 45120", int)
]
Days = Annotated[
    int, _reader(r"\d{1,3}", int, "geen aantal dagen", "schrijf een heel getal van 0 tot en met 999", int)
]
Percent = Annotated[
    int, _reader(r"\d{1,2}|100", int, "geen percentage", "schrijf een heel getal van 0 tot en met 100", int)
]
Decimals = Annotated[int, _reader(r"[0-4]", int, "geen aantal cijfers", "schrijf 0 tot en met 4", int)]
Nth = Annotated[int, _reader(r"[1-5]", int, "geen rangnummer", "schrijf 1 tot en met 5", int)]
CycleYear = Annotated[
    int,
    _reader(
        r"-1|0|\+?1",
        int,
        "geen jaar van de cyclus",
        "schrijf -1 (jaar ervoor), 0 (cyclusjaar) of 1 (erna)",
        int,
    ),
]
Offset = Annotated[
    int, _reader(r"[+-]?\d{1,3}", int, "geen aantal werkdagen", "schrijf een heel getal, zoals -5 of 3", int)
]
Month = Annotated[int, _reader(r"0?[1-9]|1[0-2]", int, "geen maand", "schrijf 1 tot en met 12", int)]
Year = Annotated[int, _reader(r"20[2-9]\d", int, "geen jaar", "schrijf een jaar als 2027", int)]
YesNo = Annotated[bool, _reader("ja|nee", lambda text: text == "ja", "geen ja of nee", "schrijf ja of nee")]
Weekday = Annotated[
    int,
    _reader(
        "|".join(WEEKDAY_NAMES),
        WEEKDAY_NAMES.__getitem__,
        "geen weekdag",
        "schrijf maandag tot en met vrijdag",
    ),
]
Domain = Annotated[
    str,
    _reader(
        r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}",
        str,
        "geen domein",
        "schrijf een domein als gemeente.nl",
    ),
]
Mail = Annotated[
    str,
    _reader(
        r"(?!.{65,}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
        r"@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}",
        str,
        "geen mailadres",
        "schrijf een adres als naam@gemeente.nl",
    ),
]
Colour = Annotated[
    str,
    _reader(
        r"#[0-9A-Fa-f]{6}", str, "geen kleur", 'schrijf # met zes tekens, tussen aanhalingstekens: "#1f3a5f"'
    ),
]
TimeZone = Annotated[
    str, _reader(r"[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}", _time_zone, "geen tijdzone", "schrijf Europe/Amsterdam")
]
