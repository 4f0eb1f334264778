"""language: sets the language of the call, or asks for it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.fields import NODE_CONFIG, LanguageChoice, NodeName
from ivrkit.script import CallView, Goto, Line, Offer, Run, Told

ASK = "ask"
NOWHERE = NodeName("")
LANGUAGE_NAME = "ivrkit.language"
"What says the name of a language."


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Asking):
    """Goes on in a language; `ask` offers each of the flow in its own words, key one for the first."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "language"
    not_inherited: ClassVar[frozenset[str]] = frozenset({"visits", "give_up"})
    example: ClassVar[str] = "{language: ask, next: main}"

    language: LanguageChoice
    "A language of the flow, or `ask`."
    give_up: NodeName = NOWHERE
    "Where a caller goes who chose none; without it the call goes on in the language it has."
    next: NodeName
    "The node that follows."

    def __post_init__(self) -> None:
        if not self.give_up:
            object.__setattr__(self, "give_up", self.next)

    @property
    def asks(self) -> bool:
        return self.language == ASK

    def own_keys(self) -> Collection[str] | None:
        return () if self.asks else None

    def offers(self, languages: tuple[str, ...]) -> Iterator[Offer]:
        for number, code in enumerate(languages if self.asks else (), 1):
            yield Offer(LANGUAGE_NAME, str(number), (code,))

    def leads(self, field: str) -> bool:
        return self.asks or field == "next"

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        if not self.asks:
            yield Told(f"The call goes on in {self.language}.", fields=("language",))
            return
        offers = tuple(offer.name for offer in self.offers(languages))
        yield Told("The caller hears each language offered in its own words", offers, ("language",))
        yield from self.tells_asking()

    def run(self, call: CallView) -> Run:
        if self.language != ASK:
            call.speak(self.language)
            return Goto(self.next)
        keys = {str(key): language for key, language in enumerate(call.script.languages, 1)}
        offers = tuple(Line(offer.name, *offer.languages) for offer in self.offers(call.script.languages))
        answer = yield from choose(self, call, offers, offers, keys, Failures(self))
        if not isinstance(answer, str):
            return answer
        call.speak(keys[answer])
        return Goto(self.next)
