"""The silent engine, pyttsx3, and engines from elsewhere."""

from __future__ import annotations

import os
import wave

import pytest

from ivrkit.errors import SpeechError
from ivrkit.tts import DEFAULT_VOICES, Chain, Voice, make_engine
from ivrkit.tts.espeak import Espeak
from ivrkit.tts.pyttsx3 import Pyttsx3, read_wav
from ivrkit.tts.silence import Silence

MANDARIN, AMERICAN = Voice("pyttsx3", "sit/cmn", "cn"), Voice("pyttsx3", "gmw/en-us", "us")
SENTENCES = [
    ("zh", "您好，欢迎致电自来水公司。"),
    ("zh", "请输入您的八位账号，按井号键结束。"),
    ("en", "Hello, and welcome to the water company."),
    ("en", "Please key in your account number, then press hash."),
]


@pytest.mark.parametrize(("language", "text"), SENTENCES)
def test_silence_takes_about_as_long_as_speech(language, text):
    voice = DEFAULT_VOICES[language]
    silence = Silence().speak(text, language, voice)
    with Espeak() as espeak:
        speech = espeak.speak(text, language, voice)
    said = len(Chain().shape(speech, fragment=True)) / speech.rate
    assert len(silence.pcm) / silence.rate == pytest.approx(said, rel=1 / 3)
    assert not silence.pcm.any()


def test_silence_is_always_equally_long():
    lengths = {len(Silence().speak("水费", "zh", DEFAULT_VOICES["zh"]).pcm) for _ in range(3)}
    assert len(lengths) == 1


def test_an_engine_is_made_by_its_name():
    with make_engine("pyttsx3") as engine:
        assert isinstance(engine, Pyttsx3)


@pytest.mark.parametrize(("voice", "text"), [(MANDARIN, "您好，欢迎致电。"), (AMERICAN, "Hello and welcome.")])
def test_pyttsx3_speaks_without_a_system_package(voice, text):
    speech = Pyttsx3().speak(text, "zh", voice)
    assert speech.rate == 22050
    assert 0.8 < len(speech.pcm) / speech.rate < 4


@pytest.mark.parametrize("name", ["nope", "cmn", ""])
def test_pyttsx3_never_takes_another_voice_instead(name):
    with pytest.raises(SpeechError, match=f"pyttsx3 has no voice '{name}'; of its .* the nearest are .*/"):
        Pyttsx3().check("zh", Voice("pyttsx3", name, "cn"))


def test_pyttsx3_that_takes_too_long_is_ended():
    with pytest.raises(SpeechError, match=r"pyttsx3 gave no speech in 0.01 s"):
        Pyttsx3(deadline=0.01).speak("水费", "zh", MANDARIN)


def write_wav(path, channels, width, frames):
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, width, 16000, 0, "NONE", "not compressed"))
        file.writeframes(frames)


def test_the_rate_is_the_files_own(tmp_path):
    write_wav(tmp_path / "a.wav", 1, 2, b"\1\0" * 100)
    speech = read_wav(tmp_path / "a.wav")
    assert speech.rate == 16000 and speech.pcm.tolist() == [1] * 100


def test_half_a_file_is_an_error(tmp_path):
    write_wav(tmp_path / "a.wav", 1, 2, b"\1\0" * 100)
    os.truncate(tmp_path / "a.wav", 144)
    with pytest.raises(SpeechError, match="left half a file: 50 of 100 samples"):
        read_wav(tmp_path / "a.wav")


@pytest.mark.parametrize("content", [b"", b"FORM....AIFF", b"RIFF\4\0\0\0WAVE", b"RIFF\xff"])
def test_what_is_no_wav_file_is_an_error(tmp_path, content):
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(SpeechError, match="left no WAV file"):
        read_wav(tmp_path / "a.wav")
    with pytest.raises(SpeechError, match="left no WAV file"):
        read_wav(tmp_path / "missing.wav")


def test_stereo_is_an_error(tmp_path):
    write_wav(tmp_path / "a.wav", 2, 2, b"\1\0" * 100)
    with pytest.raises(SpeechError, match="left 2 channels of 16 bits"):
        read_wav(tmp_path / "a.wav")
