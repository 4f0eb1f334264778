"""The tables of docs/prompts.md, said by the real thing."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.segments import TEXT
from ivrkit.tts import DEFAULT_VOICES, ENGINES
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "prompts.md").read_text("utf-8")
EXAMPLES = re.findall(r'^\| `(\w+)(?:\("(\w+)"\))?` \| `([^`]+)` \| (.+?) \| (.+?) \|$', PAGE, re.MULTILINE)


def value_of(written: str) -> object:
    if written.startswith('"'):
        return written.strip('"')
    return Decimal(written) if "." in written else int(written)


@pytest.mark.parametrize(("way", "argument", "value", "zh", "en"), EXAMPLES)
def test_an_example_is_said_as_the_page_says(way: str, argument: str, value: str, zh: str, en: str) -> None:
    arguments = [argument] if argument else []
    for code, words in (("zh", zh), ("en", en)):
        language = LANGUAGES[code]
        assert language.join(language.ways[way].say(value_of(value), *arguments)) == words


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=list(LANGUAGES))
def test_every_way_of_saying_has_an_example_and_every_argument_too(language: object) -> None:
    shown = {(way, argument) for way, argument, *_ in EXAMPLES}
    for name, way in language.ways.items():  # type: ignore[attr-defined]
        alone = set() if way.needs_argument else {(name, "")}
        assert {*alone, *((name, argument) for argument in way.arguments)} <= shown
        assert f"\n| `{name}` | " in PAGE
    assert f"\n| `{TEXT}` | " in PAGE


def test_the_page_has_what_ivrkit_says_itself() -> None:
    for code, column in (("zh", 1), ("en", 2)):
        rows = re.findall(r"^\| `ivrkit\.(\w+)` \| (.+?) \| (.+?) \|", PAGE, re.MULTILINE)
        assert {row[0]: row[column] for row in rows} == dict(LANGUAGES[code].phrases)


def test_the_page_has_every_engine_and_the_voices_that_speak_by_default() -> None:
    for engine in ENGINES:
        assert f"\n| `{engine}` | " in PAGE
    for voice in DEFAULT_VOICES.values():
        assert f"`{voice.name}` at {voice.rate}" in PAGE
