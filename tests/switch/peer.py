"""The other end of a real TCP connection: says what a scene tells it to, or what a FreeSWITCH was recorded saying."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from gevent import socket

from ivrkit.esl.encoding import encode_headers
from ivrkit.esl.server import CommandFrame, CommandParser, encode_event_plain, encode_reply

DEADLINE = 5.0
TRANSCRIPTS = Path(__file__).parent.parent / "data" / "transcripts"
CALL = "6fdeb810-8abb-4d64-a4d6-e31a0cd17be7"
CHANNEL = encode_headers(
    [
        ("Event-Name", "CHANNEL_DATA"),
        ("Unique-ID", CALL),
        ("Caller-Caller-ID-Number", "13800001111"),
        ("variable_uuid", CALL),
        ("variable_call_uuid", CALL),
        ("Content-Type", "command/reply"),
        ("Reply-Text", "+OK\n"),
    ]
)


class Peer:
    """One connection as FreeSWITCH holds it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.sock.settimeout(DEADLINE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as FreeSWITCH does
        self._parser = CommandParser()
        self._commands: deque[CommandFrame] = deque()

    @classmethod
    def dial(cls, port: int) -> Peer:
        return cls(socket.create_connection(("127.0.0.1", port), DEADLINE))

    def command(self) -> CommandFrame:
        """The next command that the controller sends."""
        while not self._commands:
            data = self.sock.recv(65536)
            if not data:
                raise EOFError
            self._commands.extend(self._parser.feed(data))
        return self._commands.popleft()

    def say(self, *frames: bytes) -> None:
        self.sock.sendall(b"".join(frames))

    def answer(self, text: str = "+OK") -> CommandFrame:
        """Take the next command and reply to it."""
        command = self.command()
        self.say(encode_reply(text))
        return command

    def take_call(self) -> None:
        """Answer `connect`."""
        assert self.command().line == "connect"
        self.say(CHANNEL, b"\n")

    def completes(self, command: CommandFrame, *more: tuple[str, str]) -> bytes:
        """The event that ends what `command` executed."""
        application = command.headers["execute-app-name"]
        return event(
            "CHANNEL_EXECUTE_COMPLETE",
            ("Application", application),
            ("Application-UUID", command.headers.get("event-uuid", "")),
            ("variable_current_application", application),
            *more,
        )

    def closed_by_controller(self) -> bool:
        """Whether the controller closes, within the deadline; what it still says is passed over."""
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionError:
            pass
        return True

    def close(self) -> None:
        self.sock.close()

    def reset(self) -> None:
        """End with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def listener() -> socket.socket:
    """A socket that listens on loopback. (That of `gevent.socket.create_server` would block the process.)"""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen()
    return sock


def event(name: str, *headers: tuple[str, str], uuid: str = CALL, body: str = "") -> bytes:
    return encode_event_plain([("Event-Name", name), ("Unique-ID", uuid), *headers], body)


def replay(peer: Peer, transcript: str, until: str = "") -> None:
    """Say what FreeSWITCH said in a recording, each time after the command that it said it after.

    Closes at the end; or stops, still open, after the first frame that holds `until`.
    """
    ours: dict[str, str] = {}
    for kind, lines in _turns((TRANSCRIPTS / f"{transcript}.txt").read_text()):
        if kind == "C>":
            sent = peer.command()
            assert sent.line.split()[0] == lines[0].split()[0]
            recorded = dict(line.split(": ", 1) for line in lines[1:])
            assert sent.headers.get("execute-app-name") == recorded.get("execute-app-name")
            if "Event-UUID" in recorded:
                ours[recorded["Event-UUID"]] = sent.headers["event-uuid"]
        else:
            text = "\n".join(lines)
            for uuid, mine in ours.items():
                text = text.replace(uuid, mine)
            peer.say(_frame(text.split("\n")))
            if until and until in text:
                return
    peer.close()


def _turns(text: str) -> Iterator[tuple[str, list[str]]]:
    """Commands (`C>`) and frames (`S<`), each with its lines as they stand behind the mark."""
    for paragraph in text.split("\n\n"):
        kind = ""
        lines: list[str] = []
        for line in paragraph.splitlines():
            mark = line[15:18].strip()
            if mark not in ("C>", "S<", "S|"):
                continue
            if mark == "C>" and line.startswith("[") and lines:
                yield kind, lines
                lines = []
            if mark == "S<" and kind == "C>":
                yield kind, lines
                lines = []
            kind = "C>" if mark == "C>" else "S<"
            lines.append(line[18:] if mark != "S|" else f"\t{line[20:]}")
        if lines:
            yield kind, lines


def _frame(lines: list[str]) -> bytes:
    """A recorded frame with the Content-Length that its shortened text has."""
    head = [line for line in lines if not line.startswith(("\t", "Content-Length"))]
    body = "".join(f"{line[1:]}\n" for line in lines if line.startswith("\t"))
    if any(line.endswith("text/event-plain") for line in head):
        body += "\n"
    length = [f"Content-Length: {len(body.encode())}"] if body else []
    return "\n".join([*head, *length, "", body]).encode()
