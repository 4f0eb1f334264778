"""play: says prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, Flag, NodeName, Prompts, lines
from ivrkit.script import CallView, Goto, Node, Run, Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Node):
    """Says prompts, one after another."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "play"

    play: Prompts
    "What is said."
    barge_in: Flag = True
    "Whether a key stops it; the key then counts for the question that follows."
    next: NodeName

    def run(self, call: CallView) -> Run:
        yield Say(lines(self.play), self.barge_in)
        return Goto(self.next)
