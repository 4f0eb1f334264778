"""A call that can go round for ever: nobody is asked in the loop, or who says nothing stays in it.

Every `visits:` is used up some day. From then on its node leads to the flow's `give_up` and nowhere else, so a call
goes round for ever where there is a loop among the ways that are left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.tree import Path
from ivrkit.nodes.asking import Asking
from ivrkit.script import Node

CHECK = "endless-loop"

_MOST = 10
"Loops that are told: to find another takes as long as the first."
_WITHOUT_A_WORD = ("noinput", "empty", "give_up")
"Ways out of a node for a caller who neither presses nor says anything."
_WITH_SOMEBODY = ("answered", "left", "callback")
"Ways that a silent caller does not come by again and again: a person has listened, or a key was pressed."


def endless_loop(flow: CheckedFlow) -> Iterator[Diagnostic]:
    quiet = {name: _left(flow, name, node) for name, node in flow.nodes.items() if not node.asks}
    cycles = list(islice(_cycles(quiet), _MOST))
    for cycle in cycles:
        message = f"a call can go round here for ever, and nobody is asked: {_shown(cycle)}; {_remedy(flow, cycle)}"
        yield flow.error(cycle[0], (), message, CHECK, key=True)
        quiet = {name: targets for name, targets in quiet.items() if name not in cycle}
    if len(cycles) == _MOST:
        return
    others = {name: node for name, node in flow.nodes.items() if node.asks or (node.person and name in quiet)}
    silent = quiet | {name: _left(flow, name, node, _WITH_SOMEBODY) for name, node in others.items()}
    for cycle in islice(_cycles(silent), _MOST):
        message = f"a caller who says nothing goes round here for ever: {_shown(cycle)}; {_remedy(flow, cycle)}"
        asking = next((name for name in cycle if flow.nodes[name].asks), cycle[0])
        yield flow.error(asking, _silent_way(flow.nodes[asking]), message, CHECK)


def _left(flow: CheckedFlow, name: str, node: Node, never: tuple[str, ...] = ()) -> list[str]:
    """Where a call goes that comes by a node again and again and is silent; `never` are ways that it does not take."""
    if node.visits is not None:
        return [flow.give_up] if flow.give_up else []
    if isinstance(node, Asking) and node.asks:
        return [way.target for way in flow.ways[name] if way.path == _silent_way(node)]
    ways = [way for way in flow.ways[name] if way.label not in never]
    mute = [way for way in ways if way.label in _WITHOUT_A_WORD] if node.asks else []
    return [way.target for way in mute or ways]


def _silent_way(node: Node) -> Path:
    """The field that says where a question leads that is never answered."""
    reactions = node.noinput[: node.tries] if isinstance(node, Asking) else ()
    ways = (("noinput", number, "next") for number, reaction in enumerate(reactions) if reaction.next)
    return next(ways, ("give_up",))


def _cycles(following: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Loops that share no node, one after another."""
    left = _trimmed(following)
    while left:
        cycle = _cycle(left)
        yield cycle
        left = _trimmed({name: targets for name, targets in left.items() if name not in cycle})


def _trimmed(following: Mapping[str, list[str]]) -> dict[str, list[str]]:
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


def _cycle(after: Mapping[str, list[str]]) -> list[str]:
    """A loop that the way from the first node runs into; each node has one behind it."""
    path: dict[str, None] = {}
    name = next(iter(after))
    while name not in path:
        path[name] = None
        name = next(target for target in after[name] if target in after)
    names = list(path)
    return names[names.index(name) :]


def _remedy(flow: CheckedFlow, cycle: list[str]) -> str:
    counted = next((name for name in cycle if flow.nodes[name].visits is not None), None)
    if counted is None:
        return "give a node of it visits:, or let a way of it end"
    return f"give_up leads back here when the visits: of {quoted(counted)} are used up; let it end"


def _shown(cycle: list[str]) -> str:
    return " → ".join([*cycle, cycle[0]])
