"""Where FreeSWITCH's `socket` application dials in: one connection a call, checked before it costs anything.

    accept -> allowed? -> room? -> `connect` answered within 5 s? -> still room? -> serve(connection, channel)

A connection counts as pending from the moment it is accepted. Too many pending ones push out the oldest: FreeSWITCH
answers `connect` in a millisecond, so what waits is no call; however many idle strangers connect, calls are served.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from gevent import socket
from gevent.pool import Pool
from gevent.server import StreamServer

from ivrkit.errors import SwitchError
from ivrkit.esl import EslEvent
from ivrkit.esl.commands import CONNECT
from ivrkit.switch.connection import Connection

LOOPBACK = ("127.0.0.0/8", "::1/128")
ANYWHERE = ("0.0.0.0/0", "::/0")

logger = logging.getLogger(__name__)


class CallPort:
    """Accepts calls and runs `serve(connection, channel)` for each in a greenlet of its own.

    `channel` is the reply to `connect`: the call's headers and variables. The connection is closed when `serve`
    returns; what it raises is logged and harms no other call.
    """

    def __init__(
        self,
        serve: Callable[[Connection, EslEvent], None],
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        max_calls: int = 1000,
        allow: Sequence[str] = LOOPBACK,
        connect_timeout: float = 5.0,
        max_pending: int = 512,
    ) -> None:
        self.host, self.port = host, port
        self.max_calls = max_calls
        self.calls = 0
        "Calls being served now."
        self._serve = serve
        self._allow = [ip_network(network) for network in allow]
        self._connect_timeout = connect_timeout
        self._max_pending = max_pending
        self._pending: dict[Connection, None] = {}
        self._greenlets = Pool()
        self._server: StreamServer | None = None

    def start(self) -> None:
        """Listen. `port` is then the true one, where 0 was asked for. Raises SwitchError where it cannot."""
        listener = _listener(self.host, self.port)
        self.port = listener.getsockname()[1]
        self._server = StreamServer(listener, self._accepted, spawn=self._greenlets)
        self._server.start()

    def stop(self, timeout: float | None = None) -> None:
        """Take no more calls; those running may go on for `timeout` seconds (None: to their end)."""
        if self._server is None:
            return
        self._server.close()
        for connection in list(self._pending):
            connection.close()
        self._greenlets.join(timeout)
        self._greenlets.kill(timeout=1.0)

    def _accepted(self, sock: socket.socket, address: tuple[str, int]) -> None:
        if not self._allowed(address[0]):
            logger.warning("refused a connection from %s, which is not in the allow list", address[0])
            return sock.close()
        if self.calls >= self.max_calls:
            logger.warning("refused a call: all %d are taken", self.max_calls)
            return sock.close()
        with Connection(sock) as connection:
            channel = self._handshake(connection)
            if channel is not None and self.calls < self.max_calls:
                self._run(connection, channel)
        return None

    def _handshake(self, connection: Connection) -> EslEvent | None:
        if len(self._pending) >= self._max_pending:
            oldest = next(iter(self._pending))
            del self._pending[oldest]
            oldest.close()
        self._pending[connection] = None
        try:
            return connection.send(CONNECT, self._connect_timeout).event
        except SwitchError as error:
            logger.info("a connection was no call: %s", error)
            return None
        finally:
            self._pending.pop(connection, None)

    def _run(self, connection: Connection, channel: EslEvent) -> None:
        self.calls += 1
        try:
            self._serve(connection, channel)
        except Exception:
            logger.exception("a call ended by a fault in the program that served it")
        finally:
            self.calls -= 1

    def _allowed(self, host: str) -> bool:
        address = ip_address(host.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._allow)


def _listener(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SwitchError(f"cannot listen on {host!r}: {error.strerror}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise SwitchError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another port or end who has it"
        ) from error
    return listener
