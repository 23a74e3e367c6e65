"""Four YAML files → models, as far as they can be read, and what is wrong with single fields.

One wrong field must not hide what is wrong elsewhere, so an entry that cannot be read (a person, a measure)
is left out and the rest goes on to the checks across the files.
"""

from __future__ import annotations

import difflib
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jaarring.config import yamlfile
from jaarring.config.fields import Model
from jaarring.config.mistakes import Mistake, shown
from jaarring.config.models import CalendarModel, ChannelsModel, OrganisationModel, StrategyModel
from jaarring.config.yamlfile import Fault, Tree

FILES: dict[str, type[Model]] = {
    "organisation.yaml": OrganisationModel,
    "strategy.yaml": StrategyModel,
    "calendar.yaml": CalendarModel,
    "channels.yaml": ChannelsModel,
}

#: what to write where a field is missing or a list is empty, for fields whose absence says more than the name
MISSING = {
    "owner": "noem wie verantwoording aflegt over dit thema",
    "adviser": "noem wie over dit thema adviseert; dat mag niet de eigenaar zijn",
    "head": "noem wie de afdeling leidt",
    "chair": "noem de secretaris of wie is aangewezen",
    "number": "schrijf het nummer zoals het op het besluit staat",
    "department": "noem de ene afdeling die hiervoor verantwoordelijk is",
}
EMPTY = {"themes": "noem ten minste één thema", "points": "noem de nulmeting en ten minste één streefwaarde"}


@dataclass
class Reading:
    """What was read. `models`: by file, without `broken` entries (file, block); a file may be absent."""

    folder: Path
    trees: dict[str, Tree] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def organisation(self) -> OrganisationModel | None:
        return cast("OrganisationModel | None", self.models.get("organisation.yaml"))

    @property
    def strategy(self) -> StrategyModel | None:
        return cast("StrategyModel | None", self.models.get("strategy.yaml"))

    @property
    def calendar(self) -> CalendarModel | None:
        return cast("CalendarModel | None", self.models.get("calendar.yaml"))

    @property
    def channels(self) -> ChannelsModel | None:
        return cast("ChannelsModel | None", self.models.get("channels.yaml"))

    def names(self, file: str, block: str) -> frozenset[str] | None:
        """The names that a block defines, also of entries that could not be read; None if unknown."""
        found = self.trees[file].data
        found = found.get(block) if isinstance(found, dict) else None
        return frozenset(found) if isinstance(found, dict) else None

    def whole(self, file: str, *blocks: str) -> bool:
        """Whether nothing was left out of these blocks, so that what is in them may be counted."""
        return file in self.models and not any((file, block) in self.broken for block in blocks)

    def at(self, file: str, path: yamlfile.Path, what: str, remedy: str, severity: str = "fout") -> Mistake:
        """A mistake in the field at `path`, with its line."""
        return Mistake(file, self.trees[file].line(path), yamlfile.dotted(path), what, remedy, severity)


def read(folder: Path) -> Reading:
    """Read the four files of `folder`."""
    reading = Reading(folder)
    for name, model in FILES.items():
        tree = reading.trees[name] = _tree(folder / name)
        reading.mistakes += [Mistake(name, f.line, f.field, f.what, f.remedy) for f in tree.faults]
        if tree.faults:
            continue
        try:
            reading.models[name] = model.model_validate(tree.data)
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            reading.mistakes += [_mistake(name, tree, detail, model) for detail in wrong]
            _keep_the_rest(reading, name, model, [_path(detail) for detail in wrong])
    return reading


def _tree(path: Path) -> Tree:
    try:
        tree = yamlfile.load(path.read_text(encoding="utf-8-sig"))
        if not tree.faults and not isinstance(tree.data, dict):
            tree.faults.append(Fault(1, "", "bevat geen velden", "begin met regels als naam: waarde"))
        return tree
    except FileNotFoundError:
        fault = Fault(1, "", "bestand ontbreekt", "zet het terug of begin met het voorbeeld in config/")
    except UnicodeDecodeError:
        fault = Fault(1, "", "is geen gewone tekst", "bewaar het bestand als tekst (UTF-8)")
    except OSError:
        fault = Fault(1, "", "is niet te lezen", "controleer de rechten van het bestand")
    return Tree(faults=[fault])


def _keep_the_rest(reading: Reading, name: str, model: type[Model], paths: list[yamlfile.Path]) -> None:
    """Leave out the entries that hold a mistake; if the file still cannot be read, do without it."""
    tree = Tree(deepcopy(reading.trees[name].data), dict(reading.trees[name].lines))
    # from the end of a list to its begin, so that a number stays the number of its entry
    for entry in sorted({path[:2] for path in paths}, key=lambda entry: [str(p).zfill(9) for p in entry])[
        ::-1
    ]:
        if len(entry) == 2 and isinstance(tree.data.get(entry[0]), dict | list):
            tree.leave_out((entry[0], entry[1]))
            reading.broken.add((name, str(entry[0])))
        else:
            tree.data.pop(entry[0], None)
    try:
        reading.models[name] = model.model_validate(tree.data)
        reading.trees[name].lines = tree.lines
    except ValidationError:
        pass


def _path(detail: ErrorDetails) -> yamlfile.Path:
    return tuple(part for part in detail["loc"] if part != "[key]")


def _mistake(name: str, tree: Tree, detail: ErrorDetails, model: type[Model]) -> Mistake:
    path = _path(detail)
    what, remedy = _words(detail, path, model, secret=_is_secret(tree, path))
    return Mistake(name, tree.line(path), yamlfile.dotted(path), what, remedy)


def _is_secret(tree: Tree, path: yamlfile.Path) -> bool:
    """Whether the field belongs to a measure kept secret: a message about it repeats no value."""
    if len(path) < 3 or path[0] != "measures":
        return False
    return "secrecy" in tree.data["measures"][path[1]]


def _words(detail: ErrorDetails, path: yamlfile.Path, model: type[Model], secret: bool) -> tuple[str, str]:
    context, last = detail.get("ctx") or {}, str(path[-1]) if path else ""
    match detail["type"]:
        case "jaarring":
            value = "deze waarde" if secret else f"'{shown(context['value'])}'"
            return f"{value} {context['what']}" if context["value"] else context["what"], context["remedy"]
        case "missing":
            return "ontbreekt", MISSING.get(last, "voeg dit veld toe")
        case "extra_forbidden":
            near = difflib.get_close_matches(last, _fields_beside(model, path), 1)
            return "dit veld kennen wij niet", f"bedoelt u {near[0]}?" if near else "haal het weg"
        case "literal_error":
            allowed = context["expected"].replace("'", "").replace(" or ", " of ").replace(", of ", " of ")
            return f"'{shown(str(detail['input']))}' kan hier niet", f"kies uit {allowed}"
        case "too_short":
            least = f"schrijf er ten minste {context['min_length']}"
            return "te weinig om verder te kunnen", EMPTY.get(last, least)
        case "too_long":
            return "te veel in deze lijst", f"schrijf er ten hoogste {context['max_length']}"
        case "list_type":
            return "hier hoort een lijst", "zet elke waarde op een eigen regel met een streepje ervoor"
        case _:
            return "hier hoort een blok met velden", "schrijf regels als naam: waarde, iets ingesprongen"


def _fields_beside(model: type[Model], path: yamlfile.Path) -> list[str]:
    """The names a field may have where `path` stands, to guess what a misspelt one was meant to be."""
    for part in path[:-1]:
        if part in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation) or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
