"""The sounds that a build must make: all that a call can need, and each once."""

from __future__ import annotations

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.catalog import Catalog, read_catalog, read_words
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.needed import needed_sounds, vocabulary_of
from ivrkit.prompts.sounds import Sound


def catalog(**prompts: object) -> Catalog:
    lists = {"district": {"north": {"zh": "城北", "en": "the north"}}}
    read, problems = read_catalog({"prompts": "water", "lists": lists, **prompts})
    assert problems == ()
    return read


def test_a_fixed_prompt_needs_one_sentence_a_language() -> None:
    read = catalog(hello={"zh": "您好。", "en": "Hello."})
    assert needed_sounds(read.prompts.values(), read.lists) == [
        Sound("en/water/hello", "Hello.", fragment=False),
        Sound("zh/water/hello", "您好。", fragment=False),
    ]


def test_a_blank_needs_its_fragments_and_every_word_of_its_way() -> None:
    read = catalog(due={"zh": "应缴{{ x | money }}，请缴纳。"})
    sounds = {sound.name: sound for sound in needed_sounds(read.prompts.values())}
    assert sounds.pop("zh/water/due_1") == Sound("zh/water/due_1", "应缴", fragment=True)
    assert sounds.pop("zh/water/due_2") == Sound("zh/water/due_2", "请缴纳。", fragment=True)
    assert sorted(sounds.values(), key=lambda sound: sound.name) == sorted(
        vocabulary_of("zh", "money"), key=lambda sound: sound.name
    )
    assert Sound("zh/say/jiao", "角", fragment=True) in sounds.values()


def test_a_list_that_is_said_needs_its_values_and_one_that_is_not_none() -> None:
    read = catalog(where={"zh": "{{ x | text('district') }}", "en": "{{ x | text('district') }}"})
    assert needed_sounds(read.prompts.values(), read.lists) == [
        Sound("en/water/district_north", "the north", fragment=True),
        Sound("zh/water/district_north", "城北", fragment=True),
    ]
    assert needed_sounds([], read.lists) == []


def test_two_texts_for_one_file_are_told_all_at_once() -> None:
    read = catalog(hello={"zh": "您好。", "en": "Hello."})
    other, _ = read_words({"zh": "喂", "en": "Hi"}, "water/hello", ["zh", "en"], read)
    with pytest.raises(PromptError) as refused:
        needed_sounds([*read.prompts.values(), other])
    assert str(refused.value) == (
        'two prompts would have the same sound file: en/water/hello would be both "Hello." and "Hi"; '
        'zh/water/hello would be both "您好。" and "喂"'
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_vocabulary_is_small_closed_and_ready_to_speak(language: str) -> None:
    spoken = LANGUAGES[language]
    assert set(spoken.vocabulary) == frozenset().union(*(way.words for way in spoken.ways.values()))
    assert len(set(spoken.vocabulary.values())) == len(spoken.vocabulary) < 300
    for way in spoken.ways:
        for sound in vocabulary_of(language, way):
            assert sound.name.startswith(f"{language}/say/")
            assert sound.name.split("/")[2].isidentifier()
            assert not any(char.isdigit() for char in sound.text)
            assert sound.fragment == (not sound.text.endswith(("，", ",")))


def test_languages_have_the_same_ways_and_the_same_phrases() -> None:
    assert len({frozenset(language.ways) for language in LANGUAGES.values()}) == 1
    assert len({frozenset(language.phrases) for language in LANGUAGES.values()}) == 1
