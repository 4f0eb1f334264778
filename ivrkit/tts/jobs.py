"""From the sounds that are wanted to jobs for the build: each checked, with its voice and the key of its result."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace

import orjson
import soxr

from ivrkit.errors import PromptError
from ivrkit.prompts.sounds import Sound
from ivrkit.tts.audio import Chain
from ivrkit.tts.engine import MAX_TEXT, Engine, Voice
from ivrkit.tts.tree import RATES

RECIPE = 1
"Part of each key: raise it when the chain makes other samples from the same speech."

TEXT_CHECKS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda text: not text, "has no text"),
    (lambda text: len(text) > MAX_TEXT, f"has more than {MAX_TEXT:,} characters: split it"),
    (lambda text: not text.isprintable(), "has control characters in its text"),
    # espeak reads digits wrongly in both languages: 105 is one thing as an amount and another as a room.
    (lambda text: any(map(str.isdigit, text)), "has digits in its text: write them as words, or as a value to be said"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """One sound to be made by one engine."""

    sound: Sound
    voice: Voice
    engine: Engine
    key: str
    "SHA-256, in hex, of everything that makes the sound."


def plan_jobs(
    sounds: Iterable[Sound], voices: Mapping[str, Voice], chain: Chain, engine: Callable[[str], Engine]
) -> list[Job]:
    """A job for each sound, `engine` called once for each engine's name.

    PromptError lists every sound that cannot be said.
    """
    wanted = [replace(sound, text=" ".join(sound.text.split())) for sound in sounds]
    if mistakes := list(dict.fromkeys(_mistakes(wanted, voices))):
        raise PromptError("\n".join(mistakes))
    unique = dict.fromkeys(wanted)
    spoken = {voices[sound.language] for sound in unique}
    engines = {name: engine(name) for name in sorted({voice.engine for voice in spoken})}
    jobs = []
    for sound in unique:
        voice = voices[sound.language]
        maker = engines[voice.engine]
        jobs.append(Job(sound, voice, maker, key_of(sound, voice, maker.version, chain)))
    return jobs


def key_of(sound: Sound, voice: Voice, version: str, chain: Chain) -> str:
    """The SHA-256 of everything that makes a sound, `version` the engine's."""
    parts = {
        "text": sound.text,
        "language": sound.language,
        "fragment": sound.fragment,
        "voice": asdict(voice),
        "engine": version,
        "chain": asdict(chain),
        "recipe": RECIPE,
        "resampler": soxr.__version__,
        "format": f"wav s16 mono {RATES}",
    }
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _mistakes(sounds: Iterable[Sound], voices: Mapping[str, Voice]) -> Iterable[str]:
    seen: dict[str, Sound] = {}
    for sound in sounds:
        if not re.fullmatch("[a-z]{2,3}(/[a-z][a-z0-9_]*){2}", sound.name):
            yield f"sound {sound.name!r}: a name is <language>/<category>/<id> in small letters, digits and _"
        elif sound.language not in voices:
            yield f"sound {sound.name}: no voice is set for {sound.language!r}; there are {', '.join(voices)}"
        if seen.setdefault(sound.name, sound) != sound:
            yield f"sound {sound.name}: two texts, {seen[sound.name].text!r} and {sound.text!r}"
        for fails, complaint in TEXT_CHECKS:
            if fails(sound.text):
                yield f"sound {sound.name} {complaint}: {sound.text[:60]!r}"
