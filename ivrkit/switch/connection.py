"""One event-socket connection over a gevent socket: commands out, replies matched in order, events handed on.

    greenlet that reads         receive() -> frames -> replies go to who sent the command
                                                    -> events are returned, or yielded by events()
    any greenlet                send(command) waits for the reply, post(command) and post_all(commands) do not

No greenlet and no queue of its own: whoever calls `receive` or `events` reads, so a call needs one greenlet. `send` in
that greenlet, or before anybody reads, reads by itself and keeps the events it meets for the next `receive`. When the
connection ends, everybody who waits learns it at once from the same error. `call_port` makes them for incoming calls.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType

from gevent import getcurrent, socket
from gevent.event import AsyncResult

from ivrkit.errors import ConnectionLost, ProtocolError, SwitchError
from ivrkit.esl import EslEvent, Frame, FrameParser, parse_event

REPLY_TIMEOUT = 10.0
"Seconds after which a FreeSWITCH that does not answer is lost; it answers in a millisecond."
WRITE_TIMEOUT = 10.0
"Seconds that FreeSWITCH may leave its end unread."
MAX_UNANSWERED = 10_000
"Commands under way at once."
MAX_HELD = 10_000
"Events kept while a `send` reads."

_PROBES = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3, socket.TCP_USER_TIMEOUT: 10_000}
"When a peer whose machine or network is gone is noticed: after 10 to 25 seconds, and not after two hours."
_READ_SIZE = 65536
_REPLIES = ("command/reply", "api/response")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command."""

    frame: Frame

    @property
    def text(self) -> str:
        """Reply-Text, or what the api command printed."""
        return self.event.body if self.frame.content_type == "api/response" else self.event.get("Reply-Text") or ""

    @property
    def refused(self) -> bool:
        """Whether FreeSWITCH did not do it. `+OK` to sendmsg only means that it was queued."""
        return self.text.startswith(("-ERR", "-USAGE"))

    @property
    def event(self) -> EslEvent:
        """The reply's headers; after `connect` those of the channel."""
        return parse_event(self.frame)


class Connection:
    """Owns `sock`. Every error that ends it is a SwitchError: ConnectionLost or ProtocolError."""

    def __init__(self, sock: socket.socket) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            # Commands are small and follow each other: Nagle would hold each for the last one's ACK.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            for option, seconds in _PROBES.items():
                sock.setsockopt(socket.IPPROTO_TCP, option, seconds)
        self.error: SwitchError | None = None
        "Why it ended; None while it is open."
        self.farewell = False
        "Whether FreeSWITCH said that it would close."
        self._sock = sock
        self._parser = FrameParser()
        self._writing = False
        self._unwritten = b""
        self._unanswered: deque[Callable[[Reply], object] | None] = deque()
        self._sleepers: set[AsyncResult[Reply]] = set()
        self._held: deque[EslEvent] = deque()
        self.reader: object = None
        "The greenlet that reads; while it is None, `send` reads."

    @classmethod
    def open(cls, host: str, port: int, timeout: float = 5.0) -> Connection:
        """Connect to FreeSWITCH's event socket. The first event is `auth/request`."""
        try:
            return cls(socket.create_connection((host, port), timeout))
        except OSError as error:
            raise ConnectionLost(
                f"cannot reach FreeSWITCH at {host}:{port} ({_reason(error)}); is mod_event_socket listening there?"
            ) from error

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the socket. Who waits on it learns so; closing again does nothing."""
        self._end(ConnectionLost("the connection to FreeSWITCH was closed at this end"))

    def post(self, command: bytes, on_reply: Callable[[Reply], object] | None = None) -> None:
        """Send one command without waiting.

        `on_reply` runs in the greenlet that reads; never, if the connection ends first.
        """
        self._put(command, [on_reply])

    def post_all(self, commands: Sequence[bytes], on_last: Callable[[Reply], object] | None = None) -> None:
        """Send several commands without waiting, in one write: a system call costs as much as all the rest.

        `on_last` is `post`'s `on_reply` for the last of them.
        """
        self._put(b"".join(commands), [*[None] * (len(commands) - 1), on_last])

    def send(self, command: bytes, timeout: float = REPLY_TIMEOUT) -> Reply:
        """Send one command and wait for its reply; one that takes longer than `timeout` seconds ends the connection."""
        reads = self.reader in (None, getcurrent())
        reply = self._read_reply(command, timeout) if reads else self._await_reply(command, timeout)
        if reply is None:
            name = command.split(None, 1)[0].decode()
            raise self._end(ConnectionLost(f"FreeSWITCH did not answer `{name}` within {timeout:g} s"))
        return reply

    def receive(self, timeout: float | None = None) -> list[EslEvent]:
        """The events that came, waiting up to `timeout` seconds for bytes; maybe none.

        From now on this greenlet is the one that reads.
        """
        self.reader = getcurrent()
        if self._held:
            events = list(self._held)
            self._held.clear()
            return events
        return self._read(timeout)

    def events(self) -> Iterator[EslEvent]:
        """Every event until FreeSWITCH closes as it announced; any other end raises."""
        while True:
            try:
                yield from self.receive()
            except ConnectionLost:
                if self.farewell:
                    return
                raise

    def _read_reply(self, command: bytes, timeout: float) -> Reply | None:
        """Read until the reply comes, in the greenlet that reads anyway."""
        replies: list[Reply] = []
        deadline = monotonic() + timeout
        self.post(command, replies.append)
        while not replies and (left := deadline - monotonic()) > 0:
            self._held.extend(self._read(left))
            if len(self._held) > MAX_HELD:
                raise self._end(ConnectionLost(f"more than {MAX_HELD} events came while a reply was awaited"))
        return replies[0] if replies else None

    def _await_reply(self, command: bytes, timeout: float) -> Reply | None:
        """Sleep until the greenlet that reads has the reply."""
        answer: AsyncResult[Reply] = AsyncResult()
        self._sleepers.add(answer)
        try:
            self.post(command, answer.set)
            answer.wait(timeout)
        finally:
            self._sleepers.discard(answer)
        return answer.get() if answer.ready() else None

    def _read(self, timeout: float | None) -> list[EslEvent]:
        if self.error is not None:
            raise self.error
        self._sock.settimeout(timeout)
        try:
            data = self._sock.recv(_READ_SIZE)
        except TimeoutError:
            return []
        except OSError as error:
            raise self._end(ConnectionLost(f"the connection to FreeSWITCH broke: {_reason(error)}")) from error
        if not data:
            where = " in the middle of a message" if self._parser.inside_frame else ""
            raise self._end(ConnectionLost(f"FreeSWITCH closed the connection{where}"))
        return self._take(data)

    def _take(self, data: bytes) -> list[EslEvent]:
        events: list[EslEvent] = []
        try:
            for frame in self._parser.feed(data):
                if frame.content_type in _REPLIES:
                    self._answer(frame)
                else:
                    events.append(self._event(frame))
        except ProtocolError as error:
            self._end(error)
        if self._parser.fault is not None:
            self._end(self._parser.fault)
        if self.error is not None and not events:
            raise self.error
        return events

    def _answer(self, frame: Frame) -> None:
        if not self._unanswered:
            raise ProtocolError("the other side answered a command that nobody sent")
        if (on_reply := self._unanswered.popleft()) is not None:
            on_reply(Reply(frame))

    def _event(self, frame: Frame) -> EslEvent:
        event = parse_event(frame)
        if frame.content_type == "text/disconnect-notice":
            self.farewell = event.get("Content-Disposition") != "linger"
        return event

    def _put(self, text: bytes, on_replies: Sequence[Callable[[Reply], object] | None]) -> None:
        """Write commands, each of which will have its reply in turn."""
        if self.error is not None:
            raise self.error
        if len(self._unanswered) + len(on_replies) > MAX_UNANSWERED:
            raise self._end(ConnectionLost(f"FreeSWITCH left {MAX_UNANSWERED} commands unanswered"))
        self._unanswered.extend(on_replies)
        self._unwritten += text
        if not self._writing:
            self._write_all()

    def _write_all(self) -> None:
        """Write what there is to write; what others add meanwhile goes out behind it, never into it."""
        self._writing = True
        try:
            while self._unwritten:
                text, self._unwritten = self._unwritten, b""
                self._write(text)
        finally:
            self._writing = False

    def _write(self, text: bytes) -> None:
        rest, deadline = memoryview(text), monotonic() + WRITE_TIMEOUT
        try:
            while rest:
                self._sock.settimeout(max(deadline - monotonic(), 0.001))
                rest = rest[self._sock.send(rest) :]
        except TimeoutError:
            raise self._end(ConnectionLost(f"FreeSWITCH has read nothing for {WRITE_TIMEOUT:g} s")) from None
        except OSError as error:
            # What FreeSWITCH said before it closed can still be read: the reader ends the connection, not we.
            raise ConnectionLost(f"the connection to FreeSWITCH broke: {_reason(error)}") from error
        except BaseException:
            # A gevent.Timeout or kill may have cut the command in two.
            self._end(ConnectionLost("a command to FreeSWITCH was cut off while it was sent"))
            raise

    def _end(self, error: SwitchError) -> SwitchError:
        """Close once and for all; the first error stays. Returns it, to be raised."""
        if self.error is not None:
            return self.error
        self.error = error
        self._sock.close()
        self._unanswered.clear()
        for answer in self._sleepers:
            if not answer.ready():
                answer.set_exception(error)
        return error


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
