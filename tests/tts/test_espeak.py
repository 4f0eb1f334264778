"""The real espeak-ng, and what becomes of a helper that dies or hangs."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from ivrkit.errors import SpeechError
from ivrkit.tts import DEFAULT_VOICES, Voice
from ivrkit.tts.espeak import Espeak
from ivrkit.tts.helper import Helper

ZH, EN = DEFAULT_VOICES["zh"], DEFAULT_VOICES["en"]


@pytest.fixture(scope="module")
def espeak():
    with Espeak() as engine:
        yield engine


def seconds(speech):
    return len(speech.pcm) / speech.rate


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_chinese_is_read_as_chinese(espeak):
    phonemes = espeak.phonemes("你好", "zh", ZH)
    assert "(en)" not in phonemes
    assert phonemes.startswith("ni2")


def test_the_proof_would_see_english_letters(espeak):
    assert "(en)" in espeak.phonemes("hello", "zh", ZH)


@pytest.mark.parametrize(("language", "text"), [("zh", "您好，欢迎致电。"), ("en", "Hello and welcome.")])
def test_a_sentence_is_said(espeak, language, text):
    speech = espeak.speak(text, language, DEFAULT_VOICES[language])
    assert speech.pcm.dtype == np.int16 and speech.pcm.ndim == 1
    assert speech.rate == 22050
    assert 0.8 < seconds(speech) < 4
    assert 3000 < np.abs(speech.pcm.astype(int)).max() < 32000


def test_a_slower_voice_takes_longer(espeak):
    said = [seconds(espeak.speak("请输入您的账号", "zh", replace(ZH, rate=rate))) for rate in (100, 160, 240)]
    assert said == sorted(said, reverse=True)
    assert said[0] > 1.7 * said[2]


def test_a_higher_pitch_sounds_different(espeak):
    low, high = (espeak.speak("hello", "en", replace(EN, pitch=pitch)).pcm for pitch in (10, 90))
    assert not np.array_equal(low[:2000], high[:2000])


def test_threads_share_the_helpers(espeak):
    texts = ["水费", "water", "四十二元五角", "forty-two"] * 5
    with ThreadPoolExecutor(6) as pool:
        voices = {True: ("en", EN), False: ("zh", ZH)}
        said = list(pool.map(lambda text: espeak.speak(text, *voices[text.isascii()]), texts))
    assert all(speech.pcm.any() for speech in said)
    assert 1 <= len(espeak.pids) <= 2


@pytest.mark.parametrize(
    ("name", "language", "complaint"),
    [
        ("nope", "zh", "espeak-ng has no voice 'nope'"),
        ("", "en", "espeak-ng has no voice ''"),
        ("en-us+nope", "en", r"gave the voice 'gmw/en-US' for 'en-us\+nope'"),
        ("cmn\0x", "zh", "gave the voice 'sit/cmn' for"),
        ("en-us", "zh", "'en-us' speaks en-us, en, not 'zh'"),
        ("cmn", "en", "'cmn' speaks cmn, zh-cmn, zh, not 'en'"),
    ],
)
def test_another_voice_is_never_taken_instead(espeak, name, language, complaint):
    espeak.check("zh", ZH)
    with pytest.raises(SpeechError, match=complaint):
        espeak.check(language, Voice("espeak", name, "cn"))
    with pytest.raises(SpeechError, match=complaint):
        espeak.speak("好", language, Voice("espeak", name, "cn"))


@pytest.mark.parametrize("name", ["cmn", "sit/cmn", "CMN", "cmn+f2", "cmn-latn-pinyin"])
def test_a_voice_may_be_named_as_espeak_names_it(espeak, name):
    espeak.check("zh", Voice("espeak", name, "cn"))


@pytest.mark.parametrize("text", ["……", "☃", "-"])
def test_a_text_without_words_is_an_error_and_not_a_silent_sound(espeak, text):
    with pytest.raises(SpeechError, match="nothing was said for"):
        espeak.speak(text, "zh", ZH)


def test_a_killed_helper_is_started_again():
    with Espeak(helpers=1) as engine:
        before = engine.speak("水费", "zh", ZH)
        (killed,) = engine.pids
        os.kill(killed, signal.SIGKILL)
        assert seconds(engine.speak("水费", "zh", ZH)) == pytest.approx(seconds(before), abs=0.1)
        assert engine.pids != [killed]


def test_a_helper_killed_in_the_middle_of_a_text_is_started_again():
    with Espeak(helpers=1) as engine:
        engine.check("zh", ZH)
        killer = threading.Timer(0.03, os.kill, (engine.pids[0], signal.SIGKILL))
        killer.start()
        speech = engine.speak("请输入您的账号，" * 300, "zh", ZH)
        killer.join()
        assert seconds(speech) > 300


def test_a_hung_helper_is_killed_and_started_again():
    with Espeak(helpers=1, deadline=1.0) as engine:
        engine.check("zh", ZH)
        (hung,) = engine.pids
        os.kill(hung, signal.SIGSTOP)
        started = time.monotonic()
        assert engine.speak("水费", "zh", ZH).pcm.any()
        assert 0.9 < time.monotonic() - started < 5
        assert not is_running(hung)


def test_a_text_that_hangs_every_helper_is_an_error():
    with (
        Espeak(deadline=0.0001) as engine,
        pytest.raises(SpeechError, match=r"espeak helper gave no answer in 0.0001 s, also when it was started again"),
    ):
        engine.speak("水费", "zh", ZH)


def test_closing_ends_the_helpers():
    with Espeak() as engine:
        engine.check("zh", ZH)
        (pid,) = engine.pids
    assert not is_running(pid)
    assert engine.pids == []


@pytest.mark.parametrize(
    ("program", "complaint"),
    [
        ("import sys; sys.exit('out of luck')", r"died \(exit code 1\): out of luck, also when"),
        ("import os; os.write(1, b'\\0\\0\\0\\x64half an answer')", r"died \(exit code 0\)"),
        ("import os; os.write(1, b'HTTP/1.1 200 OK')", "sent what is no answer"),
        ("import time; time.sleep(60)", "gave no answer in 0.5 s"),
    ],
)
def test_a_helper_that_never_answers_whole_is_an_error(program, complaint):
    helper = Helper("odd", [sys.executable, "-ISc", program], 0.5)
    with pytest.raises(SpeechError, match=f"the odd helper {complaint}"):
        helper.ask(b"{}")
    assert helper.pid is None


def test_a_helper_that_cannot_be_started_is_an_error():
    with pytest.raises(SpeechError, match="the odd helper cannot be started"):
        Helper("odd", ["/nowhere/python"], 1).ask(b"{}")
