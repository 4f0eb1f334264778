"""`on:` names an outcome that the node cannot have."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.prompts.problems import did_you_mean

CHECK = "impossible-outcome"


def impossible_outcome(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        outcomes = node.outcomes(flow.world)
        if outcomes is None or outcomes.possible is None:
            continue
        for outcome in outcomes.handled:
            if outcome not in outcomes.possible:
                near = did_you_mean(outcome, outcomes.possible) or _known(outcomes.possible)
                message = f"node {quoted(name)} never ends with {quoted(outcome)}{near}"
                yield flow.error(name, ("on", outcome), message, CHECK, key=True)


def _known(possible: tuple[str, ...]) -> str:
    return f"; there is {listed(possible)}" if possible else "; it has neither check: nor pattern:"
