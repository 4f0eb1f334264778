"""The default engine: libespeak-ng from the espeakng-loader wheel, behind two helper processes."""

from __future__ import annotations

import json
import struct
import sys
from importlib.metadata import version
from pathlib import Path
from queue import LifoQueue

import espeakng_loader
import numpy as np

from ivrkit.errors import SpeechError
from ivrkit.tts import espeak_helper
from ivrkit.tts.engine import Engine, Speech, Voice, heard
from ivrkit.tts.helper import Helper


class Espeak(Engine):
    """Fast and the same on every machine. Its speech depends a little on what a helper said before."""

    name = "espeak"

    def __init__(self, *, helpers: int = 2, deadline: float = 20.0) -> None:
        """`helpers`: processes, started when needed; more callers at once wait. `deadline`: seconds for one text."""
        # The wheel's version stands for the library in it: asking that for its own would mean loading it here.
        self.version = f"espeakng-loader {version('espeakng-loader')}"
        self._helpers = [Helper(self.name, self._command(), deadline) for _ in range(helpers)]
        # The helper that was idle for the shortest time comes first, so a lone caller never starts a second one.
        self._idle: LifoQueue[Helper] = LifoQueue()
        for helper in self._helpers:
            self._idle.put(helper)

    @staticmethod
    def _command() -> list[str]:
        return [
            sys.executable,
            "-IS",  # no site: the helper starts in 20 ms
            str(Path(espeak_helper.__file__).resolve()),
            espeakng_loader.get_library_path(),
            espeakng_loader.get_data_path(),
        ]

    @property
    def pids(self) -> list[int]:
        """The helper processes that run now."""
        return [helper.pid for helper in self._helpers if helper.pid is not None]

    def check(self, language: str, voice: Voice) -> None:
        self._ask("voice", "", language, voice)

    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        body = self._ask("speech", text, language, voice)
        (rate,) = struct.unpack_from(">I", body)
        return heard(Speech(np.frombuffer(body, dtype="<i2", offset=4), rate), text)

    def phonemes(self, text: str, language: str, voice: Voice) -> str:
        """How `text` is read, in espeak's ASCII phonemes; `(en)` marks a change of language."""
        return self._ask("phonemes", text, language, voice).decode()

    def close(self) -> None:
        for helper in self._helpers:
            helper.close()

    def _ask(self, ask: str, text: str, language: str, voice: Voice) -> bytes:
        request: dict[str, str | int | None] = {"ask": ask, "text": text, "language": language}
        request |= {"voice": voice.name, "rate": voice.rate, "pitch": voice.pitch}
        helper = self._idle.get()
        try:
            answer = helper.ask(json.dumps(request).encode())
        finally:
            self._idle.put(helper)
        if answer[:1] == b"E":
            raise SpeechError(answer[1:].decode())
        return answer[1:]
