"""The least that gevent can do: one greenlet a call, parsing made by hand for these very commands, no checks at all."""

from __future__ import annotations

from itertools import count

from gevent import socket
from gevent.server import StreamServer

from bench.controllers import EVENTS, MENU, TARIFF, WELCOME
from bench.recorded import CHOICE

_DIGITS = f"1 1 3 5000 none {MENU} silence_stream://1 {CHOICE} [0-9*#] 3000"


class Call:
    """One connection, read frame by frame."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._held = b""
        self._ids = count(1)

    def run(self) -> None:
        self.command("connect")
        self.command(f"event plain {' '.join(EVENTS)}")
        self.execute("answer", "")
        self.execute("playback", WELCOME)
        done = self.execute("play_and_get_digits", _DIGITS)
        if f"\nvariable_{CHOICE}: 1\n".encode() in done:
            self.execute("playback", TARIFF)
        self.command("sendmsg\ncall-command: hangup\nhangup-cause: NORMAL_CLEARING")
        while b"Event-Name: CHANNEL_HANGUP\n" not in self.frame():
            pass

    def command(self, text: str) -> None:
        self._sock.sendall(f"{text}\n\n".encode())
        while b"command/reply" not in self.frame():
            pass

    def execute(self, application: str, argument: str) -> bytes:
        """Run an application to its end; the event that says so."""
        uuid = f"c{next(self._ids)}"
        self.command(
            f"sendmsg\ncall-command: execute\nexecute-app-name: {application}\n"
            f"Event-UUID: {uuid}\nexecute-app-arg: {argument}"
        )
        mine = f"\nApplication-UUID: {uuid}\n".encode()
        while True:
            frame = self.frame()
            if mine in frame and b"Event-Name: CHANNEL_EXECUTE_COMPLETE\n" in frame:
                return frame

    def frame(self) -> bytes:
        while (end := self._held.find(b"\n\n")) < 0:
            self._receive()
        head = self._held[:end]
        at = head.find(b"Content-Length: ")
        length = int(head[at + 16 :].split(b"\n", 1)[0]) if at >= 0 else 0
        stop = end + 2 + length
        while len(self._held) < stop:
            self._receive()
        frame, self._held = self._held[:stop], self._held[stop:]
        return frame

    def _receive(self) -> None:
        data = self._sock.recv(65536)
        if not data:
            raise EOFError
        self._held += data


def serve(sock: socket.socket, address: tuple[str, int]) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with sock:
        Call(sock).run()


def main() -> None:
    server = StreamServer(("127.0.0.1", 0), serve, backlog=1024)
    server.start()
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
