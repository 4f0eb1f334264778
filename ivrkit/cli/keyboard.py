"""The keys of the terminal as keys of a telephone, one at a time, without waiting for Enter."""

from __future__ import annotations

import os
import sys
import termios
from contextlib import suppress
from types import TracebackType
from typing import Any
from unicodedata import normalize

from gevent.select import select

TELEPHONE = "0123456789*#"
SPEAK = "s"
"The caller says something."
HANG_UP = ("\x03", "\x04", "q", "h")
"Ctrl-C, Ctrl-D, q and h put the receiver down."
HUNG_UP = b"\x04"
"What a terminal that is gone has pressed: its receiver is put down."
LINE_FLAGS = 3
"Where `termios.tcgetattr` has the local modes."


class Keyboard:
    """Reads single keys inside its `with` block, when standard input is a terminal; otherwise there are none."""

    def __init__(self) -> None:
        self._fd = sys.stdin.fileno() if sys.stdin and sys.stdin.isatty() else None
        self._before: list[Any] = []

    @property
    def present(self) -> bool:
        """Whether somebody can press keys."""
        return self._fd is not None

    def __enter__(self) -> Keyboard:
        if self._fd is not None:
            self._before = termios.tcgetattr(self._fd)
            single = termios.tcgetattr(self._fd)
            # ISIG too: Ctrl-C is a key here, it hangs up as a caller does.
            single[LINE_FLAGS] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
            termios.tcsetattr(self._fd, termios.TCSANOW, single)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._fd is not None:
            with suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

    def keys(self, seconds: float) -> str:
        """What was pressed within `seconds`; returns at the first key. Other characters than a caller's are gone."""
        if self._fd is None or not select([self._fd], [], [], seconds)[0]:
            return ""
        try:
            typed = os.read(self._fd, 64) or HUNG_UP
        except OSError:
            typed = HUNG_UP
        # An input method may give the full-width forms of the keys.
        keys = normalize("NFKC", typed.decode("utf-8", "ignore"))
        return "".join(key for key in keys if key in TELEPHONE or key in (SPEAK, *HANG_UP))
