"""The keys of the terminal as keys of a telephone, one at a time, without waiting for Enter."""

from __future__ import annotations

import os
import sys
from types import TracebackType

from gevent.select import select

TELEPHONE = "0123456789*#"
HANG_UP = ("\x03", "\x04", "q", "h")
"Ctrl-C, Ctrl-D, q and h put the receiver down."


class Keyboard:
    """Reads single keys while it is open, when standard input is a terminal; otherwise there are none."""

    def __init__(self) -> None:
        self._fd = sys.stdin.fileno() if sys.stdin and sys.stdin.isatty() else None
        self._before: list[object] = []

    @property
    def present(self) -> bool:
        """Whether somebody can press keys."""
        return self._fd is not None

    def __enter__(self) -> Keyboard:
        if self._fd is not None:
            import termios
            import tty

            self._before = termios.tcgetattr(self._fd)
            tty.setcbreak(self._fd)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fd is not None:
            import termios

            termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

    def keys(self, seconds: float) -> str:
        """What was pressed within `seconds`; returns at the first key. Other characters than a telephone's are gone."""
        if self._fd is None or not select([self._fd], [], [], seconds)[0]:
            return ""
        typed = os.read(self._fd, 64).decode("ascii", "ignore") or "\x04"
        return "".join(key for key in typed if key in TELEPHONE or key in HANG_UP)
