"""An action is named that no module of the project has."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.collect import Collect
from ivrkit.nodes.entries import ENTRY_CHECKS
from ivrkit.nodes.fields import ActionName
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-action"


def unknown_action(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.world is None:
        return
    for name, node in flow.nodes.items():
        names = [*flow.world.actions, *(ENTRY_CHECKS if isinstance(node, Collect) else ())]
        for path, action in walk(node, ActionName):
            if action not in names:
                near = did_you_mean(action, names) or "; add it to a module that ivrkit.yaml names"
                yield flow.error(name, path, f"there is no action {quoted(action)}{near}", CHECK)
