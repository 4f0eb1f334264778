"""greenswitch's classes on ivrkit's connection: an application written for greenswitch 0.0.19 runs on them unchanged.

Names, handlers and exceptions are greenswitch's; what is underneath is not. Completions are matched by Event-UUID, not
by the application's name; an event is decoded when a handler looks at it; whoever waits is told when the connection
ends; events that wait for a slow handler are bounded (`dropped` counts the rest); what is sent is one command only.

    reader greenlet             connection.events() -> completions, hang-up, disconnect -> handler queue
    handler greenlet            handler queue -> before_handle, the handlers, after_handle
    the application's greenlets send(), playback(block=True), … wait for the reader
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol
from uuid import uuid4

import gevent
from gevent import Greenlet, getcurrent, socket
from gevent.event import AsyncResult, Event
from gevent.queue import Full, Queue
from greenswitch import esl as greenswitch
from greenswitch.esl import NotConnectedError, OutboundSessionHasGoneAway

from ivrkit.errors import ConnectionLost, SwitchError, UnsafeArgument
from ivrkit.esl import EslEvent, commands
from ivrkit.esl.server import CommandParser
from ivrkit.switch.call_port import ANYWHERE, CallPort
from ivrkit.switch.connection import Connection, Reply

__all__ = [
    "ESLEvent",
    "InboundESL",
    "NotConnectedError",
    "OutboundESLServer",
    "OutboundSession",
    "OutboundSessionHasGoneAway",
    "ResponseTimeout",
]

MAX_QUEUED = 10_000
"Events that may wait for handlers."
STOP_TIMEOUT = 5.0
"Seconds that `stop` waits for FreeSWITCH's goodbye, and for the last handlers."

logger = logging.getLogger(__name__)


class ResponseTimeout(Exception, gevent.Timeout):
    """A blocking command did not end within its `response_timeout`; the application may still run on the switch.

    Also a gevent.Timeout, which greenswitch raises, but unlike that one `except Exception` sees it.
    """

    def __init__(self, command: str, seconds: float) -> None:
        Exception.__init__(self, f"{command} did not end within {seconds:g} s")

    __str__ = Exception.__str__
    __repr__ = Exception.__repr__


class ESLEvent(greenswitch.ESLEvent):  # type: ignore[misc]
    """An event or a reply as greenswitch shows it: a dict `headers`, and `data`."""

    def __init__(self, event: EslEvent, data: str | None = None) -> None:
        self.event = event
        self._headers: dict[str, str] | None = None
        self._data = data

    @property
    def headers(self) -> dict[str, str]:
        """Every header, decoded when first asked for; a body is not among them."""
        if self._headers is None:
            self._headers = {name: value.strip() for name, value in self.event.headers.items()}
            self._headers.setdefault("Content-Type", self.event.content_type)
        return self._headers

    @property
    def data(self) -> str:
        """Reply-Text of a command, output of an api command, body of an event."""
        return self.event.body if self._data is None else self._data


class ESLProtocol(greenswitch.ESLProtocol):  # type: ignore[misc]
    """What both sides share: handlers by name, `send`, `stop`."""

    reply_timeout = 60.0
    "Seconds for the reply to one command; an `api` command answers when it is done."

    def __init__(self) -> None:
        self.event_handlers: dict[str, list[Callable[[Any], object]]] = {}
        self.connected = False
        self.dropped = 0
        "Events that no handler saw, because MAX_QUEUED were waiting."
        self._lingering = False
        self._connection: Connection | None = None
        self._auth_request_event = Event()
        self._queue: Queue[ESLEvent | None] = Queue(MAX_QUEUED)
        self._receive_events_greenlet: Greenlet[..., None] | None = None
        self._process_events_greenlet: Greenlet[..., None] | None = None

    def start_event_handlers(self) -> None:
        assert self._connection is not None
        self._receive_events_greenlet = gevent.spawn(self.receive_events)
        self._connection.reader = self._receive_events_greenlet
        self._process_events_greenlet = gevent.spawn(self.process_events)

    def receive_events(self) -> None:
        assert self._connection is not None
        try:
            for event in self._connection.events():
                self.handle_event(event)
        except SwitchError as error:
            logger.info("%s", error)
        finally:
            self.connected = False
            self._connection.close()
            self._release()
            self._enqueue(None)

    def handle_event(self, event: EslEvent) -> None:
        """In the reader: what the session itself must know at once, then to the handlers."""
        if event.content_type == "auth/request":
            self._auth_request_event.set()
            return
        if event.content_type == "text/disconnect-notice":
            self._lingering = event.get("Content-Disposition") == "linger"
            self.connected = self._lingering
            self._release()
        if event.content_type == "text/rude-rejection":
            self.connected = False
        self._enqueue(ESLEvent(event))

    def process_events(self) -> None:
        while (event := self._queue.get()) is not None:
            if handlers := self._handlers_of(event.event):
                for handler in (*self._around("before_handle"), *handlers, *self._around("after_handle")):
                    self._safe_exec_handler(handler, event)

    def send(self, data: str) -> ESLEvent:
        """Send one command, headers included, and wait for its reply. Text that would become two is refused."""
        return self._send(_one_command(data))

    def stop(self) -> None:
        """Say goodbye, close, and let the handlers finish. Stopping again does nothing."""
        if self._connection is None:
            return
        if self.connected:
            with suppress(SwitchError):
                self._connection.send(commands.EXIT, STOP_TIMEOUT)
        self.connected = False
        self._connection.close()
        for greenlet in (self._receive_events_greenlet, self._process_events_greenlet):
            if greenlet is not None and greenlet is not getcurrent():
                greenlet.join(STOP_TIMEOUT)

    def _send(self, command: bytes) -> ESLEvent:
        if not self.connected or self._connection is None:
            raise NotConnectedError
        try:
            reply = self._connection.send(command, self.reply_timeout)
        except SwitchError as error:
            raise self._gone() from error
        return _shown(reply)

    def _gone(self) -> Exception:
        """What those who wait get when the connection ends."""
        return NotConnectedError("the connection to FreeSWITCH ended")  # type: ignore[no-any-return]

    def _release(self) -> None:
        """Nothing more will come for those who wait."""
        self._auth_request_event.set()

    def _enqueue(self, event: ESLEvent | None) -> None:
        try:
            self._queue.put_nowait(event)
        except Full:
            self.dropped += 1
            if event is None:
                self._queue.get_nowait()
                self._queue.put_nowait(None)

    def _handlers_of(self, event: EslEvent) -> list[Callable[[Any], object]]:
        name: str | None = event.name
        if name == "CUSTOM":
            name = event.get("Event-Subclass")
        if event.content_type == "text/disconnect-notice":
            name = "DISCONNECT"
        handlers = self.event_handlers.get(name or "")
        if not handlers and event.content_type == "log/data":
            handlers = self.event_handlers.get("log")
        return list(handlers or self.event_handlers.get("*") or [])

    def _around(self, hook: str) -> list[Callable[[Any], object]]:
        return [getattr(self, hook)] if hasattr(self, hook) else []

    def _safe_exec_handler(self, handler: Callable[[Any], object], event: ESLEvent) -> None:
        try:
            handler(event)
        except (Exception, gevent.Timeout):
            logger.exception("the handler %r failed at %r", handler, event.event)


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


class OutboundSession(ESLProtocol, greenswitch.OutboundSession):  # type: ignore[misc]
    """One call. `sock` is what was accepted, or the Connection already made on it with the reply to its `connect`."""

    def __init__(
        self, client_address: object, sock: socket.socket | Connection, channel: EslEvent | None = None
    ) -> None:
        super().__init__()
        self._connection = sock if isinstance(sock, Connection) else Connection(sock)
        self.connected = True
        self.session_data: dict[str, str] | None = None if channel is None else ESLEvent(channel).headers
        self.expected_events: dict[str, list[tuple[str, str, AsyncResult[ESLEvent]]]] = {}
        self._completions: dict[str, AsyncResult[ESLEvent]] = {}
        self._outbound_connected = channel is not None
        self.register_handle("*", self.on_event)
        self.register_handle("CHANNEL_HANGUP", self.on_hangup)
        self.register_handle("DISCONNECT", self.on_disconnect)
        self.start_event_handlers()

    def connect(self) -> dict[str, str] | None:
        """The call's headers and variables; asked for the first time only."""
        if not self._outbound_connected:
            try:
                self.session_data = self._send(commands.CONNECT).headers
            except OutboundSessionHasGoneAway:
                self.stop()
                raise
            self._outbound_connected = True
        return self.session_data

    def on_event(self, event: ESLEvent) -> None:
        """Called for events that have no handler of their own; here to be overridden."""

    def on_hangup(self, event: ESLEvent) -> None:
        """Called when this call, or another one whose events were subscribed to, is hung up; here to be overridden."""

    def on_disconnect(self, event: ESLEvent) -> None:
        """Called when FreeSWITCH says goodbye, at once or after lingering; here to be overridden."""

    def handle_event(self, event: EslEvent) -> None:
        if event.name == "CHANNEL_EXECUTE_COMPLETE":
            done = self._completions.pop(event.get("Application-UUID") or "", None)
            if done is not None:
                done.set(ESLEvent(event))
        elif event.name == "CHANNEL_HANGUP" and event.get("Unique-ID") == (self.session_data or {}).get("Unique-ID"):
            self._outbound_connected = False
        if event.name in self.expected_events:
            self._expected(event)
        super().handle_event(event)

    def call_command(
        self, app_name: str, app_args: object = None, block: bool = False, response_timeout: float | None = None
    ) -> ESLEvent:
        """Execute an application; `block` waits for its end (returns its CHANNEL_EXECUTE_COMPLETE), else for `+OK`.

        Raises ResponseTimeout, OutboundSessionHasGoneAway when the call ends first, UnsafeArgument for a line break.
        """
        if self._lingering:
            raise OutboundSessionHasGoneAway
        event_uuid = str(uuid4())
        command = commands.sendmsg_any(app_name, str(app_args or ""), event_uuid)
        if not block:
            return self._send(command)
        done = self._completions[event_uuid] = AsyncResult()
        try:
            self._send(command)
            done.wait(response_timeout)
        finally:
            self._completions.pop(event_uuid, None)
        if not done.ready():
            raise ResponseTimeout(app_name, response_timeout or 0.0)
        event = done.get()
        assert event is not None  # only `handle_event` sets it
        return event

    def playback(self, path: str, block: bool = True) -> ESLEvent | None:
        event = self.call_command("playback", path, block)
        return event if block else None

    def play_and_get_digits(
        self,
        min_digits: object = None,
        max_digits: object = None,
        max_attempts: object = None,
        timeout: object = None,
        terminators: object = None,
        prompt_file: object = None,
        error_file: object = None,
        variable: object = None,
        digits_regex: object = None,
        digit_timeout: object = None,
        transfer_on_fail: object = None,
        block: bool = True,
        response_timeout: float | None = 30,
    ) -> str | None:
        """The digits; None where there are none, or without `block`."""
        args = f"{min_digits} {max_digits} {max_attempts} {timeout} {terminators} {prompt_file} {error_file} {variable}"
        args += f" {digits_regex} {digit_timeout} {transfer_on_fail}"
        event = self.call_command("play_and_get_digits", args, block, response_timeout)
        return event.headers.get(f"variable_{variable}") if block else None

    def say(
        self,
        module_name: str = "en",
        lang: str | None = None,
        say_type: str = "NUMBER",
        say_method: str = "pronounced",
        gender: str = "FEMININE",
        text: object = None,
        block: bool = True,
        response_timeout: float | None = 30,
    ) -> ESLEvent | None:
        module = f"{module_name}:{lang}" if lang else module_name
        event = self.call_command("say", f"{module} {say_type} {say_method} {gender} {text}", block, response_timeout)
        return event if block else None

    def _expected(self, event: EslEvent) -> None:
        """Serve `register_expected_event`, which an application may use itself."""
        for entry in list(self.expected_events[event.name]):
            variable, value, result = entry
            if event.variable(variable) == value:
                self.expected_events[event.name].remove(entry)
                result.set(ESLEvent(event))

    def _gone(self) -> Exception:
        return OutboundSessionHasGoneAway()  # type: ignore[no-any-return]

    def _release(self) -> None:
        super()._release()
        self._outbound_connected = False
        waiting = [result for entries in self.expected_events.values() for _, _, result in entries]
        for result in (*self._completions.values(), *waiting):
            if not result.ready():
                result.set_exception(OutboundSessionHasGoneAway())


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


def _shown(reply: Reply) -> ESLEvent:
    event = reply.event
    return ESLEvent(event, reply.text if event.content_type == "api/response" else reply.text.strip())


def _one_command(data: str) -> bytes:
    """The bytes of a command that was put together as text, once FreeSWITCH would read it as one."""
    raw = f"{data}\n\n".encode()
    if "\0" in data or "\r" in data.partition("\n\n")[0] or len(CommandParser().feed(raw)) != 1:
        raise UnsafeArgument(
            "this is not one command: it holds an empty line, a carriage return or a NUL; nothing was sent"
        )
    return raw
