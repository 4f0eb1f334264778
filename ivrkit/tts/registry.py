"""The engines by name: ours in a table, others from installed packages' entry points `ivrkit.tts`."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

from ivrkit.errors import SpeechError
from ivrkit.tts.engine import Engine
from ivrkit.tts.espeak import Espeak
from ivrkit.tts.pyttsx3 import Pyttsx3
from ivrkit.tts.silence import Silence

ENGINES: dict[str, Callable[[], Engine]] = {"espeak": Espeak, "pyttsx3": Pyttsx3, "silence": Silence}


def make_engine(name: str) -> Engine:
    """A new engine; SpeechError when nobody provides it."""
    if name in ENGINES:
        return ENGINES[name]()
    others = entry_points(group="ivrkit.tts")
    if name not in others.names:
        raise SpeechError(f"there is no speech engine {name!r}; there are {', '.join([*ENGINES, *others.names])}")
    engine: Engine = others[name].load()()
    return engine
