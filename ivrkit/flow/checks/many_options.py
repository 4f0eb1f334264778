"""A menu with more options than callers remember."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.nodes.menu import Menu

CHECK = "many-options"

MOST = 5


def many_options(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        said = [keys for keys, option in node.menu.items() if option.label] if isinstance(node, Menu) else []
        if len(said) > MOST:
            message = f"menu {quoted(name)} says {len(said)} options; callers remember {MOST}: make a second menu"
            yield flow.warning(name, ("menu", said[MOST]), message, CHECK, key=True)
