"""An action gets an argument that it does not take, or lacks one that it needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.tree import Path
from ivrkit.nodes.action import Action
from ivrkit.nodes.collect import Collect
from ivrkit.prompts.problems import did_you_mean
from ivrkit.script import ActionFacts

CHECK = "action-arguments"


def action_arguments(flow: CheckedFlow) -> Iterator[Diagnostic]:
    actions = flow.world.actions if flow.world else {}
    for name, node in flow.nodes.items():
        if isinstance(node, Action) and node.action in actions:
            for path, message in _wrong(node.action, actions[node.action], node.with_):
                yield flow.error(name, path, message, CHECK, key=bool(path))
        check = node.check if isinstance(node, Collect) else None
        if check in actions and any(_wrong(str(check), actions[str(check)], ["value"])):
            message = f'the action {quoted(check)} cannot check an entry: it would get one argument, "value"'
            yield flow.error(name, ("check",), message, CHECK)


def _wrong(action: str, facts: ActionFacts, given: Collection[str]) -> Iterator[tuple[Path, str]]:
    for argument in given:
        if argument not in facts.parameters:
            known = f"; it takes {listed(facts.parameters)}" if facts.parameters else "; it takes none"
            near = did_you_mean(argument, facts.parameters) or known
            yield ("with", argument), f"the action {quoted(action)} has no argument {quoted(argument)}{near}"
    missing = [parameter for parameter in facts.parameters if parameter in facts.required and parameter not in given]
    if missing:
        names = listed([quoted(parameter) for parameter in missing])
        yield ("action",), f"the action {quoted(action)} needs {names}; add it under with:"
