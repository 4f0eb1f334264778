"""The embedded switch's time: wall time, or a multiple of it, and the timers that run on it."""

from __future__ import annotations

import time
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import Any

from gevent.hub import get_hub


class Clock:
    """Seconds since the switch started, `speed` times as fast as the wall's, and the date that belongs to them."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._started = time.monotonic()
        self._epoch = time.time()

    def now(self) -> float:
        return (time.monotonic() - self._started) * self.speed

    def micros(self, at: float) -> int:
        """Microseconds since 1970 at the switch's second `at`."""
        return int((self._epoch + at) * 1_000_000)


class Timer:
    """Something that will be done, unless it is cancelled."""

    __slots__ = ("due", "what")

    def __init__(self, due: float, what: Callable[[], None]) -> None:
        self.due = due
        self.what: Callable[[], None] | None = what

    def cancel(self) -> None:
        self.what = None


class Timers:
    """Every timer of a switch, behind one timer of gevent's loop: what they do runs in the hub and must not block."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[float, int, Timer]] = []
        self._numbers = count()
        self._alarm: Any = get_hub().loop.timer(0)
        self._armed: float | None = None
        self._closed = False

    def at(self, due: float, what: Callable[[], None]) -> Timer:
        """Do `what` at the switch's second `due`; what is due already, at the end of this turn of gevent's loop."""
        timer = Timer(due, what)
        if self._closed:
            return timer
        if due <= self._clock.now():
            get_hub().loop.run_callback(_run, timer)
            return timer
        heappush(self._heap, (due, next(self._numbers), timer))
        if self._armed is None or due < self._armed:
            self._arm(due)
        return timer

    def after(self, seconds: float, what: Callable[[], None]) -> Timer:
        return self.at(self._clock.now() + seconds, what)

    def close(self) -> None:
        """Forget every timer, and those that are set afterwards."""
        self._closed = True
        self._heap.clear()
        self._alarm.close()

    def _arm(self, due: float) -> None:
        self._armed = due
        self._alarm.close()
        self._alarm = get_hub().loop.timer(max(0.0, due - self._clock.now()) / self._clock.speed)
        self._alarm.start(self._ring)

    def _ring(self) -> None:
        self._armed = None
        now = self._clock.now()
        try:
            while self._heap and self._heap[0][0] <= now:
                _run(heappop(self._heap)[2])
        finally:
            if self._heap:
                self._arm(self._heap[0][0])


def _run(timer: Timer) -> None:
    if timer.what is not None:
        timer.what()
