"""A menu behind too many others."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.ways import menus_passed
from ivrkit.nodes.menu import Menu

CHECK = "deep-menu"

DEEPEST = 3


def deep_menu(flow: CheckedFlow) -> Iterator[Diagnostic]:
    passed = menus_passed(flow.ways, flow.nodes, flow.header.start)
    for name, node in flow.nodes.items():
        if isinstance(node, Menu) and passed.get(name, 0) > DEEPEST:
            message = f"menu {quoted(name)} is {passed[name]} menus deep; callers lose their way beyond {DEEPEST}"
            yield flow.warning(name, (), message, CHECK, key=True)
