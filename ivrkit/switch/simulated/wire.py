"""A TCP connection of the embedded switch, served by callbacks of gevent's loop: no greenlet, nothing that blocks.

Hundreds of calls have one each. Writes of one turn of the loop leave together.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from typing import Any

from gevent.hub import get_hub

READ, WRITE = 1, 2
CHUNK = 64 * 1024
MAX_BACKLOG = 16 * 1024 * 1024
"Bytes kept for a reader that does not read; then the connection is closed, as FreeSWITCH does after lost events."


class Wire:
    """One connection. `on_data` gets what arrives, `on_close` is called once when the other side has gone."""

    def __init__(self, sock: socket.socket, on_data: Callable[[bytes], None], on_close: Callable[[], None]) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock = sock
        self._on_data, self._on_close = on_data, on_close
        self._loop: Any = get_hub().loop
        self._reader = self._loop.io(sock.fileno(), READ)
        self._reader.start(self._readable)
        self._writer: Any = None
        self._pending: list[bytes] = []
        self._backlog = 0
        self._flushing = False
        self._closing = self.closed = False

    def write(self, data: bytes) -> None:
        """Send `data` with whatever else this turn of the loop brings."""
        if self.closed or self._closing:
            return
        self._pending.append(data)
        self._backlog += len(data)
        if self._backlog > MAX_BACKLOG:
            self._lost()
        elif not self._flushing:
            self._flushing = True
            self._loop.run_callback(self._flush)

    def finish(self) -> None:
        """Close once everything written has left."""
        self._closing = True
        if not self._pending and not self.closed:
            self.close()

    def close(self) -> None:
        """Close now. `on_close` is not called."""
        if self.closed:
            return
        self.closed = True
        self._reader.close()
        if self._writer is not None:
            self._writer.close()
        self._pending.clear()
        self._sock.close()

    def _readable(self) -> None:
        try:
            data = self._sock.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._on_data(data)
        else:
            self._lost()

    def _flush(self) -> None:
        self._flushing = False
        if self.closed or not self._pending:
            return None
        data = b"".join(self._pending)
        try:
            sent = self._sock.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return self._lost()
        self._backlog -= sent
        self._pending = [data[sent:]] if sent < len(data) else []
        if self._pending:
            self._wait_writable()
        elif self._closing:
            self.close()
        return None

    def _wait_writable(self) -> None:
        self._flushing = True
        self._writer = self._loop.io(self._sock.fileno(), WRITE)
        self._writer.start(self._writable)

    def _writable(self) -> None:
        self._writer.close()
        self._writer = None
        self._flush()

    def _lost(self) -> None:
        self.close()
        self._on_close()


def dial(host: str, port: int, answered: Callable[[socket.socket | None], None]) -> Callable[[], None]:
    """Connect in the background; `answered` gets the socket, or None where nobody listens. Returns what gives up."""
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    sock.setblocking(False)
    watcher: Any = get_hub().loop.io(sock.fileno(), WRITE)

    def give_up() -> None:
        watcher.close()
        sock.close()

    def settled() -> None:
        watcher.close()
        if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            sock.close()
            answered(None)
        else:
            answered(sock)

    try:
        failed = sock.connect_ex((host, port)) not in (0, errno.EINPROGRESS)
    except (OSError, OverflowError):  # a host name that has no address, a port that is none
        failed = True
    if failed:
        give_up()
        get_hub().loop.run_callback(answered, None)
    else:
        watcher.start(settled)
    return give_up
