"""Options whose keys do not ascend."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.nodes.menu import Menu

CHECK = "key-order"

_ORDER = "1234567890*#"


def key_order(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        said = [keys for keys, option in node.menu.items() if option.label] if isinstance(node, Menu) else []
        for before, keys in pairwise(said):
            if _rank(keys) < _rank(before) and before != "0":
                message = f"key {quoted(keys)} is said after {quoted(before)}; callers wait for keys that ascend"
                yield flow.warning(name, ("menu", keys), message, CHECK, key=True)
                break


def _rank(keys: str) -> list[int]:
    return [_ORDER.index(key) for key in keys]
