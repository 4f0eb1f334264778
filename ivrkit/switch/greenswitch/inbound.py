"""greenswitch's InboundESL: a connection to FreeSWITCH's event socket, logged in."""

from __future__ import annotations

from greenswitch import esl as greenswitch
from greenswitch.esl import NotConnectedError

from ivrkit.errors import ConnectionLost, UnsafeArgument
from ivrkit.switch.connection import Connection
from ivrkit.switch.greenswitch.protocol import ESLProtocol


class InboundESL(ESLProtocol, greenswitch.InboundESL):  # type: ignore[misc]
    """A connection to FreeSWITCH's event socket."""

    def __init__(self, host: str, port: int, password: str, timeout: float = 5) -> None:
        super().__init__()
        self.host, self.port, self.password, self.timeout = host, port, password, timeout

    def connect(self) -> None:
        """Connect and log in. Raises NotConnectedError, ValueError for the password, OSError where nobody listens."""
        try:
            self._connection = Connection.open(self.host, self.port, self.timeout)
        except ConnectionLost as error:
            if isinstance(error.__cause__, TimeoutError):
                raise NotConnectedError(f"Connection timed out after {self.timeout} seconds") from error
            raise (error.__cause__ or error) from None
        self.connected = True
        self.start_event_handlers()
        try:
            self._log_in()
        except (NotConnectedError, ValueError, UnsafeArgument):
            self.connected = False
            self.stop()
            raise

    def _log_in(self) -> None:
        if not self._auth_request_event.wait(self.timeout):
            raise NotConnectedError(f"{self.host}:{self.port} sent no greeting within {self.timeout} seconds")
        if not self.connected:
            raise NotConnectedError("Server closed connection, check FreeSWITCH config.")
        self.authenticate()
