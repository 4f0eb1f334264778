"""play: says prompts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.fields import NODE_CONFIG, Flag, NodeName, Prompts, lines, tells_barge_in
from ivrkit.script import CallView, Goto, Node, Run, Say, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Play(Node):
    """Says prompts, one after another."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "play"

    play: Prompts
    "What is said: the name of a prompt, words in its place, or a list of them."
    barge_in: Flag = True
    "Whether a key stops it; the key then counts for the question that follows."
    next: NodeName
    "The node that follows."

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told("The caller hears", self.play, ("play",))
        yield tells_barge_in(self.barge_in)

    def run(self, call: CallView) -> Run:
        yield Say(lines(self.play), self.barge_in)
        return Goto(self.next)
