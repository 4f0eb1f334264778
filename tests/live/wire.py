"""The sound on the wire: every RTP packet that crosses loopback while a test listens, and what a caller heard in it.

Listening is done with a raw socket, because SIPp holds the port that the sound is sent to.
"""

from __future__ import annotations

import socket
import struct
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Self

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

RATE = 8000
SILENT = -60.0
"dBFS. Zeros are -92 here; the quietest speech of a prompt is far above."
SAME = 0.9
"Correlation from which a sound is the one that was sought: µ-law leaves 0.99, other speech has 0.3."
FRAME = 0.02
"Seconds of one packet: the last of a sound is filled with silence."
CLOSE = 0.08
"Seconds that two sounds of one sentence may be apart."
SLIP = 0.06
"Seconds that FreeSWITCH may miss on a machine that is busy with other things: no silence that a flow meant."
MOST = 600
"Seconds of a call, about; more is a clock that began anew."


@dataclass(frozen=True, slots=True)
class Packet:
    """One RTP packet."""

    at: float
    "Seconds of the monotonic clock."
    source: int
    target: int
    kind: int
    "Payload type: 0 is PCMU, 101 a key."
    clock: int
    "Its timestamp, in samples."
    payload: bytes


class Wire:
    """Listens to loopback from `with` to its end."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self._over = Event()
        self._thread = Thread(target=self._listen)

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def heard_at(self, port: int) -> list[Heard]:
        """What was heard at an RTP port, one entry for each call."""
        calls: dict[int, list[Packet]] = {}
        for packet in list(self.packets):
            if packet.target == port and packet.kind == 0:
                calls.setdefault(packet.source, []).append(packet)
        return [Heard(packets) for packets in calls.values()]

    def keys_from(self, port: int) -> list[float]:
        """When each key was released that was pressed at an RTP port: the moment FreeSWITCH takes it for pressed."""
        ends: dict[tuple[int, int], float] = {}
        for packet in list(self.packets):
            if packet.source == port and packet.kind == 101 and packet.payload[1] & 0x80:
                ends.setdefault((packet.target, packet.clock), packet.at)
        return sorted(ends.values())

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                datagram = self._socket.recv(4096)
            except TimeoutError:
                continue
            if (packet := _rtp(datagram)) is not None:
                self.packets.append(packet)


def _rtp(datagram: bytes) -> Packet | None:
    udp = datagram[(datagram[0] & 15) * 4 :]
    source, target = struct.unpack_from("!HH", udp)
    rtp = udp[8:]
    if len(rtp) < 12 or rtp[0] != 0x80:
        return None
    clock: int = struct.unpack_from("!I", rtp, 4)[0]
    return Packet(monotonic(), source, target, rtp[1] & 0x7F, clock, rtp[12:])


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when something was heard, in seconds from the first packet."""

    start: float
    end: float


class Heard:
    """The sound of one call, from its first packet on."""

    def __init__(self, packets: Iterable[Packet]) -> None:
        ordered = sorted(packets, key=lambda packet: packet.at)
        self.began = ordered[0].at
        "When, on the monotonic clock."
        self.samples = _timeline(ordered)

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def level(self, start: float, end: float) -> float:
        """dBFS of what was heard between two moments, in seconds from the first packet."""
        return _level(self.samples[round(start * RATE) : round(end * RATE)])

    def silence(self, start: float, end: float) -> bool:
        return self.level(start, end) < SILENT

    def find(self, sounds: Sequence[Samples], after: float = 0.0) -> Span | None:
        """When sounds were first heard, whole and close behind each other; None when they were not."""
        first, *others = sounds
        for start in self._places(first, after):
            end: float | None = start + len(first) / RATE
            for sound in others:
                end = self._end_of_next(sound, end) if end else None
            if end:
                return Span(start, end)
        return None

    def _end_of_next(self, sound: Samples, after: float) -> float | None:
        window = after + CLOSE + len(sound) / RATE
        places = self._places(sound, after - FRAME, window)
        return places[0] + len(sound) / RATE if places else None

    def _places(self, sound: Samples, after: float, before: float | None = None) -> list[float]:
        begin = max(round(after * RATE), 0)
        end = len(self.samples) if before is None else round(before * RATE)
        likeness = _likeness(self.samples[begin:end], sound)
        return [(begin + int(place)) / RATE for place in np.flatnonzero(likeness > SAME)]


def read_wav(path: Path) -> Samples:
    """A sound as the tests compare it: -1 to 1."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (RATE, 2, 1)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768


def spoken(samples: Samples) -> float:
    """Seconds of it that are louder than -30 dBFS."""
    frames = samples[: len(samples) // 160 * 160].reshape(-1, 160)
    return sum(_level(frame) > -30 for frame in frames) * FRAME


def _level(samples: Samples) -> float:
    """dBFS; -100 of nothing."""
    return float(10 * np.log10(np.mean(samples**2) + 1e-10)) if len(samples) else -100.0


def _timeline(packets: Sequence[Packet]) -> Samples:
    """Packets in a row; silence where FreeSWITCH sent none for longer than SLIP."""
    pieces, due = [], packets[0].clock
    for packet in packets:
        pause = packet.clock - due & 0xFFFFFFFF
        if SLIP * RATE < pause < MOST * RATE:
            pieces.append(np.zeros(pause))
        pieces.append(DECODED[np.frombuffer(packet.payload, np.uint8)])
        due = packet.clock + len(packet.payload)
    return np.concatenate(pieces)


def _likeness(heard: Samples, sound: Samples) -> Samples:
    """Normalised correlation of `sound` with each place in `heard`."""
    places = len(heard) - len(sound) + 1
    if places < 1:
        return np.zeros(0)
    size = 1 << (len(heard) + len(sound)).bit_length()
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(sound, size)), size)[:places]
    sums = np.concatenate(([0.0], np.cumsum(heard**2)))
    power = sums[len(sound) :] - sums[:places]
    return np.asarray(product / np.sqrt(np.maximum(power, 1e-6) * np.sum(sound**2)))


def _decoded() -> Samples:
    """µ-law as ITU-T G.711 says it."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size) / 32768


DECODED = _decoded()
