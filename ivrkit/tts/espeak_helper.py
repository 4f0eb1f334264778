"""The process that holds libespeak-ng for espeak.py: requests on stdin, speech on stdout, one at a time.

Run as a file with the library and its data folder as arguments, with nothing but the standard library, so that it
starts in 20 ms. A frame, in both directions, is a 4-byte big-endian length and that many bytes. A request is JSON
`{"ask", "text", "language", "voice", "rate", "pitch"}`; an answer is one byte for its kind and a body:

    S  speech: 4 bytes sample rate, 16-bit little-endian samples
    P  phonemes, in espeak's ASCII notation
    V  the voice is there and proved
    E  why not, as a line for a person

Constants and structures are those of espeak-ng/speak_lib.h, 1.52.
"""

from __future__ import annotations

import ctypes
import json
import os
import struct
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

SYNCHRONOUS, DONT_EXIT = 2, 0x8000
CHUNK_MS = 1000
CHARS_UTF8 = 1
RATE, VOLUME, PITCH = 1, 2, 3
UNCLIPPED = 50
"At its own volume of 100 espeak clips loud Chinese syllables; the audio chain sets the level anyway."
OWN_PITCH = 50
PROOFS = {"zh": "你好"}
"A voice that reads Chinese as English letters (espeak-ng 1.51's cmn) marks these phonemes with `(en)`."

ON_SAMPLES = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class Refused(Exception):
    """The answer is E; its text is the line."""


class _Voice(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("languages", ctypes.c_void_p),
        ("identifier", ctypes.c_char_p),
        ("gender", ctypes.c_ubyte),
        ("age", ctypes.c_ubyte),
        ("variant", ctypes.c_ubyte),
        ("reserved", ctypes.c_ubyte),
        ("score", ctypes.c_int),
        ("spare", ctypes.c_void_p),
    )


def language_codes(address: int | None) -> Iterator[str]:
    """The list in espeak_VOICE.languages: each a priority byte and a C string, a zero byte after the last."""
    while address and ctypes.string_at(address, 1) != b"\0":
        code = ctypes.string_at(address + 1)
        yield code.decode()
        address += len(code) + 2


class Espeak:
    """The library, initialised; not thread-safe, and once in a process."""

    def __init__(self, library: str, data: str) -> None:
        self._voice: tuple[str, str] | None = None
        self._chunks: list[bytes] = []
        self._on_samples = ON_SAMPLES(self._collect)
        try:
            self._lib = ctypes.CDLL(library)
            # espeak cuts its data path at 160 characters, so it is given from inside the folder that holds it.
            os.chdir(os.path.dirname(data))
        except OSError as error:
            raise Refused(f"espeak-ng cannot be loaded ({error}): install the espeakng-loader package again") from error
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._lib.espeak_GetCurrentVoice.restype = ctypes.POINTER(_Voice)
        self.rate: int = self._lib.espeak_Initialize(SYNCHRONOUS, CHUNK_MS, b".", DONT_EXIT)
        if self.rate <= 0:
            raise Refused(f"espeak-ng finds no data in {data}: install the espeakng-loader package again")
        self._lib.espeak_SetSynthCallback(self._on_samples)
        self._lib.espeak_SetParameter(VOLUME, UNCLIPPED, 0)

    def _collect(self, samples: Any, count: int, events: int) -> int:
        if samples:
            self._chunks.append(ctypes.string_at(samples, count * 2))
        return 0

    def take_voice(self, name: str, language: str) -> None:
        """Change to a voice and prove it: it is the one that was asked for, and it reads the language."""
        if self._voice == (name, language):
            return
        self._voice = None
        # After a failure espeak keeps the voice it had, and of "en-us+nope" it takes the half that it knows.
        if self._lib.espeak_SetVoiceByName(name.encode()) != 0:
            raise Refused(f"espeak-ng has no voice {name!r}; Chinese is cmn, English en-us or en")
        found = self._lib.espeak_GetCurrentVoice().contents
        codes = list(language_codes(found.languages))
        if not self._is_named(found, codes, name):
            raise Refused(f"espeak-ng gave the voice {found.identifier.decode()!r} for {name!r}; name one that it has")
        if not any(code == language or code.startswith(f"{language}-") for code in codes):
            raise Refused(f"the espeak-ng voice {name!r} speaks {', '.join(codes)}, not {language!r}")
        if "(en)" in self.phonemes(PROOFS.get(language, "")):
            raise Refused(f"the espeak-ng voice {name!r} reads {PROOFS[language]} as English letters; take another")
        self._voice = (name, language)

    @staticmethod
    def _is_named(found: Any, codes: list[str], name: str) -> bool:
        identifier = found.identifier.decode().lower()
        base, plus, _ = name.lower().partition("+")
        known = {*codes, found.name.decode().lower(), identifier.partition("+")[0]}
        return base in known and (not plus or identifier.endswith(name.lower()[len(base) :]))

    def phonemes(self, text: str) -> str:
        held = ctypes.create_string_buffer(text.encode())
        cursor = ctypes.c_void_p(ctypes.addressof(held))
        clauses = []
        while cursor.value:
            clauses.append(self._lib.espeak_TextToPhonemes(ctypes.byref(cursor), CHARS_UTF8, 0).decode())
        return " ".join(clauses)

    def speak(self, text: str, rate: int, pitch: int | None) -> bytes:
        self._lib.espeak_SetParameter(RATE, rate, 0)
        self._lib.espeak_SetParameter(PITCH, OWN_PITCH if pitch is None else pitch, 0)
        self._chunks.clear()
        data = text.encode() + b"\0"
        failed = self._lib.espeak_Synth(data, ctypes.c_size_t(len(data)), 0, 0, 0, CHARS_UTF8, None, None)
        if failed:
            raise Refused(f"espeak-ng failed with code {failed} at {text!r}")
        return b"".join(self._chunks)


ASKS: dict[str, Callable[[Espeak, dict[str, Any]], bytes]] = {
    "speech": lambda espeak, ask: (
        b"S" + struct.pack(">I", espeak.rate) + espeak.speak(ask["text"], ask["rate"], ask["pitch"])
    ),
    "phonemes": lambda espeak, ask: b"P" + espeak.phonemes(ask["text"]).encode(),
    "voice": lambda espeak, ask: b"V",
}


def read_frame(stream: BinaryIO) -> bytes | None:
    """The next frame; None at the end, which is the parent's end too."""
    header = stream.read(4)
    return stream.read(*struct.unpack(">I", header)) if len(header) == 4 else None


def main(library: str, data: str) -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what the library prints must not stand between frames
    espeak = None
    while frame := read_frame(sys.stdin.buffer):
        ask = json.loads(frame)
        try:
            espeak = espeak or Espeak(library, data)
            espeak.take_voice(ask["voice"], ask["language"])
            answer = ASKS[ask["ask"]](espeak, ask)
        except Refused as refused:
            answer = b"E" + str(refused).encode()
        answers.write(struct.pack(">I", len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
