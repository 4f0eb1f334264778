"""A node to which no path leads."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.ways import reached
from ivrkit.prompts.problems import nearest

CHECK = "unreachable-node"

_MOST_MEANT = 100
"Misspelt names whose meaning is looked for."


def unreachable_node(flow: CheckedFlow) -> Iterator[Diagnostic]:
    header = flow.header
    starts = [name for name in (header.start, flow.give_up, header.on_hangup) if name in header.nodes]
    if header.start not in starts:
        return
    seen = reached(flow.ways, [*map(str, starts), *_meant(flow)], lambda name, way: True)
    for name in header.nodes:
        if name not in seen and name not in flow.broken:
            message = f"no path from {quoted(header.start)} leads to node {quoted(name)}; go there or take it away"
            yield flow.error(name, (), message, CHECK, key=True)


def _meant(flow: CheckedFlow) -> Iterator[str]:
    """Nodes whose names were misspelt somewhere: that mistake is told already."""
    unknown = {way.target for ways in flow.ways.values() for way in ways} - flow.header.nodes.keys()
    yield from filter(None, (nearest(target, flow.header.nodes) for target in sorted(unknown)[:_MOST_MEANT]))
