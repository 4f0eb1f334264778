"""A longer key stands behind a shorter one that is taken at once."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.nodes.menu import Menu

CHECK = "shadowed-key"


def shadowed_key(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if not isinstance(node, Menu) or node.between_digits:
            continue
        everywhere = set(flow.header.keys) | set(node.menu)
        for keys in node.menu:
            shorter = next((keys[:end] for end in range(1, len(keys)) if keys[:end] in everywhere), None)
            if shorter:
                why = f"{quoted(shorter)} is taken at once, because between_digits is 0"
                message = f"nobody can press {quoted(keys)}: {why}; give it some seconds, or choose another key"
                yield flow.error(name, ("menu", keys), message, CHECK, key=True)
