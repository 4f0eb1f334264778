"""A variable is read at the end of a path on which nothing has set it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.checks.unknown_variable import set_somewhere
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.reads import Read, at, given, reads
from ivrkit.flow.ways import Way, Ways, reached, trail

CHECK = "unset-variable"

_LONGEST = 12
"Nodes of a path that are shown."


def unset_variable(flow: CheckedFlow) -> Iterator[Diagnostic]:
    known = sorted(set_somewhere(flow) - given(flow))
    bits = {name: 1 << number for number, name in enumerate(known)}
    ways = {name: (*ways, *_hanging_up(flow, name)) for name, ways in flow.ways.items()}
    unset = _unset(flow, ways, bits)
    found = (read for read in reads(flow) if not read.own and unset.get(read.node, 0) & bits.get(read.root, 0))
    for read in found:
        message = f"{read.told}, but {quoted(read.root)} is not set when a call comes by {_path(flow, ways, read)}"
        yield at(flow, read, message, CHECK)


def _unset(flow: CheckedFlow, ways: Ways, bits: Mapping[str, int]) -> dict[str, int]:
    """For each node that is reached, the variables that may have no value there yet."""
    unset: dict[str, int] = {flow.header.start: (1 << len(bits)) - 1}
    waiting = deque(unset)
    while waiting:
        name = waiting.popleft()
        for way in ways.get(name, ()):
            saved = sum(bits.get(variable, 0) for variable in way.saves)
            found = unset.get(way.target, 0) | (unset[name] & ~saved)
            if found != unset.get(way.target):
                unset[way.target] = found
                waiting.append(way.target)
    return unset


def _hanging_up(flow: CheckedFlow, name: str) -> tuple[Way, ...]:
    """The way that a call takes whose caller hangs up in a node."""
    node, target = flow.nodes.get(name), flow.header.on_hangup
    return (Way(target, ("on_hangup",), frozenset()),) if target and node and node.waits else ()


def _path(flow: CheckedFlow, ways: Ways, read: Read) -> str:
    """The shortest path from the start that does not set what is read."""
    before = reached(ways, [flow.header.start], lambda name, way: read.root not in way.saves)
    names = trail(before, read.node)
    shown = names if len(names) <= _LONGEST else [*names[:3], "…", *names[4 - _LONGEST :]]
    return " → ".join(shown)
