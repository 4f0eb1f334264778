"""Frames to events whose headers are looked up, not decoded, until somebody asks. Second stage of the codec.

An event has some 130 headers in 4 KB; a call reads three of them. Three kinds of frame carry a channel's headers:
`text/event-plain`, `text/event-json` and the reply to `connect`. Everything else (disconnect notices, log lines) is an
event without a name.
"""

from __future__ import annotations

import json

from ivrkit.errors import ProtocolError
from ivrkit.esl.encoding import decode_value, percent_decoded, split_line, strict_text
from ivrkit.esl.frames import Frame

_NAME = b"Event-Name: "
_BODY_FOLLOWS = b"\nContent-Length: "


class EslEvent:
    """One event. Values are what FreeSWITCH had, which a caller may have chosen: hostile text."""

    __slots__ = ("_body", "_encoded", "_head", "_headers", "_lines_end", "content_type")

    def __init__(self, content_type: str, head: bytes, body: bytes | None, encoded: bool) -> None:
        """`head` starts with the header lines; where `body` is None the body stands in `head`, behind an empty line."""
        self.content_type = content_type
        self._head = head
        self._body = body
        self._encoded = encoded
        self._headers: dict[str, str] | None = None
        self._lines_end: int | None = None

    def __repr__(self) -> str:
        return f"<EslEvent {self.name or self.content_type} {self.get('Unique-ID') or ''}>"

    @property
    def name(self) -> str:
        """Event-Name; empty for what is no event of FreeSWITCH, such as a disconnect notice."""
        if self._head.startswith(_NAME):
            return self._head[len(_NAME) : self._head.find(b"\n", len(_NAME))].decode("ascii", "replace")
        return self.get("Event-Name") or ""

    def get(self, header: str) -> str | None:
        """A header's value, decoded; None where the event has none. Of two equal headers the first counts."""
        raw = self._raw(header)
        if raw is None:
            return None
        return decode_value(raw) if self._encoded else strict_text(raw)

    def __getitem__(self, header: str) -> str:
        value = self.get(header)
        if value is None:
            raise KeyError(header)
        return value

    def __contains__(self, header: str) -> bool:
        return self.get(header) is not None

    def variable(self, name: str) -> str | None:
        """A channel variable that travels with the event."""
        return self.get(f"variable_{name}")

    @property
    def headers(self) -> dict[str, str]:
        """Every header, decoded; without the Content-Length of the body, which is framing."""
        if self._headers is None:
            self._headers = {}
            for name, value in self.pairs():
                self._headers.setdefault(name, value)
        return self._headers

    def pairs(self) -> list[tuple[str, str]]:
        """Headers as they came, in order and with repetitions: what `server.encode_event_plain` takes."""
        lines = strict_text(self._head[: self._end()]).split("\n")
        pairs = [split_line(line) for line in lines if not line.startswith("Content-Length: ")]
        return [(name, percent_decoded(value)) for name, value in pairs] if self._encoded else pairs

    @property
    def body(self) -> str:
        """What stands behind the headers: the result of a background job, a log line, a farewell; often empty."""
        if self._body is None:
            self._body = self._inner_body()
        return strict_text(self._body)

    def _raw(self, header: str) -> bytes | None:
        key = f"\n{header}: ".encode()
        head = self._head
        if head.startswith(key[1:]):
            start = -1
        elif (start := head.find(key, 0, self._end())) < 0:
            # Behind the header lines stands the body, whose text forges no header.
            return None
        start += len(key)
        end = head.find(b"\n", start)
        return head[start:] if end < 0 else head[start:end]

    def _end(self) -> int:
        """Where the header lines end."""
        if self._lines_end is None:
            # FreeSWITCH says the length of every body (switch_event_serialize). To look for an empty line takes four
            # times as long, since every line's end may be one.
            end = self._head.find(b"\n\n") if self._body is None and _BODY_FOLLOWS in self._head else -1
            self._lines_end = len(self._head.rstrip(b"\n")) if end < 0 else end
        return self._lines_end

    def _inner_body(self) -> bytes:
        raw = self._raw("Content-Length")
        rest = self._head[self._end() + 2 :]
        if raw is None:
            return b""
        if not raw.isdigit() or len(raw) > 8 or int(raw) > len(rest):
            raise ProtocolError(f"an event says that its body has {raw[:40]!r} bytes, but it has {len(rest)}")
        return rest[: int(raw)]


class _JsonEvent(EslEvent):
    """A `text/event-json` event: read whole at once, since JSON cannot be searched; its values are not encoded."""

    __slots__ = ("_pairs",)

    def __init__(self, content_type: str, document: bytes) -> None:
        self._pairs = _json_pairs(document)
        text = next((value for name, value in self._pairs if name == "_body"), "")
        super().__init__(content_type, b"", text.encode("utf-8", "surrogatepass"), encoded=False)

    @property
    def name(self) -> str:
        return self.headers.get("Event-Name", "")

    def get(self, header: str) -> str | None:
        return self.headers.get(header)

    def pairs(self) -> list[tuple[str, str]]:
        return [pair for pair in self._pairs if pair[0] not in ("Content-Length", "_body")]


def parse_event(frame: Frame) -> EslEvent:
    """The event in a frame. Raises ProtocolError for bytes that are no UTF-8 and for JSON that is no event."""
    if frame.content_type == "text/event-plain":
        event = EslEvent(frame.content_type, frame.body, None, encoded=True)
        if not frame.body.isascii():
            strict_text(frame.body[: event._end()])
        return event
    if frame.content_type == "text/event-json":
        return _JsonEvent(frame.content_type, frame.body)
    # Only the reply to `connect` begins with Event-Name, and only its values are encoded among replies.
    return EslEvent(frame.content_type, frame.block, frame.body, encoded=frame.block.startswith(_NAME))


def _json_pairs(document: bytes) -> list[tuple[str, str]]:
    # orjson would be four times as fast, but of two equal names it keeps the last.
    try:
        pairs = json.loads(document, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the other side sent a JSON event that cannot be read: {error}") from None
    if not pairs or not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs):
        raise ProtocolError("the other side sent a JSON event that is no object")
    return [(name, _joined(value)) for name, value in pairs]


def _joined(value: object) -> str:
    """A value of several strings as FreeSWITCH writes it in plain events."""
    return "ARRAY::" + "|:".join(map(str, value)) if isinstance(value, list) else str(value)
