"""The API commands of the embedded switch: what `api X` and `bgapi X` answer (mod_commands.c)."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from ivrkit.switch.simulated.applications import stop_recording, write_recording
from ivrkit.switch.simulated.bridging import originate as ring
from ivrkit.switch.simulated.bridging import uuid_bridge
from ivrkit.switch.simulated.causes import cause_of
from ivrkit.switch.simulated.channel import Channel, Private, Step

if TYPE_CHECKING:
    from ivrkit.switch.simulated.switch import SimulatedSwitch

Answer = Callable[[str], None]
NO_CHANNEL = "-ERR No such channel!\n"
VERSION = "FreeSWITCH Version 1.11.2-dev (ivrkit's embedded switch)"
LEAD_TICKS = 10
"Media ticks before a uuid_broadcast is heard (lead-frames, switch_ivr_broadcast)."


def call(switch: SimulatedSwitch, line: str, answer: Answer) -> None:
    """Run `line`; `answer` gets the text, for `originate` once the far end has decided."""
    name, _, argument = line.partition(" ")
    if line in switch.answers:
        answer(switch.answers[line])
    elif name in ("originate", "bgoriginate"):
        _originate(switch, argument, answer)
    elif name in COMMANDS:
        answer(COMMANDS[name](switch, argument))
    else:
        answer(f"-ERR {name} Command not found!\n")


def _usage(text: str) -> str:
    return f"-USAGE: {text}\n"


def _originate(switch: SimulatedSwitch, argument: str, answer: Answer) -> None:
    """`<far end> <extension>|&<application>(<argument>)`"""
    dial_string, _, target = argument.partition(" ")
    if not target:
        return answer(
            _usage(
                "<call url> <exten>|&<application_name>(<app_args>) [<dialplan>] [<context>] [<cid_name>] [<cid_num>]"
                " [<timeout_sec>]"
            )
        )

    def done(leg: Channel | None, cause: str) -> None:
        if leg is None:
            return answer(f"-ERR {cause}\n")
        answer(f"+OK {leg.uuid}\n")
        leg.emit_state("CS_EXECUTE")
        return leg.run(_steps(switch, target))

    ring(switch, dial_string, None, done)
    return None


def _steps(switch: SimulatedSwitch, target: str) -> list[Step]:
    if not target.startswith("&"):
        return list(switch.extension(target.split(" ")[0]))
    application, _, argument = target[1:].partition("(")
    return [Step(application, argument.partition(")")[0])]


def _with_channel(usage: str, words: int) -> Callable[[Callable[..., str]], Callable[[SimulatedSwitch, str], str]]:
    """Commands whose first word is a channel's id, and which take `words` words with it, the last one with spaces."""

    def wrap(run: Callable[..., str]) -> Callable[[SimulatedSwitch, str], str]:
        def command(switch: SimulatedSwitch, argument: str) -> str:
            parts = argument.split(" ", words - 1)
            if not argument or len(parts) < words:
                return _usage(usage)
            channel = switch.channels.get(parts[0])
            return run(switch, channel, *parts[1:]) if channel else NO_CHANNEL

        return command

    return wrap


def _uuid_kill(switch: SimulatedSwitch, argument: str) -> str:
    uuid, _, cause = argument.partition(" ")
    if not uuid:
        return _usage("<uuid> [cause]")
    if uuid not in switch.channels:
        return NO_CHANNEL
    switch.channels[uuid].hang_up(cause_of(cause), later=True)
    return "+OK\n"


def _uuid_break(switch: SimulatedSwitch, argument: str) -> str:
    uuid, _, flags = argument.partition(" ")
    if not uuid:
        return _usage("<uuid> [all]")
    channel = switch.channels.get(uuid)
    if channel is None:
        return NO_CHANNEL
    if "all" in flags:
        channel.forget_commands()
    channel.break_all()
    return "+OK\n"


def _uuid_exists(switch: SimulatedSwitch, argument: str) -> str:
    return "true" if argument in switch.channels else "false"


@_with_channel("<uuid> <var>", 2)
def _uuid_getvar(switch: SimulatedSwitch, channel: Channel, name: str) -> str:
    value = channel.variable(name.strip())
    return "_undef_" if value is None else value


def _uuid_setvar(switch: SimulatedSwitch, argument: str) -> str:
    uuid, _, rest = argument.partition(" ")
    name, _, value = rest.partition(" ")
    if not name:
        return _usage("<uuid> <var> [value]")
    if uuid not in switch.channels:
        return NO_CHANNEL
    switch.channels[uuid].variables.set(name, value)
    return "+OK\n"


@_with_channel("<uuid> <var>=<value>;<var>=<value>...", 2)
def _uuid_setvar_multi(switch: SimulatedSwitch, channel: Channel, pairs: str) -> str:
    for pair in pairs.split(";"):
        name, _, value = pair.partition("=")
        if not name:
            return "-ERR No variable specified\n"
        channel.variables.set(name, value)
    return "+OK\n"


@_with_channel("<uuid> [format]", 1)
def _uuid_dump(switch: SimulatedSwitch, channel: Channel) -> str:
    return switch.news.snapshot(channel).decode()


def _uuid_flush_dtmf(switch: SimulatedSwitch, argument: str) -> str:
    if argument not in switch.channels:
        return "-ERR No such session\n"
    switch.channels[argument].line.flush()
    return "+OK\n"


def _uuid_recv_dtmf(switch: SimulatedSwitch, argument: str) -> str:
    uuid, _, keys = argument.partition(" ")
    if not keys:
        return _usage("<uuid> <dtmf_data>")
    if uuid not in switch.channels:
        return "-ERR Cannot locate session!\n"
    channel = switch.channels[uuid]
    for key in keys:
        switch.timers.after(switch.tick, partial(channel.press, key, "APP"))
    return f"+OK {uuid} received DTMF {keys}.\n"


def _uuid_broadcast(switch: SimulatedSwitch, argument: str) -> str:
    """`<uuid> <path>|<application>::<argument> [aleg|bleg|both]`; only the channel itself hears it."""
    words = argument.split(" ")
    if len(words) < 2:
        return _usage("<uuid> <path> [aleg|bleg|holdb|both]")
    channel = switch.channels.get(words[0])
    if channel is None:
        return "-ERR invalid uuid\n"
    application, separator, rest = words[1].partition("::")
    headers = {
        "call-command": "execute",
        "execute-app-name": application if separator else "playback",
        "execute-app-arg": rest if separator else words[1],
    }
    switch.timers.after(switch.tick * (LEAD_TICKS - 1), lambda: channel.command(Private(headers)))
    return "+OK Message sent\n"


def _uuid_bridge(switch: SimulatedSwitch, argument: str) -> str:
    uuids = argument.split()
    if len(uuids) < 2:
        return _usage("<uuid> <other_uuid>")
    first, second = switch.channels.get(uuids[0]), switch.channels.get(uuids[1])
    if first is None or second is None or first is second:
        return "-ERR Invalid uuid\n"
    uuid_bridge(first, second)
    return f"+OK {second.uuid}\n"


def _uuid_hold(switch: SimulatedSwitch, argument: str) -> str:
    words = argument.split()
    off = words[:1] == ["off"]
    channel = switch.channels.get(words[off] if len(words) > off else "")
    if channel is None:
        return _usage("[off|toggle] <uuid> [<display>]") if not words else "-ERR Operation failed\n"
    channel.hold(not off)
    return "+OK Success\n"


def _uuid_record(switch: SimulatedSwitch, argument: str) -> str:
    words = argument.split(" ")
    if len(words) < 3:
        return _usage("<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]")
    channel, (action, path) = switch.channels.get(words[0]), words[1:3]
    if channel is None:
        return "-ERR Cannot locate session!\n"
    actions = {
        "start": lambda: write_recording_of(channel, path),
        "stop": lambda: stop_recording(channel, path),
        "mask": lambda: path in channel.recordings,
        "unmask": lambda: path in channel.recordings,
    }
    if action not in actions:
        return _usage("<uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]")
    return "+OK Success\n" if actions[action]() else f"-ERR Cannot {action} record session!\n"


def write_recording_of(channel: Channel, path: str) -> bool:
    if not write_recording(Path(path), 0.0):
        return False
    channel.recordings[path] = channel.switch.clock.now()
    return True


def _show(switch: SimulatedSwitch, argument: str) -> str:
    """`show channels|calls [count] [as json]`"""
    words = argument.split()
    if words[:1] not in (["channels"], ["calls"]):
        return _usage("channels|calls [count] [as json]")
    rows = [_row(channel) for channel in switch.channels.values()]
    if words[1:2] == ["count"]:
        return f"{len(rows)} total.\n"
    if words[-2:] == ["as", "json"]:
        return orjson.dumps({"row_count": len(rows), "rows": rows} if rows else {"row_count": 0}).decode()
    table = [",".join(_row_names()), *(",".join(map(str, row.values())) for row in rows)] if rows else []
    return "\n".join([*table, "", f"{len(rows)} total.", ""])


def _row(channel: Channel) -> dict[str, str]:
    micros = channel.switch.clock.micros(channel.created)
    variable = channel.variables.get
    values = (
        channel.uuid,
        channel.direction,
        channel.switch.stamp(micros),
        str(micros // 1_000_000),
        channel.name,
        channel.state,
        channel.party.caller_name,
        channel.party.caller_number,
        "127.0.0.1",
        channel.party.called_number,
        variable("current_application") or "",
        variable("current_application_data") or "",
        "XML",
        "default",
        "PCMU",
        "8000",
        channel.call_state,
        channel.uuid,
    )
    return dict(zip(_row_names(), values, strict=True))


def _row_names() -> tuple[str, ...]:
    return (
        *("uuid", "direction", "created", "created_epoch", "name", "state", "cid_name", "cid_num", "ip_addr", "dest"),
        *(
            "application",
            "application_data",
            "dialplan",
            "context",
            "read_codec",
            "read_rate",
            "callstate",
            "call_uuid",
        ),
    )


def _status(switch: SimulatedSwitch, argument: str) -> str:
    seconds = int(switch.clock.now())
    return (
        f"UP 0 years, {seconds // 86400} days, {seconds // 3600 % 24} hours, {seconds // 60 % 60} minutes, "
        f"{seconds % 60} seconds, 0 milliseconds, 0 microseconds\n"
        "FreeSWITCH (Version 1.11.2-dev ivrkit) is ready\n"
        f"{switch.sessions} session(s) since startup\n"
        f"{len(switch.channels)} session(s) - peak {switch.peak}, last 5min {switch.peak} \n"
        "0 session(s) per Sec out of max 1000, peak 0, last 5min 0 \n"
        "5000 session(s) max\n"
        "min idle cpu 0.00/100.00\n"
        "Current Stack Size/Max 240K/8192K\n"
    )


def _version(switch: SimulatedSwitch, argument: str) -> str:
    return f"{VERSION}\n"


def _global_getvar(switch: SimulatedSwitch, argument: str) -> str:
    if argument:
        return switch.global_variables.get(argument, "")
    return "".join(f"{name}={value}\n" for name, value in switch.global_variables.items())


def _create_uuid(switch: SimulatedSwitch, argument: str) -> str:
    return switch.new_uuid()


def _expr(switch: SimulatedSwitch, argument: str) -> str:
    """Arithmetic, such as `1+1` (mod_expr)."""
    try:
        return f"{_computed(ast.parse(argument.strip(), mode='eval').body):g}"
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError):
        return "ERR"


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _computed(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return float(_OPERATORS[type(node.op)](_computed(node.left), _computed(node.right)))
    raise ValueError(f"mod_expr cannot compute {ast.dump(node)}")


COMMANDS: dict[str, Callable[[SimulatedSwitch, str], str]] = {
    "create_uuid": _create_uuid,
    "expr": _expr,
    "global_getvar": _global_getvar,
    "show": _show,
    "status": _status,
    "uuid_break": _uuid_break,
    "uuid_bridge": _uuid_bridge,
    "uuid_broadcast": _uuid_broadcast,
    "uuid_dump": _uuid_dump,
    "uuid_exists": _uuid_exists,
    "uuid_flush_dtmf": _uuid_flush_dtmf,
    "uuid_getvar": _uuid_getvar,
    "uuid_hold": _uuid_hold,
    "uuid_kill": _uuid_kill,
    "uuid_record": _uuid_record,
    "uuid_recv_dtmf": _uuid_recv_dtmf,
    "uuid_setvar": _uuid_setvar,
    "uuid_setvar_multi": _uuid_setvar_multi,
    "version": _version,
}
