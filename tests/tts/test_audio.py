"""The audio chain, measured on tones whose truth is known."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from ivrkit.tts.audio import Chain, active_level, faded, resample, to_float, wav
from ivrkit.tts.engine import Speech

ENGINE_RATES = (16000, 22050, 24000, 44100, 48000)


def tone(hertz: float, rate: int, seconds: float, amplitude: float = 0.5) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def quiet(rate: int, seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * rate), dtype=np.float32)


def speech(*parts: np.ndarray, rate: int = 22050) -> Speech:
    return Speech(np.rint(np.concatenate(parts) * 32767).astype(np.int16), rate)


def render(said: Speech, rate: int = 8000, chain: Chain | None = None, *, fragment: bool = True) -> np.ndarray:
    chain = chain or Chain()
    return to_float(chain.finish(chain.shape(said, fragment=fragment), said.rate, rate))


def rms(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2)))


def spectrum(samples: np.ndarray, rate: int, hertz: float) -> float:
    """The level in dB, against a sine of amplitude 1, at one frequency; of the middle, where no fade is."""
    middle = samples[len(samples) // 4 : -len(samples) // 4].astype(np.float64)
    window = np.blackman(len(middle))
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(middle)) / rate)
    return float(20 * np.log10(2 * abs(np.sum(middle * window * turning)) / window.sum() + 1e-15))


@pytest.mark.parametrize("rate", ENGINE_RATES)
@pytest.mark.parametrize(("to", "lowest"), [(8000, 4100), (16000, 8200)])
def test_what_a_sound_cannot_hold_is_100_db_down(rate, to, lowest):
    for hertz in np.arange(lowest, rate / 2, 331):
        left = resample(tone(hertz, rate, 0.5, 1.0), rate, to)
        assert rms(left[len(left) // 4 : -len(left) // 4] + 1e-12) < -103  # a sine of amplitude 1 has -3


def test_an_alias_stays_100_db_down_in_the_finished_sound():
    # Odd frequencies, so that the rounding to 16 bits is noise and not a line where the alias would be.
    finished = render(speech(tone(1013.7, 22050, 2, 0.4) + tone(5003.1, 22050, 2, 0.4)))
    assert spectrum(finished, 8000, 8000 - 5003.1) < spectrum(finished, 8000, 1013.7) - 100


@pytest.mark.parametrize("rate", ENGINE_RATES)
@pytest.mark.parametrize("hertz", [300, 1000, 3000, 3400])
def test_the_telephone_band_is_whole(rate, hertz):
    assert spectrum(resample(tone(hertz, rate, 1, 0.5), rate, 8000), 8000, hertz) == pytest.approx(-6.02, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 16000])
@pytest.mark.parametrize("amplitude", [0.003, 0.05, 0.9])
@pytest.mark.parametrize("seconds", [0.25, 1.0, 4.0])
def test_speech_is_as_loud_as_it_should_be_even_a_short_digit(rate, amplitude, seconds):
    said = speech(quiet(22050, 0.1), tone(440, 22050, seconds, amplitude), quiet(22050, 0.4))
    spoken = render(said, rate)[round(0.02 * rate) : round((0.01 + seconds - 0.01) * rate)]
    assert rms(spoken) == pytest.approx(-19, abs=0.5)


def test_pauses_between_words_do_not_make_the_words_louder():
    words = [part for _ in range(6) for part in (tone(440, 22050, 0.25), quiet(22050, 0.25))]
    finished = render(speech(*words))
    assert rms(finished[: round(0.24 * 8000)][160:]) == pytest.approx(-19, abs=0.5)


def test_the_level_can_be_set():
    finished = render(speech(tone(440, 22050, 1)), chain=Chain(level=-22))
    assert active_level(finished, 8000) == pytest.approx(-22, abs=0.2)


def test_a_peak_is_held_by_a_lower_gain_and_not_cut_off():
    beat = tone(440, 22050, 1, 0.02)
    beat[10000:10030] = 0.9
    for rate in (8000, 16000):
        finished = render(speech(beat), rate)
        assert 20 * np.log10(np.abs(finished).max()) == pytest.approx(-1, abs=0.05)
        assert np.abs(finished).max() <= 10 ** (-1 / 20)
        assert active_level(finished, rate) < -19.5


@pytest.mark.parametrize(("fragment", "before", "after"), [(True, 0.010, 0.030), (False, 0.060, 0.120)])
@pytest.mark.parametrize("around", [0.0, 0.5])
def test_a_sound_keeps_exactly_its_margins_of_silence(fragment, before, after, around):
    said = speech(quiet(22050, around), tone(440, 22050, 0.5), quiet(22050, around))
    finished = render(said, fragment=fragment)
    assert len(finished) / 8000 == pytest.approx(before + 0.5 + after, abs=0.002)
    loud = np.flatnonzero(np.abs(finished) > 0.01)
    assert loud[0] / 8000 == pytest.approx(before, abs=0.002)
    assert (len(finished) - loud[-1]) / 8000 == pytest.approx(after, abs=0.002)


def test_noise_of_the_room_is_trimmed_and_its_rest_faded():
    noise = (np.random.default_rng(1).normal(0, 0.0005, 22050)).astype(np.float32)
    finished = render(speech(noise, tone(440, 22050, 0.5), noise))
    assert len(finished) / 8000 == pytest.approx(0.54, abs=0.002)
    assert abs(finished[0]) < 0.0005 and abs(finished[-1]) < 0.0005


def test_the_fade_takes_five_milliseconds_at_each_end():
    ramp = Chain().fade * 8000
    ends = faded(np.ones(8000, dtype=np.float32), round(ramp))
    assert ends[0] == 0 and ends[-1] == 0
    assert np.all(np.diff(ends[:41]) > 0) and np.all(ends[40:-40] == 1) and np.all(np.diff(ends[-41:]) < 0)


def test_silence_stays_as_long_as_it_was_and_silent():
    finished = render(speech(quiet(16000, 1.5), rate=16000))
    assert len(finished) == 12000 and not finished.any()


def test_a_sound_is_a_16_bit_mono_wav():
    pcm = np.array([1, -2, 32767], dtype=np.int16)
    with wave.open(io.BytesIO(wav(pcm, 8000))) as file:
        assert file.getparams()[:4] == (1, 2, 8000, 3)
        assert file.readframes(3) == b"\x01\x00\xfe\xff\xff\x7f"
