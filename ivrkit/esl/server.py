"""The other end of the event socket: reads a controller's commands, writes replies and events byte for byte.

For the embedded switch and for tests. Sources: read_packet and parse_command in mod_event_socket.c,
switch_event_serialize and switch_event_serialize_json in switch_event.c, and the recorded streams.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ivrkit.errors import ProtocolError
from ivrkit.esl.encoding import encode_headers

MAX_COMMAND = 10 * 1024 * 1024
"Bytes of a command's lines (max_len in read_packet)."
MAX_BODY = 16 * 1024 * 1024

Pairs = Iterable[tuple[str, str]]

AUTH_REQUEST = b"Content-Type: auth/request\n\n"

_GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"


class CommandFrame(NamedTuple):
    """One command of a controller, as FreeSWITCH understands it."""

    line: str
    "The first line, such as `api status` or `sendmsg`."
    headers: Mapping[str, str]
    "Names in lower case: FreeSWITCH compares them so. Of two equal ones the first."
    body: str


class CommandParser:
    """Cuts what a controller sends into commands, however it was split on its way."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, data: bytes) -> list[CommandFrame]:
        """The commands that `data` completes. Raises ProtocolError where FreeSWITCH would close the connection."""
        self._held += data
        commands = []
        while (command := self._next()) is not None:
            commands.append(command)
        return commands

    def _next(self) -> CommandFrame | None:
        held = self._held
        while held.startswith((b"\n", b"\r")):
            del held[:1]
        end, after = _block_end(held)
        if end > MAX_COMMAND or (end < 0 and len(held) > MAX_COMMAND):
            raise ProtocolError(f"a controller sent a command of more than {MAX_COMMAND} bytes")
        if end < 0:
            return None
        lines = _lines(_text(held[:end]))
        headers = _headers(lines[1:])
        stop = after + _body_length(headers)
        if len(held) < stop:
            return None
        body = _text(held[after:stop])
        del held[:stop]
        return CommandFrame(lines[0], headers, body)


def encode_event_plain(headers: Pairs, body: str = "") -> bytes:
    """A `text/event-plain` frame."""
    return frame_event_plain(encode_headers(headers), body)


def frame_event_plain(lines: bytes, body: str = "") -> bytes:
    """A `text/event-plain` frame around header lines that `encode_headers` made: a switch may keep those that stay."""
    raw = _raw(body)
    tail = b"Content-Length: %d\n\n%b" % (len(raw), raw) if raw else b"\n"
    return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b%b" % (len(lines) + len(tail), lines, tail)


def encode_event_json(headers: Pairs, body: str = "") -> bytes:
    """A `text/event-json` frame."""
    members = [(name, _array(value)) for name, value in headers]
    if body:
        members += [("Content-Length", str(len(_raw(body)))), ("_body", body)]
    document = _raw("{" + ",".join(f"{_json(name)}:{_json(value)}" for name, value in members) + "}")
    return b"Content-Length: %d\nContent-Type: text/event-json\n\n%b" % (len(document), document)


def encode_reply(text: str, headers: Pairs = ()) -> bytes:
    """The `command/reply` to a command, such as `+OK`. Not encoded, as in FreeSWITCH."""
    lines = [("Content-Type", "command/reply"), ("Reply-Text", text), *headers]
    return _raw("".join(f"{name}: {value}\n" for name, value in lines) + "\n")


def encode_connect_reply(headers: Pairs) -> bytes:
    """The reply to `connect`: the channel's headers, encoded; Content-Type and Reply-Text are among `headers`."""
    return encode_headers(headers) + b"\n"


def encode_api_response(text: str) -> bytes:
    """The answer to `api`."""
    raw = _raw(text)
    return b"Content-Type: api/response\nContent-Length: %d\n\n%b" % (len(raw), raw)


def encode_disconnect_notice(uuid: str = "") -> bytes:
    """The farewell before FreeSWITCH closes; `uuid` on the connection of a call."""
    session = f"Controlled-Session-UUID: {uuid}\nContent-Disposition: disconnect\n" if uuid else ""
    return _raw(f"Content-Type: text/disconnect-notice\n{session}Content-Length: {len(_GOODBYE)}\n\n{_GOODBYE}")


def encode_linger_notice(uuid: str, channel_name: str, seconds: int) -> bytes:
    """Says that the call is over and that the connection stays for `seconds` (-1: until the controller leaves)."""
    return _raw(
        f"Content-Type: text/disconnect-notice\nControlled-Session-UUID: {uuid}\nContent-Disposition: linger\n"
        f"Channel-Name: {channel_name}\nLinger-Time: {seconds}\nContent-Length: 0\n\n"
    )


def _block_end(held: bytearray) -> tuple[int, int]:
    """Where a command's lines end and where its body starts; -1 twice while the empty line is missing.

    Two line feeds end it with any carriage returns between them.
    """
    end = held.find(b"\n")
    while end >= 0:
        after = end + 1
        while held[after : after + 1] == b"\r":
            after += 1
        if held[after : after + 1] == b"\n":
            return end, after + 1
        end = held.find(b"\n", after)
    return -1, -1


def _lines(block: str) -> list[str]:
    """Lines as read_packet finds them: while a carriage return stands anywhere ahead, only that ends a line.

    So a CR inside an argument swallows the lines before it: the command is lost (transcript `injection`).
    """
    lines = []
    while block:
        cut = block.find("\r")
        if cut < 0:
            cut = block.find("\n")
        line = block if cut < 0 else block[:cut]
        lines.append(line.partition("\n")[0])
        block = "" if cut < 0 else block[cut:].lstrip("\r\n")
    return lines


def _headers(lines: Iterable[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.lower(), value.lstrip(" "))
    return headers


def _body_length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    digits = text[: len(text) - len(text.lstrip("0123456789"))]  # atoi()
    if text.startswith("-") or len(digits) > 8 or int(digits or 0) > MAX_BODY:
        raise ProtocolError(f"a controller sent a Content-Length out of range: {text[:40]!r}")
    return int(digits or 0)


def _array(value: str) -> str | list[str]:
    return value.removeprefix("ARRAY::").split("|:") if value.startswith("ARRAY::") else value


def _json(value: str | list[str]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _text(raw: bytes | bytearray) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
