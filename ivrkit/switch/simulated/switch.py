"""The embedded FreeSWITCH: calls that it hands to controllers, and an event-socket server.

For the demo, tests and load, on loopback. It behaves as the transcripts in tests/data show: the contract test plays
their commands at it. Its time is the wall's, or `speed` times as fast.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from gevent.hub import get_hub

from ivrkit.switch.simulated import api as api_commands
from ivrkit.switch.simulated.call import SimulatedCall
from ivrkit.switch.simulated.channel import Channel, Step
from ivrkit.switch.simulated.clock import Clock, Timers
from ivrkit.switch.simulated.expansion import Expansion
from ivrkit.switch.simulated.far_ends import far_end
from ivrkit.switch.simulated.listener import Listener
from ivrkit.switch.simulated.playing import number_of
from ivrkit.switch.simulated.publishing import Publisher
from ivrkit.switch.simulated.sounds import Sounds
from ivrkit.switch.simulated.state import Party
from ivrkit.switch.simulated.wire import READ, Wire, dial
from ivrkit.switch.world import FarEnd

GLOBALS = {"hostname": "ivrkit", "base_dir": "/usr", "domain": "127.0.0.1", "local_ip_v4": "127.0.0.1"}


class SimulatedSwitch:
    """A FreeSWITCH in this process; close it, or use it as a context manager.

    `speed` makes its time run faster than the wall's; `tick` is the media tick that every execute costs, in seconds;
    `sounds` is the folder of relative paths; `far_ends` are who can be called, by number or dial string; `dialplan` are
    the extensions for `transfer` and `originate`; `answers` are texts for API commands that it does not know itself.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        tick: float = 0.02,
        sounds: Path | None = None,
        far_ends: Mapping[str, FarEnd] | None = None,
        dialplan: Mapping[str, Sequence[tuple[str, str]]] | None = None,
        answers: Mapping[str, str] | None = None,
        password: str = "",
    ) -> None:
        self.clock = Clock(speed)
        self.timers = Timers(self.clock)
        self.tick = tick
        self.sounds = Sounds(sounds)
        self.far_ends = dict(far_ends or {})
        self.dialplan = dict(dialplan or {})
        self.answers = dict(answers or {})
        self.password = password
        self.channels: dict[str, Channel] = {}
        self.rung: deque[SimulatedCall] = deque(maxlen=100)
        "The handsets of the far ends that were rung last."
        self.global_variables = dict(GLOBALS)
        self.expansions: list[Expansion] = []
        "Every `${…}` that was expanded in an argument: nothing from outside may ever be among them."
        self.sessions = self.peak = 0
        self.news = Publisher(self.clock, GLOBALS["hostname"])
        self._listeners: set[Listener] = set()
        self._servers: list[tuple[socket.socket, Any]] = []
        self._dials: set[Callable[[], None]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Calls

    def call(
        self,
        host: str,
        port: int,
        caller_number: str,
        caller_name: str = "",
        called_number: str = "4000",
        *,
        variables: Mapping[str, str] | None = None,
        then: Sequence[tuple[str, str]] = (),
        on_event: Callable[[Any], None] | None = None,
    ) -> SimulatedCall:
        """A caller rings, and the call is handed to the controller at `host:port`.

        `variables` are set in the dialplan before, `then` are the actions behind `socket`: what the caller hears where
        no controller answers.
        """
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        steps = [("set", f"{name}={value}") for name, value in (variables or {}).items()]
        steps += [("socket", f"{target} async full"), *then]
        return self.ring(steps, caller_number, caller_name, called_number, on_event=on_event)

    def ring(
        self,
        dialplan: Sequence[tuple[str, str]],
        caller_number: str,
        caller_name: str = "",
        called_number: str = "4000",
        *,
        on_event: Callable[[Any], None] | None = None,
    ) -> SimulatedCall:
        """A caller rings, and the call goes through `dialplan`, a list of applications and arguments."""
        channel = self.new_channel(
            name=f"sofia/internal/{caller_number}@127.0.0.1",
            caller_number=caller_number,
            caller_name=caller_name or caller_number,
            called_number=called_number,
        )
        call = SimulatedCall(channel, on_event)
        channel.emit("CHANNEL_CREATE")
        channel.change(call_state="RINGING")
        channel.emit("CHANNEL_CALLSTATE", variables=False)
        channel.run([Step(application, argument) for application, argument in dialplan])
        return call

    def new_channel(
        self,
        name: str,
        caller_number: str,
        caller_name: str,
        called_number: str,
        direction: str = "inbound",
        uuid: str = "",
    ) -> Channel:
        self.sessions += 1
        party = Party(caller_number, caller_name, called_number)
        channel = Channel(self, uuid or self.new_uuid(), name, party, direction)
        self.channels[channel.uuid] = channel
        self.peak = max(self.peak, len(self.channels))
        return channel

    def forget(self, channel: Channel) -> None:
        self.channels.pop(channel.uuid, None)

    def far_end(self, endpoint: str) -> FarEnd:
        return far_end(endpoint, self.far_ends)

    def extension(self, name: str) -> list[Step]:
        """The actions of an extension; none where the dialplan has no such one."""
        return [Step(*action) for action in self.dialplan.get(name, ())]

    # The event socket

    def listen(self, host: str = "127.0.0.1", port: int = 0) -> tuple[str, int]:
        """Serve controllers that connect; returns the address."""
        server = socket.create_server((host, port))
        server.setblocking(False)
        watcher: Any = get_hub().loop.io(server.fileno(), READ)
        watcher.start(self._accept, server)
        self._servers.append((server, watcher))
        address = server.getsockname()
        return address[0], address[1]

    def _accept(self, server: socket.socket) -> None:
        try:
            sock, _ = server.accept()
        except OSError:  # gone before it was accepted
            return
        self._open(Listener(self), sock)

    def _open(self, listener: Listener, sock: socket.socket) -> None:
        self._listeners.add(listener)
        listener.open(Wire(sock, listener.received, listener.lost))

    def dial_controller(self, channel: Channel, addresses: Sequence[str], full: bool) -> Listener:
        """The client side of `socket`: the addresses are tried in turn."""
        listener = Listener(self, channel, full)
        channel.links.append(listener)
        self._try(listener, channel, list(addresses))
        return listener

    def _try(self, listener: Listener, channel: Channel, addresses: list[str]) -> None:
        if not addresses:
            return listener.refused()
        host, _, port = addresses.pop(0).rpartition(":")

        def answered(sock: socket.socket | None) -> None:
            self._dials.discard(give_up)
            if sock is None:
                return None if channel.gone else self._try(listener, channel, addresses)
            channel.variables.set("socket_host", host)
            self._open(listener, sock)
            return listener.goodbye() if channel.gone else None

        give_up = dial(host.strip("[]"), number_of(port), answered)
        self._dials.add(give_up)
        return None

    def drop(self, listener: Listener) -> None:
        """A connection is gone."""
        self.news.unsubscribe(listener)
        self._listeners.discard(listener)

    # Commands

    def api(self, line: str, answer: Callable[[str], None]) -> None:
        """Run an API command."""
        api_commands.call(self, line, answer)

    def background(self, line: str, job: str, owner: str) -> None:
        """Run an API command and tell its answer in a BACKGROUND_JOB event."""
        name, _, argument = line.partition(" ")
        headers = [("Job-UUID", job)]
        headers += [("Job-Owner-UUID", owner)] if owner else []
        headers += [("Job-Command", name)]
        headers += [("Job-Command-Arg", argument)] if argument else []
        get_hub().loop.run_callback(
            self.api, line, lambda answer: self.news.publish_free("BACKGROUND_JOB", headers, answer)
        )

    def expanded_call(self, name: str, argument: str) -> str:
        """What `${name(argument)}` becomes. Nothing is ever run outside this process."""
        answers: list[str] = []
        self.api(f"{name} {argument}", answers.append)
        return answers[0] if answers else ""

    # The rest

    def new_uuid(self) -> str:
        return str(uuid4())

    def close(self) -> None:
        """Drop every call and connection. Callers see their call ended."""
        for server, watcher in self._servers:
            watcher.close()
            server.close()
        for give_up in tuple(self._dials):
            give_up()
        for listener in tuple(self._listeners):
            listener.close()
        for channel in tuple(self.channels.values()):
            channel.abandon()
        self.channels.clear()
        self.timers.close()
