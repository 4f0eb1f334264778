"""A web service that behaves as badly as a test wants, byte by byte, on a free port of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import gevent
from gevent import socket
from gevent.server import StreamServer

Behave = Callable[[bytes], Iterable[bytes | float]]
"What it sends for a request: bytes, and seconds that pass between them."


class Service:
    """Answers connection after connection; `requests` is what it was sent."""

    def __init__(self, *answers: Behave) -> None:
        self._answers = answers
        self.requests: list[bytes] = []
        self._server = StreamServer(("127.0.0.1", 0), self._serve)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/bills"

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._server.stop(timeout=0.1)

    def _serve(self, connection: socket.socket, address: object) -> None:
        request = _read(connection)
        self.requests.append(request)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        try:
            for part in answer(request):
                if isinstance(part, bytes):
                    connection.sendall(part)
                else:
                    gevent.sleep(part)
        except OSError:
            return  # who asked has gone
        finally:
            connection.close()


def _read(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request and (more := connection.recv(65536)):
        request += more
    head, _, body = request.partition(b"\r\n\r\n")
    length = next((int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")), 0)
    while len(body) < length and (more := connection.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


def answers(body: bytes, status: str = "200 OK", headers: str = "", length: int | None = None) -> Behave:
    """It answers at once."""
    size = len(body) if length is None else length
    head = f"HTTP/1.1 {status}\r\nContent-Length: {size}\r\nContent-Type: application/json\r\n{headers}\r\n"
    return lambda request: [head.encode() + body]


def sends(*parts: bytes | float) -> Behave:
    """It sends just that."""
    return lambda request: parts


@contextmanager
def service(*answers: Behave) -> Iterator[Service]:
    made = Service(*answers)
    made.start()
    try:
        yield made
    finally:
        made.stop()
