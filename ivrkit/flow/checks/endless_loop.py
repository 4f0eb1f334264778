"""A loop in which the caller is never asked, and that no node's `visits` ends."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic

CHECK = "endless-loop"


def endless_loop(flow: CheckedFlow) -> Iterator[Diagnostic]:
    left = _trimmed(_quiet(flow))
    while left:
        cycle = _cycle(left)
        shown = " → ".join([*cycle, cycle[0]])
        message = f"a call can go round here for ever, and nobody is asked: {shown}; give a node of it visits:"
        yield flow.error(cycle[0], (), message, CHECK, key=True)
        left = _trimmed({name: targets for name, targets in left.items() if name not in cycle})


def _quiet(flow: CheckedFlow) -> dict[str, list[str]]:
    """The nodes that neither ask nor count visits, each with those that follow it."""
    quiet = {name: None for name, node in flow.nodes.items() if not node.asks and node.visits is None}
    return {name: [way.target for way in flow.ways[name]] for name in quiet}


def _trimmed(following: dict[str, list[str]]) -> dict[str, list[str]]:
    """What is left when nodes that no other follows are taken away, again and again: loops, and what leads to them."""
    after = {name: [target for target in targets if target in following] for name, targets in following.items()}
    before: dict[str, list[str]] = {name: [] for name in after}
    for name, targets in after.items():
        for target in targets:
            before[target].append(name)
    count = {name: len(targets) for name, targets in after.items()}
    ends = [name for name, targets in count.items() if not targets]
    while ends:
        name = ends.pop()
        del after[name]
        for previous in before[name]:
            count[previous] -= 1
            if not count[previous]:
                ends.append(previous)
    return after


def _cycle(after: dict[str, list[str]]) -> list[str]:
    """A loop that the way from the first node runs into; each node has one behind it."""
    path: dict[str, None] = {}
    name = next(iter(after))
    while name not in path:
        path[name] = None
        name = next(target for target in after[name] if target in after)
    names = list(path)
    return names[names.index(name) :]
