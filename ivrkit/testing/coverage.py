"""Which nodes of flows, and which ways out of them, calls have taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ivrkit.commands import CallRecord
from ivrkit.flow import Diagnostic, Source
from ivrkit.flow.tree import Path
from ivrkit.flow.ways import ways_out
from ivrkit.nodes.return_ import Return
from ivrkit.nodes.run import ERROR, RunFlow
from ivrkit.script import Script

CHECK = "not-covered"
KEYS = "keys"


@dataclass(slots=True)
class _Flow:
    script: Script
    source: Source
    ways: dict[tuple[str, str], Path]
    "Node and label of every way out, with its place; the keys of every menu are ways out of no node in particular."
    nodes: set[str] = field(default_factory=set)
    taken: set[tuple[str, str]] = field(default_factory=set)


class Coverage:
    """Of several flows. The keys of every menu count once for a flow, the same way out of a node once for the node."""

    def __init__(self) -> None:
        self._flows: dict[str, _Flow] = {}

    def expect(self, script: Script, sources: Mapping[str, Source]) -> None:
        """Count this flow, and those that it runs."""
        for one in (script, *script.flows.values()):
            if one.flow not in self._flows:
                self._flows[one.flow] = _Flow(one, sources[one.flow], _ways(one, script.flows))

    def took(self, record: CallRecord) -> None:
        """A call has been made."""
        for visit in record.path:
            name, _, node = visit.node.rpartition("/")
            flow = self._flows[name or record.flow]
            flow.nodes.add(node)
            everywhere = ("", visit.outcome)
            flow.taken.add(everywhere if (node, visit.outcome) not in flow.ways else (node, visit.outcome))

    def missing(self) -> Iterator[Diagnostic]:
        """Every node that no call came to, and every way out that none took, in the order of the files."""
        for flow in self._flows.values():
            yield from sorted(_missing(flow), key=lambda found: (found.line, found.column))

    def summary(self) -> Iterator[str]:
        """A line for each flow."""
        for flow in self._flows.values():
            taken = len(flow.taken & flow.ways.keys())
            nodes = f"{len(flow.nodes)} of {len(flow.script.nodes)} nodes"
            yield f"{flow.source.path}: {nodes} and {taken} of {len(flow.ways)} ways out are tested"


def _missing(flow: _Flow) -> Iterator[Diagnostic]:
    for node in flow.script.nodes.keys() - flow.nodes:
        yield flow.source.warning(("nodes", node), f'no scenario comes to "{node}"', CHECK, key=True)
    for (node, label), path in flow.ways.items():
        if (node, label) in flow.taken or (node and node not in flow.nodes):
            continue
        by = f"key {label}" if "menu" in path else label
        message = (
            f'no scenario goes from "{node}" by {by}' if node else f"no scenario presses {label}, a key of every menu"
        )
        place = path[: path.index("menu") + 2] if "menu" in path else flow.source.deepest(path)
        yield flow.source.warning(place, message, CHECK, key="menu" in path)


def _ways(script: Script, flows: Mapping[str, Script]) -> dict[tuple[str, str], Path]:
    ways: dict[tuple[str, str], Path] = {}
    for name, node in script.nodes.items():
        for way in ways_out(node, script.keys, script.give_up):
            if way.path[0] == KEYS:
                ways.setdefault(("", way.label), way.path)
            elif not (isinstance(node, RunFlow) and way.label == ERROR and not _fails(flows.get(node.run_))):
                ways.setdefault((name, way.label), ("nodes", name, *way.path))
    return ways


def _fails(script: Script | None) -> bool:
    """Whether a flow returns `error` by itself, and not only when something in it is broken."""
    nodes: Iterable[object] = script.nodes.values() if script else ()
    return any(isinstance(node, Return) and node.return_ == ERROR for node in nodes)
