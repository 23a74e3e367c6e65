"""What people type, read as they meant it; what can be read in two ways is asked back, never guessed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from jaarring.forms.rules import TEXT_LIMIT, Field, Kind, Value

Raw = str | int | float | Decimal | bool | date | None
"""What a cell held: text, a number, a date."""

MONTHS = ("januari februari maart april mei juni juli augustus september oktober november december").split()
_WEEKDAYS = "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split()
_SAMPLE: dict[Kind, str] = {"number": "41", "percent": "68", "count": "3", "euro": "12.500"}
_LOOKALIKE = str.maketrans("lIOoSB", "110058")

# Digits are spelled out: \d also takes those of other scripts.
_PLAIN = re.compile(r"[+-]?[0-9]+(,[0-9]+)?")
_SPACED = re.compile(r"[+-]?[1-9][0-9]{0,2}( [0-9]{3})+(,[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+(,[0-9]+)?")
_ENGLISH = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")
_POINT = re.compile(r"[+-]?([0-9]+\.[0-9]{1,2}|0\.[0-9]+)")
_FIGURES_DATE = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_WORDS_DATE = re.compile(r"([0-9]{1,2})[- ]([a-z]+)\.?[- ]([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


class Doubt(NamedTuple):
    """Why a value was not taken, and what to write."""

    what: str
    remedy: str


def understand(field: Field, raw: Raw) -> Value | Doubt:
    """The value that `raw` stands for in a field, None for an empty cell, or a doubt with what to write.

    number, percent and euro give a Decimal, count an int, date a date, the rest text.
    """
    if isinstance(raw, str):
        raw = clean(raw)
        if field.kind != "text":
            raw = " ".join(raw.split())
    if raw is None or raw == "":
        return None
    return _READERS[field.kind](field, raw)


def clean(text: str) -> str:
    """Text without control and direction characters; tabs become spaces, lines keep their breaks."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return "".join(kept).strip()


def dutch(number: Decimal | int, *, grouped: bool = False) -> str:
    """A number in Dutch spelling: 41,5; grouped 12.500."""
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.translate(str.maketrans(",.", ".,"))


def dutch_date(day: date) -> str:
    """12 april 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def quoted(raw: Raw) -> str:
    """What was typed, short enough to stand in a sentence. An apostrophe in it never ends the quotation:
    whoever must not repeat what was typed takes out what stands between the two.
    """
    if isinstance(raw, bool):
        return "'WAAR'" if raw else "'ONWAAR'"
    text = dutch_date(raw) if isinstance(raw, date) else raw if isinstance(raw, str) else dutch(_decimal(raw))
    text = " ".join(text.split()).replace("'", "’")
    return f"'{text}'" if len(text) <= 24 else f"'{text[:22]}…'"


def _decimal(raw: int | float | Decimal | None) -> Decimal:
    # A cell keeps binary fractions: 12 significant digits are what a person typed, the rest is noise.
    number = Decimal(f"{raw:.12g}") if isinstance(raw, float) else Decimal(raw or 0)
    return _tidy(number) if number.is_finite() else Decimal(0)


def _tidy(number: Decimal) -> Decimal:
    """Without zeros behind the comma, and never as 1E+3."""
    return Decimal(int(number)) if number == int(number) else number.normalize()


def _number(field: Field, raw: Raw) -> Value | Doubt:
    sure = False  # whether a % sign was read: then a value below 1 is meant as such
    if isinstance(raw, bool) or isinstance(raw, date) or raw is None:
        return _no_number(field, raw)
    if isinstance(raw, str):
        bare, sure = _without_signs(field, raw)
        spelled = _spelled(field, bare, raw)
        if isinstance(spelled, Doubt):
            return spelled
        number = spelled
    else:
        if isinstance(raw, float) and not abs(raw) < 1e15:
            return Doubt("het getal is te groot", f"schrijf bijvoorbeeld {_SAMPLE[field.kind]}")
        number = _decimal(raw)
    return _checked(field, number, sure or field.kind != "percent", typed=not isinstance(raw, str))


def _without_signs(field: Field, text: str) -> tuple[str, bool]:
    """The figure without its €, %, unit or ",-"; and whether it had a % sign."""
    text = text.replace("−", "-")
    if field.kind == "euro":
        text = re.sub(r"^(€|eur|euro) ?(?=[-+0-9])", "", text, flags=re.I)
        text = re.sub(r"(,-+| ?(€|eur|euro))$", "", text, flags=re.I)
        return text.strip(), False
    if field.kind == "percent":
        bare = re.sub(r" ?(%|procent)$", "", text, flags=re.I)
        return bare, bare != text
    if field.unit and text.casefold().endswith(field.unit.casefold()):
        return text[: -len(field.unit)].rstrip(), False
    return text, False


def _spelled(field: Field, text: str, raw: str) -> Decimal | Doubt:
    """Text as a number, by Dutch spelling; a thousand or a fraction is asked back."""
    if len(text) > 20:
        return _no_number(field, raw)
    if field.decimals < 3 and _ENGLISH.fullmatch(text):
        fraction = dutch(_tidy(Decimal(text.replace(",", "."))))
        either = f"{text.replace(',', '.' if field.kind == 'euro' else '')} of {fraction}"
        return Doubt(f"{quoted(raw)} kan een duizendtal of een breuk zijn", f"schrijf {either}")
    if _PLAIN.fullmatch(text) or _SPACED.fullmatch(text):
        return _tidy(Decimal(text.replace(" ", "").replace(",", ".")))
    if _GROUPED.fullmatch(text):
        whole = text.replace(".", "").replace(",", ".")
        if field.kind == "euro" or "," in text or text.count(".") > 1:
            return _tidy(Decimal(whole))
        fraction = text.replace(".", ",")
        fits = not isinstance(field.maximum, Decimal) or Decimal(whole) <= field.maximum
        either = f"{whole} of {fraction}" if field.decimals else whole if fits else dutch(_rounded(text, 0))
        return Doubt(f"{quoted(raw)} kan een duizendtal of een breuk zijn", f"schrijf {either}")
    if field.kind != "euro" and _POINT.fullmatch(text):
        return _tidy(Decimal(text))
    if field.kind == "euro" and re.fullmatch(r"-?[0-9]+\.[0-9]{1,2}", text):
        return Doubt(f"{quoted(raw)} is geen duidelijk bedrag", f"schrijf {text.replace('.', ',')} of 12.500")
    return _no_number(field, raw)


def _rounded(number: Decimal | str, decimals: int) -> Decimal:
    return Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _no_number(field: Field, raw: Raw) -> Doubt:
    """'4l' is geen getal; schrijf bijvoorbeeld 41: letters that look like figures make the example."""
    example = _SAMPLE[field.kind]
    if isinstance(raw, str) and re.fullmatch(r"[+-]?[0-9]{1,12}(,[0-9]{1,6})?", raw.translate(_LOOKALIKE)):
        example = raw.translate(_LOOKALIKE)
    noun = {"percent": "percentage", "euro": "bedrag", "count": "aantal"}.get(field.kind, "getal")
    if isinstance(raw, str) and any(c.isdigit() for c in raw):
        noun = "getal"
    return Doubt(f"{quoted(raw)} is geen {noun}", f"schrijf bijvoorbeeld {example}")


def _checked(field: Field, number: Decimal, sure: bool, *, typed: bool) -> Value | Doubt:
    """The number if it fits the field: not a hidden percentage, whole where asked, decimals, bounds."""
    said = dutch(number)
    # 63% typed in a cell arrives as 0.63, and 100% as 1: both are asked about. Text "1" is a plain 1.
    if not sure and (0 < abs(number) < 1 or (typed and number == 1)):
        meant = dutch(_tidy(number * 100))
        return Doubt(
            f"{said} kan {said}% of {meant}% zijn",
            f"schrijf {meant} voor {meant}%, of '{said}% (met apostrof en procentteken) voor {said}%",
        )
    if field.kind == "count" and number != number.to_integral_value():
        return Doubt(f"{said} is geen heel getal", "schrijf een aantal zonder komma, bijvoorbeeld 3")
    exponent = number.as_tuple().exponent
    if field.kind != "count" and isinstance(exponent, int) and -exponent > field.decimals:
        near = dutch(_rounded(number, field.decimals))
        wanted = (
            ["geen cijfers", "hooguit 1 cijfer"][field.decimals]
            if field.decimals < 2
            else (f"hooguit {field.decimals} cijfers")
        )
        return Doubt(
            f"{said} heeft te veel cijfers achter de komma", f"schrijf {wanted} achter de komma: {near}"
        )
    if (field.minimum is not None and number < field.minimum) or (  # type: ignore[operator]
        field.maximum is not None and number > field.maximum  # type: ignore[operator]
    ):
        return Doubt(f"{said} past hier niet", f"schrijf {bounds(field)}")
    return int(number) if field.kind == "count" else number


def bounds(field: Field) -> str:
    """The limits of a field in words: "een getal van 0 tot en met 100"."""
    noun = {"date": "een datum", "euro": "een bedrag", "count": "een heel getal"}.get(field.kind, "een getal")

    def say(bound: Decimal | date) -> str:
        return dutch_date(bound) if isinstance(bound, date) else dutch(bound, grouped=field.kind == "euro")

    if field.minimum is not None and field.maximum is not None:
        return f"{noun} van {say(field.minimum)} tot en met {say(field.maximum)}"
    if field.minimum is not None:
        return f"{noun} vanaf {say(field.minimum)}"
    return f"{noun} tot en met {say(field.maximum)}" if field.maximum is not None else noun


def remedy_if_empty(field: Field) -> str:
    """What to write in a field that may not be empty."""
    if field.kind in ("rating", "choice"):
        return _pick(field)
    if field.kind == "text":
        return "schrijf een korte tekst"
    return f"schrijf {bounds(field)}, bijvoorbeeld {_SAMPLE.get(field.kind, '12-4-2027')}"


def _date(field: Field, raw: Raw) -> Value | Doubt:
    if isinstance(raw, datetime):
        day = raw.date()
    elif isinstance(raw, date):
        day = raw
    elif isinstance(raw, str):
        spelled = _spelled_date(raw)
        if isinstance(spelled, Doubt):
            return spelled
        day = spelled
    else:
        return Doubt(f"{quoted(raw)} is geen datum", "schrijf bijvoorbeeld 12-4-2027")
    if not 2000 <= day.year <= 2099:
        return Doubt(f"het jaar {day.year} past hier niet", "schrijf bijvoorbeeld 12-4-2027")
    if (field.minimum is not None and day < field.minimum) or (  # type: ignore[operator]
        field.maximum is not None and day > field.maximum  # type: ignore[operator]
    ):
        return Doubt(f"{dutch_date(day)} past hier niet", f"schrijf {bounds(field)}")
    return day


def _spelled_date(raw: str) -> date | Doubt:
    """12-4-2027, 12/4/2027, 2027-04-12, 12 april 2027, maandag 12 april 2027."""
    text = raw.casefold()
    first, _, rest = text.partition(" ")
    if first.rstrip(",") in _WEEKDAYS:
        text = rest
    if found := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in found.groups())
    elif found := _FIGURES_DATE.fullmatch(text):
        day, month, year = (int(part) for part in found.groups())
        if year < 100:
            return Doubt(
                f"{quoted(raw)} heeft een jaar van twee cijfers", f"schrijf {day}-{month}-20{year:02}"
            )
    elif (found := _WORDS_DATE.fullmatch(text)) and (month := _month(found[2])):
        day, year = int(found[1]), int(found[3])
    else:
        return Doubt(f"{quoted(raw)} is geen datum", "schrijf bijvoorbeeld 12-4-2027")
    try:
        return date(year, month, day)
    except ValueError:
        return Doubt(
            f"de datum {quoted(raw)} bestaat niet", "schrijf dag, maand en jaar, bijvoorbeeld 12-4-2027"
        )


def _month(word: str) -> int:
    """1 for jan or januari; 0 when it is no month."""
    for number, month in enumerate(MONTHS, 1):
        if word == month or (len(word) >= 3 and month.startswith(word)) or (word == "mrt" and number == 3):
            return number
    return 0


def _choice(field: Field, raw: Raw) -> Value | Doubt:
    if not isinstance(raw, str):
        return Doubt(f"{quoted(raw)} staat niet in de lijst", _pick(field))
    plain = {_letters(choice): choice for choice in field.choices}
    if (found := plain.get(_letters(raw))) is not None:
        return found
    close = difflib.get_close_matches(_letters(raw)[:80], plain, n=1, cutoff=0.75)
    remedy = f"bedoelt u '{plain[close[0]]}'? Kies dat uit de lijst" if close else _pick(field)
    return Doubt(f"{quoted(raw)} staat niet in de lijst", remedy)


def _letters(text: str) -> str:
    """Only letters and figures, small: "Op koers ✓" is "op koers"."""
    kept = "".join(c if c.isalnum() else " " for c in text.casefold())
    return " ".join(kept.split()) or text


def _pick(field: Field) -> str:
    return "kies uit: " + ", ".join(field.choices)


def _text(field: Field, raw: Raw) -> Value | Doubt:
    if isinstance(raw, str):
        if len(raw) > TEXT_LIMIT:
            return Doubt(f"de tekst is {len(raw)} tekens lang", f"schrijf hooguit {TEXT_LIMIT} tekens")
        return raw
    if isinstance(raw, bool):
        return "ja" if raw else "nee"
    return dutch_date(raw) if isinstance(raw, date) else dutch(_decimal(raw))


_READERS: dict[Kind, Callable[[Field, Raw], Value | Doubt]] = {
    "number": _number,
    "percent": _number,
    "count": _number,
    "euro": _number,
    "date": _date,
    "rating": _choice,
    "choice": _choice,
    "text": _text,
}
