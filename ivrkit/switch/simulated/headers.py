"""What stands in the embedded switch's events: some 130 headers in 6 KB, as a FreeSWITCH with mod_sofia sends them.

Most of a channel's headers never change, so they are rendered once for each channel and joined as bytes. The names and
their order are those of a recorded stream (FreeSWITCH 1.11.2).
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from ivrkit.esl.encoding import decode_value, encode_value
from ivrkit.switch.simulated.templates import FIXED_NAMES


def filled(segments: Sequence[bytes], values: Iterable[bytes]) -> bytes:
    """CHANNEL_HEADERS, rendered and cut at its zero bytes, with what stands there now."""
    return b"".join(chain.from_iterable(zip(segments, (*values, b""), strict=True)))


def encoded(values: Mapping[str, str | int]) -> dict[str, str | int]:
    """The texts among `values` as they stand in a plain event."""
    return {name: encode_value(value).decode() if isinstance(value, str) else value for name, value in values.items()}


def rendered(template: str, values: Mapping[str, str | int]) -> bytes:
    """`template` with values that `encoded` made."""
    return (template % values).encode()


class DateHeaders:
    """The three date headers of an event; the text is made once a second."""

    def __init__(self) -> None:
        self._second, self._text = -1, b""

    def at(self, micros: int) -> bytes:
        second = micros // 1_000_000
        if second != self._second:
            self._second = second
            local = time.strftime("%Y-%m-%d%%20%H%%3A%M%%3A%S", time.localtime(second))
            gmt = time.strftime("%a,%%20%d%%20%b%%20%Y%%20%H%%3A%M%%3A%S%%20GMT", time.gmtime(second))
            self._text = f"Event-Date-Local: {local}\nEvent-Date-GMT: {gmt}\nEvent-Date-Timestamp: ".encode()
        return b"%b%d\n" % (self._text, micros)


class Variables:
    """A channel's variables, ready to be joined into an event; a line is rendered when an event needs it."""

    def __init__(self, fixed: bytes = b"") -> None:
        self._fixed = fixed
        self._own: dict[str, str] = {}
        self._lines: dict[str, bytes] = {}
        self._joined: bytes | None = None

    def get(self, name: str) -> str | None:
        value = self._own.get(name)
        if value is None and name in FIXED_NAMES and (found := self._fixed_line(name)):
            return decode_value(found[1])
        return value

    def set(self, name: str, value: str | None) -> None:
        """Set a variable; None or an empty value removes it, as in FreeSWITCH."""
        if name in FIXED_NAMES and (found := self._fixed_line(name)):
            self._fixed = self._fixed.replace(found[0], b"", 1)
        elif self._own.get(name) == value:
            return
        self._joined = None
        self._lines.pop(name, None)
        if value:
            self._own[name] = value
        else:
            self._own.pop(name, None)

    def push(self, name: str, value: str) -> None:
        """Append to an array variable (switch_event_add_header with SWITCH_STACK_PUSH)."""
        held = self.get(name)
        if held is None:
            self.set(name, value)
        else:
            self.set(name, f"{held}|:{value}" if held.startswith("ARRAY::") else f"ARRAY::{held}|:{value}")

    def lines(self) -> bytes:
        if self._joined is None:
            lines = self._lines
            for name in [name for name in self._own if name not in lines]:
                raw = name.encode("utf-8", "surrogateescape")
                lines[name] = b"variable_%b: %b\n" % (raw, encode_value(self._own[name]))
            self._joined = self._fixed + b"".join(lines.values())
        return self._joined

    def _fixed_line(self, name: str) -> tuple[bytes, bytes] | None:
        """A fixed variable's line and encoded value, while it still has them."""
        found = re.search(rb"^variable_%b: (.*)\n" % re.escape(name.encode()), self._fixed, re.MULTILINE)
        return (found[0], found[1]) if found else None
