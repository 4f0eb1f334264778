"""A flow whose every field has been read: what the checks look at, and what becomes a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import Header
from ivrkit.flow.said import Speech
from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path
from ivrkit.flow.ways import Way, Ways
from ivrkit.nodes.fields import NodeName
from ivrkit.prompts.catalog import Catalog
from ivrkit.script import Node, World


@dataclass(frozen=True, slots=True)
class CheckedFlow:
    """A flow whose every field has been read. Nodes that could not be read are in `broken`."""

    source: Source
    header: Header
    give_up: NodeName | None
    nodes: Mapping[str, Node]
    broken: frozenset[str]
    catalog: Catalog
    prompts_source: Source
    speech: Speech
    "Everything that can be said."
    ways: Ways
    "The ways out of every node, also of the broken ones."
    world: World | None
    "None when nobody knows what exists outside the file."

    @property
    def languages(self) -> tuple[str, ...]:
        return self.header.languages

    def error(self, node: str, path: Path, message: str, check: str, *, key: bool = False) -> Diagnostic:
        """A mistake in a node: `path` from the node on, empty for the node's name."""
        return self.source.error(self.place(node, path), message, check, key=key)

    def warning(self, node: str, path: Path, message: str, check: str, *, key: bool = False) -> Diagnostic:
        return self.source.warning(self.place(node, path), message, check, key=key)

    def is_everywhere(self, way: Way) -> bool:
        """Whether a way is what every menu has: a key that does the same in all of them, or the flow's give_up."""
        if way.path == ("give_up",):
            return way.target == self.give_up
        same = way.path[0] == "menu" and self.header.keys.get(way.label) == way.target
        return same or way.path[0] in ("keys", "visits")

    def owner(self, node: str, path: Path) -> str:
        """Who says something in a message: a node, or the defaults that it is taken from."""
        return (
            f"the default {quoted(path[0])}" if self.place(node, path)[:1] == ("defaults",) else f"node {quoted(node)}"
        )

    def place(self, node: str, path: Path) -> Path:
        """Where a field of a node stands in the file: in the node, or under `defaults`."""
        inherited = ("defaults", *path)
        if path and ("nodes", node, path[0]) not in self.source.values and inherited[:2] in self.source.values:
            return self.source.deepest(inherited)
        return self.source.deepest(("nodes", node, *path))
