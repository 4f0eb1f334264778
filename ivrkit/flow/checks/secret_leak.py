"""A secret reaches something that says it, writes it down or hands it on."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.reads import Read, at, reads
from ivrkit.nodes.action import Action
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.run import RunFlow
from ivrkit.script import World

CHECK = "secret-leak"

_RULE = "it may only go to an action that takes a Secret, or to a flow whose argument is one"
_TYPE = "secret"
"Of an argument of a flow."


def secret_leak(flow: CheckedFlow) -> Iterator[Diagnostic]:
    secrets = {str(node.save) for node in flow.nodes.values() if isinstance(node, Collect) and node.secret}
    secrets |= {str(name) for name, kind in flow.header.arguments.items() if kind == _TYPE}
    for read in reads(flow):
        if read.root in secrets and not _may_read(flow, read):
            yield at(flow, read, f"{read.told}, a secret; {_RULE}", CHECK)
    actions = flow.world.actions if flow.world else {}
    for name, node in flow.nodes.items():
        facts = actions.get(node.check) if isinstance(node, Collect) and node.secret and node.check else None
        if facts and "value" not in facts.secrets:
            message = f"node {quoted(name)} checks a secret with an action that does not take one; {_RULE}"
            yield flow.error(name, ("check",), message, CHECK)


def _may_read(flow: CheckedFlow, read: Read) -> bool:
    """Whether it is an argument, alone in its braces, that is taken as a secret; or nobody knows."""
    node = flow.nodes[read.node]
    if read.prompt or not isinstance(node, Action | RunFlow) or read.path[0] != "with":
        return False
    argument = str(read.path[1])
    alone = node.with_[argument].source.strip("{} ") == read.variable
    taken = _taken_by(flow.world, node)
    return alone and (taken is None or argument in taken)


def _taken_by(world: World | None, node: Action | RunFlow) -> Collection[str] | None:
    """The arguments that may be secrets; None when nobody knows."""
    if world is None:
        return None
    if isinstance(node, Action):
        action = world.actions.get(node.action)
        return action.secrets if action else None
    other = world.flows.get(node.run_)
    return [name for name, kind in other.arguments.items() if kind == _TYPE] if other else None
