"""Plays what a telephone in the terminal hears, with whatever player the machine has."""

from __future__ import annotations

import shutil
import subprocess
import wave
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from ivrkit.cli.screen import Screen
from ivrkit.commands import RECORDED, Part
from ivrkit.errors import ConfigError
from ivrkit.prompts.sounds import Sound
from ivrkit.tts import RATES, SoundTree

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",), ("play", "-q"))
"Commands that play a WAV file; the first that is there is taken."
RATE = max(RATES)


class Speaker:
    """A screen that is heard too. A key stops the sound, as it stops the prompt."""

    def __init__(self, screen: Screen, sounds: SoundTree, needed: Iterable[Sound]) -> None:
        """ConfigError when there is no player, or a sound that may be needed is not built."""
        player = next((player for player in PLAYERS if shutil.which(player[0])), None)
        if player is None:
            raise ConfigError("--sound needs a program that plays WAV files, such as aplay: apt install alsa-utils")
        if missing := sounds.missing(sound.name for sound in needed):
            raise ConfigError(f"--sound: {missing[0]} is not built: run ivrkit prompts build, or leave --sound away")
        self._screen, self._sounds, self._player = screen, sounds, player
        self._folder = TemporaryDirectory(prefix="ivrkit-")
        self._playing: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()
        self._folder.cleanup()

    def begins(self, caller: str, called: str) -> None:
        self._screen.begins(caller, called)

    def heard(self, at: float, part: Part) -> None:
        self._screen.heard(at, part)
        self._stop()
        if any(name.startswith(RECORDED) for name in part.sounds):
            return  # nobody has spoken: what `s` says is silent
        path = Path(self._folder.name, "prompt.wav")
        join(self._sounds, part.sounds, path)
        self._playing = subprocess.Popen([*self._player, str(path)], stderr=subprocess.DEVNULL)  # noqa: S603  # our own table

    def pressed(self, at: float, key: str) -> None:
        self._stop()
        self._screen.pressed(at, key)

    def spoke(self, at: float, seconds: float) -> None:
        self._screen.spoke(at, seconds)

    def failed(self, at: float, fault: str) -> None:
        self._screen.failed(at, fault)

    def ended(self, at: float, cause: str, by: str) -> None:
        self._stop()
        self._screen.ended(at, cause, by)

    def _stop(self) -> None:
        if self._playing:
            self._playing.kill()
            self._playing.wait()
            self._playing = None


def join(sounds: SoundTree, names: Iterable[str], path: Path) -> None:
    """Write sounds one after another into one WAV file."""
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        for name in names:
            with wave.open(str(sounds.file(name, RATE)), "rb") as sound:
                out.writeframes(sound.readframes(sound.getnframes()))
