"""confirm: a yes and a no."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.fields import NODE_CONFIG, NodeName, Prompts, lines
from ivrkit.script import CallView, Goto, Line, Run, Told

YES, NO = "1", "2"
KEYS = "ivrkit.confirm_keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm(Asking):
    """Asks for a yes (key one) or a no (key two); the keys are said behind the prompt."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "confirm"
    example: ClassVar[str] = "{confirm: call_back, yes: note, no: main}"

    confirm: Prompts
    "The question: a prompt, or a list of them."
    yes: NodeName
    "Where key 1 leads."
    no: NodeName
    "Where key 2 leads."

    def own_keys(self) -> Collection[str]:
        return (YES, NO)

    def phrases(self) -> Iterator[str]:
        yield KEYS

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        yield Told("Keys typed ahead are forgotten. The caller hears", (*self.confirm, KEYS), ("confirm",))
        yield from self.tells_asking()

    def run(self, call: CallView) -> Run:
        call.forget_keys()
        question = (*lines(self.confirm), Line(KEYS))
        answer = yield from choose(self, call, question, question, (YES, NO), Failures(self))
        if not isinstance(answer, str):
            return answer
        return Goto(self.yes, "yes") if answer == YES else Goto(self.no, "no")
