"""menu: says options and takes the key of one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivrkit.nodes.asking import Asking, Failures, choose
from ivrkit.nodes.fields import NODE_CONFIG, Keys, LanguageCode, NodeName, PromptName, Prompts, lines
from ivrkit.script import CallView, Goto, Line, Offer, Run, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a menu."""

    __pydantic_config__ = NODE_CONFIG
    example: ClassVar[str] = "{label: menu.bill, next: bill}"

    label: PromptName | None = None
    "Said with its key: 水价查询请按一. Without one the key works and is not mentioned."
    language: LanguageCode | None = None
    "The language to go on in. The option is said in that language, and words in place of its label need no other."
    next: NodeName
    "The node that follows."


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Asking):
    """Says options, takes one key or several."""

    __pydantic_config__ = NODE_CONFIG
    kind: ClassVar[str] = "menu"
    landmark: ClassVar[bool] = True
    example: ClassVar[str] = '{menu: {"1": {label: menu.bill, next: bill}, "0": {label: menu.agent, next: agent}}}'

    menu: Mapping[Keys, Option]
    "The options by their keys, said in this order."
    prompt: Prompts = ()
    "Words before the options: a prompt, or a list of them."
    short: Prompts = ()
    "Words before the options when they are said again after a failure; without them `prompt` is said again."

    def own_keys(self) -> Collection[str]:
        return self.menu

    def offers(self, languages: tuple[str, ...]) -> Iterator[Offer]:
        for keys, option in self.menu.items():
            if option.label:
                yield Offer(option.label, keys, (option.language,) if option.language else languages)

    def tells(self, languages: tuple[str, ...]) -> Iterator[Told]:
        options = tuple(offer.name for offer in self.offers(languages))
        yield Told("The caller hears", self.prompt + options, ("prompt", "menu"))
        yield from self.tells_asking()
        if self.short:
            yield Told("Asked again, it begins with", self.short, ("short",))
        for keys, option in self.menu.items():
            if option.language:
                yield Told(f"Who presses {keys} goes on in {option.language}.")

    def run(self, call: CallView) -> Run:
        full = lines(self.prompt) + self._options()
        again = lines(self.short or self.prompt) + self._options()
        answer = yield from choose(self, call, full, again, self.menu, Failures(self))
        if not isinstance(answer, str):
            return answer
        option = self.menu[answer]
        if option.language:
            call.speak(option.language)
        return Goto(option.next, answer)

    def _options(self) -> tuple[Line, ...]:
        return tuple(Line(offer.name, self.menu[offer.keys].language) for offer in self.offers(()))
