"""Segments as plain lists, dicts and strings, for scripts that are kept as JSON, and back, checked."""

from __future__ import annotations

import re
from typing import Any

from ivrkit.errors import PromptError
from ivrkit.expressions import Expression
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import TEXT, Blank, Fixed, Lists, Prompt, Segment, Segments

# A script is a file that anyone may have written: a name from it must stay inside the sounds folder.
_SOUND_NAME = re.compile(r"[a-z]{2,3}/[a-z][a-z0-9_]*/[a-z][a-z0-9_]*")


def to_data(segments: Segments) -> list[dict[str, Any]]:
    """Segments as JSON holds them."""
    return [_segment_data(segment) for segment in segments]


def from_data(data: object) -> Segments:
    """What `to_data` gave; PromptError or ExpressionError when it is anything else."""
    if not isinstance(data, list):
        raise PromptError(f"a prompt in this script is not a list: {str(data)[:80]}")
    return tuple(_segment(item) for item in data)


def prompt_to_data(prompt: Prompt) -> dict[str, Any]:
    """A prompt in all its languages as JSON holds it."""
    return {language: to_data(segments) for language, segments in prompt.items()}


def prompt_from_data(data: object) -> Prompt:
    """What `prompt_to_data` gave; PromptError or ExpressionError when it is anything else."""
    return {_language(code): from_data(segments) for code, segments in _dict(data).items()}


def lists_to_data(lists: Lists) -> dict[str, Any]:
    """Closed lists as JSON holds them."""
    return {
        name: {value: {code: _segment_data(said) for code, said in words.items()} for value, words in values.items()}
        for name, values in lists.items()
    }


def lists_from_data(data: object) -> Lists:
    """What `lists_to_data` gave; PromptError when it is anything else."""
    return {
        name: {
            value: {_language(code): _fixed(_dict(said)) for code, said in _dict(words).items()}
            for value, words in _dict(values).items()
        }
        for name, values in _dict(data).items()
    }


def _segment_data(segment: Segment) -> dict[str, Any]:
    if isinstance(segment, Blank):
        brackets = {"arguments": list(segment.arguments)} if segment.arguments else {}
        return {"value": segment.expression.source, "way": segment.way} | brackets
    fragment = {"fragment": True} if segment.fragment else {}
    return {"text": segment.text, "sound": segment.sound} | fragment


def _segment(data: object) -> Segment:
    item = _dict(data)
    return _blank(item) if "value" in item else _fixed(item)


def _blank(item: dict[str, Any]) -> Blank:
    value, way, arguments = item.get("value"), item.get("way"), item.get("arguments", [])
    if not isinstance(value, str) or not isinstance(way, str) or not isinstance(arguments, list):
        raise PromptError(f"a blank in this script cannot be read: {str(item)[:80]}")
    blank = Blank(Expression(value), way, tuple(str(argument) for argument in arguments))
    if not _sayable(blank):
        raise PromptError(f"this script says a value in a way that ivrkit does not know: {blank}")
    return blank


def _sayable(blank: Blank) -> bool:
    if blank.way == TEXT:
        return len(blank.arguments) == 1
    ways = [language.ways.get(blank.way) for language in LANGUAGES.values()]
    return all(way is not None and not way.fault(blank.way, blank.arguments) for way in ways)


def _fixed(item: dict[str, Any]) -> Fixed:
    text, sound = item.get("text"), item.get("sound")
    if not isinstance(text, str) or not isinstance(sound, str) or (sound and not _SOUND_NAME.fullmatch(sound)):
        raise PromptError(f"a sound in this script cannot be read: {str(item)[:80]}")
    return Fixed(text, sound, item.get("fragment") is True)


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise PromptError(f'this script has prompts in "{code}", a language that ivrkit does not speak')
    return code


def _dict(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise PromptError(f"a prompt in this script cannot be read: {str(data)[:80]}")
    return data
