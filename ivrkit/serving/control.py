"""What a running ivrkit is asked by commands, over a socket in the project that only its owner may open.

    {"ask": "flows"}   ->   {"answer": [...]}   or   {"error": "in words"}

One line of JSON each way, one request a connection. Every process that serves the project has a socket in the folder;
one that nobody listens on any more was left by a process that died.
"""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import gevent
import orjson
from gevent import socket
from gevent.pool import Pool
from gevent.server import StreamServer

from ivrkit.errors import ConfigError

log = logging.getLogger("ivrkit.serving")

Request = Callable[[Mapping[str, Any]], Any]
"Answers a request with what JSON can hold; what it raises on purpose is a ConfigError."

LARGEST_REQUEST = 64 << 10
LARGEST_ANSWER = 64 << 20
"Bytes."
DEADLINE = 5.0
"Seconds for a request, and for its answer."
MOST = 16
"Requests at once; more wait."
_LONGEST_PATH = 100
"Bytes of a socket's path; the system takes 107."


class ControlSocket:
    """Answers requests by a table of their names."""

    def __init__(self, folder: Path, requests: Mapping[str, Request]) -> None:
        self.path = folder / f"{os.getpid()}-{uuid4().hex[:8]}.sock"
        self._requests = requests
        self._server: StreamServer | None = None

    def start(self) -> None:
        """Listen; sockets that nobody listens on any more are removed. OSError where it cannot."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sockets(self.path.parent):
            if not _alive(path):
                path.unlink(missing_ok=True)
        self._server = StreamServer(self._listener(), self._accepted, spawn=Pool(MOST))
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self.path.unlink(missing_ok=True)

    def _listener(self) -> socket.socket:
        # Under its name only when it listens: whoever starts beside us takes a silent one for left over.
        aside = self.path.with_suffix(".new")
        listener = socket.socket(socket.AF_UNIX)
        with _short(aside) as name:
            listener.bind(name)
        aside.chmod(stat.S_IRUSR | stat.S_IWUSR)
        listener.listen(MOST)
        aside.rename(self.path)
        return listener

    def _accepted(self, sock: socket.socket, address: object) -> None:
        # Who asks and goes away, or never asks, is gone; the calls do not notice.
        with closing(sock), suppress(OSError), gevent.Timeout(DEADLINE, TimeoutError()):
            sock.sendall(orjson.dumps(self._answer(_line(sock, LARGEST_REQUEST))) + b"\n")

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = orjson.loads(line)
        except orjson.JSONDecodeError:
            return {"error": "a request is one line of JSON"}
        name = request.get("ask") if isinstance(request, dict) else None
        if not isinstance(name, str) or name not in self._requests:
            return {"error": f"nothing is known of this request; there are {', '.join(self._requests)}"}
        try:
            return {"answer": self._requests[name](request)}
        except ConfigError as error:
            return {"error": str(error)}
        except Exception:  # the guard of a server: the next request is answered all the same
            log.exception("the request %s failed", name)
            return {"error": f"{name} failed; the log of the running ivrkit says why"}


def sockets(folder: Path) -> list[Path]:
    """The sockets in a folder, also those that were left over."""
    return sorted(folder.glob("*.sock"))


def ask_all(folder: Path, request: Mapping[str, Any]) -> list[Any]:
    """What each running ivrkit answers, in the order of their sockets; ConfigError when one says what is wrong."""
    found = []
    for path in sockets(folder):
        answer = _asked(path, request)
        if "error" in answer:
            raise ConfigError(f"the running ivrkit says: {answer['error']}")
        if answer:
            found.append(answer["answer"])
    return found


def _asked(path: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of one; nothing when nobody listens there."""
    try:
        with gevent.Timeout(DEADLINE, TimeoutError()), _short(path) as name, closing(_connected(name)) as sock:
            sock.sendall(orjson.dumps(request) + b"\n")
            answer = orjson.loads(_line(sock, LARGEST_ANSWER))
    except (ConnectionError, FileNotFoundError):
        return {}
    except (TimeoutError, orjson.JSONDecodeError):
        return {"error": f"nothing within {DEADLINE:g} s, over {path}"}
    except PermissionError:
        raise ConfigError(f"{path} is another user's: run this as the one who runs ivrkit serve") from None
    return answer if isinstance(answer, dict) else {"error": "what is no answer"}


def _alive(path: Path) -> bool:
    try:
        with gevent.Timeout(DEADLINE, TimeoutError()), _short(path) as name:
            _connected(name).close()
    except (ConnectionRefusedError, FileNotFoundError):
        return False
    except OSError:  # another user's, or too busy to answer
        return True
    return True


def _connected(name: str) -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    try:
        sock.connect(name)
    except BaseException:
        sock.close()
        raise
    return sock


def _line(sock: socket.socket, most: int) -> bytes:
    data = bytearray()
    while b"\n" not in data and len(data) <= most and (chunk := sock.recv(65536)):
        data += chunk
    return bytes(data.partition(b"\n")[0]) if len(data) <= most else b""


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for a socket's path that the system takes, however long it is."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
