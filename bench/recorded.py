"""Events as a FreeSWITCH sent them, whole, in which the fake switch only fills in whose call it is.

From tests/data/stream-plain.esl: 5 to 7 KB and some 130 headers an event. What comes after what is from the recorded
transcripts `dtmf_events`, `pagd_one_digit` and `hangup_during_playback`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ivrkit.esl import FrameParser, parse_event

STREAM = Path(__file__).parent.parent / "tests" / "data" / "stream-plain.esl"
CHOICE = "choice"
"The channel variable in which play_and_get_digits leaves the key."
KEY = "1"
"The key that every caller presses."

_CALL = b"bf2623c2-2abf-45f3-9e89-1fbe1fc4265e"
_COMMAND = b"@command@"


@dataclass(frozen=True, slots=True)
class Template:
    """One recorded event."""

    name: str
    body: bytes

    def frame(self, call: bytes, command: bytes = b"") -> bytes:
        """As it comes on the connection of `call`, in answer to the execute with the Event-UUID `command`."""
        body = self.body.replace(_CALL, call).replace(_COMMAND, command)
        return b"Content-Length: %d\nContent-Type: text/event-plain\n\n%b" % (len(body), body)


def frames_of(stream: bytes) -> list[bytes]:
    """The bodies of a stream's events."""
    return [frame.body for frame in FrameParser().feed(stream)]


def recorded(name: str, application: str | None = None, **changes: str) -> Template:
    """The first event of this name, and of this application where one is named; `changes` by header, `_` for `-`."""
    for frame in FrameParser().feed(STREAM.read_bytes()):
        event = parse_event(frame)
        if event.name == name and event.get("Unique-ID") == _CALL.decode() and event.get("Application") == application:
            return Template(name, _changed(frame.body, {"Application-UUID": _COMMAND.decode()} | changes))
    raise LookupError(f"{STREAM.name} holds no {name} of {application}")


def _changed(body: bytes, changes: dict[str, str]) -> bytes:
    for header, value in changes.items():
        line = f"{header}: {value}".encode()
        body, found = re.subn(rb"^%b: .*$" % re.escape(header.encode()), line, body, flags=re.MULTILINE)
        if not found and header != "Application-UUID":
            body = body[:-1] + line + b"\n\n"
    return body


def _completed(application: str, response: str, **changes: str) -> Template:
    same = {"Application": application, "variable_current_application": application, "Application-Response": response}
    return recorded("CHANNEL_EXECUTE_COMPLETE", "play_and_get_digits", **same, **changes)


_DTMF = recorded("DTMF", **{"DTMF-Digit": KEY})
_EXECUTE = {name: recorded("CHANNEL_EXECUTE", name) for name in ("answer", "play_and_get_digits")}
_EXECUTE["playback"] = recorded(
    "CHANNEL_EXECUTE", "play_and_get_digits", **{"Application": "playback", "variable_current_application": "playback"}
)
_PLAYED = _completed("playback", "FILE%20PLAYED")
_STOPPED = _completed("playback", "FILE%20PLAYED", variable_playback_terminator_used=KEY)
_COLLECTED = _completed("play_and_get_digits", "_none_", **{f"variable_{CHOICE}": KEY})

ANSWERED = (
    recorded("CHANNEL_PARK"),
    _EXECUTE["answer"],
    recorded("CHANNEL_ANSWER"),
    recorded("CHANNEL_EXECUTE_COMPLETE", "answer"),
)
PLAYED = (_EXECUTE["playback"], _PLAYED)
PRESSED = {
    "playback": (_EXECUTE["playback"], _DTMF, _STOPPED),
    "play_and_get_digits": (_EXECUTE["play_and_get_digits"], _DTMF, _COLLECTED),
}
"What a menu brings, whose prompt is stopped by KEY: by the application that says it."
HUNG_UP = (
    recorded("CHANNEL_HANGUP"),
    recorded("CHANNEL_UNPARK"),
    recorded("CHANNEL_EXECUTE_COMPLETE", "socket"),
    recorded("CHANNEL_STATE"),
    recorded("CHANNEL_STATE"),
    recorded("CHANNEL_HANGUP_COMPLETE"),
)
CHANNEL = Template(
    "CHANNEL_DATA",
    _changed(
        recorded("CHANNEL_PARK").body,
        {
            "Event-Name": "CHANNEL_DATA",
            "Content-Type": "command/reply",
            "Reply-Text": "%2BOK%0A",
            "Socket-Mode": "async",
            "Control": "full",
        },
    ),
)
"Its body is the reply to `connect`."
