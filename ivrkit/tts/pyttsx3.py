"""The engine for the voices of other platforms: pyttsx3, each text in a short-lived process of its own.

In one process for several texts pyttsx3 2.99 loses files, mixes their audio, hangs or crashes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tempfile
import wave
from importlib.metadata import version
from pathlib import Path

import numpy as np

from ivrkit.errors import SpeechError
from ivrkit.tts import pyttsx3_helper
from ivrkit.tts.engine import Engine, Speech, Voice, heard


class Pyttsx3(Engine):
    """Slow, but it speaks with what the system has. A voice is named by its pyttsx3 id."""

    name = "pyttsx3"

    def __init__(self, *, deadline: float = 30.0) -> None:
        """`deadline`: seconds for one text."""
        self.version = version("pyttsx3")
        self._deadline = deadline

    def check(self, language: str, voice: Voice) -> None:
        # What pyttsx3 tells of a voice's languages differs from driver to driver: only its being there can be proved.
        self.speak("a", language, voice)

    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        with tempfile.TemporaryDirectory(prefix="ivrkit-") as folder:
            path = Path(folder, "speech.wav")
            request = {"text": text, "voice": voice.name, "rate": voice.rate, "pitch": voice.pitch, "file": str(path)}
            self._run(json.dumps(request))
            return heard(read_wav(path), text)

    def close(self) -> None:
        """Nothing outlives a text."""

    def _run(self, request: str) -> None:
        # -P: this folder holds a pyttsx3 too.
        command = [sys.executable, "-P", str(Path(pyttsx3_helper.__file__).resolve())]
        try:
            done = subprocess.run(  # noqa: S603 - a fixed command
                command, input=request.encode(), capture_output=True, timeout=self._deadline
            )
        except subprocess.TimeoutExpired as error:
            raise SpeechError(f"pyttsx3 gave no speech in {self._deadline:g} s") from error
        if done.returncode:
            last_words = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
            raise SpeechError(last_words or f"pyttsx3 died (exit code {done.returncode})")


def read_wav(path: Path) -> Speech:
    """The samples of a 16-bit mono WAV file, at the rate that it states; SpeechError of another file, or half a one."""
    try:
        data = path.read_bytes()
        with wave.open(io.BytesIO(data)) as file:
            shape = file.getnchannels(), file.getsampwidth()
            rate, promised, frames = file.getframerate(), file.getnframes(), file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(f"pyttsx3 left no WAV file ({error or 'it is empty'})") from error
    if shape != (1, 2):
        raise SpeechError(f"pyttsx3 left {shape[0]} channels of {8 * shape[1]} bits instead of one of 16")
    if len(frames) != promised * 2:
        raise SpeechError(f"pyttsx3 left half a file: {len(frames) // 2} of {promised} samples")
    return Speech(np.frombuffer(frames, dtype="<i2"), rate)
