"""A telephone in the terminal: it shows what is said, takes keys at any moment, or presses written ones.

The line behind it is a call in virtual time (`ivrkit dial FLOW`) or one over the event socket (`--connect`).
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Protocol

from gevent import sleep

from ivrkit.cli.keyboard import HANG_UP, Keyboard

QUIET = 1.0
"Seconds of silence after which the next written keys are pressed."
TICK = 0.02
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

    def next_due(self) -> float | None:
        """When something will happen by itself, where that is known."""

    def press(self, key: str) -> None: ...
    def hang_up(self) -> None: ...


class Fingers:
    """Presses written keys, one entry each time the line has been quiet for a while; after the last, hangs up."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._keys = [key for entry in entries for key in _spaced(entry)]
        self._not_before = 0.0

    def due(self, line: Line) -> float | None:
        """When the next key is pressed; None while something is heard."""
        if self._keys and self._keys[0] != " ":
            return self._not_before
        return None if line.quiet_since is None else max(line.quiet_since + QUIET, self._not_before)

    def act(self, line: Line, at: float) -> None:
        if self._keys and self._keys[0] == " ":
            self._keys.pop(0)
        if self._keys:
            line.press(self._keys.pop(0))
            self._not_before = at + GAP
        else:
            line.hang_up()


def _spaced(entry: str) -> list[str]:
    return [" ", *entry]


def converse(line: Line, presses: Sequence[str], fast: bool) -> None:
    """Hold the call until it ends: with the keyboard, or with `presses` when there are some or nobody is there."""
    with Keyboard() as keyboard:
        if presses or not keyboard.present:
            _by_itself(line, Fingers(presses), fast)
        else:
            _by_hand(line, keyboard)


def _by_itself(line: Line, fingers: Fingers, fast: bool) -> None:
    begun = monotonic()
    at = 0.0
    while not line.ended:
        due = fingers.due(line)
        if due is not None and due <= at:
            fingers.act(line, at)
        elif fast:
            at = max(at, min(time for time in (due, line.next_due(), at + 60) if time is not None))
        else:
            sleep(TICK)
            at = monotonic() - begun
        line.advance(at)


def _by_hand(line: Line, keyboard: Keyboard) -> None:
    begun = monotonic()
    while not line.ended:
        for key in keyboard.keys(TICK):
            line.advance(monotonic() - begun)
            if line.ended:
                return
            if key in HANG_UP:
                line.hang_up()
                return
            line.press(key)
        line.advance(monotonic() - begun)
