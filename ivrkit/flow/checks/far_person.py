"""No person within a few menus."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.ways import menus_passed
from ivrkit.nodes.menu import Menu

CHECK = "far-person"

MOST = 3


def far_person(flow: CheckedFlow) -> Iterator[Diagnostic]:
    whole = "start" in flow.source.tree and not flow.broken
    whole = whole and all(way.target in flow.ways for ways in flow.ways.values() for way in ways)
    if not whole or flow.header.returns or not any(isinstance(node, Menu) for node in flow.nodes.values()):
        return
    passed = menus_passed(flow.ways, flow.nodes, flow.header.start)
    if not passed:
        return
    people = [passed[name] for name, node in flow.nodes.items() if node.person and name in passed]
    if not people:
        message = "a caller can reach nobody in this flow; add a transfer, and a key that leads to it"
        yield flow.source.warning(("start",), message, CHECK)
    elif min(people) > MOST:
        message = f"a caller reaches a person after {min(people)} menus at best; {MOST} should be enough"
        yield flow.source.warning(("start",), message, CHECK)
