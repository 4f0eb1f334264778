"""A flow is run with an argument that it does not take, or without one that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.tree import Path
from ivrkit.nodes.run import RunFlow
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import FlowFacts

CHECK = "run-arguments"


def run_arguments(flow: CheckedFlow) -> Iterator[Diagnostic]:
    flows = flow.world.flows if flow.world else {}
    for name, node in flow.nodes.items():
        if isinstance(node, RunFlow) and (facts := flows.get(node.run_)) and facts.languages:
            for path, message in _wrong(node, facts):
                yield flow.error(name, path, message, CHECK, key=True)


def _wrong(node: RunFlow, facts: FlowFacts) -> Iterator[tuple[Path, str]]:
    who = f"the flow {quoted(node.run_)}"
    for argument in node.with_:
        if argument not in facts.arguments:
            known = f"; it takes {listed(facts.arguments)}" if facts.arguments else "; it takes none"
            near = did_you_mean(argument, facts.arguments) or known
            yield ("with", argument), f"{who} has no argument {quoted(argument)}{near}"
    missing = [quoted(argument) for argument in facts.arguments if argument not in node.with_]
    if missing:
        yield ("run",), f"{who} needs {listed(missing)}; add it under with:"
