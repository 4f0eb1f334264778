"""Where the sounds are: the folder that the build fills, FreeSWITCH plays from, and the switches look durations up in.

    <root>/zh/cn/espeak_cmn/manifest.json
    <root>/zh/cn/espeak_cmn/water/8000/bill_due_1.wav       the sound zh/water/bill_due_1
    <root>/zh/cn/espeak_cmn/water/16000/bill_due_1.wav

FreeSWITCH is given `<root>/zh/cn/espeak_cmn/water/bill_due_1.wav` and goes into the folder of the call's rate itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from ivrkit.errors import PromptError
from ivrkit.files import publish, settle
from ivrkit.prompts.sounds import Sound
from ivrkit.tts.engine import DEFAULT_VOICES, Voice

RATES = (8000, 16000)
"Hz; each sound is there at each. The first is a telephone line's."


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest knows of a sound."""

    key: str
    "SHA-256, in hex, of everything that made it."
    transcript: str
    duration: float
    "Seconds."
    level: float | None
    "Active speech level in dBFS at the first of RATES; None of silence."
    source: str
    "Who spoke: `espeak cmn`."


class SoundTree:
    """The sounds under `root`, by name. Reads a manifest once; a build that goes through this object is seen."""

    def __init__(self, root: str | Path, voices: Mapping[str, Voice] = DEFAULT_VOICES) -> None:
        """`voices` by language. PromptError when FreeSWITCH could not play from `root`."""
        self.root = Path(root).absolute()
        # A file_string is cut at `!`, an argument at spaces and commas; `$`, quotes and brackets are FreeSWITCH's too.
        if bad := re.search(r"[^\w./+-]", str(self.root)):
            what = f"FreeSWITCH cannot play from a path with {bad[0]!r}"
            raise PromptError(f"{self.root}: {what}; name another folder with sounds: in ivrkit.yaml")
        self.voices = dict(voices)
        self._folders = {lang: f"{self.root}/{lang}/{voice.country}/{voice.folder}" for lang, voice in voices.items()}
        self._manifests: dict[str, dict[str, Entry]] = {}

    def path(self, name: str) -> str:
        """What FreeSWITCH is asked to play: absolute, without the rate's folder."""
        language, _, rest = name.partition("/")
        return f"{self._folder(language)}/{rest}.wav"

    def name_of(self, path: str) -> str | None:
        """The sound that `path` would play; None when it is not from this tree."""
        for language, folder in self._folders.items():
            inside = path.removeprefix(f"{folder}/").removesuffix(".wav")
            if len(inside) == len(path) - len(folder) - 5 and inside.count("/") == 1:
                return f"{language}/{inside}"
        return None

    def file(self, name: str, rate: int) -> Path:
        """The WAV file of a sound at `rate` Hz."""
        category, _, leaf = self.path(name).rpartition("/")
        return Path(category, str(rate), leaf)

    def duration(self, name: str) -> float:
        """Seconds; PromptError when the sound is not built."""
        return self._entry(name).duration

    def transcript(self, name: str) -> str:
        """The words of a sound, by its name or its path; PromptError when it is not built."""
        return self._entry(self.name_of(name) or name).transcript

    def seconds_of(self, sound: Sound) -> float | None:
        """Seconds of a sound with these words; None when it is not built, or says others."""
        try:
            entry = self.manifest(sound.language).get(sound.name)
        except PromptError:
            return None
        return entry.duration if entry and _says(entry, sound) else None

    def unready(self, sounds: Iterable[Sound]) -> list[str]:
        """The names of those that cannot be played with their words, in their order."""
        return [
            sound.name
            for sound in sounds
            if not self._is_there(sound.name) or not _says(self._entry(sound.name), sound)
        ]

    def missing(self, names: Iterable[str]) -> list[str]:
        """Those of `names` that cannot be played, in their order."""
        return [name for name in names if not self._is_there(name)]

    def holds(self, name: str, key: str) -> bool:
        """Whether the sound is there as `key` would make it."""
        return self._is_there(name) and self._entry(name).key == key

    def record(self, language: str, entries: Mapping[str, Entry | None]) -> None:
        """Publish what became of sounds of one language; None: it is not to be relied on any more."""
        known = self.manifest(language)
        merged = {**known, **entries}
        fresh = {name: entry for name, entry in sorted(merged.items()) if entry is not None}
        if fresh == known:
            return
        folder = Path(self._folder(language))
        for category in {self.file(name, rate).parent for name in entries for rate in RATES}:
            if category.is_dir():
                settle(category)
        publish(folder / "manifest.json", orjson.dumps(fresh, option=orjson.OPT_INDENT_2))
        settle(folder)
        self._manifests[language] = fresh

    def learn(self, entries: Mapping[str, Entry]) -> None:
        """Know of these sounds, by name, which another process has built; what is known of others stays."""
        for name, entry in entries.items():
            language = name.partition("/")[0]
            self.manifest(language)
            self._manifests[language][name] = entry

    def refresh(self) -> None:
        """Forget what was read, for another process may have built since."""
        self._manifests.clear()

    def manifest(self, language: str) -> Mapping[str, Entry]:
        """What is known of each sound of a language, by name."""
        if language not in self._manifests:
            self._manifests[language] = read_manifest(Path(self._folder(language), "manifest.json"))
        return self._manifests[language]

    def _folder(self, language: str) -> str:
        if language not in self._folders:
            raise PromptError(f"no voice is set for the language {language!r}; there are {', '.join(self._folders)}")
        return self._folders[language]

    def _entry(self, name: str) -> Entry:
        entry = self.manifest(name.partition("/")[0]).get(name)
        if entry is None:
            raise PromptError(f"the sound {name!r} is not built: run `ivrkit prompts build`")
        return entry

    def _is_there(self, name: str) -> bool:
        language = name.partition("/")[0]
        if language not in self._folders or name not in self.manifest(language):
            return False
        return all(self.file(name, rate).is_file() for rate in RATES)


def _says(entry: Entry, sound: Sound) -> bool:
    return entry.transcript == " ".join(sound.text.split())


def read_manifest(path: Path) -> dict[str, Entry]:
    """The entries in a manifest; none when it is not there, PromptError when it is not one."""
    try:
        return {name: Entry(**fields) for name, fields in orjson.loads(path.read_bytes()).items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PromptError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, AttributeError) as error:
        raise PromptError(f"{path} is damaged ({error}): delete it and build again") from error
