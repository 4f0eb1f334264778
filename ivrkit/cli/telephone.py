"""A telephone in the terminal: it shows what is said, takes keys at any moment, or presses written ones.

The line behind it is a call in virtual time (`ivrkit dial FLOW`) or one over the event socket (`--connect`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol, TypeVar

from gevent import sleep

from ivrkit.cli.common import err
from ivrkit.cli.keyboard import HANG_UP, SPEAK, Keyboard
from ivrkit.cli.lines import VirtualLine

QUIET = 1.0
"Seconds of silence after which the next written keys are pressed."
TICK = 0.02
SPEECH = 4.0
"Seconds that the caller speaks."
GAP = 0.2
"Seconds between the keys of one entry."


class Line(Protocol):
    """A call as its telephone has it."""

    @property
    def ended(self) -> bool: ...
    @property
    def quiet_since(self) -> float | None:
        """When the last sound ended; None while one is heard."""

    def advance(self, at: float) -> None:
        """Let time pass, in seconds since the call began."""

    def press(self, key: str) -> None: ...
    def speak(self, seconds: float) -> None: ...
    def hang_up(self) -> None: ...


L = TypeVar("L", bound=Line)


class Fingers:
    """Presses written keys, one entry each time the line has been quiet for a while; after the last, hangs up."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = deque(entries)
        self._keys: deque[str] = deque()
        self._pressed_at = 0.0

    @property
    def left(self) -> str:
        """What was not pressed."""
        return " ".join(filter(None, ["".join(self._keys), *self._entries]))

    def due(self, line: Line) -> float | None:
        """When the next key is pressed; None while something is heard."""
        if self._keys:
            return self._pressed_at + GAP
        return None if line.quiet_since is None else max(line.quiet_since, self._pressed_at) + QUIET

    def act(self, line: Line, at: float) -> None:
        """Press it, or hang up."""
        if not self._keys and not self._entries:
            line.hang_up()
            return
        self._keys = self._keys or deque(self._entries.popleft())
        self._pressed_at = at + _use(line, self._keys.popleft())


def converse(ring: Callable[[], L], entries: Sequence[str]) -> L:
    """Ring, and hold the call until it ends: with written keys, else with the keyboard where somebody is at it."""
    keyboard = Keyboard()
    if entries or not keyboard.present:
        line = ring()
        _press_written(line, Fingers(entries))
        return line
    err.print("Press 0 to 9, * and # at any moment; s says something; q hangs up.", style="bold")
    with keyboard:
        line = ring()
        _press_typed(line, keyboard)
        return line


def hurry(line: VirtualLine, entries: Sequence[str]) -> None:
    """Hold the call without waiting for anything that is said."""
    fingers, at = Fingers(entries), 0.0
    while not line.ended:
        due = fingers.due(line)
        # While something is heard, its end is due; else the fingers are.
        at = max(at, min(time for time in (due, line.next_due()) if time is not None))
        line.advance(at)
        if due is not None and due <= at and not line.ended:
            fingers.act(line, at)
    _tell_left(fingers)


def _press_written(line: Line, fingers: Fingers) -> None:
    begun = monotonic()
    while not line.ended:
        at = monotonic() - begun
        line.advance(at)
        due = fingers.due(line)
        if due is not None and due <= at and not line.ended:
            fingers.act(line, at)
        sleep(TICK)
    _tell_left(fingers)


def _press_typed(line: Line, keyboard: Keyboard) -> None:
    begun = monotonic()
    while not line.ended:
        for key in keyboard.keys(TICK):
            line.advance(monotonic() - begun)
            if line.ended:
                return
            if key in HANG_UP:
                line.hang_up()
                sleep(TICK)  # who serves the call is told before the line is gone
                return
            _use(line, key)
        line.advance(monotonic() - begun)


def _use(line: Line, key: str) -> float:
    """Press a key, or speak; the seconds that it takes."""
    if key == SPEAK:
        line.speak(SPEECH)
        return SPEECH
    line.press(key)
    return 0.0


def _tell_left(fingers: Fingers) -> None:
    if fingers.left:
        err.print(f"The call was over before these keys could be pressed: {fingers.left}", style="yellow")
