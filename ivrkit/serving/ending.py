"""Serving until somebody says stop."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event

from ivrkit.switch.call_port import CallPort

PATIENCE = 30.0
"Seconds that running calls have to end when the process is asked to stop."


def until_told(port: CallPort, patience: float, say: Callable[[str], object], reload: Callable[[], object]) -> None:
    """Serve until a signal comes, then until the calls have ended, patience has, or a second signal comes."""
    told, again = Event(), Event()
    handlers = [
        gevent.signal_handler(ending, lambda: (again if told.is_set() else told).set())
        for ending in (signal.SIGTERM, signal.SIGINT)
    ]
    if not _in_a_terminal():
        handlers.append(gevent.signal_handler(signal.SIGHUP, reload))
    try:
        told.wait()
        calls = "1 call" if port.calls == 1 else f"{port.calls} calls"
        say(f"stopping: {calls} may go on for {patience:g} s" if port.calls else "stopping: no calls are left")
        over: list[Any] = [gevent.spawn(port.stop, patience), again]
        gevent.wait(over, count=1)
    finally:
        for handler in handlers:
            handler.cancel()


def _in_a_terminal() -> bool:
    """Where SIGHUP says that the terminal was closed."""
    return sys.stderr is not None and os.isatty(2)
