"""JSON Schemas of the four files, so that an editor can complete, explain and underline: config/schemas.

Made from the models; what a field is for comes from the comments in the example that ships. Written by
`python -m jaarring.config.schemas`. The check itself (`jaarring check`) does not need them.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jaarring.config import yamlfile
from jaarring.config.fields import Model
from jaarring.config.reading import FILES
from jaarring.starter.lines import EXAMPLE

SCHEMAS = EXAMPLE / "schemas"
#: what stands in the example only as an example that is commented out
CHANGE_HELP = {
    "from": "Vanaf welke dag dit zo is.",
    "why": "Waarom dit verandert; mag u weglaten.",
    "successor": "Het thema dat overneemt wat nog open staat. Dit thema eindigt op deze dag.",
    "measures": "Bij een splitsing: per deel de maatregelen die daarheen gaan, elke maatregel één keer.",
    "budget": "Bij een splitsing: per deel het bedrag; samen het bedrag van het thema in dat jaar.",
    "mailbox": "Het postvak van de afzender, om te lezen. Laat u het weg, dan komen formulieren via de map.",
    "address": "Het postvak waarin de antwoorden komen: imaps://…, of maildir:// met een map.",
    "bounces": "Het postvak met onbestelbare berichten, als dat een ander is.",
    "checked_by": "Hoe uw mailserver zich noemt in de kopregel Authentication-Results.",
    "require_authenticated": "ja: een formulier telt alleen als die server de afzender bevestigt.",
    "archive": "Een postvak dat van elk bericht een kopie krijgt, om na een storing in te zoeken.",
    "channels": "Naast de mail: Teams, Mattermost, ntfy of een webhook. Alleen titels en datums.",
    "url": "Het adres van dit kanaal, door te verwijzen naar een omgevingsvariabele of bestand.",
    "templates": "De map met uw eigen sjablonen, elk met de naam van een van de onze.",
    "about": "Waarover: overdue (te laat), escalate (naar een leidinggevende), alarm (mis met de post).",
}


def schema_name(file: str) -> str:
    return f"{file.removesuffix('.yaml')}.schema.json"


def schema_of(file: str) -> dict[str, Any]:
    """The schema of one of the four files, with the help that stands in the example."""
    model = FILES[file]
    made = model.model_json_schema()
    made["$schema"] = "http://json-schema.org/draft-07/schema#"
    text = (EXAMPLE / file).read_text(encoding="utf-8")
    helped = dict(_help(model, text))
    for name, part in [(model.__name__, made), *made.get("$defs", {}).items()]:
        for field, shape in part.get("properties", {}).items():
            known = [helped.get((of, field)) for of in (name, *_others(name))]
            if words := next((one for one in known if one), CHANGE_HELP.get(field, "")):
                shape["description"] = words
    plain: dict[str, Any] = _plain(made)
    plain["title"] = file
    return plain


def _others(name: str) -> tuple[str, ...]:
    """Where the help of a block of a change stands: at the same block of the file itself."""
    return (name.replace("Change", "Model"), "OrganisationModel" if name == "ChangeModel" else name)


def _plain(part: Any) -> Any:
    """Without what says nothing to a reader: titles made of names, defaults that are nothing, null."""
    if isinstance(part, list):
        return [_plain(one) for one in part if one != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    kept = {
        key: {name: _plain(one) for name, one in value.items()}
        if key in ("properties", "$defs")
        else _plain(value)
        for key, value in part.items()
        if key != "title" and not (key == "default" and (value is False or value in (None, "", [], {})))
    }
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    if len(kept.get("anyOf", ())) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept


def _help(model: type[Model], text: str) -> Iterator[tuple[tuple[str, str], str]]:
    """Of every block and field its first help: the comment above its first use, or beside it."""
    tree, lines = yamlfile.load(text), text.splitlines()
    seen = set()
    for owner, path in _uses(model, tree.data, ()):
        key = (owner.__name__, str(path[-1]))
        words = _comment(lines, tree.line(path) - 1)
        if words and key not in seen:
            seen.add(key)
            yield key, words


def _uses(kind: Any, data: Any, path: yamlfile.Path) -> Iterator[tuple[type[Model], yamlfile.Path]]:
    """Every field that is filled in, with the model that it is of."""
    inner = typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        for name, value in data.items():
            yield kind, (*path, name)
            yield from _uses(kind.model_fields[name].annotation, value, (*path, name))
    elif typing.get_origin(kind) is dict:
        for name, value in data.items():
            yield from _uses(inner[1], value, (*path, name))
    elif typing.get_origin(kind) is list:
        for n, item in enumerate(data):
            yield from _uses(inner[0], item, (*path, n))
    elif isinstance(data, dict) and inner:  # a block that may be left out
        yield from _uses(inner[0], data, path)


def _comment(lines: list[str], number: int) -> str:
    """The comment beside a line, else the lines of comment just above it."""
    _, mark, beside = lines[number].partition("  # ")
    if mark:
        return beside.strip()
    found: list[str] = []
    while number and lines[number - 1].lstrip().startswith("# "):
        number -= 1
        found.insert(0, lines[number].lstrip()[2:].strip())
    return " ".join(found)


def written(file: str) -> str:
    """A schema as it is kept: the same text each time."""
    return json.dumps(schema_of(file), ensure_ascii=False, indent=1) + "\n"


def main(folder: Path = SCHEMAS) -> None:
    """Write all four."""
    folder.mkdir(exist_ok=True)
    for file in FILES:
        (folder / schema_name(file)).write_text(written(file), encoding="utf-8")


if __name__ == "__main__":
    main()
