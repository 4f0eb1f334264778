"""The node kinds that flows may use: ivrkit's own, and those of installed packages (entry points `ivrkit.nodes`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from ivrkit.errors import ConfigError
from ivrkit.nodes import NODE_KINDS
from ivrkit.script import Node


@cache
def node_kinds() -> Mapping[str, type[Node]]:
    """Every kind by its keyword. ConfigError when a package's kind cannot be used."""
    return NODE_KINDS | {found.name: _loaded(found) for found in entry_points(group="ivrkit.nodes")}


def _loaded(found: EntryPoint) -> type[Node]:
    try:
        kind = found.load()
    except (ImportError, AttributeError) as error:
        raise ConfigError(f'the node kind "{found.name}" of an installed package cannot be loaded: {error}') from error
    if not (isinstance(kind, type) and issubclass(kind, Node)):
        raise ConfigError(f'the node kind "{found.name}" ({found.value}) is no ivrkit.script.Node')
    return kind
