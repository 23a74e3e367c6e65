"""What a value in the configuration may look like. Each type reads text and refuses in Dutch: what; remedy."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A block of the configuration: unknown names are refused, contents never show in an error of the library."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def refuse(what: str, remedy: str) -> PydanticCustomError:
    """A mistake as pydantic carries it; `what` and `remedy` come out again in `load.py`."""
    return PydanticCustomError("jaarring", "{what}; {remedy}", {"what": what, "remedy": remedy})


def shown(text: str) -> str:
    """A user's text in a message: short, one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


def _reader(pattern: str, read: Callable[[str], Any], what: str, remedy: str) -> BeforeValidator:
    def validate(value: Any) -> Any:
        if not isinstance(value, str):
            raise refuse("hier staat een lijst of blok", remedy)
        if not value.strip():
            raise refuse("is leeg", remedy)
        if not re.fullmatch(pattern, value.strip()):
            raise refuse(f"'{shown(value)}' is {what}", remedy)
        try:
            return read(value.strip())
        except ValueError:
            raise refuse(f"{shown(value)} bestaat niet", remedy) from None

    return BeforeValidator(validate)


def _month_day(text: str) -> tuple[int, int]:
    day = date.fromisoformat(f"2027-{text}")
    return day.month, day.day


def _strip(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise refuse("is leeg", "schrijf een tekst")
    if not isinstance(value, str):
        raise refuse("hier staat een lijst of blok", "schrijf een tekst")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", value):
        raise refuse("bevat een onzichtbaar teken", "typ de tekst opnieuw")
    return value.strip()


WEEKDAY_NAMES = {"maandag": 0, "dinsdag": 1, "woensdag": 2, "donderdag": 3, "vrijdag": 4}

Text = Annotated[str, BeforeValidator(_strip)]
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
    _reader(r"\d{1,12}", Decimal, "geen bedrag in hele euro's", "schrijf alleen cijfers, zoals 45000"),
]
Number = Annotated[
    Decimal, _reader(r"-?\d{1,12}(\.\d{1,4})?", Decimal, "geen getal", "schrijf een getal als 41 of 41.5")
]
Count = Annotated[int, _reader(r"\d{1,9}", int, "geen heel getal", "schrijf een heel getal, zoals 5")]
Offset = Annotated[
    int, _reader(r"[+-]?\d{1,3}", int, "geen aantal werkdagen", "schrijf een heel getal, zoals -5 of 3")
]
Month = Annotated[int, _reader(r"0?[1-9]|1[0-2]", int, "geen maand", "schrijf 1 tot en met 12")]
Year = Annotated[int, _reader(r"20[2-9]\d", int, "geen jaar", "schrijf een jaar als 2027")]
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
Mail = Annotated[
    str,
    _reader(
        r"[^\s@<>;,:\"()]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+",
        str,
        "geen mailadres",
        "schrijf een adres als naam@gemeente.nl",
    ),
]
