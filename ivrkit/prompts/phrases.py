"""Prompts that ivrkit makes itself: what a flow says where its author wrote nothing, and the options of menus."""

from __future__ import annotations

from collections.abc import Mapping

from ivrkit.prompts.cut import cut
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import Blank, Segments, assemble, parts

CATEGORY = "ivrkit"
"Ids and sound folders of this name are ivrkit's own."

_KEY_NAMES = {"*": "star", "#": "pound"}


def option_segments(label: Segments, language: str, keys: str, sound: str) -> Segments:
    """The sentence that offers a label: 水价查询请按一. Its sound is `sound` with the keys behind it.

    `sound` is the name of the label's own sound, `zh/water/menu_tariff`; `keys` are of `0-9 * #`.
    """
    words = parts(label)
    if words and isinstance(words[-1], str):
        words[-1] = words[-1].rstrip("。.，,！!？?；; ")
    before, _, after = LANGUAGES[language].option(str(words[0]) if words else "", keys).partition("{label}")
    pressed = "_".join(_KEY_NAMES.get(key, key) for key in keys)
    return assemble(_capitalised([before, *words, after]), f"{sound}_press_{pressed}")


def language_option(language: str, keys: str) -> Segments:
    """The sentence that offers a language, in that language: 中文请按一."""
    sound = f"{language}/{CATEGORY}/language"
    return option_segments(cut(LANGUAGES[language].name, sound).segments, language, keys, sound)


def builtin_prompts(language: str) -> Mapping[str, Segments]:
    """ivrkit's own prompts in a language, by id: `ivrkit.noinput` …"""
    phrases = LANGUAGES[language].phrases
    return {f"{CATEGORY}.{name}": cut(text, f"{language}/{CATEGORY}/{name}").segments for name, text in phrases.items()}


def _capitalised(words: list[str | Blank]) -> list[str | Blank]:
    """The first letter made a capital, for a sentence that a label begins."""
    kept = [word for word in words if word]
    if kept and isinstance(kept[0], str):
        kept[0] = kept[0][:1].upper() + kept[0][1:]
    return kept
