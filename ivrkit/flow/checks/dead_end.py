"""A node from which no call ever comes to an end: every way leads round and round."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.ways import reached

CHECK = "dead-end"

_MOST = 5
"Further nodes that are named."


def dead_end(flow: CheckedFlow) -> Iterator[Diagnostic]:
    ending = _ending(flow)
    entered = reached(flow.ways, [flow.header.start], lambda name, way: True)
    dead = [name for name in flow.nodes if name in entered and name not in ending]
    if dead:
        others = f"; nor from {_names(dead[1:])}" if dead[1:] else ""
        message = f"from node {quoted(dead[0])} no way leads to the end of a call, a hangup{others}"
        yield flow.error(dead[0], (), message, CHECK, key=True)


def _ending(flow: CheckedFlow) -> set[str]:
    """The nodes from which a call can end. What is wrong in other ways is told elsewhere and counts as an end."""
    before: dict[str, list[str]] = {name: [] for name in flow.ways}
    waiting = [name for name in flow.ways if name in flow.broken or not flow.ways[name]]
    for name, ways in flow.ways.items():
        for way in ways:
            if way.target in before:
                before[way.target].append(name)
            else:
                waiting.append(name)
    ending: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in ending:
            ending.add(name)
            waiting += before[name]
    return ending


def _names(names: list[str]) -> str:
    more = ["others"] if len(names) > _MOST else []
    return listed([*map(quoted, names[:_MOST]), *more], "or")
