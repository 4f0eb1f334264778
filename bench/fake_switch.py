"""The side of FreeSWITCH that costs the controller work, and as little of its own as can be.

It dials like the `socket` application, answers every command, and sends the recorded events that the controller
subscribed to. Nothing waits unless `pause` says so: prompts are over and keys are pressed at once, so the controller is
what limits. Replies and events travel apart, as on a FreeSWITCH, whose applications take a media tick of 20 ms.
"""

from __future__ import annotations

import heapq
import select
import socket
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from random import Random
from time import perf_counter, process_time

from bench.recorded import ANSWERED, CHANNEL, HUNG_UP, PLAYED, PRESSED, Template
from ivrkit.esl.server import encode_api_response, encode_disconnect_notice, encode_reply

MENU = 2
"Which prompt of a call is the menu, counted from 1."
PROMPTS = 3
"Prompts of a call that went as it should."
MAX_DIALLING = 90
"""Calls that wait to be accepted. greenswitch keeps 100 and looks every 0.1 s; a call beyond them it never hears of."""
STALL = 15.0
"Seconds without a word from the controller after which the run is given up."

_OK = encode_reply("+OK")
_API_OK = encode_api_response("+OK\n")


class Stalled(Exception):
    """The controller left calls without an end, or ended them before theirs."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one run showed."""

    calls: int
    seconds: float
    own_cpu: float
    "CPU seconds that the fake switch used itself."
    answers: list[float] = field(repr=False)
    "Seconds from each key to the next prompt's command."


class _Call:
    __slots__ = ("events", "held", "over", "pressed_at", "prompts", "replies", "sock", "subscribed", "uuid")

    def __init__(self, sock: socket.socket, uuid: bytes) -> None:
        self.sock, self.uuid = sock, uuid
        self.held = b""
        self.replies: list[bytes] = []
        self.events: list[bytes] = []
        self.subscribed: set[str] | None = set()
        "None for all events."
        self.prompts = 0
        self.over = False
        self.pressed_at: float | None = None


class FakeSwitch:
    """Holds `callers` calls at once with the controller at `port` until `calls` have been served."""

    def __init__(self, port: int, callers: int, calls: int, pause: float = 0.0) -> None:
        self._port, self._callers, self._left, self._pause = port, callers, calls, pause
        self._epoll = select.epoll()
        self._calls: dict[int, _Call] = {}
        self._dialling = 0
        self._due: list[tuple[float, int, _Call]] = []
        self._count = count(1)
        self._random = Random(1)
        self._answers: list[float] = []

    def run(self) -> Load:
        calls, begun, cpu = self._left, perf_counter(), process_time()
        with closing(self._epoll):
            self._dial()
            while self._calls:
                self._turn()
        return Load(calls, perf_counter() - begun, process_time() - cpu, self._answers)

    def _turn(self) -> None:
        wait = max(0.0, self._due[0][0] - perf_counter()) if self._due else STALL
        ready = self._epoll.poll(wait)
        if not ready and not self._due:
            raise Stalled(f"the controller is silent, with {len(self._calls)} calls under way")
        for number, _ in ready:
            self._hear(self._calls[number])
        now = perf_counter()
        while self._due and self._due[0][0] <= now:
            self._tell(heapq.heappop(self._due)[2])

    def _dial(self) -> None:
        while self._left and len(self._calls) < self._callers and self._dialling < MAX_DIALLING:
            self._dial_one()

    def _dial_one(self) -> None:
        self._left -= 1
        self._dialling += 1
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect_ex(("127.0.0.1", self._port))
        self._calls[sock.fileno()] = _Call(sock, b"bf2623c2-2abf-45f3-9e89-%012d" % next(self._count))
        self._epoll.register(sock.fileno(), select.EPOLLIN)

    # --- commands ---

    def _hear(self, call: _Call) -> None:
        data = call.sock.recv(65536)
        if not data:
            self._close(call)
            return
        *commands, call.held = (call.held + data).split(b"\n\n")
        for command in commands:
            verb, _, rest = command.partition(b"\n")[0].partition(b" ")
            _COMMANDS.get(verb, FakeSwitch._agree)(self, call, rest, command)
        if call.replies:
            call.sock.sendall(b"".join(call.replies))
            call.replies.clear()
        if call.over:
            self._close(call)

    def _agree(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.replies.append(_OK)

    def _connect(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.replies.append(CHANNEL.filled(call.uuid))
        self._dialling -= 1
        self._dial()

    def _exit(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.replies += (_OK, _NOTICE)
        call.over = True

    def _api(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.replies.append(_API_OK)

    def _myevents(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.subscribed = None
        call.replies.append(_OK)

    def _event(self, call: _Call, rest: bytes, command: bytes) -> None:
        if call.subscribed is not None:
            call.subscribed.update(rest.decode().split()[1:])
        call.replies.append(_OK)

    def _sendmsg(self, call: _Call, rest: bytes, command: bytes) -> None:
        call.replies.append(_OK)
        headers = dict(line.split(b": ", 1) for line in command.split(b"\n")[1:])
        application = headers.get(b"execute-app-name", b"hangup").decode()
        self._execute(call, application, headers.get(b"Event-UUID", b""))

    def _execute(self, call: _Call, application: str, command: bytes) -> None:
        if application == "hangup":
            self._send_later(call, HUNG_UP, command)
            call.events.append(_NOTICE)
        elif application == "answer":
            self._send_later(call, ANSWERED, command)
        else:
            call.prompts += 1
            if call.pressed_at is not None:
                self._answers.append(perf_counter() - call.pressed_at)
                call.pressed_at = None
            self._send_later(call, PRESSED[application] if call.prompts == MENU else PLAYED, command)

    # --- events ---

    def _send_later(self, call: _Call, events: Iterable[Template], command: bytes) -> None:
        wanted = call.subscribed
        call.events += [event.frame(call.uuid, command) for event in events if wanted is None or event.name in wanted]
        due = perf_counter() + self._pause * (0.5 + self._random.random())
        heapq.heappush(self._due, (due, next(self._count), call))

    def _tell(self, call: _Call) -> None:
        if call.over:
            return
        hung_up = call.events[-1:] == [_NOTICE]
        call.sock.sendall(b"".join(call.events))
        call.events.clear()
        if hung_up:
            self._close(call)
        elif call.prompts == MENU:
            call.pressed_at = perf_counter()

    def _close(self, call: _Call) -> None:
        if call.prompts != PROMPTS:
            raise Stalled(f"the controller ended a call after {call.prompts} prompts")
        call.over = True
        self._epoll.unregister(call.sock.fileno())
        del self._calls[call.sock.fileno()]
        call.sock.close()
        self._dial()


_NOTICE = encode_disconnect_notice()
_COMMANDS: dict[bytes, Callable[[FakeSwitch, _Call, bytes, bytes], None]] = {
    b"connect": FakeSwitch._connect,
    b"api": FakeSwitch._api,
    b"myevents": FakeSwitch._myevents,
    b"event": FakeSwitch._event,
    b"sendmsg": FakeSwitch._sendmsg,
    b"exit": FakeSwitch._exit,
}
