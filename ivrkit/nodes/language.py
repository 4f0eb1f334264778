"""language: sets the language of the call, or asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.fields import NODE_CONFIG, LanguageCode, NodeName
from ivrkit.nodes.menu import option_prompt
from ivrkit.script import CallView, Goto, Line, Run

ASK = "ask"
NOWHERE = NodeName("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Asking):
    """Goes on in a language; `ask` offers each of the flow in its own words, key one for the first."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "language"
    not_inherited: ClassVar[frozenset[str]] = frozenset({"visits", "give_up"})

    language: LanguageCode
    give_up: NodeName = NOWHERE
    "Where a caller goes who chose none; without it the call goes on in the language it has."
    next: NodeName

    def __post_init__(self) -> None:
        if not self.give_up:
            object.__setattr__(self, "give_up", self.next)

    def run(self, call: CallView) -> Run:
        if self.language != ASK:
            call.speak(self.language)
            return Goto(self.next)
        keys = {str(key): language for key, language in enumerate(call.script.languages, 1)}
        offers = tuple(Line(option_prompt("ivrkit.language", key), language) for key, language in keys.items())
        answer = yield from choose(self, call, offers, offers, keys, Failures(self))
        if not isinstance(answer, str):
            return answer
        call.speak(keys[answer])
        return Goto(self.next)
