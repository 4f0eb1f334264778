"""From an engine's speech to the sound that FreeSWITCH plays: trimmed, faded, resampled, levelled, 16-bit mono WAV.

Samples are float32, full scale 1.0. Levels are dBFS of the RMS against that, so a full-scale sine has -3 dBFS.
"""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from ivrkit.tts.engine import Speech

Samples = NDArray[np.float32]

FULL_SCALE = 32768
LEVEL_FRAME = 0.010
P56_MARGIN = 15.9


@dataclass(frozen=True, slots=True)
class Margins:
    """Seconds of silence that a sound keeps around its speech, no more and no less."""

    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Chain:
    """How speech becomes sounds. Every setting is part of a sound's key."""

    level: float = -19.0
    "Active speech level in dBFS. Louder than RFC 7874's -22, as prompts are heard over the street."
    peak: float = -1.0
    "dBFS that no sample exceeds; the gain gives way."
    fade: float = 0.005
    "Seconds at each end."
    silence: float = -45.0
    "dB below the highest peak: what is quieter at the ends is trimmed."
    fragment: Margins = Margins(0.010, 0.030)
    sentence: Margins = Margins(0.060, 0.120)

    def shape(self, speech: Speech, *, fragment: bool) -> Samples:
        """`speech` trimmed and faded, at its own rate. Digital silence stays as long as it is."""
        samples = to_float(speech.pcm)
        if not samples.any():
            return samples
        margins = self.fragment if fragment else self.sentence
        trimmed = trim(samples, speech.rate, margins, self.silence)
        return faded(trimmed, round(self.fade * speech.rate))

    def finish(self, samples: Samples, rate: int, to: int) -> NDArray[np.int16]:
        """Shaped `samples` at `rate` Hz as the samples of a sound at `to` Hz, at the right level."""
        resampled = resample(samples, rate, to)
        pcm: NDArray[np.int16] = np.rint(resampled * self._gain(resampled, to) * FULL_SCALE).astype(np.int16)
        return pcm

    def _gain(self, samples: Samples, rate: int) -> float:
        highest = float(np.abs(samples).max(initial=0.0))
        if not highest:
            return 1.0
        ceiling = amplitude(self.peak) - 0.5 / FULL_SCALE  # rounding may add half a step
        return min(amplitude(self.level - active_level(samples, rate)), ceiling / highest)


def to_float(pcm: NDArray[np.int16]) -> Samples:
    return pcm.astype(np.float32) / np.float32(FULL_SCALE)


def amplitude(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def trim(samples: Samples, rate: int, margins: Margins, silence: float) -> Samples:
    """`samples` from `before` the first loud one to `after` the last; silence is added where there is too little."""
    magnitude = np.abs(samples)
    loud = np.flatnonzero(magnitude > magnitude.max() * amplitude(silence))
    start, end = loud[0] - round(margins.before * rate), loud[-1] + 1 + round(margins.after * rate)
    return np.pad(samples[max(start, 0) : end], (max(-start, 0), max(end - len(samples), 0)))


def faded(samples: Samples, length: int) -> Samples:
    """`samples` with a straight fade of `length` samples at each end."""
    ramp = np.linspace(0, 1, length, endpoint=False, dtype=np.float32)[: len(samples)]
    samples = samples.copy()
    samples[: len(ramp)] *= ramp
    samples[len(samples) - len(ramp) :] *= ramp[::-1]
    return samples


def resample(samples: Samples, rate: int, to: int) -> Samples:
    """`samples` at `to` Hz.

    soxr's HQ, measured: aliases 128 dB down from 4 kHz on and 3.4 kHz whole; VHQ's 178 dB would drown in 16 bits.
    """
    resampled: Samples = soxr.resample(samples, rate, to, "HQ")
    return resampled


def active_level(samples: Samples, rate: int) -> float:
    """The level of `samples` in dBFS while there is speech; -inf of silence.

    ITU-T P.56's margin of 15.9 dB between speech and what counts as speech, on frames of 10 ms instead of its
    envelope, whose 200 ms hangover would take the end of a single digit for speech.
    """
    frame = round(LEVEL_FRAME * rate)
    frames = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame).astype(np.float64)
    power = np.mean(frames**2, axis=1)
    active = power[power > 0]
    if not len(active):
        return float("-inf")
    while len(louder := active[active > active.mean() * 10 ** (-P56_MARGIN / 10)]) < len(active):
        active = louder
    return float(10 * np.log10(active.mean()))


def wav(pcm: NDArray[np.int16], rate: int) -> bytes:
    """A 16-bit mono WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((1, 2, rate, len(pcm), "NONE", "not compressed"))
        file.writeframesraw(pcm.astype("<i2").tobytes())
    return buffer.getvalue()
