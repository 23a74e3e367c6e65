"""YAML as a municipality writes it: no aliases, no duplicate keys, every scalar text, every line known.

Text stays text until a field's own type reads it, so `no`, `010`, `12:30` and `45.000` surprise nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from jaarring.config.mistakes import shown

Path = tuple[str | int, ...]
MAX_SIZE, MAX_DEPTH = 1_000_000, 20
#: libyaml where PyYAML came with it, twenty times as fast as the same reader in Python
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Fault:
    """What keeps a file from being read: line (from 1), the field if known, what is wrong, what to write."""

    line: int
    field: str
    what: str
    remedy: str


TOO_LARGE = Fault(1, "", "bestand is groter dan 1 MB", "verdeel de inhoud of haal weg wat niet nodig is")


@dataclass
class Tree:
    """A file's content as plain dicts, lists and texts, and the line on which each path stands."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing above it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def leave_out(self, entry: tuple[str | int, str | int]) -> None:
        """Take away one entry of a block or list at the top; in a list, what follows moves up."""
        block, which = entry
        if isinstance(which, str):
            self.data[block].pop(which, None)
            return
        del self.data[block][which]
        moved = {}
        for path, line in self.lines.items():
            if path[:1] == (block,) and len(path) > 1 and int(path[1]) >= which:
                if path[1] == which:
                    continue
                path = (block, int(path[1]) - 1, *path[2:])
            moved[path] = line
        self.lines = moved


def load(text: str) -> Tree:
    """The content of one YAML file; mistakes are in `faults`, never raised."""
    tree = Tree()
    if len(text) > MAX_SIZE:
        tree.faults.append(TOO_LARGE)
        return tree
    try:
        if _plain_events(text, tree):
            node = yaml.compose(text, Loader=LOADER)
            tree.data = _value(node, (), tree) if node else {}
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        what = "hier klopt de opbouw niet (YAML)"
        tree.faults.append(
            Fault(
                mark.line + 1 if mark else 1, "", what, "let op inspringen, dubbele punt en aanhalingstekens"
            )
        )
    except yaml.YAMLError:
        tree.faults.append(
            Fault(1, "", "bevat een teken dat niet mag", "bewaar het bestand als gewone tekst (UTF-8)")
        )
    return tree


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1


def _plain_events(text: str, tree: Tree) -> bool:
    """Refuse what could grow or point: aliases, tags, several documents, depth. True if all is well."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = _line(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            tree.faults.append(
                Fault(line, "", "verwijzingen (& en *) zijn niet toegestaan", "schrijf de waarde voluit")
            )
        elif isinstance(getattr(event, "tag", None), str) and not isinstance(event, yaml.DocumentStartEvent):
            tree.faults.append(Fault(line, "", "een type (!) is niet toegestaan", "laat het woord met ! weg"))
        elif depth > MAX_DEPTH:
            tree.faults.append(
                Fault(line, "", f"meer dan {MAX_DEPTH} niveaus diep", "gebruik minder niveaus")
            )
        elif documents > 1:
            tree.faults.append(
                Fault(line, "", "een tweede document (---) in hetzelfde bestand", "haal de regel --- weg")
            )
        if tree.faults:
            return False
    return True


def _value(node: yaml.Node, path: Path, tree: Tree) -> Any:
    tree.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, n), tree) for n, item in enumerate(node.value)]
    assert isinstance(node, yaml.MappingNode)
    content: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
        if not key:
            what, where = "een naam vóór de dubbele punt ontbreekt", dotted((*path, "?"))
            tree.faults.append(Fault(line, where, what, "schrijf naam: waarde"))
        elif key in content:
            what = f"staat er twee keer, eerder op regel {tree.lines[(*path, key)]}"
            tree.faults.append(Fault(line, dotted((*path, key)), what, "laat er één staan"))
        else:
            tree.lines[(*path, key)] = line
            content[key] = _value(value_node, (*path, key), tree)
    return content


def dotted(path: Path) -> str:
    """A path as a reader sees it: `themes[2].owner`, counted from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text
