"""Plays what a telephone in the terminal hears, with whatever player the machine has."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path
from tempfile import TemporaryDirectory

from ivrkit.cli.screen import Screen
from ivrkit.commands import Part
from ivrkit.errors import ConfigError, PromptError
from ivrkit.tts import SoundTree

PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",), ("play", "-q"))
"Commands that play a WAV file, the first that is there."
RATE = 16000


class Speaker:
    """A screen that is heard too. A key stops the sound, as it stops the prompt."""

    def __init__(self, screen: Screen, sounds: SoundTree) -> None:
        """ConfigError when there is no player."""
        self._screen, self._sounds = screen, sounds
        self._player = next((list(player) for player in PLAYERS if shutil.which(player[0])), None)
        if self._player is None:
            raise ConfigError("--sound needs a player such as aplay: apt install alsa-utils")
        self._folder = TemporaryDirectory(prefix="ivrkit-")
        self._playing: subprocess.Popen[bytes] | None = None
        self._said: list[bytes] = []

    def begins(self, caller: str, called: str) -> None:
        self._screen.begins(caller, called)

    def heard(self, at: float, part: Part) -> None:
        self._screen.heard(at, part)
        self._stop()
        path = Path(self._folder.name, "prompt.wav")
        try:
            joined(self._sounds, part.sounds, path)
        except (OSError, PromptError) as error:
            raise ConfigError(f"{error}; or leave --sound away") from None
        self._playing = subprocess.Popen([*self._player, str(path)])  # type: ignore[misc]  # noqa: S603  # our own table

    def pressed(self, at: float, key: str) -> None:
        self._stop()
        self._screen.pressed(at, key)

    def ended(self, at: float, cause: str, by: str) -> None:
        self._stop()
        self._folder.cleanup()
        self._screen.ended(at, cause, by)

    def _stop(self) -> None:
        if self._playing:
            self._playing.kill()
            self._playing.wait()
            self._playing = None


def joined(sounds: SoundTree, names: tuple[str, ...], path: Path) -> None:
    """Write sounds one after another into one WAV file."""
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, RATE, 0, "NONE", "not compressed"))
        for name in names:
            sounds.duration(name)
            with wave.open(str(sounds.file(name, RATE)), "rb") as sound:
                out.writeframes(sound.readframes(sound.getnframes()))
