"""Commands to FreeSWITCH as bytes, ready to send: the codec's way out, and the gate that hostile text must not pass.

Each builder refuses CR, LF and NUL in every part (UnsafeArgument): an LF would start a new header, an empty line a new
command, and a CR loses the command without a word. What comes from outside goes through `inert` before it gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from ivrkit.errors import UnsafeArgument
from ivrkit.esl.inert import assignments, one_line

APPLICATIONS: Mapping[str, str] = {
    "answer": "open the line",
    "bridge": "connect the caller with a far end",
    "conference": "meet several parties",
    "eavesdrop": "a supervisor listens",
    "flush_dtmf": "forget keys",
    "hangup": "end the call",
    "park": "wait in silence",
    "play_and_get_digits": "collect keys with a prompt",
    "playback": "play sounds",
    "pre_answer": "early media",
    "read": "collect keys without a pattern",
    "record": "take a message",
    "record_session": "record the call",
    "ring_ready": "let it ring",
    "sleep": "wait",
    "stop_record_session": "end the recording",
    "transfer": "hand the call to the dialplan",
    "unset": "forget a variable",
}
"""Everything that ivrkit executes, and for what. `system`, `lua` and their like are not here on purpose, nor are `set`
and `multiset`, which expand their values whatever the channel says (mod_dptools.c)."""

CONNECT = b"connect\n\n"
EXIT = b"exit\n\n"
MYEVENTS = b"myevents\n\n"


def sendmsg_execute(app: str, arg: str, event_uuid: str, uuid: str | None = None, event_lock: bool = False) -> bytes:
    """Run one of APPLICATIONS on the connection's call, or on that of `uuid`; refuses any other.

    `event_uuid` comes back as Application-UUID in the events that answer. `event_lock`: only when what runs is done.
    FreeSWITCH drops spaces at the front of `arg`.
    """
    if app not in APPLICATIONS:
        raise UnsafeArgument(
            f"{app[:40]!r} is no application that ivrkit executes; see ivrkit.esl.commands.APPLICATIONS"
        )
    return sendmsg_any(app, arg, event_uuid, uuid, event_lock)


def sendmsg_any(app: str, arg: str, event_uuid: str, uuid: str | None = None, event_lock: bool = False) -> bytes:
    """`sendmsg_execute` for an application that a developer's own code names. Never for a name from outside."""
    lines = _execute(app, event_uuid, uuid, event_lock)
    if arg:
        lines.append(f"execute-app-arg: {one_line(f'the argument of {app[:40]}', arg)}")
    return _bytes(lines)


def sendmsg_hangup(cause: str, uuid: str | None = None) -> bytes:
    """End the call at once, past whatever runs; `cause` such as NORMAL_CLEARING."""
    return _bytes([_sendmsg(uuid), "call-command: hangup", f"hangup-cause: {one_line('the hangup cause', cause)}"])


def api(line: str) -> bytes:
    """A command of FreeSWITCH's console, such as `uuid_exists 6fde…`. The answer waits for its end."""
    return _bytes([f"api {one_line('the api command', line)}"])


def bgapi(line: str, job_uuid: str) -> bytes:
    """`api` in the background: the result comes in a BACKGROUND_JOB event with this Job-UUID."""
    return _bytes([f"bgapi {one_line('the bgapi command', line)}", f"Job-UUID: {one_line('the Job-UUID', job_uuid)}"])


def uuid_setvar(uuid: str, values: Mapping[str, str]) -> bytes:
    """Set channel variables without waiting for a media tick; an empty value unsets. For outside text see `inert`.

    FreeSWITCH takes 64 at once.
    """
    if not 0 < len(values) <= 64:
        raise UnsafeArgument(f"uuid_setvar_multi takes 1 to 64 variables, not {len(values)}")
    return api(f"uuid_setvar_multi {_word('the uuid', uuid)} {assignments(values)}")


def auth(password: str) -> bytes:
    """Answer to `auth/request` on an inbound connection."""
    return _bytes([f"auth {one_line('the password', password)}"])


def linger(seconds: int | None = None) -> bytes:
    """Keep the connection for `seconds` after the call's end (None: until we leave), to read its last events."""
    return _bytes(["linger" if seconds is None else f"linger {seconds}"])


def event_plain(names: Iterable[str]) -> bytes:
    """Subscribe to events by name; `CUSTOM` and its subclasses stand last."""
    return _subscribe("plain", names)


def event_json(names: Iterable[str]) -> bytes:
    """`event_plain` for events in JSON."""
    return _subscribe("json", names)


def filter_events(header: str, value: str) -> bytes:
    """Of the events subscribed to, send only those with this header and value; several filters widen each other."""
    return _bytes([f"filter {_word('the header', header)} {one_line('the value', value)}"])


def _subscribe(form: Literal["plain", "json"], names: Iterable[str]) -> bytes:
    return _bytes([" ".join(["event", form, *(_word("the event name", name) for name in names)])])


def _sendmsg(uuid: str | None) -> str:
    return "sendmsg" if uuid is None else f"sendmsg {_word('the uuid', uuid)}"


def _execute(app: str, event_uuid: str, uuid: str | None, event_lock: bool) -> list[str]:
    lines = [
        _sendmsg(uuid),
        "call-command: execute",
        f"execute-app-name: {_word('the application', app)}",
        f"Event-UUID: {one_line('the Event-UUID', event_uuid)}",
    ]
    return [*lines, "event-lock: true"] if event_lock else lines


def _word(part: str, text: str) -> str:
    if not text or " " in text:
        raise UnsafeArgument(f"{part} must be one word, not {text[:40]!r}")
    return one_line(part, text)


def _bytes(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n\n").encode()
