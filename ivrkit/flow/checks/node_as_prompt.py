"""Silence or a wrong key is answered with the words of a node, where its author may have meant to go there."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic, quoted
from ivrkit.flow.models import walk
from ivrkit.nodes.fields import PromptName

CHECK = "node-as-prompt"
REACTIONS = ("noinput", "nomatch")


def node_as_prompt(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        for path, prompt in walk(node, PromptName):
            # Words that stand in a flow are named after their node.
            if path[0] in REACTIONS and prompt != name and prompt in flow.nodes and prompt in flow.speech.places:
                message = (
                    f"{flow.owner(name, path)} says the words of node {quoted(prompt)} and asks again; "
                    f"to go there write {{next: {prompt}}}"
                )
                yield flow.warning(name, path, message, CHECK)
