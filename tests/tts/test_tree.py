"""Names, paths and files of sounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivrkit.errors import PromptError
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import SoundTree, Voice, build

VOICES = {"zh": Voice("silence", "any", "cn"), "en": Voice("silence", "any", "us")}
NAME = "zh/water/bill_due_1"


@pytest.fixture
def tree(tmp_path):
    return SoundTree(tmp_path / "sounds", VOICES)


def test_freeswitch_is_given_a_path_without_the_rate(tree):
    assert tree.path(NAME) == f"{tree.root}/zh/cn/silence_any/water/bill_due_1.wav"
    assert tree.file(NAME, 8000) == Path(f"{tree.root}/zh/cn/silence_any/water/8000/bill_due_1.wav")


def test_a_path_leads_back_to_its_name(tree):
    assert tree.name_of(tree.path(NAME)) == NAME
    assert tree.name_of(tree.path("en/common/goodbye")) == "en/common/goodbye"


@pytest.mark.parametrize("tail", ["zh/cn/silence_any/water/bill", "zh/cn/silence_any/a/b/c.wav", "zh/cn/x/a/b.wav", ""])
def test_a_path_that_is_no_sound_has_no_name(tree, tail):
    assert tree.name_of(f"{tree.root}/{tail}") is None
    assert tree.name_of("/elsewhere/zh/cn/silence_any/water/bill.wav") is None


def test_the_default_voices_have_folders_that_say_who_speaks(tmp_path):
    assert SoundTree(tmp_path).path("zh/a/b").endswith("/zh/cn/espeak_cmn/a/b.wav")
    assert SoundTree(tmp_path).path("en/a/b").endswith("/en/us/espeak_en_us/a/b.wav")
    assert Voice("pyttsx3", "com.apple.Ting-Ting", "cn").folder == "pyttsx3_com_apple_ting_ting"


@pytest.mark.parametrize("folder", ["my sounds", "sounds!", "a,b", "it's", "${x}", "a\nb", "a|b", "{x}"])
def test_a_folder_that_freeswitch_would_cut_is_refused(folder):
    with pytest.raises(
        PromptError,
        match=r"FreeSWITCH cannot play from a path with .*; name another folder with sounds: in ivrkit.yaml",
    ):
        SoundTree(Path("/var", folder))


def test_a_built_sound_is_known_by_name_and_path(tree):
    build([Sound(NAME, "您的水费是四十二元五角", False)], tree)
    assert tree.duration(NAME) == pytest.approx(11 * 0.75 * 60 / 160, abs=0.001)
    assert tree.transcript(NAME) == tree.transcript(tree.path(NAME)) == "您的水费是四十二元五角"
    assert tree.missing([NAME]) == []


def test_a_sound_whose_file_somebody_deleted_is_missing(tree):
    build([Sound(NAME, "水费", False)], tree)
    tree.file(NAME, 16000).unlink()
    assert tree.missing([NAME]) == [NAME]


def test_missing_sounds_are_listed_in_order(tree):
    build([Sound(NAME, "水费", False)], tree)
    assert tree.missing(["zh/z/z", NAME, "fr/a/a", "zh/a/a"]) == ["zh/z/z", "fr/a/a", "zh/a/a"]


def test_a_sound_that_is_not_built_has_no_duration(tree):
    with pytest.raises(PromptError, match="'zh/a/a' is not built: run `ivrkit prompts build`"):
        tree.duration("zh/a/a")


def test_a_language_without_a_voice_has_no_paths(tree):
    with pytest.raises(PromptError, match="no voice is set for the language 'fr'; there are zh, en"):
        tree.path("fr/a/a")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"zh/a/a": {}}', b'{"zh/a/a": 1}', b"\xff\xfe"])
def test_a_damaged_manifest_is_one_clear_line(tree, content):
    manifest = Path(tree.path(NAME)).parents[1] / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_bytes(content)
    with pytest.raises(PromptError, match=r"manifest.json is damaged .*: delete it and build again"):
        tree.duration(NAME)


@pytest.mark.parametrize("wrong", [{"rate": 79}, {"rate": 451}, {"pitch": -1}, {"pitch": 100}, {"country": "../x"}])
def test_a_voice_that_cannot_be_is_refused(wrong):
    with pytest.raises(PromptError, match="voice 'cmn'"):
        Voice(**{"engine": "espeak", "name": "cmn", "country": "cn"} | wrong)
