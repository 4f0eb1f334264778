"""The API commands of the embedded switch that are about one channel: `api uuid_X <uuid> …` (mod_commands.c)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ivrkit.switch.simulated.bridging import uuid_bridge
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.channel import Channel, Private
from ivrkit.switch.simulated.recording import start_recording, stop_recording

LEAD_TICKS = 10
"Media ticks before a uuid_broadcast is heard (lead-frames, switch_ivr_broadcast)."


@dataclass(frozen=True, slots=True)
class UuidCommand:
    """A command whose first word is a channel's id; `run` gets the channel and the rest of the line."""

    run: Callable[[Channel, str], str]
    usage: str
    words: int = 1
    "How many words the line needs; with fewer the answer is `usage`."
    unknown: str = "-ERR No such channel!\n"
    "The answer where there is no such channel."

    def answer(self, channels: dict[str, Channel], line: str) -> str:
        if len(line.split()) < self.words:
            return f"-USAGE: {self.usage}\n"
        uuid, _, rest = line.partition(" ")
        channel = channels.get(uuid)
        return self.unknown if channel is None else self.run(channel, rest)


def _kill(channel: Channel, cause: str) -> str:
    channel.hang_up(cause_of(cause), later=True)
    return "+OK\n"


def _break(channel: Channel, flags: str) -> str:
    if "all" in flags:
        channel.forget_commands()
    channel.break_all()
    return "+OK\n"


def _exists(channel: Channel, rest: str) -> str:
    return "true"


def _getvar(channel: Channel, name: str) -> str:
    value = channel.variable(name.strip())
    return "_undef_" if value is None else value


def _setvar(channel: Channel, rest: str) -> str:
    name, _, value = rest.partition(" ")
    channel.variables.set(name, value)
    return "+OK\n"


def _setvar_multi(channel: Channel, pairs: str) -> str:
    for pair in pairs.split(";"):
        name, _, value = pair.partition("=")
        if not name:
            return "-ERR No variable specified\n"
        channel.variables.set(name, value)
    return "+OK\n"


def _dump(channel: Channel, form: str) -> str:
    return channel.switch.news.snapshot(channel).decode()


def _flush_dtmf(channel: Channel, rest: str) -> str:
    channel.line.flush()
    return "+OK\n"


def _recv_dtmf(channel: Channel, keys: str) -> str:
    for key in keys:
        channel.switch.timers.after(channel.switch.tick, partial(channel.press, key, "APP"))
    return f"+OK {channel.uuid} received DTMF {keys}.\n"


def _broadcast(channel: Channel, rest: str) -> str:
    """`<path>|<application>::<argument> [aleg|bleg|both]`; only the channel itself hears it."""
    what = rest.split(" ")[0]
    application, separator, argument = what.partition("::")
    headers = {
        "call-command": "execute",
        "execute-app-name": application if separator else "playback",
        "execute-app-arg": argument if separator else what,
    }
    channel.switch.timers.after(channel.switch.tick * (LEAD_TICKS - 1), lambda: channel.command(Private(headers)))
    return "+OK Message sent\n"


def _bridge(channel: Channel, uuid: str) -> str:
    other = channel.switch.channels.get(uuid.strip())
    if other is None or other is channel:
        return "-ERR Invalid uuid\n"
    uuid_bridge(channel, other)
    return f"+OK {other.uuid}\n"


def _record(channel: Channel, rest: str) -> str:
    action, path = rest.split(" ")[:2]
    actions: dict[str, Callable[[], bool]] = {
        "start": lambda: start_recording(channel, path),
        "stop": lambda: stop_recording(channel, path),
        "mask": lambda: path in channel.recordings,
        "unmask": lambda: path in channel.recordings,
    }
    if action not in actions:
        return f"-USAGE: {UUID_COMMANDS['uuid_record'].usage}\n"
    return "+OK Success\n" if actions[action]() else f"-ERR Cannot {action} record session!\n"


UUID_COMMANDS: dict[str, UuidCommand] = {
    "uuid_break": UuidCommand(_break, "<uuid> [all]"),
    "uuid_bridge": UuidCommand(_bridge, "<uuid> <other_uuid>", 2, unknown="-ERR Invalid uuid\n"),
    "uuid_broadcast": UuidCommand(_broadcast, "<uuid> <path> [aleg|bleg|holdb|both]", 2, unknown="-ERR invalid uuid\n"),
    "uuid_dump": UuidCommand(_dump, "<uuid> [format]"),
    "uuid_exists": UuidCommand(_exists, "<uuid>", 0, unknown="false"),
    "uuid_flush_dtmf": UuidCommand(_flush_dtmf, "<uuid>", 0, unknown="-ERR No such session\n"),
    "uuid_getvar": UuidCommand(_getvar, "<uuid> <var>", 2),
    "uuid_kill": UuidCommand(_kill, "<uuid> [cause]"),
    "uuid_record": UuidCommand(
        _record,
        "<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]",
        3,
        unknown="-ERR Cannot locate session!\n",
    ),
    "uuid_recv_dtmf": UuidCommand(_recv_dtmf, "<uuid> <dtmf_data>", 2, unknown="-ERR Cannot locate session!\n"),
    "uuid_setvar": UuidCommand(_setvar, "<uuid> <var> [value]", 2),
    "uuid_setvar_multi": UuidCommand(_setvar_multi, "<uuid> <var>=<value>;<var>=<value>...", 2),
}
