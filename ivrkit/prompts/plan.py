"""Segments and the values of a call to sounds: pure, and quick enough to run between a key and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ivrkit.errors import ExpressionError, SayError
from ivrkit.expressions import Scope
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import TEXT, Blank, Fixed, Lists, Segments, written
from ivrkit.prompts.values import shown

MOST_SOUNDS = 128
"FreeSWITCH plays no more parts of one file_string."

NO_LISTS: Lists = MappingProxyType({})

SAY = "say"
"The category of the fragments that values are spliced from."

WORD_SOUNDS: Mapping[str, Mapping[str, str]] = {
    code: {word: f"{code}/{SAY}/{name}" for word, name in language.vocabulary.items()}
    for code, language in LANGUAGES.items()
}
"Language, word: the name of its sound."


@dataclass(frozen=True, slots=True)
class Plan:
    """A prompt as this caller hears it."""

    sounds: tuple[str, ...]
    "Names such as `zh/water/bill_due_1`, in order."
    text: str


def plan(segments: Segments, language: str, scope: Scope, lists: Lists = NO_LISTS) -> Plan:
    """What to play for a prompt in `language`; SayError, naming the prompt and the value, when it cannot be said."""
    fixed = _fixed(segments)
    if fixed:
        return fixed
    sounds: list[str] = []
    text = ""
    for segment in segments:
        if isinstance(segment, Fixed):
            text += segment.text
            sounds += [segment.sound] if segment.sound else []
        else:
            words, parts = _filled(segment, segments, language, scope, lists)
            text += words
            sounds += parts
    return _checked(Plan(tuple(sounds), text), segments)


@lru_cache(maxsize=4096)
def _fixed(segments: Segments) -> Plan | None:
    """The plan that is the same in every call; None when a value is in it."""
    fixed = [segment for segment in segments if isinstance(segment, Fixed)]
    if len(fixed) < len(segments):
        return None
    sounds = tuple(segment.sound for segment in fixed if segment.sound)
    return _checked(Plan(sounds, "".join(segment.text for segment in fixed)), segments)


def _checked(plan: Plan, segments: Segments) -> Plan:
    if len(plan.sounds) > MOST_SOUNDS:
        raise SayError(f"{_name(segments)} has {len(plan.sounds)} sounds; FreeSWITCH plays {MOST_SOUNDS} at most")
    return plan


def _filled(blank: Blank, segments: Segments, language: str, scope: Scope, lists: Lists) -> tuple[str, list[str]]:
    try:
        value = blank.expression.evaluate(scope)
        if blank.way == TEXT:
            said = from_list(value, blank.arguments[0], language, lists)
            return said.text, [said.sound]
        words = LANGUAGES[language].ways[blank.way].say(value, *blank.arguments)
    except (SayError, ExpressionError) as error:
        raise SayError(f"{_name(segments)} cannot be said at {blank}: {error}") from None
    sounds = WORD_SOUNDS[language]
    return LANGUAGES[language].join(words), [sounds[word] for word in words]


def from_list(value: Any, name: str, language: str, lists: Lists) -> Fixed:
    """The words of `value` in a closed list; SayError when it is not in there."""
    said = lists.get(name, {}).get(value, {}).get(language) if isinstance(value, str) else None
    if said is None:
        raise SayError(f'{shown(value)} is not in the list "{name}"')
    return said


def _name(segments: Segments) -> str:
    text = written(segments)
    return f'the prompt "{text if len(text) <= 60 else text[:60] + "…"}"'
