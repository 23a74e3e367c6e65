"""A folder of four YAML files → a `Municipality`, or the list of all mistakes.

Mistakes are values: each has its file, line and field, what is wrong and what to write. Nothing is raised for
what a user wrote.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from jaarring.config import build, checks, yamlfile
from jaarring.config.fields import Model, shown
from jaarring.config.mistakes import Mistake
from jaarring.config.models import CalendarModel, ChannelsModel, OrganisationModel, StrategyModel
from jaarring.governance import Organisation
from jaarring.goals.rules import Framework
from jaarring.occasions import Schedule

FILES: dict[str, type[Model]] = {
    "organisation.yaml": OrganisationModel,
    "strategy.yaml": StrategyModel,
    "calendar.yaml": CalendarModel,
    "channels.yaml": ChannelsModel,
}


@dataclass(frozen=True)
class Municipality:
    """A checked configuration: plain values for the rules, and the folder it came from."""

    folder: Path
    organisation: Organisation
    framework: Framework
    schedule: Schedule
    channels: ChannelsModel
    time_zone: str
    colours: tuple[str, str]
    storage: Path


def load(folder: Path) -> tuple[Municipality | None, list[Mistake]]:
    """Read `folder`. The municipality is None if there is a mistake; warnings come beside a municipality."""
    mistakes: list[Mistake] = []
    trees: dict[str, yamlfile.Tree] = {}
    models: dict[str, Any] = {}
    for name, model in FILES.items():
        tree = trees[name] = _read(folder / name, mistakes)
        if not tree.faults:
            try:
                models[name] = model.model_validate(tree.data)
            except ValidationError as error:
                mistakes += [
                    _mistake(name, tree, detail, model) for detail in error.errors(include_url=False)
                ]
    mistakes += checks.across(models, trees)
    mistakes.sort(key=lambda mistake: (list(FILES).index(mistake.file), mistake.line, mistake.field))
    if any(mistake.severity == "fout" for mistake in mistakes):
        return None, mistakes
    municipality = build.municipality(folder, *(models[name] for name in FILES))
    return municipality, mistakes


def _read(path: Path, mistakes: list[Mistake]) -> yamlfile.Tree:
    tree = yamlfile.Tree()
    try:
        tree = yamlfile.load(path.read_text(encoding="utf-8"))
        if not tree.faults and not isinstance(tree.data, dict):
            tree.faults.append(
                yamlfile.Fault(1, "", "bevat geen velden", "begin met regels als naam: waarde")
            )
    except FileNotFoundError:
        tree.faults.append(
            yamlfile.Fault(1, "", "bestand ontbreekt", "zet het terug of begin met het voorbeeld in config/")
        )
    except UnicodeDecodeError:
        tree.faults.append(
            yamlfile.Fault(1, "", "is geen gewone tekst", "bewaar het bestand als tekst (UTF-8)")
        )
    except OSError:
        tree.faults.append(yamlfile.Fault(1, "", "is niet te lezen", "controleer de rechten van het bestand"))
    mistakes += [Mistake(path.name, f.line, f.field, f.what, f.remedy) for f in tree.faults]
    return tree


def _mistake(name: str, tree: yamlfile.Tree, detail: ErrorDetails, model: type[Model]) -> Mistake:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    what, remedy = _words(detail, path, model)
    return Mistake(name, tree.line(path), yamlfile.dotted(path), what, remedy)


def _words(detail: ErrorDetails, path: yamlfile.Path, model: type[Model]) -> tuple[str, str]:
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "jaarring":
            return context["what"], context["remedy"]
        case "missing":
            return "ontbreekt", "voeg dit veld toe"
        case "extra_forbidden":
            near = difflib.get_close_matches(str(path[-1]), sorted(_names(model)), 1)
            return (
                "dit veld kennen wij niet",
                f"bedoelt u {near[0]}?" if near else "haal het weg of verbeter de naam",
            )
        case "literal_error":
            return (
                f"'{shown(str(detail['input']))}' kan hier niet",
                f"kies uit {context['expected'].replace(' or ', ' of ')}",
            )
        case "too_short":
            return "te weinig in deze lijst", f"schrijf er ten minste {context['min_length']}"
        case "too_long":
            return "te veel in deze lijst", f"schrijf er ten hoogste {context['max_length']}"
        case "list_type":
            return "hier hoort een lijst", "zet elke waarde op een eigen regel met een streepje ervoor"
        case _:
            return "hier hoort een blok met velden", "schrijf regels als naam: waarde, iets ingesprongen"


def _names(model: type[Model]) -> set[str]:
    """Every field name in a file, to guess what a misspelt one was meant to be."""
    names: set[str] = set()
    for annotation in [model, *Model.__subclasses__()]:
        names |= set(annotation.model_fields)
    return names
