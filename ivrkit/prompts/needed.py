"""Which sounds prompts can need, whatever values a call brings: the build renders exactly these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivrkit.errors import PromptError
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.plan import NO_LISTS, WORD_SOUNDS
from ivrkit.prompts.segments import TEXT, Blank, Fixed, Lists, Prompt
from ivrkit.prompts.sounds import Sound

_PAUSES = ("，", ",")


def needed_sounds(prompts: Iterable[Prompt], lists: Lists = NO_LISTS) -> list[Sound]:
    """Every sound once, in the order of their names; PromptError names each file that two texts would share."""
    sounds: dict[str, Sound] = {}
    clashes: list[str] = []
    for sound in _all_sounds(prompts, lists):
        known = sounds.setdefault(sound.name, sound)
        if known.text != sound.text:
            clashes.append(f'{sound.name} would be both "{known.text}" and "{sound.text}"')
    if clashes:
        raise PromptError(f"two prompts would have the same sound file: {'; '.join(sorted(set(clashes)))}")
    return [sounds[name] for name in sorted(sounds)]


def vocabulary_of(language: str, way: str) -> list[Sound]:
    """The fragments that a way of saying can need."""
    names = WORD_SOUNDS[language]
    return [_fragment(names[word], word) for word in sorted(LANGUAGES[language].ways[way].words)]


def sound_of(fixed: Fixed) -> Sound:
    """Its words without the punctuation before them: a comma says nothing, and a hyphen reads as an option."""
    start = next((place for place, char in enumerate(fixed.text) if char.isalnum()), 0)
    return Sound(fixed.sound, fixed.text[start:].rstrip(), fixed.fragment)


def _all_sounds(prompts: Iterable[Prompt], lists: Lists) -> Iterator[Sound]:
    spoken: set[tuple[str, str, str]] = set()
    for prompt in prompts:
        for language, segments in prompt.items():
            for segment in segments:
                if isinstance(segment, Blank):
                    spoken.add((language, segment.way, segment.arguments[0] if segment.way == TEXT else ""))
                elif segment.sound:
                    yield sound_of(segment)
    for language, way, name in sorted(spoken):
        yield from _of_list(language, name, lists) if way == TEXT else vocabulary_of(language, way)


def _of_list(language: str, name: str, lists: Lists) -> Iterator[Sound]:
    for words in lists.get(name, {}).values():
        if language in words:
            yield sound_of(words[language])


def _fragment(name: str, word: str) -> Sound:
    # A word with a comma is the last of a group: the silence that a sentence keeps at its end is the pause behind it.
    return Sound(name, word, fragment=not word.endswith(_PAUSES))
