"""A way that a node can end, and `on:` does not say where the call goes then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.nodes.action import ERROR, TIMEOUT, Action
from ivrkit.nodes.transfer import OUTCOMES, Transfer
from ivrkit.script import Node

CHECK = "unhandled-outcome"


def unhandled_outcome(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        handled, outcomes = _outcomes(flow, node)
        missing = [outcome for outcome in outcomes if outcome not in handled]
        if missing:
            names = listed([quoted(outcome) for outcome in missing])
            message = f"node {quoted(name)} does not say where a call goes on {names}; add to on: {missing[0]}: …"
            yield flow.error(name, ("on",), message, CHECK, key=True)


def _outcomes(flow: CheckedFlow, node: Node) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """What `on:` handles, and what it must handle."""
    if isinstance(node, Transfer):
        return node.on, OUTCOMES
    if isinstance(node, Action):
        facts = flow.world.actions.get(node.action) if flow.world else None
        return node.on, (*(facts.outcomes if facts else ()), TIMEOUT, ERROR)
    return {}, ()
