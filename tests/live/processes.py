"""Processes that the tests start, and the ports they meet at: all on loopback, all ended by who started them."""

from __future__ import annotations

import os
import socket
import subprocess
from itertools import count
from typing import Any

# Below the ports that the system gives to whoever asks for any (32768 and up), above the well-known ones; each run
# begins elsewhere. SIPp takes the second behind its media port too.
_CANDIDATES = count(10_000 + os.getpid() * 40 % 12_000, 4)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody has, neither for UDP nor for TCP; it is not given out again."""
    return next(port for port in _CANDIDATES if _is_free(port) and _is_free(port + 2))


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(type=kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def ended(process: subprocess.Popen[Any], seconds: float) -> int:
    """Ask a process to end, insist when it has not within `seconds`; its exit code."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait(5.0)
