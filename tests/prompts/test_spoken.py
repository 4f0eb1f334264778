"""How long a prompt takes to say."""

from __future__ import annotations

from ivrkit.prompts.cut import cut
from ivrkit.prompts.sounds import Sound
from ivrkit.prompts.spoken import SECONDS_PER_BLANK, SECONDS_PER_CHARACTER, spoken_seconds

DUE = cut("您应缴{{ bill.amount | money }}，谢谢。", "zh/water/due").segments


def test_without_sounds_it_is_estimated_from_the_words() -> None:
    letters = len("您应缴") + len("，谢谢。")
    estimated = letters * SECONDS_PER_CHARACTER["zh"] + SECONDS_PER_BLANK
    assert round(spoken_seconds(DUE, "zh"), 6) == round(estimated, 6)


def test_sounds_that_are_built_count_as_they_are() -> None:
    built = {
        Sound("zh/water/due_1", "您应缴", fragment=True): 0.9,
        Sound("zh/water/due_2", "谢谢。", fragment=True): 0.6,
    }
    assert spoken_seconds(DUE, "zh", built.get) == 0.9 + SECONDS_PER_BLANK + 0.6


def test_a_sound_of_other_words_counts_for_nothing() -> None:
    old = {Sound("zh/water/due_1", "您欠", fragment=True): 60.0}
    assert spoken_seconds(DUE, "zh", old.get) == spoken_seconds(DUE, "zh")
