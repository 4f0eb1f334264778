"""`on_hangup` reaches a node that says or asks something: nobody is there any more."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.kinds import node_kinds
from ivrkit.flow.ways import reached, trail

CHECK = "spoken-hangup"


def spoken_hangup(flow: CheckedFlow) -> Iterator[Diagnostic]:
    start = flow.header.on_hangup
    if start is None or start not in flow.header.nodes:
        return
    before = reached(flow.ways, [start], lambda name, way: name in flow.nodes and flow.nodes[name].silent)
    silent = listed([kind for kind, model in node_kinds().items() if model.silent])
    for name in before:
        if name in flow.nodes and not flow.nodes[name].silent:
            path = " → ".join(["on_hangup", *trail(before, name)])
            message = f"nobody hears node {quoted(name)}, for the caller has gone: {path}; there may be {silent}"
            yield flow.error(name, (), message, CHECK, key=True)
