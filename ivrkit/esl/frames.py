"""Bytes from FreeSWITCH to frames: a header block, an empty line, then a body. First stage of the codec.

    Content-Length: 41\\nContent-Type: api/response\\n\\n+OK 6fdeb810-8abb-4d64-a4d6-e31a0cd17be7\\n
    `------------------ block -------------------'    `------------------ body -----------------'

Lines are split before anything is decoded; nothing here looks into a body.
"""

from __future__ import annotations

from typing import NamedTuple

from ivrkit.errors import ProtocolError
from ivrkit.esl.encoding import split_line, strict_text

MAX_BLOCK = 1024 * 1024
"Bytes in a header block; a `connect` reply has 6 KB."
MAX_BODY = 16 * 1024 * 1024
"Bytes in a body; what FreeSWITCH itself accepts (MAX_CONTENT_LENGTH, mod_event_socket.c)."

_NO_ADVICE = "is the port that of FreeSWITCH's event socket?"


class Frame(NamedTuple):
    """One message of the event socket, not decoded."""

    content_type: str
    block: bytes
    "The header lines without the empty line that ended them."
    body: bytes

    def get(self, name: str) -> str | None:
        """A header as it was sent, nothing percent-decoded; of two equal ones the first."""
        return self.headers.get(name)

    @property
    def headers(self) -> dict[str, str]:
        """All headers as they were sent. Split anew at each call."""
        found: dict[str, str] = {}
        for line in strict_text(self.block).split("\n"):
            name, value = split_line(line)
            found.setdefault(name, value)
        return found


class FrameParser:
    """Cuts a byte stream into frames, however it was split on its way.

    A stream that is no event socket ends in ProtocolError: `feed` still returns the frames before the fault, sets
    `fault`, and raises it from then on (at once where no frame came before it).
    """

    __slots__ = ("_held", "_wanted", "fault")

    def __init__(self) -> None:
        self._held = bytearray()
        self._wanted = 0
        self.fault: ProtocolError | None = None

    @property
    def inside_frame(self) -> bool:
        """Whether bytes of an unfinished frame are held: a peer that closes now has cut it."""
        return bool(self._held)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that `data` completes, oldest first."""
        if self.fault is not None:
            raise self.fault
        frames: list[Frame] = []
        try:
            self._cut(self._joined(data), frames)
        except ProtocolError as fault:
            self._held.clear()
            self.fault = fault
            if not frames:
                raise
        return frames

    def _joined(self, data: bytes) -> bytes:
        """All bytes held, or none while it is known that they do not suffice: pieces are copied once, not each time."""
        if not self._held:
            return data
        held = len(self._held)
        self._held += data
        if len(self._held) < self._wanted:
            return b""
        if not self._wanted and self._held.find(b"\n\n", max(held - 1, 0)) < 0 and len(self._held) <= MAX_BLOCK:
            return b""
        whole = bytes(self._held)
        self._held.clear()
        return whole

    def _cut(self, data: bytes, frames: list[Frame]) -> None:
        at, size = 0, len(data)
        while at < size:
            end = data.find(b"\n\n", at, at + MAX_BLOCK + 2)
            if end < 0:
                return self._hold(data[at:], 0)
            block = data[at:end]
            content_type, length = _framing(block)
            stop = end + 2 + length
            if stop > size:
                return self._hold(data[at:], stop - at)
            frames.append(Frame(content_type, block, data[end + 2 : stop]))
            at = stop
        return None

    def _hold(self, rest: bytes, wanted: int) -> None:
        """Keep an unfinished frame; `wanted` is its length in bytes, 0 while its header block has no end."""
        if not wanted and len(rest) > MAX_BLOCK:
            raise ProtocolError(f"the other side sent a header block of more than {MAX_BLOCK} bytes; {_NO_ADVICE}")
        self._held += rest
        self._wanted = wanted


def _framing(block: bytes) -> tuple[str, int]:
    """Content-Type and Content-Length of a header block."""
    content_type: str | None = None
    length: int | None = None
    for line in strict_text(block).split("\n"):
        # The reply to `connect` has 160 lines, of which only these matter here: the rest is only looked at.
        if ":" in line and not line.startswith("Content-"):
            continue
        name, value = split_line(line)
        if name == "Content-Type":
            content_type = value if content_type is None else content_type
        elif name == "Content-Length":
            length = _length(value, length)
    if content_type is None:
        raise ProtocolError(f"the other side sent a frame without Content-Type; {_NO_ADVICE}")
    return content_type, length or 0


def _length(value: str, before: int | None) -> int:
    if before is not None:
        raise ProtocolError("the other side sent a frame with two Content-Length headers")
    # int() would take "+5", " 5", "1_0" and "٥", and refuses more than 4300 digits with an error of its own.
    if not (value.isascii() and value.isdigit()):
        raise ProtocolError(f"the other side sent a Content-Length that is no number: {value[:40]!r}")
    if len(value) > 8 or int(value) > MAX_BODY:
        raise ProtocolError(f"the other side sent a Content-Length over {MAX_BODY}: {value[:40]}")
    return int(value)
