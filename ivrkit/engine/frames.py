"""A flow that runs in a call: the call's own, or one that a node has run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ivrkit.script import Back, Goto, Leave, Run, Script, Way

HELP_KEY = "0"
"The one key of every menu that a flow which is run inherits."
_MEANINGS: Mapping[str, Any] = {"back": Back, "repeat": lambda key: None}


class Frame:
    """Where a call is in one flow, and the variables that it has there."""

    def __init__(self, script: Script, scope: dict[str, Any], around: Frame | None = None) -> None:
        self.script, self.scope = script, scope
        self.keys = _keys(script, around)
        self.node = ""
        self.menus: list[str] = []
        self.run: Run | None = None
        self._prefix = f"{script.flow}/" if around else ""

    def named(self, node: str) -> str:
        """A node of this flow as records name it."""
        return self._prefix + node

    def close(self) -> None:
        """End the conversation of the present node."""
        if self.run is not None:
            self.run.close()
            self.run = None

    def enter(self, name: str) -> None:
        """The call comes to a node; back at a menu, it forgets those behind it."""
        self.node = name
        if self.script.nodes[name].landmark:
            if name in self.menus:
                del self.menus[self.menus.index(name) :]
            self.menus.append(name)

    def before(self) -> str:
        """The menu before the present node, as the caller went; at the first menu, that one."""
        if self.menus and self.menus[-1] == self.node:
            return self.menus[-2] if len(self.menus) > 1 else self.node
        return self.menus[-1] if self.menus else self.node


def _keys(script: Script, around: Frame | None) -> Mapping[str, Way | None]:
    keys: dict[str, Way | None] = {
        key: _MEANINGS[target](key) if target in _MEANINGS else Goto(target, key) for key, target in script.keys.items()
    }
    if around and isinstance(around.keys.get(HELP_KEY), Goto | Leave):
        keys.setdefault(HELP_KEY, Leave(HELP_KEY))
    return keys
