"""One file of the example as a form to fill in.

Made from the files in config/, so that each field has one help text, in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from jaarring.starter.lines import Line, lines_of
from jaarring.starter.places import ASIDE, CODES, DROP, FILL, HEADS, INSTEAD, MEETINGS, PLACE, RECESS

#: the cycle year of the example; a form for another year is shifted from here
EXAMPLE_YEAR = 2027


def varied(text: str, variant: str) -> str:
    """organisation.yaml with this governance variant."""
    return re.sub(r"(?m)^variant: \w+", f"variant: {variant}", text)


def form_of(name: str, text: str, variant: str, year: int) -> str:
    """One file of the example as a form to fill in."""
    lines = _without(list(lines_of(_headed(name, text))), DROP[name])
    aside = ASIDE[name] + (("joint_objectives",) if name == "strategy.yaml" and variant == "direct" else ())
    made = [shown for line in _aside(lines, aside) for shown in _filled(name, line, year)]
    joined = "\n".join(made) + "\n"
    if name == "strategy.yaml":
        joined = re.sub(r"\b(G[0-9][a-b]?|M[0-9]{2})\b", lambda code: CODES.get(code[0], code[0]), joined)
    if name == "organisation.yaml" and variant == "oib":  # the joint body coordinates (2.1, 2.3)
        joined = re.sub(r"(?m)^(  coordinate: \[.*)\]$", r"\1, oib]", joined)
    return varied(re.sub(r"\n{3,}", "\n\n", joined).replace(" van Elzenwaard", ""), variant)


def _headed(name: str, text: str) -> str:
    """With the first lines, which speak of Elzenwaard, for who fills it in."""
    for old, new in HEADS[name].items():
        if old not in text:
            raise ValueError(f"{name} has no line '{old}'")
        text = text.replace(old, new)
    return text


def _within(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a field is one of these, or lies in one."""
    return any(fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}[.[]*") for pattern in patterns)


def _without(lines: list[Line], dropped: tuple[str, ...]) -> list[Line]:
    """Leave fields out, with the comments that stand inside them."""
    kept: list[Line] = []
    dropping = 0
    for line in lines:
        if line.path and (_within(line.path, dropped) or _names_dropped(line, dropped)):
            dropping = dropping or line.indent + 1
            continue
        inside = not line.path and line.text.strip() and dropping and line.indent >= dropping
        if inside:
            continue
        dropping = 0
        kept.append(line)
    return kept


def _names_dropped(line: Line, dropped: tuple[str, ...]) -> bool:
    """Whether it names somebody who is left out as a substitute."""
    stands_in = line.text.partition("substitute: ")[2].partition(" ")[0]
    return (
        bool(stands_in) and f"people.{stands_in}" in dropped and line.path not in INSTEAD["organisation.yaml"]
    )


def _aside(lines: list[Line], patterns: tuple[str, ...]) -> Iterator[Line]:
    """Turn fields into comments, with the comments that stand inside them."""
    level = 0
    for line in lines:
        if line.path and _within(line.path, patterns):
            level = min(level, line.indent + 1) or line.indent + 1
            yield Line(f"{' ' * (level - 1)}# {line.text[level - 1 :]}", "", line.indent)
        elif not line.path and line.text.strip() and level and line.indent >= level:
            yield Line(f"{' ' * (level - 1)}# {line.text[level - 1 :]}", "", line.indent)
        else:
            level = 0
            yield line


def _filled(name: str, line: Line, year: int) -> Iterator[str]:
    """A line of the form: as in the example, with another value, or with a place to fill in."""
    path, text = line.path, _shifted(name, line, year)
    years = {"before": year - 1, "year": year, "after": year + 1, "horizon": year + 3}
    if (value := INSTEAD[name].get(path)) is not None:
        yield re.sub(r"^( *(?:- )?[\w-]+:) .*?( +#.*)?$", lambda m: f"{m[1]} {value}{m[2] or ''}", text)
    elif path in MEETINGS:
        yield text
        yield from (f"      - {_place(hint.format(**years))}" for hint in MEETINGS[path])
    elif path == "recess" and name == "calendar.yaml":
        yield from _recess(text, years)
    elif fnmatchcase(path, "budgets.*.themes"):
        yield from _budget(name, line, years)
    elif hint := next((hint for field, hint in FILL[name].items() if fnmatchcase(path, field)), ""):
        yield _asked(text, hint, years)
    else:
        yield text


def _asked(text: str, hint: str, years: Mapping[str, int]) -> str:
    """The line with a place to fill in instead of its value; what stands behind it as help stays."""
    if "{year:" in text:
        return re.sub(r"value: [^}]*", lambda _: f"value: {_place(hint.format(**years))}", text)
    found = re.match(r"( *(?:- )?[\w-]+: )(.*?)( +#.*)?$", text)
    assert found is not None, "only fields with a value are filled in"
    example = found[2].strip('"')
    place = _place(hint.format(example=example, **years))
    return f"{found[1]}{place}{'   ' + found[3].strip() if found[3] else ''}"


def _place(hint: str) -> str:
    return f'"{PLACE}: {hint}"'


def _recess(text: str, years: Mapping[str, int]) -> Iterator[str]:
    yield text
    for number, named in enumerate(name.format(**years) for name in RECESS):
        help = (
            "   # Een naam voor uzelf.",
            "   # De eerste dag zonder vergadering.",
            "   # De laatste dag; ook die telt mee.",
        )
        shown = help if number == 0 else ("", "", "")
        yield f"  - name: {named}{shown[0]}"
        yield f"    first: {_place(f'de eerste dag van het reces {named}')}{shown[1]}"
        yield f"    last: {_place(f'de laatste dag van het reces {named}')}{shown[2]}"


def _budget(name: str, line: Line, years: Mapping[str, int]) -> Iterator[str]:
    """The part of each theme on a line of its own; themes that were left out have none."""
    dropped = {path.removeprefix("themes.") for path in DROP["organisation.yaml"]}
    yield f"{' ' * line.indent}themes:"
    for theme in re.findall(r"(\w+): \d+", line.text):
        if theme not in dropped:
            hint = FILL[name]["budgets.*.themes"].format(**years)
            yield f"{' ' * (line.indent + 2)}{theme}: {_place(hint)}"


def _shifted(name: str, line: Line, year: int) -> str:
    """The line with the years of the strategy moved along to the year asked."""
    moves = ("goals.*.horizon", "goals.*.points*", "measures.*.start", "measures.*.end", "budgets.*")
    if name != "strategy.yaml" or not any(fnmatchcase(line.path, move) for move in moves):
        return line.text
    delta = year - EXAMPLE_YEAR
    return re.sub(r"\b20[2-9]\d\b", lambda found: str(int(found[0]) + delta), line.text)
