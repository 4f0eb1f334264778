"""A flow that runs itself before it can ever end."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.ways import reached, trail
from ivrkit.nodes.run import RunFlow

CHECK = "endless-run"


def endless_run(flow: CheckedFlow) -> Iterator[Diagnostic]:
    own = [name for name, node in flow.nodes.items() if isinstance(node, RunFlow) and node.run_ == flow.header.flow]
    if not own or flow.broken or flow.header.start not in flow.nodes:
        return
    entered = reached(flow.ways, [flow.header.start], lambda name, way: name not in own)
    if any(not flow.ways[name] for name in entered if name not in own):
        return
    for name in own:
        if name in entered:
            path = " → ".join([*trail(entered, name), quoted(flow.header.flow)])
            message = f"this flow runs itself again and again: {path}; let a way end before"
            yield flow.error(name, ("run",), message, CHECK)
