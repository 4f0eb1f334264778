"""What greenswitch's inbound and outbound sides share: events as dicts, handlers by name, `send`, `stop`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import gevent
from gevent import Greenlet, getcurrent
from gevent.event import Event
from gevent.queue import Full, Queue
from greenswitch import esl as greenswitch
from greenswitch.esl import NotConnectedError

from ivrkit.errors import SwitchError, UnsafeArgument
from ivrkit.esl import EslEvent, commands
from ivrkit.esl.server import CommandParser
from ivrkit.switch.connection import Connection, Reply

MAX_QUEUED = 10_000
"Events that may wait for handlers."
STOP_TIMEOUT = 5.0
"Seconds that `stop` waits for FreeSWITCH's goodbye, and for the last handlers."

logger = logging.getLogger(__name__)


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
