"""Where the callers of each node come from, and the values of each variable, in the words of a sentence."""

from __future__ import annotations

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import listed
from ivrkit.flow.graph.text import condition
from ivrkit.flow.models import walk
from ivrkit.flow.ways import Way
from ivrkit.nodes.fields import Name
from ivrkit.script import Node


class Paths:
    """What leads to the nodes of a flow, looked up once for all of them."""

    def __init__(self, flow: CheckedFlow) -> None:
        self._sources: dict[str, dict[str, dict[str, None]]] = {}
        for name, ways in flow.ways.items():
            for way in ways:
                source = "every menu" if flow.is_everywhere(way) else name
                labels = self._sources.setdefault(way.target, {}).setdefault(source, {})
                labels[_label(flow.nodes.get(name), way)] = None
        self._makers: dict[str, dict[str, None]] = {}
        for name, node in flow.nodes.items():
            for _, variable in walk(node, Name):
                self._makers.setdefault(variable, {})[name] = None

    def to(self, node: str) -> str:
        """The nodes before it, each with its ways out; empty when there is none."""
        sources = self._sources.get(node)
        return listed(_behind(source, [*labels]) for source, labels in sources.items()) if sources else ""

    def makers(self, variable: str) -> str:
        """The nodes that give it a value, with the verb; empty when there is none."""
        makers = self._makers.get(variable, ())
        return f"{listed(makers)} set{'' if len(makers) > 1 else 's'}" if makers else ""


def _label(node: Node | None, way: Way) -> str:
    return f"key {way.label}" if way.path[0] in ("menu", "keys") else condition(node, way.path) or way.label


def _behind(source: str, labels: list[str]) -> str:
    return source if labels == ["next"] else f"{source} ({', '.join(labels)})"
