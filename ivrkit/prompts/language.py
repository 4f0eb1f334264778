"""What a language is to prompts: the ways it says values, and the few sounds that all of them are spliced from.

One file in `languages/` makes one `Language`; nothing else in ivrkit knows how a language counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way of saying: `| money` behind a value."""

    say: Callable[..., Words]
    "The value, then the arguments in the brackets; SayError when the value cannot be said like this."
    words: frozenset[str]
    "Every word that it can ever need; each is in the language's vocabulary."
    arguments: tuple[str, ...] = ()
    "What may stand in its brackets."
    needs_argument: bool = False

    def fault(self, name: str, given: tuple[str, ...]) -> str:
        """What is wrong with the arguments `given`, for the author of the prompt; empty when nothing is."""
        if (len(given) == 1 and given[0] in self.arguments) or (not given and not self.needs_argument):
            return ""
        if not self.arguments:
            return f'"{name}" takes nothing in brackets: write | {name}'
        choices = ", ".join(f'"{argument}"' for argument in self.arguments)
        alone = "" if self.needs_argument else f", or as {name} alone"
        return f'"{name}" takes one of {choices} in brackets: write | {name}("{self.arguments[0]}"){alone}'


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How callers of one language are spoken to."""

    code: str
    country: str
    "Where its voices are from, unless the configuration says otherwise: a part of FreeSWITCH's sound path."
    name: str
    "In its own words, as the caller who chooses it hears it."
    space: str
    "What stands between two words."
    ways: Mapping[str, Way]
    vocabulary: Mapping[str, str]
    "Word to sound id. A word that ends in a comma is followed by a short pause."
    option: Callable[[str, str], str]
    "From a label's words and its keys the sentence that offers it, `{label}` standing for the label."
    phrases: Mapping[str, str]
    "What a flow says where its author wrote nothing, by name: the same names in each language."

    def join(self, words: Iterable[str]) -> str:
        """Words as one text."""
        return self.space.join(words)
