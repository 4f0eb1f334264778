"""Events as a FreeSWITCH sent them, whole, in which the fake switch only fills in whose call it is.

From tests/data/stream-plain.esl: 5 to 7 KB and some 140 headers for most. What comes after what is as in the recorded
transcripts `dtmf_events`, `pagd_one_digit` and `hangup_during_playback`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ivrkit.esl import FrameParser, parse_event

STREAM = Path(__file__).parent.parent / "tests" / "data" / "stream-plain.esl"
CHOICE = "choice"
"The channel variable in which play_and_get_digits leaves the key."
KEY = "1"
"The key that every caller presses."

_CALL = "bf2623c2-2abf-45f3-9e89-1fbe1fc4265e"
_COMMAND = "@command@"


@dataclass(frozen=True, slots=True)
class Template:
    """One recorded event."""

    name: str
    body: bytes

    def filled(self, call: bytes, command: bytes = b"") -> bytes:
        """Its header lines for `call`, in answer to the execute with the Event-UUID `command`."""
        return self.body.replace(_CALL.encode(), call).replace(_COMMAND.encode(), command)

    def frame(self, call: bytes, command: bytes) -> bytes:
        """As it comes on the connection."""
        body = self.filled(call, command)
        return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(body), body)


def _first_of_each() -> dict[tuple[str, str | None], bytes]:
    """The first event of each name and application on one recorded call."""
    found: dict[tuple[str, str | None], bytes] = {}
    for frame in FrameParser().feed(STREAM.read_bytes()):
        event = parse_event(frame)
        if event.get("Unique-ID") == _CALL:
            found.setdefault((event.name, event.get("Application")), frame.body)
    return found


def _recorded(name: str, application: str | None = None, changes: Mapping[str, str] | None = None) -> Template:
    body = _EVENTS[name, application]
    if application:
        body = _changed(body, {"Application-UUID": _COMMAND})
    return Template(name, _changed(body, changes or {}))


def _changed(body: bytes, changes: Mapping[str, str]) -> bytes:
    """`body` with other values for some headers; those that it has not are added at its end."""
    for header, value in changes.items():
        line = f"{header}: {value}".encode()
        body, found = re.subn(rb"^%b: .*$" % re.escape(header.encode()), line, body, flags=re.MULTILINE)
        if not found:
            body = body.removesuffix(b"\n") + line + b"\n\n"
    return body


def _played(name: str, changes: dict[str, str]) -> Template:
    """An event of `playback`, made from the same one of play_and_get_digits."""
    playback = {"Application": "playback", "variable_current_application": "playback"}
    return _recorded(name, "play_and_get_digits", playback | changes)


_EVENTS = _first_of_each()
_PLAYED = {"Application-Response": "FILE%20PLAYED"}
_DTMF = _recorded("DTMF", None, {"DTMF-Digit": KEY})

CHANNEL = _recorded(
    "CHANNEL_PARK",
    None,
    {
        "Event-Name": "CHANNEL_DATA",
        "Content-Type": "command/reply",
        "Reply-Text": "%2BOK%0A",
        "Socket-Mode": "async",
        "Control": "full",
    },
)
"The reply to `connect`."
ANSWERED = (
    _recorded("CHANNEL_PARK"),
    _recorded("CHANNEL_EXECUTE", "answer"),
    _recorded("CHANNEL_ANSWER"),
    _recorded("CHANNEL_EXECUTE_COMPLETE", "answer"),
)
PLAYED = (_played("CHANNEL_EXECUTE", {}), _played("CHANNEL_EXECUTE_COMPLETE", _PLAYED))
PRESSED = {
    "playback": (
        _played("CHANNEL_EXECUTE", {}),
        _DTMF,
        _played("CHANNEL_EXECUTE_COMPLETE", _PLAYED | {"variable_playback_terminator_used": KEY}),
    ),
    "play_and_get_digits": (
        _recorded("CHANNEL_EXECUTE", "play_and_get_digits"),
        _DTMF,
        _recorded("CHANNEL_EXECUTE_COMPLETE", "play_and_get_digits", {f"variable_{CHOICE}": KEY}),
    ),
}
"What a menu brings when KEY stops its prompt: by the application that says it."
HUNG_UP = (
    _recorded("CHANNEL_HANGUP"),
    _recorded("CHANNEL_UNPARK"),
    _recorded("CHANNEL_EXECUTE_COMPLETE", "socket"),
    _recorded("CHANNEL_STATE"),
    _recorded("CHANNEL_STATE"),
    _recorded("CHANNEL_HANGUP_COMPLETE"),
)
