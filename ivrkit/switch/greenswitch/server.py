"""greenswitch's OutboundESLServer on a CallPort: runs an application for each call that FreeSWITCH dials in with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from gevent.event import Event

from ivrkit.errors import SwitchError
from ivrkit.esl import EslEvent
from ivrkit.switch.call_port import ANYWHERE, CallPort
from ivrkit.switch.connection import Connection
from ivrkit.switch.greenswitch.session import OutboundSession


class Application(Protocol):
    """What a server runs for each call."""

    def run(self) -> object: ...


class OutboundESLServer:
    """Serves each call with an `application(session)`, whose `run()` ends it. Calls come from the networks `allow`."""

    def __init__(
        self,
        bind_address: str = "127.0.0.1",
        bind_port: int | Sequence[int] = 8000,
        application: Callable[[OutboundSession], Application] | None = None,
        max_connections: int = 100,
        allow: Sequence[str] = ANYWHERE,
    ) -> None:
        self.bind_address = bind_address
        self.bind_port = [bind_port] if isinstance(bind_port, int) else list(bind_port)
        if not self.bind_port:
            raise ValueError("bind_port must be a string or list with port numbers")
        if not application:
            raise ValueError("You need an Application to control your calls.")
        self.application = application
        self.max_connections = max_connections
        self.allow = allow
        self.server: CallPort | None = None
        self.bound_port: int | None = None
        self._stopped = Event()

    @property
    def connection_count(self) -> int:
        """Calls being served now."""
        return self.server.calls if self.server is not None else 0

    def listen(self) -> None:
        """Serve calls until `stop`, then wait for those running. Raises SwitchError where no port is free."""
        self._stopped.clear()
        self.server = self._bind()
        self.bound_port = self.server.port
        self._stopped.wait()
        self.server.stop()

    def stop(self) -> None:
        self._stopped.set()

    def _bind(self) -> CallPort:
        taken: SwitchError | None = None
        for number in self.bind_port:
            port = CallPort(self._serve, self.bind_address, number, max_calls=self.max_connections, allow=self.allow)
            try:
                port.start()
            except SwitchError as error:
                taken = error
            else:
                return port
        raise taken or SwitchError("no port to listen on")

    def _serve(self, connection: Connection, channel: EslEvent) -> None:
        session = OutboundSession(None, connection, channel)
        try:
            self.application(session).run()
        finally:
            session.stop()
