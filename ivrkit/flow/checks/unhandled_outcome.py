"""A way that a node can end, and `on:` does not say where the call goes then."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted

CHECK = "unhandled-outcome"


def unhandled_outcome(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        outcomes = node.outcomes(flow.world)
        missing = [name for name in outcomes.needed if name not in outcomes.handled] if outcomes else []
        if missing:
            names = listed([quoted(outcome) for outcome in missing])
            message = f"node {quoted(name)} does not say where a call goes on {names}; add to on: {missing[0]}: …"
            yield flow.error(name, ("on",), message, CHECK, key=True)
