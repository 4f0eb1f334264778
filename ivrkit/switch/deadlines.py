"""What a call waits for, and what happens instead when it does not come in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gevent

from ivrkit.events import Event


class Deadlines:
    """Timers of the hub, one for each thing awaited. `late` runs in a greenlet of its own with what happens instead."""

    def __init__(self, late: Callable[[Event], None]) -> None:
        self._late = late
        self._timers: dict[str, Any] = {}

    def set(self, command: str, seconds: float, otherwise: Event) -> None:
        """`otherwise` happens unless the command with this id is answered within `seconds`."""
        self.met(command)
        timer = gevent.get_hub().loop.timer(seconds)
        self._timers[command] = timer
        timer.start(self._run_out, command, otherwise)

    def met(self, command: str) -> None:
        """The command was answered, or nobody waits for it any more."""
        timer = self._timers.pop(command, None)
        if timer is not None:
            timer.stop()
            timer.close()

    def clear(self) -> None:
        for command in list(self._timers):
            self.met(command)

    def _run_out(self, command: str, otherwise: Event) -> None:
        self.met(command)
        gevent.spawn(self._late, otherwise)
