"""Everything that a flow can say: its prompt file, the words in it, and what ivrkit says by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ivrkit.flow.diagnostic import Diagnostic
from ivrkit.flow.models import Header, walk
from ivrkit.flow.source import Source
from ivrkit.flow.tree import Path
from ivrkit.nodes.fields import PromptName
from ivrkit.nodes.language import LANGUAGE_NAME
from ivrkit.prompts.catalog import Catalog, read_words
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.phrases import CATEGORY, builtin_prompts, language_option, option_segments
from ivrkit.prompts.segments import Prompt, sound_id
from ivrkit.script import Node, Offer

SORRY = f"{CATEGORY}.sorry"
"What a call hears that cannot go on."


@dataclass(frozen=True, slots=True)
class Speech:
    """Prompts by name, and where those stand whose words are in the flow."""

    languages: tuple[str, ...]
    prompts: Mapping[str, Prompt]
    places: Mapping[str, Path]
    category: str
    "The folder of the prompt file's sounds."
    own_category: str
    "The folder for sounds of words that stand in the flow."

    def sound(self, name: str, language: str) -> str:
        """The name of a prompt's sound, before anything is put behind it."""
        category = self.own_category if name in self.places else self.category
        return f"{language}/{category}/{sound_id(name)}"


def read_speech(
    source: Source, header: Header, catalog: Catalog, places: Mapping[str, Path]
) -> tuple[Speech, list[Diagnostic]]:
    """`places` are names and places of the words that stand in the flow."""
    category, own = sound_id(catalog.name), sound_id(header.flow)
    own = f"{own}_flow" if own == category else own
    prompts: dict[str, Prompt] = {**_builtins(), **catalog.prompts}
    diagnostics: list[Diagnostic] = []
    for name, path in places.items():
        languages = _languages_of(source, path, header.languages)
        prompts[name], problems = read_words(source.value(path), f"{own}/{sound_id(name)}", languages, catalog)
        diagnostics += [source.error((*path, *problem.path), problem.message, problem.check) for problem in problems]
    return Speech(header.languages, prompts, places, category, own), diagnostics


def said_by(node: Node, languages: tuple[str, ...]) -> Iterator[str]:
    """The names of the prompts that a node can say."""
    for path, name in walk(node, PromptName):
        if path[-1] != "label":
            yield name
    yield from node.phrases()
    yield from (offer.name for offer in node.offers(languages))


def _builtins() -> dict[str, Prompt]:
    spoken = {code: builtin_prompts(code) for code in LANGUAGES}
    return {name: {code: spoken[code][name] for code in spoken} for name in spoken[next(iter(spoken))]}


def _languages_of(source: Source, path: Path, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The languages that words must have: an option that changes the language is said in that one alone."""
    around = source.value(path[:-1])
    if path[-1] == "label" and isinstance(around, Mapping) and around.get("language") in LANGUAGES:
        return (around["language"],)
    return tuple(code for code in languages if code in LANGUAGES)


def offered(offer: Offer, speech: Speech) -> Prompt:
    """What a node says to offer a choice; KeyError when the label has no words in one of its languages."""
    if offer.label == LANGUAGE_NAME:
        return {code: language_option(code, offer.keys) for code in offer.languages}
    label, sound = speech.prompts[offer.label], partial(speech.sound, offer.label)
    return {code: option_segments(label[code], code, offer.keys, sound(code)) for code in offer.languages}
