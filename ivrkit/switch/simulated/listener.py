"""One event-socket connection of the embedded switch: a controller that connected, or one that a call was handed to.

Commands and their replies are those of parse_command in mod_event_socket.c and of the transcripts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from ivrkit.errors import ProtocolError
from ivrkit.esl.encoding import encode_headers
from ivrkit.esl.server import (
    AUTH_REQUEST,
    CommandFrame,
    CommandParser,
    encode_api_response,
    encode_disconnect_notice,
    encode_linger_notice,
    encode_reply,
)
from ivrkit.switch.simulated.channel import Channel, Private
from ivrkit.switch.simulated.events import SwitchEvent
from ivrkit.switch.simulated.playing import number_of
from ivrkit.switch.simulated.subscription import Subscription

if TYPE_CHECKING:
    from ivrkit.switch.simulated.switch import SimulatedSwitch
    from ivrkit.switch.simulated.wire import Wire

NOT_FOUND = "-ERR command not found"
FOR_EVER = -1


class Listener:
    """Reads commands, answers them, and gets the events it asked for.

    `channel` is the call that an outbound connection controls, `full` whether it may do more than that.
    """

    def __init__(self, switch: SimulatedSwitch, channel: Channel | None = None, full: bool = True) -> None:
        self.switch, self.channel, self.full = switch, channel, full
        self.waiting = channel is not None
        "An outbound connection that has not said `connect` yet."
        self.connected = False
        self.wire: Wire | None = None
        self._parser = CommandParser()
        self._authorized = channel is not None
        self.subscription = Subscription()
        self._json = False
        self._linger: int | None = None
        self._told = False
        self._logging = False

    # The connection

    def open(self, wire: Wire) -> None:
        self.wire = wire
        if self.channel is None:
            wire.write(AUTH_REQUEST)

    def received(self, data: bytes) -> None:
        try:
            frames = self._parser.feed(data)
        except ProtocolError:
            return self.lost()
        for frame in frames:
            if self.wire is None or self.wire.closed:
                return None
            self._obey(frame)
        return None

    def lost(self) -> None:
        """The controller is gone."""
        self.close()
        self._leave_call()

    def refused(self) -> None:
        """No controller listens at any address."""
        self._leave_call()

    def close(self) -> None:
        """Drop the connection and every subscription."""
        self.switch.drop(self)
        if self.wire:
            self.wire.close()

    def _write(self, data: bytes) -> None:
        if self.wire:
            self.wire.write(data)

    def goodbye(self) -> None:
        """Say farewell and close."""
        self._write(encode_disconnect_notice(self.channel.uuid if self.channel else ""))
        self.switch.drop(self)
        if self.wire:
            self.wire.finish()
        self._leave_call()

    # The call it controls

    def _leave_call(self) -> None:
        """A call that loses its controller stays parked, or goes on in its dialplan where socket_resume says so."""
        channel = self.channel
        if channel is None or self not in channel.links:
            return
        channel.links.remove(self)
        if channel.gone:
            if not channel.links:
                channel.destroy()
        elif self.waiting:
            self.waiting = False
            channel.look_again()
        elif (channel.variables.get("socket_resume") or "").lower() == "true":
            self.switch.timers.after(self.switch.tick, lambda: channel.divert(channel.turn))

    def hangup_begins(self) -> None:
        """The call hangs up: a lingering connection is told so, once."""
        if self._linger is not None and self.channel and not self._told:
            self._told = True
            self._write(encode_linger_notice(self.channel.uuid, self.channel.name, self._linger))

    def call_over(self) -> None:
        """The call is gone: close, at once or after lingering."""
        self.hangup_begins()
        if self._linger is None:
            self.goodbye()
        elif self._linger != FOR_EVER:
            self.switch.timers.after(self._linger, self._linger_ended)

    def _linger_ended(self) -> None:
        if self.wire and not self.wire.closed:
            self.goodbye()

    def deliver(self, event: SwitchEvent) -> None:
        """Send `event` if it passes the subscription."""
        if self.subscription.wants(event):
            self._write(event.json if self._json else event.plain)

    # Commands

    def _obey(self, frame: CommandFrame) -> None:
        word, _, argument = frame.line.strip().partition(" ")
        argument = argument.strip(" ")
        if not self._authorized and word not in ("auth", "exit"):
            return self._reply(NOT_FOUND)
        command = COMMANDS.get(word) or (FULL_COMMANDS.get(word) if self.full else None)
        if command is None:
            return self._reply(NOT_FOUND)
        return command(self, argument, frame)

    def _reply(self, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self._write(encode_reply(text, headers))

    def _auth(self, password: str, frame: CommandFrame) -> None:
        if self._authorized:
            return self._reply(NOT_FOUND)
        if password != self.switch.password:
            self._reply("-ERR invalid")
            return self.goodbye()
        self._authorized = True
        return self._reply("+OK accepted")

    def _exit(self, argument: str, frame: CommandFrame) -> None:
        self._reply("+OK bye")
        self.goodbye()

    def _connect(self, argument: str, frame: CommandFrame) -> None:
        if self.channel is None:
            return self._reply(NOT_FOUND)
        tail = [
            ("Content-Type", "command/reply"),
            ("Reply-Text", "+OK\n"),
            ("Socket-Mode", "async"),
            ("Control", "full" if self.full else "single-channel"),
        ]
        self._write(b"%b%b\n" % (self.switch.news.snapshot(self.channel), encode_headers(tail)))
        if self.waiting:
            self.waiting, self.connected = False, True
            self.switch.timers.after(self.switch.tick, self.channel.look_again)
        return None

    def _myevents(self, argument: str, frame: CommandFrame) -> None:
        if self.subscription.mine:
            return self._reply("-ERR aready enabled.")
        uuid = self.channel.uuid if self.channel else next(iter(argument.split()), "")
        if not uuid:
            return self._reply(NOT_FOUND)
        if self.channel is None and uuid not in self.switch.channels:
            return self._reply("-ERR invalid uuid")
        self._json = self._json or "json" in argument.lower()
        self.subscription.add_channel(uuid)
        return self._changed("+OK Events Enabled")

    def _event(self, argument: str, frame: CommandFrame) -> None:
        words = argument.split()
        if words and words[0].lower() in ("plain", "json", "xml"):
            self._json = words.pop(0).lower() == "json"
        if not self.subscription.add(words):
            return self._reply("-ERR no keywords supplied")
        return self._changed(f"+OK event listener enabled {'json' if self._json else 'plain'}")

    def _nixevent(self, argument: str, frame: CommandFrame) -> None:
        found = self.subscription.remove(argument.split())
        self._changed("+OK events nixed" if found else "-ERR no keywords supplied")

    def _noevents(self, argument: str, frame: CommandFrame) -> None:
        if not self.subscription.listening:
            return self._reply("-ERR not listening for events")
        self.subscription.clear()
        return self._changed("+OK no longer listening for events")

    def _filter(self, argument: str, frame: CommandFrame) -> None:
        name, _, value = argument.partition(" ")
        if not name:
            return self._reply(NOT_FOUND)
        if name.lower() == "delete" and value:
            name, _, value = value.partition(" ")
            self.subscription.delete_filter(name, value)
            return self._changed(f"+OK filter deleted. [{name}][{value}]")
        if name.lower() == "add":
            name, _, value = value.partition(" ")
        if not value:
            return self._reply("-ERR invalid syntax")
        self.subscription.add_filter(name, value)
        return self._changed(f"+OK filter added. [{name}]=[{value}]")

    def _changed(self, reply: str) -> None:
        self.switch.news.subscribe(self)
        self._reply(reply)

    def _sendmsg(self, uuid: str, frame: CommandFrame) -> None:
        uuid = uuid or frame.headers.get("session-id", "")
        own = self.channel is not None and uuid in ("", self.channel.uuid)
        channel = self.channel if own else self.switch.channels.get(uuid)
        if channel is None:
            return self._reply(f"-ERR invalid session id [{uuid}]")
        self._reply("+OK")
        return channel.command(Private(frame.headers, frame.body))

    def _getvar(self, name: str, frame: CommandFrame) -> None:
        self._reply((self.channel.variable(name) if self.channel else None) or NOT_FOUND)

    def _resume(self, argument: str, frame: CommandFrame) -> None:
        if self.channel is None:
            return self._reply(NOT_FOUND)
        self.channel.variables.set("socket_resume", "true")
        return self._reply("+OK")

    def _divert_events(self, argument: str, frame: CommandFrame) -> None:
        if self.channel is None:
            return self._reply("-ERR not controlling a session.")
        if not argument:
            return self._reply("-ERR missing value.")
        return self._reply(f"+OK events {'' if argument.lower() == 'on' else 'not '}diverted")

    def _linger_for(self, argument: str, frame: CommandFrame) -> None:
        if self.channel is None:
            return self._reply("-ERR not controlling a session")
        self._linger = number_of(argument) if argument else FOR_EVER
        return self._reply("+OK will linger" + ("" if self._linger == FOR_EVER else f" {self._linger} seconds"))

    def _nolinger(self, argument: str, frame: CommandFrame) -> None:
        if self.channel is None:
            return self._reply("-ERR not controlling a session")
        self._linger = None
        return self._reply("+OK will not linger")

    def _log(self, level: str, frame: CommandFrame) -> None:
        self._logging = True
        self._reply(f"+OK log level {level} [{min(number_of(level), 63)}]")

    def _nolog(self, argument: str, frame: CommandFrame) -> None:
        self._reply("+OK no longer logging" if self._logging else "-ERR not loging")
        self._logging = False

    def _sendevent(self, name: str, frame: CommandFrame) -> None:
        uuid = self.switch.new_uuid()
        pairs = [(_titled(header), value) for header, value in frame.headers.items()]
        self.switch.news.publish_free(name.upper() or "CUSTOM", [*pairs, ("Event-UUID", uuid)], frame.body)
        self._reply(f"+OK {uuid}")

    def _api(self, argument: str, frame: CommandFrame) -> None:
        if not argument:
            return self._reply(NOT_FOUND)
        return self.switch.api(argument, lambda answer: self._write(encode_api_response(answer)))

    def _bgapi(self, argument: str, frame: CommandFrame) -> None:
        if not argument:
            return self._reply(NOT_FOUND)
        job = frame.headers.get("job-uuid") or self.switch.new_uuid()
        self._reply(f"+OK Job-UUID: {job}", (("Job-UUID", job),))
        return self.switch.background(argument, job, self.channel.uuid if self.channel else "")


def _titled(name: str) -> str:
    """The parser hands names over in lower case; FreeSWITCH compares them without case."""
    return "-".join(word.capitalize() for word in name.split("-"))


Command = Callable[[Listener, str, CommandFrame], None]

COMMANDS: Mapping[str, Command] = {
    "auth": Listener._auth,
    "connect": Listener._connect,
    "divert_events": Listener._divert_events,
    "exit": Listener._exit,
    "filter": Listener._filter,
    "getvar": Listener._getvar,
    "myevents": Listener._myevents,
    "resume": Listener._resume,
    "sendmsg": Listener._sendmsg,
}
"What every connection may say."

FULL_COMMANDS: Mapping[str, Command] = {
    "api": Listener._api,
    "bgapi": Listener._bgapi,
    "event": Listener._event,
    "linger": Listener._linger_for,
    "log": Listener._log,
    "nixevent": Listener._nixevent,
    "noevents": Listener._noevents,
    "nolinger": Listener._nolinger,
    "nolog": Listener._nolog,
    "sendevent": Listener._sendevent,
}
"What an outbound connection may say with `full`, and an inbound one always."
