"""`on:` names an outcome that the node cannot have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.nodes.action import ERROR, TIMEOUT, Action
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.transfer import OUTCOMES, Transfer
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import Node

CHECK = "impossible-outcome"


def impossible_outcome(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        handled, possible = _outcomes(flow, node)
        for outcome in handled if possible is not None else ():
            if outcome not in (possible or ()):
                known = f"; there is {listed(possible)}" if possible else "; it has neither check: nor pattern:"
                near = did_you_mean(outcome, possible or ()) or known
                message = f"node {quoted(name)} never ends with {quoted(outcome)}{near}"
                yield flow.error(name, ("on", outcome), message, CHECK, key=True)


def _outcomes(flow: CheckedFlow, node: Node) -> tuple[Mapping[str, str], tuple[str, ...] | None]:
    """What `on:` handles, and what can happen; None when nobody knows."""
    if isinstance(node, Transfer):
        return node.on, OUTCOMES
    if isinstance(node, Action):
        return node.on, _of_action(flow, node.action)
    if isinstance(node, Collect):
        return node.on, _of_collect(flow, node)
    return {}, None


def _of_action(flow: CheckedFlow, action: str) -> tuple[str, ...] | None:
    facts = flow.world.actions.get(action) if flow.world else None
    return (*facts.outcomes, TIMEOUT, ERROR) if facts else None


def _of_collect(flow: CheckedFlow, node: Collect) -> tuple[str, ...] | None:
    pattern = ("pattern",) if node.pattern else ()
    if node.check is None:
        return pattern
    if node.check in ENTRY_CHECKS:
        return (*pattern, str(node.check))
    outcomes = _of_action(flow, node.check)
    return None if outcomes is None else (*pattern, *(outcome for outcome in outcomes if outcome != "ok"))
