"""What a speech engine is: words in, samples out; the contract that the build knows and each engine keeps."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ivrkit.errors import PromptError, SpeechError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TEXT = 3000
"Characters in one text; pyttsx3 was measured to crash on 30,000, and no prompt is minutes long."


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a language, and how."""

    engine: str
    "A key of ENGINES."
    name: str
    "As the engine names it; another voice is never taken instead."
    country: str
    "For the sounds' folder, as FreeSWITCH lays its own out: `cn`, `us`."
    rate: int = 160
    "Words per minute, 80 to 450."
    pitch: int | None = None
    "0 to 99; None is the voice's own."

    def __post_init__(self) -> None:
        if not 80 <= self.rate <= 450:
            raise PromptError(f"voice {self.name!r}: rate {self.rate} is not between 80 and 450 words per minute")
        if self.pitch is not None and not 0 <= self.pitch <= 99:
            raise PromptError(f"voice {self.name!r}: pitch {self.pitch} is not between 0 and 99")
        if not re.fullmatch("[a-z]{2}", self.country):
            raise PromptError(f"voice {self.name!r}: country {self.country!r} is not two small letters, such as cn")

    @property
    def folder(self) -> str:
        """The voice's part of a path, `[a-z0-9_]+`, such as `espeak_cmn`."""
        return re.sub("[^a-z0-9]+", "_", f"{self.engine}_{self.name}".lower()).strip("_")


# A telephone cuts consonants off at 3.4 kHz, so both are slower than espeak's own 175. Its words are not everybody's:
# measured on hotline sentences, 160 is 194 Chinese characters a minute (news readers: 280), 150 is 172 English words.
DEFAULT_VOICES = {
    "zh": Voice("espeak", "cmn", "cn", rate=160),
    "en": Voice("espeak", "en-us", "us", rate=150),
}


@dataclass(frozen=True, slots=True)
class Speech:
    """What an engine said: 16-bit mono samples, shape (n,), at `rate` Hz."""

    pcm: NDArray[np.int16]
    rate: int


class Engine(ABC):
    """Says texts. `speak` may be called by several threads at once; leaving the `with` block ends its processes."""

    name: str
    "Its key in ENGINES."
    version: str
    "Changes whenever its speech may; known without starting anything, because it is part of each sound's key."

    @abstractmethod
    def check(self, language: str, voice: Voice) -> None:
        """Prove that `voice` is there and speaks `language`; SpeechError says what to do when not."""

    @abstractmethod
    def speak(self, text: str, language: str, voice: Voice) -> Speech:
        """Say `text`, at most MAX_TEXT characters without digits; SpeechError when it was not said whole."""

    @abstractmethod
    def close(self) -> None:
        """End what the engine started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def heard(speech: Speech, text: str) -> Speech:
    """`speech` unless it is silent: what an engine leaves when it knows no word of `text`."""
    if not speech.pcm.any():
        raise SpeechError(f"nothing was said for {text!r}: write it in words that the voice knows")
    return speech
