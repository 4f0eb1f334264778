"""What ivrkit says of itself, and how it offers an option."""

from __future__ import annotations

import pytest

from ivrkit.prompts.cut import cut
from ivrkit.prompts.languages import LANGUAGES
from ivrkit.prompts.phrases import builtin_prompts, language_option, option_segments
from ivrkit.prompts.segments import Fixed, written

OPTIONS = [
    ("zh", "水价查询", "1", "水价查询请按一。", "press_1"),
    ("zh", "水价查询。", "12", "水价查询请按一二。", "press_1_2"),
    ("zh", "重听", "#", "重听请按井号键。", "press_pound"),
    ("zh", "返回", "*", "返回请按星号键。", "press_star"),
    ("en", "water tariffs", "1", "For water tariffs, press one.", "press_1"),
    ("en", "To hear this again.", "#", "To hear this again, press pound.", "press_pound"),
    ("en", "to speak to a person", "0", "To speak to a person, press zero.", "press_0"),
    ("en", "your bill", "12", "For your bill, press one two.", "press_1_2"),
]


@pytest.mark.parametrize(("language", "label", "keys", "words", "name"), OPTIONS)
def test_an_option_is_one_sentence_with_one_sound(language: str, label: str, keys: str, words: str, name: str) -> None:
    segments = cut(label, f"{language}/water/menu").segments
    assert option_segments(segments, language, keys, f"{language}/water/menu") == (
        Fixed(words, f"{language}/water/menu_{name}"),
    )


def test_an_option_may_say_a_value() -> None:
    label = cut("{{ due | money }}", "en/water/pay").segments
    option = option_segments(label, "en", "1", "en/water/pay")
    assert written(option) == "For {{ due | money }}, press one."
    assert [part.sound for part in option if isinstance(part, Fixed)] == [
        "en/water/pay_press_1_1",
        "en/water/pay_press_1_2",
    ]


def test_each_language_offers_itself_in_its_own_words() -> None:
    assert language_option("zh", "1") == (Fixed("中文请按一。", "zh/ivrkit/language_press_1"),)
    assert language_option("en", "2") == (Fixed("For English, press two.", "en/ivrkit/language_press_2"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_built_in_prompts_are_whole_sentences(language: str) -> None:
    prompts = builtin_prompts(language)
    assert prompts.keys() >= {
        "ivrkit.noinput",
        "ivrkit.nomatch",
        "ivrkit.confirm_keys",
        "ivrkit.readback_keys",
        "ivrkit.please_wait",
        "ivrkit.sorry",
    }
    for name, segments in prompts.items():
        (only,) = segments
        assert isinstance(only, Fixed)
        assert only.sound == f"{language}/{name.replace('.', '/')}"
        assert only.text.endswith(("。", "."))
