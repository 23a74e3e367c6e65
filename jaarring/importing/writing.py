"""Blocks of strategy.yaml in place of those that stand there; comments around them stay, help comes along."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from jaarring.starter.lines import Help, pattern_of


def replaced(text: str, blocks: Mapping[str, Any], help: Mapping[str, Help]) -> str:
    """The file with these blocks new. Raises ValueError where it has no such block."""
    for name, content in blocks.items():
        found = re.search(rf"(?m)^{name}:.*\n(?:(?:[ #].*)?\n)*?(?=(?:# |\w)[^\n]*\n|\Z)", text)
        if found is None:
            raise ValueError(f"no block {name}")
        made = "\n".join([f"{name}:", *_Writer(help).mapping(content, (name,), 2)]) + "\n\n"
        text = text[: found.start()] + made + text[found.end() :]
    return re.sub(r"\n{3,}", "\n\n", text).rstrip("\n") + "\n"


class _Writer:
    """Writes one block; the first time a field comes, its help comes with it."""

    def __init__(self, help: Mapping[str, Help]) -> None:
        self.help = help
        self.told: set[str] = set()

    def mapping(self, content: Mapping[str, Any], path: tuple[str, ...], indent: int) -> Iterator[str]:
        for key, value in content.items():
            inner = (*path, key)
            above, beside = self._help(inner)
            yield from (f"{' ' * indent}# {line}" for line in above)
            yield from self._field(key, value, inner, indent, beside)

    def _field(self, key: str, value: Any, path: tuple[str, ...], indent: int, beside: str) -> Iterator[str]:
        begin = f"{' ' * indent}{key}:"
        note = f"   # {beside}" if beside else ""
        if isinstance(value, dict):
            yield begin + note
            yield from self.mapping(value, path, indent + 2)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            yield begin + note
            for item in value:
                yield from self._item(item, indent + 2)
        elif isinstance(value, list):
            yield f"{begin} [{', '.join(scalar(part, in_list=True) for part in value)}]{note}"
        else:
            yield f"{begin} {scalar(str(value))}{note}"

    def _item(self, item: Mapping[str, Any], indent: int) -> Iterator[str]:
        """One entry of a list: figures on one line, words a line each."""
        if set(item) <= {"year", "value", "values"}:
            parts = [f"{key}: {_figures(value)}" for key, value in item.items()]
            yield f"{' ' * indent}- {{{', '.join(parts)}}}"
            return
        for number, (key, value) in enumerate(item.items()):
            yield f"{' ' * indent}{'  ' if number else '- '}{key}: {scalar(str(value))}"

    def _help(self, path: tuple[str, ...]) -> Help:
        pattern = pattern_of(path)
        if pattern in self.told:
            return (), ""
        self.told.add(pattern)
        return self.help.get(pattern, ((), ""))


def _figures(value: Any) -> str:
    return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)


def scalar(text: str, in_list: bool = False) -> str:
    """A text as YAML: plain where YAML reads it back as the same text, else between quotes."""
    shown = f"[{text}]" if in_list else f"k: {text}"
    try:
        node = yaml.compose(shown, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return json.dumps(text, ensure_ascii=False)
    assert isinstance(node, yaml.CollectionNode)
    said = node.value[0] if in_list else node.value[0][1]
    whole = len(node.value) == 1 and isinstance(said, yaml.ScalarNode) and said.style is None
    return text if whole and said.value == text and text else json.dumps(text, ensure_ascii=False)
