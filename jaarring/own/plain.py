"""What a template of somebody else gets: plain values, sent across as JSON, without anything that does.

A dataclass becomes a record of its fields and properties, as far as one of our templates names them; methods
stay behind. Text that is HTML already stays marked as such.
"""

from __future__ import annotations

import dataclasses
import inspect
from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping, Set
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from markupsafe import Markup


class Record:
    """Named values, to be read only: a template can set nothing and call nothing on it."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(repr(sorted(self.__dict__.items(), key=lambda pair: pair[0])))


@dataclasses.dataclass(frozen=True)
class Encoder:
    """Makes lists, texts and numbers of values. Of a dataclass only what is `named` goes across.

    A property is not followed into another of the same type: the quarter after a quarter has one after it.
    """

    named: Set[str]
    inside: Set[type] = frozenset()

    def __call__(self, value: Any) -> Any:
        """Raises TypeError for what is no plain value at all."""
        if isinstance(value, Enum):
            return self(value.value)
        if value is None or isinstance(value, bool | int | float):
            return value
        if hasattr(value, "__html__"):
            return {"html": str(value)}
        if isinstance(value, str):
            return str(value)
        if isinstance(value, Decimal):
            return {"number": str(value)}
        if isinstance(value, datetime):
            return {"moment": value.isoformat()}
        if isinstance(value, date):
            return {"date": value.isoformat()}
        return self._of_many(value)

    def _of_many(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {"map": [[self(key), self(said)] for key, said in value.items()]}
        if dataclasses.is_dataclass(value):
            return {"record": dict(self._named(value))}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return {"row": [list(value._fields), [self(one) for one in value]]}
        if isinstance(value, Set):
            return {"set": [self(one) for one in sorted(value, key=str)]}
        if isinstance(value, Iterable):
            return [self(one) for one in value]
        raise TypeError(f"a template gets no {type(value).__name__}")

    def _named(self, value: Any) -> Iterator[tuple[str, Any]]:
        for field in dataclasses.fields(value):
            if field.name in self.named:
                yield field.name, self(getattr(value, field.name))
        kind = type(value)
        if kind in self.inside:
            return
        deeper = Encoder(self.named, self.inside | {kind})
        for name, _ in inspect.getmembers(kind, lambda it: isinstance(it, property | cached_property)):
            if name in self.named:
                yield name, deeper(getattr(value, name))


def decoded(data: Any) -> Any:
    """The values that `encoded` made this of."""
    if isinstance(data, list):
        return tuple(decoded(one) for one in data)
    if not isinstance(data, dict):
        return data
    ((kind, said),) = data.items()
    match kind:
        case "html":
            return Markup(said)
        case "number":
            return Decimal(said)
        case "moment":
            return datetime.fromisoformat(said)
        case "date":
            return date.fromisoformat(said)
        case "map":
            return {decoded(key): decoded(value) for key, value in said}
        case "set":
            return frozenset(decoded(one) for one in said)
        case "row":
            return namedtuple("Row", said[0])(*map(decoded, said[1]))
        case _:
            return Record({name: decoded(value) for name, value in said.items()})
