"""transfer: rings a target of the configuration and connects the caller with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, NodeName, Seconds, TargetName
from ivrkit.script import CallView, Connect, Goto, Node, Run

OUTCOMES = ("answered", "busy", "no_answer", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Node):
    """Rings a target that `ivrkit.yaml` names; a target without a number there is `failed`."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "transfer"

    transfer: TargetName
    ring: Seconds = 25.0
    "How long it may ring."
    on: Mapping[str, NodeName]
    "Ways out: answered (when the two have spoken), busy, no_answer, failed."

    def run(self, call: CallView) -> Run:
        outcome: str = yield Connect(self.transfer, self.ring)
        return Goto(self.on[outcome])
