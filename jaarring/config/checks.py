"""What no single field can tell: references, roles, money and dates across the four files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jaarring.config.mistakes import Mistake
from jaarring.config.yamlfile import Tree


def across(models: Mapping[str, Any], trees: Mapping[str, Tree]) -> list[Mistake]:
    """Mistakes and warnings across the files. A file that could not be read is left out of the comparison."""
    return []
