"""A way leads to a node that is not in the flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import BACK_AND_REPEAT, walk
from ivrkit.nodes.fields import NodeName
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-node"


def unknown_node(flow: CheckedFlow) -> Iterator[Diagnostic]:
    names = flow.header.nodes
    if not names:
        return  # the nodes could not be read, which is told already
    if flow.header.start not in names and "start" in flow.source.tree:
        yield flow.source.error(("start",), _message("the flow begins at", flow.header.start, names), CHECK)
    if flow.header.on_hangup and flow.header.on_hangup not in names:
        yield flow.source.error(("on_hangup",), _message('"on_hangup" goes to', flow.header.on_hangup, names), CHECK)
    for key, target in flow.header.keys.items():
        if target not in names and target not in BACK_AND_REPEAT:
            message = _message(f"the key {quoted(key)} goes to", target, [*names, *BACK_AND_REPEAT])
            yield flow.source.error(("keys", key), message, CHECK)
    if flow.give_up and flow.give_up not in names:
        message = _message('the default "give_up" goes to', flow.give_up, names)
        yield flow.source.error(("defaults", "give_up"), message, CHECK)
    for name, node in flow.nodes.items():
        for path, target in walk(node, NodeName):
            if target and target not in names:
                yield flow.error(name, path, _message(f"{flow.owner(name, path)} goes to", target, names), CHECK)


def _message(who: str, target: str, names: Iterable[str]) -> str:
    return f"{who} {quoted(target)}, which is not in this flow{did_you_mean(target, names)}"
