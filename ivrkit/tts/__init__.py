"""Everything that a caller hears is made here, ahead of the call: engines, the audio chain, the cached build."""

from __future__ import annotations

from ivrkit.tts.audio import Chain, Margins
from ivrkit.tts.build import BuildReport, build
from ivrkit.tts.engine import DEFAULT_VOICES, Engine, Speech, Voice
from ivrkit.tts.registry import ENGINES, make_engine
from ivrkit.tts.tree import RATES, Entry, SoundTree

__all__ = [  # noqa: RUF022 - grouped by purpose
    # Building
    "BuildReport",
    "Chain",
    "Margins",
    "build",
    # Looking up
    "RATES",
    "Entry",
    "SoundTree",
    # Engines
    "DEFAULT_VOICES",
    "ENGINES",
    "Engine",
    "Speech",
    "Voice",
    "make_engine",
]
