"""How long FreeSWITCH would play what a playback names: files, tones, silence, and several of them in a file_string."""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from math import inf, pi, sin
from pathlib import Path

from ivrkit.switch.media import Clip, Part, Played

FILE_STRING = "file_string://"
TONES = "tone_stream://"
SILENCE = "silence_stream://"
MUSIC = "local_stream://"
"Never ends (mod_local_stream)."
RATE = 8000
FRAME = 0.02
FILE_STRING_LEAD = 0.25
"Seconds of silence that every file_string begins with (file_string_file_open, mod_dptools.c)."

_TONE = re.compile(r"%\(([0-9]{1,9}),([0-9]{1,9})[^)]*\)")
_LOOPS = re.compile(r"loops=(-?[0-9]{1,9})")


class Sounds:
    """Looks sounds up below `root` where their path is relative; remembers each file until it changes."""

    def __init__(self, root: Path | None = None, rate: int = RATE) -> None:
        self._root, self._rate = root, rate
        self._seconds: dict[Path, tuple[int, int, float | None]] = {}

    def clip(self, path: str, delimiter: str = "", gap: float = 0.0) -> Clip:
        """The clip that `path` plays: one sound, a file_string, or several between which `delimiter` stands.

        `gap` is the silence between those, in seconds. A part that is missing is skipped; where none is there, the
        clip has no parts.
        """
        if path.startswith(FILE_STRING):
            return Clip(path, self._parts(path[len(FILE_STRING) :].split("!")), lead=FILE_STRING_LEAD)
        return Clip(path, self._parts(path.split(delimiter) if delimiter else [path]), gap)

    def _parts(self, names: Sequence[str]) -> tuple[Part, ...]:
        found = [(name, self._length(name)) for name in names]
        return tuple(Part(name, seconds) for name, seconds in found if seconds is not None)

    def _length(self, name: str) -> float | None:
        if name.startswith(TONES):
            return tone_seconds(name)
        if name.startswith(MUSIC):
            return inf
        if name.startswith(SILENCE):
            return _silence_seconds(name)
        for path in self._places(name):
            if (seconds := self._file_seconds(path)) is not None:
                return seconds
        return None

    def _places(self, name: str) -> tuple[Path, Path]:
        path = (self._root or Path()) / name
        # FreeSWITCH looks into the folder named by the call's sample rate first (mod_sndfile.c).
        return path.parent / str(self._rate) / path.name, path

    def _file_seconds(self, path: Path) -> float | None:
        try:
            stat = path.stat()
        except (OSError, ValueError):
            return None
        known = self._seconds.get(path)
        if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
            known = (stat.st_mtime_ns, stat.st_size, wav_seconds(path))
            self._seconds[path] = known
        return known[2]


def tone_cycle(name: str) -> float:
    """Seconds of one round of a tone_stream: FreeSWITCH generates tones a round at a time."""
    return sum(int(on) + int(off) for on, off in _TONE.findall(name)) / 1000


def tone_seconds(name: str) -> float:
    """`tone_stream://%(400,100,440);loops=4` is 2 seconds; loops=-1 never ends."""
    loops = _LOOPS.search(name)
    rounds = int(loops[1]) if loops else 1
    return inf if rounds < 0 else tone_cycle(name) * rounds


def _silence_seconds(name: str) -> float | None:
    milliseconds = name[len(SILENCE) :].partition(",")[0]
    if milliseconds == "-1":
        return inf
    return int(milliseconds[:9]) / 1000 if milliseconds.isdecimal() else None


def wav_seconds(path: Path) -> float | None:
    """Length of a RIFF/WAVE file by its headers; None for what is none."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError:
        return None
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    at, bytes_a_second = 12, 0
    while at + 8 <= len(head):
        kind, size = struct.unpack_from("<4sI", head, at)
        if kind == b"fmt " and at + 20 <= len(head):
            bytes_a_second = struct.unpack_from("<I", head, at + 16)[0]
        if kind == b"data":
            size = min(size, path.stat().st_size - at - 8)
            return size / bytes_a_second if bytes_a_second else None
        at += 8 + size + size % 2
    return None


_CYCLE = struct.pack("<20h", *(round(8000 * sin(pi * sample / 10)) for sample in range(20)))
"One cycle of 400 Hz."


def recorded_wav(seconds: float, spoken: Sequence[tuple[float, float]] = (), rate: int = RATE) -> bytes:
    """A mono 16-bit WAV file: what the embedded switch records of a caller who spoke then, from and to."""
    size = int(seconds * rate) * 2
    samples = bytearray(size)
    for start, end in spoken:
        first, last = (int(min(max(at, 0.0), seconds) * rate) * 2 for at in (start, end))
        samples[first:last] = (_CYCLE * ((last - first) // len(_CYCLE) + 1))[: last - first]
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16, b"data", size
    )
    return header + bytes(samples)


def progress(played: Played) -> dict[str, int]:
    """The variables that a playback leaves: how far it came, and how much had been read for it."""
    if played.seconds == inf:
        return {}
    whole = played.by == "end"
    position = played.seconds if whole else int(played.seconds / FRAME + 1e-6) * FRAME
    read = min(_read_ahead(played, position), played.clip.seconds)
    return {
        "playback_last_offset_pos": round(position * RATE),
        "playback_seconds": int(read),
        "playback_ms": round(read * 1000),
        "playback_samples": round(read * RATE),
    }


def _read_ahead(played: Played, position: float) -> float:
    """Tones are generated a round at a time, so FreeSWITCH has read the whole round that was going out."""
    cycle = tone_cycle(played.clip.path) if played.clip.path.startswith(TONES) else 0.0
    return (int(position / cycle + 1e-6) + 1) * cycle if cycle else position
