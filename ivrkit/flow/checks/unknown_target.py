"""A transfer goes to a target that the configuration does not have."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import TargetName
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-target"


def unknown_target(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.world is None:
        return
    for name, node in flow.nodes.items():
        for path, target in walk(node, TargetName):
            if target not in flow.world.targets:
                near = did_you_mean(target, flow.world.targets) or "; add it to targets: in ivrkit.yaml"
                yield flow.error(name, path, f"there is no transfer target {quoted(target)}{near}", CHECK)
