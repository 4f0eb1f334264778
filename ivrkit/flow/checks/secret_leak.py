"""A secret reaches something that says it, writes it down or hands it on."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.reads import Read, at, reads
from ivrkit.nodes.action import Action
from ivrkit.nodes.collect import Collect

CHECK = "secret-leak"

_RULE = "it may only go to an action that takes a Secret"


def secret_leak(flow: CheckedFlow) -> Iterator[Diagnostic]:
    secrets = {str(node.save) for node in flow.nodes.values() if isinstance(node, Collect) and node.secret}
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
    """Whether it is an argument, alone in its braces, that the action takes as a Secret; or nobody knows."""
    node = flow.nodes[read.node]
    if read.prompt or not isinstance(node, Action) or read.path[0] != "with":
        return False
    argument = str(read.path[1])
    if node.with_[argument].source.strip("{} ") != read.variable:
        return False
    facts = flow.world.actions.get(node.action) if flow.world else None
    return facts is None or argument in facts.secrets
