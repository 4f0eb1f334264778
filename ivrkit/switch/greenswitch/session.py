"""greenswitch's OutboundSession: one call, its applications, and how it learns of its end."""

from __future__ import annotations

from uuid import uuid4

import gevent
from gevent import socket
from gevent.event import AsyncResult
from greenswitch import esl as greenswitch
from greenswitch.esl import OutboundSessionHasGoneAway

from ivrkit.esl import EslEvent, commands
from ivrkit.switch.connection import Connection
from ivrkit.switch.greenswitch.protocol import ESLEvent, ESLProtocol


class ResponseTimeout(Exception, gevent.Timeout):
    """A blocking command did not end within its `response_timeout`; the application may still run on the switch.

    Also a gevent.Timeout, which greenswitch raises, but unlike that one `except Exception` sees it.
    """

    def __init__(self, command: str, seconds: float) -> None:
        Exception.__init__(self, f"{command} did not end within {seconds:g} s")

    __str__ = Exception.__str__
    __repr__ = Exception.__repr__


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
