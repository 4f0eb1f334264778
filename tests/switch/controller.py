"""A controller for scenes with the embedded switch: says commands over a real connection, waits for what comes back."""

from __future__ import annotations

from collections import deque

import gevent
from gevent import socket

from ivrkit.esl.events import EslEvent, parse_event
from ivrkit.esl.frames import FrameParser

DEADLINE = 5.0


class Controller:
    """One connection of a controller."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(DEADLINE)
        self.parser = FrameParser()
        self.frames: deque[EslEvent] = deque()
        self.seen: list[EslEvent] = []

    @classmethod
    def dial(cls, address: tuple[str, int]) -> Controller:
        """An inbound connection that has not said its password."""
        controller = cls(socket.create_connection(address, DEADLINE))
        assert controller.next().content_type == "auth/request"
        return controller

    def send(self, *commands: str) -> None:
        self.sock.sendall("".join(f"{command}\n\n" for command in commands).encode())

    def say(self, command: str) -> str:
        """Send a command and wait for its answer: Reply-Text, or the text of an `api/response`."""
        self.send(command)
        while True:
            frame = self.next()
            if frame.content_type == "api/response":
                return frame.body
            if frame.content_type == "command/reply":
                return frame.get("Reply-Text") or ""

    def execute(self, application: str, argument: str = "", uuid: str = "", channel: str = "") -> None:
        """Send a `sendmsg` and do not wait."""
        lines = [f"sendmsg {channel}".strip(), "call-command: execute", f"execute-app-name: {application}"]
        lines += [f"execute-app-arg: {argument}"] if argument else []
        lines += [f"Event-UUID: {uuid or application}"]
        self.send("\n".join(lines))

    def run(self, application: str, argument: str = "") -> EslEvent:
        """Execute an application and wait until it is done."""
        self.execute(application, argument)
        return self.until("CHANNEL_EXECUTE_COMPLETE", Application=application)

    def until(self, name: str, **headers: str) -> EslEvent:
        """Wait for an event."""
        while True:
            frame = self.next()
            if frame.name == name and all(frame.get(header) == value for header, value in headers.items()):
                return frame

    def next(self) -> EslEvent:
        while not self.frames:
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise EOFError
            self.frames.extend(parse_event(frame) for frame in self.parser.feed(data))
        self.seen.append(self.frames.popleft())
        return self.seen[-1]

    def to_the_end(self) -> list[str]:
        """Wait until the switch closes; the names of everything that was said."""
        while True:
            try:
                self.next()
            except EOFError:
                return [frame.name or frame.content_type for frame in self.seen]

    def close(self) -> None:
        self.sock.close()


class Desk:
    """Where the switch brings its calls."""

    def __init__(self) -> None:
        self.server = socket.socket()
        self.server.bind(("127.0.0.1", 0))
        self.server.listen(1024)
        self.port: int = self.server.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._all: list[Controller] = []

    def take(self, events: str = "myevents", answer: bool = True) -> Controller:
        """Accept the next call."""
        with gevent.Timeout(DEADLINE):
            sock, _ = self.server.accept()
        controller = Controller(sock)
        self._all.append(controller)
        controller.send("connect", events)
        assert controller.next().name == "CHANNEL_DATA"
        if answer:
            controller.run("answer")
        return controller

    def close(self) -> None:
        self.server.close()
        for controller in self._all:
            controller.close()
