"""A caller who does not manage to answer is hung up on without a word."""

from __future__ import annotations

from collections.abc import Iterator

from ivrkit.flow.checked import CheckedFlow
from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.nodes.asking import Asking
from ivrkit.nodes.hangup import Hangup

CHECK = "give-up-hangs-up"


def give_up_hangs_up(flow: CheckedFlow) -> Iterator[Diagnostic]:
    for name, node in flow.nodes.items():
        if isinstance(node, Asking) and node.asks and isinstance(flow.nodes.get(node.give_up), Hangup):
            owner = flow.owner(name, ("give_up",))
            message = f"{owner} hangs up on callers who need help; go to a person, or say goodbye first"
            yield flow.warning(name, ("give_up",), message, CHECK)
