"""A flow is run that is not in the folder, or that does not speak the languages of this one."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, listed, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import FlowName
from ivrkit.prompts.problems import did_you_mean

CHECK = "unknown-flow"


def unknown_flow(flow: CheckedFlow) -> Iterator[Diagnostic]:
    if flow.world is None:
        return
    flows = flow.world.flows
    for name, node in flow.nodes.items():
        for path, run in walk(node, FlowName):
            if run not in flows:
                near = did_you_mean(run, flows) or "; write it in a file beside this one, beginning with flow: " + run
                yield flow.error(name, path, f"there is no flow {quoted(run)} in this folder{near}", CHECK)
            elif missing := [code for code in flow.languages if code not in flows[run].languages]:
                message = f"the flow {quoted(run)} does not speak {listed(missing)}, as this one does; add it there"
                yield flow.error(name, path, message, CHECK)
