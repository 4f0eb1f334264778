"""Events read in a second, from the bytes of a recorded stream: ivrkit's codec and greenswitch's."""

from __future__ import annotations

import io
from collections.abc import Callable
from statistics import median
from time import perf_counter

from greenswitch.esl import ESLProtocol

from bench.recorded import STREAM
from ivrkit.esl import EslEvent, FrameParser, parse_event

CHUNK = 65536
"Bytes that come at once."


def events_a_second(rounds: int, read_for: float) -> dict[str, float]:
    """By reader: the median of `rounds` rounds of `read_for` seconds each, one reader after the other."""
    stream = STREAM.read_bytes()
    speeds: dict[str, list[float]] = {name: [] for name in READERS}
    for _ in range(rounds):
        for name, read in READERS.items():
            speeds[name].append(_speed(read, stream, read_for))
    return {name: median(found) for name, found in speeds.items()}


def _speed(read: Callable[[bytes], int], stream: bytes, read_for: float) -> float:
    begun, events = perf_counter(), read(stream)
    while perf_counter() - begun < read_for:
        events += read(stream)
    return events / (perf_counter() - begun)


def _three_headers(stream: bytes) -> int:
    """What a call needs of an event: its name, its channel and one variable."""
    return _read(stream, lambda event: (event.name, event.get("Unique-ID"), event.variable("uuid")))


def _every_header(stream: bytes) -> int:
    return _read(stream, lambda event: event.headers)


def _read(stream: bytes, look: Callable[[EslEvent], object]) -> int:
    parser, events = FrameParser(), 0
    for at in range(0, len(stream), CHUNK):
        for frame in parser.feed(stream[at : at + CHUNK]):
            look(parse_event(frame))
            events += 1
    return events


def _greenswitch(stream: bytes) -> int:
    """Its own reader, on a file in place of the socket's; every header is decoded, it knows no other way."""
    protocol = ESLProtocol()
    protocol.sock_file = io.BytesIO(stream)
    protocol.receive_events()
    return int(protocol._esl_event_queue.qsize())


READERS: dict[str, Callable[[bytes], int]] = {
    "ivrkit, name and two headers": _three_headers,
    "ivrkit, every header": _every_header,
    "greenswitch": _greenswitch,
}
