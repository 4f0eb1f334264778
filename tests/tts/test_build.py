"""The build: what it makes, keeps and refuses, and what a crash leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from ivrkit.errors import PromptError, SpeechError
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import DEFAULT_VOICES, RATES, Chain, SoundTree, Voice, build
from ivrkit.tts.audio import active_level, to_float
from ivrkit.tts.espeak import Espeak
from ivrkit.tts.files import sole_builder

SENTENCES = [
    Sound("zh/water/welcome", "您好，欢迎致电自来水公司。", False),
    Sound("en/water/welcome", "Hello, and welcome to the water company.", False),
]
DIGITS = [
    *(Sound(f"zh/digit/d{n}", word, True) for n, word in enumerate("零一二三四五六七八九")),
    *(Sound(f"en/digit/d{n}", word, True) for n, word in enumerate(["zero", "one", "two", "three", "four"])),
]
SILENT = {"zh": Voice("silence", "any", "cn"), "en": Voice("silence", "any", "us")}


@pytest.fixture
def tree(tmp_path):
    return SoundTree(tmp_path / "sounds")


@pytest.fixture
def silent(tmp_path):
    return SoundTree(tmp_path / "silent", SILENT)


def samples(tree, name, rate):
    with wave.open(str(tree.file(name, rate))) as file:
        assert file.getparams()[:3] == (1, 2, rate)
        frames = file.readframes(file.getnframes())
    assert len(frames) == 2 * file.getnframes()
    return to_float(np.frombuffer(frames, dtype="<i2"))


def files(tree):
    return {path: path.stat().st_mtime_ns for path in tree.root.rglob("*") if path.is_file()}


def test_two_languages_are_built_at_two_rates(tree):
    report = build(SENTENCES, tree)
    assert report.built == ("zh/water/welcome", "en/water/welcome") and report.kept == ()
    for name in report.built:
        lengths = [len(samples(tree, name, rate)) / rate for rate in RATES]
        assert lengths == pytest.approx([tree.duration(name)] * 2, abs=0.001)
        assert 1 < lengths[0] < 5


def test_every_sound_is_equally_loud(tree):
    build([*SENTENCES, *DIGITS], tree)
    for sound in [*SENTENCES, *DIGITS]:
        for rate in RATES:
            sounding = samples(tree, sound.name, rate)
            assert active_level(sounding, rate) == pytest.approx(-19, abs=0.5)
            assert np.abs(sounding).max() <= 10 ** (-1 / 20)


def test_the_manifest_tells_what_was_said_and_by_whom(tree):
    build(SENTENCES, tree)
    entry = tree.manifest("zh")["zh/water/welcome"]
    assert entry.transcript == "您好，欢迎致电自来水公司。"
    assert entry.source == "espeak cmn"
    assert entry.level == pytest.approx(-19, abs=0.5)
    assert len(entry.key) == 64


def test_a_second_build_does_nothing(tree):
    build(SENTENCES, tree)
    before = files(tree)
    # No helper can start and answer in a tenth of a millisecond: asked for anything, this engine fails.
    report = build(SENTENCES, SoundTree(tree.root), engine=lambda name: Espeak(deadline=0.0001))
    assert report.built == () and report.kept == ("zh/water/welcome", "en/water/welcome")
    assert files(tree) == before


def test_a_second_build_of_a_thousand_sounds_takes_no_time(silent):
    many = [Sound(f"zh/many/s{n}", "水费", True) for n in range(1000)]
    build(many, silent)
    assert build(many, SoundTree(silent.root, SILENT)).seconds < 1


def test_only_what_changed_is_made_again(silent):
    build([Sound("zh/a/a", "水费", True), Sound("zh/a/b", "电费", True)], silent)
    report = build([Sound("zh/a/a", "水费", True), Sound("zh/a/b", "燃气费", True)], silent)
    assert report.built == ("zh/a/b",) and report.kept == ("zh/a/a",)
    assert silent.transcript("zh/a/b") == "燃气费"


@pytest.mark.parametrize(
    "changed", [{"rate": 120}, {"pitch": 60}, {"name": "cmn-latn-pinyin"}], ids=lambda changed: next(iter(changed))
)
def test_another_voice_rate_or_pitch_makes_other_sounds(tree, changed):
    build(SENTENCES[:1], tree)
    voice = {"engine": "espeak", "name": "cmn", "country": "cn", "rate": 160} | changed
    assert build(SENTENCES[:1], SoundTree(tree.root, {"zh": Voice(**voice)})).built == ("zh/water/welcome",)


def test_another_chain_or_kind_of_sound_makes_other_sounds(silent):
    sound = Sound("zh/a/a", "水费", True)
    build([sound], silent)
    assert build([sound], silent, Chain(level=-22)).built == ("zh/a/a",)
    assert build([Sound("zh/a/a", "水费", False)], silent, Chain(level=-22)).built == ("zh/a/a",)


def test_a_deleted_file_is_made_again(silent):
    build([Sound("zh/a/a", "水费", True)], silent)
    silent.file("zh/a/a", 16000).unlink()
    assert build([Sound("zh/a/a", "水费", True)], silent).built == ("zh/a/a",)


def test_sounds_that_nobody_asks_for_stay(silent):
    build([Sound("zh/a/a", "水费", True)], silent)
    build([Sound("zh/a/b", "电费", True)], silent)
    assert silent.missing(["zh/a/a", "zh/a/b"]) == []


def test_progress_counts_what_is_kept_and_what_is_made(silent):
    build([Sound("zh/a/a", "水费", True)], silent)
    seen = []
    more = [Sound(f"zh/a/{name}", "水费", True) for name in "abc"]
    build(more, silent, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_freeswitch_may_read_the_sounds(silent):
    build([Sound("zh/a/a", "水费", True)], silent)
    assert silent.file("zh/a/a", 8000).stat().st_mode & 0o044 == 0o044


@pytest.mark.parametrize(
    ("sound", "complaint"),
    [
        (Sound("zh/a/a", "您的水费是42元", False), "sound zh/a/a has digits in its text: write them as words"),
        (Sound("zh/a/a", "您的水费是４２元", False), "has digits in its text"),
        (Sound("en/a/a", "five m³", False), "has digits in its text"),
        (Sound("zh/a/a", "  \n", False), "has no text"),
        (Sound("zh/a/a", "水\0费", False), "has control characters"),
        (Sound("zh/a/a", "水\ud800", False), "has control characters"),
        (Sound("zh/a/a", "水" * 3001, False), "has more than 3,000 characters"),
        (Sound("fr/a/a", "bonjour", False), "no voice is set for 'fr'; there are zh, en"),
        (Sound("zh/../../etc", "水费", False), "a name is <language>/<category>/<id>"),
        (Sound("zh/A/a b", "水费", False), "a name is <language>/<category>/<id>"),
        (Sound("zh/a/b\n", "水费", False), "a name is <language>/<category>/<id>"),
    ],
)
def test_a_sound_that_cannot_be_said_is_refused_before_anything_is_made(tree, sound, complaint):
    with pytest.raises(PromptError, match=complaint):
        build([*SENTENCES, sound], tree)
    assert not tree.root.exists()


def test_all_refusals_come_together(tree):
    bad = [Sound("zh/a/a", "1", True), Sound("zh/a/b", "", True), Sound("xx/a/c", "2", True)]
    with pytest.raises(PromptError) as refused:
        build(bad, tree)
    assert len(str(refused.value).splitlines()) == 4


def test_one_name_has_one_text(silent):
    with pytest.raises(PromptError, match="sound zh/a/a: two texts, '水费' and '电费'"):
        build([Sound("zh/a/a", "水费", True), Sound("zh/a/a", "电费", True)], silent)
    assert build([Sound("zh/a/a", "水费", True)] * 2, silent).built == ("zh/a/a",)


def test_an_unknown_voice_is_one_line_for_all_its_sounds(tmp_path):
    tree = SoundTree(tmp_path, {"zh": Voice("espeak", "nope", "cn")})
    with pytest.raises(SpeechError) as refused:
        build(DIGITS[:10], tree)
    assert str(refused.value) == "voice of zh: espeak-ng has no voice 'nope'; Chinese is cmn, English en-us or en"
    assert tree.missing(["zh/digit/d1"]) == ["zh/digit/d1"]


def test_an_unknown_engine_is_one_line(tmp_path):
    tree = SoundTree(tmp_path, {"zh": Voice("festival", "x", "cn")})
    with pytest.raises(SpeechError, match="no speech engine 'festival'; there are espeak, pyttsx3, silence"):
        build(SENTENCES[:1], tree)


def test_what_an_engine_failed_at_is_listed_and_the_rest_is_there(tree):
    dumb = [Sound("zh/a/dots", "……", True), Sound("zh/a/snow", "☃", True)]
    with pytest.raises(SpeechError) as failed:
        build([*SENTENCES, *dumb], tree)
    lines = sorted(str(failed.value).splitlines())
    assert [line.partition(":")[0] for line in lines] == ["sound zh/a/dots", "sound zh/a/snow"]
    assert tree.missing([sound.name for sound in SENTENCES + dumb]) == ["zh/a/dots", "zh/a/snow"]


def test_an_engine_that_fails_at_everything_is_given_up(tree):
    with pytest.raises(SpeechError, match=r"given up after 20 failures$") as failed:
        build([Sound(f"zh/a/s{n}", "……", True) for n in range(100)], tree)
    assert len(str(failed.value).splitlines()) == 21


def test_a_sound_whose_replacement_failed_is_not_taken_for_the_new_one(tree):
    build([Sound("zh/a/a", "水费", True)], tree)
    with pytest.raises(SpeechError):
        build([Sound("zh/a/a", "……", True)], tree)
    assert tree.missing(["zh/a/a"]) == ["zh/a/a"]
    assert build([Sound("zh/a/a", "水费", True)], tree).built == ("zh/a/a",)


def test_what_a_crash_left_aside_is_cleared(silent):
    build([Sound("zh/a/a", "水费", True)], silent)
    aside = silent.file("zh/a/b", 8000).with_name(".b.wav.1.tmp")
    aside.write_bytes(b"RIFF half a")
    build([Sound("zh/a/b", "电费", True)], silent)
    assert not aside.exists()
    assert silent.missing(["zh/a/a", "zh/a/b"]) == []


def test_a_build_that_is_killed_leaves_no_half_file_and_the_next_one_finishes(tree):
    program = (
        "import sys; from ivrkit.tts import SoundTree, build; from ivrkit.prompts.sounds import Sound\n"
        "sounds = [Sound(f'zh/many/s{n}', '您好，欢迎致电自来水公司。', False) for n in range(400)]\n"
        "build(sounds, SoundTree(sys.argv[1]))"
    )
    builder = subprocess.Popen([sys.executable, "-c", program, tree.root])
    until = time.monotonic() + 20
    while len(list(tree.root.rglob("*.wav"))) < 20 and time.monotonic() < until:
        time.sleep(0.01)
    builder.send_signal(signal.SIGKILL)
    assert builder.wait(10) == -signal.SIGKILL
    left = list(tree.root.rglob("*.wav"))
    assert 20 <= len(left) < 800
    for path in left:
        samples(tree, f"zh/many/{path.stem}", int(path.parent.name))

    again = [Sound(f"zh/many/s{n}", "您好，欢迎致电自来水公司。", False) for n in range(40)]
    build(again, tree)
    assert tree.missing([sound.name for sound in again]) == []
    assert list(tree.root.rglob("*.tmp")) == []


def test_two_builds_at_once_do_not_mix(silent):
    with (
        sole_builder(silent.root),
        pytest.raises(PromptError, match="another build is at work here; run this one when that has ended"),
    ):
        build([Sound("zh/a/a", "水费", True)], silent)


def test_sounds_of_another_process_are_not_forgotten(silent):
    silent.manifest("zh")
    build([Sound("zh/a/a", "水费", True)], SoundTree(silent.root, SILENT))
    build([Sound("zh/a/b", "电费", True)], silent)
    assert SoundTree(silent.root, SILENT).missing(["zh/a/a", "zh/a/b"]) == []


def test_a_root_that_is_a_file_is_one_clear_line(tmp_path):
    Path(tmp_path, "sounds").write_text("not a folder")
    with pytest.raises(PromptError, match=r"/sounds/.* cannot be read: Not a directory"):
        build([Sound("zh/a/a", "水费", True)], SoundTree(tmp_path / "sounds", SILENT))


def test_a_file_that_cannot_be_written_is_one_clear_line(silent):
    silent.file("zh/a/a", 8000).mkdir(parents=True)
    with pytest.raises(PromptError, match=r"sounds cannot be written: .*: Is a directory"):
        build([Sound("zh/a/a", "水费", True)], silent)


def test_the_default_voices_are_espeaks_for_chinese_and_english():
    assert {language: (voice.engine, voice.name) for language, voice in DEFAULT_VOICES.items()} == {
        "zh": ("espeak", "cmn"),
        "en": ("espeak", "en-us"),
    }
