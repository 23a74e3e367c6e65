"""Four YAML files → models, as far as they can be read, and what is wrong with single fields.

One wrong field must not hide what is wrong elsewhere, so an entry that cannot be read (a person, a measure)
is left out and the rest goes on to the checks across the files.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jaarring.config import yamlfile
from jaarring.config.fields import Model
from jaarring.config.mistakes import Mistake, shown
from jaarring.config.models.calendar import CalendarModel
from jaarring.config.models.channels import ChannelsModel
from jaarring.config.models.organisation import OrganisationModel, ThemeChange
from jaarring.config.models.strategy import StrategyModel
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
    "adviser": "noem wie over dit thema adviseert, niet de eigenaar",
    "head": "noem wie de afdeling leidt",
    "chair": "noem de secretaris of wie is aangewezen",
    "number": "schrijf het nummer zoals het op het besluit staat",
    "department": "noem de ene afdeling die hiervoor verantwoordelijk is",
}
EMPTY = {
    "themes": ("geen enkel thema draagt hieraan bij", "noem er ten minste één"),
    "points": ("hier staat te weinig", "noem de nulmeting en ten minste één streefwaarde"),
}

#: more than this is not read: a letter has up to four bytes
_BYTES = 4 * yamlfile.MAX_SIZE


@dataclass
class Reading:
    """What was read. `models`: by file, without `broken` entries (file, block); a file may be absent."""

    folder: Path
    trees: dict[str, Tree] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    broken: set[tuple[str, str]] = field(default_factory=set)
    mistakes: list[Mistake] = field(default_factory=list)
    #: what organisation.yaml held when its model was made of it, as texts; changes are laid over it
    written: dict[str, Any] = field(default_factory=dict)
    #: themes that have ended by the time this is about, with what was said of them
    ended: dict[str, ThemeChange] = field(default_factory=dict)

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

    def names_ever(self, file: str, block: str) -> frozenset[str] | None:
        """The names that a block defines, now or after a change that the file announces."""
        found, data = self.names(file, block), self.trees[file].data
        changes = data.get("changes") if isinstance(data, dict) else None
        for change in changes if isinstance(changes, list) else ():
            added = change.get(block) if isinstance(change, dict) else None
            if found is not None and isinstance(added, dict):
                found |= frozenset(added)
        return found

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
            if name == "organisation.yaml":
                reading.written = tree.data
        except ValidationError as error:
            wrong = error.errors(include_url=False)
            reading.mistakes += _mistakes(name, tree, wrong, model)
            _keep_the_rest(reading, name, model, [_path(detail) for detail in wrong])
    return reading


def _tree(path: Path) -> Tree:
    try:
        with path.open("rb") as file:
            data = file.read(_BYTES + 1)
        if len(data) > _BYTES:
            return Tree(faults=[yamlfile.TOO_LARGE])
        tree = yamlfile.load(data.decode("utf-8-sig"))
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


def _mistakes(name: str, tree: Tree, wrong: list[ErrorDetails], model: type[Model]) -> Iterator[Mistake]:
    """A field with a spelling mistake is one mistake, not an unknown field and a missing one."""
    meant = {
        (*_path(detail)[:-1], _meant(model, _path(detail)))
        for detail in wrong
        if detail["type"] == "extra_forbidden"
    }
    for detail in wrong:
        path = _path(detail)
        if detail["type"] == "missing" and path in meant:
            continue
        what, remedy = _words(detail, path, model, secret=_is_secret(tree, path))
        yield Mistake(name, tree.line(path), yamlfile.dotted(path), what, remedy)


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
            near = _meant(model, path)
            return "dit veld kennen wij niet", f"bedoelt u {near}?" if near else "haal het weg"
        case "literal_error":
            allowed = context["expected"].replace("'", "").replace(" or ", " of ").replace(", of ", " of ")
            return f"'{shown(str(detail['input']))}' kan hier niet", f"kies uit {allowed}"
        case "too_short":
            least = f"schrijf er ten minste {context['min_length']}"
            return EMPTY.get(last, ("hier staat te weinig", least))
        case "too_long":
            return "hier staat te veel", f"schrijf er ten hoogste {context['max_length']}"
        case "list_type":
            return "hier hoort een lijst", "zet elke waarde op een eigen regel met een streepje ervoor"
        case _:
            return "hier hoort een blok met velden", "schrijf regels als naam: waarde, iets ingesprongen"


def _meant(model: type[Model], path: yamlfile.Path) -> str:
    """What a misspelt field was probably meant to be, among those that may stand there; or nothing."""
    for part in path[:-1]:
        if part in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation) or model
    return next(iter(difflib.get_close_matches(str(path[-1]), list(model.model_fields), 1, 0.75)), "")


def _model_in(annotation: Any) -> type[Model] | None:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)
